"""Rooms and equipment: set up, whether they can be had, and what else could."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.calendars import calendar_of_hours
from office.duties.changes import plain
from office.duties.offices import checked_hours
from office.duties.people import calendar_of_person
from office.errors import Refusal
from office.rules import booking_conflicts as rule
from office.rules.booking_conflicts import Closed, Terms, Trouble
from office.rules.words import clean_line
from storage import approvals, history, meetings, offices, people, rooms
from storage.meeting_tables import Booking, Meeting, Room
from storage.tables import Person
from storage.words import Role, RoomKind, Standing

MOST_CLOSED = 50
_LIMITS = {"notice": 100_000, "ahead": 3_650, "longest": 20_160, "buffer": 1_440}
# How far the next free time is looked for, and in which steps.
LOOKS_AHEAD, STEP = timedelta(days=14), timedelta(minutes=15)


@dataclass(frozen=True)
class Clash:
    """Why a room can't be had at a time: a rule of its own with what it says, or the meeting that has it."""

    room: Room
    start: datetime
    end: datetime
    trouble: Trouble
    fact: object = ""
    by: Meeting | None = None
    until: datetime | None = None


class Taken(Refusal):
    """A room can't be had. `clashes` say why, each; whoever draws it offers what else there is."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__("{room} can't be had then. Choose another time or room.", room=clashes[0].room.name)
        self.clashes = tuple(clashes)


@dataclass(frozen=True)
class RoomSetup:
    """What a room is. `bookers`: Slack ids and "group:S0…"; `closed`: lines "2027-07-01 2027-07-31 Painting"."""

    name: str
    kind: RoomKind = RoomKind.ROOM
    place: str | None = None
    seats: int = 0
    features: tuple[str, ...] = ()
    hours: str = ""
    days: str = "mon-fri"
    notice: int = 0
    ahead: int = 0
    longest: int = 0
    buffer: int = 0
    bookers: tuple[str, ...] = ()
    keeper_id: int | None = None
    needs_yes: bool = False
    check_in: bool = False
    closed: str = ""


def keeps(person: Person) -> bool:
    """Whether somebody sets rooms up, and says yes where no keeper is named."""
    return person.standing is Standing.MEMBER and (person.has(Role.OFFICE_MANAGER) or person.has(Role.ADMIN))


def save(session: Session, actor: Person | None, setup: RoomSetup, room_id: int | None = None) -> Room:
    """A room as it is from now on; bookings that were made stay."""
    refuse_others(actor)
    name = clean_line(setup.name)[:60]
    if not name:
        raise Refusal("A name is missing. Write one.")
    same = rooms.named(session, name)
    if same is not None and same.id != room_id and (actor is not None or room_id is not None):
        raise Refusal("There is “{name}” already. Close this and edit it instead.", name=name)
    if setup.kind is RoomKind.ROOM and not 0 <= setup.seats <= 10_000:
        raise Refusal("“{seats}” can't be a number of seats. Write one from 0 to 10,000.", seats=setup.seats)
    place = offices.place_named(session, setup.place) if setup.place else None
    if setup.place and place is None:
        known = [one.name for one in offices.places(session)]
        raise Refusal("There is no place “{place}”. There are: {known}.", place=setup.place, known=known)
    values = {
        "kind": setup.kind, "place_id": place.id if place else None, "seats": setup.seats,
        "features": [clean_line(one)[:60] for one in setup.features if clean_line(one)][:20],
        "hours": checked_hours(setup.hours, setup.days) if setup.hours.strip() else {},
        **{key: _limit(getattr(setup, key), most) for key, most in _LIMITS.items()},
        "bookers": list(dict.fromkeys(setup.bookers)), "keeper_id": setup.keeper_id, "needs_yes": setup.needs_yes,
        "check_in": setup.check_in, "closed": closed_read(setup.closed),
    }  # fmt: skip
    found = room_id if room_id is not None else (same.id if same is not None else None)
    room = rooms.save(session, name, values, found)
    after = {key: plain(value) for key, value in values.items()} | {"version": room.version}
    history.record(session, clock.now(), actor.id if actor else None, "set_up", "room", room.id or 0, after=after)
    return room


def remove(session: Session, actor: Person, room_id: int) -> Room:
    refuse_others(actor)
    room = rooms.get(session, room_id)
    if ahead := rooms.count_of_room(session, room_id, clock.now()):
        raise Refusal(
            "{room} is booked {count} times still. Ask those who have it to move first.",
            room=room.name, count=ahead,
        )  # fmt: skip
    rooms.remove(session, room)
    history.record(session, clock.now(), actor.id, "remove", "room", room_id)
    return room


def refuse_others(actor: Person | None) -> None:
    # None: whoever has the machine itself, by `deskhand office load`.
    if actor is not None and not keeps(actor):
        raise Refusal("Only those who run the office can do this. Ask one of them; /desk help says who they are.")


def closed_read(text: str) -> list[list[str]]:
    """ "2027-07-01 2027-07-31 Painting", one a line; a single day needs no second."""
    found = []
    for line in text.splitlines():
        parts = line.split()
        if not parts:
            continue
        try:
            first = date.fromisoformat(parts[0])
            second = _day(parts[1]) if len(parts) > 1 else None
        except ValueError:
            raise Refusal(
                "“{line}” is not a closed period. Write it like 2027-07-01 2027-07-31 Painting.", line=line
            ) from None
        last = second or first
        if last < first:
            raise Refusal("“{line}” is not a closed period. Write it like 2027-07-01 2027-07-31 Painting.", line=line)
        found.append([first.isoformat(), last.isoformat(), clean_line(" ".join(parts[2 if second else 1 :]))[:80]])
    return sorted(found)[:MOST_CLOSED]


def closed_written(room: Room) -> str:
    return "\n".join(" ".join(part for part in one if part) for one in room.closed)


def terms_of(session: Session, room: Room) -> Terms:
    place = offices.find_place(session, room.place_id) or offices.first_place(session)
    zone = place.zone if place else "UTC"
    return Terms(
        calendar=calendar_of_hours(zone, room.hours) if room.hours else None,
        zone=zone,
        closed=[Closed(date.fromisoformat(one[0]), date.fromisoformat(one[1]), one[2]) for one in room.closed],
        notice=timedelta(minutes=room.notice), ahead=timedelta(days=room.ahead),
        longest=timedelta(minutes=room.longest), buffer=timedelta(minutes=room.buffer),
    )  # fmt: skip


def zone_of(session: Session, room: Room) -> str:
    place = offices.find_place(session, room.place_id) or offices.first_place(session)
    return place.zone if place else "UTC"


def may_book(session: Session, actor: Person, room: Room) -> bool:
    if not room.bookers or keeps(actor) or actor.id == room.keeper_id:
        return True
    if actor.slack_id in room.bookers:
        return True
    groups = (
        approvals.find_group(session, one.removeprefix("group:")) for one in room.bookers if one.startswith("group:")
    )
    return any(group is not None and actor.slack_id in group.members for group in groups)


def keepers_of(session: Session, room: Room) -> list[int]:
    """Who says whether a room may be had: its keeper while they are here, else those who run the office."""
    keeper = people.find(session, room.keeper_id)
    if keeper is not None and keeper.standing is Standing.MEMBER:
        return [keeper.id or 0]
    managers = people.with_role(session, Role.OFFICE_MANAGER) or people.with_role(session, Role.ADMIN)
    return [one.id or 0 for one in managers]


def clashes(
    session: Session, actor: Person | None, wanted: Iterable[Room], spans: Sequence[tuple[datetime, datetime]],
    except_dates: Sequence[int] = (),
) -> list[list[Clash]]:  # fmt: skip
    """Why rooms can't be had, for each span; an empty list where they can. `actor` None: whoever may book anything."""
    them = list(wanted)
    if not them or not spans:
        return [[] for _ in spans]
    terms = {room.id or 0: terms_of(session, room) for room in them}
    longest = max((one.buffer for one in terms.values()), default=timedelta())
    first, last = min(start for start, _ in spans), max(end for _, end in spans) + longest
    held: dict[int, list[Booking]] = {room.id or 0: [] for room in them}
    for booking in rooms.taken(session, list(held), first, last, except_dates):
        held[booking.room_id].append(booking)
    owners = _owners(session, held)

    def against(room: Room, span: tuple[datetime, datetime]) -> Clash | None:
        number = room.id or 0
        return _clash(session, actor, room, terms[number], span, held[number], owners)

    return [[found for room in them if (found := against(room, span)) is not None] for span in spans]


