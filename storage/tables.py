"""Every table, one class a noun. Rows are read as these classes and changed by statements, never by assignment."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import Document, Moment, word
from storage.words import (
    AbsenceState,
    ClockKind,
    ClockStep,
    Closes,
    CommentKind,
    CoverState,
    DigestKind,
    Holding,
    OutboxState,
    Priority,
    ReminderState,
    RequestState,
    Role,
    Standing,
    TaskState,
    Visibility,
)


def moment(**more: Any) -> Any:
    return Field(sa_type=Moment, **more)


def document(**more: Any) -> Any:
    return Field(sa_type=Document, **more)


def one_of(column: str, enum: Any) -> CheckConstraint:
    values = ", ".join(f"'{member.value}'" for member in enum)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_is_known")


class Fact(SQLModel, table=True):
    """One thing that the office knows about itself: its name, its instance, when it last ticked."""

    __tablename__ = "facts"
    name: str = Field(primary_key=True)
    value: str


class Place(SQLModel, table=True):
    """Where people work. `hours`: weekday "0" (Monday) to "6" -> [["08:00", "17:00"], ...] in wall time."""

    __tablename__ = "places"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    zone: str
    country: str = ""
    currency: str = "EUR"
    hours: dict[str, list[list[str]]] = document()
    days_off: dict[str, str] = document(default_factory=dict)  # "2026-12-31" -> "Inventory"


class Department(SQLModel, table=True):
    __tablename__ = "departments"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)


class Person(SQLModel, table=True):
    """Somebody in the workspace; known by Slack id, or expected by e-mail or handle until they appear."""

    __tablename__ = "people"
    __table_args__ = (one_of("standing", Standing), Index("people_of_manager", "manager_id"))
    id: int | None = Field(default=None, primary_key=True)
    slack_id: str | None = Field(default=None, unique=True)
    email: str | None = Field(default=None, unique=True)
    handle: str | None = Field(default=None, index=True)
    name: str = ""
    locale: str = ""
    language: str | None = None  # chosen with /desk language; else the locale's
    zone: str = "UTC"
    standing: Standing = Field(default=Standing.UNKNOWN, sa_type=word(Standing))
    workspace_admin: bool = False
    roles: list[str] = document(default_factory=list)
    manager_id: int | None = Field(default=None, foreign_key="people.id")
    department_id: int | None = Field(default=None, foreign_key="departments.id")
    place_id: int | None = Field(default=None, foreign_key="places.id")
    direct_channel: str | None = None  # where direct messages to them go, once Slack has told
    profile_read_at: datetime | None = moment(default=None)
    home_opened_at: datetime | None = moment(default=None)
    home_stale: bool = False

    def has(self, role: Role) -> bool:
        return role.value in self.roles

    @property
    def known_as(self) -> str:
        return self.name or self.handle or self.email or self.slack_id or "?"


class Desk(SQLModel, table=True):
    """The team that answers. `channel` is a Slack channel id, or a #name that has not been looked up yet."""

    __tablename__ = "desks"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str = ""
    channel: str | None = None
    language: str | None = None
    lead_id: int | None = Field(default=None, foreign_key="people.id")
    place_id: int | None = Field(default=None, foreign_key="places.id")


class DeskMember(SQLModel, table=True):
    __tablename__ = "desk_members"
    desk_id: int = Field(primary_key=True, foreign_key="desks.id")
    person_id: int = Field(primary_key=True, foreign_key="people.id", index=True)


class Request(SQLModel, table=True):
    """What is asked. `type` names a catalogue entry, `answers` holds its fields by key."""

    __tablename__ = "requests"
    __table_args__ = (
        one_of("state", RequestState),
        one_of("priority", Priority),
        one_of("visibility", Visibility),
        Index("requests_of_requester", "requester_id", "id"),
        Index("requests_of_desk", "desk_id", "state", "id"),
        Index("requests_of_owner", "owner_id", "state", "id"),
        Index(
            "requests_open_of_type",
            "type",
            "id",
            sqlite_where=text("state IN ('open', 'in_progress', 'waiting', 'on_hold')"),
            postgresql_where=text("state IN ('open', 'in_progress', 'waiting', 'on_hold')"),
        ),
        Index("requests_of_beneficiary", "beneficiary_id", "id"),
        Index("requests_of_offered", "offered_to_id", sqlite_where=text("offered_to_id IS NOT NULL")),
        Index("requests_by_age_of_solution", "solved_at", sqlite_where=text("state = 'solved'")),
    )
    id: int | None = Field(default=None, primary_key=True)
    type: str
    title: str
    text: str
    answers: dict[str, Any] = document(default_factory=dict)
    state: RequestState = Field(default=RequestState.OPEN, sa_type=word(RequestState))
    priority: Priority = Field(default=Priority.NORMAL, sa_type=word(Priority))
    visibility: Visibility = Field(default=Visibility.DESK, sa_type=word(Visibility))
    requester_id: int = Field(foreign_key="people.id")
    beneficiary_id: int | None = Field(default=None, foreign_key="people.id")
    desk_id: int = Field(foreign_key="desks.id")
    owner_id: int | None = Field(default=None, foreign_key="people.id")
    offered_to_id: int | None = Field(default=None, foreign_key="people.id")
    follows_id: int | None = Field(default=None, foreign_key="requests.id")
    needed_by: date | None = None
    link: str | None = None
    files: list[dict[str, str]] = document(default_factory=list)
    created_at: datetime = moment()
    solved_at: datetime | None = moment(default=None)
    awaits_id: int | None = None  # the approval without which nothing may be done
    version: int = 1


