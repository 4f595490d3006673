"""E-mail to those who are invited: to guests always, to colleagues so that it stands in their calendar."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.reach import caldav, has_mail
from storage import history, meetings, outbox, people
from storage.meeting_tables import Invitee, Meeting
from storage.outbox import Letter
from storage.words import MeetingState

MAIL, CALDAV = "mail:", "caldav:"


def ask(session: Session, meeting: Meeting, to: Iterable[Invitee] | None = None, date_id: int | None = None) -> None:
    """Sends the invitation as it stands, to all or to some; `date_id`: of one date that was moved."""
    _send(session, "meetings.mail", meeting, to, date_id)


def call_off(
    session: Session, meeting: Meeting, to: Iterable[Invitee] | None = None, date_id: int | None = None
) -> None:
    """Takes an invitation back, of the whole meeting or of one date."""
    _send(session, "meetings.mail_off", meeting, to, date_id)


def addresses(session: Session, meeting: Meeting, to: Iterable[Invitee] | None = None) -> list[str]:
    """Who hears of a meeting by e-mail: guests, colleagues with an address, and whoever has called it."""
    them = list(meetings.invitees(session, meeting.id or 0) if to is None else to)
    known = people.by_ids(session, [one.stands_in_id or one.person_id for one in them])
    found = [
        one.email if one.person_id is None else (known[one.stands_in_id or one.person_id].email or "") for one in them
    ]
    if to is None:
        found.append(people.get(session, meeting.organiser_id).email or "")
    return list(dict.fromkeys(one for one in found if one))


def guests_without_mail(session: Session, meeting: Meeting) -> list[str]:
    """Guests who hear nothing, since no e-mail server is set up."""
    if has_mail(session):
        return []
    return [one.email for one in meetings.invitees(session, meeting.id or 0) if one.email]


def _send(session: Session, kind: str, meeting: Meeting, to: Iterable[Invitee] | None, date_id: int | None) -> None:
    _write(session, meeting)
    if not has_mail(session):
        return
    letters = [
        Letter(kind, "meeting", meeting.id or 0, f"{MAIL}{address}", detail_id=date_id)
        for address in addresses(session, meeting, to)
    ]
    outbox.add(session, letters, clock.now())


def _write(session: Session, meeting: Meeting) -> None:
    """Has the meeting written to the company's calendar server, as it stands then: in each calendar, or in the one."""
    how = caldav(session)
    if not how:
        return
    names = [""]
    if how == "personal":
        ids = [
            meeting.organiser_id,
            *(one.stands_in_id or one.person_id for one in meetings.invitees(session, meeting.id or 0)),
        ]
        names = list(dict.fromkeys(one.email for one in people.by_ids(session, ids).values() if one.email))
    letters = [Letter("meetings.caldav", "meeting", meeting.id or 0, f"{CALDAV}{name}") for name in names]
    outbox.add(session, letters, clock.now())


def left(session: Session, meeting_id: int, address: str) -> None:
    """An invitation is on its way: nothing more to do."""


def lost(session: Session, meeting_id: int, trouble: str) -> None:
    """An invitation could not leave: whoever has called the meeting hears of it."""
    meeting = meetings.find(session, meeting_id)
    if meeting is not None and meeting.state is MeetingState.PLANNED:
        entry = history.record(session, clock.now(), None, "mail_lost", "meeting", meeting_id, why=trouble)
        notices.tell(session, "meetings.mail_lost", "meeting", meeting_id, [meeting.organiser_id], detail_id=entry)
