"""What Deskhand says by itself about tasks: cards for those who have them, and news for those who gave them."""

from collections.abc import Callable
from datetime import timedelta

from handlers import blocks
from handlers.blocks import Block
from handlers.drawing import Drawing, Message
from handlers.i18n import Md, Reader, escape, mention
from handlers.tasks import cards
from office import clock
from office.duties import tasks as duty
from storage import history, outbox, people, tasks
from storage.tables import Person
from storage.time_tables import Task
from storage.words import Holding, TaskAct, TaskState

LATE = timedelta(minutes=10)


def given(drawing: Drawing) -> Message | None:
    """The card of somebody who was given a task; it stays current."""
    task = _task(drawing)
    if task.state is TaskState.DELETED:
        return None
    giver = people.find(drawing.session, task.giver_id)
    text = drawing.reader.say("{who} has a task for you", who=giver.known_as if giver else "Deskhand")
    shown = cards.card(drawing.session, drawing.reader, task, _reader(drawing))
    return Message(f"{text}: T{task.id}", (blocks.context(text), *shown))


def offered(drawing: Drawing) -> Message | None:
    """A hand-over to be answered: who offers it, and why."""
    task = _task(drawing)
    if task.state is not TaskState.OPEN or _holding(drawing, task) is not Holding.OFFERED:
        return None
    entry = next((one for one in history.of(drawing.session, "task", task.id or 0, 10) if one.act == "offer"), None)
    who = people.find(drawing.session, entry.actor_id if entry else None)
    text = drawing.reader.md("{who} offers you {what}. Do you take it over?", who=mention(who), what=_link(task))
    message = _news(drawing, task, text, *answer_buttons(drawing.reader, task))
    why = [blocks.words(entry.why)] if entry and entry.why else []
    due = [blocks.context(drawing.reader.md("*Due* {when}", when=cards.when_said(drawing.reader, task)))]
    return Message(message.text, (message.blocks[0], *why, *due, *message.blocks[1:]))


def answer_buttons(reader: Reader, task: Task) -> list[Block]:
    """Yes or no to a hand-over."""
    return [
        cards.act_button(reader, task, TaskAct.ACCEPT),
        cards.act_button(reader, task, TaskAct.DECLINE, reader.say("Decline")),
    ]


def due(drawing: Drawing) -> Message | None:
    """A reminder of a task, worked out now: nothing for what was done, moved or handed on meanwhile."""
    task = _task(drawing)
    first = drawing.row if drawing.row.redraws_id is None else outbox.get(drawing.session, drawing.row.redraws_id)
    if task.state is not TaskState.OPEN or _holding(drawing, task) is not Holding.HOLDS:
        return None
    reader = drawing.reader
    late = cards.is_late(reader, task)
    if task.due_at is not None and late:
        text = reader.md("⏰ {what} was due {when}.", what=_link(task), when=task.due_at)
    elif task.due_on is not None:
        text = reader.md("{what} is due {when}.", what=_link(task), when=task.due_at or task.due_on)
    else:
        text = reader.md("You wanted to hear of {what} again.", what=_link(task))
    row = [cards.act_button(reader, task, act) for act in (TaskAct.DONE, TaskAct.SNOOZE)]
    tail = []
    if clock.now() - first.created_at > LATE:
        tail = [blocks.context(reader.md("This comes late: it was meant for {when}.", when=first.created_at))]
    message = _news(drawing, task, text, *row)
    return Message(message.text, (*message.blocks, *tail))


def done(drawing: Drawing) -> Message | None:
    task = _task(drawing)
    who = people.find(drawing.session, drawing.row.detail_id)
    if task.state is TaskState.DONE:
        text = drawing.reader.md("✅ {who} has done {what}.", who=mention(who), what=_link(task))
    else:
        text = drawing.reader.md("{who} has done their part of {what}.", who=mention(who), what=_link(task))
    return _news(drawing, task, text)


def reopened(drawing: Drawing) -> Message | None:
    task = _task(drawing)
    if task.state is not TaskState.OPEN:
        return None
    who = people.find(drawing.session, drawing.row.detail_id)
    return _news(
        drawing, task, drawing.reader.md("{who} opened the task {what} again.", who=mention(who), what=_link(task))
    )


