"""Names of time zones: known(); and named(tzid), what other programs call one."""

from functools import cache
from zoneinfo import available_timezones


@cache
def known() -> frozenset[str]:
    """Every IANA name that this machine's data has. Read once: it is a walk through a thousand files."""
    return frozenset(available_timezones())


def named(tzid: str) -> str | None:
    """The IANA name of a TZID as calendars write it: by its name, by the name's end, or by Windows' name; else None.

    A calendar may define a zone of its own by rules (RFC 5545, VTIMEZONE). Those are never worked out: a rule can be
    made to take for ever, and what it is called is all that honest programs mean.
    """
    # Imported here: the table is a part of a reader of calendars.
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    name = tzid.strip().strip('"')[:200]
    parts = name.split("/")
    # "/freeassociation.sourceforge.net/Europe/Berlin", "tzone://Microsoft/…".
    for start in range(len(parts)):
        end = "/".join(parts[start:])
        if end in known():
            return end
        if end in WINDOWS_TO_OLSON:
            return str(WINDOWS_TO_OLSON[end])
    return None
