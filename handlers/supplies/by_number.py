"""One order, order to a supplier or invoice by its number: "/supplies P3", "P3 sent", "I5 paid 3 March"."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from handlers import blocks, times
from handlers.blocks import View
from handlers.context import Answer, Call
from handlers.slack_text import readable
from handlers.supplies import cards, invoice_cards, modals, purchase_cards, story
from handlers.supplies.cards import MOST_LINES
from handlers.supplies.verbs import verb_of
from office.duties.supplies import access, asks, invoices, placed, reading, receiving
from office.duties.supplies.reading import Read
from office.duties.supplies.sellers import seller
from office.errors import Refusal
from office.rules.invoice_numbers import cleaned
from office.rules.words import clean, first_word
from storage import purchases
from storage.supply_tables import Invoice, PurchaseLine
from storage.text import fold

SUBJECTS = {"S": "supply_order", "P": "purchase", "I": "invoice"}


def story_of(call: Call, number: int) -> Answer:
    """The whole chain of one purchase as a message, with the way to the same as PDF."""
    with call.reading() as session:
        purchase = access.look_purchase(session, call.person, number)
        supplier = seller(session, purchase)
        found = story.lines(session, call.catalogue, call.reader, purchase)
    heading = call.reader.say("P{number} {supplier}: the whole story", number=str(number), supplier=supplier.name)
    parts = [blocks.md(one) for one in _sections(found)]
    row = [blocks.button(call.reader.say("As PDF"), "supplies.story_paper", str(number))]
    return Answer(heading, (blocks.header(heading), *parts, *blocks.actions(row)))


def _sections(lines: Sequence[str], longest: int = 2900, most: int = 4) -> list[str]:
    """The newest lines, whole, in as many sections as one message holds."""
    found = [""]
    for line in reversed(lines):
        if len(found[-1]) + len(line) >= longest:
            found.append("")
        found[-1] = f"{line}\n{found[-1]}".strip()
    return [one or "–" for one in reversed(found[:most])]


def open_act(call: Call, act: str, number: int, typed: Mapping[str, str] | None = None) -> Answer:
    """The form of an act; `typed`: what stands in its fields already, as it was typed."""
    with call.reading() as session:
        view = modals.act_form(session, call, act, number, typed or {})
    return Answer(modal=view, how="push" if call.in_modal else "open")


def shown(
    session: Session, call: Call, letter: str, number: int, most: int = MOST_LINES
) -> tuple[str, list[blocks.Block]]:
    """One order of somebody, order to a supplier, or invoice: its heading and its card with so many lines."""
    match letter:
        case "S":
            order = access.look_order(session, call.person, number)
            return f"S{number}", cards.order_card(session, call.reader, order, call.person, most)
        case "P":
            purchase = access.look_purchase(session, call.person, number)
            return f"P{number}", purchase_cards.purchase_card(session, call.reader, purchase, call.person, most)
    found = access.look_invoice(session, call.person, number)
    return f"I{number}", invoice_cards.invoice_card(session, call.reader, found, call.person)


def window(session: Session, call: Call, letter: str, number: int) -> View:
    """The same as a window."""
    heading, card = shown(session, call, letter, number, modals.MOST_SHOWN)
    return modals.sheet(call.reader, heading, card, SUBJECTS[letter], number)


def item_window(session: Session, call: Call, number: int) -> View:
    item = access.look_item(session, call.person, number)
    card = cards.item_card(session, call.reader, item, call.person)
    return modals.sheet(call.reader, call.reader.say("Item"), card, "item", number)


def about(call: Call, letter: str, number: int, words: str) -> Answer:
    """Shows it, or does what the words say with it."""
    first, rest = first_word(words)
    verb = verb_of(first) if first else None
    if verb is None:
        with call.reading() as session:
            heading, card = shown(session, call, letter, number)
        return Answer(heading, tuple(blocks.fitting(card)))
    act = ON_NUMBERS.get(verb)
    if act is None or letter not in act[0]:
        raise Refusal(
            "“{verb}” does not go with {letter}{number}. /supplies help says what does.",
            verb=first,
            letter=letter,
            number=str(number),
        )
    return act[1](call, letter, number, rest.strip())


def _cancel(call: Call, letter: str, number: int, words: str) -> Answer:
    if letter == "P":
        return open_act(call, "withdraw", number)

    def do(session: Session) -> Answer:
        found = asks.cancel(session, call.person, number)
        return Answer(f"S{number}", tuple(cards.order_card(session, call.reader, found, call.person)))

    return call.perform(do)


def _order_it(call: Call, letter: str, number: int, words: str) -> Answer:
    """Typed words name no version: the draft is looked at, and ordered by a press."""
    return about(call, letter, number, "")


def _sent(call: Call, letter: str, number: int, words: str) -> Answer:
    def do(session: Session) -> Answer:
        found = placed.sent(session, call.person, number)
        return Answer(
            f"P{number}", tuple(blocks.fitting(purchase_cards.purchase_card(session, call.reader, found, call.person)))
        )

    return call.perform(do)


def _receive(call: Call, letter: str, number: int, words: str) -> Answer:
    """All of it, or a form in which stands what was typed: "receive P10 10 widgets"."""
    if fold(words) not in fold("all everything allt alles todo").split():
        return open_act(call, "receipt", number, _receipt_typed(call, number, words))

    def do(session: Session) -> Answer:
        found = receiving.receive_all(session, call.person, number)
        return Answer(
            f"P{number}", tuple(blocks.fitting(purchase_cards.purchase_card(session, call.reader, found, call.person)))
        )

    return call.perform(do)


def _receipt_typed(call: Call, number: int, words: str) -> dict[str, str]:
    """How many of which line have come, by the words; what names none is the note."""
    if not words:
        return {}
    with call.reading() as session:
        purchase = access.look_purchase(session, call.person, number)
        lines = {one.item_id or 0: one for one in purchases.lines(session, purchase.id or 0)}
        typed, note = {}, []
        for one in reading.read(session, clean(readable(session, words))):
            line = _line_meant(one, lines)
            if line is None:
                note.append(one.typed)
            else:
                typed[f"l{line.id}"] = str(one.quantity if one.counted else line.open)
    return {**typed, **({"note": ", ".join(note)[:200]} if note else {})}


def _line_meant(one: Read, lines: Mapping[int, PurchaseLine]) -> PurchaseLine | None:
    """The line that words name: its item, or of those that may be meant the only one on the order."""
    if one.item is not None:
        return lines.get(one.item.id or 0)
    near = [lines[item.id or 0] for item, _ in one.near if item.id in lines]
    return near[0] if len(near) == 1 else None


def invoice_typed(call: Call, words: str) -> dict[str, str]:
    """ "2028/5 484,00" -> the number of an invoice, and its total."""
    first, rest = first_word(words)
    if not first:
        return {}
    return {"number": first[:60], **({"total": rest[:40]} if rest else {})}


def invoices_numbered(session: Session, call: Call, words: str) -> list[tuple[Invoice, str]]:
    """Open invoices by the number that their supplier gave them, which may have spaces in it, and the words behind."""
    parts = words.split()
    there = [*invoices.to_pay(session, call.person), *invoices.held(session, call.person)]
    for end in range(len(parts), 0, -1):
        wanted = cleaned(" ".join(parts[:end]))
        if wanted and (found := [one for one in there if one.cleaned == wanted]):
            return [(one, " ".join(parts[end:])) for one in found]
    return []


def _confirm(call: Call, letter: str, number: int, words: str) -> Answer:
    """ "confirm P3 AB-77 by 4 December": the supplier's number and the promised day."""
    if not words:
        return open_act(call, "confirm", number)

    def do(session: Session) -> Answer:
        when = times.found_in(session, call.person, call.reader, words)
        left = when.rest_of(words) if when is not None else words
        found = placed.confirm(session, call.person, number, left, when.when.day if when is not None else None)
        return Answer(
            f"P{number}", tuple(blocks.fitting(purchase_cards.purchase_card(session, call.reader, found, call.person)))
        )

    return call.perform(do)


