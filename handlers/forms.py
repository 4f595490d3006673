"""What a form holds, read by kind: what has not the shape of ours is refused politely, and nothing happens."""

import re
from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import Any, TypeVar

from office.errors import Refusal
from office.when.settle import LONGEST_AHEAD

E = TypeVar("E", bound=StrEnum)

Held = Mapping[str, Any]
_WHOLE = re.compile(r"[0-9]{1,12}")


def text(held: Held, name: str) -> str:
    """Words; none for a field that was left empty."""
    value = held.get(name)
    if value is not None and not isinstance(value, str):
        raise old_form()
    return value or ""


def texts(held: Held, name: str) -> list[str]:
    """Several values: people's ids, or chosen options."""
    value = held.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise old_form()
    return value


def day(held: Held, name: str) -> date | None:
    value = text(held, name)
    try:
        found = date.fromisoformat(value) if value else None
    except ValueError:
        raise old_form() from None
    if found is not None and abs(found - date(2026, 1, 1)) > 4 * LONGEST_AHEAD:
        raise Refusal("That is too far away. Choose a time within the next twenty years.")
    return found


def clock(held: Held, name: str) -> str:
    """A time as pickers give it, "14:30"; empty when none was chosen."""
    value = text(held, name)
    try:
        return f"{time.fromisoformat(value):%H:%M}" if value else ""
    except ValueError:
        raise old_form() from None


def choice(held: Held, name: str, kinds: type[E]) -> E | None:
    """One of the values that we know; None when nothing was chosen."""
    value = text(held, name)
    if value and value not in list(kinds):
        raise old_form()
    return kinds(value) if value else None


def number(held: Held, name: str) -> int:
    """A number that a form of ours carries."""
    value = held.get(name)
    return whole("" if isinstance(value, bool) else str(value), old_form())


def whole(text: str, otherwise: Refusal) -> int:
    """A number that a button or a form of ours carries. Raises `otherwise` for what can be none of ours."""
    if not _WHOLE.fullmatch(text):
        raise otherwise
    return int(text)


def pressed(text: str) -> int:
    """A number that a button of ours carries."""
    return whole(text, old_button())


def parts(text: str, count: int) -> list[str]:
    """What a button of ours carries, "12|34|yes": just so many parts."""
    found = text.split("|")
    if len(found) != count:
        raise old_button()
    return found


def old_button() -> Refusal:
    return Refusal("This button is from an older message. Type /desk for everything I can do.")


def old_form() -> Refusal:
    return Refusal("This form is from an older version of mine. Close it and open it again.")
