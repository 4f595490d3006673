"""Messages to others: added with the change that causes them, claimed, sent, and kept as cards."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, func, literal, or_, select, text, update
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from storage.columns import Moment
from storage.facts import Identity
from storage.statements import BATCH, add_all, changed, insert_or_ignore, maybe, one, rows
from storage.tables import Outbox
from storage.words import PENDING, OutboxState


@dataclass(frozen=True)
class Letter:
    """One message to one destination: a person ("person:7") or a channel.

    `kind` names who words it, `subject` and `subject_id` what it is about. `occurrence` names a message that a
    timer causes, so that no restart, second process or restored backup can cause it twice.
    """

    kind: str
    subject: str
    subject_id: int
    destination: str
    reader_id: int | None = None
    detail_id: int | None = None
    is_card: bool = False
    parent_id: int | None = None
    occurrence: str | None = None


def add(session: Session, letters: Iterable[Letter], now: datetime, due_at: datetime | None = None) -> None:
    """Messages to send: now, or not before `due_at`."""
    identity = identity_of(session)
    add_all(session, Outbox, [_row(letter, identity, now) | {"due_at": due_at or now} for letter in letters])


def add_once(session: Session, letter: Letter, now: datetime, due: datetime) -> bool:
    """Adds a timer's message unless it was added before; one that may have left before a restore is looked up."""
    identity = identity_of(session)
    row = _row(letter, identity, now)
    if identity.restored_at is not None and due <= identity.restored_at:
        row["state"] = OutboxState.UNKNOWN
    return insert_or_ignore(session, Outbox, row)


# As the partial index says it: SQLite does not know that "is_card IS 1" means the same, and reads the whole table.
_IS_CARD = text("outbox.is_card")


def redraw(session: Session, subject: str, subject_id: int, now: datetime) -> None:
    """Asks for every card of one thing to be drawn anew; several changes before that become one drawing."""
    cards = select(Outbox).where(
        _IS_CARD,
        col(Outbox.subject) == subject,
        col(Outbox.subject_id) == subject_id,
        col(Outbox.state).not_in([OutboxState.NEW, OutboxState.DEAD, OutboxState.CANCELLED]),
    )
    for card in rows(session, cards):
        draw_again(session, card, now)


def draw_again(session: Session, card: Outbox, now: datetime) -> None:
    """Asks for one message to be drawn as things stand."""
    insert_or_ignore(
        session,
        Outbox,
        {
            **_row(_again(card), identity_of(session), now),
            "thread": card.thread,
            "redraws_id": card.id,
        },
    )


def identity_of(session: Session) -> Identity:
    identity = session.info["identity"]
    assert isinstance(identity, Identity)
    return identity


def forget(session: Session, kinds: str) -> None:
    """Takes everything back that has not left and whose kind begins so; for a seeded company only."""
    waiting = update(Outbox).where(col(Outbox.kind).startswith(kinds), col(Outbox.state) == OutboxState.NEW)
    session.execute(waiting.values(state=OutboxState.CANCELLED))


def newest_mail(session: Session, subject: str, subject_id: int) -> Outbox | None:
    """The newest e-mail about one thing."""
    return maybe(session, select(Outbox).where(*_mails(subject, subject_id)).order_by(col(Outbox.id).desc()).limit(1))


def cancel_mails(session: Session, subject: str, subject_id: int) -> int:
    """Takes e-mails back that have not left; returns how many."""
    waiting = update(Outbox).where(
        *_mails(subject, subject_id), col(Outbox.state).in_([OutboxState.NEW, OutboxState.RETRY, OutboxState.DEAD])
    )
    return changed(session.execute(waiting.values(state=OutboxState.CANCELLED)))


def _mails(subject: str, subject_id: int) -> list[Any]:
    # The literal prefix lets both databases use the partial index.
    return [col(Outbox.subject) == subject, col(Outbox.subject_id) == subject_id, text("destination LIKE 'mail:%'")]


def get(session: Session, row_id: int) -> Outbox:
    return one(session, select(Outbox).where(col(Outbox.id) == row_id))


def find(session: Session, row_id: int) -> Outbox | None:
    return maybe(session, select(Outbox).where(col(Outbox.id) == row_id))


def sent_before(session: Session, row: Outbox, channel: str) -> str | None:
    """The ts of the last message that stood in a channel when a row was made; it can't have been posted before that."""
    sent = select(col(Outbox.ts)).where(
        col(Outbox.channel) == channel, col(Outbox.ts).is_not(None), col(Outbox.sent_at) <= row.created_at
    )
    return maybe(session, sent.order_by(col(Outbox.ts).desc()).limit(1))


