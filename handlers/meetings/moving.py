"""Another time or another room: what was said, what comes of it, and the ways out when a room can't move along."""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import blocks, times
from handlers.context import Answer, Call
from handlers.meetings import cards
from office import clock
from office.duties.meetings import changing, waiting
from office.duties.meetings import rooms as room_duty
from office.duties.meetings.rooms import Clash, Taken
from office.errors import Refusal
from office.rules.words import tokens
from office.when import When
from storage import meetings, rooms
from storage.meeting_tables import Meeting, MeetingDate

_LEADING = re.compile(r"^(?:to|till|auf|nach|um|al?(?= )|para|on|den|el|la)\s+", re.IGNORECASE)
# The words that may stand beside a time of day.
_OF_A_CLOCK = frozenset(
    [
        *map(str, range(2400)),
        *(f"{one:02}" for one in range(60)),
        *["at", "um", "uhr", "kl", "klockan", "a", "las", "la", "h", "am", "pm", "to", "till", "bis"],
    ]
)


def move_to(
    session: Session, call: Call, meeting: Meeting, day: MeetingDate, start: datetime, minutes: int | None = None,
    room_ids: tuple[int, ...] | None = None, replaces: bool = False,
) -> Answer:  # fmt: skip
    """Moves one date, or says why its room can't move along and what else there is."""
    local = start.astimezone(call.reader.tz)
    zone = meeting.zone
    there = start.astimezone(ZoneInfo(zone))
    try:
        with session.begin_nested():
            changed = changing.move(
                session, call.person, meeting.id or 0, day.id or 0, there.date(), there.time(), minutes,
                room_ids=room_ids,
            )  # fmt: skip
    except Taken as taken:
        return cannot_move(session, call, meeting, day, local, minutes, taken.clashes, replaces)
    moved = meetings.get_date(session, day.id or 0)
    head = call.reader.say("Moved: M{number} {title}", number=meeting.id, title=meeting.title)
    before = cards.span_said(call.reader, day.starts_at, day.ends_at)
    facts = [call.reader.md("*Before* {when}", when=before)] if meeting.rule else []
    facts += [call.reader.md("*When* {when}", when=cards.date_said(call.reader, moved))]
    if where := cards.rooms_said(session, call.reader, [moved]):
        facts.append(call.reader.md("*Where* {where}", where=where))
    told = call.reader.say("Everybody is told, and asked whether they can come then.")
    if meeting.rule:
        told += " " + call.reader.say("Only this date has moved; the others keep their time.")
    value = f"{changed.id}|{day.id}"
    row = blocks.actions([blocks.button(call.reader.say("Open"), "meetings.open", value)])
    return Answer(
        head, (blocks.words(head), blocks.md("\n".join(facts)), blocks.context(told), *row), replaces=replaces
    )


def cannot_move(
    session: Session, call: Call, meeting: Meeting, day: MeetingDate, start: datetime, minutes: int | None,
    clashes: tuple[Clash, ...], replaces: bool = False,
) -> Answer:  # fmt: skip
    """A room can't move along: why, and the ways out as buttons."""
    reader, person = call.reader, call.person
    heading = reader.say("Not moved")
    lines = [cards.clash_said(session, reader, person, one) for one in clashes]
    length = timedelta(minutes=minutes) if minutes else day.ends_at - day.starts_at
    wanted = list({one.room.id: one.room for one in clashes}.values())
    mine = [one.room_id for one in rooms.of_dates(session, [day.id or 0])]
    value = f"{meeting.id}|{day.id}|{int(length.total_seconds() // 60)}"
    others = [rooms.get(session, one) for one in mine]
    row = [
        blocks.button(
            cards.date_choice(reader, _at(day, one)), f"meetings.move_to:at{at}", f"{value}|{int(one.timestamp())}|"
        )
        for at, one in enumerate(room_duty.next_times(session, person, others or wanted, start, start + length))
    ]
    barred = {one.id for one in wanted}
    kept = [one for one in mine if one not in barred]
    row += [
        blocks.button(
            cards.room_said(session, reader, one), f"meetings.move_to:room{one.id}",
            f"{value}|{int(start.timestamp())}|{','.join(map(str, [*kept, one.id]))}",
        )
        for one in room_duty.others(session, person, wanted[0], start, start + length, 1, most=2)
    ]  # fmt: skip
    row.append(
        blocks.button(
            reader.say("Move it without a room"), "meetings.move_to:none",
            f"{value}|{int(start.timestamp())}|{','.join(map(str, kept)) or '-'}",
        )
    )  # fmt: skip
    hint = reader.say("Nothing has changed. Choose what to do:")
    return Answer(
        heading,
        (blocks.header(heading), blocks.words("\n".join(lines)), blocks.context(hint), *blocks.actions(row)),
        replaces=replaces,
    )


