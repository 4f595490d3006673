"""Clicks on reminders and their form."""

from sqlalchemy.orm import Session

from handlers import blocks, forms, when_form
from handlers.context import Answer, Call, FormErrors
from handlers.reminders import commands
from handlers.tasks.commands import snoozed_until
from handlers.tasks.modals import snooze_fields
from office import clock
from office.duties import reminders as duty
from office.rules.snooze import Later, later
from storage import drafts, people


def new(call: Call) -> Answer:
    return Answer(modal=commands.form(call.reader, {}), how="push" if call.in_modal else "open")


def overview(call: Call) -> Answer:
    return commands.overview(call)


def draft_form(call: Call) -> Answer:
    """Words that were kept, in the form, to choose the time there."""
    with call.reading() as session:
        kept = drafts.find(session, _whole(call.value), call.person.id or 0) or {}
    who = None if kept.get("channel") else kept.get("who")
    return Answer(modal=commands.form(call.reader, {"draft": call.value}, str(kept.get("reminder", "")), who))


def menu(call: Call) -> Answer:
    """The menu on one line of the list."""
    chosen = call.value.rpartition(".")[2]
    if chosen == "move":
        return move(call)
    if chosen == "move_next":
        return move_next(call)

    def do(session: Session) -> Answer:
        if chosen == "skip":
            changed = duty.skip(session, call.person, _number(call))
            text = call.reader.say(
                "Left out. R{number}: {when}", number=changed.id, when=commands.when_said(call.reader, changed)
            )
        elif chosen == "end":
            text = commands.ended_word(call.reader, duty.end(session, call.person, _number(call)))
        else:
            raise commands.refuse_old()
        return Answer(text, (blocks.words(text), *blocks.actions([_undo(call, session)])))

    return call.perform(do)


def move(call: Call) -> Answer:
    with call.reading() as session:
        one = duty.look(session, call.person, _number(call))
    view = commands.form(call.reader, {"id": one.id}, one.text, reminder=one)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def move_next(call: Call) -> Answer:
    with call.reading() as session:
        one = duty.look(session, call.person, _number(call))
    return Answer(modal=commands.next_form(call.reader, one), how="push" if call.in_modal else "open")


def next_sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        day = forms.day(held, "day")
        if day is None:
            raise FormErrors({"day": call.reader.say("Choose a day.")})
        duty.move_next(session, call.person, forms.number(call.body["view"], "private_metadata"), day)
        return Answer()

    return call.perform_form(do)


def settle(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        duty.settle(session, call.person, _number(call))
        return Answer()

    return call.perform(do)


def decline(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        duty.end(session, call.person, _number(call))
        return Answer()

    return call.perform(do)


def snooze_to(call: Call) -> Answer:
    """Tonight, tomorrow or next week, with one press."""
    chosen = call.value.rpartition(".")[2]
    if chosen not in list(Later):
        raise commands.refuse_old()

    def do(session: Session) -> Answer:
        until = later(Later(chosen), call.reader.zone, clock.now())
        duty.snooze(session, call.person, _number(call), until)
        return Answer()

    return call.perform(do)


def snooze(call: Call) -> Answer:
    """Another time, in the form."""
    with call.reading() as session:
        one = duty.look(session, call.person, _number(call))
    reader = call.reader
    parts = [blocks.words(blocks.cut(one.text, 300)), *snooze_fields(reader)]
    view = blocks.modal(
        "reminders.snooze", reader.say("Snooze"), parts, reader.say("Close"), reader.say("Save"), str(one.id)
    )  # fmt: skip
    return Answer(modal=view, how="push" if call.in_modal else "open")


def snooze_sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        number = forms.number(call.body["view"], "private_metadata")
        duty.snooze(session, call.person, number, snoozed_until(session, call, held))
        return Answer()

    return call.perform_form(do)


def form_sent(call: Call) -> Answer:
    """A reminder's form, filled in: a new one, or a change of one."""
    metadata = call.metadata
    held = blocks.values(call.body["view"])
    call.meet([forms.text(held, "who")])

    def do(session: Session) -> Answer:
        untouched = "id" in metadata and when_form.is_untouched(metadata, held)
        when = None if untouched else when_form.when_of(session, call, held)
        if "id" in metadata:
            if when is None and not untouched:
                raise _no_time(call)
            duty.move(session, call.person, forms.number(metadata, "id"), when, forms.text(held, "text"))
            return Answer()
        if when is None:
            raise _no_time(call)
        person = people.find_by_slack(session, forms.text(held, "who")) or call.person
        kept = drafts.find(session, forms.number(metadata, "draft"), call.person.id or 0) if "draft" in metadata else {}
        # The channel comes from the words that were kept, never from the form.
        channel = (kept or {}).get("channel") if not forms.text(held, "who") else None
        note = duty.Note(forms.text(held, "text"), when, None if channel else person.id, channel)
        duty.make(session, call.person, note)
        return Answer()

    return call.perform_form(do)


def _no_time(call: Call) -> FormErrors:
    return FormErrors({"words": call.reader.say("Say when, for example “tomorrow at 9” or “every Monday 10:00”.")})


def _undo(call: Call, session: Session) -> blocks.Block:
    one = duty.look(session, call.person, _number(call))
    return blocks.button(call.reader.say("Undo"), "desk.undo:reminder", f"{one.id}.{one.version}.reminder")


def _number(call: Call) -> int:
    return _whole(call.value.partition(".")[0])


def _whole(text: str) -> int:
    return forms.whole(text, commands.refuse_old())
