""" "The same as last time", "samma som förra månaden": what somebody wants again, in four languages."""

import re
from collections.abc import Mapping
from enum import StrEnum

from storage.text import fold


class Again(StrEnum):
    """From when."""

    TIME = "time"
    WEEK = "week"
    MONTH = "month"


# Folded: without accents and case.
_SAME = (
    r"(?:(?:the )?same(?: again)?|samma(?: igen)?|detsamma|dasselbe(?: nochmal)?|das gleiche(?: nochmal)?|"
    r"(?:otra vez )?lo mismo)"
)
_AS = r"(?:as|like|som|wie|que)"
_WHEN: Mapping[Again, str] = {
    Again.TIME: (
        r"last time|usual|always|sist|forra gangen|vanligt|(?:das )?letzte[sn]? mal|beim letzten mal|immer|"
        r"(?:en )?la ultima vez|siempre"
    ),
    Again.WEEK: r"last week|forra veckan|(?:in der )?letzte[rn]? woche|vorige woche|la semana pasada",
    Again.MONTH: r"last month|forra manaden|(?:im )?letzten monat|vorigen monat|el mes pasado|el ultimo mes",
}
_USUAL = r"(?:the|my) usual|das ubliche|det vanliga|lo (?:mismo )?de siempre|como siempre|otra vez"


def again(text: str) -> Again | None:
    """From when somebody wants the same; None for other words."""
    words = " ".join(fold(text).strip(" .!?").split())
    if re.fullmatch(f"{_SAME}|{_USUAL}", words):
        return Again.TIME
    found = (when for when, said in _WHEN.items() if re.fullmatch(rf"(?:{_SAME}(?: {_AS})?|{_AS}) (?:{said})", words))
    return next(found, None)
