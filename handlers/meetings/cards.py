"""How a meeting looks: its card, its line in a list, its buttons, and why a room can't be had."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import blocks, times
from handlers.blocks import Block
from handlers.i18n import Md, Reader, escape, mention
from handlers.meetings import agendas
from office import clock
from office.duties.meetings import access, replying
from office.duties.meetings.rooms import Clash
from office.duties.minutes.taking import EARLY
from office.rules.booking_conflicts import Trouble
from office.rules.free_slots import Why
from office.rules.repetition import OnHolidays
from office.when import place_of
from storage import meetings, offices, people, rooms
from storage import tasks as tasks_stored
from storage.meeting_tables import Booking, Invitee, Meeting, MeetingDate, Room
from storage.tables import Person
from storage.words import (
    BookingState,
    MatterKind,
    MeetingAct,
    MeetingState,
    Reply,
    TaskState,
    WaitState,
)

MOST_NAMES = 12
MOST_MATTERS = 15
_MARKS = {Reply.YES: "✅", Reply.MAYBE: "❔", Reply.NO: "❌", Reply.ASKED: "⏳"}


def span_said(reader: Reader, start: datetime, end: datetime, zone: str | None = None) -> str:
    """ "Tue 24 Nov 2026, 14:00–14:45 (Stockholm)", in the reader's zone unless another is named."""
    tz = ZoneInfo(zone or reader.zone)
    first, last = start.astimezone(tz), end.astimezone(tz)
    place = place_of(zone or reader.zone)
    if first.date() == last.date() or (last - first <= timedelta(days=1) and last.hour == last.minute == 0):
        hours = f"{reader.clock(first.time())}–{reader.clock(last.time())}"
        return f"{reader.full_day(first.date())}, {hours} ({place})"
    begins = f"{reader.full_day(first.date())}, {reader.clock(first.time())}"
    return f"{begins} – {reader.full_day(last.date())}, {reader.clock(last.time())} ({place})"


def date_said(reader: Reader, day: MeetingDate) -> str:
    return span_said(reader, day.starts_at, day.ends_at)


def rhythm_said(reader: Reader, meeting: Meeting) -> str:
    """How a series repeats, in the zone in which it is held."""
    at = datetime.strptime(meeting.clock, "%H:%M").time()  # noqa: DTZ007
    said = times.rule_said(reader, meeting.rule or "", meeting.day, at, meeting.zone, OnHolidays(meeting.on_holidays))
    return said.rpartition(";")[0] or said


def card(
    session: Session,
    reader: Reader,
    meeting: Meeting,
    viewer: Person,
    day: MeetingDate | None = None,
    whole: bool = False,
) -> list[Block]:
    """A meeting as somebody sees it, with what they may do. `day`: the date it is about, else the next.

    Whoever does not take part sees when and where it is, and who has called it.
    """
    shown = day or meetings.next_date(session, meeting.id or 0, clock.now())
    inside = access.takes_part(session, viewer, meeting)
    parts: list[Block] = [
        blocks.header(f"M{meeting.id} {meeting.title}"),
        blocks.fields(_fields(session, reader, meeting, shown or _last(session, meeting), inside)),
    ]
    if meeting.state is MeetingState.CANCELLED:
        parts.append(blocks.md(reader.md("*Cancelled.* Nothing is left of it.")))
        return parts
    if shown is None:
        parts.append(blocks.context(reader.md("It is over.")))
    if inside:
        parts += _answers(session, reader, meeting, shown)
        parts += _prepared(session, reader, meeting, viewer, shown, whole)
    if shown is not None and inside:
        parts += _trouble(session, reader, meeting, shown)
    # A date of a series that was opened by itself is answered by itself.
    one_date = day is not None and meeting.rule is not None
    if one_date and access.is_allowed(session, viewer, meeting, MeetingAct.ANSWER):
        parts.append(blocks.context(reader.md("Your answer here is for this date only.")))
    return [*parts, *blocks.actions(buttons(session, reader, meeting, viewer, shown, whole, one_date))]


