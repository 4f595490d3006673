"""Supplies as people type them: "20 copy paper, 2 boxes of pens" -> quantities, units and the words of items."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from storage.text import fold
from storage.words import Unit

# More than this of anything is a slip.
MOST = 1_000_000

_UNITS: Mapping[Unit, str] = {
    Unit.PIECE: "piece pieces pc pcs each st stycken stycke styck stück stueck stk unidad unidades ud uds pieza piezas",
    Unit.PACKET: "packet packets paket pakete paquete paquetes packung packungen förpackning förpackningar",
    Unit.REAM: "ream reams ris ries resma resmas",
    Unit.ROLL: "roll rolls rulle rullar rolle rollen rollo rollos",
    Unit.BOTTLE: "bottle bottles flaska flaskor flasche flaschen botella botellas",
    Unit.BAG: "bag bags påse påsar beutel bolsa bolsas tüte tüten",
    Unit.CAN: "can cans tin tins burk burkar dose dosen lata latas",
    Unit.PAIR: "pair pairs par paar paare pares",
}
_PACKS = (
    "box boxes pack packs carton cartons case cases crate crates låda lådor kartong kartonger förp karton "
    "kartons kiste "
    "kisten schachtel schachteln caja cajas cartón cartones"
)
_NUMBERS: Mapping[int, str] = {
    1: "a an one en ett ein eine einen un una uno", 2: "two två zwei dos", 3: "three tre drei tres",
    4: "four fyra vier cuatro", 5: "five fem fünf cinco", 6: "six sex sechs seis", 7: "seven sju sieben siete",
    8: "eight åtta acht ocho", 9: "nine nio neun nueve", 10: "ten tio zehn diez", 12: "twelve tolv zwölf doce",
}  # fmt: skip
_OF = "of|de|del|av|von|med|mit|with|con"
_AND = "and|och|und|y|e|plus|samt|sowie|&|\\+"
_SKIPPED = frozenset(
    fold("the a an of de del la el los las der die das den dem des av en ett ein eine un una i and och und y "
        "for för für")
    .split()
)  # fmt: skip
_ENDINGS = (
    "orna", "arna", "erna", "ores", "ern", "ers", "ens", "ets", "ena", "en", "et", "ar", "er", "or", "os", "as",
    "es", "na",
    "n", "s", "e", "a", "o",
)  # fmt: skip
# What people say around what they need.
_POLITE = re.compile(
    r"^(?:(?:please|could|can|may|i|we|send|order|you|need|want|would|like|to|have|get|me|some|jag|vi|behöver|vill|ha|kan|få|några|"
    r"ich|wir|brauche|brauchen|möchte|hätte|gern|gerne|bitte|einige|quiero|queremos|necesito|necesitamos|por|favor|"
    r"unos|unas|snälla|tack|skicka|envíeme|envíame)\s+)+|[\s,]+(?:please|thanks|asap|tack|bitte|danke|por\sfavor|gracias)[.!?]*$|[?!]+$",
    re.IGNORECASE,
)
_DOZEN = frozenset(fold("dozen dussin dutzend docena").split())

_UNIT_OF = {fold(word): unit for unit, words in _UNITS.items() for word in words.split()}
_PACK_WORDS = frozenset(fold(_PACKS).split())
_NUMBER_OF = {fold(word): number for number, words in _NUMBERS.items() for word in words.split()}

_FIGURE = re.compile(
    r"(?P<figure>[-−+]?\d[\d.,'\u00a0\u202f]*(?:\s\d{3}(?!\d))*(?:/\d+)?(?:[eE][+-]?\d+)?)\s*(?P<times>[x×*](?=\s|\d))?\s*"
)
_LAST_FIGURE = re.compile(r"[\s:]+[x×*]?\s?(?P<figure>[-−+]?\d[\d.,'/]*(?:[eE]\d+)?)\s*(?P<unit>[^\W\d_]+)?$")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'\s\u00a0\u202f]\d{3})+")
_WORDS = re.compile(r"[^\W_]+")
_SEPARATORS = re.compile(r"[;\n•]|,(?!\d)|(?<!\d),")
_BULLET = re.compile(r"^[-–*]\s+")
_ATTACHED = re.compile(r"^(\d+)([^\W\d_]{2,})(?=\s|$)")
_HALF = frozenset(fold("half halb halbe halber halv halvt halva medio media").split())


@dataclass(frozen=True)
class Wanted:
    """One thing that somebody wants, as typed. `quantity`: None where no number was said. `packs`: it counts packs.
    `trouble`: why the number can't be one: "zero", "minus", "fraction" or "huge"."""

    typed: str
    words: str
    quantity: int | None = None
    packs: bool = False
    unit: Unit | None = None
    trouble: str = ""


def split(text: str) -> list[str]:
    """The parts of a line that are one thing each; a comma within a number separates nothing."""
    parts = [part for piece in _SEPARATORS.split(text) for part in _at_counted_and(piece)]
    return [found for part in parts if (found := _BULLET.sub("", part.strip()).strip(" \t.,"))]


