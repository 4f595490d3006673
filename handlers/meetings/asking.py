"""Words -> a booked meeting; or what stands against it, each way out as a button; or the best times to choose from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import blocks, forms, times
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.i18n import Reader, escape
from handlers.meetings import cards, words
from office import clock
from office.duties.meetings import booking, finding, letters, plans, waiting
from office.duties.meetings import rooms as room_duty
from office.duties.meetings.booking import Booked
from office.duties.meetings.finding import Found, Wanted
from office.duties.meetings.plans import Plan
from office.duties.meetings.rooms import Clash, Taken
from office.duties.people import calendar_of_person
from office.errors import Refusal
from office.rules.free_slots import Why
from office.when import When
from storage import drafts, meetings, people, rooms
from storage.meeting_tables import Meeting
from storage.tables import Person

# Where no day is said, the best times of so many days are looked for.
USUAL_WINDOW = 7
NOON = time(12)
MOST_DATES_ASKED = 5
MOST_HOLIDAYS = 8
HOLIDAYS_AHEAD = 26


def book_words(session: Session, call: Call, raw: str) -> Answer:
    """Books what a sentence says; without a time, offers the best ones."""
    said = words.understood(session, call, raw)
    if not said.title:
        raise Refusal("Say what the meeting is about, for example: /meeting Budget review tomorrow 14:00 with @anna.")
    if not said.has_time:
        if not (said.when or said.people or said.rooms or said.guests) and len(said.title.split()) < 2:
            raise Refusal(
                "I don't know “/meeting {typed}”. Say what it is about, with whom and when; /meeting help says more.",
                typed=said.title,
            )
        if said.when is not None and said.when.rule is not None:
            raise Refusal("Say at what time it is, too: “every Monday 9:00”.")
        return offer_times(session, call, said)
    return book_plan(session, call, said.plan())


def find_words(session: Session, call: Call, raw: str) -> Answer:
    """/meeting find 1h next week with @sales @legal"""
    said = words.understood(session, call, raw)
    return offer_times(session, call, said)


def offer_times(session: Session, call: Call, said: words.Said) -> Answer:
    """The best times, each as a button that books it."""
    reader = call.reader
    first, last = window_of(reader, said.when)
    after = said.when.start if said.when is not None and said.when.clock is not None else None
    wanted = Wanted(
        timedelta(minutes=said.minutes), first, last, said.people, tuple(room.id or 0 for room in said.rooms),
        seats=1 + len(said.people) + len(said.guests), not_before=after,
    )  # fmt: skip
    kept = plan_without_time(reader, said, first)
    found = finding.find(session, call.person, wanted)
    answer = times_answer(session, call, kept, found, (first, last))
    if said.has_time or said.when is not None:
        return answer
    hint = blocks.context(
        reader.md("I have read no day and no time in your words, so these are the best of the coming week.")
    )
    return Answer(answer.text, (answer.blocks[0], hint, *answer.blocks[1:]))


def plan_without_time(reader: Reader, said: words.Said, first: date) -> Plan:
    """What is wanted, but for its time."""
    return Plan(
        said.title or reader.say("Meeting"), first, NOON, reader.zone, said.minutes, people=said.people,
        guests=said.guests, rooms=tuple(room.id or 0 for room in said.rooms), private=said.private,
    )  # fmt: skip


def times_answer(
    session: Session, call: Call, plan: Plan, found: Sequence[Found], window: tuple[date, date], replaces: bool = False
) -> Answer:
    heading = call.reader.say("When? The best times for {title}", title=blocks.cut(plan.title, 80))
    number = keep(session, call, plan) if found else 0
    shown = times_blocks(session, call.reader, plan, found, window, number)
    return Answer(heading, tuple(shown), replaces=replaces)


def times_blocks(
    session: Session, reader: Reader, plan: Plan, found: Sequence[Found], window: tuple[date, date], number: int
) -> list[Block]:
    """The best times, each with who can't come and a button that books it. `number`: the draft that is kept."""
    heading = reader.say("When? The best times for {title}", title=blocks.cut(plan.title, 80))
    if not found:
        text = reader.say("There is no time at which enough of you work. Try a longer span, or a shorter meeting.")
        return [blocks.header(heading), blocks.words(text)]
    span = reader.say("{first} to {last}", first=reader.full_day(window[0]), last=reader.full_day(window[1]))
    about = reader.count("for {count} person", "for {count} people", 1 + len(plan.people) + len(plan.guests))
    length = times.minutes_said(reader, plan.minutes)
    shown: list[Block] = [blocks.header(heading), blocks.context(f"{length} · {about} · {span}")]
    for at, one in enumerate(found):
        missing = cards.missing_said(session, reader, one.slot.missing)
        when = cards.span_said(reader, one.slot.start, one.slot.end)
        facts = [", ".join(room.name for room in one.rooms), missing or reader.say("everybody can come")]
        about = " · ".join(fact for fact in facts if fact)
        button = blocks.button(
            reader.say("Book it"), f"meetings.choose:{at}", f"{number}|at|{int(one.slot.start.timestamp())}",
            style="primary" if at == 0 else None,
        )  # fmt: skip
        shown.append(blocks.md(f"*{escape(when)}*\n{escape(about)}", button))
    return shown


