"""Names of time zones: known(); and what others call one, named(tzid)."""

from functools import cache
from zoneinfo import available_timezones


@cache
def known() -> frozenset[str]:
    """Every IANA name that this machine's data has. Read once: it is a walk through a thousand files."""
    return frozenset(available_timezones())
