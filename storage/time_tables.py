"""The tables of what comes at its time: tasks, reminders, absences, digests and their news."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import document, moment, one_of, word
from storage.words import (
    AbsenceState,
    Closes,
    CoverState,
    DigestKind,
    Holding,
    ReminderState,
    TaskState,
)


class Task(SQLModel, table=True):
    """Something to be done by somebody. `due_on` is a day, `due_at` the moment where a time was said.

    One that repeats has a `rule`, counted from `first_day` (office.rules.repetition); when it is done, the next one is
    made, and `follows_id` names the one before.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        one_of("state", TaskState),
        one_of("closes", Closes),
        Index("tasks_of_giver", "giver_id", "state", "id"),
        Index("tasks_following", "follows_id", sqlite_where=text("follows_id IS NOT NULL")),
        Index("tasks_done", "done_at", sqlite_where=text("done_at IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    title: str
    note: str = ""
    giver_id: int = Field(foreign_key="people.id")
    closes: Closes = Field(default=Closes.ALL, sa_type=word(Closes))
    state: TaskState = Field(default=TaskState.OPEN, sa_type=word(TaskState))
    due_on: date | None = None
    due_at: datetime | None = moment(default=None)
    zone: str = "UTC"
    link: str | None = None
    rule: str | None = None
    first_day: date | None = None
    clock: str | None = None  # "14:30"
    on_holidays: str = "keep"
    follows_id: int | None = Field(default=None, foreign_key="tasks.id")
    created_at: datetime = moment()
    done_at: datetime | None = moment(default=None)
    done_by_id: int | None = Field(default=None, foreign_key="people.id")
    version: int = 1


class TaskOwner(SQLModel, table=True):
    """Somebody who has a task, or is offered it by `from_id`. `remind_at` is when they are reminded of it next."""

    __tablename__ = "task_owners"
    __table_args__ = (
        one_of("holding", Holding),
        Index("task_owners_due", "remind_at", sqlite_where=text("remind_at IS NOT NULL")),
        Index("task_owners_of_person", "person_id", "holding", "task_id"),
    )
    task_id: int = Field(primary_key=True, foreign_key="tasks.id")
    person_id: int = Field(primary_key=True, foreign_key="people.id")
    holding: Holding = Field(default=Holding.HOLDS, sa_type=word(Holding))
    from_id: int | None = Field(default=None, foreign_key="people.id")
    remind_at: datetime | None = moment(default=None)
    snoozed: bool = False


class Reminder(SQLModel, table=True):
    """Words that come to a person or a channel at their time, once or again and again.

    `day` and `clock` are wall time in `zone`; one that `floats` follows its reader's zone, and one without a clock is
    an absolute moment. `next_at` is when it comes next, `due_at` when the newest one was due, `changed` holds single
    days that were moved or left out: "2027-03-08" -> "2027-03-09" or null.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        one_of("state", ReminderState),
        Index("reminders_due", "next_at", sqlite_where=text("next_at IS NOT NULL")),
        Index("reminders_of_person", "person_id", "state", "id"),
        Index("reminders_of_maker", "maker_id", "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    text: str
    maker_id: int = Field(foreign_key="people.id")
    person_id: int | None = Field(default=None, foreign_key="people.id")
    channel: str | None = None
    state: ReminderState = Field(default=ReminderState.ACTIVE, sa_type=word(ReminderState))
    rule: str | None = None
    day: date
    clock: str | None = None
    zone: str
    floats: bool = True
    on_holidays: str = "keep"
    changed: dict[str, str | None] = document(default_factory=dict)
    next_at: datetime | None = moment(default=None)
    due_at: datetime | None = moment(default=None)
    settled_at: datetime | None = moment(default=None)  # when its reader pressed done, or snoozed it
    settled_as: str | None = None  # "done" or "snoozed"
    link: str | None = None
    created_at: datetime = moment()
    version: int = 1


class Absence(SQLModel, table=True):
    """Somebody is away from `starts_at` to `ends_at`. `next_at` is when it starts or ends by itself.

    `wall` holds the days and times that were said ("from", "from_clock", "to", "to_clock"), which move with the zone.
    """

    __tablename__ = "absences"
    __table_args__ = (
        one_of("state", AbsenceState),
        one_of("cover_state", CoverState),
        Index("absences_due", "next_at", sqlite_where=text("next_at IS NOT NULL")),
        Index("absences_of_person", "person_id", "state", "starts_at"),
        Index("absences_of_cover", "cover_id", "state"),
        Index("absences_to_come", "state", "ends_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="people.id")
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    wall: dict[str, str | None] = document(default_factory=dict)
    zone: str
    why: str = ""
    cover_id: int | None = Field(default=None, foreign_key="people.id")
    cover_state: CoverState = Field(default=CoverState.NONE, sa_type=word(CoverState))
    state: AbsenceState = Field(default=AbsenceState.PLANNED, sa_type=word(AbsenceState))
    next_at: datetime | None = moment(default=None)
    created_at: datetime = moment()
    version: int = 1


class Preference(SQLModel, table=True):
    """How somebody wants to be told: when the digest comes, on which weekdays (none: working days), and what where.

    `topics`: a Topic -> now, digest or off.
    """

    __tablename__ = "preferences"
    __table_args__ = (Index("preferences_due", "next_digest_at", sqlite_where=text("next_digest_at IS NOT NULL")),)
    person_id: int = Field(primary_key=True, foreign_key="people.id")
    digest_at: str = "08:30"
    digest_days: list[int] | None = document(default=None)
    digest_on: bool = True
    topics: dict[str, str] = document(default_factory=dict)
    next_digest_at: datetime | None = moment(default=None)


class Digest(SQLModel, table=True):
    """One digest of one person: when it was due, and since when it tells news."""

    __tablename__ = "digests"
    __table_args__ = (
        one_of("kind", DigestKind),
        UniqueConstraint("person_id", "due_at", name="one_digest_a_moment"),
        Index("digests_of_person", "person_id", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="people.id")
    kind: DigestKind = Field(default=DigestKind.DAILY, sa_type=word(DigestKind))
    due_at: datetime = moment()
    since_at: datetime = moment()


class News(SQLModel, table=True):
    """What somebody is told in their next digest instead of at once."""

    __tablename__ = "news"
    __table_args__ = (Index("news_of_person", "person_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="people.id")
    kind: str
    subject: str
    subject_id: int
    detail_id: int | None = None
    at: datetime = moment()
