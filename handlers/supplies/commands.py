"""/supplies: words -> an order, something fetched or counted, a list, or something about one order or invoice."""

import re
from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from handlers import blocks, times
from handlers.context import Answer, Call
from handlers.slack_text import readable
from handlers.supplies import (
    asking,
    by_number,
    cards,
    doing,
    import_actions,
    invoice_cards,
    lists,
    modals,
    purchase_cards,
    questions,
    suppliers,
)
from handlers.supplies.verbs import TWO, WRITTEN, normal, numbered, switch, verb_of
from handlers.typed import nearest, one_word
from office import clock
from office.duties import notices
from office.duties.supplies import access, asks, draft, invoices, reading, spending, stock
from office.duties.supplies.reading import Read
from office.errors import Refusal
from office.rules import again_words, courtesy, supply_words
from office.rules.again_words import Again
from office.rules.courtesy import without_emoji
from office.rules.request_words import mentions
from office.rules.words import clean, first_word
from office.when import weekday_named
from storage import drafts, supplies
from storage.text import fold
from storage.words import SupplyAct

Handler = Callable[[Call, str], Answer]
EXPORTS = ("items", "suppliers", "invoices")
# What may be named after "export", in four languages.
_THINGS: Mapping[str, str] = {
    "items": "items item artiklar artikel artículos varor", "suppliers": "suppliers supplier leverantörer "
        "lieferanten proveedores",
    "invoices": "invoices invoice fakturor rechnungen facturas",
}  # fmt: skip
_ON = re.compile(r"^(?:on|am|på|den|el|los)\s+", re.IGNORECASE)
_NEW = frozenset(fold("new ny nytt neu neue neuer nueva nuevo").split())


def supplies_command(call: Call) -> Answer:
    """/supplies and what follows it."""
    text = one_word(normal(without_emoji(clean(call.text))), TWO)
    first, rest = first_word(text)
    if not first:
        return lists.catalogue(call)
    if (when := again_words.again(text)) is not None:
        return again(call, when)
    named = numbered(first)
    if named is not None:
        return _about(call, named, rest)
    verb = verb_of(first)
    # "slut på kaffe": in Swedish the word for what runs low, too.
    if verb is None or (verb == "low" and rest):
        return no_verb(call, text)
    # "P3 sent" and "sent P3" are the same.
    number, more = first_word(rest)
    if (named := numbered(number)) is not None and verb in by_number.ON_NUMBERS:
        return by_number.about(call, *named, f"{first} {more}".strip())
    return _VERBS[verb](call, rest)


def no_verb(call: Call, text: str) -> Answer:
    """Words without a verb of ours: an order where they ask for something, else an item, or what was meant."""
    first, rest = first_word(text)
    asked = text[0].isdigit() or courtesy.is_asking(text) or supply_words.out_of(text) is not None
    if not asked and (near := nearest(first, WRITTEN, 75)) is not None:
        return _did_you_mean(call, f"{near} {rest}".strip())
    with call.reading() as session:
        found = reading.read(session, clean(readable(session, text)))
        known = [one for one in found if one.item is not None]
        named = known[0].item if len(found) == 1 and known and known[0].trouble in ("", "removed") else None
        if known and (asked or any(one.counted or one.trouble == "out" for one in known)):
            named = None
        elif named is not None:
            shown = cards.item_card(session, call.reader, named, call.person)
    if named is not None:
        return Answer(cards.item_name(call.reader, named), tuple(blocks.fitting(shown)))
    if known or (text[0].isdigit() and rest):
        return order(call, text)
    if courtesy.is_courtesy(text):
        return usage(call)
    raise Refusal("I don't know “/supplies {typed}”. /supplies help says what there is.", typed=blocks.cut(text, 60))


def _about(call: Call, named: tuple[str, int], words: str) -> Answer:
    first, rest = first_word(words)
    if first and verb_of(first) is None:
        near = nearest(first, WRITTEN, 75)
        if near is not None:
            return _did_you_mean(call, f"{named[0]}{named[1]} {near} {rest}".strip())
    return by_number.about(call, *named, words)


