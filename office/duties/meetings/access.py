"""The one way to a meeting, and the one place where it changes: version, history, cards."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import digest_cards, notices
from office.duties.changes import Overtaken, plain
from office.duties.people import refuse_unless_may
from office.errors import Refusal
from office.rules import meeting_permissions as rule
from office.rules.guests import Deed
from office.rules.meeting_permissions import MeetingParties
from storage import absences, history, meetings, people
from storage.meeting_tables import Invitee, Meeting, MeetingDate
from storage.tables import Person
from storage.words import CoverState, DateState, MeetingAct, MeetingState, Reply, Role, Standing


def look(session: Session, actor: Person, number: int, act: MeetingAct = MeetingAct.SEE) -> Meeting:
    """A meeting that somebody may do this with. One that they may not see does not exist for them."""
    meeting = meetings.find(session, number)
    if meeting is None or not is_allowed(session, actor, meeting, MeetingAct.SEE):
        raise Refusal("There is no meeting M{number} that you can see. /meeting mine shows yours.", number=number)
    if not is_allowed(session, actor, meeting, act):
        organiser = people.get(session, meeting.organiser_id)
        if act in (MeetingAct.ANSWER, MeetingAct.PROPOSE):
            _refuse_uninvited(actor, meeting)
        raise Refusal(
            "You can see M{number}, but this is for {who} to do, who has called it.",
            number=number, who=organiser.known_as,
        )  # fmt: skip
    if act is not MeetingAct.SEE and meeting.state is MeetingState.CANCELLED:
        raise Refusal("M{number} is cancelled. Book a new one: /meeting and what it is about.", number=number)
    return meeting


def _refuse_uninvited(actor: Person, meeting: Meeting) -> None:
    if actor.id == meeting.organiser_id:
        raise Refusal(
            "You have called M{number} yourself: move it with /meeting move M{number}, or cancel it.", number=meeting.id
        )
    raise Refusal("You are not invited to M{number}. Ask whoever has called it.", number=meeting.id)


def is_allowed(session: Session, actor: Person, meeting: Meeting, act: MeetingAct) -> bool:
    assert actor.id is not None
    manages = actor.has(Role.OFFICE_MANAGER)
    return rule.may(act, rule.relations(actor.id, actor.standing, manages, parties_of(session, meeting)))


def takes_part(session: Session, actor: Person, meeting: Meeting) -> bool:
    """Whether somebody sees all of a meeting, and not only when and where it is."""
    return is_allowed(session, actor, meeting, MeetingAct.PREPARE)


def parties_of(session: Session, meeting: Meeting) -> MeetingParties:
    them = meetings.invitees(session, meeting.id or 0)
    away = absences.current(session, meeting.organiser_id, clock.now())
    stands_in = away is not None and away.cover_state is CoverState.ACCEPTED and away.cover_id is not None
    return MeetingParties(
        organiser_id=meeting.organiser_id,
        stand_ins={away.cover_id} if away is not None and stands_in and away.cover_id else frozenset(),
        invited={who for one in them for who in (one.person_id, one.stands_in_id) if who is not None},
        our_side=set(meeting.our_side),
        private=meeting.private,
    )  # fmt: skip


def change(
    session: Session, actor: Person | None, meeting: Meeting, act: str, values: Mapping[str, Any],
    before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None, why: str = "",
) -> Meeting:  # fmt: skip
    """Changes a meeting as it was read, with its history and everything that follows; returns how it stands."""
    assert meeting.id is not None
    was = {name: plain(getattr(meeting, name)) for name in values}
    if not meetings.change(session, meeting, values):
        raise Overtaken
    changed = meetings.get(session, meeting.id)
    now = {name: plain(getattr(changed, name)) for name in values} | {"version": changed.version}
    history.record(
        session, clock.now(), actor.id if actor else None, act, "meeting", meeting.id,
        {**was, **(before or {})}, {**now, **(after or {})}, why,
    )  # fmt: skip
    show(session, changed)
    return changed


def show(session: Session, meeting: Meeting) -> None:
    """Redraws the cards of a meeting, and the digests and home tabs of those it concerns."""
    assert meeting.id is not None
    concerned = expected(session, meeting)
    notices.redraw(session, "meeting", meeting.id, concerned)
    digest_cards.redraw(session, concerned)


def persons(them: Iterable[Invitee]) -> list[int]:
    """Who comes: the invited, or who stands in for them; each once."""
    found = (one.stands_in_id or one.person_id for one in them)
    return list(dict.fromkeys(one for one in found if one is not None))


def expected(session: Session, meeting: Meeting) -> list[int]:
    """Everybody who is expected, the organiser first."""
    return list(dict.fromkeys([meeting.organiser_id, *persons(meetings.invitees(session, meeting.id or 0))]))


def refuse_bookers(actor: Person) -> None:
    """Meetings are called, and rooms booked, by the company's own people."""
    refusal = Refusal("Booking meetings and rooms is for the company's own people. Ask your host to do it.")
    refuse_unless_may(actor, Deed.BOOK, refusal)


def refuse_invited(session: Session, ids: Iterable[int]) -> None:
    for person in people.by_ids(session, list(dict.fromkeys(ids))).values():
        if person.standing == Standing.DEACTIVATED:
            raise Refusal("{who} has left. Choose somebody else.", who=person.known_as)
        if person.standing == Standing.EXTERNAL:
            raise Refusal(
                "{who} is not of this company. Invite them by e-mail: write their address instead.",
                who=person.known_as,
            )


def reply_of(session: Session, person: Person, day: MeetingDate, meeting: Meeting) -> Reply | None:
    """What somebody has answered to one date; None where they were not asked."""
    for one in meetings.invitees(session, meeting.id or 0):
        if person.id == (one.stands_in_id or one.person_id):
            own = meetings.date_replies(session, [day.id or 0])
            return own.get((day.id or 0, one.id or 0), one.reply)
    return None


def planned_date(session: Session, meeting: Meeting, date_id: int) -> MeetingDate:
    """One date of a meeting that still stands and is not over."""
    found = meetings.find_date(session, date_id)
    if found is None or found.meeting_id != meeting.id or found.state is not DateState.PLANNED:
        raise Refusal("This date of M{number} is cancelled, or was never one.", number=meeting.id)
    if found.ends_at <= clock.now():
        raise Refusal("This date of M{number} is over.", number=meeting.id)
    return found
