"""tell(): every message to somebody else goes to the outbox, in the transaction of what it is about."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import confidence
from office.rules.topics import TOPICS, wanted
from storage import digests, offices, outbox, people, requests, tasks
from storage.outbox import Letter
from storage.tables import Desk, Person
from storage.words import Role, Standing, Wanted

# A home tab is kept current for those who have looked at it within this time; others get it drawn when they come.
HOME_KEPT = timedelta(minutes=30)


def tell(
    session: Session,
    kind: str,
    subject: str,
    subject_id: int,
    to: Iterable[int | None],
    detail_id: int | None = None,
    is_card: bool = False,
    except_for: int | None = None,
    due_at: datetime | None = None,
) -> None:
    """Tells people, each once and in a direct message of their own, not before `due_at`; `except_for` is who did it
    and knows.

    News that somebody wants in their digest waits for it there, and what they want to hear nothing of is not told.
    """
    readers = list(dict.fromkeys(one for one in to if one is not None and one != except_for))
    if kind in TOPICS:
        readers = _at_once(session, kind, subject, subject_id, detail_id, readers)
    letters = [
        Letter(kind, subject, subject_id, f"person:{one}", one, detail_id=detail_id, is_card=is_card) for one in readers
    ]
    outbox.add(session, letters, clock.now(), due_at)


def tell_in_time(
    session: Session, kind: str, subject: str, subject_id: int, to: int, detail_id: int, due: datetime
) -> None:
    """Tells somebody what a timer found; the same occurrence is told once, whatever restarts meanwhile."""
    occurrence = f"{kind}:{subject_id}:{detail_id}:{due.isoformat()}:{to}"
    letter = Letter(
        kind, subject, subject_id, f"person:{to}", to, detail_id=detail_id, is_card=True, occurrence=occurrence
    )
    outbox.add_once(session, letter, clock.now(), due)


def post_card(session: Session, kind: str, subject: str, subject_id: int, desk: Desk) -> None:
    """Puts a card before a desk: in its channel, else to its people, else to the administrators. Where the channel is
    not for its words, only its number stands there, and the people get it, too."""
    if desk.channel:
        outbox.add(session, [Letter(kind, subject, subject_id, desk.channel, is_card=True)], clock.now())
    if confidence.needs_messages(session, subject, subject_id, desk):
        tell(session, kind, subject, subject_id, desk_people(session, desk), is_card=True)


def post_in(session: Session, kind: str, subject: str, subject_id: int, channel: str) -> None:
    """Puts a card into a channel."""
    outbox.add(session, [Letter(kind, subject, subject_id, channel, is_card=True)], clock.now())


def post_card_once(session: Session, kind: str, subject: str, subject_id: int, desk: Desk) -> None:
    """The same, unless the desk has such a card."""
    places = [desk.channel] if desk.channel else [f"person:{one}" for one in desk_people(session, desk)]
    if not outbox.has_card(session, kind, subject, subject_id, places):
        post_card(session, kind, subject, subject_id, desk)


def post_below(session: Session, kind: str, subject: str, subject_id: int, desk: Desk, detail_id: int) -> None:
    """Adds to the thread below a desk's card; a desk without a channel has no thread."""
    card = outbox.card_of(session, subject, subject_id, desk.channel) if desk.channel else None
    if card is not None and desk.channel:
        below = Letter(kind, subject, subject_id, desk.channel, detail_id=detail_id, parent_id=card.id)
        outbox.add(session, [below], clock.now())


def redraw(session: Session, subject: str, subject_id: int, concerned: Iterable[int | None]) -> None:
    """Every card of one thing, and the home tabs of those it concerns, show how it stands."""
    now = clock.now()
    outbox.redraw(session, subject, subject_id, now)
    people.stale_homes(session, [one for one in concerned if one is not None], now - HOME_KEPT)


def desk_people(session: Session, desk: Desk) -> list[int]:
    """Who hears of a desk that has no channel: its people, else whoever runs the office."""
    assert desk.id is not None
    named = people.by_ids(session, [*sorted(offices.members(session, desk.id)), desk.lead_id])
    found = [_id(person) for person in named.values() if person.standing == Standing.MEMBER]
    return found or [_id(person) for person in people.with_role(session, Role.OFFICE_MANAGER)] or admins(session)


def lead_of(session: Session, desk: Desk) -> list[int]:
    """Who answers for a desk: its lead while they are here, else its people."""
    lead = people.find(session, desk.lead_id)
    return [_id(lead)] if lead is not None and lead.standing == Standing.MEMBER else desk_people(session, desk)


def admins(session: Session) -> list[int]:
    return [_id(person) for person in people.with_role(session, Role.ADMIN)]


def has_digest(session: Session, person_id: int) -> bool:
    """Whether what waits for somebody's digest will ever reach them."""
    person = people.find(session, person_id)
    member = person is not None and person.standing is Standing.MEMBER
    return member and digests.preference(session, person_id).digest_on


def _at_once(
    session: Session, kind: str, subject: str, subject_id: int, detail_id: int | None, readers: list[int]
) -> list[int]:
    """Who wants this news now; for those who want it in their digest it is kept. The choice is that of whoever asked
    or gave: those who work on something hear of it anyway."""
    theirs = _askers(session, subject, subject_id)
    choices = {one: _choice(session, one, kind) if one in theirs else Wanted.NOW for one in readers}
    later = [one for one, choice in choices.items() if choice is Wanted.DIGEST]
    news = {"kind": kind, "subject": subject, "subject_id": subject_id, "detail_id": detail_id, "at": clock.now()}
    digests.tell_later(session, [{"person_id": one, **news} for one in later])
    return [one for one, choice in choices.items() if choice is Wanted.NOW]


def _choice(session: Session, person_id: int, kind: str) -> Wanted:
    chosen = wanted(digests.preference(session, person_id).topics, TOPICS[kind])
    return Wanted.NOW if chosen is Wanted.DIGEST and not has_digest(session, person_id) else chosen


def _askers(session: Session, subject: str, subject_id: int) -> set[int | None]:
    if subject == "task":
        return {tasks.get(session, subject_id).giver_id}
    request = requests.get(session, subject_id)
    return {request.requester_id, request.beneficiary_id}


def _id(person: Person) -> int:
    assert person.id is not None
    return person.id