def usage(call: Call, _: str = "") -> Answer:
    md = call.reader.md
    lines = [
        md("`/supplies order 20 copy paper, 3 black toner for the Lisbon office by Friday`")
        + " — "
        + md("in your own words; misspelt, in any of our languages"),
        md("`/supplies take 3 pens` · `return 2 pens`") + " — " + md("what you fetched yourself, or bring back"),
        md("`/supplies stock pens` · `low` · `catalogue` · `favourites`")
        + " — "
        + md("what there is, and where it lies"),
        md("`/supplies mine` · `again` · `S12` · `cancel S12`") + " — " + md("your orders; the same as last time"),
    ]
    with call.reading() as session:
        keeps, money = (access.may(session, call.person, act) for act in (SupplyAct.KEEP, SupplyAct.SEE_MONEY))
    if keeps:
        lines += [
            md("`/supplies count 37 copy paper, 12 pens` · `sheet` · `damaged 2 cups fell down`")
            + " — "
            + md("what is really there; a list to print"),
            md("`/supplies drafts` · `order-day` · `order-day Friday 10:00` · `add pens`")
            + " — "
            + md("the next orders, and when they are drawn up"),
            md("`/supplies P3` · `sent P3` · `confirm P3` · `receive P3` · `deliveries`")
            + " — "
            + md("an order to a supplier, and what comes"),
            md("`/supplies item copy paper` · `item new` · `suppliers` · `export items` · `starter`")
            + " — "
            + md("what is kept, and who sells it; send me a list as Excel or CSV"),
        ]
    if money:
        lines += [
            md("`/supplies invoice P3` · `invoices` · `I5` · `paid I5` · `unpaid`")
            + " — "
            + md("invoices: matched, held, paid; who is not paid yet"),
            md("`/supplies history P3` · `export invoices` · `picture on`")
            + " — "
            + md("the whole story of a purchase; for the accountant; the weekly picture"),
        ]
    heading = call.reader.say("How to use /supplies")
    row = [
        blocks.button(call.reader.say("Order supplies"), "supplies.new", style="primary"),
        blocks.button(call.reader.say("Catalogue"), "supplies.catalogue"),
        blocks.button(call.reader.say("Mine"), "supplies.page:mine", "mine|1|"),
    ]
    return Answer(heading, (blocks.header(heading), blocks.md("\n".join(lines)), *blocks.actions(row)))


def new(call: Call, typed: str = "") -> Answer:
    with call.reading() as session:
        access.refuse_unless(session, call.person, SupplyAct.ASK)
        view = modals.order_form(session, call, typed)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def order(call: Call, raw: str) -> Answer:
    if not raw:
        return new(call)
    if (when := again_words.again(raw)) is not None:
        return again(call, when)
    call.meet(mentions(raw))
    return call.perform(lambda session: asking.ask_words(session, call, raw))


def take(call: Call, raw: str) -> Answer:
    return _asked_for(call, raw) or _done(call, raw, doing.TAKE)


def bring(call: Call, raw: str) -> Answer:
    return _asked_for(call, raw) or _done(call, raw, doing.BRING)


def _done(call: Call, raw: str, what: doing.Doing) -> Answer:
    return call.perform(lambda session: doing.by_words(session, call, raw, what))


def damaged(call: Call, raw: str) -> Answer:
    """ "damaged 2 cups fell down": the item is what can be read, the rest is why."""

    def do(session: Session) -> Answer:
        one, why = _with_reason(session, call, raw)
        assert one.item is not None
        item = stock.damage(session, call.person, one.item.id or 0, one.quantity, why)
        said = call.reader.say("Thrown away: {what}.", what=doing.listed(call, [(one.quantity, item)]))
        return Answer(said, tuple(doing.said_with_stock(call, said, [item])))

    return _asked_for(call, raw) or call.perform(do)


def count(call: Call, raw: str) -> Answer:
    """Without words a form with everything that is kept; with them what is really there."""
    if not raw:
        with call.reading() as session:
            access.refuse_unless(session, call.person, SupplyAct.KEEP)
            found = supplies.everything(session)
            if not found:
                raise Refusal("The catalogue is empty. /supplies catalogue begins one.")
            view = modals.count_form(session, call, sorted(found, key=lambda one: one.shelf))
        return Answer(modal=view, how="push" if call.in_modal else "open")

    return _done(call, raw, doing.COUNT)


def sheet(call: Call, _: str = "") -> Answer:
    def do(session: Session) -> Answer:
        access.refuse_unless(session, call.person, SupplyAct.KEEP)
        notices.tell(session, "supplies.counting", "office", 0, [call.person.id])
        said = call.reader.say("The sheet to print comes in our direct messages.")
        return Answer(said, (blocks.words(said),))

    return call.perform(do)


