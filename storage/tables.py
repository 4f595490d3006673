"""The tables of people, requests, and everything that goes through the spine; those of time, money and supplies stand
beside. One class a noun: rows are read as these classes and changed by statements, never by assignment."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import document, moment, one_of, word
from storage.words import (
    ClockKind,
    ClockStep,
    CommentKind,
    OutboxState,
    Priority,
    Readers,
    RequestState,
    Role,
    Standing,
    Visibility,
)


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
    __table_args__ = (one_of("readers", Readers),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str = ""
    channel: str | None = None
    language: str | None = None
    lead_id: int | None = Field(default=None, foreign_key="people.id")
    place_id: int | None = Field(default=None, foreign_key="places.id")
    readers: Readers = Field(default=Readers.UNKNOWN, sa_type=word(Readers))


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


class ForeignTry(SQLModel, table=True):
    """Something from outside that was tried, by a digest of it: a message in the mailbox."""

    __tablename__ = "foreign_tries"
    key: str = Field(primary_key=True)
    tries: int = 0
    tried_at: datetime = moment()


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
    """One link of the chain over history: the hash of the link before it and of one entry's envelope and `digest`. That
    stands for the contents. Both under a key that is not in the database; what was sealed before has neither."""

    __tablename__ = "history_seals"
    id: int | None = Field(default=None, primary_key=True)
    history_id: int = Field(unique=True)
    hash: str
    digest: str = ""
    key_name: str = ""


class Timer(SQLModel, table=True):
    """When a timer last ran, so that a stopped one is seen."""

    __tablename__ = "timers"
    name: str = Field(primary_key=True)
    last_at: datetime = moment()
