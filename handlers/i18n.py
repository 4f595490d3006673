"""A reader's language: English in the code, the others in locales/*.po; dates, numbers and plurals by CLDR."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as wall_time
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, lists, numbers
from babel.messages.pofile import read_po

from handlers.terms import CATEGORIES, DESKS, FIELDS, TERMS
from office import clock
from office.catalogue import LANGUAGES, in_language
from office.rules.money import Money, digits
from storage.tables import Desk, Person

LOCALES = Path(__file__).parent / "locales"
NAMES = {"en": "English", "sv": "Svenska", "de": "Deutsch", "es": "Español"}
_TERRITORY = {"en": "en_GB", "sv": "sv_SE", "de": "de_DE", "es": "es_ES"}
# Characters that Slack reads as formatting; a word joiner behind them takes that away and cannot be seen.
_FORMATTING = str.maketrans({mark: f"{mark}\u2060" for mark in "*_~`"})
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True)
class Md:
    """Text that is mrkdwn already, such as a mention; it is not escaped again."""

    text: str


@dataclass(frozen=True)
class Reader:
    """Somebody who reads: their language, their locale as Babel names it, and their IANA time zone."""

    language: str
    locale_name: str
    zone: str

    def say(self, text: str, **facts: object) -> str:
        """A text in the reader's language with its {facts} filled in; plain, nothing escaped."""
        return self._translated(text).format_map({name: self._plain(name, fact) for name, fact in facts.items()})

    def md(self, text: str, **facts: object) -> str:
        """The same as mrkdwn: what people typed is escaped, so that it can't mention or format anything."""
        shown = {name: self._marked(name, fact) for name, fact in facts.items()}
        return self._translated(text).format_map(shown)

    def count(self, one: str, many: str, number: int, **facts: object) -> str:
        """One of two texts by the number, which fills {count}."""
        singular, plural = _catalog(self.language).get(one, (one, many))[:2]
        text = singular if self.locale.plural_form(number) == "one" else plural
        return text.format_map({"count": self.number(number), **{n: self._plain(n, f) for n, f in facts.items()}})

    def term(self, word: Enum) -> str:
        return self.say(TERMS[type(word), word])

    def moment(self, moment: datetime) -> str:
        """Day and time in the reader's zone, with the year where it is another."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return f"{self.day(local.date())}, {self.time(moment)}"

    def day(self, day: date) -> str:
        this_year = clock.now().astimezone(ZoneInfo(self.zone)).year
        skeleton = "MMMEd" if day.year == this_year else "yMMMEd"
        return dates.format_skeleton(skeleton, day, locale=self.locale)

    def full_day(self, day: date) -> str:
        """A day with its weekday and year, as a reading is echoed."""
        return dates.format_skeleton("yMMMEd", day, locale=self.locale)

    def day_and_month(self, day: date) -> str:
        return dates.format_skeleton("MMMMd", day, locale=self.locale)

    def clock(self, at: wall_time) -> str:
        """A wall time."""
        return dates.format_time(at, "short", locale=self.locale)

    def time(self, moment: datetime) -> str:
        return dates.format_time(moment, "short", tzinfo=ZoneInfo(self.zone), locale=self.locale)

    def number(self, number: int | Decimal) -> str:
        return numbers.format_decimal(number, locale=self.locale)

    def money(self, amount: Decimal, currency: str) -> str:
        # A price below a cent keeps its decimals.
        is_fine = -int(amount.as_tuple().exponent) > digits(currency)
        shown = numbers.format_currency(amount, currency, locale=self.locale, decimal_quantization=not is_fine)
        # CLDR wants a space between letters and digits, which Babel leaves out: "SEK 450.00".
        return (
            shown.replace(currency, f"{currency}\u00a0", 1) if shown[3:4].isdigit() and currency in shown[:3] else shown
        )

    def today(self) -> date:
        return clock.now().astimezone(self.tz).date()

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def desk(self, desk: Desk) -> str:
        """A desk by the name that the office gave it, else by what the shipped catalogue calls it."""
        if desk.name or desk.key not in DESKS:
            return desk.name or desk.key
        return self.say(DESKS[desk.key])

    def category(self, key: str) -> str:
        """A category of supplies, in the reader's words where it is a shipped one."""
        return self.say(CATEGORIES[key]) if key in CATEGORIES else key.capitalize()

    def field(self, name: str) -> str:
        """A field of an item or a supplier, in the reader's words."""
        if name.startswith("name_"):
            return self.say("Name: {language}", language=NAMES[name.removeprefix("name_")])
        return self.say(FIELDS[name])

    def titles(self, titles: Mapping[str, str]) -> str:
        return in_language(titles, self.language)

    @cached_property
    def locale(self) -> Locale:
        return Locale.parse(self.locale_name)

    def _translated(self, text: str) -> str:
        found = _catalog(self.language).get(text)
        return found[0] if found else text

    def _plain(self, name: str, fact: object) -> str:
        if isinstance(fact, Enum):
            return self.term(fact)
        if isinstance(fact, datetime):
            return self.moment(fact)
        if isinstance(fact, date):
            return self.day(fact)
        if isinstance(fact, int | Decimal) and name != "number":
            return self.number(fact)
        if isinstance(fact, Money):
            return self.money(fact.decimal, fact.currency)
        if isinstance(fact, Desk):
            return self.desk(fact)
        if isinstance(fact, Mapping):
            return self.titles(fact)
        if isinstance(fact, list | tuple):
            return lists.format_list([self._plain(name, one) for one in fact], locale=self.locale)
        return fact.text if isinstance(fact, Md) else str(fact)

    def _marked(self, name: str, fact: object) -> str:
        return fact.text if isinstance(fact, Md) else escape(self._plain(name, fact))