def card_at(session: Session, channel: str, ts: str) -> Outbox | None:
    """The message of ours that stands at a place in Slack."""
    at = select(Outbox).where(col(Outbox.channel) == channel, col(Outbox.ts) == ts, col(Outbox.redraws_id).is_(None))
    return maybe(session, at.limit(1))


def card_of(session: Session, subject: str, subject_id: int, destination: str) -> Outbox | None:
    cards = select(Outbox).where(
        _IS_CARD,
        col(Outbox.subject) == subject,
        col(Outbox.subject_id) == subject_id,
        # A card that was addressed to a #name stands in the channel that was found for it.
        or_(col(Outbox.destination) == destination, col(Outbox.channel) == destination),
    )
    return maybe(session, cards.order_by(col(Outbox.id).desc()).limit(1))


def has_card(session: Session, kind: str, subject: str, subject_id: int, places: Collection[str]) -> bool:
    """Whether a card of this kind was posted, or is on its way, to one of some destinations."""
    cards = select(col(Outbox.id)).where(
        _IS_CARD,
        col(Outbox.subject) == subject,
        col(Outbox.subject_id) == subject_id,
        col(Outbox.kind) == kind,
        or_(col(Outbox.destination).in_(places), col(Outbox.channel).in_(places)),
    )
    return session.execute(cards.limit(1)).scalar() is not None


# The heads of all queues: per destination the oldest row that is due, whose lease (if any) has run out and that no
# earlier row of its thread holds back. The literal list of states is what lets both databases use the partial index.
_PENDING = "('new', 'claimed', 'retry', 'unknown')"
_HEADS = text(f"""
    SELECT min(o.id) AS id, o.destination FROM outbox o
    WHERE o.state IN {_PENDING}
      AND ((o.state <> 'claimed' AND o.due_at <= :now) OR (o.state = 'claimed' AND o.lease_until <= :now))
      AND NOT EXISTS (
        SELECT 1 FROM outbox e WHERE e.thread = o.thread AND e.id < o.id AND e.state IN {_PENDING})
    GROUP BY o.destination
    ORDER BY 1
""").bindparams(bindparam("now", type_=Moment))


_UNCLAIMED = (OutboxState.NEW, OutboxState.RETRY, OutboxState.UNKNOWN)


def due_heads(session: Session, now: datetime) -> list[tuple[int, str]]:
    """(id, destination) of the next row of each destination, oldest first; nothing is claimed yet."""
    return [(row_id, destination) for row_id, destination in session.execute(_HEADS, {"now": now})]


def claimable(session: Session, ids: Collection[int], now: datetime) -> list[Outbox]:
    """Those of some rows that are to be had still: another process may have claimed one since it was seen."""
    free = or_(
        and_(col(Outbox.state).in_(_UNCLAIMED), col(Outbox.due_at) <= now),
        and_(col(Outbox.state) == OutboxState.CLAIMED, col(Outbox.lease_until) <= now),
    )
    wanted = select(Outbox).where(col(Outbox.id).in_(ids), free).order_by(col(Outbox.id))
    # What another process holds at this moment is its own: waiting for it would let one that is frozen stop all.
    return rows(session, wanted.with_for_update(skip_locked=True))


def claim(
    session: Session, heads: Collection[Outbox], owner: str, now: datetime, lease: timedelta
) -> list[tuple[Outbox, OutboxState]]:
    """Claims rows that nobody else has meanwhile; each with the state that it was in before."""
    mine = []
    for row in heads:
        statement = (
            update(Outbox)
            .where(col(Outbox.id) == row.id, col(Outbox.state) == row.state, col(Outbox.fence) == row.fence)
            .values(
                state=OutboxState.CLAIMED,
                owner=owner,
                fence=row.fence + 1,
                lease_until=now + lease,
                attempts=row.attempts + 1,
            )
        )
        if changed(session.execute(statement)):
            before = row.state
            row.fence += 1
            row.attempts += 1
            row.lease_until = now + lease
            mine.append((row, before))
    return mine


def finish(session: Session, row: Outbox, state: OutboxState, **values: Any) -> bool:
    """Ends a claim; False when the lease had run out and somebody else has claimed the row since."""
    statement = (
        update(Outbox)
        .where(col(Outbox.id) == row.id, col(Outbox.state) == OutboxState.CLAIMED, col(Outbox.fence) == row.fence)
        .values(state=state, owner=None, lease_until=None, **values)
    )
    return changed(session.execute(statement)) == 1


def drawn(session: Session, card_id: int, fingerprint: str) -> None:
    session.execute(update(Outbox).where(col(Outbox.id) == card_id).values(drawn=fingerprint))


def dead(session: Session, limit: int = 20) -> list[Outbox]:
    letters = select(Outbox).where(col(Outbox.state) == OutboxState.DEAD).order_by(col(Outbox.id).desc()).limit(limit)
    return rows(session, letters)


