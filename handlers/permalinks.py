"""Where a message stands that something was made from."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from handlers.context import Call


def permalink(call: Call, metadata: Mapping[str, Any]) -> str | None:
    """The address of the message that a form's metadata names; without it things are made all the same."""
    if not metadata.get("channel") or not metadata.get("ts"):
        return None
    try:
        found = call.house.client.chat_getPermalink(channel=metadata["channel"], message_ts=metadata["ts"])
        return str(found["permalink"])
    except (SlackApiError, OSError):
        return None
