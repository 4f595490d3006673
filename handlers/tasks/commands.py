"""/task: words -> a task, a list, or an act on one."""

import re
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from handlers import blocks, forms, times, when_form
from handlers.blocks import Block
from handlers.context import Answer, Call, FormErrors
from handlers.people import away_word
from handlers.slack_text import readable
from handlers.tasks import cards, lists, modals
from handlers.tasks.verbs import TYPED
from handlers.typed import ActWanted, ListWanted, Misspelt
from office import clock
from office.duties import tasks as duty
from office.errors import Refusal
from office.rules.repetition import wall
from office.rules.request_words import mentions
from office.rules.snooze import MORNING, Later, later
from office.rules.words import clean, tokens
from office.when import When, misspelt_deadline
from storage import drafts, people, tasks
from storage.tables import Person
from storage.text import fold
from storage.time_tables import Task
from storage.words import Closes, TaskAct

Handler = Callable[[Call], Answer]

_JOINS = r"(?:for|to|till|för|åt|für|an|para|a|by|and|och|und|y|,|&)"
# A person, with the word that joins them to the others.
_MENTION = re.compile(rf"(?:(?:^|(?<=\s)){_JOINS}\s+)?<@[UW][A-Z0-9]+(?:\|[^>]*)?>", re.IGNORECASE)
# A title that ends so would hang in the air.
_DANGLING = re.compile(rf"(?:^|\s){_JOINS}\s*$", re.IGNORECASE)
_LATER = {
    Later.TONIGHT: "tonight ikväll i kväll heute abend esta noche",
    Later.TOMORROW: "tomorrow imorgon i morgon morgen mañana",
    Later.NEXT_WEEK: "next week nästa vecka nächste woche la próxima semana",
}


def task(call: Call) -> Answer:
    """/task: a form, a list, something about one task, or the words of a new one."""
    text = clean(call.text)
    if not text:
        return Answer(modal=modals.form(call.reader, {}))
    if fold(text) in TYPED.acts:
        raise Refusal("Say which one, by its number: /task {act} 12. /task list shows them.", act=text)
    call.meet(mentions(text))
    wanted = TYPED.read(text)
    match wanted:
        case ListWanted(name="help"):
            return usage(call)
        case ListWanted(name="new"):
            return Answer(modal=modals.form(call.reader, {}))
        case ListWanted():
            return lists.show(call, wanted.name, wanted.page)
        case ActWanted():
            return _act(call, wanted)
        case Misspelt():
            return _did_you_mean(call, wanted)
        case _:
            return call.perform(lambda session: make_from_words(session, call, text))


def usage(call: Call) -> Answer:
    say = call.reader.md
    lines = [
        "`/task` — " + say("a form for a new task"),
        say("`/task order flowers by Friday @anna`")
        + " — "
        + say("made at once; day, time and people are read from the words"),
        say("`/task water the plants every Monday 9:00`") + " — " + say("one that comes again when it is done"),
        say("`/task mine` · `list` · `given` · `overdue`")
        + " — "
        + say("what you have, all of it, what you gave, what is late"),
        say("`/task 12` · `done 12` · `reopen 12`") + " — " + say("looking at one, doing it"),
        say("`/task snooze 12 tomorrow` · `handover 12 @bo` · `edit 12` · `delete 12`") + " — " + say("changing it"),
    ]
    heading = call.reader.say("How to use /task")
    row = [
        blocks.button(call.reader.say("New task"), "tasks.new", style="primary"),
        blocks.button(call.reader.say("My tasks"), "tasks.page:mine", "mine|1"),
    ]
    return Answer(heading, (blocks.header(heading), blocks.md("\n".join(lines)), *blocks.actions(row)))


def make_from_words(session: Session, call: Call, raw: str, link: str | None = None) -> Answer:
    """Makes a task from typed words, unless a day in them is misspelt: then asks first, and keeps the words."""
    owners = _owners_named(session, raw)
    bare = readable(session, without_people(raw))
    found = times.found_in(session, call.person, call.reader, bare)
    if found is None:
        wrong = misspelt_deadline(bare, call.reader.language)
        if wrong is not None:
            return _ask_for_day(session, call, raw, *wrong)
    when = found.when if found else None
    # How long it takes is part of what is to be done.
    title = _title(bare, found.rest_of(bare) if found and not found.when.length else bare)
    due = duty.due_of(when)
    title, note = title_and_note(title)
    job = duty.Job(title, note, owner_ids=tuple(one.id or 0 for one in owners), due=due, link=link)
    return made(session, call, duty.add(session, call.person, job), when)


