"""Papers of supplies: the order to a supplier, the sheet to count with, and the whole story of a purchase."""

from sqlalchemy.orm import Session

from handlers import paper, spreadsheets
from handlers.drawing import Attachment, Mail
from handlers.i18n import Reader, office_reader
from handlers.paper import Grid
from handlers.supplies import story, tables
from handlers.supplies.cards import item_name, line_name, price_said
from handlers.times import moment_said
from office import clock
from office.catalogue import Catalogue
from office.duties.supplies import placed
from office.duties.supplies.prices import gross_of, line_net, net_of, total_of
from office.duties.supplies.sellers import seller
from office.rules.money import Money
from storage import facts, offices, people, purchases, supplies
from storage.supply_tables import Purchase


def supplier_reader(session: Session, purchase: Purchase) -> Reader:
    """How a supplier reads: in their own language, else in the office's."""
    supplier = purchases.get_supplier(session, purchase.supplier_id)
    place = offices.first_place(session)
    language = supplier.language or facts.find(session, "language") or "en"
    return office_reader(language, place.zone if place is not None else "UTC")


def order_pdf(session: Session, purchase: Purchase, key: str) -> Attachment:
    """The order as the supplier gets it. `key` makes its name one of its kind in Slack."""
    supplier = seller(session, purchase)
    reader = supplier_reader(session, purchase)
    lines = purchases.lines(session, purchase.id or 0)
    currency = purchase.currency
    office = facts.find(session, "name") or "Deskhand"
    who = people.find(session, purchase.ordered_by_id)
    title = reader.say("Order P{number}", number=str(purchase.id))
    to = (supplier.name, supplier.contact, *supplier.address.splitlines())
    pairs = [
        (reader.say("To"), ", ".join(part for part in to if part)),
        (
            reader.say("From"),
            ", ".join(part for part in (office, who.known_as if who else "", who.email if who else "") if part),
        ),
        (reader.say("Date"), reader.full_day(clock.now().astimezone(reader.tz).date())),
        (reader.say("Total without VAT"), money_said(reader, total_of(purchase, lines))),
        (reader.say("With VAT"), money_said(reader, gross_of(purchase, lines))),
    ]
    rows = [
        [
            str(at), one.article, line_name(session, reader, one), reader.number(one.packs),
            reader.number(one.pack) if one.pack > 1 else "", price_said(reader, one.price, currency, one.per),
            price_said(reader, line_net(one), currency),
        ]
        for at, one in enumerate(lines, start=1)
    ]  # fmt: skip
    if purchase.freight:
        rows.append(["", "", reader.say("Freight"), "", "", "", price_said(reader, purchase.freight, currency)])
    rows.append(
        [
            "",
            "",
            reader.say("Total without VAT"),
            "",
            "",
            "",
            price_said(reader, net_of(lines) + purchase.freight, currency),
        ]
    )
    heads = ["", reader.say("Article number"), reader.say("Article"), reader.say("Packs"), reader.say("Units a pack"),
             reader.say("Price"), reader.say("Sum")]  # fmt: skip
    grid = Grid(heads, rows, (8, 26, 56, 16, 18, 23, 23), frozenset({3, 4, 5, 6}))
    ask = reader.say(
        "Please confirm this order and the day of delivery, and put P{number} on your invoice.", number=str(purchase.id)
    )
    foot = reader.say("{office} · made by Deskhand, {when}", office=office, when=moment_said(reader, clock.now()))
    content = paper.pdf(title, pairs, [("", [ask])], foot, grid)
    return Attachment(f"P{purchase.id}{_part(key)}.pdf", title, content, "application/pdf")


def order_csv(session: Session, purchase: Purchase, key: str) -> Attachment:
    reader = supplier_reader(session, purchase)
    heads, rows = tables.purchase_rows(session, reader, purchase)
    title = reader.say("Order P{number}", number=str(purchase.id))
    return Attachment(
        f"P{purchase.id}{_part(key)}.csv", title, spreadsheets.comma_separated(reader, heads, rows), "text/csv"
    )