def book_plan(session: Session, call: Call, plan: Plan, replaces: bool = False) -> Answer:
    """Books, or says what stands against it with every way out."""
    try:
        return booked(session, call, booking.book(session, call.person, plan), replaces)
    except Taken as taken:
        return conflict(session, call, plan, taken.clashes, replaces)


def booked(session: Session, call: Call, done: Booked, replaces: bool = False, undo: bool = True) -> Answer:
    """The answer to whoever has booked: what was understood, in full, and what is left to decide."""
    reader, meeting = call.reader, done.meeting
    head = f"M{meeting.id} {meeting.title}"
    day = meetings.dates(session, meeting.id or 0)[0]
    facts = [reader.md("*When* {when}", when=cards.date_said(reader, day))]
    if where := cards.rooms_said(session, reader, [day]):
        facts.append(reader.md("*Where* {where}", where=where))
    if meeting.rule:
        facts.append(reader.md("*Repeats* {rhythm}", rhythm=cards.rhythm_said(reader, meeting)))
    them = meetings.invitees(session, meeting.id or 0)
    if meeting.private:
        facts.append(reader.md("*Private* Others see that the time is taken, and no more."))
    if them:
        names = [one.known_as for one in people.by_ids(session, [one.person_id for one in them]).values()]
        names += [one.email for one in them if one.email]
        facts.append(reader.md("*Invited* {names}", names=names[: cards.MOST_NAMES]))
    shown: list[Block] = [blocks.words(head), blocks.md("\n".join(facts))]
    shown += [blocks.context(escape(one)) for one in _notes(session, call, done)]
    shown += _missed(session, call, done)
    value = f"{meeting.id}|{day.id}"
    row = [
        blocks.button(reader.say("Open"), "meetings.open", value),
        blocks.button(reader.say("Prepare"), "meetings.prepare", value),
    ]
    if undo:
        row.append(blocks.button(reader.say("Undo"), "desk.undo:meeting", f"{meeting.id}.{meeting.version}.meeting"))
    return Answer(head, (*shown[:45], *blocks.actions(row)), replaces=replaces)


def conflict(session: Session, call: Call, plan: Plan, clashes: Sequence[Clash], replaces: bool = False) -> Answer:
    """Nothing was booked: why, and every way out."""
    number = keep(session, call, plan)
    shown = conflict_blocks(session, call.reader, call.person, plan, clashes, number)
    return Answer(call.reader.say("Not booked yet"), tuple(shown), replaces=replaces)


