"""Supplies as people type them: "20 copy paper, half a dozen pens" -> quantities, units and the words of items."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from office.catalogue import LANGUAGES
from office.rules import courtesy, supply_units
from office.rules.number_words import numbers
from office.rules.supply_units import OF
from storage.text import fold
from storage.words import Unit

# More than this of anything is a slip.
MOST = 1_000_000

_AND = "and|och|und|y|e|plus|samt|sowie|&|\\+"
_ONE = frozenset(fold("a an one en ett eins ein eine einen einem einer un una uno the").split())
_DOZEN = re.compile(
    r"^(?:(?P<half>half|halb|halbes|halbe|halv|halvt|medio|media)\s+(?:an?\s+)?)?"
    r"(?:dozens?|doz|dz|dtzd|dussin|dutzend|docenas?)\b\.?",
    re.IGNORECASE,
)
_COUPLE = re.compile(
    r"^(?:(?:an?|ein|ett|un)\s+)?(?P<word>couple|paar|par|pair)(?:\s+(?:of|de|av|von))?\s+(?=\S)", re.IGNORECASE
)
_HALF = frozenset(fold("half halb halbe halber halbes halv halvt halva medio media").split())
_FIGURE = re.compile(
    r"(?P<figure>[-−+]?\d[\d.,'\u00a0\u202f]*(?:\s\d{3}(?!\d))*(?:/\d+)?(?:[eE][+-]?\d+)?)\s*(?P<times>[x×*](?=\s|\d))?\s*"
)
_TIMES_FIRST = re.compile(r"^[x×*]\s?(?=\d)")
_AFTER = r"(?P<figure>[-−+]?\d[\d.,'/]*(?:[eE]\d+)?)\s*(?P<unit>[^\W\d_]+\.?)?"
_LAST_FIGURE = re.compile(rf"(?:[\s:]+\(?[x×*]?\s?|[\s]*\([x×*]?\s?){_AFTER}\)?$")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'\s\u00a0\u202f]\d{3})+")
_SEPARATORS = re.compile(r"[;\n•]|,(?!\d)|(?<!\d),")
_ATTACHED = re.compile(r"^(\d[\d.,]*)([^\W\d_]{1,12})\.?(?=\s|$)")
# "10er Pack", "10-pack", "Sechserpack": a pack that says how many are in it.
_PACK = r"(?:packung(?:en)?|packs?|pak(?:ete?)?|paquetes?|box(?:es)?|karton|p)"
_FILLED = re.compile(rf"^(?P<of>\d{{1,4}})(?:er[\s-]?|-){_PACK}\b\.?\s+", re.IGNORECASE)
_FILLED_WORD = re.compile(rf"^(?P<of>[^\W\d_]{{3,}}?)(?:er)?-?{_PACK}\b\.?\s+", re.IGNORECASE)
_PACK_OF = re.compile(
    r"^(?:packs?|packets?|box(?:es)?|packung(?:en)?|pakete?|paquetes?|cajas?|förpackning(?:ar)?|lådor|låda|kartons?)\s+"
    r"(?:of|mit|à|a|de|om|zu|med|con)\s+(?P<of>\d{1,4})\s+(?=\S)",
    re.IGNORECASE,
)


_SHARE = re.compile(r"^\d*\s?[½¼¾⅓⅔⅛]")
# What a number of a form counts.
_THINGS = "things"


@dataclass(frozen=True)
class Wanted:
    """One thing that somebody wants, as typed.

    `words` are those of the item, `whole` the same with the number before them. `quantity`: None where no number was
    said. `packs`: it counts packs. `unit`: the unit that was said; `measure`: the word of one that nothing is counted
    in. `filled`: its packs hold so many, and the quantity counts what is in them. `pair`: "a pair" may be one pair or
    two. `trouble`: why the number can't be one: "zero", "minus", "fraction" or "huge". `is_out`: that nothing is left.
    """

    typed: str
    words: str
    quantity: int | None = None
    packs: bool = False
    unit: Unit | None = None
    trouble: str = ""
    whole: str = ""
    measure: str = ""
    filled: int | None = None
    pair: bool = False
    is_out: bool = False


@dataclass(frozen=True)
class _Count:
    """A number at the beginning of some words, and what follows it."""

    rest: str
    value: int | None
    trouble: str = ""
    filled: int | None = None
    pair: bool = False


def split(text: str) -> list[str]:
    """The parts of a text that are one thing each; a comma within a number separates nothing. Emoji, bullets, the
    numbers of a list, greetings and thanks are none."""
    listed = courtesy.lines_of_list(courtesy.without_emoji(text))
    lines = (courtesy.without_bullet(line) for line in listed.splitlines())
    pieces = (piece for line in lines for piece in _SEPARATORS.split(line))
    parts = [found for piece in pieces for part in _at_counted_and(piece) if (found := part.strip(" \t.,"))]
    return [part for part in parts if not courtesy.is_courtesy(part)] or parts[:1]


def at_and(words: str) -> list[str]:
    """Words on both sides of "and", for what is no item as a whole."""
    return [part.strip() for part in re.split(rf"\s+(?:{_AND})\s+", words, flags=re.IGNORECASE) if part.strip()]


def read(part: str) -> Wanted:
    """One part -> how many of what. The words are what is left beside number and unit."""
    typed = " ".join(part.split())
    wanted = courtesy.without_courtesy(typed) or typed
    if (gone := out_of(wanted)) is not None:
        return Wanted(typed, gone, whole=gone, is_out=True)
    count = _counted(wanted)
    rest, packs, unit, measure = _in_unit(count.rest, counted=count.value is not None or bool(count.trouble))
    return Wanted(typed, rest, count.value, packs, unit, count.trouble, wanted, measure, count.filled, pair=count.pair)


def how_many(text: str) -> Wanted:
    """A number of a form, with a unit or without: "12", "twelve", "2 boxes". Its words are empty, or it is none."""
    found = read(f"{text.strip()} {_THINGS}")
    if found.words != _THINGS or (found.quantity is None and not found.trouble):
        return Wanted(text, text, trouble="fraction")
    return found


def number(text: str) -> tuple[int | None, str]:
    """A whole number as people write it, and what is wrong with it otherwise."""
    bare = text.strip().replace("−", "-")
    if re.search(r"\d[eE][+-]?\d", bare) or len(bare) > 12:
        return None, "huge"
    if "/" in bare:
        return None, "fraction"
    sign, figures = (bare[0], bare[1:]) if bare[:1] in "+-" else ("", bare)
    figures = figures.rstrip(".,'")
    if _GROUPED.fullmatch(figures):
        figures = re.sub(r"\D", "", figures)
    elif not figures.isdecimal():
        whole, _, rest = figures.replace(",", ".").partition(".")
        if not rest.strip("0") and whole.isdecimal():
            figures = whole
        else:
            return None, "fraction"
    return _checked(int(figures), sign)


def _checked(value: int, sign: str = "") -> tuple[int | None, str]:
    if sign == "-":
        return None, "minus"
    if value == 0:
        return None, "zero"
    return (None, "huge") if value > MOST else (value, "")


_OUT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:ya )?(?:se )?(?:me |nos )?(?:ha|han) (?:acabado|terminado|agotado) (?P<what>.+)",
        r"(?:ya )?se (?:me |nos )?(?:acab|termin|agot)(?:ó|o|aron) (?P<what>.+)",
        r"(?:ya )?no (?:me |nos )?(?:queda|quedan|hay)(?: ya)?(?: más| mas)? (?P<what>.+)",
        r"(?P<what>.+?)(?: está| están| esta| estan| se ha| se han)? (?:agotad|acabad|terminad)[oa]s?",
        r"(?:estamos )?sin (?P<what>.+)",
        r"(?P<what>.+?) (?:ist|sind) (?:alle|aus|leer|weg|ausgegangen|aufgebraucht|zu ende)",
        r"(?:es gibt |da ist |wir haben )?kein(?:e|en)? (?P<what>.+?) mehr(?: da)?",
        r"(?P<what>.+?)(?: är| har tagit| tog)? slut(?: nu)?",
        r"(?:det är |vi har )?slut på (?P<what>.+)",
        r"(?:det finns |vi har )?(?:ingen|inget|inga) (?P<what>.+?)(?: kvar)?",
        r"(?:we(?:'re|’re| are|'ve|’ve| have)? )?(?:all |just )?(?:run |ran )?out of (?P<what>.+)",
        r"(?:there(?:'s|’s| is| are) )?no (?:more )?(?P<what>.+?)(?: left)?",
        r"(?P<what>.+?)(?: is| are|'s|’s) (?:all )?(?:out|empty|finished|gone|used up)(?: of stock)?",
        r"(?P<what>.+?) (?:has|have) (?:all )?(?:run out|gone)",
        r"(?P<what>.+?) ran out",
    )
)  # fmt: skip


def out_of(part: str) -> str | None:
    """What somebody says that nothing is left of: "Kaffe är slut", "we're out of paper"; None where nobody says so."""
    bare = part.strip(" .!")
    found = next((match for one in _OUT if (match := one.fullmatch(bare))), None)
    return found["what"].strip() if found else None


def _counted(typed: str) -> _Count:
    """The number before some words, else the one behind them."""
    found = _number_first(typed)
    if found is not None:
        return found
    first, _, rest = typed.partition(" ")
    if (fold(first) in _HALF or _SHARE.match(typed)) and rest:
        return _Count(rest.strip(), None, "fraction")
    return _number_last(typed) or _Count(typed, None)


def _number_first(typed: str) -> _Count | None:
    if (filled := _filled(typed)) is not None:
        return filled
    if (couple := _COUPLE.match(typed)) is not None:
        return _Count(typed[couple.end() :], 2, pair=fold(couple["word"]) != "couple")
    if _SHARE.match(typed):
        return None
    article, _, behind = typed.partition(" ")
    bare = behind.strip() if fold(article) in _ONE and behind else typed
    if (dozen := _dozen(bare, 1)) is not None:
        return dozen
    figure = _figure_first(typed)
    if figure is None and (figure := _words_first(bare)) is None and bare is not typed:
        figure = _Count(bare, 1)
    if figure is None or figure.value is None:
        return figure
    return _dozen(figure.rest, figure.value) or _filled(figure.rest, figure.value) or figure


def _figure_first(typed: str) -> _Count | None:
    attached = _ATTACHED.match(typed)
    # "3M tape" begins with a name; "2kg", "10pcs" and "5 m" with a number.
    if attached and attached[2] != "M" and (len(attached[2]) > 2 or supply_units.is_any(attached[2])):
        typed = f"{attached[1]} {typed[attached.start(2) :]}"
    typed = _TIMES_FIRST.sub("", typed)
    found = _FIGURE.match(typed)
    if not found or not (found.end() == len(typed) or typed[found.end() - 1].isspace() or found["times"]):
        return None
    value, trouble = number(found["figure"])
    rest = typed[found.end() :].strip()
    again = _FIGURE.match(rest) if found["times"] and value else None
    if again and again.end() < len(rest) and rest[again.end() - 1].isspace():
        each, wrong = number(again["figure"])
        product, trouble = _checked(value * each) if value and each else (None, wrong)
        return _Count(rest[again.end() :], product, trouble)
    return _Count(rest, value, trouble)


def _words_first(typed: str) -> _Count | None:
    """A number in words, in any of the languages: whoever reads English types Swedish, too."""
    firsts = [first for language in LANGUAGES if (first := next(numbers(typed, language), None)) and not first.start]
    found = max(firsts, key=lambda one: one.end, default=None)
    if found is None or not typed[found.end :].strip():
        return None
    return _Count(typed[found.end :].strip(" ×x*"), *_checked(found.value))


def _dozen(typed: str, times: int) -> _Count | None:
    found = _DOZEN.match(typed)
    rest = typed[found.end() :].strip() if found else ""
    if found is None or not rest:
        return None
    return _Count(re.sub(rf"^(?:{OF})\s+", "", rest, flags=re.IGNORECASE), times * (6 if found["half"] else 12))


def _filled(typed: str, times: int = 1) -> _Count | None:
    """ "10er Pack Batterien": what is in the packs is counted."""
    found = _FILLED.match(typed) or _PACK_OF.match(typed)
    inside = int(found["of"]) if found else 0
    if found is None and (found := _FILLED_WORD.match(typed)) is not None:
        inside = _all_of(found["of"])
    if found is None or not inside or not typed[found.end() :].strip():
        return None
    rest = re.sub(rf"^(?:{OF})\s+", "", typed[found.end() :], flags=re.IGNORECASE)
    return _Count(rest, *_checked(times * inside), filled=inside)


def _all_of(word: str) -> int:
    """The number that a word is from its beginning to its end; 0 for none."""
    for language in LANGUAGES:
        found = next(numbers(word, language), None)
        if found is not None and (found.start, found.end) == (0, len(word)):
            return found.value
    return 0


def _number_last(typed: str) -> _Count | None:
    """ "pens x10", "Klopapier 12 Rollen", "kaffe två stycken"."""
    if found := _LAST_FIGURE.search(typed):
        head = typed[: found.start()].strip()
        if (found["unit"] is None or supply_units.is_any(found["unit"])) and head and not head[-1].isdigit():
            value, trouble = number(found["figure"])
            return _Count(f"{found['unit'] or ''} {head}".strip(), value, trouble)
    first, *others = typed.split()
    behind = next(iter(numbers(" ".join(others), "sv")), None) if len(others) > 1 else None
    unit = others[-1] if others else ""
    if behind is not None and supply_units.is_any(unit) and " ".join(others)[behind.end :].strip() == unit:
        return _Count(f"{unit} {first} {' '.join(others)[: behind.start]}".strip(), *_checked(behind.value))
    return None


def _in_unit(words: str, counted: bool) -> tuple[str, bool, Unit | None, str]:
    """(the words of the item, whether packs are counted, the unit, the measure that is none of ours)."""
    first, _, rest = words.partition(" ")
    rest = re.sub(rf"^(?:{OF})\s+", "", rest.strip(), flags=re.IGNORECASE)
    if not rest or not counted or not supply_units.is_any(first):
        return (re.sub(rf"^(?:{OF})\s+", "", words) if counted else words), False, None, ""
    measure = first if supply_units.is_measure(first) else ""
    return rest, supply_units.is_pack(first), supply_units.unit_named(first), measure


def _at_counted_and(piece: str) -> Iterator[str]:
    """ "20 pens and 3 pads" are two things; "salt and pepper" may be one."""
    at = 0
    within = [one for language in LANGUAGES for one in numbers(piece, language)]
    for found in re.finditer(rf"\s+(?:{_AND})\s+(?=(\S.*))", piece, re.IGNORECASE):
        # "one hundred and fifty pens" is one thing.
        is_inside = any(one.start < found.start() and found.end() < one.end for one in within)
        if not is_inside and _begins_with_a_number(found[1]):
            yield piece[at : found.start()]
            at = found.end()
    yield piece[at:]


def _begins_with_a_number(text: str) -> bool:
    return _number_first(text) is not None or fold(text.split()[0]) in _HALF