def line(session: Session, reader: Reader, meeting: Meeting, day: MeetingDate, viewer: Person, place: str) -> Block:
    """One date in a list. `place` keeps the action ids of one view apart."""
    facts = [reader.time(day.starts_at) + "–" + reader.time(day.ends_at), rooms_said(session, reader, [day])]
    mine = access.reply_of(session, viewer, day, meeting)
    mark = f"{_MARKS[mine]} " if mine is not None else ""
    text = reader.md(
        "{mark}*M{number}* {title}\n{about}", mark=Md(mark), number=meeting.id, title=blocks.cut(meeting.title, 200),
        about=" · ".join(one for one in facts if one),
    )  # fmt: skip
    value = f"{meeting.id}|{day.id}"
    return blocks.md(text, blocks.button(reader.say("Open"), f"meetings.open:{place}.{day.id}", value))


def buttons(
    session: Session, reader: Reader, meeting: Meeting, viewer: Person, day: MeetingDate | None, whole: bool,
    one_date: bool = False,
) -> list[Block]:  # fmt: skip
    """What somebody may do with a meeting now; the rest is behind "More"."""
    if day is None or meeting.state is MeetingState.CANCELLED:
        return []
    can = {act for act in MeetingAct if access.is_allowed(session, viewer, meeting, act)}
    value = f"{meeting.id}|{day.id}"
    row = reply_buttons(reader, meeting, day, one_date) if MeetingAct.ANSWER in can else []
    if MeetingAct.CHECK_IN in can and _wants_check_in(session, day):
        row.append(blocks.button(reader.say("We are here"), "meetings.check_in", value, style="primary"))
    if not whole:
        return [*row, blocks.button(reader.say("More …"), "meetings.open:more", value)]
    more = [
        (MeetingAct.MOVE, reader.say("Move"), "move"),
        (MeetingAct.MOVE, reader.say("Room"), "room"),
        (MeetingAct.INVITE, reader.say("Invite"), "invite"),
        (MeetingAct.CHANGE, reader.say("Edit"), "edit"),
        (MeetingAct.PREPARE, reader.say("Prepare"), "prepare"),
        (MeetingAct.PREPARE, reader.say("Visitors"), "visitor"),
        (MeetingAct.SEE_OUR_SIDE, reader.say("Our side"), "side"),
        (MeetingAct.ANSWER, reader.say("Send somebody else"), "standin"),
        (MeetingAct.PREPARE, reader.say("Calendar file"), "ics"),
        (MeetingAct.CANCEL, reader.say("Cancel the meeting"), "cancel"),
    ]
    row += [blocks.button(label, f"meetings.{name}", value) for act, label, name in more if act in can]
    if MeetingAct.PREPARE in can:
        row.append(blocks.button(reader.say("Agenda"), "minutes.agenda", value))
        if day.starts_at - clock.now() <= EARLY:
            row.append(blocks.button(reader.say("Take minutes"), "minutes.start", f"{day.id}|"))
    return row


def reply_buttons(reader: Reader, meeting: Meeting, day: MeetingDate, one_date: bool = False) -> list[Block]:
    """Yes, no, maybe, another time; to the whole meeting, or to one of its dates."""
    value = f"{meeting.id}|{day.id if one_date else 0}"
    return [
        blocks.button(reader.say("Yes"), "meetings.reply:yes", f"{value}|{Reply.YES.value}", style="primary"),
        blocks.button(reader.say("No"), "meetings.reply:no", f"{value}|{Reply.NO.value}"),
        blocks.button(reader.say("Maybe"), "meetings.reply:maybe", f"{value}|{Reply.MAYBE.value}"),
        blocks.button(reader.say("Propose another time"), "meetings.propose", f"{meeting.id}|{day.id}"),
    ]


def rooms_said(session: Session, reader: Reader, days: Sequence[MeetingDate]) -> str:
    """Where a date is held: its rooms and equipment, and what is not certain yet."""
    booked = rooms.of_dates(session, [one.id or 0 for one in days])
    known = rooms.by_ids(session, [one.room_id for one in booked])
    return ", ".join(dict.fromkeys(_booked_said(reader, known[one.room_id], one) for one in booked))


def room_said(session: Session, reader: Reader, room: Room) -> str:
    """A room with its size and place."""
    place = offices.find_place(session, room.place_id)
    seats = reader.count("{count} seat", "{count} seats", room.seats) if room.seats else ""
    about = ", ".join(one for one in (seats, place.name if place else "") if one)
    return f"{room.name} ({about})" if about else room.name


