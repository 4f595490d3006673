"""A place's row -> the calendar that the rules work with."""

import json
from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache

from office.rules.working_time import STANDARD, Calendar
from storage.tables import Place


def calendar_of(place: Place | None) -> Calendar:
    """The calendar of a place; without one, Monday to Friday from 8 to 17 in UTC."""
    if place is None:
        return STANDARD
    return _calendar(place.zone, place.country, json.dumps(place.hours), json.dumps(sorted(place.days_off)))


def calendar_of_hours(zone: str, hours: Mapping[str, list[list[str]]]) -> Calendar:
    """Opening hours, which know no holidays."""
    return _calendar(zone, "", json.dumps(hours), "[]")


@lru_cache(maxsize=256)
def _calendar(zone: str, country: str, hours: str, days_off: str) -> Calendar:
    by_day = json.loads(hours)
    return Calendar(
        zone=zone,
        hours=tuple(
            tuple((time.fromisoformat(start), _end(end)) for start, end in by_day.get(str(day), [])) for day in range(7)
        ),
        days_off=frozenset(date.fromisoformat(day) for day in json.loads(days_off)),
        country=country,
    )


def _end(text: str) -> time:
    return time.max if text == "24:00" else time.fromisoformat(text)
