"""People's words for days -> dates, in four languages. One lexicon a language, one grammar for all."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from storage.text import fold


@dataclass(frozen=True)
class Lexicon:
    """Words of one language, folded. Weekdays are Monday first; months January first, matched from 3 letters."""

    by: tuple[str, ...]
    today: tuple[str, ...]
    tomorrow: tuple[str, ...]
    day_after: tuple[str, ...]
    weekdays: tuple[tuple[str, ...], ...]
    months: tuple[str, ...]
    following: tuple[str, ...]  # "next": the weekday of next week
    articles: tuple[str, ...]


def _days(*names: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(fold(name).split("|")) for name in names)


def _names(words: str) -> tuple[str, ...]:
    return tuple(fold(words).split())


LEXICONS = {
    "en": Lexicon(
        by=_names("by before until"),
        today=_names("today"),
        tomorrow=_names("tomorrow"),
        day_after=("day after tomorrow",),
        weekdays=_days(
            "monday|mon",
            "tuesday|tue",
            "wednesday|wed",
            "thursday|thu",
            "friday|fri",
            "saturday|sat",
            "sunday|sun",
        ),
        months=_names("january february march april may june july august september october november december"),
        following=_names("next"),
        articles=_names("the on of"),
    ),
    "sv": Lexicon(
        by=_names("senast till före innan tills"),
        today=_names("idag") + ("i dag",),
        tomorrow=_names("imorgon") + ("i morgon",),
        day_after=_names("övermorgon") + ("i overmorgon",),
        weekdays=_days(
            "måndag|mån", "tisdag|tis", "onsdag|ons", "torsdag|tors", "fredag|fre", "lördag|lör", "söndag|sön"
        ),
        months=_names("januari februari mars april maj juni juli augusti september oktober november december"),
        following=_names("nästa"),
        articles=_names("den på"),
    ),
    "de": Lexicon(
        by=_names("bis vor spätestens"),
        today=_names("heute"),
        tomorrow=_names("morgen"),
        day_after=_names("übermorgen"),
        weekdays=_days(
            "montag|mo",
            "dienstag|di",
            "mittwoch|mi",
            "donnerstag|do",
            "freitag|fr",
            "samstag|sa|sonnabend",
            "sonntag|so",
        ),
        months=_names("januar februar märz april mai juni juli august september oktober november dezember"),
        following=_names("nächsten nächster nächste"),
        articles=_names("den dem am zum zu"),
    ),
    "es": Lexicon(
        by=_names("para antes hasta"),
        today=_names("hoy"),
        tomorrow=_names("mañana"),
        day_after=("pasado manana",),
        weekdays=_days(
            "lunes|lun",
            "martes|mar",
            "miércoles|mié",
            "jueves|jue",
            "viernes|vie",
            "sábado|sáb",
            "domingo|dom",
        ),
        months=_names("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
        following=_names("próximo próxima"),
        articles=_names("el la del de"),
    ),
}

# Only the words right after "by" are read, so that the time taken does not grow with the text.
_LOOK_AHEAD = 60
_LOOK_AT = 3000
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})\b")
_NUMBERS = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}))?\b")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:de\s+|of\s+)?([a-z]{3,10})\b(?:\s+(?:de\s+)?(\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,10})\s+(\d{1,2})(?:st|nd|rd|th)?\b")


def find_deadline(text: str, today: date, language: str) -> date | None:
    """The day after "by", "senast", "bis", "para" … in a text, when it is plain; None otherwise or when past.

    The words of the reader's language are tried first, then those of the other languages.
    """
    folded = fold(text[:_LOOK_AT])
    for one in [language, *(other for other in LEXICONS if other != language)]:
        lexicon = LEXICONS.get(one)
        found = _after_by(folded, today, lexicon) if lexicon else None
        if found is not None:
            return found if found >= today else None
    return None


def weekday_named(word: str) -> int | None:
    """A weekday's name or its first letters, in any of the languages, as a number from 0, Monday."""
    folded = fold(word.strip().rstrip("."))
    for exact in (True, False):
        for lexicon in LEXICONS.values():
            for number, names in enumerate(lexicon.weekdays):
                if folded in names or (not exact and len(folded) >= 3 and names[0].startswith(folded)):
                    return number
    return None


def _after_by(folded: str, today: date, lexicon: Lexicon) -> date | None:
    for by in re.finditer(rf"\b(?:{'|'.join(lexicon.by)})\b", folded):
        words = _without_articles(folded[by.end() : by.end() + _LOOK_AHEAD].lstrip(), lexicon)
        day = _day(words, today, lexicon)
        if day is not None:
            return day
    return None


def _without_articles(words: str, lexicon: Lexicon) -> str:
    while True:
        first, _, rest = words.partition(" ")
        if first not in lexicon.articles:
            return words
        words = rest.lstrip()


def _day(words: str, today: date, lexicon: Lexicon) -> date | None:
    near = _near_day(words, today, lexicon)
    return near if near is not None else _written_day(words, today, lexicon)


def _near_day(words: str, today: date, lexicon: Lexicon) -> date | None:
    for names, days in ((lexicon.day_after, 2), (lexicon.tomorrow, 1), (lexicon.today, 0)):
        if any(_begins(words, name) for name in names):
            return today + timedelta(days=days)
    following = next((word for word in lexicon.following if _begins(words, word)), None)
    rest = words[len(following) :].lstrip() if following else words
    for weekday, names in enumerate(lexicon.weekdays):
        if any(_begins(rest, name) for name in names):
            if following:
                return today + timedelta(days=7 - today.weekday() + weekday)
            return today + timedelta(days=(weekday - today.weekday()) % 7)
    return None


def _written_day(words: str, today: date, lexicon: Lexicon) -> date | None:
    if found := _ISO.match(words):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.match(words):
        day, month = int(found[1]), int(found[2])
        return _coming(day, month, found[3], today)
    if found := _DAY_MONTH.match(words):
        named = _month(found[2], lexicon)
        return _coming(int(found[1]), named, found[3], today) if named else None
    if found := _MONTH_DAY.match(words):
        named = _month(found[1], lexicon)
        return _coming(int(found[2]), named, None, today) if named else None
    return None


def _month(name: str, lexicon: Lexicon) -> int | None:
    matching = [number for number, month in enumerate(lexicon.months, 1) if month.startswith(name)]
    return matching[0] if len(matching) == 1 else None


def _coming(day: int, month: int, year: str | None, today: date) -> date | None:
    """A day and month in the given year, else the next time they come."""
    if year:
        return _date(int(year), month, day)
    this_year = _date(today.year, month, day)
    return this_year if this_year is None or this_year >= today else _date(today.year + 1, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _begins(words: str, name: str) -> bool:
    return words.startswith(name) and not words[len(name) : len(name) + 1].isalnum()
