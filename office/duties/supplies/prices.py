"""What an order to a supplier comes to, without VAT and with it."""

from collections.abc import Sequence
from decimal import Decimal

from office.errors import Refusal
from office.rules import invoice_matching
from office.rules.money import Money
from storage.supply_tables import Purchase, PurchaseLine, Supplier
from storage.words import PurchaseState

# The budget category that supplies are taken from, where a department has one.
CATEGORY = "supplies"
# A pack for a hundred millions is a slip; and sums of many such must fit into a column.
MOST_PRICE = 10**10


def net_of(lines: Sequence[PurchaseLine]) -> int:
    """Minor units of all lines without VAT; a line whose price nobody knows counts nothing."""
    return sum(line_net(one) for one in lines)


def line_net(line: PurchaseLine) -> int:
    """What a line costs without what will not come any more."""
    return invoice_matching.worth(line.quantity - line.closed, line.pack, line.price or 0, line.per)


def freight_of(supplier: Supplier, net: int) -> int:
    return supplier.freight if net < supplier.free_from or not supplier.free_from else 0


def total_of(purchase: Purchase, lines: Sequence[PurchaseLine]) -> Money:
    """The whole order without VAT, with its freight."""
    return Money(net_of(lines) + purchase.freight, purchase.currency)


def total_as_ordered(purchase: Purchase, lines: Sequence[PurchaseLine]) -> Money:
    """The same with what will not come any more: what was agreed to."""
    ordered = sum(invoice_matching.worth(one.quantity, one.pack, one.price or 0, one.per) for one in lines)
    return Money(ordered + purchase.freight, purchase.currency)


def shown_total(supplier: Supplier, purchase: Purchase, lines: Sequence[PurchaseLine]) -> Money:
    """The whole order as it would be placed now."""
    if purchase.state is not PurchaseState.DRAFT:
        return total_of(purchase, lines)
    net = net_of(lines)
    return Money(net + freight_of(supplier, net), purchase.currency)


def gross_of(purchase: Purchase, lines: Sequence[PurchaseLine]) -> Money:
    parts = [(line_net(one), Decimal(one.vat)) for one in lines]
    return Money(invoice_matching.gross([*parts, (purchase.freight, freight_vat(lines))]), purchase.currency)


def freight_vat(lines: Sequence[PurchaseLine]) -> Decimal:
    """Freight is taxed like what it brings: the highest rate among it."""
    return max((Decimal(one.vat) for one in lines), default=Decimal(0))


def refuse_price(price: int) -> None:
    if not 0 <= price <= MOST_PRICE:
        raise Refusal("This price is too high to be one. Write the price of one pack.", price=price)


def refuse_unpriced(lines: Sequence[PurchaseLine], names: Sequence[str]) -> None:
    """An order whose price nobody knows can't be agreed to."""
    missing = [name for one, name in zip(lines, names, strict=True) if one.price is None]
    if missing:
        raise Refusal("I know no price for {items}. Write it on the line first.", items=missing[:5])
