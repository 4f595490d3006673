"""An invoice against what was ordered and received: the three-way match."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from office.rules.unit_prices import UnitPrice
from storage.words import HeldFor

# VAT is rounded by line or by sum: an invoice may be a few cents off without being wrong.
TOLERANCE = 5


@dataclass(frozen=True)
class Ordered:
    """A line of an order: units a pack, the price of `per` packs without VAT, and how many units have come to stay."""

    line_id: int
    pack: int
    price: int
    vat: Decimal
    received: int
    invoiced: int = 0  # packs, by other invoices
    per: int = 1

    @property
    def one(self) -> Decimal:
        return UnitPrice(self.price, self.per).one


@dataclass(frozen=True)
class Invoiced:
    """What the invoice says of a line."""

    line_id: int
    packs: int
    price: int
    per: int = 1

    @property
    def one(self) -> Decimal:
        return UnitPrice(self.price, self.per).one

    @property
    def net(self) -> int:
        return rounded(self.packs * self.one)


@dataclass(frozen=True)
class Difference:
    """Why an invoice is held, and by how much it is too high."""

    why: HeldFor
    line_id: int | None
    amount: int


def by_lines(ordered: Sequence[Ordered], invoiced: Sequence[Invoiced]) -> list[Difference]:
    """Too high a price, or more than has come, line by line."""
    known = {one.line_id: one for one in ordered}
    found = []
    for line in invoiced:
        order = known[line.line_id]
        if line.one > order.one:
            found.append(Difference(HeldFor.PRICE, line.line_id, rounded(line.packs * (line.one - order.one))))
        beyond = (order.invoiced + line.packs) * order.pack - order.received
        beyond = min(beyond, line.packs * order.pack)
        if beyond > 0:
            found.append(Difference(HeldFor.QUANTITY, line.line_id, worth(beyond, order.pack, line.price, line.per)))
    return found


def by_total(total: int, expected: int) -> list[Difference]:
    """More than what has come, and was not invoiced yet, is worth with VAT."""
    # Where nothing is left to be asked for, not even a cent is rounding.
    allowed = TOLERANCE if expected > 0 else 0
    return [Difference(HeldFor.TOTAL, None, total - expected)] if total - expected > allowed else []


def after_credits(net: int, gross: int, credit_net: int, credit_gross: int) -> int:
    """What is still too much after credit notes: they make up for what is too much in the lines, without VAT, and with
    what is left of them for what is too much in the total, with VAT."""
    if credit_net <= net:
        return net - credit_net + gross
    return max(0, gross - rounded(Decimal(credit_gross) * (credit_net - net) / credit_net))


def gross(parts: Sequence[tuple[int, Decimal]]) -> int:
    """(net, VAT in per cent) … with VAT, rounded once for each rate, as invoices do."""
    rates: dict[Decimal, int] = {}
    for net, rate in parts:
        rates[rate] = rates.get(rate, 0) + net
    return sum(net + rounded(net * rate / 100) for rate, net in rates.items())


def worth(units: int, pack: int, price: int, per: int = 1) -> int:
    """What so many units cost at the price of `per` packs."""
    return rounded(Decimal(units * price) / (pack * per))


def rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
