"""Money as people write it: "1.054,60 €", "USD 520", "450 kr" -> integer minor units and an ISO 4217 currency."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale, numbers

from storage.text import fold

# What a column and a person can still make sense of: a hundred thousand millions.
MOST = Decimal(10) ** 11

# How people call money, by the words of the four languages. "kr", "$" and "peso" are the money of several countries.
_NAMES: Mapping[str, str] = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "eur": "EUR", "£": "GBP", "pound": "GBP", "pounds": "GBP",
    "pund": "GBP", "pfund": "GBP", "libra": "GBP", "libras": "GBP", "¥": "JPY", "yen": "JPY", "zł": "PLN",
    "zloty": "PLN", "franken": "CHF", "sfr": "CHF", "fr.": "CHF", "us$": "USD", "skr": "SEK", "spänn": "SEK",
    "nkr": "NOK", "dkr": "DKK", "euron": "EUR", "eurot": "EUR",
}  # fmt: skip
_SHARED: Mapping[str, tuple[str, ...]] = {
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "krona": ("SEK", "ISK"),
    "kronor": ("SEK",),
    "kronen": ("SEK", "NOK", "DKK"),
    "coronas": ("SEK", "NOK", "DKK"),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "MXN", "CLP", "COP", "ARS"),
    "dollar": ("USD", "CAD", "AUD", "NZD", "SGD"),
    "dollars": ("USD", "CAD", "AUD", "NZD", "SGD"),
    "dólar": ("USD",),
    "dólares": ("USD",),
    "pesos": ("MXN", "CLP", "COP", "ARS"),
}
_SPACES = " \u00a0\u202f\u2009"
# One space at most between groups, so that "20 chairs" and a price behind them stay two things.
_NUMBER = rf"[0-9]+(?:[{_SPACES}.,'’][0-9]+)*"
_SYMBOLS = r"(?:[A-Z]{0,3}[€$£¥]|kr\.?(?![^\W\d_])|fr\.|zł)"
_WORDS = r"[^\W\d_]{2,8}"
_MONEY = r"(?:€|\$|£|eur\w*|kr\w*|sek|nok|dkk|usd|gbp|chf|dollar\w*|pund|pounds?)"
_SCALE = (
    r"(?:k|t|tsd\.?|thousand|tusen|tausend|mil|m|mn|mio\.?|mill?i[oó]n\w*|mill[oó]n\w*|miljon\w*|bn|mrd\.?|milj?ard\w*|billion\w*|grand|"
    r"hundred)"
)
_EACH = (
    r"(?:each|ea|apiece|a\spiece|per|pro|je|styck\w*|st|vardera|var|cada|c/u|la\sunidad|das\sst[üu]ck|pp|p\.p\.|monthly|yearly|"
    r"a\smonth|a\syear|p\.[ma]\.|al\smes|al\saño|por\s(?:persona|unidad|pieza|mes|año)|monatlich|jährlich|i\smånaden|"
    r"om\såret|[x×*]\s?[0-9]+|times|mal|ggr|gånger)"
)
# Behind an amount: "€5k", "450 EUR each", "450 kr/st", "EUR 450-500": the figures are not the sum.
_LARGER = re.compile(rf"[{_SPACES}]?(?:{_SCALE}|{_EACH})(?!\w)|/|[-–]?[0-9]", re.IGNORECASE)
# Within it: "tkr", "2 Tsd. €", "5 miljoner kr", "5x450 EUR".
_SCALED = re.compile(
    rf"[0-9][0-9.,]{{0,14}}\s?(?:(?:tkr|mkr|tsek|msek|teur)(?!\w)|{_SCALE}\s?(?:de\s)?{_MONEY}(?!\w)|[x×]\s?[0-9])",
    re.IGNORECASE,
)
# Before it: "2 x 450 EUR", "je 150 €", "à 500 kr", "450-500 EUR", "1/2 EUR".
_TIMES = re.compile(
    r"(?:\b[0-9]+\s?(?:[x×*@]|times|mal|ggr|gånger|por|pcs|st|stk|pieces|stück)(?:\s(?:at|à|zu|for))?|\bje(?:\s\w{1,12})?|\bà|"
    r"@|[0-9]\s?(?:[-–/]|\b(?:to|or|bis|oder|till|eller|o|hasta)|\sa)?)\s*$",
    re.IGNORECASE,
)
_USUAL = frozenset({
    "EUR", "SEK", "NOK", "DKK", "ISK", "USD", "GBP", "CHF", "PLN", "CZK", "HUF", "RON", "BGN", "JPY", "CNY", "INR",
    "CAD", "AUD", "NZD", "MXN", "BRL", "ARS", "CLP", "COP", "ZAR", "SGD", "HKD", "KRW", "THB", "ILS", "AED", "UAH",
})  # fmt: skip
_PRICE = re.compile(
    rf"(?<![\w.,])(?P<sign>[-−])?(?:(?P<before>{_SYMBOLS}|{_WORDS})[{_SPACES}]?)?(?P<minus>[-−])?(?P<number>{_NUMBER})(?![{_SPACES}.,:'’]?[0-9])"
    rf"(?P<dash>[,.:][-–—])?(?:[{_SPACES}]?(?P<after>{_SYMBOLS}|{_WORDS})(?!-\w))?(?![.,:'’]?[0-9])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Money:
    """`minor` units of a currency: 45000 EUR are 450.00 €."""

    minor: int
    currency: str

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.minor).scaleb(-digits(self.currency))


class NotMoney(Exception):
    """Why a text is no amount: "ambiguous", "not_positive", "too_much", "too_fine", "several" or "unknown"."""

    def __init__(self, why: str, typed: str) -> None:
        super().__init__(why)
        self.why = why
        self.typed = typed


@dataclass(frozen=True)
class Price:
    """An amount that stands in a text, from `start` to `end`."""

    money: Money
    start: int
    end: int


@lru_cache(maxsize=64)
def digits(currency: str) -> int:
    """Minor digits of a currency, by CLDR: 2 for EUR, 0 for JPY."""
    return numbers.get_currency_precision(currency)


def is_currency(code: str) -> bool:
    """Money that somebody can pay with: codes like XXX and XTS stand for none."""
    return code in _currencies() and (not code.startswith("X") or code in ("XAF", "XOF", "XPF", "XCD"))


def of(amount: Decimal, currency: str, typed: str = "") -> Money:
    """A decimal number of a currency as minor units. Raises NotMoney for what can't be paid."""
    if amount <= 0:
        raise NotMoney("not_positive", typed)
    if amount > MOST:
        raise NotMoney("too_much", typed)
    scaled = amount.scaleb(digits(currency))
    if scaled != scaled.to_integral_value():
        raise NotMoney("too_fine", typed)
    return Money(int(scaled), currency)


