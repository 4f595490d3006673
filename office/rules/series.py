"""The rhythm of a series (an RFC 5545 RRULE) as it is when its dates go on elsewhere, or end."""

from datetime import date, datetime, timedelta

from office.errors import Refusal
from office.rules.repetition import days_from

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def continued(rule: str, first: date, old: date, new: date) -> str:
    """The rhythm of a series that began on `first` and goes on on `new` instead of its day `old`. Raises Refusal where
    several weekdays would have to be guessed."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    if "UNTIL" in parts and new > old:
        until = datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date() + (new - old)  # noqa: DTZ007
        parts["UNTIL"] = f"{until:%Y%m%d}"
    if "COUNT" in parts:
        gone = sum(1 for _ in days_from(rule, first, first, old - timedelta(days=1)))
        parts["COUNT"] = str(max(1, int(parts["COUNT"]) - gone))
    same_day = old.weekday() == new.weekday()
    if parts["FREQ"] == "WEEKLY" and not same_day:
        if "," in parts.get("BYDAY", ""):
            raise Refusal(
                "This series has several weekdays. Cancel those that follow and book the new rhythm: “every Monday and "
                "Thursday 9:00”."
            )
        parts["BYDAY"] = _DAYS[new.weekday()]
    elif parts["FREQ"] == "MONTHLY" and "BYMONTHDAY" in parts and old.day != new.day:
        parts = {name: value for name, value in parts.items() if name not in ("BYSETPOS",)} | {
            "BYMONTHDAY": str(new.day)
        }
    elif parts["FREQ"] == "MONTHLY" and "BYDAY" in parts and "BYSETPOS" not in parts:
        # "the last Thursday" moved to the Tuesday before is the last Tuesday; elsewhere it is the third, the fourth …
        is_last = parts["BYDAY"].startswith("-1") and (new + timedelta(days=7)).month != new.month
        parts["BYDAY"] = f"{-1 if is_last else (new.day + 6) // 7}{_DAYS[new.weekday()]}"
    elif parts["FREQ"] == "YEARLY":
        parts |= {"BYMONTH": str(new.month), "BYMONTHDAY": str(new.day)}
    return ";".join(f"{name}={value}" for name, value in parts.items())


def ending(rule: str, day: date) -> str:
    """The same rhythm with `day` as the last on which it can be."""
    parts = [part for part in rule.split(";") if not part.startswith(("UNTIL=", "COUNT="))]
    return ";".join([*parts, f"UNTIL={day:%Y%m%d}"])
