"""Clicks on supplies."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from handlers import blocks, forms, kept
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.i18n import escape
from handlers.supplies import asking, by_number, cards, commands, doing, lists, modals
from office.duties import notices
from office.duties.supplies import access, asks, corrections, draft, invoices, items, ordering, placed, receiving, stock
from storage import people, purchases, supply_orders
from storage.supply_tables import Purchase
from storage.words import SupplyAct


def page(call: Call) -> Answer:
    name, _, rest = call.value.partition("|")
    number, _, words = rest.partition("|")
    return lists.show(call, name, forms.pressed(number), words, replaces=call.is_ephemeral or call.in_modal)


def new(call: Call) -> Answer:
    return commands.new(call)


def usage(call: Call) -> Answer:
    return commands.usage(call)


def catalogue(call: Call) -> Answer:
    return lists.catalogue(call, replaces=call.is_ephemeral)


def listing(show: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
    """The handler of a button that shows a list."""
    return lambda call: show(call)


def again(call: Call) -> Answer:
    return commands.again(call)


def choose(call: Call) -> Answer:
    return call.perform(lambda session: doing.by_press(session, call))


def basket(call: Call) -> Answer:
    return call.perform(lambda session: asking.order_again(session, call, forms.pressed(call.value)))


def typed(call: Call) -> Answer:
    return commands.supplies_command(kept.typed_again(call))


def open_one(call: Call) -> Answer:
    """The window of an order, an order to a supplier, an invoice or an item."""
    if call.value.startswith("item."):
        return _item_window(call, forms.pressed(call.value.partition(".")[2]))
    letter, number = call.value[:1], forms.pressed(call.value[1:])
    if letter not in by_number.SUBJECTS:
        raise forms.old_button()
    with call.reading() as session:
        view = by_number.window(session, call, letter, number)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def form(call: Call) -> Answer:
    """Opens the form of one act: "receive.12"."""
    act, _, number = call.value.partition(".")
    if act == "item":
        return commands.open_item(call, forms.pressed(number))
    return by_number.open_act(call, act, forms.pressed(number))


def item_menu(call: Call) -> Answer:
    act, _, number = call.value.partition(".")
    return _item_window(call, forms.pressed(number)) if act == "open" else form(call)


def line_menu(call: Call) -> Answer:
    """The menu on one line of an order to a supplier."""
    act, _, rest = call.value.partition(".")
    number, _, packs = rest.partition(".")
    line_id = forms.pressed(number)
    if act == "bulk":
        return call.perform(
            lambda session: _after(
                session, call, ordering.change_line(session, call.person, line_id, packs=forms.pressed(packs))
            )
        )
    if act == "later":

        def do(session: Session) -> Answer:
            purchase, day = draft.postpone(session, call.person, line_id)
            return _after(session, call, purchase, call.reader.say("It is on the order of {day}.", day=day))

        return call.perform(do)
    return by_number.open_act(call, act, line_id)


def collect(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        line = stock.collect(session, call.person, forms.pressed(call.value))
        return _after_order(session, call, line.order_id)

    return call.perform(do)


def claim(call: Call) -> Answer:
    """Whether what somebody brought is there; the card redraws itself."""
    number, _, said = call.value.partition(".")

    def do(session: Session) -> Answer:
        stock.decide_claim(session, call.person, forms.pressed(number), said == "yes")
        return Answer()

    return call.perform(do)


def collect_all(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        number = forms.pressed(call.value)
        access.look_order(session, call.person, number)
        for line in supply_orders.lines(session, number):
            if line.reserved:
                stock.collect(session, call.person, line.id or 0)
        return _after_order(session, call, number)

    return call.perform(do)


def cancel(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        order = asks.cancel(session, call.person, forms.pressed(call.value))
        return _after_order(session, call, order.id or 0)

    return call.perform(do)


def favourite(call: Call) -> Answer:
    number, _, way = call.value.partition(".")

    def do(session: Session) -> Answer:
        item = items.set_favourite(session, call.person, forms.pressed(number), way == "on")
        return _after_item(session, call, item.id or 0)

    return call.perform(do)


def add(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        said, shown = doing.added(session, call, [forms.pressed(call.value)])
        return Answer(said, tuple(shown))

    return call.perform(do)


def ledger(call: Call) -> Answer:
    """Every change of an item's stock, each with the way to correct it."""
    reader = call.reader
    with call.reading() as session:
        item = access.look_item(session, call.person, forms.pressed(call.value))
        found = stock.ledger(session, call.person, item.id or 0, 40)
        corrected = {one.corrects_id for one in found}
        shown: list[Block] = []
        for one in found:
            who = people.find(session, one.actor_id)
            parts = [
                _difference(call, reader.say("in stock"), one.on_hand),
                _difference(call, reader.say("set aside"), one.reserved),
                _difference(call, reader.say("on order"), one.on_order),
            ]
            text = reader.md("*{kind}* {numbers}\n{when} · "
                "{who}", kind=one.kind, numbers=", ".join(part for part in parts if part),
                             when=one.at, who=who.known_as if who else "Deskhand")  # fmt: skip
            if one.corrects_id:
                text += " · " + reader.md("corrects M{number}", number=str(one.corrects_id))
            if one.why:
                text += " · " + escape(one.why)
            can = corrections.can_be_corrected(one) and one.id not in corrected
            button = (
                blocks.button(reader.say("Correct"), f"supplies.form:correct.{one.id}", f"correct.{one.id}")
                if can
                else None
            )
            shown.append(blocks.md(f"M{one.id} · {text}", button))
    heading = blocks.cut(cards.item_name(reader, item), blocks.TITLE)
    view = blocks.modal(
        "supplies.ledger", heading, shown or [blocks.md(reader.md("Nothing has changed yet."))], reader.say("Close")
    )
    return Answer(modal=view, how="push" if call.in_modal else "open")


