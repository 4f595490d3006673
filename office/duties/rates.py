"""Exchange rates: dated, typed or loaded from a file, and the one way to compare money of two currencies."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from office import clock
from office.errors import Refusal
from office.rules import money
from office.rules.money import Money
from storage import budgets, history
from storage.money_tables import Rate
from storage.tables import Person
from storage.words import Role, Standing

_HEADS = {"date": "day", "day": "day", "from": "currency", "currency": "currency", "to": "against",
          "against": "against", "rate": "rate"}  # fmt: skip


# A currency that moves by a third from one typing to the next is rather a slip of the pen.
FAR = Decimal("1.3")
# What a column of 64 bits holds, and a sum of many such amounts, too.
MOST_MINOR = 10**17


@dataclass(frozen=True)
class Converted:
    """Money in another currency, and the rate of which day that took; no rate where the currency is the same."""

    money: Money
    rate: Decimal | None = None
    day: date | None = None


class RatesFileError(Exception):
    """A file of rates is wrong; names line and value. Nothing of it has been loaded."""


def convert(session: Session, amount: Money, currency: str, day: date) -> Converted:
    """An amount in another currency, at the newest rate that is not after `day`: direct, turned round, or by way of
    one currency that both have a rate with. Raises Refusal when there is none."""
    if amount.currency == currency:
        return Converted(amount)
    found = _rate(budgets.newest_rates(session, day), amount.currency, currency)
    if found is None:
        raise Refusal(
            "I know no rate from {currency} to {other}. Somebody of finance or an administrator types one: /desk rate "
            "1 {currency} = … {other}. Or write the amount in {other}.",
            currency=amount.currency,
            other=currency,
        )
    rate, of_day = found
    converted = money.converted(amount, rate, currency)
    if converted.minor > MOST_MINOR:
        raise Refusal("That is more than can be counted in {currency}. Write a smaller amount.", currency=currency)
    return Converted(converted, rate, of_day)


def save(
    session: Session, actor: Person, day: date, currency: str, against: str, rate: Decimal, sure: bool = False
) -> Decimal | None:
    """A rate from a day on: one unit of `currency` is worth `rate` of `against`. Returns the rate that held before; one
    that is far from it is refused unless whoever types it is `sure`."""
    if actor.standing is not Standing.MEMBER or not (actor.has(Role.FINANCE) or actor.has(Role.ADMIN)):
        raise Refusal("Rates are set by finance or an administrator. Ask one of them.")
    currency, against = _code(currency), _code(against)
    if not _is_rate(currency, against, rate):
        raise Refusal("This is no rate. Write it like: /desk rate 1 USD = 0.92 EUR.")
    found = _rate(budgets.newest_rates(session, day), currency, against)
    before = found[0] if found is not None else None
    if before is not None and not sure and not before / FAR < rate < before * FAR:
        raise Refusal(
            "Until now 1 {currency} was {before} {other}, so this looks like a slip. If it is right, write an "
            "exclamation mark behind it: /desk rate 1 {currency} = {rate} {other} !",
            currency=currency,
            other=against,
            before=f"{before:.6g}",
            rate=format(rate.normalize(), "f"),
        )
    budgets.save_rate(session, day, currency, against, format(rate.normalize(), "f"))
    after = {"day": day.isoformat(), "currency": currency, "against": against, "rate": str(rate)}
    history.record(session, clock.now(), actor.id, "rate", "office", 0, after=after)
    return before


def load(session: Session, text: str) -> int:
    """Rates of a CSV file with the columns date, from, to, rate; comma or semicolon. Returns how many.

    Raises RatesFileError; the caller's transaction must then be given up, so that nothing is half loaded.
    """
    first = text.lstrip("\ufeff").splitlines()[:1]
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";" if first and ";" in first[0] else ",")
    rows = [row for row in reader if any(cell.strip() for cell in row)]
    if not rows:
        raise RatesFileError("The file is empty; expected the columns date, from, to, rate.")
    names = [_HEADS.get(cell.strip().lower()) for cell in rows[0]]
    if sorted(name for name in names if name) != ["against", "currency", "day", "rate"]:
        raise RatesFileError("line 1: expected the columns date, from, to, rate.")
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False) if name}
        try:
            day = date.fromisoformat(cells["day"])
            rate = Decimal(cells["rate"].replace(",", "."))
            currency, against = _code(cells["currency"]), _code(cells["against"])
            if not _is_rate(currency, against, rate):
                raise ValueError
        except (KeyError, ValueError, InvalidOperation, Refusal) as error:
            raise RatesFileError(
                f"line {number}: expected a row like 2026-11-23, USD, EUR, 0.92; found {', '.join(row)[:80]!r}."
            ) from error
        budgets.save_rate(session, day, currency, against, format(rate.normalize(), "f"))
    history.record(session, clock.now(), None, "rates", "office", 0, after={"count": len(rows) - 1})
    return len(rows) - 1


def _rate(rates: Sequence[Rate], currency: str, against: str) -> tuple[Decimal, date] | None:
    both_ways: dict[tuple[str, str], tuple[Decimal, date]] = {}
    for one in rates:
        value = Decimal(one.rate)
        for pair, rate in (((one.currency, one.against), value), ((one.against, one.currency), 1 / value)):
            # Where both directions were given, the newer one counts.
            if pair not in both_ways or one.day > both_ways[pair][1]:
                both_ways[pair] = (rate, one.day)
    if (currency, against) in both_ways:
        return both_ways[currency, against]
    for (first, middle), (rate, day) in sorted(both_ways.items()):
        onward = both_ways.get((middle, against))
        if first == currency and onward is not None:
            return rate * onward[0], min(day, onward[1])
    return None


def _is_rate(currency: str, against: str, rate: Decimal) -> bool:
    return currency != against and rate.is_finite() and Decimal("1e-7") < rate < Decimal("1e7")


def _code(currency: str) -> str:
    code = currency.strip().upper()
    if not money.is_currency(code):
        raise Refusal(
            "“{currency}” is not a currency. Write three letters, such as EUR, SEK or USD.", currency=currency
        )
    return code