def made(session: Session, call: Call, task: Task, when: When | None = None, replaces: bool = False) -> Answer:
    """The answer to whoever made a task: what was understood, and how to change it with one press."""
    reader = call.reader
    head = reader.say("T{number} {title}", number=task.id, title=task.title)
    facts = [reader.md("*Due* {when}", when=cards.when_said(reader, task))]
    rows = tasks.owners(session, task.id or 0)
    others = [one.person_id for one in rows if one.person_id != call.person.id]
    if others:
        names = [person.known_as for person in people.by_ids(session, others).values()]
        facts.append(reader.md("*For* {people}", people=names))
    version = f"{task.id}.{task.version}"
    row = [
        blocks.button(reader.say("Add details"), "tasks.edit", str(task.id)),
        blocks.button(reader.say("Undo"), "desk.undo:task", f"{version}.task"),
    ]
    if len(rows) > 1:
        facts.append(reader.md("*Done when* {closes}", closes=task.closes))
        other = Closes.ANY if task.closes is Closes.ALL else Closes.ALL
        label = reader.say("One is enough") if other is Closes.ANY else reader.say("All of them")
        row.insert(0, blocks.button(label, "tasks.closes", f"{version}.{other.value}"))
    moved = times.moved_said(reader, when.moved if when else None)
    away = [word for one in others if (word := away_word(session, reader, people.find(session, one)))]
    shown = [blocks.words(head), blocks.md(" · ".join(facts)), *([blocks.context(moved)] if moved else [])]
    shown += [blocks.context(word) for word in away]
    return Answer(head, (*shown, *blocks.actions(row)), replaces=replaces)


def done(session: Session, call: Call, act: TaskAct, task: Task) -> Answer:
    """The answer to an act that was typed, or pressed where nothing redraws itself."""
    reader = call.reader
    texts = {
        TaskAct.DONE: reader.say("Done: T{number} {title}", number=task.id, title=task.title),
        TaskAct.DELETE: reader.say("Deleted: T{number} {title}", number=task.id, title=task.title),
        TaskAct.REOPEN: reader.say("Open again: T{number} {title}", number=task.id, title=task.title),
        TaskAct.OFFER: reader.say("Offered: T{number} {title}", number=task.id, title=task.title),
        TaskAct.ACCEPT: reader.say("Yours now: T{number} {title}", number=task.id, title=task.title),
        TaskAct.DECLINE: reader.say("Given back: T{number} {title}", number=task.id, title=task.title),
    }
    head = texts[act]
    row = [blocks.button(reader.say("Undo"), "desk.undo:task", f"{task.id}.{task.version}.task")]
    if act is not TaskAct.DELETE:
        row.insert(0, cards.open_button(reader.say("Open"), task))
    return Answer(head, (blocks.words(head), *blocks.actions(row)))


def snoozed(session: Session, call: Call, number: int, until: object) -> Answer:
    """Snoozes to a moment, a choice, or typed words, and says until when."""
    at = (
        later(until, call.reader.zone, clock.now())
        if isinstance(until, Later)
        else moment_named(session, call, str(until))
    )
    task = duty.snooze(session, call.person, number, at)
    head = call.reader.say(
        "T{number} comes back to you {when}.", number=number, when=times.moment_said(call.reader, at)
    )  # fmt: skip
    row = [blocks.button(call.reader.say("Undo"), "desk.undo:task", f"{task.id}.{task.version}.task")]
    return Answer(head, (blocks.words(head), *blocks.actions(row)))


def one_task(session: Session, call: Call, task: Task) -> Answer:
    return Answer(f"T{task.id} {task.title}", tuple(cards.card(session, call.reader, task, call.person)))


def open_act(call: Call, act: TaskAct, number: int) -> Answer:
    """The form of an act that needs more words."""
    with call.reading() as session:
        task = duty.look(session, call.person, number, act)
        metadata = {"sheet": call.in_modal}
        if act is TaskAct.EDIT:
            view = modals.edit_form(session, call.reader, task, metadata)
        else:
            view = modals.act_form(call.reader, task, act, metadata)
    return Answer(modal=view, how="push" if call.in_modal else "open")


AT_ONCE = {
    TaskAct.DONE: duty.done,
    TaskAct.REOPEN: duty.reopen,
    TaskAct.ACCEPT: duty.accept,
    TaskAct.DECLINE: duty.decline,
    TaskAct.DELETE: duty.delete,
}


def _act(call: Call, wanted: ActWanted[TaskAct]) -> Answer:
    act, number = wanted.act, wanted.number
    if act is TaskAct.SEE:
        with call.reading() as session:
            return one_task(session, call, duty.look(session, call.person, number))
    if act is TaskAct.EDIT or (act in (TaskAct.OFFER, TaskAct.SNOOZE) and not wanted.words):
        return open_act(call, act, number)

    def do(session: Session) -> Answer:
        if act is TaskAct.SNOOZE:
            return snoozed(session, call, number, wanted.words)
        if act is TaskAct.OFFER:
            to = _owners_named(session, wanted.words)
            if not to:
                raise Refusal("Say who, with an @: for example /task handover 12 @anna.")
            why = readable(session, without_people(wanted.words))
            return done(session, call, act, duty.offer(session, call.person, number, to[0], why))
        return done(session, call, act, AT_ONCE[act](session, call.person, number))

    return call.perform(do)


