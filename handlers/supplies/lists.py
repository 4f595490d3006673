"""Lists of supplies, a page at a time."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers import blocks, forms
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.i18n import Reader, escape, mention
from handlers.supplies import cards, invoice_cards, purchase_cards
from office.duties.supplies import access, draft, invoices, reading
from office.duties.supplies.sellers import seller
from office.duties.supplies.stock import lines_of
from office.rules.money import Money
from storage import people, purchases, supplies, supply_orders
from storage.pages import Page
from storage.supply_tables import Invoice, Item, SupplyLine, SupplyOrder
from storage.words import InvoiceState, PurchaseState, SupplyAct

PAGE = 8
P = PurchaseState


def show(call: Call, name: str, page: int = 1, words: str = "", replaces: bool = False) -> Answer:
    """One page of a list by its name: stock, category, low, mine, favourites."""
    with call.reading() as session:
        access.refuse_unless(session, call.person, SupplyAct.ASK)
        if name == "mine":
            return _mine(session, call, page, replaces)
        found = _items(session, call, name, page, words)
        lines = [cards.item_line(call.reader, one, name, call.person) for one in found.rows]
    heading = _heading(call, name, words)
    shown: list[Block] = [blocks.header(heading), *(lines or [blocks.md(_empty(call, name))])]
    return _paged(call, heading, shown, name, words[:80], found.number, found.last, replaces)


def catalogue(call: Call, replaces: bool = False) -> Answer:
    """The categories, each a press away, with favourites and the same as last time."""
    reader = call.reader
    with call.reading() as session:
        access.refuse_unless(session, call.person, SupplyAct.ASK)
        counted = supplies.categories(session)
        keeps = access.may(session, call.person, SupplyAct.KEEP)
    heading = reader.say("Catalogue")
    shown: list[Block] = [blocks.header(heading)]
    for key, number in counted[:40]:
        label = reader.count("{count} item", "{count} items", number)
        button = blocks.button(reader.say("Show"), f"supplies.page:category.{key}"[:255], f"category|1|{key}")
        shown.append(blocks.md(f"*{escape(reader.category(key))}* · {escape(label)}", button))
    if not counted:
        shown.append(blocks.md(reader.md("The catalogue is empty.")))
    row = [
        blocks.button(reader.say("Order supplies"), "supplies.new", style="primary"),
        blocks.button(reader.say("Favourites"), "supplies.page:favourites", "favourites|1|"),
        blocks.button(reader.say("The same as last time"), "supplies.again"),
    ]
    if keeps:
        row.append(blocks.button(reader.say("New item"), "supplies.form:new", "item.0"))
        row.append(blocks.button(reader.say("Suppliers"), "supplies.suppliers"))
        if not counted:
            row.append(blocks.button(reader.say("Begin with the usual things"), "supplies.starter"))
            shown.append(blocks.context(reader.md("Or send me your own list as Excel or CSV in a direct message.")))
    return Answer(heading, (*shown, *blocks.actions(row)), replaces=replaces)


def drafts(call: Call) -> Answer:
    """What the next orders will be, what waits for approval or to be sent, and what was asked for in words."""
    reader = call.reader
    with call.reading() as session:
        access.refuse_unless(session, call.person, SupplyAct.SEE_MONEY)
        found = [*purchases.drafts(session), *purchases.in_states(session, [P.WAITING, P.READY])]
        lines = [purchase_cards.purchase_line(session, reader, one, "drafts") for one in found[:20]]
        keeps = access.may(session, call.person, SupplyAct.KEEP)
        lines += [*unplaced(session, reader), *without_supplier(session, reader)] if keeps else []
        when = draft.next_order_at(session)
    heading = reader.say("Next orders")
    hint = blocks.context(
        reader.md(
            "Drawn up {when}. `/supplies order-day` does it now, `/supplies order-day Friday 10:00` chooses when.",
            when=when,
        )
    )
    row = [
        *([blocks.button(reader.say("Draw up now"), "supplies.draw_up")] if keeps else []),
        blocks.button(reader.say("Deliveries"), "supplies.deliveries"),
        blocks.button(reader.say("Suppliers"), "supplies.suppliers"),
        *([blocks.button(reader.say("Settings"), "supplies.form:habits", "habits.0")] if keeps else []),
    ]
    shown = lines or [blocks.md(reader.md("Nothing needs to be ordered."))]
    return Answer(heading, (blocks.header(heading), *shown, hint, *blocks.actions(row)))


def unplaced(session: Session, reader: Reader) -> list[Block]:
    """What was asked for in words, for the desk to find."""
    found = supply_orders.unplaced(session)[:10]
    orders = supply_orders.of_lines(session, found)
    shown = []
    for one in found:
        who = people.find(session, orders[one.order_id].requester_id)
        text = reader.md(
            "*S{number}* {count} × {what}, for {who}",
            number=str(one.order_id),
            count=one.waiting,
            what=one.text,
            who=mention(who),
        )
        button = blocks.button(reader.say("Put on an order"), f"supplies.form:free.{one.id}", f"free.{one.id}")
        shown.append(blocks.md(text, button))
    return shown


def without_supplier(session: Session, reader: Reader) -> list[Block]:
    """What is waited for, and nobody sells."""
    shown = []
    for item in supplies.unsold(session)[:10]:
        text = reader.md("⚠️ *{name}* is waited for and has no supplier yet.", name=cards.item_name(reader, item))
        shown.append(
            blocks.md(text, blocks.button(reader.say("Edit"), f"supplies.form:unsold.{item.id}", f"item.{item.id}"))
        )
    return shown


def deliveries(call: Call) -> Answer:
    reader = call.reader
    with call.reading() as session:
        access.refuse_unless(session, call.person, SupplyAct.SEE_MONEY)
        found = purchases.expected(session, reader.today())
        lines = [purchase_cards.purchase_line(session, reader, one, "deliveries") for one in found[:30]]
    heading = reader.say("Deliveries expected")
    shown = lines or [blocks.md(reader.md("Nothing is on its way."))]
    return Answer(heading, (blocks.header(heading), *shown))


def bills(call: Call) -> Answer:
    """Invoices that are held, and what is to be paid."""
    reader = call.reader
    with call.reading() as session:
        held, due = invoices.held(session, call.person), invoices.to_pay(session, call.person)
        today = reader.today()
        lines = [invoice_cards.invoice_line(session, reader, one, today, "held") for one in held[:15]]
        lines += [invoice_cards.invoice_line(session, reader, one, today, "due") for one in due[:15]]
    heading = reader.say("Invoices")
    shown = lines or [blocks.md(reader.md("No invoice is held, and none is to be paid."))]
    total = [blocks.context(reader.md("To be paid: {sums}", sums=list(invoices.sums(due))))] if due else []
    row = [
        blocks.button(reader.say("Enter invoice"), "supplies.form:invoice", "invoice.0", style="primary"),
        blocks.button(reader.say("Who is unpaid"), "supplies.unpaid"),
        blocks.button(reader.say("Export for the accountant"), "supplies.export", "invoices"),
    ]
    return Answer(heading, (blocks.header(heading), *shown, *total, *blocks.actions(row)))


def unpaid(call: Call) -> Answer:
    """Whether all suppliers are paid, or who is not."""
    reader = call.reader
    with call.reading() as session:
        due, held = invoices.to_pay(session, call.person), invoices.held(session, call.person)
        waiting = invoices.uninvoiced(session)
        lines = _by_supplier(session, reader, [*due, *held])
        came = [
            reader.md("• {supplier}: {amount} without VAT came with P{number}, no invoice yet",
                      supplier=seller(session, one).name, amount=amount, number=str(one.id))
            for one, amount in waiting[:20]
        ]  # fmt: skip
    heading = (
        reader.say("Not paid yet")
        if lines
        else reader.say("No invoice is open; some are still to come")
        if came
        else reader.say("All suppliers are paid")
    )
    shown: list[Block] = [blocks.header(("" if lines or came else "✅ ") + heading)]
    if lines:
        shown.append(blocks.md("\n".join(lines[:30])))
        shown.append(blocks.context(reader.md("Together: {sums}", sums=list(invoices.sums([*due, *held])))))
    if came:
        shown += [blocks.divider(), blocks.md("\n".join(came))]
    return Answer(heading, (*shown, *blocks.actions([blocks.button(reader.say("Invoices"), "supplies.invoices")])))


def _by_supplier(session: Session, reader: Reader, found: Sequence[Invoice]) -> list[str]:
    named: dict[int, list[Invoice]] = {}
    for one in found:
        named.setdefault(one.supplier_id, []).append(one)
    return [_of_supplier(session, reader, them) for them in named.values()]


def _of_supplier(session: Session, reader: Reader, them: Sequence[Invoice]) -> str:
    """What one supplier is still to be paid; where credit notes are more, what they owe."""
    held = reader.say("held")
    numbers = ", ".join(f"I{one.id} ({held})" if one.state is InvoiceState.HELD else f"I{one.id}" for one in them[:6])
    name, total = seller(session, them[0]).name, list(invoices.sums(them))
    if all(one.minor <= 0 for one in total):
        owed = [Money(-one.minor, one.currency) for one in total]
        return reader.md("*{supplier}* owes {sums} by credit notes · {numbers}", supplier=name, sums=owed,
                         numbers=numbers)  # fmt: skip
    first = min(one.due_on for one in them)
    late = "⏰ " if first < reader.today() else ""
    return late + reader.md("*{supplier}*: {sums} · {numbers} · due {day}", supplier=name, sums=total, numbers=numbers,
                            day=first)  # fmt: skip


def _mine(session: Session, call: Call, page: int, replaces: bool) -> Answer:
    reader = call.reader
    found = supply_orders.of_person(session, call.person.id or 0, page, PAGE)
    lines = [_order_line(session, reader, one) for one in found.rows]
    heading = reader.say("Your supplies")
    shown: list[Block] = [
        blocks.header(heading),
        *(lines or [blocks.md(reader.md("You have ordered nothing yet: `/supplies order 20 copy paper`"))]),
    ]
    return _paged(call, heading, shown, "mine", "", found.number, found.last, replaces)


def _order_line(session: Session, reader: Reader, order: SupplyOrder) -> Block:
    found = lines_of(session, order.id or 0)
    names = [f"{reader.number(line.quantity)} × {cards.item_name(reader, item, line.text)}" for line, item in found]
    state = _state(reader, [line for line, _ in found])
    text = f"*S{order.id}* {escape(blocks.cut(', '.join(names), 200))}\n{escape(state)}"
    return blocks.md(text, blocks.button(reader.say("Open"), f"supplies.open:mine.S{order.id}", f"S{order.id}"))


def _state(reader: Reader, lines: Sequence[SupplyLine]) -> str:
    if any(one.reserved for one in lines):
        return "✅ " + reader.say("something lies ready")
    if any(one.waiting for one in lines):
        return "🕓 " + reader.say("not here yet")
    return reader.say("fetched") if any(one.taken for one in lines) else reader.say("cancelled")


def _items(session: Session, call: Call, name: str, page: int, words: str) -> Page[Item]:
    match name:
        case "stock" if words:
            return supplies.listed(session, page, PAGE, ids=reading.find_items(session, words, 40))
        case "stock":
            return supplies.listed(session, page, PAGE)
        case "category":
            return supplies.listed(session, page, PAGE, category=words)
        case "low":
            return supplies.low(session, page, PAGE)
        case "favourites":
            own = supplies.favourites(session, call.person.id or 0)
            return supplies.listed(session, page, PAGE, ids=own)
    raise forms.old_button()


def _heading(call: Call, name: str, words: str) -> str:
    headings = {
        "stock": call.reader.say("Stock"),
        "low": call.reader.say("Running low"),
        "favourites": call.reader.say("Favourites"),
        "category": call.reader.category(words) if words else "",
    }
    return headings[name] or call.reader.say("Stock")


def _empty(call: Call, name: str) -> str:
    texts = {
        "low": call.reader.md("Nothing runs low."),
        "favourites": call.reader.md("You have no favourites yet. Open an item and press *Favourite*."),
    }
    return texts.get(name) or call.reader.md("There is nothing like that. `/supplies catalogue` shows what there is.")


def _paged(
    call: Call, heading: str, shown: list[Block], name: str, words: str, number: int, last: int, replaces: bool
) -> Answer:
    if last > 1:
        shown.append(blocks.context(call.reader.say("Page {page} of {last}", page=number, last=last)))
    row = []
    if number > 1:
        row.append(blocks.button(call.reader.say("Back"), "supplies.page:back", f"{name}|{number - 1}|{words}"))
    if number < last:
        row.append(blocks.button(call.reader.say("Next"), "supplies.page:next", f"{name}|{number + 1}|{words}"))
    row += [
        blocks.button(call.reader.say("Catalogue"), "supplies.catalogue"),
        blocks.button(call.reader.say("Order supplies"), "supplies.new"),
    ]
    return Answer(heading, (*shown, *blocks.actions(row)), replaces=replaces)
