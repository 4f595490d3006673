"""What somebody typed and is asked about once more: kept until they press."""

from dataclasses import replace

from handlers import forms
from handlers.context import Call
from storage import drafts


def typed_again(call: Call) -> Call:
    """What somebody meant, as if they had typed it, once. The button carries the number of the draft."""
    number = forms.pressed(call.value)
    with call.reading() as session:
        kept = drafts.find(session, number, call.person.id or 0)
    if kept is None or "typed" not in kept:
        raise forms.old_button()
    # Two presses are one: the second has the key of the first, and gets its answer.
    return replace(call, text=str(kept["typed"]), key=f"k:{number}")
