"""Invitations by e-mail, that any calendar takes, and the links by which guests answer."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from handlers.drawing import Drawing, Mail
from handlers.meetings import cards, ics
from office import clock
from office.duties import reach
from office.duties.meetings import letters
from storage import meetings, people
from storage.meeting_tables import Invitee, Meeting, MeetingDate
from storage.words import DateState, MeetingState

ANSWER_PATH = "/meeting/"


def mail(drawing: Drawing) -> Mail | None:
    """An invitation that any calendar takes; a guest may answer by link, too."""
    meeting, day = _meeting(drawing), _day(drawing)
    coming = meetings.next_date(drawing.session, meeting.id or 0, clock.now())
    # A series that was ended is sent with its end, also when no date of it is left.
    over = coming is None and meeting.rule is None
    if meeting.state is MeetingState.CANCELLED or over or not _still_invited(drawing, meeting):
        return None
    if day is not None and day.state is DateState.CANCELLED:
        return None
    reader, session = drawing.reader, drawing.session
    organiser = people.get(session, meeting.organiser_id)
    which = day or coming or next(iter(reversed(meetings.dates(session, meeting.id or 0))), None)
    if which is None:
        return None
    zone = meeting.zone
    lines = [
        reader.say("{who} invites you to {title}.", who=organiser.known_as, title=meeting.title),
        "",
        cards.span_said(reader, which.starts_at, which.ends_at, zone),
    ]
    if meeting.rule and day is None:
        lines.append(cards.rhythm_said(reader, meeting))
    if where := cards.rooms_said(session, reader, [which]):
        lines.append(where)
    if meeting.video:
        lines.append(meeting.video)
    lines += _answer_lines(drawing, meeting)
    subject = reader.say("Invitation: {title}", title=meeting.title)
    content = ics.of_meeting(session, meeting, "REQUEST", day.id if day and meeting.rule else None, _guest(drawing))
    return Mail(subject, "\n".join(lines), calendar=content, method="REQUEST", reply_to=organiser.email or "")


def mail_off(drawing: Drawing) -> Mail | None:
    meeting, day = _meeting(drawing), _day(drawing)
    reader, session = drawing.reader, drawing.session
    organiser = people.get(session, meeting.organiser_id)
    text = reader.say("{who} has cancelled {title}.", who=organiser.known_as, title=meeting.title)
    if day is not None:
        when = cards.span_said(reader, day.starts_at, day.ends_at, meeting.zone)
        text = reader.say(
            "{who} has left out one date of {title}: {when}.", who=organiser.known_as, title=meeting.title, when=when
        )
    if meeting.state is MeetingState.PLANNED and day is None and _still_invited(drawing, meeting):
        return None  # invited again before this could leave
    if day is None and not _still_invited(drawing, meeting):
        # Taken off the list: they learn that, and nothing that was said since.
        content = ics.taken_back(session, meeting, _guest(drawing))
        text = reader.say(
            "You are not expected any more at the meeting to which {who} had invited you.", who=organiser.known_as
        )
        return Mail(reader.say("Invitation taken back"), text, calendar=content, method="CANCEL")
    content = ics.of_meeting(session, meeting, "CANCEL", day.id if day and meeting.rule else None, _guest(drawing))
    subject = reader.say("Cancelled: {title}", title=meeting.title)
    return Mail(subject, text, calendar=content, method="CANCEL", reply_to=organiser.email or "")


def answer_path(session: Session, meeting: Meeting, invitee: Invitee) -> str:
    return f"{ANSWER_PATH}{invitee.id}-{reach.signature(session, link_name(meeting, invitee))}"


def link_name(meeting: Meeting, invitee: Invitee) -> str:
    """What a guest's link is good for: this guest in this meeting, whatever numbers are given out again."""
    return f"invitee:{invitee.id}:{meeting.key}:{invitee.email}"


def _answer_lines(drawing: Drawing, meeting: Meeting) -> list[str]:
    """A link by which a guest answers; colleagues answer in Slack or in their calendar."""
    ours = reach.address(drawing.session)
    address = drawing.row.destination.removeprefix("mail:")
    guest = next((one for one in meetings.invitees(drawing.session, meeting.id or 0) if one.email == address), None)
    if guest is None:
        return []
    if ours is None:
        return ["", drawing.reader.say("Answer with your calendar, or by replying to this e-mail.")]
    return [
        "",
        drawing.reader.say(
            "Can you come? Answer here: {link}", link=f"{ours}{answer_path(drawing.session, meeting, guest)}"
        ),
    ]


def _guest(drawing: Drawing) -> str:
    """The address of a guest whom a mail goes to; nothing where it is a colleague's."""
    address = drawing.row.destination.removeprefix("mail:")
    return "" if people.with_email(drawing.session, address) is not None else address


def _still_invited(drawing: Drawing, meeting: Meeting) -> bool:
    return drawing.row.destination.removeprefix("mail:") in letters.addresses(drawing.session, meeting)


MAILS: dict[str, Callable[[Drawing], Mail | None]] = {"meetings.mail": mail, "meetings.mail_off": mail_off}


def _meeting(drawing: Drawing) -> Meeting:
    return meetings.get(drawing.session, drawing.row.subject_id)


def _day(drawing: Drawing) -> MeetingDate | None:
    return meetings.find_date(drawing.session, drawing.row.detail_id) if drawing.row.detail_id else None
