"""What is prepared for a meeting: its agenda, a checklist with owners, links, and what our side wants."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.changes import Overtaken
from office.duties.meetings.access import change, is_allowed, look, refuse_invited
from office.duties.people import calendar_of_person
from office.duties.tasks.change import change as change_task
from office.duties.tasks.give import Due, Job, add, ping_for
from office.errors import Refusal
from office.rules.minutes_permissions import may_read
from office.rules.words import clean, clean_line, tokens
from storage import meetings, people
from storage import tasks as tasks_stored
from storage.meeting_tables import Matter, Meeting, MeetingDate
from storage.tables import Person
from storage.words import MatterKind, MeetingAct, TaskAct, TaskState

MOST_MATTERS = 100


def link(session: Session, actor: Person, number: int, text: str, address: str) -> Matter:
    """A file or page that everybody should have at hand."""
    if not address.startswith(("https://", "http://")):
        raise Refusal("“{address}” is not a link. Write one that begins with https://.", address=address[:80])
    return add_matter(session, actor, number, MatterKind.LINK, text or address, link=address[:2000])


def prepare(session: Session, actor: Person, number: int, text: str, owner: Person, days_before: int) -> Matter:
    """Something to be done before a meeting: a task of its owner, due so many working days before it."""
    meeting = look(session, actor, number, MeetingAct.PREPARE)
    if not 0 <= days_before <= 250:
        raise Refusal("“{number}” can't be a number of days. Write one from 0 to 250.", number=days_before)
    coming = meetings.next_date(session, number, clock.now())
    if coming is None:
        raise Refusal("M{number} is over; there is nothing left to prepare.", number=number)
    title = clean_line(text)
    due = Due(due_day(session, owner, coming, days_before), zone=owner.zone)
    # Who does not take part in a private meeting learns its number and no more.
    sees = is_allowed(session, owner, meeting, MeetingAct.SEE)
    note = f"M{number} {meeting.title}" if sees else f"M{number}"
    task = add(session, actor, Job(title, note, (owner.id or 0,), due=due))
    return add_matter(
        session, actor, number, MatterKind.TASK, title, owner_id=owner.id, task_id=task.id, days_before=days_before
    )  # fmt: skip


def drop(session: Session, actor: Person, number: int, matter_id: int) -> Meeting:
    """Takes something off; a task is deleted with it."""
    meeting = look(session, actor, number, MeetingAct.PREPARE)
    matter = meetings.find_matter(session, matter_id)
    if matter is None or matter.meeting_id != number or not may_read(actor.id, matter.readers):
        raise Refusal("This is not there any more.")
    if actor.id not in (matter.by_id, meeting.organiser_id):
        raise Refusal(
            "Only {who}, or whoever has called the meeting, can take this off.", who=_name(session, matter.by_id)
        )
    task = tasks_stored.find(session, matter.task_id or 0)
    if task is not None and task.state is TaskState.OPEN:
        change_task(session, actor, task, TaskAct.DELETE, {"state": TaskState.DELETED}, why="meeting")
        rows = [one.person_id for one in tasks_stored.owners(session, task.id or 0)]
        notices.tell(session, "tasks.deleted", "task", task.id or 0, rows, detail_id=actor.id, except_for=actor.id)
    meetings.drop_matter(session, matter_id)
    return change(session, actor, meeting, "drop", {}, before={} if matter.readers else {"text": matter.text})


def follow(session: Session, actor: Person | None, meeting: Meeting) -> None:
    """The checklist follows a meeting that was moved: its tasks are due as long before it as they were."""
    coming = meetings.next_date(session, meeting.id or 0, clock.now())
    for matter in meetings.matters(session, meeting.id or 0, MatterKind.TASK):
        task = tasks_stored.find(session, matter.task_id or 0)
        owner = people.find(session, matter.owner_id)
        if coming is None or task is None or owner is None or task.state is not TaskState.OPEN:
            continue
        due = Due(due_day(session, owner, coming, matter.days_before), zone=owner.zone)
        if task.due_on != due.day:
            owners = [
                {"person_id": one.person_id, "holding": one.holding, "from_id": one.from_id, "remind_at": ping_for(due)}
                for one in tasks_stored.owners(session, task.id or 0)
            ]
            change_task(session, actor, task, TaskAct.EDIT, {"due_on": due.day, "due_at": None}, owners, why="meeting")


def due_day(session: Session, owner: Person, day: MeetingDate, days_before: int) -> date:
    """So many of the owner's working days before a meeting; its own day where that is 0."""
    calendar = calendar_of_person(session, owner)
    meets = calendar.local(day.starts_at).date()
    day_before = calendar.shifted(meets, -days_before) if days_before else meets
    # At short notice it is due today, and not late from the start.
    return max(day_before, calendar.local(clock.now()).date())


def negotiate(
    session: Session, actor: Person, number: int, parties: str, aims: str, limits: str, side: Sequence[int]
) -> Meeting:
    """Who is on the other side, what we want, and how far we go: for the eyes of our side only."""
    meeting = look(session, actor, number, MeetingAct.SEE_OUR_SIDE)
    if actor.id != meeting.organiser_id and set(side) != set(meeting.our_side):
        raise Refusal("Only whoever has called the meeting decides who is on our side.")
    refuse_invited(session, side)
    values = {
        "parties": clean(parties)[:3000], "aims": clean(aims)[:3000], "limits": clean(limits)[:3000],
        "our_side": sorted(set(side)),
    }  # fmt: skip
    # Its history says that it was written, and not what.
    if not meetings.change(session, meeting, values):
        raise Overtaken
    return change(session, actor, meetings.get(session, number), "our_side", {})


def add_matter(session: Session, actor: Person, number: int, kind: MatterKind, text: str, **more: Any) -> Matter:
    """Something that is prepared for a meeting, by whoever takes part. `more`: columns of Matter."""
    meeting = look(session, actor, number, MeetingAct.PREPARE)
    text = clean_line(text)[:300]
    if not tokens(text):
        raise Refusal("Say what it is about.")
    # What belongs to other dates of a series does not count.
    same = [one for one in meetings.matters(session, number) if one.date_id in (None, more.get("date_id"))]
    if len(same) >= MOST_MATTERS:
        raise Refusal("At most {most} things can be prepared for a meeting. Put several into one.", most=MOST_MATTERS)
    matter_id = meetings.add_matter(session, {
        "meeting_id": number, "kind": kind, "text": text, "link": "", "by_id": actor.id, "owner_id": None,
        "minutes": 0, "task_id": None, "days_before": 0, "created_at": clock.now(), **more,
    })  # fmt: skip
    # What few may read stands in no history.
    change(session, actor, meeting, kind.value, {}, after={} if more.get("readers") else {"text": text})
    found = meetings.find_matter(session, matter_id)
    assert found is not None
    return found


def _name(session: Session, person_id: int) -> str:
    person = people.find(session, person_id)
    return person.known_as if person else "–"