def moment_named(session: Session, call: Call, words: str) -> datetime:
    """When somebody wants to hear of something again."""
    folded = " ".join(tokens(words))
    for choice, names in _LATER.items():
        if folded in fold(names).split() or folded == fold(names):
            return later(choice, call.reader.zone, clock.now())
    when = times.understood(session, call.person, call.reader, words)
    return moment_of(when, call.reader.zone)


def moment_of(when: When, zone: str) -> datetime:
    """The moment of a reading; a day without a time is its morning."""
    if when.start is not None:
        return when.start
    if when.length is not None and when.day is None:
        return clock.now() + when.length
    if when.day is None:
        raise Refusal("Say until when, for example “tomorrow at 9”.")
    return wall(when.day, when.clock or MORNING, zone)


def snoozed_until(session: Session, call: Call, held: forms.Held) -> datetime:
    """Until when a form snoozes. Raises FormErrors when it does not say."""
    chosen = forms.choice(held, "later", Later)
    if chosen is not None:
        return later(chosen, call.reader.zone, clock.now())
    when = when_form.when_of(session, call, held)
    if when is None:
        raise FormErrors({"words": call.reader.say("Say until when, for example “tomorrow at 9”.")})
    return moment_of(when, call.reader.zone)


def without_people(raw: str) -> str:
    """The words without those named in them, line by line."""
    return "\n".join(" ".join(line.split()) for line in _MENTION.sub(" ", raw).strip().splitlines())


def _owners_named(session: Session, raw: str) -> list[Person]:
    found = [people.find_by_slack(session, one) or people.appear(session, one) for one in mentions(raw)]
    return list({person.id: person for person in found}.values())


def title_and_note(text: str) -> tuple[str, str]:
    """A long text has its beginning as a title, and stands whole in the note."""
    title = " ".join(text.split())
    if len(title) <= modals.LONGEST_TITLE:
        return title, ""
    return f"{title[: modals.LONGEST_TITLE - 1]}…", text.strip()


def _title(bare: str, rest: str) -> str:
    """The words that are left without the time; all of them where those would hang in the air."""
    if not tokens(rest):
        return ""
    if rest != bare and _DANGLING.search(rest):
        return bare
    return rest.strip(" ,;:–-")


def _ask_for_day(session: Session, call: Call, raw: str, word: str, near: str) -> Answer:
    assert call.person.id is not None
    reader = call.reader
    draft_id = drafts.keep(session, call.person.id, {"task": raw}, clock.now())
    text = reader.say("I don't know “{words}” as a time. Did you mean “{near}”?", words=word, near=near)
    fixed = drafts.keep(session, call.person.id, {"task": raw.replace(word, near)}, clock.now())
    row: list[Block] = [
        blocks.button(reader.say("Yes, {near}", near=near), "tasks.draft:yes", str(fixed), style="primary"),
        blocks.button(reader.say("Choose the day"), "tasks.draft_form", str(draft_id)),
        blocks.button(reader.say("No, it is part of the task"), "tasks.draft:no", f"{draft_id}.plain"),
    ]
    return Answer(text, (blocks.words(text), blocks.words(readable(session, raw)), *blocks.actions(row)))


def from_draft(call: Call, draft_id: int, plain: bool) -> Answer:
    """Makes the task of words that were kept; `plain`: as they stand, without looking for a time."""

    def do(session: Session) -> Answer:
        assert call.person.id is not None
        kept = drafts.find(session, draft_id, call.person.id)
        if kept is None or not drafts.use(session, draft_id, call.person.id):
            raise Refusal("This was answered already. /task list shows your tasks.")
        raw = str(kept.get("task", ""))
        if not plain:
            answer = make_from_words(session, call, raw)
        else:
            owners = tuple(one.id or 0 for one in _owners_named(session, raw))
            title = readable(session, without_people(raw))
            answer = made(session, call, duty.add(session, call.person, duty.Job(title, owner_ids=owners)))
        return Answer(answer.text, answer.blocks, replaces=True)

    return call.perform(do)


def _did_you_mean(call: Call, wanted: Misspelt) -> Answer:
    reader = call.reader
    text = reader.say("Did you mean /task {near}?", near=str(wanted))
    if wanted.number is not None:
        meant = blocks.button(
            reader.say("Open T{number}", number=wanted.number), "tasks.open", str(wanted.number), style="primary"
        )
    else:
        name = TYPED.lists[fold(wanted.near)]
        action = {"help": "tasks.help", "new": "tasks.new"}.get(name, f"tasks.page:{name}")
        meant = blocks.button(f"/task {wanted}", action, f"{name}|1", style="primary")
    draft = call.perform(
        lambda session: Answer(str(drafts.keep(session, call.person.id or 0, {"task": call.text}, clock.now())))
    )
    row = [
        meant,
        blocks.button(reader.say("No, make it a task"), "tasks.draft:no", f"{draft.text}.plain"),
    ]
    return Answer(text, (blocks.words(text), blocks.words(clean(call.text)), *blocks.actions(row)))
