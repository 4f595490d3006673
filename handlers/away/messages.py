"""What Deskhand says by itself about absences: to those who are away, and to those who stand in."""

from collections.abc import Callable

from handlers import blocks
from handlers.away import commands
from handlers.drawing import Drawing, Message
from handlers.i18n import mention
from office.duties.absences import ALIVE, last_of
from storage import absences, people
from storage.time_tables import Absence
from storage.words import AbsenceState, CoverState


def asked(drawing: Drawing) -> Message | None:
    """Asks somebody to stand in; answered, it shows the answer."""
    one = _absence(drawing)
    reader = drawing.reader
    who = mention(people.find(drawing.session, one.person_id))
    span = commands.span_said(reader, one)
    shown = [blocks.md(reader.md("{who} is away {span}. Will you stand in?", who=who, span=span))]
    if one.why:
        shown.append(blocks.words(one.why))
    if one.state not in ALIVE:
        if drawing.row.redraws_id is None:
            return None
        shown.append(blocks.context(reader.md("✓ This absence is over, or was cancelled.")))
    elif one.cover_id != drawing.row.reader_id or one.cover_state is CoverState.REFUSED:
        shown.append(blocks.context(reader.md("✓ You don't stand in.")))
    elif one.cover_state is CoverState.ACCEPTED:
        shown.append(blocks.context(reader.md("✓ You stand in.")))
    else:
        shown += blocks.actions(commands.answer_buttons(reader, one))
    return Message(reader.say("Will you stand in?"), tuple(shown))


def answered(drawing: Drawing) -> Message | None:
    one = _absence(drawing)
    reader = drawing.reader
    if one.cover_state not in (CoverState.ACCEPTED, CoverState.REFUSED) or one.state not in ALIVE:
        return None
    who = mention(people.find(drawing.session, one.cover_id))
    span = commands.span_said(reader, one)
    if one.cover_state is CoverState.ACCEPTED:
        text = reader.md("✓ {who} stands in for you, {span}.", who=who, span=span)
        return Message(reader.say("Somebody stands in for you"), (blocks.md(text),))
    text = reader.md("{who} can't stand in for you, {span}. Ask somebody else:", who=who, span=span)
    row = blocks.actions([blocks.button(reader.say("Plan an absence"), "away.new", style="primary")])
    return Message(reader.say("Nobody stands in for you yet"), (blocks.md(text), *row))


def unanswered(drawing: Drawing) -> Message | None:
    one = _absence(drawing)
    if one.cover_state is not CoverState.ASKED:
        return None
    who = mention(people.find(drawing.session, one.cover_id))
    text = drawing.reader.md("You are away from now on, and {who} has not said yet whether to stand in.", who=who)
    row = blocks.actions([blocks.button(drawing.reader.say("Ask somebody else"), "away.new", style="primary")])
    return Message(drawing.reader.say("Nobody stands in for you yet"), (blocks.md(text), *row))


def began(drawing: Drawing) -> Message | None:
    one = _absence(drawing)
    if one.state is not AbsenceState.ON:
        return None
    who = mention(people.find(drawing.session, one.person_id))
    text = drawing.reader.md("From now on you stand in for {who}, until {when}.", who=who, when=last_of(one))
    return Message(drawing.reader.say("You stand in from now on"), (blocks.md(text),))


def over(drawing: Drawing) -> Message | None:
    one = _absence(drawing)
    who = mention(people.find(drawing.session, one.person_id))
    text = drawing.reader.md("{who} is back. Thank you for standing in.", who=who)
    return Message(drawing.reader.say("You no longer stand in"), (blocks.md(text),))


def cancelled(drawing: Drawing) -> Message | None:
    one = _absence(drawing)
    who = mention(people.find(drawing.session, one.person_id))
    text = drawing.reader.md("{who} is not away after all; you need not stand in.", who=who)
    return Message(drawing.reader.say("You no longer stand in"), (blocks.md(text),))


MESSAGES: dict[str, Callable[[Drawing], Message | None]] = {
    "away.asked": asked,
    "away.answered": answered,
    "away.unanswered": unanswered,
    "away.began": began,
    "away.over": over,
    "away.cancelled": cancelled,
}


def _absence(drawing: Drawing) -> Absence:
    return absences.get(drawing.session, drawing.row.subject_id)
