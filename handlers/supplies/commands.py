"""/supplies: words -> an order, something fetched or counted, a list, or something about one order or invoice."""

import re
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.context import Answer, Call
from handlers.slack_text import readable
from handlers.supplies import asking, by_number, cards, lists, modals, purchase_cards
from handlers.supplies.verbs import TWO, WRITTEN, numbered, switch, verb_of
from handlers.typed import nearest, one_word
from office import clock
from office.duties import notices
from office.duties.supplies import access, asks, draft, ordering, reading, spending, stock
from office.duties.supplies.reading import Read
from office.errors import Refusal
from office.rules.request_words import mentions
from office.rules.words import clean
from office.when import weekday_named
from storage import drafts, supplies
from storage.supply_tables import Item
from storage.tables import Person
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
_AGAIN = frozenset(
    fold(one)
    for one in (
        "same", "the same", "same again", "the same again", "same as last time", "the same as last time",
        "samma", "samma igen", "samma som sist", "samma som förra gången", "som förra gången", "som sist", "detsamma",
        "dasselbe", "das gleiche", "dasselbe nochmal", "dasselbe wie letztes mal", "das gleiche wie letztes mal",
        "wie letztes mal", "lo mismo", "lo mismo de siempre", "lo mismo que la última vez", "otra vez lo mismo",
        "otra vez",
    )
)  # fmt: skip
_ON = re.compile(r"^(?:on|am|på|den|el|los)\s+", re.IGNORECASE)
_NEW = frozenset(fold("new ny nytt neu neue neuer nueva nuevo").split())


def supplies_command(call: Call) -> Answer:
    """/supplies and what follows it."""
    text = one_word(clean(call.text), TWO)
    first, _, rest = text.partition(" ")
    if not first:
        return lists.catalogue(call)
    if fold(text).strip(" .!") in _AGAIN:
        return again(call)
    named = numbered(first)
    if named is not None:
        return _about(call, named, rest.strip())
    verb = verb_of(first)
    if verb is None and _is_order(text):
        return order(call, text)
    if verb is None:
        return _did_you_mean(call, first, rest)
    # "P3 sent" and "sent P3" are the same.
    number, _, more = rest.strip().partition(" ")
    if (named := numbered(number)) is not None and verb in by_number.ON_NUMBERS:
        return by_number.about(call, *named, f"{first} {more}".strip())
    return _VERBS[verb](call, rest.strip())


def _about(call: Call, named: tuple[str, int], words: str) -> Answer:
    first, _, rest = words.partition(" ")
    if first and verb_of(first) is None:
        return _did_you_mean(call, first, rest)
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
            md("`/supplies drafts` · `order-day` · `order-day Friday` · `add pens`")
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
    if fold(raw).strip(" .!") in _AGAIN:
        return again(call)
    call.meet(mentions(raw))
    return call.perform(lambda session: asking.ask_words(session, call, raw))


def take(call: Call, raw: str) -> Answer:
    return _moved(call, raw, stock.take, lambda what: call.reader.say("Taken: {what}.", what=what))


def bring(call: Call, raw: str) -> Answer:
    return _moved(call, raw, stock.bring, lambda what: call.reader.say("Brought back, thank you: {what}.", what=what))


def _moved(
    call: Call, raw: str, move: Callable[[Session, Person, int, int], Item], say: Callable[[str], str]
) -> Answer:
    def do(session: Session) -> Answer:
        done = [
            (one.quantity, move(session, call.person, item.id or 0, one.quantity))
            for one, item in _clear(session, call, raw)
        ]
        return _said(call, say(_listed(call, done)), [item for _, item in done])

    return _asked_for(call, raw) or call.perform(do)


def damaged(call: Call, raw: str) -> Answer:
    """ "damaged 2 cups fell down": the item is what can be read, the rest is why."""

    def do(session: Session) -> Answer:
        one, why = _with_reason(session, call, raw)
        assert one.item is not None
        item = stock.damage(session, call.person, one.item.id or 0, one.quantity, why)
        said = call.reader.say("Thrown away: {what}.", what=_listed(call, [(one.quantity, item)]))
        return _said(call, said, [item])

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

    def do(session: Session) -> Answer:
        access.refuse_unless(session, call.person, SupplyAct.KEEP)
        lines, items = [], []
        for one, item in _counted(_clear(session, call, raw, least=0)):
            counted, difference = stock.count(session, call.person, item.id or 0, one.quantity)
            lines.append(counted_said(call, counted, difference))
            items.append(counted)
        return _said(call, "\n".join(lines), items)

    return call.perform(do)


