"""What stands plainly in the words of a request: its priority, whom it is for, and by when."""

import re
from dataclasses import dataclass
from datetime import date

from office.when import find_deadline
from storage.words import Priority

_HIGH = {"high", "urgent", "hög", "brådskande", "hoch", "dringend", "eilig", "alta", "urgente"}
_LOW = {"low", "låg", "niedrig", "baja"}
_SPEAKS_OF_SOMETHING = {
    "too",
    "is",
    "are",
    "so",
    "very",
    "how",
    "för",
    "är",
    "så",
    "mycket",
    "zu",
    "ist",
    "sind",
    "sehr",
    "muy",
    "es",
    "está",
    "demasiado",
    "tan",
}
_FOR = re.compile(r"(?:^|\s)(?:for|för|åt|till|für|para)\s+<@(?P<who>[UW][A-Z0-9]+)(?:\|[^>]*)?>", re.IGNORECASE)
_MENTION = re.compile(r"<@(?P<who>[UW][A-Z0-9]+)(?:\|(?P<name>[^>]*))?>")


@dataclass(frozen=True)
class Understood:
    text: str
    priority: Priority
    beneficiary: str | None  # a Slack user id
    needed_by: date | None
    spans: tuple[tuple[int, int], ...] = ()  # of the text: where whom it is for and by when stand


def understand(text: str, today: date, language: str) -> Understood:
    """Reads a request's words. Only what cannot be meant otherwise is read; the words stay as they are."""
    rest, priority = _priority(text)
    whom = _FOR.search(rest)
    deadline = find_deadline(rest, today, language)
    spans = [whom.span()] if whom else []
    spans += deadline.span if deadline else []
    return Understood(
        text=rest,
        priority=priority,
        beneficiary=whom["who"] if whom else None,
        needed_by=deadline.day if deadline else None,
        spans=tuple(spans),
    )


def mentions(text: str) -> list[str]:
    """The Slack ids of the people named in a text, in their order."""
    return [found["who"] for found in _MENTION.finditer(text)]


def _priority(text: str) -> tuple[str, Priority]:
    """ "high: no heating", "! no heating", "no heating !", "no heating high" -> the words without the mark."""
    if text.startswith("!"):
        bare = text.lstrip("! ")
        return (bare, Priority.HIGH) if bare else (text, Priority.NORMAL)
    first, _, rest = text.partition(" ")
    if rest.strip() and (mark := _meaning(first.rstrip(":!,"))):
        return rest.strip(), mark
    return _priority_at_the_end(text)


def _priority_at_the_end(text: str) -> tuple[str, Priority]:
    head, _, last = text.rpartition(" ")
    if not head.strip():
        return text, Priority.NORMAL
    if set(last) == {"!"}:
        return head.strip(), Priority.HIGH
    # "The shelf hangs too high" speaks of the shelf.
    if head.split()[-1].casefold() in _SPEAKS_OF_SOMETHING:
        return text, Priority.NORMAL
    mark = _meaning(last)
    return (head.strip(" ,;:-"), mark) if mark else (text, Priority.NORMAL)


def _meaning(word: str) -> Priority | None:
    folded = word.casefold()
    return Priority.HIGH if folded in _HIGH else Priority.LOW if folded in _LOW else None
