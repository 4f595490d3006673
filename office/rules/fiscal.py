"""Which fiscal year a day belongs to."""

from datetime import date


def year_of(day: date, first_month: int) -> int:
    """The calendar year in which the day's fiscal year began; `first_month` 1 to 12."""
    return day.year if day.month >= first_month else day.year - 1


def months_of(year: int, first_month: int) -> list[date]:
    """The first day of each month of a fiscal year, in order."""
    return [date(year + (first_month - 1 + step) // 12, (first_month - 1 + step) % 12 + 1, 1) for step in range(12)]


def name_of(year: int, first_month: int) -> str:
    """ "2026", or "2026/27" for one that spans two."""
    return str(year) if first_month == 1 else f"{year}/{(year + 1) % 100:02}"
