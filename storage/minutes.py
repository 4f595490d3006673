"""Minutes: their items and entries, who was there, their versions, and what is to be changed."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.meeting_tables import Invitee, Meeting
from storage.minute_tables import Amendment, Attendance, Edition, Entry, Minutes, MinutesItem, Vote
from storage.statements import BATCH, add_all, changed, maybe, one, rows, tuples, upsert
from storage.statements import add as add_row
from storage.text import fold
from storage.time_tables import Task
from storage.words import AmendmentState, Choice, EntryKind, ItemState, MinutesState

FINISHED = (MinutesState.SENT, MinutesState.CONFIRMED, MinutesState.LOCKED)


def add(session: Session, values: Mapping[str, Any]) -> int:
    """Stores new minutes under the next name of their month; two at once are kept apart by the unique name."""
    taken = select(func.max(col(Minutes.serial))).where(col(Minutes.month) == values["month"])
    serial = (session.execute(taken).scalar() or 0) + 1
    usual: dict[str, Any] = {
        "state": MinutesState.TAKING, "channel": None, "item_id": None, "quorum": 0, "changes": 0, "edition": 0,
        "finished_at": None, "finished_by_id": None, "confirm_by": None, "confirmed_at": None, "locked_at": None,
        "version": 1,
    }  # fmt: skip
    return add_row(session, Minutes, {**usual, **values, "serial": serial})


def get(session: Session, minutes_id: int) -> Minutes:
    return one(session, select(Minutes).where(col(Minutes.id) == minutes_id))


def find(session: Session, minutes_id: int) -> Minutes | None:
    return maybe(session, select(Minutes).where(col(Minutes.id) == minutes_id)) if 0 < minutes_id < 2**31 else None


def named(session: Session, month: str, serial: int) -> Minutes | None:
    same = select(Minutes).where(col(Minutes.month) == month, col(Minutes.serial) == serial)
    return maybe(session, same) if 0 < serial < 2**31 else None


def of_date(session: Session, date_id: int) -> Minutes | None:
    """The minutes of a date; not those that were dropped."""
    theirs = select(Minutes).where(col(Minutes.date_id) == date_id, col(Minutes.state) != MinutesState.DROPPED)
    return maybe(session, theirs.order_by(col(Minutes.id).desc()).limit(1))


def of_meetings(session: Session, meeting_ids: Collection[int]) -> list[Minutes]:
    """The minutes of some meetings, newest first; not those that were dropped."""
    theirs = select(Minutes).where(col(Minutes.meeting_id).in_(meeting_ids), col(Minutes.state) != MinutesState.DROPPED)
    return rows(session, theirs.order_by(col(Minutes.started_at).desc(), col(Minutes.id).desc()))


def running(session: Session) -> list[Minutes]:
    """Everything that is being taken now, newest first."""
    now = select(Minutes).where(col(Minutes.state) == MinutesState.TAKING)
    return rows(session, now.order_by(col(Minutes.id).desc()))


def newest_of_channel(session: Session, channel: str) -> Minutes | None:
    theirs = select(Minutes).where(col(Minutes.channel) == channel, col(Minutes.state) != MinutesState.DROPPED)
    return maybe(session, theirs.order_by(col(Minutes.id).desc()).limit(1))


def concerning(session: Session, person_id: int) -> list[Minutes]:
    """All minutes that somebody has to do with, newest first: as chair, taker, organiser, invited, or there."""
    there = select(col(Attendance.minutes_id)).where(
        or_(col(Attendance.person_id) == person_id, col(Attendance.by_id) == person_id)
    )
    invited = select(col(Invitee.meeting_id)).where(
        or_(col(Invitee.person_id) == person_id, col(Invitee.stands_in_id) == person_id)
    )
    called = select(col(Meeting.id)).where(col(Meeting.organiser_id) == person_id)
    theirs = select(Minutes).where(
        col(Minutes.state) != MinutesState.DROPPED,
        or_(
            col(Minutes.chair_id) == person_id, col(Minutes.taker_id) == person_id, col(Minutes.id).in_(there),
            col(Minutes.meeting_id).in_(invited), col(Minutes.meeting_id).in_(called),
        ),
    )  # fmt: skip
    return rows(session, theirs.order_by(col(Minutes.started_at).desc(), col(Minutes.id).desc()))


def led_by(session: Session, person_id: int) -> list[Minutes]:
    """What is not settled yet and somebody chairs or takes."""
    open_ones = select(Minutes).where(
        col(Minutes.state).in_([MinutesState.TAKING, MinutesState.SENT, MinutesState.CONFIRMED]),
        or_(col(Minutes.chair_id) == person_id, col(Minutes.taker_id) == person_id),
    )
    return rows(session, open_ones.order_by(col(Minutes.id)))


def change(session: Session, minutes: Minutes, values: Mapping[str, Any]) -> bool:
    """Changes minutes if they are still the version that was read; says whether they were."""
    same = update(Minutes).where(col(Minutes.id) == minutes.id, col(Minutes.version) == minutes.version)
    return changed(session.execute(same.values(version=minutes.version + 1, **values))) == 1


def touch(session: Session, minutes_id: int, state: MinutesState = MinutesState.TAKING) -> bool:
    """Counts a change and keeps the row until the transaction ends; says whether the minutes were in that state."""
    same = update(Minutes).where(col(Minutes.id) == minutes_id, col(Minutes.state) == state)
    return changed(session.execute(same.values(changes=col(Minutes.changes) + 1))) == 1


def to_confirm(session: Session, now: datetime, limit: int = BATCH) -> list[Minutes]:
    due = select(Minutes).where(col(Minutes.confirm_by) <= now).order_by(col(Minutes.confirm_by))
    return rows(session, due.limit(limit))


def add_item(session: Session, values: Mapping[str, Any]) -> int:
    usual: dict[str, Any] = {"state": ItemState.OPEN, "matter_id": None, "from_item_id": None, "version": 1}
    return add_row(session, MinutesItem, {**usual, **values})


def items(session: Session, minutes_id: int) -> list[MinutesItem]:
    theirs = select(MinutesItem).where(col(MinutesItem.minutes_id) == minutes_id)
    return rows(session, theirs.order_by(col(MinutesItem.place), col(MinutesItem.id)))


def items_among(session: Session, minutes_ids: Collection[int]) -> list[MinutesItem]:
    """The items of several minutes."""
    if not minutes_ids:
        return []
    return rows(session, select(MinutesItem).where(col(MinutesItem.minutes_id).in_(minutes_ids)))


def find_item(session: Session, item_id: int | None) -> MinutesItem | None:
    if item_id is None or not 0 < item_id < 2**31:
        return None
    return maybe(session, select(MinutesItem).where(col(MinutesItem.id) == item_id))


def change_item(session: Session, item: MinutesItem, values: Mapping[str, Any]) -> bool:
    same = update(MinutesItem).where(col(MinutesItem.id) == item.id, col(MinutesItem.version) == item.version)
    return changed(session.execute(same.values(version=item.version + 1, **values))) == 1


def postponed(session: Session, minutes_ids: Collection[int]) -> list[MinutesItem]:
    """What some minutes have put off and no later ones have taken up."""
    taken = (
        select(col(MinutesItem.from_item_id))
        .join(Minutes, col(Minutes.id) == col(MinutesItem.minutes_id))
        .where(col(MinutesItem.from_item_id).is_not(None), col(Minutes.state) != MinutesState.DROPPED)
    )
    waiting = select(MinutesItem).where(
        col(MinutesItem.minutes_id).in_(minutes_ids), col(MinutesItem.state) == ItemState.POSTPONED,
        col(MinutesItem.id).not_in(taken),
    )  # fmt: skip
    return rows(session, waiting.order_by(col(MinutesItem.id)))


def matters_taken(session: Session, matter_ids: Collection[int]) -> set[int | None]:
    """Which of some agenda items stand in minutes."""
    if not matter_ids:
        return set()
    taken = (
        select(col(MinutesItem.matter_id))
        .join(Minutes, col(Minutes.id) == col(MinutesItem.minutes_id))
        .where(col(MinutesItem.matter_id).in_(matter_ids), col(Minutes.state) != MinutesState.DROPPED)
    )
    return set(rows(session, taken))


def matter_goes_on(session: Session, matter_id: int, as_id: int) -> None:
    """An agenda item goes on under another number, in another meeting of its series."""
    theirs = update(MinutesItem).where(col(MinutesItem.matter_id) == matter_id)
    session.execute(theirs.values(matter_id=as_id))


def add_entry(session: Session, values: Mapping[str, Any]) -> int:
    usual: dict[str, Any] = {
        "number": None, "link": "", "source": None, "owners": [], "outside": [], "due_on": None, "due_at": None,
        "task_id": None, "tally": {}, "closed_at": None, "replaces_id": None, "struck": False, "version": 1,
    }  # fmt: skip
    return add_row(session, Entry, {**usual, **values})


def entries(session: Session, minutes_id: int, struck: bool = False) -> list[Entry]:
    """What was written, in its order; what was struck out only where it is asked for."""
    theirs = select(Entry).where(col(Entry.minutes_id) == minutes_id)
    if not struck:
        theirs = theirs.where(col(Entry.struck).is_(False))
    return rows(session, theirs.order_by(col(Entry.id)))


def get_entry(session: Session, entry_id: int) -> Entry:
    return one(session, select(Entry).where(col(Entry.id) == entry_id))


def find_entry(session: Session, entry_id: int | None) -> Entry | None:
    if entry_id is None or not 0 < entry_id < 2**31:
        return None
    return maybe(session, select(Entry).where(col(Entry.id) == entry_id))


def from_message(session: Session, minutes_id: int, source: str) -> Entry | None:
    return maybe(session, select(Entry).where(col(Entry.minutes_id) == minutes_id, col(Entry.source) == source))


def change_entry(session: Session, entry: Entry, values: Mapping[str, Any]) -> bool:
    """Changes an entry if it is still the version that was read; says whether it was."""
    same = update(Entry).where(col(Entry.id) == entry.id, col(Entry.version) == entry.version)
    return changed(session.execute(same.values(version=entry.version + 1, **values))) == 1


def number_entry(session: Session, entry_id: int, number: int) -> None:
    session.execute(update(Entry).where(col(Entry.id) == entry_id).values(number=number))


def of_tasks(session: Session, task_ids: Collection[int]) -> dict[int, Entry]:
    """The actions that some tasks come from, by task."""
    if not task_ids:
        return {}
    found = rows(session, select(Entry).where(col(Entry.task_id).in_(task_ids)))
    return {one.task_id: one for one in found if one.task_id is not None}


def found(
    session: Session, minutes_ids: Collection[int], words: Iterable[str], kinds: Collection[EntryKind] = ()
) -> list[Entry]:
    """What was written in some minutes and has all words in it, without case and accents; newest first."""
    if not minutes_ids:
        return []
    theirs = select(Entry).where(col(Entry.minutes_id).in_(minutes_ids), col(Entry.struck).is_(False))
    if kinds:
        theirs = theirs.where(col(Entry.kind).in_(kinds))
    for word in words:
        theirs = theirs.where(_has(col(Entry.text), word))
    return rows(session, theirs.order_by(col(Entry.minutes_id).desc(), col(Entry.id)))


def items_found(session: Session, minutes_ids: Collection[int], words: Iterable[str]) -> list[MinutesItem]:
    if not minutes_ids:
        return []
    theirs = select(MinutesItem).where(col(MinutesItem.minutes_id).in_(minutes_ids))
    for word in words:
        theirs = theirs.where(_has(col(MinutesItem.title), word))
    return rows(session, theirs.order_by(col(MinutesItem.minutes_id).desc(), col(MinutesItem.id)))


def replaced(session: Session, entry_ids: Collection[int]) -> dict[int, Entry]:
    """Decisions that later ones replace -> the newest that does, in minutes that were sent."""
    if not entry_ids:
        return {}
    later = (
        select(Entry)
        .join(Minutes, col(Minutes.id) == col(Entry.minutes_id))
        .where(
            col(Entry.replaces_id).in_(entry_ids), col(Entry.struck).is_(False), col(Minutes.state).in_(FINISHED)
        )
        .order_by(col(Entry.id))
    )  # fmt: skip
    return {one.replaces_id: one for one in rows(session, later) if one.replaces_id is not None}


def tasks_of(session: Session, minutes_ids: Collection[int]) -> list[tuple[Entry, Task]]:
    """The actions of some minutes with their tasks, oldest first."""
    if not minutes_ids:
        return []
    joined = select(Entry, Task).join(Task, col(Task.id) == col(Entry.task_id))
    theirs = joined.where(col(Entry.minutes_id).in_(minutes_ids), col(Entry.struck).is_(False))
    return tuples(session, theirs.order_by(col(Entry.minutes_id), col(Entry.id)))


def vote(session: Session, entry_id: int, person_id: int, choice: Choice) -> None:
    values = {"entry_id": entry_id, "person_id": person_id, "choice": choice}
    upsert(session, Vote, values, by=("entry_id", "person_id"))


def votes(session: Session, entry_ids: Collection[int]) -> list[Vote]:
    return rows(session, select(Vote).where(col(Vote.entry_id).in_(entry_ids))) if entry_ids else []


def add_attendance(session: Session, minutes_id: int, them: Iterable[Mapping[str, Any]]) -> None:
    usual: dict[str, Any] = {
        "minutes_id": minutes_id, "person_id": None, "name": "", "email": "", "guest": False, "by_id": None,
        "by_name": "", "came": "", "left": "", "confirmed": 0, "confirmed_at": None,
    }  # fmt: skip
    add_all(session, Attendance, [{**usual, **one} for one in them])


def attendance(session: Session, minutes_id: int) -> list[Attendance]:
    theirs = select(Attendance).where(col(Attendance.minutes_id) == minutes_id)
    return rows(session, theirs.order_by(col(Attendance.id)))


def attendance_among(session: Session, minutes_ids: Collection[int]) -> dict[int, list[Attendance]]:
    """The attendance of several minutes, by minutes."""
    found: dict[int, list[Attendance]] = {one: [] for one in minutes_ids}
    if found:
        for row in rows(session, select(Attendance).where(col(Attendance.minutes_id).in_(found))):
            found[row.minutes_id].append(row)
    return found


def attendance_of(session: Session, minutes_id: int, person_id: int) -> Attendance | None:
    theirs = select(Attendance).where(col(Attendance.minutes_id) == minutes_id, col(Attendance.person_id) == person_id)
    return maybe(session, theirs)


def change_attendance(session: Session, attendance_id: int, values: Mapping[str, Any]) -> None:
    session.execute(update(Attendance).where(col(Attendance.id) == attendance_id).values(**values))


def drop_attendance(session: Session, attendance_id: int) -> None:
    session.execute(delete(Attendance).where(col(Attendance.id) == attendance_id))


def add_edition(session: Session, values: Mapping[str, Any]) -> int:
    return add_row(session, Edition, values)


def editions(session: Session, minutes_id: int) -> list[Edition]:
    """Every version that was sent, oldest first."""
    theirs = select(Edition).where(col(Edition.minutes_id) == minutes_id)
    return rows(session, theirs.order_by(col(Edition.number), col(Edition.addenda)))


def find_edition(session: Session, edition_id: int) -> Edition | None:
    return maybe(session, select(Edition).where(col(Edition.id) == edition_id)) if 0 < edition_id < 2**31 else None


def add_amendment(session: Session, values: Mapping[str, Any]) -> int:
    usual: dict[str, Any] = {
        "state": AmendmentState.ASKED, "entry_id": None, "item_id": None, "old": "", "why": "", "decided_by_id": None,
        "decided_at": None, "answer": "",
    }  # fmt: skip
    return add_row(session, Amendment, {**usual, **values})


def find_amendment(session: Session, amendment_id: int) -> Amendment | None:
    if not 0 < amendment_id < 2**31:
        return None
    return maybe(session, select(Amendment).where(col(Amendment.id) == amendment_id))


def amendments(session: Session, minutes_id: int, state: AmendmentState | None = None) -> list[Amendment]:
    theirs = select(Amendment).where(col(Amendment.minutes_id) == minutes_id)
    if state is not None:
        theirs = theirs.where(col(Amendment.state) == state)
    return rows(session, theirs.order_by(col(Amendment.id)))


def decide_amendment(session: Session, amendment_id: int, values: Mapping[str, Any]) -> bool:
    """Decides what was asked, once; says whether nobody had."""
    asked = update(Amendment).where(col(Amendment.id) == amendment_id, col(Amendment.state) == AmendmentState.ASKED)
    return changed(session.execute(asked.values(**values))) == 1


def open_amendments(session: Session, minutes_ids: Collection[int]) -> list[Amendment]:
    """What waits for a chair's word in some minutes."""
    if not minutes_ids:
        return []
    waiting = select(Amendment).where(
        col(Amendment.minutes_id).in_(minutes_ids), col(Amendment.state) == AmendmentState.ASKED
    )
    return rows(session, waiting.order_by(col(Amendment.id)))


def _has(column: Any, word: str) -> ColumnElement[bool]:
    escaped = fold(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return func.fold(column).like(f"%{escaped}%", escape="\\")
