"""Slack's escaped text -> text as the person typed it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from storage import people

# https://docs.slack.dev/messaging/formatting-message-text#advanced
_TOKEN = re.compile(r"<(?P<mark>[@#!]?)(?P<name>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")


def words_of(message: Mapping[str, Any]) -> str:
    """What stands in a message: its text, else that of what it forwards, else that of its blocks."""
    if text := message.get("text"):
        return str(text)
    forwarded = [one.get("text") or one.get("fallback") or "" for one in message.get("attachments") or ()]
    return "\n".join(str(one) for one in (*forwarded, *_texts(message.get("blocks"))) if one)


def _texts(part: object) -> Iterator[str]:
    """The texts within blocks, which Slack nests in many ways."""
    if isinstance(part, Mapping):
        if isinstance(part.get("text"), str):
            yield part["text"]
        else:
            for value in part.values():
                yield from _texts(value)
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)


def readable(session: Session, text: str) -> str:
    """Mentions become @names, links their address, and the three escaped characters themselves."""

    def plain(token: re.Match[str]) -> str:
        label = token["label"]
        match token["mark"]:
            case "@":
                return f"@{label or _name(session, token['name'])}"
            case "#":
                return f"#{label or token['name']}"
            case "!":
                return label or f"@{token['name'].partition('^')[0]}"
            case _:
                return label if label and label in token["name"] else token["name"]

    return _TOKEN.sub(plain, text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _name(session: Session, slack_id: str) -> str:
    person = people.find_by_slack(session, slack_id)
    return person.known_as if person else slack_id