def counted_said(call: Call, item: Item, difference: int) -> str:
    name = cards.item_name(call.reader, item)
    if difference == 0:
        return call.reader.say("{name}: {count}, as I thought.", name=name, count=item.on_hand)
    shown = f"{'+' if difference > 0 else '−'}{call.reader.number(abs(difference))}"
    return call.reader.say(
        "{name}: {count} now, a difference of {difference}.", name=name, count=item.on_hand, difference=shown
    )


def sheet(call: Call, _: str = "") -> Answer:
    def do(session: Session) -> Answer:
        access.refuse_unless(session, call.person, SupplyAct.KEEP)
        notices.tell(session, "supplies.counting", "office", 0, [call.person.id])
        said = call.reader.say("The sheet to print comes in our direct messages.")
        return Answer(said, (blocks.words(said),))

    return call.perform(do)


def again(call: Call, _: str = "") -> Answer:
    def do(session: Session) -> Answer:
        basket = asks.repeat(session, call.person)
        return asking.answer(session, call, asks.place(session, call.person, basket), basket.around, ())

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
            raise asking.refusal_of(session, call.reader, found[0])
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

    def do(session: Session) -> Answer:
        access.refuse_unless(session, call.person, SupplyAct.KEEP)
        clear = _clear(session, call, raw)
        packs = [-(-one.quantity // found.pack) if one.counted else None for one, found in clear]
        return added(session, call, [found.id or 0 for _, found in clear], packs)

    return _needs_words(call, raw) or call.perform(do)


def added(session: Session, call: Call, ids: Sequence[int], packs: Sequence[int | None] = ()) -> Answer:
    """What stands on the next orders now, and the way to them."""
    reader = call.reader
    lines, numbers = [], []
    for at, item_id in enumerate(ids):
        purchase, now = ordering.add_item(session, call.person, item_id, packs[at] if packs else None)
        found = supplies.get(session, item_id)
        count = reader.count("{count} pack", "{count} packs", now) if found.pack > 1 else reader.number(now)
        name = cards.item_name(reader, found)
        lines.append(
            reader.say("P{number}, the next order: {count} {name}.", number=str(purchase.id), count=count, name=name)
        )
        numbers.append(purchase.id)
    row = [blocks.button(f"P{one}", f"supplies.open:P{one}", f"P{one}") for one in dict.fromkeys(numbers)]
    text = "\n".join(lines)
    return Answer(text, (blocks.words(text), *blocks.actions(row)))


def order_day(call: Call, raw: str) -> Answer:
    """Draws the orders up now; with a weekday's name chooses the day on which that happens by itself."""
    if not raw:
        return draw_up(call)
    weekday = weekday_named(_ON.sub("", raw))
    if weekday is None:
        raise Refusal("“{typed}” is no weekday. Write one, such as /supplies order-day Friday.", typed=raw[:40])

    def do(session: Session) -> Answer:
        following = draft.choose_day(session, call.person, weekday)
        said = call.reader.say(
            "From now on the orders are drawn up every week on that day, next {when}.", when=following
        )
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
    return by_number.open_act(call, "invoice", 0) if not raw else _unknown_number(raw)


def _is_order(text: str) -> bool:
    """ "20 copy paper" needs no word before it."""
    return text[0].isdigit() and " " in text


def _clear(session: Session, call: Call, raw: str, least: int = 1) -> list[tuple[Read, Item]]:
    """Every part, understood; the first that is not refuses all of it, so that nothing is half done."""
    found = reading.read(session, clean(readable(session, raw)), least)
    if not found:
        raise Refusal("Say what and how many, such as 3 pens.")
    clear = []
    for one in found:
        if (one.trouble and one.trouble != "unusual") or one.item is None:
            raise asking.refusal_of(session, call.reader, one)
        clear.append((one, one.item))
    return clear


def _counted(clear: list[tuple[Read, Item]]) -> list[tuple[Read, Item]]:
    """What is counted, or thrown away, needs a number: the usual one is none of what lies there."""
    for one, item in clear:
        if not one.counted:
            raise Refusal("Say how many of “{name}”, with the number before it.", name=item.names)
    return clear


def _with_reason(session: Session, call: Call, raw: str) -> tuple[Read, str]:
    """The longest beginning of the words that names an item; the rest is the reason."""
    access.refuse_unless(session, call.person, SupplyAct.KEEP)
    words = clean(readable(session, raw)).split()
    for end in range(len(words), 0, -1):
        found = reading.read(session, " ".join(words[:end]))
        if len(found) == 1 and found[0].item is not None and found[0].trouble in ("", "unusual"):
            _counted([(found[0], found[0].item)])
            return found[0], " ".join(words[end:])
    raise asking.refusal_of(session, call.reader, reading.read(session, " ".join(words))[0])


def _listed(call: Call, done: list[tuple[int, Item]]) -> str:
    return ", ".join(f"{call.reader.number(many)} × {cards.item_name(call.reader, item)}" for many, item in done)


def _said(call: Call, said: str, items: list[Item]) -> Answer:
    left = [
        call.reader.md("{name}: {count} free", name=cards.item_name(call.reader, one), count=one.available)
        for one in items[:10]
    ]
    return Answer(said, (blocks.words(said), blocks.context(" · ".join(left))))


def _asked_for(call: Call, raw: str) -> Answer | None:
    """Without words there is nothing to take: the stock is shown, each item with what can be done."""
    return lists.show(call, "stock") if not raw else None


def _needs_words(call: Call, raw: str) -> Answer | None:
    return lists.show(call, "low") if not raw else None


def _unknown_number(raw: str) -> Answer:
    raise Refusal(
        "“{typed}” is no order. Write its number, such as P3; /supplies deliveries shows them.", typed=raw[:40]
    )


def _list(name: str) -> Handler:
    return lambda call, raw: lists.show(call, name, 1, raw if name == "stock" else "")


def _nothing_named(call: Call, raw: str) -> Answer:
    raise Refusal("Say which one, by its number: S12 is what you asked for, P3 an order to a supplier, I5 an invoice.")


def _did_you_mean(call: Call, typed: str, rest: str) -> Answer:
    """A verb that is misspelt, or the words of an order without one: what was meant is one press away."""
    near = nearest(typed, WRITTEN, 75)
    whole = clean(f"{typed} {rest}")
    if near is None:
        with call.reading() as session:
            found = reading.read(session, clean(readable(session, whole)))
        if not any(one.item is not None and not one.trouble for one in found):
            raise Refusal(
                "I don't know “/supplies {typed}”. /supplies help says what there is.", typed=blocks.cut(typed, 60)
            )
        meant = f"order {whole}"
    else:
        meant = f"{near} {rest}".strip()

    def do(session: Session) -> Answer:
        text = call.reader.say("Did you mean /supplies {near}?", near=meant)
        number = drafts.keep(session, call.person.id or 0, {"typed": meant}, clock.now())
        button = blocks.button(call.reader.say("Yes, that"), "supplies.typed", str(number), style="primary")
        return Answer(text, (blocks.words(text), *blocks.actions([button])))

    return call.perform(do)


_VERBS: Mapping[str, Handler] = {
    "order": order, "take": take, "bring": bring, "stock": _list("stock"), "low": _list("low"), "mine": _list("mine"),
    "again": again, "count": count, "sheet": sheet, "damaged": damaged,
    "catalogue": lambda call, raw: lists.catalogue(call), "favourites": _list("favourites"), "item": item,
    "supplier": lambda call, raw: lists.suppliers(call), "drafts": lambda call, raw: lists.drafts(call),
    "orderday": order_day, "add": add, "deliveries": lambda call, raw: lists.deliveries(call),
    "receive": lambda call, raw: lists.deliveries(call), "sent": lambda call, raw: lists.drafts(call),
    "confirm": lambda call, raw: lists.deliveries(call), "invoice": invoice,
    "invoices": lambda call, raw: lists.bills(call), "unpaid": lambda call, raw: lists.unpaid(call),
    "paid": lambda call, raw: lists.bills(call), "accept": lambda call, raw: lists.bills(call), "export": export,
    "starter": lambda call, raw: lists.catalogue(call), "picture": picture, "history": _nothing_named,
    "cancel": _nothing_named, "help": usage, "new": new,
}  # fmt: skip
