"""Finding: decisions, actions and words in all minutes that somebody may read, and in no others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.duties.minutes import access
from office.errors import Refusal
from office.rules.minutes_words import Reference, label_of
from storage import meetings, minutes
from storage import tasks as tasks_stored
from storage.minute_tables import Entry, Minutes, MinutesItem
from storage.tables import Person
from storage.time_tables import Task, TaskOwner
from storage.words import EntryKind, MinutesAct, TaskState

ANY: tuple[EntryKind, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What is looked for. `first` and `last`: days of the meetings; `meeting_ids`: of one series; `who`: whoever has an
    action, or wrote it; `month`: "2027-03", "2027", or "-03" for any March."""

    words: tuple[str, ...] = ()
    kinds: tuple[EntryKind, ...] = ANY
    meeting_ids: tuple[int, ...] = ()
    who: int | None = None
    month: str = ""
    first: date | None = None
    last: date | None = None
    only: str = ""  # of actions: "open", "late", "done"


@dataclass(frozen=True)
class Hit:
    """One entry that was found, or an item whose title has the words; with its task and what replaces it."""

    minutes: Minutes
    day: date
    entry: Entry | None = None
    item: MinutesItem | None = None
    task: Task | None = None
    replaced_by: str = ""

    @property
    def label(self) -> str:
        """ "2027-03 D4", or the name of the minutes."""
        if self.entry is None:
            return self.minutes.name
        label = label_of(self.entry.kind, self.entry.number, bool(self.item and self.item.readers))
        return f"{self.minutes.name} {label}".strip()


@dataclass(frozen=True)
class _Seen:
    """What somebody may read: minutes by id, and the days on which they were."""

    minutes: dict[int, Minutes] = field(default_factory=dict)
    days: dict[int, date] = field(default_factory=dict)
    items: dict[int, MinutesItem] = field(default_factory=dict)


def mine(session: Session, actor: Person) -> list[Minutes]:
    """All minutes that somebody may read, newest first."""
    return access.seen_among(session, actor, minutes.concerning(session, actor.id or 0))


def find(session: Session, actor: Person, wanted: Wanted) -> list[Hit]:
    """Everything that has all the words, newest first; what is still being taken is only found by those who take it."""
    seen = _seen(session, actor, wanted)
    rows = minutes.found(session, list(seen.minutes), wanted.words, wanted.kinds)
    readable = [one for one in rows if one.item_id is None or one.item_id in seen.items]
    tasks = {entry.id: task for entry, task in minutes.tasks_of(session, list(seen.minutes))}
    hits = [
        Hit(
            seen.minutes[one.minutes_id], seen.days[one.minutes_id], one, seen.items.get(one.item_id or 0),
            tasks.get(one.id),
        )
        for one in readable
    ]  # fmt: skip
    holders = tasks_stored.owners_of(session, [task.id or 0 for task in tasks.values()]) if wanted.who else {}
    hits = [one for one in hits if _fits(one, wanted, actor, holders)]
    if not wanted.kinds and wanted.words and wanted.who is None:
        hits += _titles(session, seen, wanted)
    replaced = replacements(session, actor, hits)
    named = [
        Hit(**{**vars(one), "replaced_by": replaced.get(one.entry.id or 0, "")}) if one.entry else one for one in hits
    ]
    return sorted(
        named, key=lambda one: (-one.day.toordinal(), -(one.minutes.id or 0), one.entry.id or 0 if one.entry else 0)
    )


def entry_named(session: Session, actor: Person, wanted: Reference) -> tuple[Entry, Minutes]:
    """The entry of that name, where somebody may read it; what they may not does not exist for them."""
    found = minutes.named(session, wanted.month, wanted.serial)
    if found is not None and access.is_allowed(session, actor, found, MinutesAct.SEE):
        items = {one.id: one for one in minutes.items(session, found.id or 0)}
        for one in minutes.entries(session, found.id or 0):
            item = items.get(one.item_id)
            secret = bool(item and item.readers)
            same = one.kind is wanted.kind and one.number == wanted.number and secret == wanted.confidential
            if same and (item is None or access.sees(actor, item.readers)):
                return one, found
    raise Refusal("There is no such entry that you can see. /minutes decisions shows those that you can.")


def named(session: Session, actor: Person, month: str, serial: int) -> Minutes:
    found = minutes.named(session, month, serial)
    if found is None:
        raise access.not_there()
    return access.look(session, actor, found.id or 0)


def is_late(task: Task, now: datetime, today: date) -> bool:
    if task.state is not TaskState.OPEN or task.due_on is None:
        return False
    return task.due_at <= now if task.due_at is not None else task.due_on < today


def _seen(session: Session, actor: Person, wanted: Wanted) -> _Seen:
    seen, them = _Seen(), mine(session, actor)
    dates = meetings.dates_by_ids(session, [one.date_id for one in them])
    for one in them:
        day = dates[one.date_id].day
        fits = (
            (not wanted.meeting_ids or one.meeting_id in wanted.meeting_ids)
            and (not wanted.month or _is_of(one.month, wanted.month))
            and (wanted.first is None or day >= wanted.first)
            and (wanted.last is None or day <= wanted.last)
        )
        if fits:
            seen.minutes[one.id or 0], seen.days[one.id or 0] = one, day
    for item in minutes.items_among(session, list(seen.minutes)):
        if access.sees(actor, item.readers):
            seen.items[item.id or 0] = item
    return seen


def _is_of(month: str, wanted: str) -> bool:
    """Whether "2027-03" is of "2027", of "2027-03", or of any March: "-03"."""
    return month.endswith(wanted) if wanted.startswith("-") else month.startswith(wanted)


def _fits(hit: Hit, wanted: Wanted, actor: Person, holders: dict[int, list[TaskOwner]]) -> bool:
    entry, task = hit.entry, hit.task
    assert entry is not None
    if wanted.who is not None and wanted.who not in _people_of(entry, task, holders):
        return False
    now = clock.now()
    today = now.astimezone(ZoneInfo(actor.zone)).date()
    match wanted.only:
        case "open":
            return task is not None and task.state is TaskState.OPEN
        case "late":
            return task is not None and is_late(task, now, today)
        case "done":
            return task is not None and task.state is TaskState.DONE
    return True


def _people_of(entry: Entry, task: Task | None, holders: dict[int, list[TaskOwner]]) -> list[int]:
    """Who an entry is of: an action is of those who have it now, anything else of whoever wrote it."""
    if entry.kind is not EntryKind.ACTION:
        return [entry.by_id]
    return [one.person_id for one in holders.get(task.id or 0, [])] if task is not None else entry.owners


def _titles(session: Session, seen: _Seen, wanted: Wanted) -> list[Hit]:
    found = minutes.items_found(session, list(seen.minutes), wanted.words)
    return [
        Hit(seen.minutes[one.minutes_id], seen.days[one.minutes_id], item=one) for one in found if one.id in seen.items
    ]


def replacements(session: Session, actor: Person, hits: Sequence[Hit]) -> dict[int, str]:
    """Decisions that are replaced -> by which, as far as somebody may read that one."""
    later = minutes.replaced(session, [one.entry.id or 0 for one in hits if one.entry is not None])
    named: dict[int, Any] = {}
    for earlier_id, entry in later.items():
        found = minutes.get(session, entry.minutes_id)
        item = minutes.find_item(session, entry.item_id)
        readers = item.readers if item else []
        if access.is_allowed(session, actor, found, MinutesAct.SEE) and access.sees(actor, readers):
            named[earlier_id] = f"{found.name} {label_of(entry.kind, entry.number, bool(readers))}"
    return named
