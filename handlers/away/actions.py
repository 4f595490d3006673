"""Clicks on absences and their form."""

from sqlalchemy.orm import Session

from handlers import blocks, forms, times
from handlers.away import commands
from handlers.context import Answer, Call, FormErrors
from office.duties import absences as duty
from office.errors import Refusal
from office.when import When
from storage import people


def new(call: Call) -> Answer:
    return Answer(modal=commands.form(call.reader), how="push" if call.in_modal else "open")


def overview(call: Call) -> Answer:
    return commands.overview(call)


def back(call: Call) -> Answer:
    return commands.back(call)


def cancel(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        duty.cancel(session, call.person, _number(call))
        text = call.reader.say("Cancelled; whoever was to stand in is told.")
        return Answer(text, (blocks.words(text),), replaces=True)

    return call.perform(do)


def yes(call: Call) -> Answer:
    return _answered(call, yes=True)


def no(call: Call) -> Answer:
    return _answered(call, yes=False)


def form_sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])
    call.meet([forms.text(held, "cover")])

    def do(session: Session) -> Answer:
        cover = people.find_by_slack(session, forms.text(held, "cover"))
        duty.plan(session, call.person, _when(session, call, held), cover, forms.text(held, "why"))
        return Answer()

    return call.perform_form(do)


def _when(session: Session, call: Call, held: forms.Held) -> When:
    """What the form says: words before pickers. Raises FormErrors beside the field that is wrong."""
    try:
        if words := forms.text(held, "words").strip():
            return times.understood(session, call.person, call.reader, words)
    except Refusal as refusal:
        raise FormErrors({"words": call.reader.say(refusal.text, **refusal.facts)}) from refusal
    first, last = forms.day(held, "first"), forms.day(held, "last")
    if first is None:
        raise FormErrors({"first": call.reader.say("Choose the first day, or say it in words above.")})
    if last is not None and last < first:
        raise FormErrors({"last": call.reader.say("The last day lies before the first. Choose a later one.")})
    return When(first, None, call.reader.zone, last_day=last or first)


def _answered(call: Call, yes: bool) -> Answer:
    def do(session: Session) -> Answer:
        absence = duty.answer(session, call.person, _number(call), yes)
        who = people.find(session, absence.person_id)
        name = who.known_as if who else "?"
        text = (
            call.reader.say("Thank you. {who} is told that you stand in.", who=name)
            if yes
            else call.reader.say("{who} is told that you can't.", who=name)
        )
        return Answer(text, (blocks.words(text),)) if call.is_ephemeral else Answer()

    return call.perform(do)


def _number(call: Call) -> int:
    old = Refusal("This button is from an older message. /desk away shows your absences.")
    return forms.whole(call.value.partition(".")[0], old)
