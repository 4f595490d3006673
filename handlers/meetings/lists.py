"""One's own meetings, and the rooms: what is free now and today, as a picture of the day."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from handlers import blocks, pictures
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.i18n import Reader, escape
from handlers.meetings import cards
from office import clock
from office.duties.meetings import access
from office.duties.meetings import rooms as room_duty
from office.duties.people import refuse_strangers
from office.errors import Refusal
from office.rules.booking_conflicts import opening
from storage import meetings, offices, people, rooms
from storage.meeting_tables import Booking, Meeting, MeetingDate, Room
from storage.text import fold
from storage.words import BookingState, MeetingAct, RoomKind, Standing

AHEAD = timedelta(days=28)
MOST_DATES, MOST_ROOMS = 30, 20
# The hours of the picture, where a room's own are not narrower.
FIRST, LAST = time(8), time(18)
FREE, TAKEN, SHUT = "░", "█", "-"


def mine(call: Call, only_today: bool = False, replaces: bool = False) -> Answer:
    """One's meetings of the coming weeks, day by day."""
    reader = call.reader
    heading = reader.say("Your meetings today") if only_today else reader.say("Your meetings")
    start = clock.now() - timedelta(hours=1)
    end = _midnight(reader) if only_today else clock.now() + AHEAD
    with call.reading() as session:
        found = [
            pair
            for pair in meetings.between(session, [call.person.id or 0], start, end)
            if _is_mine(session, call, pair)
        ]
        shown: list[Block] = [blocks.header(heading)]
        day: date | None = None
        for one, meeting in found[:MOST_DATES]:
            local = one.starts_at.astimezone(reader.tz).date()
            if local != day:
                day = local
                shown.append(blocks.md(f"*{reader.full_day(local)}*"))
            shown.append(cards.line(session, reader, meeting, one, call.person, "mine"))
    if not found:
        hint = reader.md("Nothing is planned. Type `/meeting` and what it is about, with whom and when.")
        shown.append(blocks.md(hint))
    if not only_today:
        until = end.astimezone(reader.tz).date()
        shown = [*shown[:46], blocks.context(reader.md("Until {day}. Later ones: `/meeting M12`.", day=until))]
    return Answer(heading, tuple(shown[:47]) + tuple(blocks.actions(_ways(reader))), replaces=replaces)


def all_rooms(call: Call, replaces: bool = False, day: date | None = None) -> Answer:
    """Every room: free or taken now, and its day as a picture; those of one's own place first."""
    reader = call.reader
    heading = reader.say("Rooms today") if day is None else reader.say("Rooms, {day}", day=reader.full_day(day))
    with call.reading() as session:
        refuse_strangers(call.person)
        them = rooms.everything(session)
        if not them:
            return _none_yet(call)
        first = call.person.place_id
        ordered = sorted(
            them, key=lambda one: (one.kind is not RoomKind.ROOM, one.place_id != first, one.place_id or 0)
        )
        shown: list[Block] = [blocks.header(heading)]
        place: object = ""
        for room in ordered[:MOST_ROOMS]:
            group = reader.say("Equipment") if room.kind is RoomKind.EQUIPMENT else _place_name(session, room)
            if group != place:
                place = group
                shown.append(blocks.md(f"*{escape(blocks.cut(group, 80))}*"))
            shown.append(_room_line(session, call, room, day))
        may_edit = room_duty.keeps(call.person)
    row = [blocks.button(reader.say("As a picture"), "meetings.picture"), *_ways(reader)]
    if may_edit:
        row.append(blocks.button(reader.say("Add a room"), "meetings.room_form:new", "0"))
    legend = reader.md("{free} free · {taken} taken · {shut} closed, from {first} to {last}", free=FREE, taken=TAKEN,
                       shut=SHUT, first=reader.clock(FIRST), last=reader.clock(LAST))  # fmt: skip
    return Answer(heading, (*shown[:47], blocks.context(legend), *blocks.actions(row)), replaces=replaces)


