"""Calendars that others have written (RFC 5545): when somebody is busy, and answers to invitations (RFC 5546)."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

import recurring_ical_events
from defusedxml import ElementTree
from icalendar import Calendar, Component

from office import zones

# Rules that would take minutes to work out, and that no meeting has.
_TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
_WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
MOST_EVENTS, MOST_SPANS, MOST_ANSWERS = 5_000, 5_000, 200
OURS = "@deskhand"
_DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"
_FOLD = re.compile(r"\r?\n[ \t]")
# A name and its parameters, up to the colon; a quoted one may hold colons.
_HEAD = re.compile(r'(?:[^":]|"[^"]*")*')
_ZONE = re.compile(r';TZID=("[^"\n]*"|[^;:\n]*)', re.IGNORECASE)


def busy(content: bytes, start: str, end: str, zone: str) -> dict[str, list[Any]]:
    """When a calendar says that its owner is busy between two moments (ISO 8601).

    `zone` is the owner's: of whole days, of times without a zone, and of zones that have no known name. Returns
    `spans`, pairs of ISO moments in UTC, and `zones`, the names that are not known. Raises ValueError for what is no
    calendar. What is marked as free, cancelled or declined is not busy; what we have sent there ourselves is known.
    """
    found, unknown = _calendar(content)
    events = list(found.walk("VEVENT"))
    if len(events) > MOST_EVENTS:
        raise ValueError("too many events")
    for event in events:
        if not _counts(event):
            found.subcomponents.remove(event)
    in_utc = _in_utc(zone)
    spans = []
    for event in recurring_ical_events.of(found, skip_bad_series=True).between(
        datetime.fromisoformat(start), datetime.fromisoformat(end)
    ):
        first, last = in_utc(event.start), in_utc(event.end)
        if first < last:
            spans.append((first.isoformat(), last.isoformat()))
        if len(spans) > MOST_SPANS:
            raise ValueError("too many times")
    return {"spans": sorted(spans), "zones": unknown}


def busy_on_server(content: bytes, start: str, end: str, zone: str) -> dict[str, list[Any]]:
    """The same of a calendar server's answer (RFC 4791, multistatus), in which each event is a calendar of its own."""
    found: Element = ElementTree.fromstring(content)
    each = [busy((one.text or "").encode(), start, end, zone) for one in found.iter(_DATA)]
    spans = sorted(span for one in each for span in one["spans"])
    if len(spans) > MOST_SPANS:
        raise ValueError("too many times")
    return {"spans": spans, "zones": list(dict.fromkeys(name for one in each for name in one["zones"]))}


def answers(content: bytes, zone: str = "UTC") -> Iterator[dict[str, str]]:
    """What a calendar has answered, each with `uid`, `email`, `status`, `recurrence`, `start` (ISO moments in UTC, or
    empty; `start` is another time that is proposed) and `note`. Nothing for what is no answer."""
    found, _ = _calendar(content)
    method = str(found.get("method", "")).upper()
    if method not in ("REPLY", "COUNTER"):
        return
    in_utc = _in_utc(zone)
    for event in found.walk("VEVENT"):
        attendee = event.get("attendee")
        for one in attendee if isinstance(attendee, list) else [attendee] if attendee is not None else []:
            yield {
                "uid": str(event.get("uid", "")),
                "email": str(one).lower().removeprefix("mailto:"),
                "status": str(one.params.get("PARTSTAT", "")).upper(),
                "recurrence": _moment(event, "recurrence-id", in_utc),
                "start": _moment(event, "dtstart", in_utc) if method == "COUNTER" else "",
                "note": str(event.get("comment", ""))[:3000],
            }


def _calendar(content: bytes) -> tuple[Component, list[str]]:
    """A calendar without its own definitions of zones; each zone is named as IANA does, or left out and returned."""
    unknown: dict[str, None] = {}

    def named(piece: re.Match[str]) -> str:
        name = zones.named(piece.group(1))
        if name is None:
            unknown.setdefault(piece.group(1).strip('"')[:80])
        return f";TZID={name}" if name else ""

    lines = []
    inside = 0
    for line in _FOLD.sub("", content.decode("utf-8", "replace")).splitlines():
        mark = line.strip().upper()
        inside += mark == "BEGIN:VTIMEZONE"
        if not inside:
            head = _HEAD.match(line)
            end = head.end() if head else 0
            lines.append(_ZONE.sub(named, line[:end]) + line[end:])
        inside -= inside > 0 and mark == "END:VTIMEZONE"
    return Calendar.from_ical("\r\n".join(lines)), list(unknown)[:20]


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


def _moment(event: Component, name: str, in_utc: Callable[[date | datetime], datetime]) -> str:
    value: Any = event.get(name)
    return in_utc(value.dt).isoformat() if value is not None else ""


def _in_utc(zone: str) -> Callable[[date | datetime], datetime]:
    """Makes moments of what calendars have: times with a zone, times without one, days."""
    own = ZoneInfo(zone)

    def in_utc(value: date | datetime) -> datetime:
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=own)).astimezone(UTC)

    return in_utc