def clash_said(session: Session, reader: Reader, viewer: Person, clash: Clash) -> str:
    """Why a room can't be had, in a sentence."""
    room, fact = clash.room.name, clash.fact
    match clash.trouble:
        case Trouble.TAKEN:
            return _taken_said(session, reader, viewer, clash)
        case Trouble.SHUT:
            hours = hours_said(reader, clash.room, clash.start, session)
            return reader.say("{room} is not open then. Its hours: {hours}.", room=room, hours=hours)
        case Trouble.CLOSED:
            return reader.say("{room} is closed then: {why}.", room=room, why=fact or reader.say("no reason was given"))
        case Trouble.TOO_SOON:
            return reader.say("{room} must be booked {time} before.", room=room, time=times.minutes_said(reader, fact))
        case Trouble.TOO_FAR:
            days = reader.count("{count} day", "{count} days", int(str(fact)))
            return reader.say("{room} can be booked {days} ahead at most.", room=room, days=days)
        case Trouble.TOO_LONG:
            return reader.say("{room} can be had for {time} at most.", room=room, time=times.minutes_said(reader, fact))
        case Trouble.NOT_FOR_YOU:
            return reader.say("{room} is kept for certain people. Choose another room.", room=room)


def hours_said(reader: Reader, room: Room, moment: datetime, session: Session) -> str:
    place = offices.find_place(session, room.place_id) or offices.first_place(session)
    local = moment.astimezone(ZoneInfo(place.zone if place else "UTC"))
    spans = room.hours.get(str(local.weekday()), [])
    said = ", ".join(f"{start}–{end}" for start, end in spans)
    return said or reader.say("not on this day")


def why_said(reader: Reader, why: Why) -> str:
    texts = {
        Why.MEETING: reader.say("has another meeting"),
        Why.AWAY: reader.say("is away"),
        Why.OFF: reader.say("does not work then"),
    }
    return texts[why]


def missing_said(session: Session, reader: Reader, missing: Sequence[tuple[int, Why]]) -> str:
    """Who can't come, and why."""
    known = people.by_ids(session, [who for who, _ in missing])
    return ", ".join(
        reader.say("{who} {reason}", who=known[who].known_as, reason=why_said(reader, why))
        for who, why in missing[:MOST_NAMES]
        if who in known
    )


def link(meeting: Meeting) -> Md:
    return Md(f"*M{meeting.id}* {escape(blocks.cut(meeting.title, 150))}")


def date_choice(reader: Reader, day: MeetingDate) -> str:
    local = day.starts_at.astimezone(reader.tz)
    return f"{reader.day(local.date())}, {reader.clock(local.time())}"


def _fields(session: Session, reader: Reader, meeting: Meeting, day: MeetingDate | None, inside: bool) -> list[str]:
    organiser = people.find(session, meeting.organiser_id)
    found = []
    if day is not None:
        found.append(reader.md("*When*\n{when}", when=date_said(reader, day)))
        where = rooms_said(session, reader, [day])
        found.append(reader.md("*Where*\n{where}", where=where or reader.say("No room")))
    if meeting.rule:
        found.append(reader.md("*Repeats*\n{rhythm}", rhythm=rhythm_said(reader, meeting)))
    found.append(reader.md("*Called by*\n{who}", who=mention(organiser)))
    if meeting.video and inside:
        found.append(reader.md("*Video*\n{link}", link=meeting.video))
    if meeting.private:
        found.append(reader.md("*Private*\nOthers see that the time is taken, and no more."))
    return found


def _last(session: Session, meeting: Meeting) -> MeetingDate | None:
    """When a meeting was that is over or cancelled."""
    found = meetings.dates(session, meeting.id or 0, planned=meeting.state is MeetingState.PLANNED)
    return found[-1] if found else None


def _answers(session: Session, reader: Reader, meeting: Meeting, day: MeetingDate | None) -> list[Block]:
    """Who is invited, by what they have answered."""
    them = meetings.invitees(session, meeting.id or 0)
    if not them:
        return []
    given = replying.replies_of(session, day, them) if day is not None else [(one, one.reply) for one in them]
    lines = []
    for reply in (Reply.YES, Reply.MAYBE, Reply.NO, Reply.ASKED):
        names = [_invitee_said(session, reader, one) for one, answered in given if answered is reply]
        if names:
            more = reader.say("and {count} more", count=len(names) - MOST_NAMES) if len(names) > MOST_NAMES else ""
            shown = ", ".join(names[:MOST_NAMES]) + (f" {escape(more)}" if more else "")
            lines.append(f"{_MARKS[reply]} {escape(reader.term(reply))}: {shown}")
    return [blocks.md("\n".join(lines))]


