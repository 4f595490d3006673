"""A chain over the history: what was changed, removed or slipped in is seen, by whoever has the key.

Each entry gets a seal: its contents' digest, and a hash over the seal before it, the entry's envelope and that digest.
A content can be erased by a rule later, and the chain still holds.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from storage import history, timers
from storage.health import missing_guards
from storage.keyring import Anchor, Keyring
from storage.statements import add_all, maybe, rows
from storage.tables import History, Person, Request, Seal

# An entry is sealed a moment after it was written, so that on PostgreSQL one that commits late is not passed by.
SEAL_AFTER = timedelta(seconds=5)
# By then every entry has its seal, if anything sealed since.
LONG_AFTER = timedelta(minutes=10)
# An entry whose contents were erased by a rule is named by another that says so.
ERASED = "erase"
# From this entry on the chain has a key.
KEYED = "keyed"


def seal(session: Session, now: datetime, limit: int = 500) -> int:
    """Chains entries that have none yet; returns how many. One process at a time: the caller claims."""
    keys = keys_of(session)
    last = _last(session)
    if last is not None:
        keys.remember(Anchor(last.id or 0, last.hash))
    newest = session.execute(select(func.max(col(Seal.history_id)))).scalar() or 0
    previous = last.hash if last is not None else ""
    made = []
    for entry in _unsealed(session, newest, now - SEAL_AFTER, limit):
        digest = keys.seal(keys.name, _contents(entry))
        previous = keys.seal(keys.name, _link(previous, entry, digest))
        made.append({"history_id": entry.id, "hash": previous, "digest": digest, "key_name": keys.name})
    add_all(session, Seal, made)
    return len(made)


def begin_key(session: Session, now: datetime) -> None:
    """The first entry under a key: from then on a seal without one is wrong."""
    last = _last(session)
    if last is not None and not last.key_name and keys_of(session).name:
        newest = _newest(session)
        if newest is None or newest.act != KEYED:
            history.record(session, now, None, KEYED, "history", last.history_id)


def keys_of(session: Session) -> Keyring:
    keys = session.info.get("keys")
    return keys if isinstance(keys, Keyring) else Keyring()


def anchor(session: Session) -> Anchor | None:
    """How far the chain has come; None before the first seal."""
    last = _last(session)
    entries = session.execute(select(func.count()).select_from(Seal)).scalar() or 0
    return Anchor(last.id or 0, last.hash, entries) if last is not None else None


def verify(session: Session, anchors: Sequence[Anchor] = ()) -> Iterator[str]:
    """What is wrong with the history, a sentence each; nothing when every entry is as it was written. `anchors`: what
    was kept outside."""
    keys = keys_of(session)
    yield from (f"{one} is missing: entries could be changed." for one in missing_guards(session.connection()))
    yield from _broken(session, keys)
    yield from _never_sealed(session)
    if not session.execute(select(func.count()).select_from(History)).scalar() and _has_worked(session):
        yield "There is no history at all, though this office has worked: it was emptied."
    known = keys.remembered()
    for one in [*anchors, *([known] if known is not None else [])]:
        yield from _unanchored(session, one)


def _broken(session: Session, keys: Keyring) -> Iterator[str]:
    """Links that do not hold: from the first seal to the last."""
    erased = set(session.execute(select(col(History.subject_id)).where(col(History.act) == ERASED)).scalars())
    previous, keyed = "", False
    pairs = (
        select(Seal, History)
        .join(History, col(History.id) == col(Seal.history_id), isouter=True)
        .order_by(col(Seal.id))
        .execution_options(yield_per=1000)
    )
    for sealed, entry in session.execute(pairs):
        if keyed and not sealed.key_name:
            yield f"The seal of entry {sealed.history_id} has no key, though those before it have one."
        keyed = keyed or bool(sealed.key_name)
        if entry is None:
            yield f"Entry {sealed.history_id} was removed."
        elif not keys.knows(sealed.key_name):
            yield f"Entry {entry.id} was sealed with another key ({sealed.key_name}) than AUDIT_KEY."
            return
        elif not _holds(keys, previous, sealed, entry, entry.id in erased):
            yield f"Entry {entry.id} of {entry.at:%Y-%m-%d %H:%M} UTC was changed, or one before it was removed."
        previous = sealed.hash
    if previous and keys.name and not keyed and (newest := _newest(session)) and _was_passed(session, newest):
        yield "No seal has a key, though this office has one: the chain may have been computed anew."


def _holds(keys: Keyring, previous: str, sealed: Seal, entry: History, is_erased: bool) -> bool:
    if not sealed.digest:
        # Sealed before there were keys: one hash over everything.
        return keys.seal("", _whole(previous, entry)) == sealed.hash
    is_whole = keys.seal(sealed.key_name, _contents(entry)) == sealed.digest
    return (is_whole or is_erased) and keys.seal(sealed.key_name, _link(previous, entry, sealed.digest)) == sealed.hash


def _unanchored(session: Session, known: Anchor) -> Iterator[str]:
    """Whether the chain still goes through a seal that was seen once."""
    found = maybe(session, select(Seal).where(col(Seal.id) == known.seal_id))
    if found is None:
        yield f"The chain once had a seal {known.seal_id}, which is gone: the end was cut off."
    elif not found.hash.startswith(known.hash):
        yield f"Seal {known.seal_id} is not the one that was kept outside: the chain was computed anew."
    elif known.entries and known.entries > (_count_up_to(session, known.seal_id)):
        yield f"There were {known.entries} entries up to seal {known.seal_id}, and there are fewer now."


def _count_up_to(session: Session, seal_id: int) -> int:
    return session.execute(select(func.count()).select_from(Seal).where(col(Seal.id) <= seal_id)).scalar() or 0


def _has_worked(session: Session) -> bool:
    return any(session.execute(select(col(table.id)).limit(1)).first() for table in (Person, Request))


def _last(session: Session) -> Seal | None:
    return maybe(session, select(Seal).order_by(col(Seal.id).desc()).limit(1))


def _newest(session: Session) -> History | None:
    return maybe(session, select(History).order_by(col(History.id).desc()).limit(1))


def _was_passed(session: Session, entry: History) -> bool:
    """Whether sealing has gone on long after an entry was written."""
    sealed_at = timers.last(session).get("seal")
    return sealed_at is not None and sealed_at > entry.at + LONG_AFTER


def _contents(entry: History) -> str:
    return _json([entry.id, entry.before, entry.after, entry.why])


def _link(previous: str, entry: History, digest: str) -> str:
    envelope = [entry.id, _moment(entry), entry.actor_id, entry.act, entry.subject, entry.subject_id, entry.undoes_id]
    return _json([previous, envelope, digest])


def _whole(previous: str, entry: History) -> str:
    columns = [
        entry.id,
        _moment(entry),
        entry.actor_id,
        entry.act,
        entry.subject,
        entry.subject_id,
        entry.before,
        entry.after,
        entry.why,
        entry.undoes_id,
    ]
    return _json([previous, columns])


def _moment(entry: History) -> str:
    return entry.at.astimezone(UTC).isoformat(timespec="microseconds")


def _json(what: Any) -> str:
    return json.dumps(what, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _unsealed(session: Session, newest: int, before: datetime, limit: int) -> list[History]:
    # A hundred numbers back: on PostgreSQL a lower number may have been committed after a higher one was sealed.
    sealed = select(col(Seal.history_id)).where(col(Seal.history_id) > newest - 100)
    waiting = (
        select(History)
        .where(col(History.id) > newest - 100, col(History.at) <= before, col(History.id).not_in(sealed))
        .order_by(col(History.id))
        .limit(limit)
    )
    return rows(session, waiting)


def _never_sealed(session: Session) -> Iterator[str]:
    """Entries without a seal: behind the chain, or long after their time."""
    newest = session.execute(select(func.max(col(Seal.history_id)))).scalar() or 0
    strays = select(History).where(col(History.id).not_in(select(col(Seal.history_id)))).order_by(col(History.id))
    for entry in rows(session, strays.limit(10)):
        if (entry.id or 0) < newest - 100:
            yield f"Entry {entry.id} was added behind the chain."
        elif _was_passed(session, entry):
            yield f"Entry {entry.id} of {entry.at:%Y-%m-%d %H:%M} UTC has no seal, long after its time."
