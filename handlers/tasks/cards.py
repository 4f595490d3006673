"""How a task looks: its card, its line in a list, and its buttons."""

from datetime import time

from sqlalchemy.orm import Session

from handlers import blocks, times
from handlers.blocks import Block
from handlers.i18n import Md, Reader, mention
from handlers.people import shown as shown_person
from office import clock
from office.duties import tasks as duty
from office.rules import task_permissions
from office.rules.repetition import OnHolidays
from office.rules.snooze import Later
from storage import history, people, tasks
from storage.tables import History, Person
from storage.time_tables import Task, TaskOwner
from storage.words import Closes, Holding, TaskAct, TaskState

# What happens with the press itself; the others open a form first.
AT_ONCE = (TaskAct.DONE, TaskAct.ACCEPT, TaskAct.DECLINE, TaskAct.REOPEN, TaskAct.DELETE)
_PRIMARY = (TaskAct.DONE, TaskAct.ACCEPT)


def labels(reader: Reader) -> dict[TaskAct, str]:
    """What can be done, in the order in which it is offered, by the words of the buttons."""
    return {
        TaskAct.ACCEPT: reader.say("Accept"),
        TaskAct.DONE: reader.say("Done"),
        TaskAct.SNOOZE: reader.say("Snooze"),
        TaskAct.OFFER: reader.say("Hand over"),
        TaskAct.EDIT: reader.say("Edit"),
        TaskAct.DECLINE: reader.say("Give back"),
        TaskAct.REOPEN: reader.say("Open again"),
        TaskAct.DELETE: reader.say("Delete"),
    }


def card(session: Session, reader: Reader, task: Task, viewer: Person, whole: bool = False) -> list[Block]:
    """A task as somebody sees it, with what they may do. `whole`: with its history."""
    return [
        blocks.header(f"T{task.id} {task.title}"),
        blocks.fields(_fields(session, reader, task)),
        *([blocks.words(task.note)] if task.note else []),
        *_link(reader, task),
        *blocks.actions(buttons(session, reader, task, viewer, more=not whole)),
        *_history(session, reader, task, 20 if whole else 1),
    ]


def line(session: Session, reader: Reader, task: Task, owners: list[TaskOwner], viewer: Person, place: str) -> Block:
    """One task in a list, with a menu of what can be done at once. `place` keeps action ids of one view apart."""
    parts = [due_said(reader, task)]
    others = [one.person_id for one in owners if one.holding is not Holding.OFFERED and one.person_id != viewer.id]
    if others:
        parts.append(", ".join(person.known_as for person in people.by_ids(session, others).values()))
    elif task.giver_id != viewer.id:
        giver = people.find(session, task.giver_id)
        parts.append(reader.say("from {who}", who=giver.known_as if giver else "–"))
    if task.state is TaskState.DONE:
        text = reader.md("✓ T{number} {title}", number=task.id, title=blocks.cut(task.title, 200))
        return blocks.md(f"~{text}~")
    mark = "⏰ " if is_late(reader, task) else ""
    text = reader.md(
        "{mark}*T{number}* {title}\n{about}", mark=Md(mark), number=task.id, title=blocks.cut(task.title, 200),
        about=" · ".join(part for part in parts if part),
    )  # fmt: skip
    return blocks.md(text, menu(reader, task, viewer, owners, place))


def menu(reader: Reader, task: Task, viewer: Person, owners: list[TaskOwner], place: str) -> Block:
    """Done, snooze and open, on one line of a list or a digest."""
    mine = any(one.person_id == viewer.id and one.holding is Holding.HOLDS for one in owners)
    value = f"{task.id}.{task.version}"
    options = []
    if mine or task.giver_id == viewer.id:
        options.append(blocks.option(reader.say("Done"), f"{value}.done"))
    if mine:
        options += [
            blocks.option(reader.say("Snooze until tonight"), f"{value}.{Later.TONIGHT.value}"),
            blocks.option(reader.say("Snooze until tomorrow"), f"{value}.{Later.TOMORROW.value}"),
            blocks.option(reader.say("Snooze until next week"), f"{value}.{Later.NEXT_WEEK.value}"),
        ]
    options.append(blocks.option(reader.say("Open"), f"{value}.open"))
    return blocks.overflow(f"tasks.menu:{place}.{task.id}", options)


def buttons(session: Session, reader: Reader, task: Task, viewer: Person, more: bool) -> list[Block]:
    offered = [act for act in labels(reader) if can(session, task, viewer, act)]
    shown = [act for act in offered if not more or act in (TaskAct.ACCEPT, TaskAct.DONE, TaskAct.DECLINE)]
    if more and TaskAct.SNOOZE in offered:
        shown.insert(1, TaskAct.SNOOZE)
    row = [act_button(reader, task, act) for act in shown]
    return [*row, open_button(reader.say("More …"), task)] if more else row


def act_button(reader: Reader, task: Task, act: TaskAct, label: str | None = None) -> Block:
    value = f"{task.id}.{task.version}" if act in AT_ONCE else f"{task.id}"
    asks = (
        blocks.confirm(
            reader.say("Delete it?"), reader.say("Whoever has it is told. Undo works for ten minutes."),
            reader.say("Delete"), reader.say("Keep it"),
        )
        if act is TaskAct.DELETE
        else None
    )  # fmt: skip
    style = "primary" if act in _PRIMARY else None
    return blocks.button(label or labels(reader)[act], f"tasks.{act.value}", value, style=style, confirm=asks)


