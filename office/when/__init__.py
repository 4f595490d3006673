"""People's words for times, spans, lengths and repetitions -> what they mean, in four languages.

One lexicon a language (`lexicons`, `feasts`), one scanner (`scan`), one grammar (`clocks`, `days`, `periods`,
`repeats`, `grammar`), and the speaker's calendar at the end (`settle`). Nothing may be left over: what is not
understood is named.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from office.errors import Refusal
from office.rules.working_time import STANDARD
from office.when.grammar import says_something, understood
from office.when.lexicons import LEXICONS, meanings, names_of_weekdays
from office.when.scan import Token, tokens, zone_of
from office.when.settle import Moved, When, existing, place_of, settled
from office.when.spoken import Here, Speaker, Spoken, kind_at, skip
from storage.text import fold

__all__ = [
    "Deadline", "Moved", "NotUnderstood", "Speaker", "Stretch", "When", "existing", "find", "find_deadline", "place_of",
    "read", "weekday_named",
]  # fmt: skip

# How many words a time has at most, so that looking for one in a long text takes no longer than the text is long.
_LONGEST_WHEN = 24
# How many places between other words are looked at.
MOST_PLACES = 20
_NAMES_A_DAY = ("weekday", "month", "workdays", "feast", "weekend", "last", "end", "start")
_OF_A_DAY = (
    *_NAMES_A_DAY, "the", "on", "of", "in", "in_or_for", "comma", "number", "ordinal", "unit", "next", "this", "coming",
    "at", "by", "dot", "slash",
)  # fmt: skip
_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LIKE_A_TIME = re.compile(r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?")
_LIKE_A_DATE = re.compile(r"(?<![\w-])20\d\d-\d{1,2}-\d{1,2}(?![\w-])")
_JOINING = ("the", "on", "of", "at", "comma")
_BY = ("by", "until", "before_hour")


class NotUnderstood(Refusal):
    """Names the words that no reading takes; `near` is what they may have meant to be."""


@dataclass(frozen=True)
class Stretch:
    """A time within other words: what it means, and where it stands in them."""

    when: When
    start: int
    end: int

    def rest_of(self, text: str) -> str:
        """The other words."""
        return " ".join(f"{text[: self.start]} {text[self.end :]}".split())


def read(text: str, speaker: Speaker, now: datetime) -> When:
    """What a text that is nothing but a time means.

    The speaker's language is tried first, then the others. Raises NotUnderstood for words that are left over, and
    Refusal for times that are past, do not exist or exist twice.
    """
    best: tuple[int, str] | None = None
    for language in _languages(speaker.language):
        found = tokens(text, language)
        said, left, here = _said(found, speaker, language, now)
        if not left and says_something(said):
            return settled(said, here)
        if best is None:
            best = (len(left), " ".join(dict.fromkeys(text[one.start : one.end] for one in left)))
    raise _not_understood(best[1] if best and best[1] else text, speaker.language)


def find(text: str, speaker: Speaker, now: datetime) -> Stretch | None:
    """The time that stands in a text: at its end, after a word such as "by", or at its beginning; None without one.

    Raises Refusal as `read` does when the words are plainly a time that can't be.
    """
    own = _found_in(text, speaker, speaker.language, now)
    best = own
    for language in _languages(speaker.language)[1:]:
        other = _found_in(text, speaker, language, now)
        # Another language counts where it understands more of the same place.
        covers = other is not None and (own is None or (other.start <= own.start and other.end >= own.end))
        if other is not None and covers and (best is None or other.end - other.start > best.end - best.start):
            best = other
    if best is None:
        _refuse_impossible(text, speaker.language)
        return None
    _refuse_half(text, best, speaker.language)
    return Stretch(settled(best.said, best.here), best.start, best.end)


def _refuse_half(text: str, found: "_Place", language: str) -> None:
    """Refuses a time that more words of time touch, which say with it what is not understood: "by 30" and "Feb", or
    "at 16:00" after "on the last working day of May", which would be today's."""
    around = tokens(text, found.here.speaker.language)
    before = [one for one in around if one.end <= found.start]
    first = len(before)
    while first and before[first - 1].kind in _OF_A_DAY:
        first -= 1
    has_day = found.said.day or found.said.every or found.said.once_each or found.said.offset
    if not has_day and any(one.kind in _NAMES_A_DAY for one in before[first:]):
        raise _not_understood(text[before[first].start : found.end], language)
    more = _goes_on(around, found.end, text)
    if more is not None:
        raise _not_understood(text[found.start : more.end], language)


