"""Giving tasks: adding, editing, and handing over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.changes import plain
from office.duties.people import refuse_unless_may
from office.duties.tasks.change import change, last_change, look, show
from office.errors import Refusal
from office.rules import words
from office.rules.guests import Deed
from office.rules.repetition import OnHolidays, wall
from office.when import When
from storage import history, people, tasks
from storage.tables import Person
from storage.time_tables import Task, TaskOwner
from storage.words import Closes, Holding, Standing, TaskAct, TaskState

# How long before its time somebody is reminded of a task.
AHEAD = timedelta(hours=1)
MOST_OWNERS = 20


@dataclass(frozen=True)
class Due:
    """When a task is due: a day, with a time or without one, once or by a rule that counts from `first` or that day."""

    day: date
    clock: time | None = None
    zone: str = "UTC"
    rule: str | None = None
    on_holidays: OnHolidays = OnHolidays.KEEP
    first: date | None = None

    @property
    def moment(self) -> datetime | None:
        return wall(self.day, self.clock, self.zone) if self.clock else None


@dataclass(frozen=True)
class Job:
    """What is to be done, by whom, and until when."""

    title: str
    note: str = ""
    owner_ids: tuple[int, ...] = ()
    closes: Closes = Closes.ALL
    due: Due | None = None
    link: str | None = None


def due_of(when: When | None) -> Due | None:
    """A time that was said -> a deadline. Of a span of days the last one counts: "next week" ends on its Sunday."""
    if when is None or when.day is None:
        return None
    return Due(when.last_day or when.day, when.clock, when.zone, when.rule, when.on_holidays)


def add(session: Session, actor: Person, job: Job, follows_id: int | None = None, tells: bool = True) -> Task:
    """Makes a task; whoever else has it is told, unless another message says it. `follows_id`: the one before, of which
    this is the repetition."""
    assert actor.id is not None
    title = _title(job)
    owner_ids = job.owner_ids or (actor.id,)
    if follows_id is None:
        _refuse_giver(actor, owner_ids)
    _refuse_owners(session, owner_ids)
    values: dict[str, Any] = {
        "title": title,
        "note": words.clean(job.note),
        "giver_id": actor.id,
        "closes": job.closes,
        "state": TaskState.OPEN,
        "link": job.link,
        "follows_id": follows_id,
        "created_at": clock.now(),
        "version": 1,
        **_due_values(actor, job.due),
    }
    owners = [{"person_id": one, "remind_at": ping_for(job.due)} for one in dict.fromkeys(owner_ids)]
    number = tasks.add(session, values, owners)
    after = {"title": title, "due_on": plain(values["due_on"]), "version": 1}
    # A repetition is made by Deskhand, and so is what comes of minutes: the giver's own last step is another.
    by = actor.id if follows_id is None and tells else None
    history.record(session, clock.now(), by, TaskAct.ADD.value, "task", number, after=after)
    if tells:
        notices.tell(session, "tasks.given", "task", number, owner_ids, is_card=True, except_for=actor.id)
    task = tasks.get(session, number)
    show(session, task, owner_ids)
    return task


def edit(session: Session, actor: Person, number: int, job: Job, version: int | None = None) -> Task:
    """Changes what a task says, its day or its people. `version`: the one that the form showed."""
    task = look(session, actor, number, TaskAct.EDIT)
    if version is not None and version != task.version:
        raise Refusal(
            "T{number} was changed while this form was open, by {who}, {when}. Copy what you wrote, close the form and "
            "open it again.",
            number=number,
            **last_change(session, task),
        )
    values: dict[str, Any] = {"title": _title(job), "note": words.clean(job.note), "closes": job.closes}
    values |= _due_values(actor, job.due)
    values = {name: value for name, value in values.items() if plain(getattr(task, name)) != plain(value)}
    offered = [one for one in tasks.owners(session, number) if one.holding is Holding.OFFERED]
    were = [one for one in tasks.owners(session, number) if one.holding is not Holding.OFFERED]
    moved = "due_on" in values or "due_at" in values
    wanted = dict.fromkeys(job.owner_ids or [one.person_id for one in were])
    added = [one for one in wanted if one not in {row.person_id for row in were}]
    _refuse_giver(actor, added)
    _refuse_owners(session, added)
    kept = {row.person_id: row for row in were}
    owners = [
        _kept(kept[one], ping_for(job.due) if moved else kept[one].remind_at)
        if one in kept
        else {"person_id": one, "remind_at": ping_for(job.due)}
        for one in wanted
    ]
    # An offer stands as long as whoever made it has the task.
    owners += [_kept(one) for one in offered if one.from_id in wanted and one.person_id not in wanted]
    same_people = set(wanted) == set(kept)
    if not values and same_people:
        return task
    changed = change(session, actor, task, TaskAct.EDIT, values, None if same_people and not moved else owners)
    new = [one for one in wanted if one not in kept]
    notices.tell(session, "tasks.given", "task", number, new, is_card=True, except_for=actor.id)
    others = {task.giver_id, *kept} - set(new)
    notices.tell(session, "tasks.changed", "task", number, others, except_for=actor.id)
    return changed


def offer(session: Session, actor: Person, number: int, to: Person, why: str = "") -> Task:
    """Offers a task to somebody else; it stays where it is until they accept."""
    task = look(session, actor, number, TaskAct.OFFER)
    assert to.id is not None
    _refuse_giver(actor, [to.id])
    _refuse_owners(session, [to.id])
    rows = tasks.owners(session, number)
    if any(one.person_id == to.id for one in rows):
        raise Refusal("{who} has T{number} already.", who=to.known_as, number=number)
    holder = actor.id if any(one.person_id == actor.id for one in rows) else rows[0].person_id
    owners = [_kept(one) for one in rows if one.holding is not Holding.OFFERED or one.from_id != holder]
    owners.append({"person_id": to.id, "holding": Holding.OFFERED, "from_id": holder})
    changed = change(session, actor, task, TaskAct.OFFER, {}, owners, why=why)
    notices.tell(session, "tasks.offered", "task", number, [to.id], is_card=True, except_for=actor.id)
    return changed


def accept(session: Session, actor: Person, number: int) -> Task:
    """Takes over a task that was offered; whoever had it is told."""
    task = look(session, actor, number, TaskAct.ACCEPT)
    rows = tasks.owners(session, number)
    mine = next(one for one in rows if one.person_id == actor.id)
    had = next((one for one in rows if one.person_id == mine.from_id), None)
    owners = [_kept(one) for one in rows if one.person_id not in (mine.person_id, mine.from_id)]
    owners.append({"person_id": mine.person_id, "remind_at": had.remind_at if had else None})
    changed = change(session, actor, task, TaskAct.ACCEPT, {}, owners)
    notices.tell(session, "tasks.accepted", "task", number, [mine.from_id, task.giver_id], except_for=actor.id)
    return changed


def decline(session: Session, actor: Person, number: int, why: str = "") -> Task:
    """Refuses an offer, or gives back what one was given; with nobody left it is its giver's."""
    task = look(session, actor, number, TaskAct.DECLINE)
    rows = tasks.owners(session, number)
    mine = next(one for one in rows if one.person_id == actor.id)
    if mine.holding is not Holding.OFFERED and task.giver_id == actor.id and len(rows) == 1:
        raise Refusal("T{number} is your own. Delete it, or hand it over to somebody.", number=number)
    owners = [_kept(one) for one in rows if one.person_id != actor.id]
    if not any(one["holding"] is Holding.HOLDS for one in owners):
        owners = [one for one in owners if one["person_id"] != task.giver_id]
        owners.append({"person_id": task.giver_id, "holding": Holding.HOLDS, "remind_at": mine.remind_at})
    changed = change(session, actor, task, TaskAct.DECLINE, {}, owners, why=why)
    told = [mine.from_id, task.giver_id]
    notices.tell(session, "tasks.declined", "task", number, told, detail_id=actor.id, except_for=actor.id)
    return changed