def next_times(
    session: Session, actor: Person, wanted: Sequence[Room], start: datetime, end: datetime, most: int = 3
) -> list[datetime]:
    """The next times from which on all of some rooms can be had as long, within the coming two weeks."""
    length, found = end - start, list[datetime]()
    moments = [start + STEP * count for count in range(1, int(LOOKS_AHEAD / STEP))]
    # A few days at a time: mostly the first of them is enough.
    for at in range(0, len(moments), 192):
        batch = moments[at : at + 192]
        free = clashes(session, actor, wanted, [(one, one + length) for one in batch])
        for moment, against in zip(batch, free, strict=True):
            local = moment.astimezone(start.tzinfo)
            if (
                not against
                and _sensible(session, actor, moment, moment + length)
                and (not found or moment >= found[-1] + length)
            ):
                found.append(local)
            if len(found) == most:
                return found
    return found


def others(
    session: Session, actor: Person, room: Room, start: datetime, end: datetime, seats: int, most: int = 3
) -> list[Room]:
    """Other rooms of a place that can be had then, those of the nearest size first, none too small."""
    alike = [
        one for one in rooms.everything(session, room.kind)
        if one.id != room.id and one.place_id == room.place_id and one.seats >= min(seats, room.seats or seats)
    ]  # fmt: skip
    free = [one for one in alike if not clashes(session, actor, [one], [(start, end)])[0]]
    return sorted(free, key=lambda one: (abs(one.seats - room.seats), one.name))[:most]