def oldest_due(session: Session) -> datetime | None:
    """Since when the oldest message that is due waits; None when none does."""
    waiting = (OutboxState.NEW, OutboxState.CLAIMED, OutboxState.RETRY, OutboxState.UNKNOWN)
    return session.execute(select(func.min(col(Outbox.due_at))).where(col(Outbox.state).in_(waiting))).scalar()


def count_dead(session: Session) -> int:
    counted = select(func.count()).select_from(Outbox).where(col(Outbox.state) == OutboxState.DEAD)
    return one(session, counted)


def revive(session: Session, row_id: int, now: datetime) -> bool:
    """Lets a dead letter be sent again. Slack is asked first whether it has it; a mail server can't be asked."""
    return _revive(session, now, col(Outbox.id) == row_id) == 1


def revive_all(session: Session, now: datetime) -> int:
    """The same for all of them; returns how many."""
    return _revive(session, now)


def _revive(session: Session, now: datetime, *which: ColumnElement[bool]) -> int:
    again = update(Outbox).where(col(Outbox.state) == OutboxState.DEAD, *which)
    is_mail = col(Outbox.destination).startswith("mail:")
    state = case((is_mail, literal(OutboxState.RETRY.value)), else_=literal(OutboxState.UNKNOWN.value))
    return changed(session.execute(again.values(state=state, due_at=now, attempts=0, trouble=None)))


def revive_channel(session: Session, channel: str, now: datetime) -> None:
    """Sends again what a channel could not get while the bot was not in it."""
    waiting = update(Outbox).where(col(Outbox.destination) == channel, col(Outbox.state) == OutboxState.DEAD)
    session.execute(waiting.values(state=OutboxState.UNKNOWN, due_at=now, attempts=0, trouble=None))


def forget_before(session: Session, moment: datetime, limit: int = BATCH) -> int:
    """Deletes what has left, or will not, since before a moment, some at a time; returns how many. Cards stay: their
    things may live on and draw them anew; and so does what something else hangs on."""
    below = aliased(Outbox)
    hangs = select(col(below.id)).where(
        or_(col(below.parent_id) == col(Outbox.id), col(below.redraws_id) == col(Outbox.id))
    )
    over = select(col(Outbox.id)).where(
        col(Outbox.state).in_([OutboxState.SENT, OutboxState.SUPERSEDED, OutboxState.CANCELLED]),
        col(Outbox.created_at) < moment,
        or_(text("NOT outbox.is_card"), col(Outbox.redraws_id).is_not(None)),
        ~hangs.exists(),
    )
    return changed(session.execute(delete(Outbox).where(col(Outbox.id).in_(over.limit(limit)))))


def stepped_back(session: Session, now: datetime) -> int:
    """After the clock was set back: what was to leave soon would wait for the time that was; it keeps its distance."""
    ahead = rows(session, select(Outbox).where(col(Outbox.state).in_(PENDING), col(Outbox.created_at) > now))
    for row in ahead:
        due = now + max(row.due_at - row.created_at, timedelta())
        lease = now if row.lease_until is not None else None
        moved = update(Outbox).where(col(Outbox.id) == row.id, col(Outbox.fence) == row.fence)
        session.execute(moved.values(created_at=now, due_at=due, lease_until=lease))
    return len(ahead)


def drop(session: Session, row_id: int) -> bool:
    gone = update(Outbox).where(col(Outbox.id) == row_id, col(Outbox.state) == OutboxState.DEAD)
    return changed(session.execute(gone.values(state=OutboxState.CANCELLED))) == 1


def doubt_pending(session: Session) -> int:
    """After a restore: what had not left in the backup may have left since, so it is looked up first."""
    waiting = update(Outbox).where(col(Outbox.state).in_(PENDING))
    return changed(session.execute(waiting.values(state=OutboxState.UNKNOWN, owner=None, lease_until=None)))


def _again(card: Outbox) -> Letter:
    return Letter(card.kind, card.subject, card.subject_id, card.destination, card.reader_id, detail_id=card.detail_id)


def _row(letter: Letter, identity: Identity, now: datetime) -> dict[str, Any]:
    return {
        "key": identity.key(letter.occurrence),
        "kind": letter.kind,
        "subject": letter.subject,
        "subject_id": letter.subject_id,
        "detail_id": letter.detail_id,
        "is_card": letter.is_card,
        "reader_id": letter.reader_id,
        "destination": letter.destination,
        "thread": f"{letter.destination}/{letter.subject}:{letter.subject_id}",
        "parent_id": letter.parent_id,
        "redraws_id": None,
        "state": OutboxState.NEW,
        "created_at": now,
        "due_at": now,
        "attempts": 0,
        "fence": 0,
    }