def accepted(drawing: Drawing) -> Message | None:
    task = _task(drawing)
    who = next(iter(_actors(drawing, task, "accept")), None)
    return _news(drawing, task, drawing.reader.md("{who} has taken over {what}.", who=mention(who), what=_link(task)))


def declined(drawing: Drawing) -> Message | None:
    task = _task(drawing)
    who = people.find(drawing.session, drawing.row.detail_id)
    why = next((one.why for one in history.of(drawing.session, "task", task.id or 0, 5) if one.act == "decline"), "")
    text = drawing.reader.md("{who} gave {what} back.", who=mention(who), what=_link(task))
    message = _news(drawing, task, text)
    return Message(message.text, (message.blocks[0], *([blocks.words(why)] if why else []), *message.blocks[1:]))


def changed(drawing: Drawing) -> Message | None:
    task = _task(drawing)
    if task.state is TaskState.DELETED:
        return None
    text = drawing.reader.md(
        "{what} has changed. It is due: {when}", what=_link(task), when=cards.when_said(drawing.reader, task)
    )
    return _news(drawing, task, text)


def deleted(drawing: Drawing) -> Message | None:
    task = _task(drawing)
    if task.state is not TaskState.DELETED:
        return None
    who = people.find(drawing.session, drawing.row.detail_id)
    text = drawing.reader.md("{who} deleted {what}; nothing is left to do.", who=mention(who), what=_link(task))
    return Message(drawing.reader.say("News on T{number}", number=task.id), (blocks.md(text),))


def undone(drawing: Drawing) -> Message | None:
    task = _task(drawing)
    entry = history.get(drawing.session, drawing.row.detail_id or 0)
    who = people.find(drawing.session, entry.actor_id)
    text = drawing.reader.md("{who} took their last step on {what} back.", who=mention(who), what=_link(task))
    if task.state is TaskState.DELETED:
        return Message(drawing.reader.say("News on T{number}", number=task.id), (blocks.md(text),))
    return _news(drawing, task, text)


def outcome(drawing: Drawing) -> Message:
    """What a message with buttons becomes when there is nothing left to press: how the task stands now."""
    task = _task(drawing)
    text = drawing.reader.md("{what} is {state}.", what=_link(task), state=task.state)
    newest = history.of(drawing.session, "task", task.id or 0, limit=1)
    step = [blocks.context(cards.step(drawing.session, drawing.reader, one)) for one in newest]
    row = [] if task.state is TaskState.DELETED else [cards.open_button(drawing.reader.say("Open"), task)]
    plain = drawing.reader.say("News on T{number}", number=task.id)
    return Message(plain, (blocks.md(text), *step, *blocks.actions(row)))


MESSAGES: dict[str, Callable[[Drawing], Message | None]] = {
    "tasks.given": given,
    "tasks.offered": offered,
    "tasks.due": due,
    "tasks.done": done,
    "tasks.reopened": reopened,
    "tasks.accepted": accepted,
    "tasks.declined": declined,
    "tasks.changed": changed,
    "tasks.deleted": deleted,
    "tasks.undone": undone,
}


def _task(drawing: Drawing) -> Task:
    return tasks.get(drawing.session, drawing.row.subject_id)


def _reader(drawing: Drawing) -> Person:
    return people.get(drawing.session, drawing.row.reader_id or 0)


def _holding(drawing: Drawing, task: Task) -> Holding | None:
    rows = tasks.owners(drawing.session, task.id or 0)
    return next((one.holding for one in rows if one.person_id == drawing.row.reader_id), None)


def _actors(drawing: Drawing, task: Task, act: str) -> list[Person]:
    entries = [one for one in history.of(drawing.session, "task", task.id or 0, 10) if one.act == act]
    found = [people.find(drawing.session, one.actor_id) for one in entries]
    return [one for one in found if one is not None]


def _link(task: Task) -> Md:
    return Md(f"*T{task.id}* {escape(blocks.cut(task.title, 150))}")


def _news(drawing: Drawing, task: Task, text: str, *row: Block) -> Message:
    plain = drawing.reader.say("News on T{number}", number=task.id)
    sees = drawing.row.reader_id and duty.is_allowed(drawing.session, _reader(drawing), task, TaskAct.SEE)
    opens = [cards.open_button(drawing.reader.say("Open"), task)] if sees else []
    return Message(plain, (blocks.md(text), *blocks.actions([*row, *opens])))