def conflict_blocks(
    session: Session, reader: Reader, person: Person, plan: Plan, clashes: Sequence[Clash], number: int
) -> list[Block]:
    """Why a room can't be had, the next times, other rooms of the size, the waiting list, or no room at all. `number`:
    the draft that is kept."""
    shown: list[Block] = [blocks.header(reader.say("Not booked yet"))]
    if not clashes:
        value = f"{number}|at|{int(plan.start.timestamp())}"
        row = [blocks.button(reader.say("Book it"), "meetings.choose:at0", value)]
        return [*shown, blocks.words(reader.say("It is free now.")), *blocks.actions(row)]
    shown.append(blocks.words("\n".join(cards.clash_said(session, reader, person, one) for one in clashes)))
    wanted = [one for one in rooms.by_ids(session, plan.rooms).values() if not one.removed]
    later = [] if plan.rule else room_duty.next_times(session, person, wanted, plan.start, plan.end)
    if later:
        row = [
            blocks.button(_short(reader, one, plan), f"meetings.choose:at{at}", f"{number}|at|{int(one.timestamp())}")
            for at, one in enumerate(later)
        ]
        names = ", ".join(room.name for room in wanted)
        shown += [blocks.md(reader.md("*{room} is free at*", room=names)), *blocks.actions(row)]
    first = clashes[0]
    seats = 1 + len(plan.people) + len(plan.guests)
    alike = room_duty.others(session, person, first.room, plan.start, plan.end, seats)
    if alike:
        row = [
            blocks.button(
                cards.room_said(session, reader, one), f"meetings.choose:room{one.id}",
                f"{number}|room|{first.room.id}.{one.id}",
            )
            for one in alike
        ]  # fmt: skip
        shown += [blocks.md(reader.md("*At that time are free*")), *blocks.actions(row)]
    row = []
    if first.by is not None and plan.rule is None:
        label = reader.say("Wait for {room}", room=first.room.name)
        row.append(blocks.button(label, "meetings.choose:wait", f"{number}|wait|{first.room.id}"))
    without = f"{number}|none|{first.room.id}"
    row.append(blocks.button(reader.say("Book without a room"), "meetings.choose:none", without))
    return [*shown, *blocks.actions(row)]


def choose(call: Call) -> Answer:
    """A press on one of the ways out."""
    number, _, rest = call.value.partition("|")
    how, _, argument = rest.partition("|")

    def do(session: Session) -> Answer:
        plan = kept_plan(session, call, forms.pressed(number))
        match how:
            case "at":
                local = datetime.fromtimestamp(forms.pressed(argument), UTC).astimezone(ZoneInfo(plan.zone))
                return book_plan(session, call, replace(plan, day=local.date(), clock=local.time()), replaces=True)
            case "room":
                old, _, new = argument.partition(".")
                them = tuple(forms.pressed(new) if str(one) == old else one for one in plan.rooms)
                return book_plan(session, call, replace(plan, rooms=them), replaces=True)
            case "wait" | "none":
                room_id = forms.pressed(argument)
                without = replace(plan, rooms=tuple(one for one in plan.rooms if one != room_id))
                if how == "none":
                    return book_plan(session, call, without, replaces=True)
                return _booked_and_waiting(session, call, without, room_id)
        raise forms.old_button()

    return call.perform(do)


def keep(session: Session, call: Call, plan: Plan) -> int:
    """Keeps what was wanted, so that a press can go on with it."""
    return drafts.keep(session, call.person.id or 0, {"meeting": plan.written()}, clock.now())


def kept_plan(session: Session, call: Call, number: int) -> Plan:
    kept = drafts.find(session, number, call.person.id or 0)
    if kept is None or "meeting" not in kept:
        raise forms.old_button()
    if not drafts.use(session, number, call.person.id or 0):
        raise Refusal("This was answered already. /meeting mine shows your meetings.")
    return Plan.revived(kept["meeting"])


def window_of(reader: Reader, when: When | None) -> tuple[date, date]:
    """The days in which a time is looked for."""
    if when is None or when.day is None:
        return reader.today(), reader.today() + timedelta(days=USUAL_WINDOW)
    return when.day, when.last_day or when.day


def _booked_and_waiting(session: Session, call: Call, plan: Plan, room_id: int) -> Answer:
    try:
        done = booking.book(session, call.person, plan)
    except Taken as taken:
        return conflict(session, call, plan, taken.clashes, replaces=True)
    day = meetings.dates(session, done.meeting.id or 0)[0]
    room = rooms.get(session, room_id)
    answer = booked(session, call, done, replaces=True, undo=False)
    try:
        with session.begin_nested():
            place = waiting.place_of(
                session, waiting.wait(session, call.person, done.meeting.id or 0, day.id or 0, room_id)
            )
    except Refusal as refusal:
        note = call.reader.say(refusal.text, **refusal.facts)
    else:
        note = call.reader.say(
            "On the waiting list of {room}, place {number}. I ask you as soon as it is free.",
            room=room.name, number=place,
        )  # fmt: skip
    return Answer(answer.text, (answer.blocks[0], blocks.words(note), *answer.blocks[1:]), replaces=True)


