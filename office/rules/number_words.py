"""Numbers in words, in four languages: "twenty-five", "zweitausenddreihundert", "tjugofem", "dos mil" -> int."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

# Written as people do, with and without accents. A word of several languages has the same value in all of them, but
# for those in _OF_ONE, which are other words elsewhere: English "once" is no eleven, Spanish "tío" is an uncle.
_ONES: Mapping[int, str] = {
    0: "zero noll null cero", 1: "one ett en eins ein eine einen uno un una", 2: "two två zwei zwo dos",
    3: "three tre drei tres", 4: "four fyra vier cuatro", 5: "five fem fünf fuenf cinco", 6: "six sex sechs seis",
    7: "seven sju sieben siete", 8: "eight åtta acht ocho", 9: "nine nio neun nueve", 10: "ten tio zehn diez",
    11: "eleven elva elf", 12: "twelve tolv zwölf zwoelf doce", 13: "thirteen tretton dreizehn trece",
    14: "fourteen fjorton vierzehn catorce", 15: "fifteen femton fünfzehn fuenfzehn quince",
    16: "sixteen sexton sechzehn dieciséis dieciseis", 17: "seventeen sjutton siebzehn diecisiete",
    18: "eighteen arton achtzehn dieciocho", 19: "nineteen nitton neunzehn diecinueve",
    21: "veintiuno veintiún veintiun veintiuna", 22: "veintidós veintidos", 23: "veintitrés veintitres",
    24: "veinticuatro", 25: "veinticinco", 26: "veintiséis veintiseis", 27: "veintisiete", 28: "veintiocho",
    29: "veintinueve",
}  # fmt: skip
_TENS: Mapping[int, str] = {
    20: "twenty tjugo zwanzig veinte", 30: "thirty trettio dreißig dreissig treinta",
    40: "forty fourty fyrtio förtio vierzig cuarenta", 50: "fifty femtio fünfzig fuenfzig cincuenta",
    60: "sixty sextio sechzig sesenta", 70: "seventy sjuttio siebzig setenta", 80: "eighty åttio achtzig ochenta",
    90: "ninety nittio neunzig noventa",
}  # fmt: skip
_HUNDREDS: Mapping[int, str] = {
    100: "cien ciento", 200: "doscientos doscientas", 300: "trescientos trescientas",
    400: "cuatrocientos cuatrocientas", 500: "quinientos quinientas", 600: "seiscientos seiscientas",
    700: "setecientos setecientas", 800: "ochocientos ochocientas", 900: "novecientos novecientas",
}  # fmt: skip
_TIMES: Mapping[int, str] = {
    100: "hundred hundra hundert", 1000: "thousand tusen tausend mil",
    1_000_000: "million millions miljon miljoner millionen millón millon millones",
}  # fmt: skip
_JOINING = frozenset({"and", "och", "und", "y"})
_OF_ONE: Mapping[str, tuple[str, int]] = {"once": ("es", 11)}
# Alone these are articles, and numbers with others only; or they are numbers in one language, and else in others.
_ARTICLES = frozenset(_ONES[1].split())
_ALONE_IN: Mapping[str, str] = {"null": "de", "mil": "es", "elf": "de", "sex": "sv"}
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_WORD, _LONGEST_NUMBER = 60, 12


@dataclass(frozen=True)
class Number:
    """A number in words, from `start` to `end` of its text."""

    value: int
    start: int
    end: int


@dataclass(frozen=True)
class _Atom:
    kind: str  # "one", "ten", "hundred" (as a sum), "times", "and"
    value: int


def numbers(text: str, language: str = "en") -> Iterator[Number]:
    """The numbers that stand in a text in words, the longest of each, in their order."""
    found = list(_WORD.finditer(text))
    at = 0
    while at < len(found):
        number, used = _number_at(text, found, at, language)
        if number is None:
            at += 1
        else:
            yield number
            at += used


def _number_at(text: str, found: Sequence[re.Match[str]], start: int, language: str) -> tuple[Number | None, int]:
    atoms: list[_Atom] = []
    best: tuple[Number | None, int] = (None, 1)
    for used in range(min(_LONGEST_NUMBER, len(found) - start)):
        word = found[start + used]
        if used and not re.fullmatch(r"[\s\u00a0-]+", text[found[start + used - 1].end() : word.start()]):
            break
        parts = _atoms(word[0].lower(), language)
        if parts is None or (not used and parts[0].kind == "and"):
            break
        atoms += parts
        value = _value(atoms)
        alone = used == 0 and _is_none_alone(word[0].lower(), language)
        if value is not None and not alone and atoms[-1].kind != "and":
            best = (Number(value, found[start].start(), word.end()), used + 1)
    return best


def _is_none_alone(word: str, language: str) -> bool:
    return word in _ARTICLES or _ALONE_IN.get(word, language) != language


def _value(atoms: Sequence[_Atom]) -> int | None:
    """What the parts of a number come to; None where they are not one number, such as "two five"."""
    total, group, room, least = 0, 0, 1000, 10**9
    before = ""
    for atom in atoms:
        if atom.kind == "times" and atom.value == 100:
            if group >= 100:
                return None
            group, room = max(1, group) * 100, 100
        elif atom.kind == "times":
            if atom.value >= least:
                return None
            total, group, room, least = total + max(1, group) * atom.value, 0, 1000, atom.value
        elif atom.kind != "and":
            # German says its ones first: "zweiundzwanzig".
            turned = atom.kind == "ten" and before == "and" and 0 < group % 100 < 10
            if _size(atom) > room and not turned:
                return None
            group += atom.value
            room = 1 if turned else {"hundred": 100, "ten": 10}.get(atom.kind, 1)
        before = atom.kind
    return total + group if total + group or any(one.kind == "one" for one in atoms) else None


def _size(atom: _Atom) -> int:
    """How much room a part needs: ones stand behind tens, tens behind hundreds."""
    return {"hundred": 1000, "ten": 100}.get(atom.kind, 10 if atom.value < 10 else 100)


def _atoms(word: str, language: str) -> list[_Atom] | None:
    """The parts of one word: "zwei-und-zwanzig" in one, "tjugofem" in two; None for a word that is none."""
    if len(word) > _LONGEST_WORD:
        return None
    if word in _OF_ONE:
        own, value = _OF_ONE[word]
        return [_Atom("one", value)] if own == language else None
    if word in _JOINING:
        return [_Atom("and", 0)]
    return _split(word)


@lru_cache(maxsize=2048)
def _split(word: str) -> list[_Atom] | None:
    lexicon = _lexicon()
    if word in lexicon:
        return [lexicon[word]]
    for end in range(len(word) - 1, 1, -1):
        first = lexicon.get(word[:end])
        if first is None:
            continue
        rest = _split(word[end:])
        if rest is not None and (rest[0].kind != "and" or len(rest) > 1):
            return [first, *rest]
    return None


@lru_cache(maxsize=1)
def _lexicon() -> Mapping[str, _Atom]:
    known = {"und": _Atom("and", 0), "och": _Atom("and", 0)}
    for kind, table in (("one", _ONES), ("ten", _TENS), ("hundred", _HUNDREDS), ("times", _TIMES)):
        known |= {word: _Atom(kind, value) for value, words in table.items() for word in words.split()}
    return known
