"""The tables of meetings: rooms and equipment, meetings with their dates, who is invited, and what is booked for them.

A meeting keeps wall time and zone; its dates are moments, worked out from it and from nothing else. Days are those of
the meeting's zone.
"""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import document, moment, one_of, word
from storage.words import Aim, BookingState, DateState, MatterKind, MeetingState, Reply, RoomKind, WaitState

_HOLDING = text("state IN ('held', 'pending', 'offered')")


class Room(SQLModel, table=True):
    """What can be booked. `hours`: weekday "0" (Monday) to "6" -> [["08:00", "18:00"], ...] in the place's wall time;
    none: always. `notice` and `buffer` and `longest` are minutes, `ahead` days; 0 is no limit. `bookers`: the Slack ids
    and "group:S0…" of those who may; none: everybody. `closed`: [["2027-07-01", "2027-07-31", "Painting"], ...]."""

    __tablename__ = "rooms"
    __table_args__ = (one_of("kind", RoomKind), Index("rooms_of_place", "place_id", "removed"))
    id: int | None = Field(default=None, primary_key=True)
    name: str
    folded: str = Field(unique=True)
    kind: RoomKind = Field(default=RoomKind.ROOM, sa_type=word(RoomKind))
    place_id: int | None = Field(default=None, foreign_key="places.id")
    seats: int = 0
    features: list[str] = document(default_factory=list)
    hours: dict[str, list[list[str]]] = document(default_factory=dict)
    notice: int = 0
    ahead: int = 0
    longest: int = 0
    buffer: int = 0
    bookers: list[str] = document(default_factory=list)
    keeper_id: int | None = Field(default=None, foreign_key="people.id")
    needs_yes: bool = False
    check_in: bool = False
    closed: list[list[str]] = document(default_factory=list)
    removed: bool = False
    version: int = 1