def _notes(session: Session, call: Call, done: Booked) -> list[str]:
    """What whoever has booked should know: who can't come, too few seats, holidays left out, guests without e-mail."""
    reader, meeting = call.reader, done.meeting
    day = meetings.dates(session, meeting.id or 0)[0]
    them = meetings.invitees(session, meeting.id or 0)
    ids = [one.person_id for one in them if one.person_id]
    found = []
    mine = [
        why for _, why in finding.why_not(session, [call.person.id or 0], day.starts_at, day.ends_at, meeting.id or 0)
    ]
    if Why.MEETING in mine:
        found.append(reader.say("You have another meeting then."))
    missing = finding.why_not(session, ids, day.starts_at, day.ends_at, meeting.id or 0)
    if missing:
        found.append(cards.missing_said(session, reader, missing) + ".")
    booked_rooms = rooms.by_ids(session, [one.room_id for one in rooms.of_dates(session, [day.id or 0])])
    for room in booked_rooms.values():
        if 0 < room.seats < 1 + len(them):
            found.append(
                reader.say("{room} has {seats} seats for {count} people.", room=room.name, seats=room.seats,
                           count=1 + len(them))
            )  # fmt: skip
    if done.holidays:
        days = [reader.day(one) for one in done.holidays[:MOST_HOLIDAYS]]
        found.append(reader.say("Left out, as holidays: {days}.", days=days))
    found += _holidays_of_others(session, call, meeting, ids)
    if guests := letters.guests_without_mail(session, meeting):
        found.append(
            reader.say("No e-mail server is set up, so I can't write to {guests}: send the calendar file yourself.",
                       guests=guests)
        )  # fmt: skip
    return found


def _holidays_of_others(session: Session, call: Call, meeting: Meeting, ids: Sequence[int]) -> list[str]:
    """Dates of a series that are holidays where somebody else works."""
    if meeting.rule is None:
        return []
    days = [one.day for one in meetings.dates(session, meeting.id or 0)][:HOLIDAYS_AHEAD]
    off: dict[date, list[str]] = {}
    for person in people.by_ids(session, ids).values():
        calendar = calendar_of_person(session, person)
        for day in days:
            if plans.is_holiday(calendar, day):
                off.setdefault(day, []).append(person.known_as)
    return [
        call.reader.say("{day} is a holiday for {names}.", day=call.reader.day(day), names=names[: cards.MOST_NAMES])
        for day, names in sorted(off.items())[:MOST_DATES_ASKED]
    ]


def _missed(session: Session, call: Call, done: Booked) -> list[Block]:
    """Dates of a series that could not have the room: left out, another room, or the waiting list."""
    shown: list[Block] = []
    reader = call.reader
    for day, clashes in done.missed[:MOST_DATES_ASKED]:
        said = cards.clash_said(session, reader, call.person, clashes[0])
        shown.append(blocks.md(reader.md("⚠️ *{day}*: {what}", day=cards.date_choice(reader, day), what=said)))
        value, room = f"{done.meeting.id}|{day.id}", clashes[0].room
        row = [blocks.button(reader.say("Leave this date out"), "meetings.date:skip", f"{value}|skip|0")]
        row += [
            blocks.button(
                cards.room_said(session, reader, one), f"meetings.date:room{one.id}", f"{value}|room|{one.id}"
            )
            for one in room_duty.others(session, call.person, room, day.starts_at, day.ends_at, 1, most=2)
        ]
        if clashes[0].by is not None:
            label = reader.say("Wait for {room}", room=room.name)
            row.append(blocks.button(label, "meetings.date:wait", f"{value}|wait|{room.id}"))
        shown += blocks.actions(row)
    if len(done.missed) > MOST_DATES_ASKED:
        rest = len(done.missed) - MOST_DATES_ASKED
        text = reader.count(
            "{count} more date has no room; it keeps its time.",
            "{count} more dates have no room; they keep their time.", rest,
        )  # fmt: skip
        shown.append(blocks.context(text))
    return shown


def _short(reader: Reader, moment: datetime, plan: Plan) -> str:
    """A time on a button: with its day where that is another."""
    local = moment.astimezone(reader.tz)
    same = local.date() == plan.start.astimezone(reader.tz).date()
    return reader.clock(local.time()) if same else f"{reader.day(local.date())}, {reader.clock(local.time())}"
