"""Days of the year that have names: "Good Friday", "midsommarafton", "Heiligabend", "Nochevieja"."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from dateutil.easter import easter


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _after_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


def _midsummer_eve(year: int) -> date:
    """The Friday between 19 and 25 June, as Sweden has it since 1953."""
    first = date(year, 6, 19)
    return first + timedelta(days=(4 - first.weekday()) % 7)


# What each name means in a year.
_DAYS: Mapping[str, Callable[[int], date]] = {
    "new_year": _fixed(1, 1), "epiphany": _fixed(1, 6), "lucia": _fixed(12, 13), "christmas_eve": _fixed(12, 24),
    "christmas": _fixed(12, 25), "boxing_day": _fixed(12, 26), "new_years_eve": _fixed(12, 31),
    "good_friday": _after_easter(-2), "holy_thursday": _after_easter(-3), "easter": _after_easter(0),
    "easter_monday": _after_easter(1), "ascension": _after_easter(39), "whit_sunday": _after_easter(49),
    "whit_monday": _after_easter(50), "midsummer_eve": _midsummer_eve,
}  # fmt: skip

# Only names that mean one day: "jul" and "Semana Santa" are whole weeks to many.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "new_year": "new year's day|new years day", "new_years_eve": "new year's eve|new years eve",
        "christmas_eve": "christmas eve|xmas eve", "christmas": "christmas day|christmas|xmas",
        "boxing_day": "boxing day", "good_friday": "good friday", "easter": "easter|easter sunday",
        "easter_monday": "easter monday", "ascension": "ascension day", "whit_sunday": "whit sunday",
        "whit_monday": "whit monday",
    },
    "sv": {
        "new_year": "nyårsdagen", "new_years_eve": "nyårsafton", "epiphany": "trettondagen|trettondedag jul",
        "lucia": "lucia", "christmas_eve": "julafton", "christmas": "juldagen", "boxing_day": "annandag jul",
        "good_friday": "långfredagen|långfredag", "holy_thursday": "skärtorsdagen|skärtorsdag",
        "easter": "påskdagen", "easter_monday": "annandag påsk", "ascension": "kristi himmelsfärdsdag",
        "whit_sunday": "pingstdagen", "midsummer_eve": "midsommarafton",
    },
    "de": {
        "new_year": "neujahr|neujahrstag", "new_years_eve": "silvester", "epiphany": "dreikönig|dreikönigstag",
        "christmas_eve": "heiligabend|heiliger abend|weihnachtsabend", "christmas": "weihnachtstag",
        "boxing_day": "zweiter weihnachtstag", "good_friday": "karfreitag", "holy_thursday": "gründonnerstag",
        "easter": "ostersonntag|ostern", "easter_monday": "ostermontag", "ascension": "christi himmelfahrt",
        "whit_sunday": "pfingstsonntag|pfingsten", "whit_monday": "pfingstmontag",
    },
    "es": {
        "new_year": "año nuevo", "new_years_eve": "nochevieja", "epiphany": "reyes|día de reyes",
        "christmas_eve": "nochebuena", "christmas": "navidad|día de navidad", "good_friday": "viernes santo",
        "holy_thursday": "jueves santo", "easter": "domingo de pascua|domingo de resurrección",
        "easter_monday": "lunes de pascua",
    },
}  # fmt: skip


def names(language: str) -> Iterator[tuple[str, str]]:
    """Every name in a language, and the feast that it means."""
    for feast, known in _NAMES[language].items():
        for name in known.split("|"):
            yield name, feast


def next_one(name: str, today: date) -> date:
    """The day of a feast's name that comes next, today included."""
    return next(day for year in (today.year, today.year + 1) if (day := _DAYS[name](year)) >= today)
