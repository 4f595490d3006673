"""Presses on a list that was sent: its columns, its rows, whether it is taken over; and the list that is shipped."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks, forms
from handlers.context import Answer, Call
from handlers.supplies import files, import_cards
from office.duties import notices
from office.duties.supplies import imports
from office.duties.supplies.matching import IS_ITEM, IS_NEW
from office.foreign import sheets
from storage import supplies


def starter(call: Call) -> Answer:
    """The usual things of an office: at once where nothing is kept yet, else with what they would change."""

    def do(session: Session) -> Answer:
        cells = sheets.table_of(imports.STARTER.read_bytes(), imports.STARTER.name)
        found = imports.understood(session, cells)
        name = call.reader.say("starter list")
        if supplies.count(session):
            files.offered(session, call, name, cells, found)
            return _said(call.reader.say("What the starter list would change comes in our direct messages."))
        kept = imports.offer(session, call.person, name, cells, found)
        imports.begin(session, call.person, kept.id or 0)
        return _said(call.reader.say(
            "The list is being taken over. Count what you have with /supplies count; then it is ordered by itself."
        ))  # fmt: skip

    return call.perform(do)


def yes(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        imports.begin(session, call.person, forms.pressed(call.value))
        notices.redraw(session, "import", forms.pressed(call.value), [])
        return _said(call.reader.say("It is being taken over; I tell you when it is done."))

    return call.perform(do)


def no(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        imports.drop(session, call.person, forms.pressed(call.value))
        notices.redraw(session, "import", forms.pressed(call.value), [])
        return _said(call.reader.say("Dropped; nothing has changed."))

    return call.perform(do)


def rows(call: Call) -> Answer:
    """A page of all rows that would change something."""
    number, _, page = call.value.partition(".")
    with call.reading() as session:
        found = imports.own(session, call.person, forms.pressed(number))
        view = import_cards.all_rows(call.reader, found, forms.pressed(page))
    return Answer(modal=view, how="update" if call.in_modal else "open")


def columns(call: Call) -> Answer:
    with call.reading() as session:
        found = imports.own(session, call.person, forms.pressed(call.value))
        view = import_cards.columns_form(session, call.reader, found)
    return Answer(modal=view, how="open")


def columns_sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])
    number = forms.number(call.metadata, "id")

    def do(session: Session) -> Answer:
        kept = imports.own(session, call.person, number)
        before = kept.found["fields"]
        said = {name.removeprefix("c"): forms.text(held, name).strip("-") for name in held if name[1:].isdecimal()}
        changed = {at: field for at, field in said.items() if field != (before[int(at)] or "")}
        more: dict[str, Any] = {"columns": changed} if changed else {}
        if "supplier" in held:
            more["supplier"] = forms.text(held, "supplier").strip("-")
        if "for_one" in held:
            more["for_one"] = forms.text(held, "for_one") == "one"
        return _chosen(session, call, number, more)

    return call.perform_form(do)


def row(call: Call) -> Answer:
    """What one row is that is found by another word only."""
    number, _, rest = call.value.partition(".")
    at, _, said = rest.partition(".")
    if said not in (IS_ITEM, IS_NEW):
        raise forms.old_button()
    return call.perform(
        lambda session: _chosen(session, call, forms.pressed(number), {"rows": {str(forms.pressed(at)): said}})
    )


def asked(call: Call) -> Answer:
    """The same of all of them."""
    number, _, said = call.value.partition(".")
    if said not in (IS_ITEM, IS_NEW):
        raise forms.old_button()
    return call.perform(lambda session: _chosen(session, call, forms.pressed(number), {"asked": said}))


def _chosen(session: Session, call: Call, number: int, change: Mapping[str, Any]) -> Answer:
    imports.choose(session, call.person, number, change)
    notices.redraw(session, "import", number, [])
    return Answer()


def _said(text: str) -> Answer:
    return Answer(text, (blocks.words(text),))
