"""Whether a delivery has the shape that Slack gives it: what has not never reaches Bolt, which would answer a 500."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

Payload = Mapping[str, Any]


def parsed(text: str, content_type: str) -> Payload | None:
    """The payload of a request's body; None when it is none of Slack's."""
    try:
        if content_type.startswith("application/json") or text.startswith("{"):
            found = json.loads(text)
        else:
            fields = dict(parse_qsl(text, keep_blank_values=True))
            found = json.loads(fields["payload"]) if "payload" in fields else fields
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def is_well_formed(payload: Payload) -> bool:
    """Whether everything is there that the listeners read without asking."""
    if "ssl_check" in payload:
        return True
    if "command" in payload:
        return _are_texts(payload, "command", "user_id") and _is_text_or_none(payload, "text", "trigger_id")
    check = _CHECKS.get(str(payload.get("type")))
    return check is not None and check(payload)


def _event(payload: Payload) -> bool:
    event = payload.get("event")
    if not isinstance(event, dict) or not _are_texts(event, "type") or not _are_texts(payload, "event_id"):
        return False
    if event["type"] == "message":
        nested = event.get("files", [])
        return (
            _are_texts(event, "channel", "ts") and isinstance(nested, list) and _is_text_or_none(event, "text", "user")
        )
    user = event.get("user")
    return user is None or isinstance(user, str) or (isinstance(user, dict) and _are_texts(user, "id"))


def _action(payload: Payload) -> bool:
    actions = payload.get("actions")
    if not (isinstance(actions, list) and actions and isinstance(actions[0], dict)):
        return False
    places = all(
        isinstance(payload.get(name, {}), dict) for name in ("container", "view", "team", "message", "channel")
    )
    return places and _are_texts(actions[0], "action_id") and _by_somebody(payload)


def _view(payload: Payload) -> bool:
    view = payload.get("view")
    if not isinstance(view, dict) or not _are_texts(view, "id", "callback_id") or not _by_somebody(payload):
        return False
    return isinstance(view.get("blocks") or [], list) and _are_tables(view, "state")


def _shortcut(payload: Payload) -> bool:
    return (
        _are_tables(payload, "message", "channel", "team")
        and _are_texts(payload, "callback_id", "trigger_id")
        and _by_somebody(payload)
    )


_CHECKS: dict[str, Callable[[Payload], bool]] = {
    "url_verification": lambda payload: _are_texts(payload, "challenge"),
    "event_callback": _event,
    "block_actions": _action,
    "view_submission": _view,
    "view_closed": _view,
    "shortcut": _shortcut,
    "message_action": _shortcut,
    "block_suggestion": lambda payload: _by_somebody(payload),
}


def _are_tables(thing: Payload, *names: str) -> bool:
    return all(thing.get(name) is None or isinstance(thing[name], dict) for name in names)


def _by_somebody(payload: Payload) -> bool:
    user = payload.get("user")
    return isinstance(user, dict) and _are_texts(user, "id")


def _are_texts(thing: Payload, *names: str) -> bool:
    return all(isinstance(thing.get(name), str) and _is_whole(thing[name]) for name in names)


def _is_whole(text: str) -> bool:
    """Not empty, and without half a character, which no database takes."""
    return bool(text) and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _is_text_or_none(thing: Payload, *names: str) -> bool:
    return all(isinstance(thing.get(name, ""), str | None) for name in names)