def set_rooms(
    session: Session, call: Call, meeting: Meeting, date_id: int | None, room_ids: list[int], replaces: bool = False
) -> Answer:
    """Other rooms; the dates that can't have them are named."""
    try:
        with session.begin_nested():
            kept = changing.set_rooms(session, call.person, meeting.id or 0, date_id, room_ids)
    except Taken as taken:
        lines = [cards.clash_said(session, call.reader, call.person, one) for one in taken.clashes[:5]]
        text = "\n".join(lines)
        row = [blocks.button(call.reader.say("Rooms"), "meetings.rooms")]
        return Answer(text, (blocks.words(text), *blocks.actions(row)), replaces=replaces)
    names = [one.name for one in rooms.by_ids(session, room_ids).values()]
    text = (
        call.reader.say("M{number} is in {rooms} now.", number=meeting.id, rooms=names)
        if names
        else call.reader.say("M{number} has no room any more.", number=meeting.id)
    )
    lines = [cards.clash_said(session, call.reader, call.person, one) for one in kept[:5]]
    answer = opens(call, text, meeting)
    more = [blocks.words("\n".join(lines))] if lines else []
    return Answer(text, (answer.blocks[0], *more, *answer.blocks[1:]), replaces=replaces)


def wait_for(
    session: Session, call: Call, meeting: Meeting, date_id: int, room_id: int, replaces: bool = False
) -> Answer:
    place = waiting.place_of(session, waiting.wait(session, call.person, meeting.id or 0, date_id, room_id))
    text = call.reader.say(
        "On the waiting list of {room}, place {number}. I ask you as soon as it is free.",
        room=rooms.get(session, room_id).name, number=place,
    )  # fmt: skip
    answer = opens(call, text, meeting)
    return Answer(answer.text, answer.blocks, replaces=replaces)


def date_named(session: Session, call: Call, meeting: Meeting, typed: str) -> MeetingDate:
    """One date of a series by its day. Raises Refusal, naming the dates that there are."""
    when = times.understood(session, call.person, call.reader, typed)
    ahead = [one for one in meetings.dates(session, meeting.id or 0) if one.ends_at > clock.now()]
    found = next((one for one in ahead if one.starts_at.astimezone(call.reader.tz).date() == when.day), None)
    if found is None:
        days = [call.reader.full_day(one.starts_at.astimezone(call.reader.tz).date()) for one in ahead[:4]]
        raise Refusal("M{number} has no date on that day. The next are: {days}.", number=meeting.id, days=days)
    return found


def start_of(call: Call, when: When, like: MeetingDate) -> datetime:
    """A new time: a day alone keeps the clock, a clock alone the day."""
    local = like.starts_at.astimezone(call.reader.tz)
    if when.start is not None:
        return when.start
    if when.day is not None:
        return datetime.combine(when.day, when.clock or local.time(), call.reader.tz)
    raise Refusal("Say when, for example “Friday 10:00”.")


def new_time(session: Session, call: Call, day: MeetingDate, text: str) -> When:
    """A time alone is one on the meeting's own day; "to Friday 10:00" is Friday."""
    text = _LEADING.sub("", text.strip())
    own = day.starts_at.astimezone(call.reader.tz).date()
    with suppress(Refusal):
        there = times.understood(session, call.person, call.reader, f"{own.isoformat()} {text}")
        if there.day == own and there.last_day is None and there.clock is not None and _is_clock_alone(text):
            return there
    when = times.understood(session, call.person, call.reader, text)
    if when.last_day not in (None, when.day):
        raise Refusal("Say one time, for example “Friday 10:00” or “Friday 10-11:30”.")
    return when


def _is_clock_alone(text: str) -> bool:
    """Whether a text names a time of day and no day: no word but those that belong to a clock."""
    return not set(tokens(text)) - _OF_A_CLOCK and any(letter.isdigit() for letter in text)


def _at(day: MeetingDate, start: datetime) -> MeetingDate:
    return MeetingDate(
        meeting_id=day.meeting_id, day=day.day, starts_at=start, ends_at=start + (day.ends_at - day.starts_at)
    )


def opens(call: Call, text: str, meeting: Meeting) -> Answer:
    """What was done, and the way to the meeting."""
    row = [blocks.button(call.reader.say("Open"), "meetings.open", f"{meeting.id}|0")]
    return Answer(text, (blocks.words(text), *blocks.actions(row)))
