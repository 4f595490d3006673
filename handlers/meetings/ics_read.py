"""Calendars that others have written: answers to invitations, and when somebody is busy."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Component

from office.duties.meetings.inbound import Inbound
from storage.words import Reply

_REPLIES = {"ACCEPTED": Reply.YES, "DECLINED": Reply.NO, "TENTATIVE": Reply.MAYBE}
# Rules that would take minutes to work out, and that no meeting has.
_TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
_WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
MOST_EVENTS = 5_000
OURS = "@deskhand"


def answers(content: bytes) -> Iterator[Inbound]:
    """What a calendar has answered. Nothing for what is no calendar, or no answer."""
    try:
        found = Calendar.from_ical(content)
    except (ValueError, IndexError, KeyError):
        return
    method = str(found.get("method", "")).upper()
    if method not in ("REPLY", "COUNTER"):
        return
    for event in found.walk("VEVENT"):
        attendee = event.get("attendee")
        for one in attendee if isinstance(attendee, list) else [attendee] if attendee is not None else []:
            status = str(one.params.get("PARTSTAT", "")).upper()
            yield Inbound(
                uid=str(event.get("uid", "")),
                email=str(one).lower().removeprefix("mailto:"),
                reply=_REPLIES.get(status),
                recurrence=_moment(event, "recurrence-id"),
                start=_moment(event, "dtstart") if method == "COUNTER" else None,
                note=str(event.get("comment", "")),
            )


def busy(content: bytes, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """When a calendar says that its owner is busy in a span. Raises ValueError for what is no calendar.

    What is marked as free, cancelled or declined is not; what we have sent there ourselves is known already.
    """
    found = Calendar.from_ical(content)
    events = list(found.walk("VEVENT"))
    if len(events) > MOST_EVENTS:
        raise ValueError("too many events")
    for event in events:
        if not _counts(event):
            found.subcomponents.remove(event)
    spans = []
    for event in recurring_ical_events.of(found, skip_bad_series=True).between(start, end):
        first, last = _as_moment(event.start), _as_moment(event.end)
        if first < last:
            spans.append((first, last))
    return sorted(spans)


def _counts(event: Component) -> bool:
    rule = event.get("rrule")
    rules = rule if isinstance(rule, list) else [rule] if rule is not None else []
    often = any(_is_too_much(one) for one in rules)
    free = str(event.get("transp", "")).upper() == "TRANSPARENT" or str(event.get("status", "")).upper() == "CANCELLED"
    return not often and not free and not str(event.get("uid", "")).endswith(OURS)


def _is_too_much(rule: Any) -> bool:
    """Whether a rule would take minutes to work out, or never end."""
    freq = [str(one).upper() for one in rule.get("FREQ", [])]
    interval = [int(one) for one in rule.get("INTERVAL", [1])]
    return any(one in _TOO_OFTEN for one in freq) or min(interval) < 1 or any(name in rule for name in _WITHIN_A_DAY)


def _moment(event: Component, name: str) -> datetime | None:
    value: Any = event.get(name)
    return _as_moment(value.dt) if value is not None else None


def _as_moment(value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return datetime.combine(value, time(), UTC)
