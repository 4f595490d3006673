"""The fields of a form in which a time is said in words, or chosen from pickers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks, forms, times
from handlers.blocks import Block
from handlers.context import Call, FormErrors
from handlers.i18n import Reader
from office.errors import Refusal
from office.when import When


def fields(reader: Reader, day: date | None = None, at: str | None = None, words: str = "") -> list[Block]:
    """A line for words, and two pickers for those who would rather choose."""
    return [
        blocks.field(
            "words",
            reader.say("When? In your own words"),
            blocks.text_input(words, longest=200),
            hint=reader.say("“tomorrow 3pm”, “every other Monday 9:00” … or choose below."),
        ),
        blocks.field("day", reader.say("Day"), blocks.date_picker(day)),
        blocks.field("time", reader.say("Time"), blocks.time_picker(at)),
    ]


def shown(day: date | None, at: str | None) -> dict[str, str]:
    """What the pickers of a form are filled with, for its metadata: left as they are, they change nothing."""
    return {"was_day": day.isoformat() if day else "", "was_time": at or ""}


def is_untouched(metadata: Mapping[str, Any], held: forms.Held) -> bool:
    """Whether nothing was said about the time in a form that was filled in before."""
    same = (forms.text(held, "day"), forms.text(held, "time")) == (metadata.get("was_day"), metadata.get("was_time"))
    return same and not forms.text(held, "words").strip()


def when_of(session: Session, call: Call, held: forms.Held) -> When | None:
    """What a form says about the time: words count before pickers. Raises FormErrors beside the field that is wrong."""
    words, day, at = forms.text(held, "words").strip(), forms.day(held, "day"), forms.clock(held, "time")
    try:
        if words:
            return times.understood(session, call.person, call.reader, words)
    except Refusal as refusal:
        raise FormErrors({"words": call.reader.say(refusal.text, **refusal.facts)}) from refusal
    if day is None and at:
        day = call.reader.today()
    if day is not None and day < call.reader.today():
        raise FormErrors({"day": call.reader.say("This day is over. Choose today or a later one.")})
    try:
        return times.picked(day, at or None, call.reader.zone)
    except Refusal as refusal:
        raise FormErrors({"time": call.reader.say(refusal.text, **refusal.facts)}) from refusal