def pass_on(session: Session, leaver: Person, to_id: int) -> list[int]:
    """What somebody who has left had to do becomes somebody else's, without a message each; returns the numbers."""
    assert leaver.id is not None
    moved = []
    for task in tasks.held_by(session, leaver.id):
        assert task.id is not None
        rows = tasks.owners(session, task.id)
        owners = [_kept(one) for one in rows if one.person_id not in (leaver.id, to_id)]
        mine = next(one for one in rows if one.person_id == leaver.id)
        owners = [one | {"from_id": to_id} if one["from_id"] == leaver.id else one for one in owners]
        owners.append({"person_id": to_id, "remind_at": mine.remind_at})
        change(session, None, task, TaskAct.ACCEPT, {}, owners, why="left")
        moved.append(task.id)
    for task in tasks.offered_to(session, leaver.id):
        rows = tasks.owners(session, task.id or 0)
        change(session, None, task, TaskAct.DECLINE, {}, [_kept(one) for one in rows if one.person_id != leaver.id])
    return moved


def job_of(task: Task, owner_ids: Iterable[int]) -> Job:
    """A task as it stands, to be changed in one thing."""
    at = time.fromisoformat(task.clock) if task.clock else None
    holidays = OnHolidays(task.on_holidays)
    due = Due(task.due_on, at, task.zone, task.rule, holidays, task.first_day) if task.due_on else None
    return Job(task.title, task.note, tuple(owner_ids), task.closes, due, task.link)


