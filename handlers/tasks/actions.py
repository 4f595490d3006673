"""Clicks on tasks, their forms, and the shortcut on a message."""

from dataclasses import replace

from sqlalchemy.orm import Session

from handlers import blocks, forms, when_form
from handlers.context import Answer, Call, FormErrors
from handlers.permalinks import permalink
from handlers.slack_text import readable, words_of
from handlers.tasks import commands, lists, modals
from office.duties import tasks as duty
from office.errors import Refusal
from office.rules.request_words import mentions
from office.rules.snooze import Later
from storage import drafts, people, tasks
from storage.time_tables import Task
from storage.words import Closes, Holding, TaskAct


def new(call: Call) -> Answer:
    return Answer(modal=modals.form(call.reader, {}), how="push" if call.in_modal else "open")


def usage(call: Call) -> Answer:
    return commands.usage(call)


def page(call: Call) -> Answer:
    name, _, number = call.value.partition("|")
    return lists.show(call, name, whole(number), replaces=call.is_ephemeral or call.in_modal)


def show(call: Call) -> Answer:
    with call.reading() as session:
        view = modals.sheet(session, call.reader, call.person, duty.look(session, call.person, number_of(call)))
    return Answer(modal=view, how="push" if call.in_modal else "open")


def at_once(act: TaskAct) -> "commands.Handler":
    """The handler of a button that needs no more words."""

    def handler(call: Call) -> Answer:
        def do(session: Session) -> Answer:
            return _after(session, call, act, commands.AT_ONCE[act](session, call.person, number_of(call)))

        return call.perform(do)

    return handler


def with_form(act: TaskAct) -> "commands.Handler":
    """The handler of a button that opens a form first."""

    def handler(call: Call) -> Answer:
        return commands.open_act(call, act, number_of(call))

    return handler


def menu(call: Call) -> Answer:
    """The menu on one line of a list, a digest or the home tab."""
    chosen = call.value.rpartition(".")[2]
    if chosen == "open":
        return show(call)

    def do(session: Session) -> Answer:
        if chosen == TaskAct.DONE.value:
            return _after(session, call, TaskAct.DONE, duty.done(session, call.person, number_of(call)))
        if chosen not in list(Later):
            raise Refusal("This button is from an older message. /task list shows your tasks.")
        return commands.snoozed(session, call, number_of(call), Later(chosen))

    return call.perform(do)


def closes(call: Call) -> Answer:
    """One of several people is enough, or all are needed: chosen in the answer to whoever made the task."""
    chosen = call.value.rpartition(".")[2]
    if chosen not in list(Closes):
        raise Refusal("This button is from an older message. /task list shows your tasks.")

    def do(session: Session) -> Answer:
        task = duty.look(session, call.person, number_of(call), TaskAct.EDIT)
        job = _job_of(session, task)
        changed = duty.edit(session, call.person, task.id or 0, _with_closes(job, Closes(chosen)))
        return commands.made(session, call, changed, replaces=True)

    return call.perform(do)


def form_sent(call: Call) -> Answer:
    """A task's form, filled in: a new one, or a change of one."""
    metadata = call.metadata
    held = blocks.values(call.body["view"])
    link = permalink(call, metadata)
    call.meet(forms.texts(held, "owners"))

    def do(session: Session) -> Answer:
        owners = [people.find_by_slack(session, one) for one in forms.texts(held, "owners")]
        job = duty.Job(
            title=forms.text(held, "title"),
            note=forms.text(held, "note"),
            # Nobody chosen is whoever fills the form in.
            owner_ids=tuple(one.id or 0 for one in owners if one) or (call.person.id or 0,),
            closes=forms.choice(held, "closes", Closes) or Closes.ALL,
            link=link,
        )
        if "id" not in metadata:
            when = when_form.when_of(session, call, held)
            return commands.made(
                session, call, duty.add(session, call.person, replace(job, due=duty.due_of(when))), when
            )
        old = duty.look(session, call.person, forms.number(metadata, "id"), TaskAct.EDIT)
        untouched = when_form.is_untouched(metadata, held)
        due = _job_of(session, old).due if untouched else duty.due_of(when_form.when_of(session, call, held))
        duty.edit(session, call.person, old.id or 0, replace(job, due=due, link=old.link), metadata.get("version"))
        return Answer(sheet=f"task:{old.id}" if metadata.get("sheet") else None)

    answer = call.perform_form(do)
    # A form that was sent closes; what was made is told by its card or the list.
    return Answer(errors=answer.errors, sheet=answer.sheet)


def act_sent(call: Call) -> Answer:
    """The form of a hand-over, or of a snooze."""
    metadata = call.metadata
    held = blocks.values(call.body["view"])
    call.meet([forms.text(held, "who")])

    def do(session: Session) -> Answer:
        number = forms.number(metadata, "id")
        if metadata.get("act") == TaskAct.OFFER.value:
            to = people.find_by_slack(session, forms.text(held, "who"))
            if to is None:
                raise FormErrors({"who": call.reader.say("Choose a colleague.")})
            duty.offer(session, call.person, number, to, forms.text(held, "why"))
        else:
            duty.snooze(session, call.person, number, commands.snoozed_until(session, call, held))
        return Answer(sheet=f"task:{number}" if metadata.get("sheet") else None)

    return call.perform_form(do)


def from_message(call: Call) -> Answer:
    """The shortcut on a message: its words and a link to it go into the form."""
    message = call.body.get("message") or {}
    with call.reading() as session:
        text = readable(session, words_of(message))
    channel = (call.body.get("channel") or {}).get("id", "")
    metadata = {"channel": channel, "ts": message.get("ts", "")}
    title, note = commands.title_and_note(text)
    return Answer(modal=modals.form(call.reader, metadata, title=title, note=note))


def draft(call: Call) -> Answer:
    number, _, plain = call.value.partition(".")
    return commands.from_draft(call, whole(number), plain == "plain")


def draft_form(call: Call) -> Answer:
    """Words that were kept, in the form, to choose the day there."""
    with call.reading() as session:
        kept = drafts.find(session, whole(call.value), call.person.id or 0)
        words = str(kept["task"]) if kept and "task" in kept else ""
        text = readable(session, commands.without_people(words))
    title, note = commands.title_and_note(text)
    return Answer(modal=modals.form(call.reader, {}, title=title, owners=mentions(words), note=note))


def number_of(call: Call) -> int:
    return whole(call.value.partition(".")[0])


def whole(text: str) -> int:
    """A number that a button of ours carries."""
    return forms.whole(text, Refusal("This button is from an older message. /task list shows your tasks."))


def _after(session: Session, call: Call, act: TaskAct, task: Task) -> Answer:
    """What the clicker sees: a card redraws itself; a sheet is drawn again in its place; elsewhere it is said."""
    if call.in_modal and act is not TaskAct.DELETE:
        view = modals.sheet(session, call.reader, call.person, tasks.get(session, task.id or 0))
        return Answer(modal=view, how="update")
    return commands.done(session, call, act, task) if call.is_ephemeral or call.in_modal else Answer()


def _job_of(session: Session, task: Task) -> duty.Job:
    """A task as it stands, to be changed in one thing."""
    rows = [one for one in tasks.owners(session, task.id or 0) if one.holding is not Holding.OFFERED]
    return duty.job_of(task, [one.person_id for one in rows])


def _with_closes(job: duty.Job, chosen: Closes) -> duty.Job:
    return replace(job, closes=chosen)