def _invitee_said(session: Session, reader: Reader, one: Invitee) -> str:
    if one.person_id is None:
        return escape(one.email)
    person = mention(people.find(session, one.person_id)).text
    if one.stands_in_id is None:
        return person
    other = mention(people.find(session, one.stands_in_id))
    return reader.md("{who} for {other}", who=other, other=Md(person))


def _prepared(
    session: Session, reader: Reader, meeting: Meeting, viewer: Person, day: MeetingDate | None, whole: bool
) -> list[Block]:
    """Agenda, checklist, links, visitors; and what our side wants, for our side."""
    found: list[Block] = []
    them = meetings.matters(session, meeting.id or 0)
    found += agendas.shown(session, reader, viewer, meeting, day)
    tasks = [one for one in them if one.kind is MatterKind.TASK]
    if tasks:
        rows = []
        for one in tasks[:MOST_MATTERS]:
            task = tasks_stored.find(session, one.task_id or 0)
            done = task is not None and task.state is TaskState.DONE
            due = reader.day(task.due_on) if task is not None and task.due_on else "–"
            who = mention(people.find(session, one.owner_id))
            rows.append(("☑ " if done else "☐ ") + reader.md("{what} · {who}, {due}", what=one.text, who=who, due=due))
        found.append(blocks.md(reader.md("*To prepare*") + "\n" + "\n".join(rows)))
    links = [one for one in them if one.kind is MatterKind.LINK]
    if links:
        rows = [f"• <{agendas.safe(one.link)}|{escape(blocks.cut(one.text, 100))}>" for one in links[:MOST_MATTERS]]
        found.append(blocks.md(reader.md("*Materials*") + "\n" + "\n".join(rows)))
    visitors = meetings.visitors(session, [day.id or 0] if day is not None else [])
    if visitors:
        names = ", ".join(f"{one.name} ({one.company})" if one.company else one.name for one in visitors[:MOST_NAMES])
        found.append(blocks.md(reader.md("*Visitors*\n{names}", names=names)))
    if whole and access.is_allowed(session, viewer, meeting, MeetingAct.SEE_OUR_SIDE):
        for title, text in (
            (reader.md("*The other side*"), meeting.parties), (reader.md("*What we want*"), meeting.aims),
            (reader.md("*How far we go*"), meeting.limits),
        ):  # fmt: skip
            if text:
                found += [blocks.md(title), blocks.words(text)]
    return found


def _trouble(session: Session, reader: Reader, meeting: Meeting, day: MeetingDate) -> list[Block]:
    """What is not settled: rooms that wait for a yes, places on waiting lists."""
    said = []
    waits = rooms.waits_of_dates(session, [day.id or 0])
    known = rooms.by_ids(session, [one.room_id for one in waits])
    for wait in waits:
        name = known[wait.room_id].name
        said.append(
            reader.md("{room} is offered to you: answer the message about it.", room=name)
            if wait.state is WaitState.OFFERED
            else reader.md("On the waiting list of {room}.", room=name)
        )
    return [blocks.context(*said)] if said else []


def _booked_said(reader: Reader, room: Room, booking: Booking) -> str:
    match booking.state:
        case BookingState.PENDING:
            return reader.say("{room} (not confirmed yet)", room=room.name)
        case BookingState.OFFERED:
            return reader.say("{room} (offered)", room=room.name)
    return room.name


def _taken_said(session: Session, reader: Reader, viewer: Person, clash: Clash) -> str:
    room = clash.room.name
    until = reader.time(clash.until) if clash.until else ""
    if clash.by is None or not access.is_allowed(session, viewer, clash.by, MeetingAct.SEE):
        return reader.say("{room} is taken until {time}.", room=room, time=until)
    who = people.get(session, clash.by.organiser_id).known_as
    return reader.say(
        "{room} is taken until {time}: {who} has it for “{title}”.",
        room=room, time=until, who=who, title=blocks.cut(clash.by.title, 80),
    )  # fmt: skip


def _wants_check_in(session: Session, day: MeetingDate) -> bool:
    soon = day.starts_at - clock.now() <= replying.EARLY
    return soon and any(one.check_by is not None for one in rooms.of_dates(session, [day.id or 0]))
