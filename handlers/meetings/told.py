"""What every message about a meeting is made of: the meeting, its date, who reads, and the way to it."""

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.drawing import Drawing, Message
from storage import history, meetings, people
from storage.meeting_tables import Meeting, MeetingDate
from storage.tables import History, Person


def meeting_of(drawing: Drawing) -> Meeting:
    return meetings.get(drawing.session, drawing.row.subject_id)


def day_of(drawing: Drawing) -> MeetingDate | None:
    return meetings.find_date(drawing.session, drawing.row.detail_id) if drawing.row.detail_id else None


def reader_of(drawing: Drawing) -> Person:
    return people.get(drawing.session, drawing.row.reader_id or 0)


def plain(drawing: Drawing, meeting: Meeting) -> str:
    """What a notification reads: never the title of a private meeting, which would stand on lock screens."""
    if meeting.private:
        return drawing.reader.say("M{number}: a meeting", number=meeting.id)
    return f"M{meeting.id} {blocks.cut(meeting.title, 150)}"


def news(drawing: Drawing, meeting: Meeting, text: str, *more: Block) -> Message:
    opens = [blocks.button(drawing.reader.say("Open"), "meetings.open", f"{meeting.id}|0")]
    return Message(plain(drawing, meeting), (blocks.md(text), *more, *blocks.actions(opens)))


def newest(session: Session, meeting: Meeting, acts: tuple[str, ...], day: MeetingDate | None) -> History | None:
    found = history.of(session, "meeting", meeting.id or 0, 50)
    if meeting.follows_id and "end" in acts:
        found = [*found, *history.of(session, "meeting", meeting.follows_id, 50)]
    mine = [one for one in found if one.act in acts]
    if day is not None:
        mine = [one for one in mine if one.after.get("date") in (None, day.id)]
    return mine[0] if mine else None