def supplier(call: Call) -> Answer:
    with call.reading() as session:
        access.refuse_unless(session, call.person, SupplyAct.KEEP)
        view = modals.supplier_form(session, call, purchases.find_supplier(session, forms.pressed(call.value)))
    return Answer(modal=view, how="push" if call.in_modal else "open")


def submit(call: Call) -> Answer:
    """One press orders what the card shows."""
    number, _, version = call.value.partition(".")

    def do(session: Session) -> Answer:
        return _after(
            session, call, ordering.submit(session, call.person, forms.pressed(number), forms.pressed(version))
        )

    return call.perform(do)


def sent(call: Call) -> Answer:
    return call.perform(
        lambda session: _after(session, call, placed.sent(session, call.person, forms.pressed(call.value)))
    )


def receive_all(call: Call) -> Answer:
    return call.perform(
        lambda session: _after(session, call, receiving.receive_all(session, call.person, forms.pressed(call.value)))
    )


def papers(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        number = access.look_purchase(session, call.person, forms.pressed(call.value)).id or 0
        for kind in ("supplies.paper", "supplies.sheet"):
            notices.tell(session, kind, "purchase", number, [call.person.id])
        said = call.reader.say("Both files come in our direct messages.")
        return Answer(said, (blocks.words(said),))

    return call.perform(do)


def story(call: Call) -> Answer:
    return by_number.story_of(call, forms.pressed(call.value.lstrip("P")))


def story_paper(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        number = access.look_purchase(session, call.person, forms.pressed(call.value)).id or 0
        notices.tell(session, "supplies.story", "purchase", number, [call.person.id])
        said = call.reader.say("The PDF comes in our direct messages.")
        return Answer(said, (blocks.words(said),))

    return call.perform(do)


def pay(call: Call) -> Answer:
    number, _, _ = call.value.partition(".")

    def do(session: Session) -> Answer:
        found = invoices.pay(session, call.person, forms.pressed(number))
        return _redrawn(session, call, "I", found.id or 0)

    return call.perform(do)


def export(call: Call) -> Answer:
    return commands.export(call, call.value)


def _item_window(call: Call, number: int) -> Answer:
    with call.reading() as session:
        view = by_number.item_window(session, call, number)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def _after(session: Session, call: Call, purchase: Purchase, said: str = "") -> Answer:
    """What the clicker sees: a card redraws itself; a window is drawn again; a list of their own is answered."""
    return _redrawn(session, call, "P", purchase.id or 0, said)


def _after_order(session: Session, call: Call, number: int) -> Answer:
    return _redrawn(session, call, "S", number)


def _after_item(session: Session, call: Call, number: int) -> Answer:
    if _in_sheet(call):
        return Answer(modal=by_number.item_window(session, call, number), how="update")
    item = access.look_item(session, call.person, number)
    shown = cards.item_card(session, call.reader, item, call.person)
    return Answer(cards.item_name(call.reader, item), tuple(shown), replaces=True)


def _in_sheet(call: Call) -> bool:
    return call.in_modal and call.body["view"].get("callback_id") == "supplies.sheet"


def _redrawn(session: Session, call: Call, letter: str, number: int, said: str = "") -> Answer:
    if _in_sheet(call):
        return Answer(modal=by_number.window(session, call, letter, number), how="update")
    if call.is_ephemeral or call.in_modal:
        heading, shown = by_number.shown(session, call, letter, number)
        return Answer(heading, tuple(blocks.fitting(shown)), replaces=call.is_ephemeral)
    return Answer(said, (blocks.words(said),)) if said else Answer()


def _difference(call: Call, name: str, by: int) -> str:
    if not by:
        return ""
    return f"{'+' if by > 0 else '−'}{call.reader.number(abs(by))} {name}"
