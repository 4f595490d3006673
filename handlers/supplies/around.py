"""What stands around the things that somebody asks for: for whom, by when, and where to; also to several places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from babel import Locale
from sqlalchemy.orm import Session

from handlers import times
from handlers.context import Call
from handlers.slack_text import readable
from handlers.tasks.commands import without_people
from office.catalogue import LANGUAGES
from office.duties.supplies.asks import Around
from office.rules.courtesy import lines_of_list, without_emoji
from office.rules.request_words import mentions, understand
from office.rules.words import clean
from storage import offices, people
from storage.tables import Place

_TO = r"(?:for|to|at|till|för|åt|für|nach|an|para|a)"
_OFFICE = r"(?:office|kontoret|kontor|büro|buero|oficina)"
_ARTICLE = r"(?:the\s|das\s|die\s|den\s|dem\s|la\s|el\s)?"
_IN = r"(?:in\s|i\s|de\s|en\s)?"
_JOINED = re.compile(r"^[\s,;.:]*(?:(?:and|och|und|y|e)\s+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Portion:
    """Words of things that go to one place."""

    text: str
    around: Around


def portions_of(session: Session, call: Call, raw: str) -> list[Portion]:
    """The words that name things, each with where they go to, for whom, and by when."""
    understood = understand(raw, call.reader.today(), call.reader.language)
    whom = people.find_by_slack(session, understood.beneficiary) if understood.beneficiary else None
    text = without_emoji(clean(readable(session, without_people(raw) if mentions(raw) else raw)))
    text, needed = _without_day(session, call, lines_of_list(text))
    around = Around(whom.id if whom else None, None, needed)
    return [
        Portion(_without_loose_end(words), replace(around, place_id=place.id if place else None))
        for words, place in _by_place(session, text)
    ]


def _without_loose_end(text: str) -> str:
    return re.sub(rf"\s+{_TO}\s*$", "", text.strip(), flags=re.IGNORECASE)


def _without_day(session: Session, call: Call, text: str) -> tuple[str, date | None]:
    """The day by which it is needed. "by Friday, 2 bells" says no two o'clock."""
    when = times.found_in(session, call.person, call.reader, text)
    if when is not None and text[when.end :].strip():
        mark = re.search(r"[,;\n]", text[when.start : when.end])
        if mark is not None:
            head, tail = text[: when.start + mark.start()], text[when.start + mark.start() :]
            first, day = _without_day(session, call, head)
            return first + tail, day
    # "1/2 pens" is no first of February: figures alone are a number of things.
    if when is None or when.start == 0 or not re.search(r"[^\W\d_]", text[when.start : when.end]):
        return text, None
    return f"{text[: when.start]} {text[when.end :]}", when.when.day


def _by_place(session: Session, text: str) -> Iterator[tuple[str, Place | None]]:
    """ "2 coffee to Madrid and 3 pens to Lisbon", "for Lisbon: 2 coffee, 3 pens": what stands before a place goes
    there; where a place stands first, what follows it does."""
    found = list(_places_in(session, text))
    if not found:
        yield text, None
        return
    begins = not _JOINED.sub("", text[: found[0][0]]).strip()
    if begins:
        ends = [start for start, _, _ in found[1:]] + [len(text)]
        them: list[tuple[str, Place | None]] = [
            (text[end:until], place) for (_, end, place), until in zip(found, ends, strict=True)
        ]
    else:
        starts = [0] + [end for _, end, _ in found]
        them = [(text[start:until], place) for start, (until, _, place) in zip(starts, found, strict=False)]
        them.append((text[starts[-1] :], None))
    yield from ((words, place) for part, place in them if (words := _JOINED.sub("", part).strip(" \t,;.")))


def _places_in(session: Session, text: str) -> Iterator[tuple[int, int, Place]]:
    """(start, end, place) of each place that is named, in their order."""
    found = []
    for place in offices.places(session):
        for name in dict.fromkeys([place.name, *_cities(place.zone)]):
            called = rf"{_ARTICLE}(?:{_OFFICE}\s)?{_IN}{re.escape(name)}\w{{0,10}}(?:[\s-]{_OFFICE})?"
            pattern = rf"(?:^|[\s,;])\s*{_TO}\s+{called}(?:\s*:|(?=[\s,.;]|$))|(?:^|[\n;])\s*{called}\s*:"
            found += [(*one.span(), place) for one in re.finditer(pattern, text, re.IGNORECASE)]
    at = 0
    for start, end, place in sorted(found, key=lambda one: (one[0], -one[1])):
        if start >= at:
            yield start, end, place
            at = end


@lru_cache(maxsize=128)
def _cities(zone: str) -> tuple[str, ...]:
    """What a zone's city is called in our languages: Lisbon, Lissabon, Lisboa."""
    return tuple(_city_names(zone))


def _city_names(zone: str) -> Iterator[str]:
    yield zone.rpartition("/")[2].replace("_", " ")
    for language in LANGUAGES:
        names = Locale.parse(language).time_zones.get(zone)
        if names is not None and "city" in names:
            yield str(names["city"])
