"""Who sells: the list, and a change of a supplier that a second person looks at."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from handlers import blocks, forms
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.drawing import Drawing, Message
from handlers.i18n import Reader, escape, mention
from office.duties.supplies import access, supplier_guard
from office.rules.money import Money
from storage import people, purchases, supplier_changes
from storage.supply_tables import Supplier, SupplierChange
from storage.tables import Person
from storage.words import ClaimState, SupplyAct


def suppliers(call: Call) -> Answer:
    reader = call.reader
    with call.reading() as session:
        access.refuse_unless(session, call.person, SupplyAct.SEE_MONEY)
        found = purchases.suppliers(session)
        keeps = access.may(session, call.person, SupplyAct.KEEP)
        changes = waiting(session, reader, call.person)
    heading = reader.say("Suppliers")
    shown: list[Block] = [blocks.header(heading), *changes]
    for one in found[:40]:
        edit = blocks.button(reader.say("Edit"), f"supplies.supplier:{one.id}", str(one.id))
        shown.append(blocks.md(f"*{escape(one.name)}*\n{escape(_terms(reader, one))}", edit if keeps else None))
    if not found:
        shown.append(blocks.md(reader.md("There is no supplier yet.")))
    row = [blocks.button(reader.say("New supplier"), "supplies.supplier", "0", style="primary")] if keeps else []
    return Answer(heading, tuple(blocks.fitting([*shown, *blocks.actions(row)])))


def waiting(session: Session, reader: Reader, viewer: Person) -> list[Block]:
    """The changes that wait for a second person."""
    found = supplier_changes.waiting(session)
    return [block for one in found for block in change_shown(session, reader, one, viewer)]


def _terms(reader: Reader, one: Supplier) -> str:
    parts = [
        one.email or reader.say("orders by hand"),
        reader.count("due after {count} day", "due after {count} days", one.terms),
        reader.say("orders from {least} on", least=Money(one.minimum, one.currency)) if one.minimum else "",
        reader.say("freight {freight}", freight=Money(one.freight, one.currency)) if one.freight else "",
    ]
    return " · ".join(part for part in parts if part)


def change_asked(drawing: Drawing) -> Message | None:
    """The card of a change: what would be otherwise, who asks for it, and who looks at it."""
    change = supplier_changes.find(drawing.session, drawing.row.subject_id)
    if change is None:
        return None
    reader = drawing.reader
    supplier = purchases.get_supplier(drawing.session, change.supplier_id)
    head = reader.say("{supplier} is to be changed", supplier=change.before.get("name", supplier.name))
    viewer = people.get(drawing.session, drawing.row.reader_id or 0)
    return Message(head, (blocks.header(head), *change_shown(drawing.session, reader, change, viewer)))


def change_shown(session: Session, reader: Reader, change: SupplierChange, viewer: Person) -> list[Block]:
    """What would be otherwise, and what the viewer may do about it."""
    supplier = purchases.get_supplier(session, change.supplier_id)
    name, who = change.before.get("name", supplier.name), mention(people.find(session, change.asked_by_id))
    lines = [reader.md("*{supplier}*, {who}, {when}:", supplier=name, who=who, when=change.asked_at)]
    for key, new in change.after.items():
        label, old = reader.field(key), change.before[key] or "–"
        lines.append(reader.md("• {label}: {old} → {new}", label=label, old=old, new=new or "–"))
    if change.state is ClaimState.ASKED:
        lines.append(reader.md(
            "Something of this supplier is open. Orders and invoices keep what was agreed to; until a second person "
            "has confirmed the change, nothing of it is paid."
        ))  # fmt: skip
        return [blocks.md("\n".join(lines)), *blocks.actions(_buttons(session, reader, change, viewer))]
    decider = mention(people.find(session, change.decided_by_id))
    if change.state is ClaimState.CONFIRMED:
        lines.append(reader.md("✅ {who} has confirmed it.", who=decider))
    else:
        lines.append(reader.md("It stays as it was, by {who}.", who=decider))
    return [blocks.md("\n".join(lines))]


def _buttons(session: Session, reader: Reader, change: SupplierChange, viewer: Person) -> list[Block]:
    value = str(change.id)
    if supplier_guard.may_decide(session, viewer, change):
        sure = blocks.confirm(
            reader.say("Confirm the change?"),
            reader.say("Ask the supplier at a number that you know already, and not at one from the message."),
            reader.say("Confirm"), reader.say("Not yet"),
        )  # fmt: skip
        return [
            blocks.button(reader.say("Confirm"), "supplies.change_yes", value, "primary", sure),
            blocks.button(reader.say("It stays as it was"), "supplies.change_no", value),
        ]
    if viewer.id == change.asked_by_id:
        return [blocks.button(reader.say("Take back"), "supplies.change_no", value)]
    return []


def deciding(decide: Callable[[Session, Person, int], Supplier]) -> Callable[[Call], Answer]:
    """The handler of a button that decides about a change: a card redraws itself, a list of their own is answered."""

    def pressed(call: Call) -> Answer:
        def do(session: Session) -> Answer:
            number = forms.pressed(call.value)
            supplier = decide(session, call.person, number)
            if not call.is_ephemeral:
                return Answer()
            shown = change_shown(session, call.reader, supplier_changes.get(session, number), call.person)
            return Answer(supplier.name, tuple(shown), replaces=True)

        return call.perform(do)

    return pressed