def one_room(call: Call, room_id: int, day: date | None = None, replaces: bool = False) -> Answer:
    """One room on one day: what it has, who has it when, and what is free."""
    reader = call.reader
    with call.reading() as session:
        refuse_strangers(call.person)
        room = rooms.get(session, room_id)
        zone = room_duty.zone_of(session, room)
        local = clock.now().astimezone(ZoneInfo(zone)).date()
        which = day or local
        start = datetime.combine(which, time(), ZoneInfo(zone))
        taken = rooms.shown(session, [room_id], start, start + timedelta(days=1))
        heading = reader.say("{room}, {day}", room=room.name, day=reader.full_day(which))
        about = [cards.room_said(session, reader, room), *room.features]
        if room.needs_yes:
            about.append(reader.say("needs a yes of whoever keeps it"))
        if room.check_in:
            about.append(reader.say("wants a check-in"))
        shown: list[Block] = [blocks.header(heading), blocks.context(escape(" · ".join(about)))]
        shown.append(blocks.md(f"`{picture_of(session, room, which)}`"))
        for booking, date_, meeting in taken[:20]:
            shown.append(
                blocks.md(
                    _taken_line(session, call, booking, date_, meeting, zone), _opens(session, call, date_, meeting)
                )
            )
        if not taken:
            shown.append(blocks.md(reader.md("Free all day.")))
        may_edit = room_duty.keeps(call.person)
    days = (which - timedelta(days=1), which + timedelta(days=1))
    row = [
        blocks.button("‹ " + reader.day(days[0]), "meetings.room_day:back", f"{room_id}|{days[0].isoformat()}"),
        blocks.button(reader.day(days[1]) + " ›", "meetings.room_day:next", f"{room_id}|{days[1].isoformat()}"),
        blocks.button(reader.say("All rooms"), "meetings.rooms"),
        blocks.button(reader.say("Calendar of this room"), "meetings.room_feed", str(room_id)),
    ]
    if may_edit:
        row.append(blocks.button(reader.say("Edit"), "meetings.room_form:edit", str(room_id)))
    return Answer(heading, (*shown[:46], *blocks.actions(row)), replaces=replaces)


def room_named(session: Session, typed: str) -> Room:
    """A room by its name, or the nearest to it. Raises Refusal."""
    known = {one.folded: one for one in rooms.everything(session)}
    found = known.get(fold(typed.strip()))
    if found is None:
        near = process.extractOne(fold(typed.strip()), list(known), scorer=fuzz.WRatio, score_cutoff=70)
        if near is None:
            names = [one.name for one in known.values()][:12]
            raise Refusal("There is no room “{typed}”. There are: {names}.", typed=typed[:40], names=names)
        raise Refusal(
            "There is no room “{typed}”. Did you mean “{near}”? /meeting rooms shows them all.",
            typed=typed[:40], near=known[near[0]].name,
        )  # fmt: skip
    return found


def picture_of(session: Session, room: Room, day: date) -> str:
    """A day of a room in half hours, as characters: free, taken, closed."""
    zone = ZoneInfo(room_duty.zone_of(session, room))
    terms = room_duty.terms_of(session, room)
    begin = datetime.combine(day, FIRST, zone)
    booked = rooms.taken(session, [room.id or 0], begin, datetime.combine(day, LAST, zone))
    opens = list(opening(terms.calendar, day)) if terms.calendar is not None else None
    closed = any(one.first <= day <= one.last for one in terms.closed)
    shown = ""
    moment = begin
    while moment < datetime.combine(day, LAST, zone):
        end = moment + timedelta(minutes=30)
        is_open = not closed and (opens is None or any(first <= moment and end <= last for first, last in opens))
        is_taken = any(one.starts_at < end and one.ends_at > moment for one in booked)
        shown += TAKEN if is_taken else FREE if is_open else SHUT
        moment = end
    return shown


def day_picture(session: Session, reader: Reader) -> bytes:
    """The day of all rooms as PNG, in each room's own time."""
    rows = []
    for room in sorted(rooms.everything(session), key=lambda one: one.kind is not RoomKind.ROOM)[:40]:
        zone = ZoneInfo(room_duty.zone_of(session, room))
        day = clock.now().astimezone(zone).date()
        start = datetime.combine(day, FIRST, zone)
        spans = [
            (_hour(max(one.starts_at, start), zone), _hour(min(one.ends_at, datetime.combine(day, LAST, zone)), zone))
            for one in rooms.taken(session, [room.id or 0], start, datetime.combine(day, LAST, zone))
        ]
        rows.append((cards.room_said(session, reader, room), spans))
    title = reader.say("Rooms today")
    return pictures.day(title, rows, (FIRST.hour, LAST.hour), lambda hour: reader.clock(time(hour % 24)))