class Meeting(SQLModel, table=True):
    """What people meet for. `day` and `clock` are the wall time of its first date in `zone`; `rule` repeats it
    (RFC 5545, counted from `day`), and `planned_until` is the day up to which its dates are worked out.

    `sequence` counts what calendars must hear of (RFC 5546); `key` is its UID there. `our_side`: the ids of those who
    see `parties`, `aims` and `limits`.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        one_of("state", MeetingState),
        Index("meetings_of_organiser", "organiser_id", "state", "id"),
        Index("meetings_to_plan", "planned_until", sqlite_where=text("planned_until IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    title: str
    organiser_id: int = Field(foreign_key="people.id")
    private: bool = False
    state: MeetingState = Field(default=MeetingState.PLANNED, sa_type=word(MeetingState))
    day: date
    clock: str  # "14:30"
    zone: str
    minutes: int
    rule: str | None = None
    on_holidays: str = "skip"
    planned_until: date | None = None
    rooms: list[int] = document(default_factory=list)  # what it wants, also where a date could not have it
    remind_before: int = 10
    video: str = ""
    sequence: int = 0
    parties: str = ""
    aims: str = ""
    limits: str = ""
    our_side: list[int] = document(default_factory=list)
    follows_id: int | None = Field(default=None, foreign_key="meetings.id")
    # Whether each guest has a UID of their own, by which an answer is known to be theirs.
    own_uids: bool = True
    created_at: datetime = moment()
    version: int = 1


class MeetingDate(SQLModel, table=True):
    """One date of a meeting. `day` names it, also when it was moved; `remind_at` and `chase_at` are when those who
    come are reminded, and those who have not answered are asked again; `agenda_at` is when its agenda was sent."""

    __tablename__ = "meeting_dates"
    __table_args__ = (
        one_of("state", DateState),
        UniqueConstraint("meeting_id", "day", name="one_date_a_day"),
        Index("meeting_dates_by_time", "starts_at", "state"),
        Index("meeting_dates_long", "starts_at", sqlite_where=text("is_long"), postgresql_where=text("is_long")),
        Index("meeting_dates_to_remind", "remind_at", sqlite_where=text("remind_at IS NOT NULL")),
        Index("meeting_dates_to_chase", "chase_at", sqlite_where=text("chase_at IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meetings.id")
    day: date
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    state: DateState = Field(default=DateState.PLANNED, sa_type=word(DateState))
    moved: bool = False
    is_long: bool = False  # longer than a day: those are few, and looked for apart
    why: str = ""
    remind_at: datetime | None = moment(default=None)
    chase_at: datetime | None = moment(default=None)
    agenda_at: datetime | None = moment(default=None)
    version: int = 1


class Invitee(SQLModel, table=True):
    """Somebody who is invited: a person, or a guest by `email`. `stands_in_id` comes in their place."""

    __tablename__ = "invitees"
    __table_args__ = (
        one_of("reply", Reply),
        UniqueConstraint("meeting_id", "person_id", name="invited_once"),
        Index("invitees_of_person", "person_id", "meeting_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meetings.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="people.id")
    email: str = ""
    reply: Reply = Field(default=Reply.ASKED, sa_type=word(Reply))
    replied_at: datetime | None = moment(default=None)
    note: str = ""
    stands_in_id: int | None = Field(default=None, foreign_key="people.id")
    chased: bool = False


class DateReply(SQLModel, table=True):
    """An answer to one date of a series, where it differs."""

    __tablename__ = "date_replies"
    __table_args__ = (one_of("reply", Reply),)
    date_id: int = Field(primary_key=True, foreign_key="meeting_dates.id")
    invitee_id: int = Field(primary_key=True, foreign_key="invitees.id")
    reply: Reply = Field(sa_type=word(Reply))


class Booking(SQLModel, table=True):
    """A room or a piece of equipment for one date. It is taken from `starts_at` to `ends_at`, the buffer included.

    `check_by`: until when somebody must have checked in. PostgreSQL excludes two that hold one room at one time; on
    SQLite a trigger does.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        one_of("state", BookingState),
        Index("bookings_of_room", "room_id", "starts_at", sqlite_where=_HOLDING, postgresql_where=_HOLDING),
        Index("bookings_of_date", "date_id"),
        Index("bookings_to_check", "check_by", sqlite_where=text("check_by IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    date_id: int = Field(foreign_key="meeting_dates.id")
    room_id: int = Field(foreign_key="rooms.id")
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    state: BookingState = Field(default=BookingState.HELD, sa_type=word(BookingState))
    check_by: datetime | None = moment(default=None)
    checked_in_at: datetime | None = moment(default=None)
    decided_by_id: int | None = Field(default=None, foreign_key="people.id")
    version: int = 1


class Wait(SQLModel, table=True):
    """A place on the waiting list of a room, for one date; `offered_until` is when the next one is asked."""

    __tablename__ = "waits"
    __table_args__ = (
        one_of("state", WaitState),
        Index("waits_of_room", "room_id", "state", "id"),
        Index("waits_of_date", "date_id"),
        Index("waits_offered", "offered_until", sqlite_where=text("offered_until IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    date_id: int = Field(foreign_key="meeting_dates.id")
    room_id: int = Field(foreign_key="rooms.id")
    state: WaitState = Field(default=WaitState.WAITING, sa_type=word(WaitState))
    booking_id: int | None = Field(default=None, foreign_key="bookings.id")
    offered_until: datetime | None = moment(default=None)
    created_at: datetime = moment()


class Matter(SQLModel, table=True):
    """What is prepared for a meeting: an item of its agenda, a task of its checklist, or a link. A task is one of the
    tasks, due `days_before` working days before the meeting.

    An item belongs to one date of a series, or without a `date_id` to all of them; `place` is its order, and `readers`
    are the only ones who see it where there are any.
    """

    __tablename__ = "meeting_matters"
    __table_args__ = (one_of("kind", MatterKind), Index("matters_of_meeting", "meeting_id", "id"))
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meetings.id")
    kind: MatterKind = Field(sa_type=word(MatterKind))
    text: str
    link: str = ""
    by_id: int = Field(foreign_key="people.id")
    owner_id: int | None = Field(default=None, foreign_key="people.id")
    minutes: int = 0
    task_id: int | None = Field(default=None, foreign_key="tasks.id")
    days_before: int = 0
    date_id: int | None = Field(default=None, foreign_key="meeting_dates.id")
    place: int = 0
    aim: Aim = Field(default=Aim.DISCUSS, sa_type=word(Aim))
    readers: list[int] = document(default_factory=list)
    created_at: datetime = moment()


class Visitor(SQLModel, table=True):
    """Somebody who comes from outside to one date of a meeting, and whom the front desk expects."""

    __tablename__ = "visitors"
    __table_args__ = (Index("visitors_of_date", "date_id"),)
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meetings.id")
    date_id: int = Field(foreign_key="meeting_dates.id")
    name: str
    company: str = ""
    host_id: int = Field(foreign_key="people.id")
    created_at: datetime = moment()


class CalendarFeed(SQLModel, table=True):
    """An address under which a calendar can be read, of a person or of a room. `token`: the SHA-256 of its secret."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (Index("feeds_of_person", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True)
    person_id: int = Field(foreign_key="people.id")  # whose it is, or who asked for the room's
    room_id: int | None = Field(default=None, foreign_key="rooms.id")
    created_at: datetime = moment()
    revoked_at: datetime | None = moment(default=None)


class BusyFeed(SQLModel, table=True):
    """Where somebody's other calendar can be read; it tells when they are busy and nothing else."""

    __tablename__ = "busy_feeds"
    __table_args__ = (Index("busy_feeds_due", "next_at"),)
    person_id: int = Field(primary_key=True, foreign_key="people.id")
    url: str
    next_at: datetime = moment()
    read_at: datetime | None = moment(default=None)
    trouble: str = ""
    tries: int = 0  # since it was read last


class BusyTime(SQLModel, table=True):
    """When somebody is busy by their other calendar."""

    __tablename__ = "busy_times"
    __table_args__ = (Index("busy_of_person", "person_id", "starts_at"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="people.id")
    starts_at: datetime = moment()
    ends_at: datetime = moment()
