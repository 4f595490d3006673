"""Money as people type it and as they read it."""

from decimal import Decimal

from babel.numbers import format_decimal

from handlers.i18n import Reader
from office.errors import Refusal
from office.rules import amount_words, money, unit_prices
from office.rules.money import Money, NotMoney, Price
from office.rules.unit_prices import UnitPrice


def read(reader: Reader, text: str, currency: str) -> Money:
    """A text that is nothing but an amount; in `currency` where it names none. Raises Refusal."""
    try:
        return money.read(plain(reader, text), reader.locale, currency)
    except NotMoney as error:
        raise _refusal(reader, error, currency) from error


def unit_price(reader: Reader, text: str, currency: str) -> UnitPrice:
    """What one pack costs, also below a cent; in `currency`. Raises Refusal."""
    try:
        amount, named = money.read_decimal(plain(reader, text), reader.locale, currency)
        if named != currency:
            raise Refusal("Write it in {currency}.", currency=currency)
        return unit_prices.unit_price(amount, currency, text.strip())
    except NotMoney as error:
        raise _refusal(reader, error, currency) from error


def plain(reader: Reader, text: str) -> str:
    """Words with their amounts in figures as everybody reads them."""
    return amount_words.plain_figures(text, reader.language)


def find(reader: Reader, text: str, currency: str) -> Price | None:
    """The amount in a text, with its currency. Raises Refusal for one that can't be read."""
    try:
        return money.find(text, reader.locale, currency)
    except NotMoney as error:
        raise _refusal(reader, error, currency) from error


def figure(reader: Reader, text: str) -> Decimal:
    """Figures without a currency, such as a rate. Raises Refusal."""
    try:
        return money.number(text, reader.locale)
    except NotMoney as error:
        raise _refusal(reader, error, "EUR", pattern="0.0000") from error


def figures(reader: Reader, price: UnitPrice | Money | None, currency: str = "") -> str:
    """An amount in figures as the reader types them, without its currency: "19,75"; "" for none."""
    if price is None:
        return ""
    amount = price.decimal if isinstance(price, Money) else price.decimal(currency)
    fine = max(money.digits(currency or getattr(price, "currency", "")), -int(amount.normalize().as_tuple().exponent))
    return format_decimal(amount, "0." + "0" * fine if fine else "0", locale=reader.locale)


def typed(reader: Reader, amount: Money | None) -> str:
    """An amount as somebody would type it: what a form is filled with."""
    return reader.money(amount.decimal, amount.currency) if amount is not None else ""


def _refusal(reader: Reader, error: NotMoney, currency: str, pattern: str = "0.00") -> Refusal:
    """`pattern`: of figures that can be read in one way only."""
    example = reader.money(Decimal("1250.50"), currency)
    match error.why:
        case "ambiguous":
            whole = "".join(char for char in error.typed if char.isdigit())
            return Refusal(
                "“{typed}” can be read in two ways. Write {one} or {other}.",
                typed=error.typed,
                one=whole,
                other=format_decimal(Decimal(whole).scaleb(-3), pattern, locale=reader.locale),
            )
        case "not_positive":
            return Refusal(
                "“{typed}” is nothing to pay. Write an amount like {example}.", typed=error.typed, example=example
            )
        case "too_much":
            most = Money(int(money.MOST) * 10 ** money.digits(currency), currency)
            return Refusal("“{typed}” is too much. At most {most} can be written here.", typed=error.typed, most=most)
        case "several":
            return Refusal("I found several amounts: {typed}. Write the whole sum, once.", typed=error.typed)
        case "too_fine":
            return Refusal(
                "“{typed}” has more decimals than its currency. Write an amount like {example}.",
                typed=error.typed,
                example=example,
            )
    return Refusal(
        "“{typed}” is not an amount. Write the whole sum in figures, like {example}.",
        typed=error.typed,
        example=example,
    )
