"""LISTENERS: every duty with what it hears, and the tables that are made of them."""

from collections.abc import Callable, Mapping
from types import ModuleType

from handlers import (
    approvals,
    away,
    budgets,
    desk,
    digest,
    events,
    home,
    meetings,
    minutes,
    reminders,
    requests,
    supplies,
    tasks,
)
from handlers.context import Answer, Call

Handler = Callable[[Call], Answer]

LISTENERS: tuple[ModuleType, ...] = (
    requests,
    supplies,
    meetings,
    minutes,
    approvals,
    tasks,
    reminders,
    away,
    budgets,
    digest,
    desk,
)

EVENTS: Mapping[str, Handler] = {
    "message": requests.EVENTS["message"],
    "app_home_opened": home.opened,
    "user_change": events.person_changed,
    "team_join": events.person_changed,
    "member_joined_channel": events.joined,
}


def table(name: str) -> dict[str, Handler]:
    """One table of all duties; two duties that claim the same name are a bug, found at start."""
    merged: dict[str, Handler] = {}
    for duty in LISTENERS:
        for key, handler in getattr(duty, name, {}).items():
            if key in merged:
                raise ValueError(f"{key} is in {name} twice")
            merged[key] = handler
    return merged


COMMANDS = table("COMMANDS")
ACTIONS = table("ACTIONS")
VIEWS = table("VIEWS")
SHORTCUTS = table("SHORTCUTS")