def open_button(text: str, task: Task) -> Block:
    return blocks.button(text, "tasks.open", str(task.id))


def can(session: Session, task: Task, viewer: Person, act: TaskAct) -> bool:
    """Whether to offer an act: allowed to this person, possible in this state, and not pointless."""
    if task.state not in task_permissions.POSSIBLE[act] or not duty.is_allowed(session, viewer, task, act):
        return False
    rows = tasks.owners(session, task.id or 0)
    mine = next((one for one in rows if one.person_id == viewer.id), None)
    if act in (TaskAct.SNOOZE, TaskAct.OFFER) and mine is not None:
        return mine.holding is Holding.HOLDS
    if act is TaskAct.DECLINE and mine is not None and mine.holding is Holding.DONE:
        return False
    if act is TaskAct.DECLINE:
        return mine is not None and (mine.holding is Holding.OFFERED or task.giver_id != viewer.id)
    if act is TaskAct.DONE and mine is not None and task.giver_id != viewer.id:
        return mine.holding is Holding.HOLDS
    return True


def due_said(reader: Reader, task: Task) -> str:
    if task.due_at is not None:
        return reader.say("due {when}", when=task.due_at)
    return reader.say("due {when}", when=task.due_on) if task.due_on else ""


def is_late(reader: Reader, task: Task) -> bool:
    if task.state is not TaskState.OPEN or task.due_on is None:
        return False
    return task.due_at <= clock.now() if task.due_at is not None else task.due_on < reader.today()


def when_said(reader: Reader, task: Task) -> str:
    """A task's time in full, with its repetition."""
    if task.due_on is None:
        return reader.say("no day set")
    at = time.fromisoformat(task.clock) if task.clock else None
    if task.rule:
        return times.rule_said(reader, task.rule, task.due_on, at, task.zone, OnHolidays(task.on_holidays))
    return times.moment_said(reader, task.due_at) if task.due_at else reader.full_day(task.due_on)


def _fields(session: Session, reader: Reader, task: Task) -> list[str]:
    rows = tasks.owners(session, task.id or 0)
    everyone = people.by_ids(session, [task.giver_id, task.done_by_id, *(one.person_id for one in rows)])
    late = f" · {reader.say('overdue')}" if is_late(reader, task) else ""
    pairs: list[tuple[str, object]] = [(reader.say("Due"), when_said(reader, task) + late)]
    pairs.append((reader.say("From"), shown_person(session, reader, everyone.get(task.giver_id))))
    holding = [_owner(session, reader, one, everyone) for one in rows]
    pairs.append((reader.say("Who has it"), Md(", ".join(holding))))
    if task.state is not TaskState.OPEN:
        pairs.append((reader.say("State"), reader.term(task.state)))
    if len(rows) > 1:
        pairs.append((reader.say("Done when"), reader.term(task.closes)))
    return [reader.md("*{label}*\n{value}", label=label, value=value) for label, value in pairs]


def _owner(session: Session, reader: Reader, row: TaskOwner, everyone: dict[int, Person]) -> str:
    name = shown_person(session, reader, everyone.get(row.person_id)).text
    if row.holding is Holding.DONE:
        return f"✓ {name}"
    return reader.md("{who} (offered)", who=Md(name)) if row.holding is Holding.OFFERED else name


def _link(reader: Reader, task: Task) -> list[Block]:
    lines = []
    if task.link:
        here = reader.say("this message")
        lines.append(reader.md("Made from {link}.", link=Md(f"<{task.link}|{here}>")))
    if task.follows_id:
        lines.append(reader.md("Follows T{number}.", number=task.follows_id))
    return [blocks.context(*lines)] if lines else []


def _history(session: Session, reader: Reader, task: Task, most: int) -> list[Block]:
    entries = history.of(session, "task", task.id or 0, limit=most)
    lines = [step(session, reader, one) for one in reversed(entries)]
    return [blocks.context("\n".join(lines))] if lines else []


def step(session: Session, reader: Reader, entry: History) -> str:
    """A line of history: who did what, and when."""
    actor = people.find(session, entry.actor_id)
    who = mention(actor) if actor else Md("Deskhand")
    did = {
        TaskAct.ADD.value: reader.md("{who} made it", who=who),
        TaskAct.DONE.value: reader.md("{who} has done it", who=who),
        TaskAct.REOPEN.value: reader.md("{who} opened the task again", who=who),
        TaskAct.OFFER.value: reader.md("{who} offered it to somebody else", who=who),
        TaskAct.ACCEPT.value: reader.md("{who} took it over", who=who),
        TaskAct.DECLINE.value: reader.md("{who} gave it back", who=who),
        TaskAct.SNOOZE.value: reader.md("{who} snoozed it", who=who),
        TaskAct.EDIT.value: reader.md("{who} edited it", who=who),
        TaskAct.DELETE.value: reader.md("{who} deleted it", who=who),
        TaskAct.UNDO.value: reader.md("{who} took a step back", who=who),
    }
    return f"{did.get(entry.act, entry.act)} · {reader.moment(entry.at)}"


def closes_options(reader: Reader) -> list[Block]:
    return [blocks.option(reader.term(one), one.value) for one in Closes]