def _goes_on(found: Sequence[Token], end: int, text: str) -> Token | None:
    """The word after a time that can only be more of it: a month, a year, a time such as 25:00."""
    at = skip(found, next((at for at, one in enumerate(found) if one.start >= end), len(found)), *_JOINING)
    if at == len(found):
        return None
    token = found[at]
    year = token.kind == "number" and 1900 <= token.value <= 9999 and token.end - token.start == 4
    like_a_time = _LIKE_A_TIME.fullmatch(text[token.start : token.end])
    return token if year or token.kind in ("month", "clock") or like_a_time else None


def _refuse_impossible(text: str, language: str) -> None:
    """Refuses dates that are none, "31 February" and "2026-13-45": they are no part of a title."""
    for one in _languages(language):
        found = tokens(text, one)
        for at, token in enumerate(found):
            month = skip(found, at + 1, "of", "the")
            numbered = token.kind in ("number", "ordinal") and kind_at(found, month) == "month"
            if numbered and _DAYS_OF_MONTH[found[month].value - 1] < token.value <= 31:
                raise _not_understood(text[token.start : found[month].end], language)
    if wrong := _LIKE_A_DATE.search(text):
        raise _not_understood(wrong.group(), language)


@dataclass(frozen=True)
class _Place:
    said: Spoken
    here: Here
    start: int
    end: int


def _found_in(text: str, speaker: Speaker, language: str, now: datetime) -> _Place | None:
    """The most likely time in a text, as one language reads it."""
    found = tokens(text, language)
    for window, place in _windows(found, language):
        said, left, here = _said(window, speaker, language, now)
        if not left and _is_plain(said) and _is_meant(said, window, place, foreign=language != speaker.language):
            return _Place(said, here, window[0].start, window[-1].end)
    return None


@dataclass(frozen=True)
class Deadline:
    """A day by which something is wanted, from `start`, the word before it, to `end` of its text. `says_more`: a time,
    or a repetition, which the day alone does not tell."""

    day: date
    start: int
    end: int
    says_more: bool = False

    @property
    def span(self) -> list[tuple[int, int]]:
        """Where it can be taken out of the words, as the day says all of it; empty where it does not."""
        return [] if self.says_more else [(self.start, self.end)]


def find_deadline(text: str, today: date, language: str) -> Deadline | None:
    """The day after "by", "senast", "bis", "para" … in a text, when it is plain; None otherwise or when it is past."""
    now = datetime.combine(today, datetime.min.time(), UTC) + timedelta(minutes=1)
    speaker = Speaker(language if language in LEXICONS else "en", "UTC", STANDARD)
    for one in _languages(speaker.language):
        found = tokens(text, one)
        for window in _after_by(found, with_word=True):
            said, left, here = _said(window[1:], speaker, one, now)
            if not left and said.day is not None and _goes_on(found, window[-1].end, text) is None:
                try:
                    day = settled(said, here).day
                except Refusal:
                    return None
                more = said.clock is not None or bool(said.every or said.once_each or said.part)
                return Deadline(day, window[0].start, window[-1].end, more) if day is not None else None
    return None


def misspelt_deadline(text: str, language: str) -> tuple[str, str] | None:
    """A word after "by" that is almost a day's name: the word, and the name."""
    for one in _languages(language):
        found = tokens(text, one)
        for at, token in enumerate(found):
            if token.kind in _BY and kind_at(found, at + 1) == "unknown":
                word = text[found[at + 1].start : found[at + 1].end]
                near = _near(word, one)
                if near:
                    return word, near
    return None


def weekday_named(word: str) -> int | None:
    """A weekday's name or its first letters, in any of the languages, as a number from 0, Monday."""
    folded = fold(word.strip().rstrip("."))
    known = list(names_of_weekdays())
    exact = next((number for name, number in known if name == folded), None)
    if exact is not None or len(folded) < 3:
        return exact
    return next((number for name, number in known if name.startswith(folded)), None)


def _said(found: Sequence[Token], speaker: Speaker, language: str, now: datetime) -> tuple[Spoken, list[Token], Here]:
    zones = [one for one in found if one.kind == "zone"]
    own = Speaker(language, speaker.zone, speaker.calendar, speaker.month_first)
    here = Here(own, now.astimezone(ZoneInfo(speaker.zone)))
    said, left = understood([one for one in found if one.kind != "zone"], here)
    if zones:
        said.zone = zone_of(zones[0].name, zones[0].value)
        left += zones[1:]
    return said, left, here