def again(call: Call, when: Again = Again.TIME) -> Answer:
    """The same as last time at once; what was ordered in a week or a month is shown first."""

    def do(session: Session) -> Answer:
        if when is not Again.TIME:
            return asking.offer_again(session, call, asks.repeat_of(session, call.person, when))
        basket = asks.repeat(session, call.person)
        return asking.answer(session, call, [asks.place(session, call.person, basket)])

    return call.perform(do)


def item(call: Call, raw: str) -> Answer:
    """One item; "item new" is the form of a new one."""
    if fold(raw) in _NEW:
        return open_item(call, 0)
    with call.reading() as session:
        access.refuse_unless(session, call.person, SupplyAct.ASK)
        found = reading.read(session, raw)
        if not raw or not found:
            return lists.catalogue(call)
        if found[0].item is None:
            raise questions.refusal_of(call.reader, found[0])
        shown = cards.item_card(session, call.reader, found[0].item, call.person)
        name = cards.item_name(call.reader, found[0].item)
    return Answer(name, tuple(blocks.fitting(shown)))


def open_item(call: Call, number: int) -> Answer:
    with call.reading() as session:
        access.refuse_unless(session, call.person, SupplyAct.KEEP)
        view = modals.item_form(session, call, supplies.find(session, number))
    return Answer(modal=view, how="push" if call.in_modal else "open")


def add(call: Call, raw: str) -> Answer:
    """Puts items on their suppliers' next orders: so many packs, or up to the target."""
    return _needs_words(call, raw) or _done(call, raw, doing.ADD)


def order_day(call: Call, raw: str) -> Answer:
    """Draws the orders up now; with a weekday's name, an hour or both chooses when that happens by itself."""
    if not raw:
        return draw_up(call)
    words = _ON.sub("", raw).split()
    weekday = next((day for word in words if (day := weekday_named(word.strip(",."))) is not None), None)

    def do(session: Session) -> Answer:
        when = times.found_in(session, call.person, call.reader, raw)
        hour = when.when.clock if when is not None else None
        if weekday is None and hour is None:
            raise Refusal(
                "“{typed}” is no weekday. Write one, with an hour or without: /supplies order-day Friday 10:00.",
                typed=raw[:40],
            )
        following = draft.choose_day(session, call.person, weekday, hour)
        said = call.reader.say("From now on the orders are drawn up every week, next {when}.", when=following)
        return Answer(said, (blocks.words(said),))

    return call.perform(do)


def reminder(call: Call, raw: str) -> Answer:
    """How many working days before it is due those who pay are reminded of an invoice."""
    found = supply_words.how_many(raw) if raw else None
    if found is None or found.quantity is None:
        return by_number.open_act(call, "habits", 0)
    days = found.quantity

    def do(session: Session) -> Answer:
        invoices.choose_reminder(session, call.person, days)
        said = call.reader.count(
            "Invoices are spoken of {count} working day before they are due.",
            "Invoices are spoken of {count} working days before they are due.", days,
        )  # fmt: skip
        return Answer(said, (blocks.words(said),))

    return call.perform(do)


