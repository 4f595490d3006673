"""What one pack costs, also below a cent: minor units of so many packs, so that 0.0315 each is 315 for a hundred."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from office.rules.money import MOST, NotMoney, digits

# Price lists have four decimals at most; what has more is rounded to them.
DECIMALS = 4


@dataclass(frozen=True)
class UnitPrice:
    """`minor` units of a currency for `per` packs."""

    minor: int
    per: int = 1

    @property
    def one(self) -> Decimal:
        """Minor units of one pack, exactly."""
        return Decimal(self.minor) / self.per

    def decimal(self, currency: str) -> Decimal:
        """What one pack costs in the currency, with as many decimals as it has."""
        return self.one.scaleb(-digits(currency))

    def at(self, per: int) -> int:
        """Minor units of `per` packs, for prices that are compared or kept together. Exact for a multiple."""
        return self.minor * per // self.per


def together(*prices: UnitPrice) -> tuple[int, list[int]]:
    """Several prices of the same number of packs: (how many, the minor units of each)."""
    per = max((one.per for one in prices), default=1)
    return per, [one.at(per) for one in prices]


def unit_price(amount: Decimal, currency: str, typed: str = "") -> UnitPrice:
    """An amount for one pack. Raises NotMoney for one that can't be paid."""
    if amount < 0:
        raise NotMoney("not_positive", typed)
    if amount > MOST:
        raise NotMoney("too_much", typed)
    finest = max(DECIMALS, digits(currency))
    scaled, per = amount.quantize(Decimal(1).scaleb(-finest), ROUND_HALF_UP).scaleb(digits(currency)), 1
    while scaled != scaled.to_integral_value():
        scaled, per = scaled * 10, per * 10
    return UnitPrice(int(scaled), per)