def _is_plain(said: Spoken) -> bool:
    """Whether words in the middle of others are certainly a time: a length alone is not."""
    return bool(said.day or said.clock or said.offset or said.every or said.once_each or said.part)


def _is_meant(said: Spoken, window: Sequence[Token], place: str, foreign: bool) -> bool:
    """Whether a time among other words is one, and no short name ("Mo"), "last Friday", or "weekly report"."""
    if said.kind == "past" or (window[0].kind in ("from", "of") and said.last_day is None and said.clock_end is None):
        return False
    bare = said.clock is None and not said.every and not said.once_each and not said.offset
    days = [one for one in window if one.kind in ("weekday", "month")]
    short = [one for one in days if one.end - one.start <= (3 if foreign else 2) + 1]
    if bare and days and len(days) == len(short) and len(window) == len(days):
        return False
    if place == "first" and len(window) == 1 and window[0].kind in ("freq", "part", "workdays", "weekday", "feast"):
        return False
    return not (foreign and bare and len(window) == 1 and window[0].kind not in ("weekday", "date", "tomorrow"))


def _windows(found: Sequence[Token], language: str) -> Iterator[tuple[Sequence[Token], str]]:
    """Where a time may stand in a text, the most likely places first, the longest of each first."""
    first = max(0, len(found) - _LONGEST_WHEN)
    for start in range(first, len(found)):
        # After "last" or "from" a day is one of another kind.
        parted = start > 0 and found[start - 1].kind in ("last", "from", "of")
        if found[start].kind not in ("and", "comma", "unknown", "thing") and not parted:
            yield found[start:], "last"
    for window in _after_by(found, with_word=True):
        yield window, "by"
    yield from _in_the_middle(found, language)
    for end in range(min(len(found), _LONGEST_WHEN), 0, -1):
        if found[0].kind != "the" and found[end - 1].kind not in ("and", "comma", "unknown", "thing", "to"):
            yield found[:end], "first"


def _in_the_middle(found: Sequence[Token], language: str) -> Iterator[tuple[Sequence[Token], str]]:
    """Times between other words, as German puts them: "Herrn Sommer morgen anrufen". What may be part of a title in
    other languages ("the Friday report") counts in German only."""
    strong = {"today", "tomorrow", "overmorrow", "every", "weekdays", "workdays", "date"}
    strong |= {"weekday", "feast", "next", "coming", "on", "in", "for"} if language == "de" else set()
    parts = ("last", "from", "of")
    starts = [at for at in range(1, len(found)) if found[at].kind in strong and found[at - 1].kind not in parts]
    for start in starts[:MOST_PLACES]:
        for end in range(min(len(found), start + 12), start, -1):
            if found[end - 1].kind not in ("and", "comma", "unknown", "thing", "to"):
                yield found[start:end], "middle"


def _after_by(found: Sequence[Token], with_word: bool = False) -> Iterator[Sequence[Token]]:
    for at, token in enumerate(found):
        if token.kind in _BY:
            for end in range(min(len(found), at + 1 + 12), at + 1, -1):
                yield found[at + (not with_word) : end]


def _languages(first: str) -> list[str]:
    return [first, *(one for one in LEXICONS if one != first)]


def _not_understood(words: str, language: str) -> NotUnderstood:
    near = _near(words, language) if words.isalpha() else None
    if near:
        return NotUnderstood("I don't know “{words}” as a time. Did you mean “{near}”?", words=words, near=near)
    return NotUnderstood(
        "I don't understand “{words}” as a time. Write it like {example}.",
        words=words[:80],
        example=_EXAMPLES[language],
    )


def _near(word: str, language: str) -> str | None:
    """The word of time that an unknown word is almost."""
    days = ("weekday", "month", "today", "tomorrow", "overmorrow")
    names = [
        " ".join(phrase)
        for phrase, meaning in meanings(language).items()
        if len(" ".join(phrase)) > 3 and meaning[0].partition(":")[0] in days
    ]
    found = process.extractOne(fold(word), names, scorer=fuzz.ratio, score_cutoff=75)
    return found[0] if found and found[0] != fold(word) else None


_EXAMPLES = {
    "en": "“tomorrow 3pm”, “next Tuesday 14-15:30” or “every other Monday 9:00”",
    "sv": "”imorgon kl 15”, ”nästa tisdag 14-15:30” eller ”varannan måndag kl 9”",
    "de": "„morgen um 15 Uhr“, „nächsten Dienstag 14-15:30“ oder „jeden zweiten Montag um 9“",
    "es": "«mañana a las 15», «el próximo martes 14-15:30» o «cada dos semanas el lunes a las 9»",
}
