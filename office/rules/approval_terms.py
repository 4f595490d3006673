"""What an approval was given to, and which changes make it void."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from office.rules.money import Money


@dataclass(frozen=True)
class Terms:
    """What approvers agree to. `home` is `money` in the currency of the requester's place; for comparing only."""

    title: str
    money: Money | None = None
    home: Money | None = None
    supplier: str = ""
    beneficiary_id: int | None = None
    department_id: int | None = None
    day: date | None = None
    category: str = ""
    text: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[tuple[str, str], ...] = ()  # where each is, and its name
    year: int | None = None  # the fiscal year whose budgets are shown


def voids(old: Terms, new: Terms) -> list[str]:
    """The names of what has changed so that what was given is void; empty for a change that keeps it.

    Every word that was shown is what was agreed to, one more just as one less. Less money alone keeps an approval;
    more does not, nor does other money that nobody can compare.
    """
    changed = [
        one.name
        for one in fields(Terms)
        if one.name not in ("money", "home") and getattr(old, one.name) != getattr(new, one.name)
    ]
    return changed + (["money"] if _is_rise(old, new) else [])


def _is_rise(old: Terms, new: Terms) -> bool:
    if old.money is None or new.money is None:
        # Who agreed without an amount agreed to none.
        return old.money is not new.money
    if old.money.currency == new.money.currency:
        return new.money.minor > old.money.minor
    if old.home is None or new.home is None or old.home.currency != new.home.currency:
        return True
    return new.home.minor > old.home.minor