def at_and(words: str) -> list[str]:
    """Words on both sides of "and", for what is no item as a whole."""
    return [part.strip() for part in re.split(rf"\s+(?:{_AND})\s+", words, flags=re.IGNORECASE) if part.strip()]


def read(part: str) -> Wanted:
    """One part -> how many of what. The words are what is left beside number and unit."""
    typed = " ".join(part.split())
    rest, quantity, trouble = _counted(_POLITE.sub("", typed) or typed)
    first, _, more = rest.partition(" ")
    if fold(first) in _DOZEN and more:
        rest, quantity = re.sub(rf"^(?:{_OF})\s+", "", more), 12 * (quantity or 1)
    rest, packs, unit = _in_unit(rest, counted=quantity is not None or bool(trouble))
    return Wanted(typed, rest, quantity, packs, unit, trouble)


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
    value = int(figures)
    if sign == "-":
        return None, "minus"
    if value == 0:
        return None, "zero"
    return (None, "huge") if value > MOST else (value, "")


def key(words: str) -> str:
    """What names are compared by: folded words without endings of number and case, in order of the alphabet."""
    found = [_stem(word) for word in _WORDS.findall(fold(words)) if word not in _SKIPPED]
    return " ".join(sorted(found))


def exact(words: str) -> str:
    """The same with every word as it is, for telling "stapler" from "staples"."""
    return "=" + " ".join(sorted(word for word in _WORDS.findall(fold(words)) if word not in _SKIPPED))


def strange_unit(words: str) -> tuple[str, str] | None:
    """ "gallons of copy paper" -> ("gallons", "copy paper"): a word before "of" that is no unit of ours."""
    found = re.fullmatch(rf"([^\W\d_]+)\s+(?:{_OF})\s+(.+)", words, re.IGNORECASE)
    return (found[1], found[2]) if found else None


def unit_named(word: str) -> Unit | None:
    return _UNIT_OF.get(fold(word.strip()))


def _counted(typed: str) -> tuple[str, int | None, str]:
    attached = _ATTACHED.match(typed)
    if attached and (len(attached[2]) > 2 or fold(attached[2]) in _UNIT_OF):
        typed = f"{attached[1]} {typed[attached.start(2) :]}"
    found = _FIGURE.match(typed)
    # "3M tape" and "80g paper" begin with a name.
    if found and (found.end() == len(typed) or typed[found.end() - 1].isspace() or found["times"]):
        value, trouble = number(found["figure"])
        return typed[found.end() :].strip(), value, trouble
    first, _, rest = typed.partition(" ")
    if fold(first) in _HALF and rest:
        return rest.strip(), None, "fraction"
    if fold(first) in _NUMBER_OF and rest:
        return rest.strip(), _NUMBER_OF[fold(first)], ""
    if found := _LAST_FIGURE.search(typed):
        is_unit = found["unit"] is None or fold(found["unit"]) in _UNIT_OF or fold(found["unit"]) in _PACK_WORDS
        head = typed[: found.start()].strip()
        if is_unit and head and not head[-1].isdigit():
            value, trouble = number(found["figure"])
            return f"{found['unit'] or ''} {head}".strip(), value, trouble
    return typed, None, ""


def _in_unit(words: str, counted: bool) -> tuple[str, bool, Unit | None]:
    first, _, rest = words.partition(" ")
    rest = re.sub(rf"^(?:{_OF})\s+", "", rest.strip(), flags=re.IGNORECASE)
    if not rest or not counted:
        return words, False, None
    if fold(first) in _PACK_WORDS:
        return rest, True, None
    unit = _UNIT_OF.get(fold(first))
    return (rest, False, unit) if unit is not None else (re.sub(rf"^(?:{_OF})\s+", "", words), False, None)


def _at_counted_and(piece: str) -> Iterator[str]:
    """ "20 pens and 3 pads" are two things; "salt and pepper" may be one."""
    at = 0
    for found in re.finditer(rf"\s+(?:{_AND})\s+(?=(\S+))", piece, re.IGNORECASE):
        if found[1][:1].isdigit() or (fold(found[1]) in _NUMBER_OF and fold(found[1]) not in ("e",)):
            yield piece[at : found.start()]
            at = found.end()
    yield piece[at:]


def _stem(word: str) -> str:
    """A word without the ending of its number and case: the same for "batteries" and "battery"."""
    if word.endswith("ces") and len(word) > 5:
        return word[:-3] + "z"
    ending = next((one for one in _ENDINGS if word.endswith(one) and len(word) - len(one) >= _shortest(one)), None)
    if ending is not None:
        return word[: -len(ending)]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _shortest(ending: str) -> int:
    """How much of a word must be left: "cups" is a plural, "data" need not be one."""
    return 3 if len(ending) > 1 or ending == "s" else 4
