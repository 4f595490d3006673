"""What somebody typed and is asked about once more: kept until they press."""

from dataclasses import replace

from handlers import forms
from handlers.context import Call
from storage import drafts


def typed_again(call: Call) -> Call:
    """What somebody meant, as if they had typed it. The button carries the number of the draft."""
    with call.reading() as session:
        kept = drafts.find(session, forms.pressed(call.value), call.person.id or 0)
    if kept is None or "typed" not in kept:
        raise forms.old_button()
    return replace(call, text=str(kept["typed"]))
