"""A title without what was understood of it: an amount, a day, the people, which stand beside it."""

import re
from collections.abc import Iterable

from office.rules.words import tokens

Span = tuple[int, int]

# Words that would hang in the air without what they led to.
_LEADS = (
    r"(?:at|for|of|to|by|max|about|around|approx\.?|à|för|på|till|om|av|högst|ca|cirka|für|zu|von|um|maximal|etwa|por|a|de|"
    r"en|unos|máximo|y|and|och|und|=|@)"
)
_HANGS_BEFORE = re.compile(rf"(?:^|(?<=\s)){_LEADS}\s*$", re.IGNORECASE)
_HANGS_BEHIND = re.compile(r"^\s*(?:max|högst|maximal|máximo)(?=$|[\s,.])", re.IGNORECASE)
_HANGS_AT_THE_END = re.compile(rf"\s{_LEADS}\s*[.!]?$", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"\(\s*[,;]?\s*\)|\[\s*\]")


def without(text: str, spans: Iterable[Span]) -> str:
    """The words without some stretches of them, and without what hung on those; all of the words where nothing would be
    left."""
    kept = text
    for start, end in sorted(spans, reverse=True):
        before = _HANGS_BEFORE.sub("", kept[:start]).rstrip(" ,;:–-")
        behind = _HANGS_BEHIND.sub("", kept[end:])
        behind = behind if tokens(behind) else re.sub(r"[^)\]]", "", behind)
        apart = "" if not before or not behind.strip() or behind[:1] in ",.;:!?)" else " "
        kept = f"{before}{apart}{behind.lstrip() if apart or not before else behind}"
    kept = re.sub(r"[ \t]{2,}", " ", _EMPTY_BRACKETS.sub("", kept)).strip(" ,;:–-")
    kept = _HANGS_AT_THE_END.sub("", kept) if kept != text.strip() else kept
    return kept.strip(" ,;:–-") if tokens(kept) else text.strip()