class Follower(SQLModel, table=True):
    """Somebody who is told when another person's request is solved."""

    __tablename__ = "request_followers"
    request_id: int = Field(primary_key=True, foreign_key="requests.id")
    person_id: int = Field(primary_key=True, foreign_key="people.id")


class Comment(SQLModel, table=True):
    """Words on a request. `seen_at` is (channel, ts) of the message they came from, so that none counts twice."""

    __tablename__ = "comments"
    __table_args__ = (one_of("kind", CommentKind), UniqueConstraint("source", name="one_comment_a_message"))
    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="requests.id", index=True)
    author_id: int = Field(foreign_key="people.id")
    desk_id: int = Field(foreign_key="desks.id")  # where the request was when it was said
    kind: CommentKind = Field(sa_type=word(CommentKind))
    text: str
    files: list[dict[str, str]] = document(default_factory=list)
    source: str | None = None
    created_at: datetime = moment()


class RequestClock(SQLModel, table=True):
    """A promise in working minutes. It runs while `running_since` is set; `next_at` is when `step` is due."""

    __tablename__ = "request_clocks"
    __table_args__ = (
        one_of("kind", ClockKind),
        one_of("step", ClockStep),
        UniqueConstraint("request_id", "kind", name="one_clock_a_kind"),
        Index("request_clocks_due", "next_at", sqlite_where=text("next_at IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="requests.id")
    kind: ClockKind = Field(sa_type=word(ClockKind))
    budget_minutes: int
    used_minutes: int = 0
    running_since: datetime | None = moment(default=None)
    step: ClockStep = Field(default=ClockStep.WARN, sa_type=word(ClockStep))
    next_at: datetime | None = moment(default=None)
    due_at: datetime | None = moment(default=None)


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


class Draft(SQLModel, table=True):
    """Words that somebody typed and that have not become anything yet: nothing typed is lost."""

    __tablename__ = "drafts"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="people.id", index=True)
    words: dict[str, Any] = document()
    created_at: datetime = moment()


class Inbox(SQLModel, table=True):
    """A delivery that has had its effect, and the answer that it got."""

    __tablename__ = "inbox"
    key: str = Field(primary_key=True)
    answer: dict[str, Any] = document()
    received_at: datetime = moment(index=True)


class Outbox(SQLModel, table=True):
    """A message to somebody. Sent, it is a card that is redrawn by rows that point at it with `redraws_id`."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("state", OutboxState),
        Index(
            "outbox_pending",
            "destination",
            "id",
            sqlite_where=text("state IN ('new', 'claimed', 'retry', 'unknown')"),
            postgresql_where=text("state IN ('new', 'claimed', 'retry', 'unknown')"),
        ),
        Index(
            "outbox_pending_thread",
            "thread",
            "id",
            sqlite_where=text("state IN ('new', 'claimed', 'retry', 'unknown')"),
            postgresql_where=text("state IN ('new', 'claimed', 'retry', 'unknown')"),
        ),
        Index(
            "outbox_one_redraw",
            "redraws_id",
            unique=True,
            sqlite_where=text("state = 'new' AND redraws_id IS NOT NULL"),
            postgresql_where=text("state = 'new' AND redraws_id IS NOT NULL"),
        ),
        Index(
            "outbox_cards",
            "subject",
            "subject_id",
            sqlite_where=text("is_card"),
            postgresql_where=text("is_card"),
        ),
        Index("outbox_dead", "id", sqlite_where=text("state = 'dead'"), postgresql_where=text("state = 'dead'")),
        Index("outbox_message", "channel", "ts", sqlite_where=text("ts IS NOT NULL")),
        Index(
            "outbox_mail",
            "subject",
            "subject_id",
            sqlite_where=text("destination LIKE 'mail:%'"),
            postgresql_where=text("destination LIKE 'mail:%'"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    subject: str = ""
    subject_id: int = 0
    detail_id: int | None = None  # what of the subject: a comment, a clock
    is_card: bool = False
    reader_id: int | None = Field(default=None, foreign_key="people.id")
    destination: str  # "person:7", or a channel
    thread: str  # rows of one thread leave in their order
    parent_id: int | None = Field(default=None, foreign_key="outbox.id")
    redraws_id: int | None = Field(default=None, foreign_key="outbox.id")
    state: OutboxState = Field(default=OutboxState.NEW, sa_type=word(OutboxState))
    created_at: datetime = moment()
    due_at: datetime = moment()
    attempts: int = 0
    owner: str | None = None
    fence: int = 0
    lease_until: datetime | None = moment(default=None)
    trouble: str | None = None
    channel: str | None = None
    ts: str | None = None
    drawn: str | None = None
    sent_at: datetime | None = moment(default=None)


class History(SQLModel, table=True):
    """Who did what, for whom, and what it was before and after. Triggers refuse every change of a row."""

    __tablename__ = "history"
    __table_args__ = (
        Index("history_of_subject", "subject", "subject_id", "id"),
        Index("history_of_actor", "actor_id", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = moment()
    actor_id: int | None = Field(default=None, foreign_key="people.id")
    act: str
    subject: str
    subject_id: int
    before: dict[str, Any] = document(default_factory=dict)
    after: dict[str, Any] = document(default_factory=dict)
    why: str = ""
    undoes_id: int | None = Field(default=None, foreign_key="history.id", unique=True)


class Seal(SQLModel, table=True):
    """One link of the chain over history: the hash of the link before it and of one entry."""

    __tablename__ = "history_seals"
    id: int | None = Field(default=None, primary_key=True)
    history_id: int = Field(unique=True)
    hash: str


class Timer(SQLModel, table=True):
    """When a timer last ran, so that a stopped one is seen."""

    __tablename__ = "timers"
    name: str = Field(primary_key=True)
    last_at: datetime = moment()