def reader_of(person: Person, office_language: str = "en") -> Reader:
    """How somebody reads: the language they chose, else Slack's, else the office's."""
    slack_language = person.locale[:2].lower()
    language = person.language or (slack_language if slack_language in LANGUAGES else office_language)
    return Reader(language, _locale_name(language, person.locale), _known_zone(person.zone))


def office_reader(language: str, zone: str) -> Reader:
    """How a channel reads, where people of several languages look at the same message."""
    return Reader(language, _locale_name(language, ""), _known_zone(zone))


def escape(text: str) -> str:
    """Words that somebody typed, made harmless for mrkdwn: no mention, no link, no formatting."""
    return text.translate(_ENTITIES).translate(_FORMATTING)


def harmless(text: str) -> str:
    """A message's fallback text, which Slack reads as mrkdwn: nothing in it mentions anybody."""
    return text.translate(_ENTITIES)


def mention(person: Person | None) -> Md:
    """Somebody as Slack shows them; by name where they have not appeared in Slack."""
    if person is None:
        return Md("–")
    return Md(f"<@{person.slack_id}>") if person.slack_id else Md(escape(person.known_as))


def everywhere(moment: datetime, fallback: str) -> Md:
    """A moment that Slack shows each reader in their own zone; the fallback is for old clients."""
    return Md(f"<!date^{int(moment.astimezone(UTC).timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>")


@lru_cache(maxsize=64)
def _locale_name(language: str, slack_locale: str) -> str:
    wanted = slack_locale.replace("-", "_")
    if wanted.startswith(language):
        try:
            return str(Locale.parse(wanted))
        except (UnknownLocaleError, ValueError):
            pass
    return _TERRITORY[language]


@lru_cache(maxsize=512)
def _known_zone(zone: str) -> str:
    try:
        return ZoneInfo(zone).key
    except (KeyError, ValueError, OSError):
        return "UTC"


@lru_cache(maxsize=8)
def _catalog(language: str) -> Mapping[str, tuple[str, ...]]:
    """English text -> its translation (two forms where it counts). Read when the language is first needed."""
    file = LOCALES / f"{language}.po"
    if not file.exists():
        return {}
    with file.open("rb") as opened:
        catalog = read_po(opened, locale=language)
    return {key: texts for message in catalog if (key := _key(message.id)) and (texts := _texts(message.string))}


def _key(message_id: str | Iterable[str]) -> str:
    return message_id if isinstance(message_id, str) else next(iter(message_id))


def _texts(translated: str | Iterable[str] | None) -> tuple[str, ...]:
    if not translated:
        return ()
    texts = (translated,) if isinstance(translated, str) else tuple(translated)
    return texts if all(texts) else ()