def next_of(session: Session, task: Task, due: Due) -> Job:
    """The next one of a task that repeats."""
    rows = [one.person_id for one in tasks.owners(session, task.id or 0) if one.holding is not Holding.OFFERED]
    gone = (Standing.DEACTIVATED, Standing.EXTERNAL)
    owners = tuple(one for one, person in people.by_ids(session, rows).items() if person.standing not in gone)
    return Job(task.title, task.note, owners, task.closes, due, task.link)


def ping_for(due: Due | None) -> datetime | None:
    """When an owner is reminded: an hour ahead of a time, or at the time itself when that is nearer."""
    moment = due.moment if due else None
    if moment is None or moment <= clock.now():
        return None
    return moment - AHEAD if moment - AHEAD > clock.now() else moment


def _kept(row: TaskOwner, remind_at: datetime | None = None) -> dict[str, Any]:
    return {
        "person_id": row.person_id,
        "holding": row.holding,
        "from_id": row.from_id,
        "remind_at": remind_at or row.remind_at,
        "snoozed": row.snoozed,
    }


def _due_values(actor: Person, due: Due | None) -> dict[str, Any]:
    if due is None:
        return {
            "due_on": None, "due_at": None, "zone": actor.zone, "rule": None, "first_day": None, "clock": None,
            "on_holidays": OnHolidays.KEEP.value,
        }  # fmt: skip
    return {
        "due_on": due.day,
        "due_at": due.moment,
        "zone": due.zone,
        "rule": due.rule,
        "first_day": (due.first or due.day) if due.rule else None,
        "clock": f"{due.clock:%H:%M}" if due.clock else None,
        "on_holidays": due.on_holidays.value,
    }


def _title(job: Job) -> str:
    title = words.clean_line(job.title)
    if not words.tokens(title):
        raise Refusal("Say what is to be done, for example: /task order flowers by Friday.")
    return title if len(title) <= 300 else words.title_of(title, 300)


def _refuse_giver(actor: Person, owner_ids: Iterable[int]) -> None:
    """Guests have tasks of their own; giving them to others is for the company's own people."""
    deed = Deed.OWN_TASKS if all(one == actor.id for one in owner_ids) else Deed.GIVE_TASKS
    refusal = Refusal("Giving tasks to others is for the company's own people. Make one for yourself instead.")
    refuse_unless_may(actor, deed, refusal)


def _refuse_owners(session: Session, owner_ids: Iterable[int]) -> None:
    wanted = list(dict.fromkeys(owner_ids))
    if len(wanted) > MOST_OWNERS:
        raise Refusal(
            "A task has at most {most} people. Make several tasks, or give it to one of them.", most=MOST_OWNERS
        )
    for person in people.by_ids(session, wanted).values():
        if person.standing == Standing.DEACTIVATED:
            raise Refusal("{who} has left. Choose somebody else.", who=person.known_as)
        if person.standing == Standing.EXTERNAL:
            raise Refusal("{who} is not of this company. Choose somebody who is.", who=person.known_as)
        if person.standing == Standing.UNKNOWN and person.slack_id:
            raise Refusal("Slack has not told me yet who {who} is. Try again in a minute.", who=person.known_as)
