"""Words -> tokens: what each word or phrase means, with its place in the text. Time is linear in the text's length."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from office import zones
from office.when.lexicons import LEXICONS, longest, meanings
from storage.text import fold

LONGEST_TEXT = 3000


@dataclass(frozen=True)
class Token:
    """`kind` as the lexicons name it; `value` and `other` are its numbers; `start` and `end` its place in the text."""

    kind: str
    start: int
    end: int
    value: int = 0
    other: int = 0
    third: int = 0
    name: str = ""  # of a zone or a part of the day; of an unknown word, the word


_PIECE = re.compile(
    r"""
    (?P<thing><[@#!][^<>]*>)
  | (?P<iso>\d{4}-\d{1,2}-\d{1,2})(?=$|[^\d-])T?
  | (?P<slash>\d{1,2}/\d{1,2}(?:/\d{4}|/\d{2})?)(?![\d/])
  | (?P<dotted>\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})?)(?!\d)
  | (?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?P<meridiem>\s?[ap]\.?m\b\.?)?(?!\d)
  | (?P<hour_h>\d{1,2}h\d{2})(?!\w)
  | (?P<short>\d{1,2})\s?(?P<half_day>[ap])\.?m\b\.?
  | (?P<dot>\d{1,4}[.,]\d{1,2})(?!\d)
  | (?P<ordinal>\d{1,2}(?:st|nd|rd|th|:e|:a|º|ª|er|o\b))(?!\w)
  | (?P<ordinal_dot>\d{1,2}\.)(?=\s|$|[-–])
  | (?P<number>\d{1,4})(?!\d)
  | (?P<zone>[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+)+)
  | (?P<offset>(?:UTC|GMT)[+-]\d{1,2}(?::?\d{2})?)(?!\w)
  | (?P<word>[^\W\d_]+(?:['’.][^\W\d_]+)*\.?)
  | (?P<dash>[-–—])
  | (?P<comma>[,;])
  | (?P<and>[&+])
  | (?P<at>@)
  | (?P<unknown>\S)
    """,
    re.VERBOSE,
)

# Fixed offsets in minutes, as people write them beside a time; "EST" in July still means what it says.
_ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "JST": 540, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420,
    "MDT": -360, "PST": -480, "PDT": -420,
}  # fmt: skip
# German weekdays of two letters are words too ("so", "do", "mi"): they count when written with a capital.
_SHORT_WEEKDAY = 2


def tokens(text: str, language: str) -> list[Token]:
    """The tokens of a text, in their order; of a long text its first 3,000 characters."""
    pieces = list(_PIECE.finditer(text[:LONGEST_TEXT]))
    folded = [fold(piece["word"] or "").rstrip(".") or piece.group().lower() for piece in pieces]
    found: list[Token] = []
    at = 0
    while at < len(pieces):
        taken, here = _phrase(pieces, folded, at, language)
        found += here or [_single(pieces[at], language)]
        at += taken
    return found


def zone_of(name: str, minutes: int) -> str:
    """The IANA name of a zone that a token names: itself, or a fixed offset."""
    if name:
        return name
    hours, rest = divmod(abs(minutes), 60)
    # Etc/GMT-2 is two hours east: the signs of these names are turned round.
    return f"Etc/GMT{'-' if minutes > 0 else '+'}{hours}" if minutes and not rest else "UTC"


def _phrase(pieces: list[re.Match[str]], folded: list[str], at: int, language: str) -> tuple[int, list[Token]]:
    """The longest phrase of the lexicon that begins here: how many pieces it has, and its tokens."""
    if pieces[at]["word"] is None and not (pieces[at]["number"] or pieces[at]["ordinal_dot"]):
        return 1, []
    known = meanings(language)
    for size in range(min(longest(language), len(pieces) - at), 0, -1):
        meaning = known.get(tuple(folded[at : at + size]))
        if meaning is None or (size == 1 and _is_no_weekday(pieces[at].group(), meaning, language)):
            continue
        start, end = pieces[at].start(), pieces[at + size - 1].end()
        return size, [_token(one, start, end) for one in meaning]
    return 1, []


def _is_no_weekday(word: str, meaning: tuple[str, ...], language: str) -> bool:
    short = len(word.rstrip(".")) == _SHORT_WEEKDAY and meaning[0].startswith("weekday:")
    return short and language == "de" and not word[0].isupper()


def _token(meaning: str, start: int, end: int) -> Token:
    kind, _, value = meaning.partition(":")
    if value.isdigit():
        return Token(kind, start, end, int(value))
    return Token(kind, start, end, name=value)


def _single(piece: re.Match[str], language: str) -> Token:
    """A piece that is no phrase: a number, a date, a time, a zone, a mark, or a word that says nothing."""
    group = str(piece.lastgroup)
    if group in _MARKS:
        return Token(group, *piece.span())
    reader = _READERS.get(group, _word)
    return reader(piece, language)


def _iso(piece: re.Match[str], language: str) -> Token:
    year, month, day = (int(part) for part in piece["iso"].split("-"))
    return Token("date", *piece.span(), year, month, day)


def _date_in_numbers(piece: re.Match[str], language: str) -> Token:
    parts = [int(part) for part in re.findall(r"\d+", piece.group())]
    year = parts[2] + (2000 if parts[2] < 100 else 0) if len(parts) > 2 else 0
    return Token("slash" if piece["slash"] else "day_month", *piece.span(), parts[0], parts[1], year)


def _time(piece: re.Match[str], language: str) -> Token:
    hour, minute = (int(part) for part in piece["time"].split(":")[:2])
    said = _clock(piece, hour, minute, (piece["meridiem"] or "").strip()[:1].lower())
    return replace(said, third=1) if piece.group().startswith("0") else said


def _hour_h(piece: re.Match[str], language: str) -> Token:
    hour, minute = (int(part) for part in piece.group().lower().split("h"))
    return _clock(piece, hour, minute, "")


def _half_day(piece: re.Match[str], language: str) -> Token:
    return _clock(piece, int(piece["short"]), 0, piece["half_day"].lower())


def _dot(piece: re.Match[str], language: str) -> Token:
    # "1,5" is a number; "14.30" a time or a day and month, as its neighbours tell.
    whole, part = re.split(r"[.,]", piece.group())
    kind = "dot" if "." in piece.group() else "decimal"
    return Token(kind, *piece.span(), int(whole), int(part), len(part), name=whole if whole.startswith("0") else "")


def _ordinal(piece: re.Match[str], language: str) -> Token:
    digits = re.findall(r"\d+", piece.group())[0]
    return Token("ordinal", *piece.span(), int(digits), name=digits)


def _number_with_dot(piece: re.Match[str], language: str) -> Token:
    kind = "ordinal" if LEXICONS[language].ordinal_dot else "number"
    return Token(kind, *piece.span(), int(piece.group()[:-1]), name=piece.group()[:-1])


def _number(piece: re.Match[str], language: str) -> Token:
    return Token("number", *piece.span(), int(piece.group()), name=piece.group())


def _zone(piece: re.Match[str], language: str) -> Token:
    known = piece.group() in zones.known()
    return Token("zone" if known else "unknown", *piece.span(), name=piece.group())


def _offset(piece: re.Match[str], language: str) -> Token:
    return Token("zone", *piece.span(), int(re.findall(r"[+-]\d{1,2}", piece.group())[0]) * 60)


def _word(piece: re.Match[str], language: str) -> Token:
    bare = piece.group().rstrip(".")
    if bare.isupper() and bare in _ZONES:
        return Token("zone", *piece.span(), _ZONES[bare])
    return Token("thing" if piece["thing"] else "unknown", *piece.span(), name=piece.group())


def _clock(piece: re.Match[str], hour: int, minute: int, half: str) -> Token:
    """A time with a colon or am/pm. `third`: 1 when it can be meant in no other way."""
    if half and 1 <= hour <= 12:
        return Token("clock", *piece.span(), hour % 12 + (12 if half == "p" else 0), minute, 1)
    if half or hour > 24 or minute > 59:
        return Token("unknown", *piece.span(), name=piece.group())
    return Token("clock", *piece.span(), hour, minute, 0)


_MARKS = ("comma", "dash", "and", "at")
_READERS: Mapping[str, Callable[[re.Match[str], str], Token]] = {
    "iso": _iso, "slash": _date_in_numbers, "dotted": _date_in_numbers, "time": _time, "meridiem": _time,
    "hour_h": _hour_h, "half_day": _half_day, "dot": _dot, "ordinal": _ordinal, "ordinal_dot": _number_with_dot,
    "number": _number, "zone": _zone, "offset": _offset,
}  # fmt: skip
