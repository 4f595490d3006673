"""The sums of an invoice as they stand on paper: without VAT, the VAT, and with it; two of them give the third."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from office.rules.invoice_matching import gross, rounded

# Paper is rounded by line, by rate or by sum, and in some countries to whole units that are paid in coins.
ROUNDING = 50
# The rates of the four countries, and of those around: what a net and a gross may have between them.
USUAL = tuple(map(Decimal, (25, 24, 23, 22, 21, 20, 19, 12, 10, 9, 8, 7, 6, 5, 4, 0)))


@dataclass(frozen=True)
class Tax:
    """One rate of VAT in per cent, and what it is charged on; minor units."""

    rate: Decimal
    net: int
    vat: int


@dataclass(frozen=True)
class Amounts:
    """The sums of an invoice in minor units. `taxes` is empty where nobody knows the rates."""

    net: int
    total: int
    taxes: tuple[Tax, ...] = ()

    @property
    def vat(self) -> int:
        return self.total - self.net


class Unclear(Exception):
    """Why sums are not enough: "missing" (another one is needed), "differ" (they don't add up, by `off`)."""

    def __init__(self, why: str, off: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.off = off


def taxed(rate: Decimal, net: int, vat: int | None = None) -> Tax:
    return Tax(rate, net, vat if vat is not None else rounded(net * rate / 100))


def on_paper(
    net: int | None, vat: int | None, total: int | None, taxes: Sequence[Tax] = (), rates: Collection[Decimal] = ()
) -> Amounts:
    """The sums from what was written of them. `rates`: those that it may have; where that is one, one sum is enough.
    Raises Unclear."""
    if taxes:
        net = _agreeing(net, sum(one.net for one in taxes))
        vat = _agreeing(vat, sum(one.vat for one in taxes))
    if net is not None and vat is not None:
        total = net + vat if total is None else _agreeing(net + vat, total)
    elif total is not None and vat is not None:
        net = total - vat
    elif (net is None) != (total is None):
        net, total = _by_rate(net, total, rates)
    elif total is None:
        raise Unclear("missing")
    if net is None or total is None or not 0 <= net <= total:
        raise Unclear("differ", abs((total or 0) - (net or 0)))
    return Amounts(net, total, tuple(taxes) or _by_one_rate(net, total, rates))


def _agreeing(said: int | None, found: int) -> int:
    if said is not None and abs(said - found) > ROUNDING:
        raise Unclear("differ", abs(said - found))
    return found


def _by_rate(net: int | None, total: int | None, rates: Collection[Decimal]) -> tuple[int, int]:
    if len(set(rates)) != 1:
        raise Unclear("missing")
    (rate,) = set(rates)
    if net is not None:
        return net, gross([(net, rate)])
    return rounded(Decimal(total or 0) / (1 + rate / 100)), total or 0


def _by_one_rate(net: int, total: int, rates: Collection[Decimal]) -> tuple[Tax, ...]:
    """The one rate that gives just this VAT."""
    known = list(dict.fromkeys([*rates, *USUAL]))
    fitting = [rate for rate in known if abs(rounded(net * rate / 100) - (total - net)) <= 1]
    sure = [rate for rate in fitting if rate in rates] or fitting
    return (Tax(sure[0], net, total - net),) if len(sure) == 1 else ()
