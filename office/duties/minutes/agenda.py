"""The agenda of a meeting: what is still open, what was put off, what is new; in order, timed, and sent before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.meetings import access as meeting_access
from office.duties.meetings import preparing
from office.duties.meetings.access import look, show
from office.duties.minutes import access
from office.duties.one_by_one import one_by_one
from office.duties.people import calendar_of_person
from office.errors import Refusal
from office.rules.repetition import wall
from office.rules.snooze import MORNING
from office.rules.words import clean_line, tokens
from storage import meetings, minutes, people
from storage.meeting_tables import Matter, Meeting, MeetingDate
from storage.minute_tables import Entry, Minutes, MinutesItem
from storage.tables import Person
from storage.time_tables import Task
from storage.words import Aim, DateState, ItemState, MatterKind, MeetingAct, MinutesState, TaskState

LONGEST = 600
# How far back a series is followed.
MOST_LINKS = 50
# A working day before is at most so many days before.
LOOKS_AHEAD = timedelta(days=12)


@dataclass(frozen=True)
class Wanted:
    """An item as somebody wants it. `planned` is minutes, `readers` the only ones who see it, `every`: on the agenda
    of each date of a series."""

    text: str
    planned: int = 0
    aim: Aim = Aim.DISCUSS
    owner_id: int | None = None
    link: str = ""
    readers: tuple[int, ...] = ()
    every: bool = False


@dataclass(frozen=True)
class Agenda:
    """What is on the agenda of one date, as one person sees it; `hidden`: how many items are not for their eyes."""

    carried: Sequence[tuple[Entry, Task, Minutes]] = ()
    postponed: Sequence[tuple[MinutesItem, Minutes]] = ()
    items: Sequence[Matter] = field(default_factory=tuple)
    hidden: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.carried or self.postponed or self.items or self.hidden)


def of(session: Session, viewer: Person, meeting: Meeting, day: MeetingDate | None) -> Agenda:
    """The agenda of one date, of a meeting that somebody takes part in."""
    earlier = earlier_of(session, meeting, day)
    seen = access.seen_among(session, viewer, earlier)
    by_id = {one.id or 0: one for one in seen}
    items = matters_of(session, meeting, day)
    put_off = _put_off(session, list(by_id), items)
    return Agenda(
        [(entry, task, by_id[entry.minutes_id]) for entry, task in open_actions(session, viewer, seen)],
        [(one, by_id[one.minutes_id]) for one in put_off if access.sees(viewer, one.readers)],
        [one for one in items if access.sees(viewer, one.readers)],
        sum(
            not access.sees(viewer, one) for one in [*(off.readers for off in put_off), *(new.readers for new in items)]
        ),
    )


def look_at(session: Session, actor: Person, number: int) -> Meeting:
    """A meeting whose agenda somebody may read: those who take part, and no others."""
    meeting = look(session, actor, number)
    if not access.may_start(session, actor, number):
        raise Refusal("M{number} is for others: only those who take part see its agenda.", number=number)
    return meeting


def matters_of(session: Session, meeting: Meeting, day: MeetingDate | None) -> list[Matter]:
    """What was put on the agenda of a date, or of all of them, whoever may see it; and what waits from a date that was
    left out or of which nobody took minutes."""
    them = meetings.matters(session, meeting.id or 0, MatterKind.AGENDA)
    date_id = day.id if day is not None else None
    left = _left_over(session, day, [one for one in them if one.date_id not in (None, date_id)]) if day else set()
    return [one for one in them if one.date_id in (None, date_id) or one.id in left]


def left_over(session: Session, meeting: Meeting, day: MeetingDate) -> list[Matter]:
    """What waits from earlier dates that were left out, or of which nobody took minutes."""
    them = [one for one in meetings.matters(session, meeting.id or 0, MatterKind.AGENDA) if one.date_id != day.id]
    left = _left_over(session, day, [one for one in them if one.date_id is not None])
    return [one for one in them if one.id in left]


def _left_over(session: Session, day: MeetingDate, them: Sequence[Matter]) -> set[int | None]:
    taken = minutes.matters_taken(session, [one.id or 0 for one in them])
    found: set[int | None] = set()
    for one in them:
        earlier = meetings.find_date(session, one.date_id or 0)
        if earlier is None or one.id in taken or earlier.starts_at >= day.starts_at:
            continue
        is_over = earlier.state is DateState.CANCELLED or earlier.ends_at <= clock.now()
        if is_over and minutes.of_date(session, earlier.id or 0) is None:
            found.add(one.id)
    return found


def _put_off(session: Session, minutes_ids: Sequence[int], items: Sequence[Matter]) -> list[MinutesItem]:
    """What waits from earlier minutes; what is on every agenda anyhow comes once."""
    again = {one.id for one in items}
    return [
        one for one in minutes.postponed(session, minutes_ids) if one.matter_id is None or one.matter_id not in again
    ]


def earlier_of(session: Session, meeting: Meeting, day: MeetingDate | None) -> list[Minutes]:
    """The finished minutes of the same series before a date, newest first."""
    found = [one for one in minutes.of_meetings(session, series_of(session, meeting)) if one.state in minutes.FINISHED]
    if day is None:
        return found
    dates = meetings.dates_by_ids(session, [one.date_id for one in found])
    return [one for one in found if dates[one.date_id].starts_at < day.starts_at]


def series_of(session: Session, meeting: Meeting) -> list[int]:
    """The meetings that are one: those a series was split into, and those of one title and the same people."""
    people_of = set(meeting_access.expected(session, meeting))
    alike = [
        one.id or 0
        for one in meetings.alike(session, meeting)
        if one.id != meeting.id and set(meeting_access.expected(session, one)) == people_of
    ]
    found = dict.fromkeys([meeting.id or 0, *alike])
    before = meeting
    for _ in range(MOST_LINKS):
        if before.follows_id is None or (earlier := meetings.find(session, before.follows_id)) is None:
            break
        found[earlier.id or 0] = None
        before = earlier
    return list(found)


def open_actions(session: Session, viewer: Person, earlier: Sequence[Minutes]) -> list[tuple[Entry, Task]]:
    """What is not done yet of the actions of some minutes, as far as somebody may read them."""
    readers = {one.id: one.readers for one in minutes.items_among(session, [one.id or 0 for one in earlier])}
    return [
        (entry, task)
        for entry, task in minutes.tasks_of(session, [one.id or 0 for one in earlier])
        if task.state is TaskState.OPEN and access.sees(viewer, readers.get(entry.item_id, ()))
    ]


def put(session: Session, actor: Person, number: int, wanted: Wanted, date_id: int | None = None) -> Matter:
    """An item of the agenda, by whoever takes part; of a series on that of its next date, unless for `every`."""
    meeting = look(session, actor, number, MeetingAct.PREPARE)
    day = _still_open(session, meeting, date_for(session, meeting, date_id))
    if day is None:
        raise Refusal("M{number} is over; it has no agenda any more. Book the next one first.", number=number)
    which = day.id if meeting.rule is not None and not wanted.every and day is not None else None
    last = max((one.place for one in meetings.matters(session, number, MatterKind.AGENDA)), default=0)
    matter = preparing.add_matter(
        session, actor, number, MatterKind.AGENDA, wanted.text, date_id=which, place=last + 1,
        **_columns(session, actor, meeting, wanted),
    )  # fmt: skip
    running = minutes.of_date(session, day.id or 0) if day is not None else None
    if running is not None and running.state is MinutesState.TAKING and minutes.touch(session, running.id or 0):
        # The minutes have begun: it is talked about there, too.
        place = max((one.place for one in minutes.items(session, running.id or 0)), default=0) + 1
        minutes.add_item(session, {"minutes_id": running.id, "place": place, **_as_item(matter)})
        access.show(session, running)
    return matter


def _still_open(session: Session, meeting: Meeting, day: MeetingDate | None) -> MeetingDate | None:
    """The date, or the one after it where its minutes have been sent already."""
    found = minutes.of_date(session, day.id or 0) if day is not None else None
    if day is None or found is None or found.state is MinutesState.TAKING:
        return day
    later = [one for one in meetings.dates(session, meeting.id or 0) if one.starts_at > day.starts_at]
    if not later:
        raise Refusal(
            "The minutes of M{number} are sent already, and it has no date to come. Book the next one first.",
            number=meeting.id,
        )
    return later[0]


def edit(
    session: Session, actor: Person, number: int, matter_id: int, wanted: Wanted, date_id: int | None = None
) -> Matter:
    """Changes an item. `date_id`: the date whose agenda was open, where it is not on every one any more."""
    meeting, matter = _own(session, actor, number, matter_id)
    text = clean_line(wanted.text)[:300]
    if not tokens(text):
        raise Refusal("Say what it is about.")
    day = date_for(session, meeting, matter.date_id or date_id)
    which = day.id if meeting.rule is not None and not wanted.every and day is not None else None
    meetings.change_matter(
        session, matter_id, {"text": text, "date_id": which, **_columns(session, actor, meeting, wanted)}
    )
    meeting_access.change(session, actor, meeting, "agenda_edit", {}, after={"matter": matter_id})
    changed = meetings.find_matter(session, matter_id)
    assert changed is not None
    return changed


def shift(session: Session, actor: Person, number: int, matter_id: int, by: int) -> None:
    """Moves an item up or down among those that the actor sees."""
    meeting = look(session, actor, number, MeetingAct.PREPARE)
    matter = meetings.find_matter(session, matter_id)
    if matter is None or matter.meeting_id != number or not access.sees(actor, matter.readers):
        raise Refusal("This is not there any more.")
    them = [
        one for one in meetings.matters(session, number, MatterKind.AGENDA)
        if one.date_id in (None, matter.date_id) or matter.date_id is None
    ]  # fmt: skip
    at = next(index for index, one in enumerate(them) if one.id == matter_id)
    seen = [index for index, one in enumerate(them) if access.sees(actor, one.readers)]
    target = seen.index(at) + by
    if not 0 <= target < len(seen):
        return
    them.insert(seen[target], them.pop(at))
    for place, one in enumerate(them, 1):
        if one.place != place:
            meetings.change_matter(session, one.id or 0, {"place": place})
    show(session, meeting)


def date_for(session: Session, meeting: Meeting, date_id: int | None = None) -> MeetingDate | None:
    """The date whose agenda is meant: a named one, else the one that is on or comes next."""
    if date_id is not None:
        named = meetings.find_date(session, date_id)
        if named is not None and named.meeting_id == meeting.id:
            return named
    return meetings.next_date(session, meeting.id or 0, clock.now())


def starts(items: Sequence[int], start: datetime) -> list[datetime | None]:
    """When each item begins, by the minutes that each takes; None from where one has none."""
    found: list[datetime | None] = []
    at: datetime | None = start
    for planned in items:
        found.append(at if planned else None)
        at = at + timedelta(minutes=planned) if at is not None and planned else None
    return found


def send_due(session: Session) -> int:
    """Sends the agendas of what is on the next working day, in the morning; and late ones as soon as there is one."""
    now = clock.now()
    due = meetings.agendas_due(session, now, now + LOOKS_AHEAD, limit=500)
    ready = [one for one in due if _is_time(session, one)]
    one_by_one(session, ready, lambda day: send(session, day), lambda day: None)
    return 0


def send(session: Session, day: MeetingDate) -> None:
    """Everybody who is expected gets the agenda, in their own language; an empty one is not sent."""
    meeting = meetings.get(session, day.meeting_id)
    if day.state is not DateState.PLANNED or not meetings.agenda_sent(session, day.id or 0, clock.now()):
        return
    for person_id in meeting_access.expected(session, meeting):
        if of(session, people.get(session, person_id), meeting, day).is_empty:
            continue  # what there is, is not for them, and they are not told that it is there
        notices.tell_in_time(
            session, "minutes.agenda", "meeting", meeting.id or 0, person_id, day.id or 0, day.starts_at
        )  # fmt: skip


def _is_time(session: Session, day: MeetingDate) -> bool:
    """Whether it is the morning of the working day before, or later, and there is something to send."""
    meeting = meetings.get(session, day.meeting_id)
    organiser = people.get(session, meeting.organiser_id)
    calendar = calendar_of_person(session, organiser)
    before = calendar.shifted(calendar.local(day.starts_at).date(), -1)
    if clock.now() < wall(before, MORNING, calendar.zone):
        return False
    return bool(matters_of(session, meeting, day)) or _comes_back(session, meeting, day)


def _comes_back(session: Session, meeting: Meeting, day: MeetingDate) -> bool:
    ids = [one.id or 0 for one in earlier_of(session, meeting, day)]
    if minutes.postponed(session, ids):
        return True
    return any(task.state is TaskState.OPEN for _, task in minutes.tasks_of(session, ids))


def take_up(session: Session, found: Minutes, meeting: Meeting, day: MeetingDate) -> None:
    """The agenda becomes the items of minutes: what was put off first, then the others in their order."""
    items = matters_of(session, meeting, day)
    waiting = minutes.postponed(session, [one.id or 0 for one in earlier_of(session, meeting, day)])
    again = {one.matter_id: one.id for one in waiting if one.matter_id is not None}
    put_off = [one for one in waiting if one.matter_id is None or one.matter_id not in {new.id for new in items}]
    rows: list[dict[str, Any]] = [
        {
            "title": one.title, "by_id": one.by_id, "owner_id": one.owner_id, "planned": one.planned, "aim": one.aim,
            "link": one.link, "readers": one.readers, "from_item_id": one.id,
        }
        for one in put_off
    ]  # fmt: skip
    # An item of every agenda takes up its own from the last time.
    rows += [{**_as_item(one), "from_item_id": again.get(one.id or 0)} for one in items]
    for place, row in enumerate(rows, 1):
        usual = {"minutes_id": found.id, "place": place, "state": ItemState.OPEN}
        minutes.add_item(session, {**usual, **row})


def _as_item(one: Matter) -> dict[str, Any]:
    return {
        "title": one.text, "by_id": one.by_id, "owner_id": one.owner_id, "planned": one.minutes, "aim": one.aim,
        "link": one.link, "readers": one.readers, "matter_id": one.id, "from_item_id": None,
    }  # fmt: skip


def _columns(session: Session, actor: Person, meeting: Meeting, wanted: Wanted) -> dict[str, Any]:
    refuse_wrong(session, wanted)
    readers = readers_with(session, actor, wanted.readers)
    return {
        "minutes": wanted.planned, "aim": wanted.aim, "owner_id": wanted.owner_id, "link": wanted.link[:2000],
        "readers": readers,
    }  # fmt: skip


def refuse_wrong(session: Session, wanted: Wanted) -> None:
    """What no item can be, whichever way it comes."""
    if not 0 <= wanted.planned <= LONGEST:
        raise Refusal("An item takes from 0 to {most} minutes.", most=LONGEST)
    if wanted.link and not wanted.link.startswith(("https://", "http://")):
        raise Refusal("“{address}” is not a link. Write one that begins with https://.", address=wanted.link[:80])
    if wanted.owner_id is not None:
        meeting_access.refuse_invited(session, [wanted.owner_id])


def readers_with(session: Session, actor: Person, readers: Sequence[int]) -> list[int]:
    """The only ones who see something confidential, whoever makes it so among them; nobody named: everybody."""
    meeting_access.refuse_invited(session, readers)
    return sorted({*readers, actor.id or 0}) if readers else []


def _own(session: Session, actor: Person, number: int, matter_id: int) -> tuple[Meeting, Matter]:
    meeting = look(session, actor, number, MeetingAct.PREPARE)
    matter = meetings.find_matter(session, matter_id)
    if matter is None or matter.meeting_id != number or not access.sees(actor, matter.readers):
        raise Refusal("This is not there any more.")
    if actor.id not in (matter.by_id, meeting.organiser_id):
        by = people.find(session, matter.by_id)
        raise Refusal("Only {who}, or whoever has called the meeting, can change this.", who=by.known_as if by else "–")
    return meeting, matter