def _room_line(session: Session, call: Call, room: Room, day: date | None = None) -> Block:
    reader = call.reader
    zone = ZoneInfo(room_duty.zone_of(session, room))
    now = clock.now()
    today = now.astimezone(zone).date()
    until = datetime.combine(today, time(), zone) + timedelta(days=1)
    booked = rooms.taken(session, [room.id or 0], now, until)
    if day not in (None, today):
        today, state = day or today, ""
    elif booked and booked[0].starts_at <= now:
        state = reader.say("taken until {time}", time=reader.time(booked[0].ends_at))
    elif booked:
        state = reader.say("free until {time}", time=reader.time(booked[0].starts_at))
    else:
        state = reader.say("free")
    seats = reader.count("{count} seat", "{count} seats", room.seats) if room.seats else ""
    facts = " · ".join(one for one in (seats, state, *room.features[:3]) if one)
    text = reader.md("*{name}* {facts}", name=room.name, facts=facts)
    value = f"{room.id}|{today.isoformat()}"
    button = blocks.button(reader.say("Show"), f"meetings.room_day:{room.id}", value)
    return blocks.md(f"{text}\n`{picture_of(session, room, today)}`", button)


def _taken_line(session: Session, call: Call, booking: Booking, day: MeetingDate, meeting: Meeting, zone: str) -> str:
    reader = call.reader
    tz = ZoneInfo(zone)
    span = f"{reader.clock(day.starts_at.astimezone(tz).time())}–{reader.clock(day.ends_at.astimezone(tz).time())}"
    mark = reader.say("not confirmed yet") if booking.state is BookingState.PENDING else ""
    if booking.state is BookingState.OFFERED:
        mark = reader.say("offered")
    if not access.is_allowed(session, call.person, meeting, MeetingAct.SEE):
        return reader.md("*{span}* · taken", span=span)
    who = people.get(session, meeting.organiser_id).known_as
    text = reader.md("*{span}* · {who}: {title}", span=span, who=who, title=blocks.cut(meeting.title, 120))
    return f"{text} ({mark})" if mark else text


def _opens(session: Session, call: Call, day: MeetingDate, meeting: Meeting) -> Block | None:
    if not access.is_allowed(session, call.person, meeting, MeetingAct.SEE):
        return None
    return blocks.button(call.reader.say("Open"), f"meetings.open:room.{day.id}", f"{meeting.id}|{day.id}")


def _none_yet(call: Call) -> Answer:
    text = call.reader.say("No rooms are kept yet.")
    if not room_duty.keeps(call.person):
        return Answer(text, (blocks.words(text),))
    row = [blocks.button(call.reader.say("Add a room"), "meetings.room_form:new", "0", style="primary")]
    return Answer(text, (blocks.words(text), *blocks.actions(row)))


def _ways(reader: Reader) -> list[Block]:
    return [
        blocks.button(reader.say("New meeting"), "meetings.new", style="primary"),
        blocks.button(reader.say("Rooms"), "meetings.rooms:ways"),
        blocks.button(reader.say("My meetings"), "meetings.mine:ways"),
        blocks.button(reader.say("My calendar"), "meetings.feed"),
    ]


def _place_name(session: Session, room: Room) -> str:
    place = offices.find_place(session, room.place_id)
    return place.name if place else "–"


def _is_mine(session: Session, call: Call, pair: tuple[MeetingDate, Meeting]) -> bool:
    return call.person.standing is not Standing.EXTERNAL and access.takes_part(session, call.person, pair[1])


def _midnight(reader: Reader) -> datetime:
    return datetime.combine(reader.today(), time(), reader.tz) + timedelta(days=1)


def _hour(moment: datetime, zone: ZoneInfo) -> float:
    local = moment.astimezone(zone)
    return local.hour + local.minute / 60
