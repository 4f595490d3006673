"""The tables of minutes: who was there, what was said and decided, every version that was sent, what is to be changed.

The text of minutes stands here and nowhere else: history and logs name entries by number.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import document, moment, one_of, word
from storage.words import (
    Aim,
    AmendmentKind,
    AmendmentState,
    Choice,
    Closes,
    EntryKind,
    ItemState,
    MinutesState,
    Presence,
)


class Minutes(SQLModel, table=True):
    """The minutes of one date of a meeting. `month` ("2027-03") and `serial` are their name: 2027-03, 2027-03.2.

    `item_id` is what is being talked about; `changes` counts everything that was written, so that nobody sends what
    they have not seen. `edition` is the version that counts; `confirm_by` is when silence counts as a yes.
    """

    __tablename__ = "minutes"
    __table_args__ = (
        one_of("state", MinutesState),
        UniqueConstraint("month", "serial", name="one_name_each"),
        Index(
            "one_minutes_a_date",
            "date_id",
            unique=True,
            sqlite_where=text("state <> 'dropped'"),
            postgresql_where=text("state <> 'dropped'"),
        ),
        Index("minutes_of_meeting", "meeting_id", "id"),
        Index("minutes_of_channel", "channel", "state"),
        Index("minutes_to_confirm", "confirm_by", sqlite_where=text("confirm_by IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meetings.id")
    date_id: int = Field(foreign_key="meeting_dates.id")
    month: str
    serial: int
    title: str
    state: MinutesState = Field(default=MinutesState.TAKING, sa_type=word(MinutesState))
    chair_id: int = Field(foreign_key="people.id")
    taker_id: int = Field(foreign_key="people.id")
    channel: str | None = None
    item_id: int | None = None
    quorum: int = 0
    changes: int = 0
    edition: int = 0
    started_at: datetime = moment()
    finished_at: datetime | None = moment(default=None)
    finished_by_id: int | None = Field(default=None, foreign_key="people.id")
    confirm_by: datetime | None = moment(default=None)
    confirmed_at: datetime | None = moment(default=None)
    locked_at: datetime | None = moment(default=None)
    version: int = 1

    @property
    def name(self) -> str:
        return self.month if self.serial == 1 else f"{self.month}.{self.serial}"


class MinutesItem(SQLModel, table=True):
    """An item of the agenda as it was talked about. `readers`: the ids of the only ones who see it; none: everybody.
    `from_item_id`: the postponed item that it takes up."""

    __tablename__ = "minutes_items"
    __table_args__ = (
        one_of("state", ItemState),
        one_of("aim", Aim),
        Index("items_of_minutes", "minutes_id", "place", "id"),
        Index("items_taken_up", "from_item_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    minutes_id: int = Field(foreign_key="minutes.id")
    place: int
    title: str
    by_id: int = Field(foreign_key="people.id")
    owner_id: int | None = Field(default=None, foreign_key="people.id")
    planned: int = 0  # minutes
    aim: Aim = Field(default=Aim.DISCUSS, sa_type=word(Aim))
    link: str = ""
    readers: list[int] = document(default_factory=list)
    state: ItemState = Field(default=ItemState.OPEN, sa_type=word(ItemState))
    matter_id: int | None = None
    from_item_id: int | None = Field(default=None, foreign_key="minutes_items.id")
    version: int = 1


class Entry(SQLModel, table=True):
    """Something that was written down. `number` is given when the minutes are sent (D4 and A2; CD1 and CA1 where it is
    confidential). `source` is the message it came from, so that none counts twice.

    An action: `owners` by id, `outside` by name where somebody is not in Slack, `task_id` once it is a task. A vote:
    `tally` as it was typed, beside the votes that were pressed. A decision: `replaces_id` is the earlier one.
    """

    __tablename__ = "minutes_entries"
    __table_args__ = (
        one_of("kind", EntryKind),
        one_of("closes", Closes),
        UniqueConstraint("minutes_id", "source", name="one_entry_a_message"),
        Index("entries_of_minutes", "minutes_id", "id"),
        Index("entries_of_task", "task_id", sqlite_where=text("task_id IS NOT NULL")),
        Index("entries_replaced", "replaces_id", sqlite_where=text("replaces_id IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    minutes_id: int = Field(foreign_key="minutes.id")
    item_id: int | None = Field(default=None, foreign_key="minutes_items.id")
    kind: EntryKind = Field(sa_type=word(EntryKind))
    number: int | None = None
    text: str
    by_id: int = Field(foreign_key="people.id")
    link: str = ""
    source: str | None = None
    owners: list[int] = document(default_factory=list)
    outside: list[str] = document(default_factory=list)
    closes: Closes = Field(default=Closes.ALL, sa_type=word(Closes))
    due_on: date | None = None
    due_at: datetime | None = moment(default=None)
    task_id: int | None = Field(default=None, foreign_key="tasks.id")
    tally: dict[str, int] = document(default_factory=dict)
    closed_at: datetime | None = moment(default=None)
    replaces_id: int | None = Field(default=None, foreign_key="minutes_entries.id")
    struck: bool = False
    created_at: datetime = moment()
    version: int = 1


class Vote(SQLModel, table=True):
    """What one person votes; it may be changed until the vote is closed."""

    __tablename__ = "minutes_votes"
    __table_args__ = (one_of("choice", Choice),)
    entry_id: int = Field(primary_key=True, foreign_key="minutes_entries.id")
    person_id: int = Field(primary_key=True, foreign_key="people.id")
    choice: Choice = Field(sa_type=word(Choice))


class Attendance(SQLModel, table=True):
    """Somebody who was there, or should have been: a person, or a guest by `name`. `by_id` or `by_name` represents
    them. `came` and `left` are wall time, "10:15". `confirmed`: the edition that they have confirmed."""

    __tablename__ = "minutes_attendance"
    __table_args__ = (
        one_of("presence", Presence),
        UniqueConstraint("minutes_id", "person_id", name="there_once"),
        Index("attendance_of_person", "person_id", "minutes_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    minutes_id: int = Field(foreign_key="minutes.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="people.id")
    name: str = ""
    email: str = ""
    guest: bool = False
    presence: Presence = Field(default=Presence.ABSENT, sa_type=word(Presence))
    by_id: int | None = Field(default=None, foreign_key="people.id")
    by_name: str = ""
    came: str = ""
    left: str = ""
    confirmed: int = 0
    confirmed_at: datetime | None = moment(default=None)


class Edition(SQLModel, table=True):
    """A version as it was sent, whole, with what it changed. Triggers refuse every change of a row.

    `number` counts versions and `addenda` what was added to one; `content` is what office.duties.minutes.documents
    makes; `changes`: [{"ref", "old", "new", "by", "at", "accepted_by", "readers"}].
    """

    __tablename__ = "minutes_editions"
    __table_args__ = (UniqueConstraint("minutes_id", "number", "addenda", name="one_edition_each"),)
    id: int | None = Field(default=None, primary_key=True)
    minutes_id: int = Field(foreign_key="minutes.id")
    number: int
    addenda: int = 0
    content: dict[str, Any] = document(default_factory=dict)
    changes: list[dict[str, Any]] = document(default_factory=list)
    by_id: int | None = Field(default=None, foreign_key="people.id")
    at: datetime = moment()


class Amendment(SQLModel, table=True):
    """What somebody wants changed, or added after all was confirmed. `entry_id`: which entry; none: something is
    missing. `item_id` is where it belongs, and so who may read it."""

    __tablename__ = "minutes_amendments"
    __table_args__ = (
        one_of("kind", AmendmentKind),
        one_of("state", AmendmentState),
        Index("amendments_of_minutes", "minutes_id", "state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    minutes_id: int = Field(foreign_key="minutes.id")
    kind: AmendmentKind = Field(sa_type=word(AmendmentKind))
    state: AmendmentState = Field(default=AmendmentState.ASKED, sa_type=word(AmendmentState))
    edition: int
    entry_id: int | None = Field(default=None, foreign_key="minutes_entries.id")
    item_id: int | None = Field(default=None, foreign_key="minutes_items.id")
    old: str = ""
    new: str
    why: str = ""
    by_id: int = Field(foreign_key="people.id")
    created_at: datetime = moment()
    decided_by_id: int | None = Field(default=None, foreign_key="people.id")
    decided_at: datetime | None = moment(default=None)
    answer: str = ""