def read(text: str, locale: Locale, currency: str) -> Money:
    """A text that is nothing but an amount; without a currency in it, it is in `currency`. Raises NotMoney."""
    amount, named = read_decimal(text, locale, currency)
    return of(amount, named, text.strip())


def read_decimal(text: str, locale: Locale, currency: str) -> tuple[Decimal, str]:
    """The same as a number, however fine, and its currency."""
    typed = text.strip()
    found = _PRICE.fullmatch(typed)
    if found is None:
        raise NotMoney("unknown", typed)
    before, after = (_currency(found[side], currency, locale) for side in ("before", "after"))
    if (found["before"] and before is None) or (found["after"] and after is None) or (before and after):
        raise NotMoney("unknown", typed)
    if found["minus"] or found["sign"]:
        raise NotMoney("not_positive", typed)
    return _decimal(found["number"], locale, typed), before or after or currency


def find(text: str, locale: Locale, currency: str) -> Price | None:
    """The first amount in a text that names its currency; "20 chairs" is none. Raises NotMoney for one that can't be.

    `currency` is the money of where the writer is: what "kr" and "$" mean there.
    """
    prices = list(_prices(text, locale, currency))
    if len({one.money for one in prices}) > 1:
        raise NotMoney("several", " / ".join(text[one.start : one.end] for one in prices[:3]))
    return prices[0] if prices else None


def _prices(text: str, locale: Locale, currency: str) -> Iterator[Price]:
    if scaled := _SCALED.search(text):
        raise NotMoney("unknown", scaled[0])
    at = 0
    while found := _PRICE.search(text, at):
        at = found.end("number")
        before, after = (_named(found[side], currency, locale) for side in ("before", "after"))
        if not before and not after and not found["dash"]:
            continue
        start = found.start("before") if before else found.start("number")
        end = at = found.end("after") if after else found.end("dash") if found["dash"] else found.end("number")
        typed = text[start:end]
        if times := _TIMES.search(text, max(0, start - 40), start):
            raise NotMoney("unknown", times[0] + typed)
        if larger := _LARGER.match(text, end):
            # "5k", "2.5 million", "450 EUR each": the number that stands there is not what is paid.
            raise NotMoney("unknown", typed + larger[0])
        if found["minus"] or found["sign"]:
            raise NotMoney("not_positive", typed)
        yield Price(of(_decimal(found["number"], locale, typed), (after or before or currency), typed), start, end)