def draw_up(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        found = draft.draw_up_all(session, call.person)
        if not found:
            said = call.reader.say("Nothing needs to be ordered.")
            return Answer(said, (blocks.words(said),))
        said = call.reader.count("{count} order is drawn up.", "{count} orders are drawn up.", len(found))
        lines = [purchase_cards.purchase_line(session, call.reader, one, "drawn") for one in found[:20]]
        return Answer(said, (blocks.words(said), *lines))

    return call.perform(do)


def export(call: Call, raw: str) -> Answer:
    by_word = {fold(word): name for name, words in _THINGS.items() for word in words.split()}
    what = by_word.get(fold(raw)) if raw else "items"
    if what is None:
        raise Refusal("Say what: /supplies export items, suppliers or invoices.")

    def do(session: Session) -> Answer:
        access.refuse_unless(session, call.person, SupplyAct.SEE_MONEY)
        notices.tell(session, "supplies.export", "office", 0, [call.person.id], detail_id=EXPORTS.index(what))
        said = call.reader.say("The Excel file comes in our direct messages.")
        return Answer(said, (blocks.words(said),))

    return call.perform(do)


def picture(call: Call, raw: str) -> Answer:
    """The weekly picture in the office channel, on or off; without a word now, for oneself."""
    wanted = switch(raw) if raw else None
    if raw and wanted is None:
        raise Refusal("Write /supplies picture on, or off.")

    def do(session: Session) -> Answer:
        access.refuse_unless(session, call.person, SupplyAct.SEE_MONEY)
        if wanted is None:
            if not spending.by_category(session):
                raise Refusal("Nothing has come this month or last, so there is no picture yet.")
            notices.tell(session, "supplies.spending", "office", 0, [call.person.id])
            said = call.reader.say("The picture comes in our direct messages.")
        else:
            spending.want(session, call.person, wanted)
            said = (
                call.reader.say("The picture comes to the office desk's channel every Monday.")
                if wanted
                else call.reader.say("The picture does not come any more.")
            )
        return Answer(said, (blocks.words(said),))

    return call.perform(do)


def invoice(call: Call, raw: str) -> Answer:
    """A form, with what was typed of an invoice without an order in it."""
    return by_number.open_act(call, "invoice", 0, by_number.invoice_typed(call, raw))


def paid(call: Call, raw: str) -> Answer:
    """ "paid R-1 3 March": an invoice by the number that its supplier gave it."""
    if not raw:
        return lists.bills(call)
    with call.reading() as session:
        found = by_number.invoices_numbered(session, call, raw)
        today = call.reader.today()
        lines = [invoice_cards.invoice_line(session, call.reader, one, today, "named") for one, _ in found[:10]]
    if not found:
        raise Refusal("I know no open invoice “{typed}”. /supplies invoices shows them.", typed=raw[:60])
    if len(found) > 1:
        heading = call.reader.say("Which invoice is meant?")
        return Answer(heading, (blocks.header(heading), *lines))
    ((one, rest),) = found
    return by_number.about(call, "I", one.id or 0, f"paid {rest}".strip())


def _with_reason(session: Session, call: Call, raw: str) -> tuple[Read, str]:
    """The longest beginning of the words that names an item; the rest is the reason."""
    access.refuse_unless(session, call.person, SupplyAct.KEEP)
    words = clean(readable(session, raw)).split()
    for end in range(len(words), 0, -1):
        found = reading.read(session, " ".join(words[:end]))
        if len(found) == 1 and found[0].item is not None and found[0].trouble in ("", "unusual"):
            if not found[0].counted:
                raise Refusal("Say how many of “{name}”, with the number before it.", name=found[0].item.names)
            return found[0], " ".join(words[end:])
    raise questions.refusal_of(call.reader, reading.read(session, " ".join(words))[0])


def _asked_for(call: Call, raw: str) -> Answer | None:
    """Without words there is nothing to take: the stock is shown, each item with what can be done."""
    return lists.show(call, "stock") if not raw else None


def _needs_words(call: Call, raw: str) -> Answer | None:
    return lists.show(call, "low") if not raw else None


def _list(name: str) -> Handler:
    return lambda call, raw: lists.show(call, name, 1, raw if name == "stock" else "")


def _nothing_named(call: Call, raw: str) -> Answer:
    raise Refusal("Say which one, by its number: S12 is what you asked for, P3 an order to a supplier, I5 an invoice.")


def _did_you_mean(call: Call, meant: str) -> Answer:
    """A verb that is misspelt: what was meant is one press away."""

    def do(session: Session) -> Answer:
        text = call.reader.say("Did you mean /supplies {near}?", near=meant)
        number = drafts.keep(session, call.person.id or 0, {"typed": meant}, clock.now())
        button = blocks.button(call.reader.say("Yes, that"), "supplies.typed", str(number), style="primary")
        return Answer(text, (blocks.words(text), *blocks.actions([button])))

    return call.perform(do)


_VERBS: Mapping[str, Handler] = {
    "order": order, "take": take, "bring": bring, "stock": _list("stock"), "low": _list("low"), "mine": _list("mine"),
    "again": lambda call, raw: again(call), "count": count, "sheet": sheet, "damaged": damaged,
    "catalogue": lambda call, raw: lists.catalogue(call), "favourites": _list("favourites"), "item": item,
    "supplier": lambda call, raw: suppliers.suppliers(call), "drafts": lambda call, raw: lists.drafts(call),
    "orderday": order_day, "reminder": reminder, "add": add, "deliveries": lambda call, raw: lists.deliveries(call),
    "receive": lambda call, raw: lists.deliveries(call), "sent": lambda call, raw: lists.drafts(call),
    "confirm": lambda call, raw: lists.deliveries(call), "invoice": invoice,
    "invoices": lambda call, raw: lists.bills(call), "unpaid": lambda call, raw: lists.unpaid(call),
    "paid": paid, "accept": lambda call, raw: lists.bills(call), "export": export,
    "starter": lambda call, raw: import_actions.starter(call), "picture": picture, "history": _nothing_named,
    "cancel": _nothing_named, "help": usage, "new": new,
}  # fmt: skip
