"""Amounts between the lines: figures that are written otherwise, words that hold an amount nobody has read, and whether
a price is for one or for all."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from office.rules.money import is_money_word
from office.rules.number_words import numbers
from office.when.lexicons import LEXICONS, meanings

_EXPONENT = re.compile(r"(?<![\w.,])(?P<base>\d{1,6}(?:[.,]\d{1,6})?)[eE](?P<exponent>\d{1,2})(?!\w)")
# A letter O in the place of a zero: "3OOO". With a figure before it, so that "OO" stays a word.
_LETTER_O = re.compile(r"(?<![\w.,])\d[\dOo]*[Oo][\dOo]*(?!\w)")
_ADDRESSES = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|<[^>]*>")
_SPACES = " \u00a0\u202f\u2009"
_NEXT_WORD = re.compile(rf"[{_SPACES}]?(?P<word>[€$£¥]|[^\W\d_]+[€$£¥]?|%)")
_WORD_BEFORE = re.compile(rf"(?P<word>[€$£¥]|[^\W\d_]+[€$£¥]?)[{_SPACES}]?$")
_QUANTITY = re.compile(
    rf"(?<![\w.,:/-])(?P<count>\d{{1,6}})[{_SPACES}]?(?P<mark>[x×*](?=[{_SPACES}\d])|(?:st|stk|stck|pcs?|pieces?|stück|stycken|uds?)\.?"
    rf"(?!\w))?[{_SPACES}]*(?P<word>[^\W\d_][\w'-]*)?",
    re.IGNORECASE,
)
# "several hundred euros", "2.5 million kronor", "twenty to thirty thousand": the number alone is not what is meant.
_VAGUE_BEFORE = re.compile(
    r"(?:[\d½¼¾⅓⅔]|\b(?:half|quarter|halv|halva|halbe|halben|medio|media|several|few|some|couple|many|mehrere|mehreren|"
    r"einige|paar|några|flera|par|varios|varias|unos|unas|algunos|to|or|bis|oder|till|eller|o|hasta|times|mal|gånger|"
    r"veces)(?:\s(?:a|an|ein|eine|en|ett|of|de))?)\s*[-–]?\s*$",
    re.IGNORECASE,
)
# What a number of things stands behind: nothing, a comma, or a small word. "iPhone 15" and "floor 2" are names.
_BEFORE_A_QUANTITY = re.compile(
    r"(?:^|[,;:+&(]|\b(?:for|of|and|with|need|buy|order|about|för|av|och|med|köp|köpa|ca|für|von|und|mit|kaufe|kaufen|"
    r"etwa|para|de|y|con|compra|comprar|unos|unas))\s*$",
    re.IGNORECASE,
)
# What a figure counts that is no number of things: "2027", "3 %", "9 o'clock".
_NO_THINGS = frozenset("% uhr h am pm o kl gb tb mb cm mm m km zoll inch".split())  # noqa: SIM905


@dataclass(frozen=True)
class Count:
    """How many of something a price may be for."""

    number: int
    start: int
    end: int


def plain_figures(text: str, language: str) -> str:
    """The same words with amounts in figures as everybody reads them: full-width and Arabic digits, a letter O among
    zeros, "1e6", and a number in words that stands beside a currency. What is not certain stays as it is."""
    digits = "".join(_plain(char) for char in text)
    digits = _LETTER_O.sub(lambda found: re.sub("[Oo]", "0", found[0]), digits)
    digits = _EXPONENT.sub(_power, digits)
    for number in reversed(list(numbers(digits, language))):
        beside = _money_after(digits, number.end) or _money_before(digits, number.start)
        if number.value and beside and not _VAGUE_BEFORE.search(digits[: number.start]):
            before = re.sub(r"\ban?\s$", "", digits[: number.start], flags=re.IGNORECASE)  # "a hundred"
            digits = f"{before}{number.value}{digits[number.end :]}"
    return digits


def unread(text: str, language: str) -> str | None:
    """The figure, the number in words or the name of a currency in a text in which no amount was found; None where
    there is none of them. Words like "one" and "a" are no numbers."""
    bare = _ADDRESSES.sub(lambda found: " " * len(found[0]), text)
    found = [*_figures(bare), *_numbers_in_words(bare, language), *_currencies(bare)]
    if not found:
        return None
    start, end = min(found)
    return _with_neighbours(bare, start, end)


def unread_price(text: str, language: str) -> str | None:
    """The same for words that explain: figures alone may count anything, beside the name of a currency they don't."""
    has_money = any(True for _ in _currencies(_ADDRESSES.sub(" ", text)))
    return unread(text, language) if has_money else None


def count_before(text: str, price_start: int) -> Count | None:
    """How many things stand before a price: "10 laptops at", "20 ×", "3 pcs monitor". None for "iPhone 15", "floor 2",
    "12 March" and "2027"."""
    for found in _QUANTITY.finditer(text, 0, price_start):
        number, word = int(found["count"]), (found["word"] or "").lower()
        is_year = 1900 <= number <= 2100 and not found["mark"]
        if number < 2 or is_year or word in _NO_THINGS or _is_of_time(word) or (not word and not found["mark"]):
            continue
        if found["mark"] or _BEFORE_A_QUANTITY.search(text[: found.start()]):
            return Count(number, found.start("count"), found.end("mark") if found["mark"] else found.end("count"))
    return None


def _plain(char: str) -> str:
    if char.isascii():
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return unicodedata.normalize("NFKC", char) if "\uff01" <= char <= "\uff5e" else char


def _power(found: re.Match[str]) -> str:
    exponent = int(found["exponent"])
    try:
        value = Decimal(found["base"].replace(",", ".")).scaleb(exponent)
    except InvalidOperation:
        return found[0]
    return str(int(value)) if exponent <= 12 and value == value.to_integral_value() else found[0]


def _money_after(text: str, end: int) -> bool:
    word = _NEXT_WORD.match(text, end)
    return word is not None and is_money_word(word["word"])


def _money_before(text: str, start: int) -> bool:
    word = _WORD_BEFORE.search(text, max(0, start - 20), start)
    return word is not None and is_money_word(word["word"])


def _figures(text: str) -> Iterator[tuple[int, int]]:
    for at, char in enumerate(text):
        if char.isdecimal() or (char.isnumeric() and unicodedata.category(char) in ("No", "Nl")):
            yield at, at + 1
            return


def _numbers_in_words(text: str, language: str) -> Iterator[tuple[int, int]]:
    yield from ((one.start, one.end) for one in numbers(text, language) if one.value > 1)


def _currencies(text: str) -> Iterator[tuple[int, int]]:
    for found in re.finditer(r"[€$£¥]|(?<![\w-])[^\W\d_]+(?![\w-])", text):
        if is_money_word(found[0]):
            yield found.span()
            return


def _with_neighbours(text: str, start: int, end: int) -> str:
    """The stretch with the rest of its words, as somebody recognises it."""
    first = start - len(re.search(r"\S*$", text[:start])[0])  # type: ignore[index]
    last = end + len(re.match(r"\S*(?:\s\S+)?", text[end:])[0])  # type: ignore[index]
    return text[first:last].strip(" ,;:.!?")[:60]


def _is_of_time(word: str) -> bool:
    """Whether a word after a figure makes a date or a time of it."""
    kinds = ("month", "weekday", "clock")
    for language in LEXICONS:
        meaning = meanings(language).get((word,))
        if meaning is not None and meaning[0].partition(":")[0] in kinds:
            return True
    return False