def _named(word: str | None, here: str, locale: Locale) -> str | None:
    """The currency that a word in a sentence means. Of the codes only money that offices pay with: "ALL 20" and
    "TOP 10" are words, and the lek and the pa'anga are rare."""
    found = _currency(word, here, locale)
    return found if found in _USUAL or found == here else None


def is_money_word(word: str) -> bool:
    """Whether a word or sign is how people call some money: "€", "euros", "Skr", "USD"; of the codes only those of
    money that offices pay with, written in capitals or as people do in a hurry."""
    bare = word.lower().rstrip(".")
    return bare in _NAMES or bare in _SHARED or word[-1:] in "€$£¥" or (word.upper() in _USUAL and _is_code(word))


def _is_code(word: str) -> bool:
    return word.isupper() or word.lower() in ("eur", "sek", "nok", "dkk", "usd", "gbp", "chf", "pln")


def shown_rate(own: Money, home: Money, rate: Decimal) -> Decimal:
    """A rate with as few decimals as still give the very sum that is shown; at least three."""
    for decimals in range(3, 13):
        rounded = rate.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if rounded and converted(own, rounded, home.currency) == home:
            return rounded.normalize()
    return rate


def converted(money: Money, rate: Decimal, currency: str) -> Money:
    """The same in another currency, rounded half up to its minor units; never rounded down to nothing."""
    exact = (money.decimal * rate).scaleb(digits(currency))
    return Money(max(1, int(exact.quantize(Decimal(1), ROUND_HALF_UP))), currency)


def _currency(word: str | None, here: str, locale: Locale) -> str | None:
    if not word:
        return None
    code = word.upper()
    if len(code) == 3 and code in _currencies() and (word.isupper() or fold(word) in _NAMES or code == here):
        return code
    plain = word.lower().rstrip(".") if word.lower() not in _NAMES else word.lower()
    if plain in _NAMES:
        return _NAMES[plain]
    shared = _SHARED.get(plain)
    if shared:
        return here if here in shared else shared[0]
    return _symbols(locale).get(word) if word[-1] in "€$£¥" else None  # "JP¥", "CA$"


def _decimal(number: str, locale: Locale, typed: str) -> Decimal:
    """Digits with their separators -> a number. Three digits behind the only separator are thousands, unless the
    writer's language has that separator before decimals: then nobody can know."""
    marks = [char for char in number if not char.isdigit()]
    if not marks:
        return Decimal(number)
    parts = re.split(rf"[{_SPACES}.,'’]", number)
    decimal_mark = _decimal_mark(marks, parts, locale, typed)
    if decimal_mark is None:
        whole, fraction = parts, ""
    else:
        whole, fraction = parts[:-1], parts[-1]
    if (not 1 <= len(whole[0]) <= 3 and len(whole) > 1) or any(len(one) != 3 for one in whole[1:]):
        raise NotMoney("unknown", typed)
    return Decimal("".join(whole) + (f".{fraction}" if fraction else ""))


def _decimal_mark(marks: list[str], parts: list[str], locale: Locale, typed: str) -> str | None:
    last = marks[-1]
    if last not in ".,":
        return None
    if len(set(marks)) > 1:
        if marks.count(last) > 1 or len(parts[-1]) > 2:
            raise NotMoney("unknown", typed)
        return last
    if len(marks) > 1:
        return None  # 1.000.000
    if len(parts[-1]) != 3 or len(parts[0]) > 3 or parts[0].startswith("0"):
        return last
    if last == numbers.get_decimal_symbol(locale):
        raise NotMoney("ambiguous", typed)
    return None


def number(text: str, locale: Locale) -> Decimal:
    """Figures without a currency, such as a rate, with the separators of the writer's language. Raises NotMoney."""
    typed = text.strip()
    if not re.fullmatch(_NUMBER, typed):
        raise NotMoney("unknown", typed)
    return _decimal(typed, locale, typed)


@lru_cache(maxsize=64)
def _symbols(locale: Locale) -> Mapping[str, str]:
    return {symbol: code for code, symbol in locale.currency_symbols.items()}


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(Locale("en").currencies)
