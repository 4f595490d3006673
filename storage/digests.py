"""Digests: when each person's comes, what was sent, and the news that waits for it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.kept import forget_kept, kept
from storage.statements import BATCH, add_all, changed, insert_or_ignore, maybe, one, rows
from storage.tables import History, Outbox, Person, Request
from storage.time_tables import Digest, News, Preference
from storage.words import DigestKind, OutboxState, Standing


def preference(session: Session, person_id: int) -> Preference:
    """How somebody wants to be told; whoever has chosen nothing has the usual."""

    def load() -> Preference:
        found = maybe(session, select(Preference).where(col(Preference.person_id) == person_id))
        return found or Preference(person_id=person_id)

    return kept(session, ("preference", person_id), load)


def choose(session: Session, person_id: int, values: Mapping[str, Any]) -> None:
    forget_kept(session)
    usual: dict[str, Any] = {
        "digest_at": "08:30",
        "digest_days": None,
        "digest_on": True,
        "topics": {},
        "next_digest_at": None,
    }
    insert_or_ignore(session, Preference, {"person_id": person_id, **usual})
    session.execute(update(Preference).where(col(Preference.person_id) == person_id).values(**values))


def without_preference(session: Session, limit: int = BATCH) -> list[Person]:
    """Members whose first digest has not been planned."""
    known = select(col(Preference.person_id))
    new = select(Person).where(col(Person.standing) == Standing.MEMBER, col(Person.id).not_in(known))
    return rows(session, new.where(col(Person.slack_id).is_not(None)).limit(limit))


def due(session: Session, now: datetime, limit: int = BATCH) -> list[Preference]:
    ripe = select(Preference).where(col(Preference.next_digest_at) <= now)
    return rows(session, ripe.order_by(col(Preference.next_digest_at)).limit(limit))


def claim(session: Session, preference: Preference, next_at: datetime | None) -> bool:
    """Moves somebody's next digest on; says whether nobody else has."""
    mine = update(Preference).where(
        col(Preference.person_id) == preference.person_id, col(Preference.next_digest_at) == preference.next_digest_at
    )
    return changed(session.execute(mine.values(next_digest_at=next_at))) == 1


def plan(session: Session, person_id: int, next_at: datetime | None) -> None:
    """Says when somebody's next digest comes. Nothing that is kept depends on it."""
    mine = update(Preference).where(col(Preference.person_id) == person_id)
    session.execute(mine.values(next_digest_at=next_at))


def add(session: Session, person_id: int, kind: DigestKind, due_at: datetime, since_at: datetime) -> int | None:
    """One digest; None when this one was made before."""
    values = {"person_id": person_id, "kind": kind, "due_at": due_at, "since_at": since_at}
    if not insert_or_ignore(session, Digest, values):
        return None
    mine = select(col(Digest.id)).where(col(Digest.person_id) == person_id, col(Digest.due_at) == due_at)
    return session.execute(mine).scalar()


def get(session: Session, digest_id: int) -> Digest:
    return one(session, select(Digest).where(col(Digest.id) == digest_id))


def last(session: Session, person_id: int) -> Digest | None:
    mine = select(Digest).where(col(Digest.person_id) == person_id)
    return maybe(session, mine.order_by(col(Digest.id).desc()).limit(1))


def last_sent(session: Session, person_id: int) -> Digest | None:
    """The newest digest of somebody that reached them: what one that could not leave had to tell is news still."""
    sent = select(col(Outbox.subject_id)).where(
        text("outbox.is_card"), col(Outbox.subject) == "digest", col(Outbox.subject_id) == col(Digest.id),
        col(Outbox.state) == OutboxState.SENT, col(Outbox.redraws_id).is_(None),
    )  # fmt: skip
    mine = select(Digest).where(col(Digest.person_id) == person_id, sent.exists())
    return maybe(session, mine.order_by(col(Digest.id).desc()).limit(1))


def tell_later(session: Session, news: Collection[Mapping[str, Any]]) -> None:
    add_all(session, News, list(news))


def news_since(session: Session, person_id: int, moment: datetime, until: datetime) -> list[News]:
    theirs = select(News).where(col(News.person_id) == person_id, col(News.at) >= moment, col(News.at) < until)
    return rows(session, theirs.order_by(col(News.id)))


def forget_news_before(session: Session, moment: datetime) -> None:
    session.execute(delete(News).where(col(News.at) < moment))


def changes_of_asked(
    session: Session, person_id: int, since: datetime, until: datetime
) -> list[tuple[Request, History]]:
    """What others did with somebody's requests in a span: each request with its newest entry."""
    entries = (
        select(Request, History)
        .join(History, (col(History.subject) == "request") & (col(History.subject_id) == col(Request.id)))
        .where(
            col(Request.requester_id) == person_id,
            col(History.at) >= since,
            col(History.at) < until,
            (col(History.actor_id) != person_id) | col(History.actor_id).is_(None),
            col(History.act) != "note",
        )
        .order_by(col(History.id))
    )
    newest = {request.id: (request, entry) for request, entry in session.execute(entries)}
    return list(newest.values())