def order_mail(session: Session, purchase: Purchase) -> Mail:
    """The order as an e-mail, with both files; answers go to whoever ordered."""
    supplier = seller(session, purchase)
    reader = supplier_reader(session, purchase)
    office = facts.find(session, "name") or "Deskhand"
    who = people.find(session, purchase.ordered_by_id)
    text = reader.say(
        "Hello {supplier},\n\nhere is our order P{number}, as PDF and as CSV. Please confirm it and the day "
            "of delivery, and put "
        "P{number} on your invoice.\n\nKind regards\n{who}\n{office}",
        supplier=supplier.contact or supplier.name, number=str(purchase.id), who=who.known_as if who else "",
        office=office,
    )  # fmt: skip
    subject = reader.say("Order P{number} of {office}", number=str(purchase.id), office=office)
    files = (order_pdf(session, purchase, ""), order_csv(session, purchase, ""))
    return Mail(subject, text, files, (who.email if who else None) or "")


def count_sheet(session: Session, reader: Reader, key: str) -> Attachment:
    """A list to print and to write on, by place."""
    title = reader.say("Counting sheet")
    found = sorted(supplies.everything(session), key=lambda one: (one.shelf, one.category, item_name(reader, one)))
    rows = [
        [one.shelf, item_name(reader, one), reader.term(one.unit), reader.number(one.on_hand), ""] for one in found
    ]  # fmt: skip
    heads = [
        reader.say("Place"),
        reader.say("Article"),
        reader.say("Counted in"),
        reader.say("By my count"),
        reader.say("Really there"),
    ]
    foot = reader.say("{office} · made by Deskhand, {when}", office=facts.find(session, "name") or "Deskhand",
                      when=moment_said(reader, clock.now()))  # fmt: skip
    grid = Grid(heads, rows, (38, 66, 24, 22, 20), frozenset({3}))
    hint = reader.say("Then type: /supplies count 37 copy paper, 12 pens")
    return Attachment(
        f"count{_part(key)}.pdf", title, paper.pdf(title, [], [("", [hint])], foot, grid), "application/pdf"
    )


def story_pdf(session: Session, catalogue: Catalogue, reader: Reader, purchase: Purchase, key: str) -> Attachment:
    """All that happened with one purchase: asks, approvals, order, receipts, invoices, payments."""
    supplier = seller(session, purchase)
    title = reader.say("P{number} {supplier}: the whole story", number=str(purchase.id), supplier=supplier.name)
    lines = [paper.plain(session, one) for one in story.lines(session, catalogue, reader, purchase, full=True)]
    found = purchases.lines(session, purchase.id or 0)
    pairs = [
        (reader.say("State"), reader.term(placed.shown_state(purchase, found))),
        (reader.say("Total without VAT"), money_said(reader, total_of(purchase, found))),
        (reader.say("Supplier's number"), purchase.confirmation),
    ]
    rows = [
        [line_name(session, reader, one), reader.number(one.quantity), reader.number(one.received),
        reader.number(one.open), price_said(reader, line_net(one), purchase.currency)]
        for one in found
    ]  # fmt: skip
    heads = [
        reader.say("Article"),
        reader.say("Ordered"),
        reader.say("Received"),
        reader.say("Open"),
        reader.say("Sum"),
    ]
    grid = Grid(heads, rows, (80, 22, 22, 22, 24), frozenset({1, 2, 3, 4}))
    foot = reader.say("{office} · made by Deskhand, {when}", office=facts.find(session, "name") or "Deskhand",
                      when=moment_said(reader, clock.now()))  # fmt: skip
    shown = [one for one in pairs if one[1]]
    content = paper.pdf(title, shown, [(reader.say("What happened"), lines)], foot, grid)
    return Attachment(f"P{purchase.id}-story{_part(key)}.pdf", title, content, "application/pdf")


def money_said(reader: Reader, amount: Money) -> str:
    return reader.money(amount.decimal, amount.currency)


def _part(key: str) -> str:
    return f"-{key[:8]}" if key else ""
