"""How much to buy, in which packs, at which price, and when to warn."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from office.rules.invoice_matching import rounded

# Real use is looked at over so many days; and an order goes out once a week.
USE_DAYS, ORDER_DAYS = 56, 7


@dataclass(frozen=True)
class Level:
    """An item's numbers, in units. `free`: on hand and not set aside. `waiting`: what people wait for."""

    free: int
    on_order: int
    waiting: int
    minimum: int
    target: int


@dataclass(frozen=True)
class Offer:
    """A larger number of packs that costs less each: `total` for all of them, `saves` against the price without it."""

    packs: int
    price: int
    total: int
    saves: int


def to_buy(level: Level) -> int:
    """Units to order now: what people wait for and is not on its way, and up to the target where it would fall below
    the minimum."""
    left = level.free + level.on_order - level.waiting
    if left >= 0 and left >= level.minimum:
        return 0
    return max(level.target, level.minimum, 0) - left


def packs_for(units: int, pack: int) -> int:
    """Whole packs that hold so many units."""
    return -(-units // pack)


def price_at(packs: int, price: int, breaks: Sequence[Sequence[int]]) -> int:
    """The price when so many packs are bought, for as many as the others are for."""
    reached = [cost for least, cost in breaks if packs >= least]
    return min([price, *reached])


def better(packs: int, price: int, breaks: Sequence[Sequence[int]], per: int = 1) -> Offer | None:
    """The next price break, if a pack costs less there. Prices are of `per` packs."""
    now = price_at(packs, price, breaks)
    further = [(least, cost) for least, cost in sorted(map(tuple, breaks)) if least > packs and cost < now]
    if not further:
        return None
    least, cost = further[0]
    return Offer(least, cost, rounded(Decimal(least * cost) / per), rounded(Decimal(least * (now - cost)) / per))


def is_low(level: Level, used: int, days: int, lead_days: int) -> bool:
    """Whether it runs out before more can come: below its minimum, or not enough for the lead time and the week until
    the next order, by `used` units in `days`. What is on order counts."""
    left = level.free + level.on_order - level.waiting
    if level.minimum and left < level.minimum:
        return True
    return used > 0 and left * days < used * (lead_days * 7 / 5 + ORDER_DAYS)


def days_left(level: Level, used: int, days: int) -> int | None:
    """How many days what is there lasts at the use of late; None where nothing was used."""
    return None if used <= 0 else max(0, level.free * days // used)


def is_unusual(quantity: int, usual: int, pack: int) -> bool:
    """Ten times what people usually ask for is rather a slip of the pen, unless it is two packs at most."""
    return quantity >= max(10 * usual, 20) and quantity > 2 * pack
