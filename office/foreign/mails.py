"""E-mails with answers to invitations in them."""

import email
import email.policy
import re
from contextlib import suppress
from email.message import Message
from email.utils import parseaddr
from typing import Any

from office.foreign import calendars

LARGEST, MOST_PARTS = 5_000_000, 100
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"(\w+)(?:/\d+)?\s*=\s*(\w+)")
_FACT = re.compile(r"([\w.]+)\s*=\s*\"?([^\s\";]+)")


def answers(content: bytes) -> dict[str, Any]:
    """One message: `sender`, its address; `passed_at`, the name of the last server that checked it, where that says
    that the sender is genuine; `answers`, as office.foreign.calendars has them. A part that can't be read is passed
    over."""
    message = email.message_from_bytes(content[:LARGEST], policy=email.policy.compat32)
    found: list[dict[str, str]] = []
    for part in _calendars(message):
        with suppress(ValueError, KeyError, IndexError):
            found.extend(one for _, one in zip(range(calendars.MOST_ANSWERS), calendars.answers(part), strict=False))
    senders = message.get_all("From", [])
    # Two senders are none: which of them was checked is anybody's guess.
    sender = parseaddr(str(senders[0]))[1].lower() if len(senders) == 1 else ""
    # The topmost was added last, by whoever handed the message on to us; below it anybody can have written anything.
    checks = [str(one)[:4000] for one in message.get_all("Authentication-Results", [])[:1]]
    return {"sender": sender, "passed_at": passed_at(checks[0], sender) if checks else "", "answers": found}


def passed_at(check: str, sender: str) -> str:
    """The name of the server of an Authentication-Results (RFC 8601), where it has found a sender genuine; else "".

    DMARC says so for the address that people read; DKIM and SPF where they speak for that very domain (RFC 7489,
    strict alignment).
    """
    plain = _COMMENT.sub(" ", check)
    name, *results = [" ".join(part.split()).lower() for part in plain.split(";")]
    domain = sender.rpartition("@")[2]
    good = {
        "dmarc": ("header.from",),
        "dkim": ("header.d", "header.i"),
        "spf": ("smtp.mailfrom", "smtp.from"),
    }
    for result in results:
        found = _RESULT.match(result)
        if domain and found and found[1] in good and found[2] == "pass":
            named = [value.rpartition("@")[2] for key, value in _FACT.findall(result) if key in good[found[1]]]
            if (named == [] and found[1] == "dmarc") or domain in named:
                return name.split(" ")[0]
    return ""


def _calendars(message: Message) -> list[bytes]:
    found = []
    for _, part in zip(range(MOST_PARTS), message.walk(), strict=False):
        if part.get_content_type() in ("text/calendar", "application/ics"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                found.append(content)
    return found