def _clash(
    session: Session, actor: Person | None, room: Room, terms: Terms, span: tuple[datetime, datetime],
    held: Sequence[Booking], owners: Mapping[int, Meeting],
) -> Clash | None:  # fmt: skip
    start, end = span
    if actor is not None and not may_book(session, actor, room):
        return Clash(room, start, end, Trouble.NOT_FOR_YOU)
    against = rule.trouble(terms, start, end, clock.now())
    if against is not None:
        return Clash(room, start, end, *against)
    wanted = rule.held(terms, start, end)
    other = next((one for one in held if rule.overlap((one.starts_at, one.ends_at), wanted)), None)
    if other is None:
        return None
    return Clash(room, start, end, Trouble.TAKEN, by=owners.get(other.date_id), until=other.ends_at)


def _owners(session: Session, held: Mapping[int, Sequence[Booking]]) -> dict[int, Meeting]:
    dates = [booking.date_id for booked in held.values() for booking in booked]
    return meetings.of_dates(session, dates)


def _sensible(session: Session, actor: Person, start: datetime, end: datetime) -> bool:
    """Within the working hours of whoever asks: nobody is offered 3 in the morning."""
    calendar = calendar_of_person(session, actor)
    spans = list(calendar.spans(calendar.local(start).date()))
    return bool(spans) and spans[0][0] <= start and end <= spans[-1][1]


def _limit(value: int, most: int) -> int:
    if not 0 <= value <= most:
        raise Refusal("“{number}” can't be a limit. Write a number from 0, which is no limit.", number=value)
    return value


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