def _invoice_of(call: Call, letter: str, number: int, words: str) -> Answer:
    return open_act(call, "invoice", number, invoice_typed(call, words))


def _paid(call: Call, letter: str, number: int, words: str) -> Answer:
    def do(session: Session) -> Answer:
        day: date | None = None
        if words:
            day = times.past_day(session, call.person, call.reader, words)
        found = invoices.pay(session, call.person, number, day)
        return Answer(f"I{number}", tuple(invoice_cards.invoice_card(session, call.reader, found, call.person)))

    return call.perform(do)


def _accept(call: Call, letter: str, number: int, words: str) -> Answer:
    if not words:
        return open_act(call, "accept", number)

    def do(session: Session) -> Answer:
        found = invoices.accept(session, call.person, number, readable(session, words))
        return Answer(f"I{number}", tuple(invoice_cards.invoice_card(session, call.reader, found, call.person)))

    return call.perform(do)


def _story(call: Call, letter: str, number: int, words: str) -> Answer:
    return story_of(call, number)


ON_NUMBERS: Mapping[str, tuple[str, Callable[[Call, str, int, str], Answer]]] = {
    "cancel": ("SP", _cancel), "order": ("P", _order_it), "sent": ("P", _sent), "receive": ("P", _receive),
    "confirm": ("P", _confirm), "invoice": ("P", _invoice_of), "paid": ("I", _paid), "accept": ("I", _accept),
    "history": ("P", _story),
}  # fmt: skip
