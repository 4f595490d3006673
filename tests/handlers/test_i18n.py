"""Every text in every language: none missing, none stale, no placeholder lost."""

import ast
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum

import pytest

from handlers.i18n import Md, Reader, _catalog, escape, everywhere, reader_of
from handlers.terms import TERMS
from office import catalogue
from storage import words as storage_words
from storage.tables import Person
from tests import words

PLACEHOLDER = re.compile(r"\{\w+\}")
READERS = {
    "en": Reader("en", "en_GB", "Europe/Stockholm"),
    "sv": Reader("sv", "sv_SE", "Europe/Stockholm"),
    "de": Reader("de", "de_DE", "Europe/Berlin"),
    "es": Reader("es", "es_ES", "Europe/Madrid"),
}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_text_is_translated_and_none_is_stale(language: str) -> None:
    wanted = {one[0] for one in words.texts()}
    have = _catalog(language)
    assert wanted - set(have) == set(), "missing: run `make words` and translate"
    assert set(have) - wanted == set(), "stale: run `make words`"


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_translations_keep_their_placeholders(language: str) -> None:
    wrong = []
    for forms in set(words.texts()):
        for form, translated in zip(forms, _catalog(language)[forms[0]], strict=True):
            if set(PLACEHOLDER.findall(form)) != set(PLACEHOLDER.findall(translated)):
                wrong.append((form, translated))
    assert wrong == []


def test_texts_stand_in_the_code_as_literals() -> None:
    """A text that is put together can't be translated; a table of marked texts can."""
    allowed = {
        "text",
        "TERMS[type(word), word]",
        "DESKS[desk.key]",
        "CATEGORIES[key]",
        "FIELDS[name]",
        "DONE[Act(entry.act)]",
        "refusal.text",
    }
    found = []
    for package in ("office", "handlers", "bot"):
        for file in (words.ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in ("say", "md")
                ):
                    receiver = ast.unparse(node.func.value)
                    if receiver.endswith(("reader",)) and not isinstance(node.args[0], ast.Constant):
                        found.append(ast.unparse(node.args[0]))
    assert set(found) <= allowed


def test_every_word_that_people_read_has_a_term() -> None:
    shown = (
        "RequestState", "Priority", "Role", "CommentKind", "ClockKind", "TaskState", "Closes", "Wanted",
        "ApprovalState", "BudgetMode", "MoveKind", "Unit", "PurchaseState", "ReceiptKind", "InvoiceKind", "InvoiceState",
        "HeldFor", "StockKind", "Reply", "Aim", "EntryKind", "Presence", "Progress",
    )  # fmt: skip
    enums: list[type[Enum]] = [getattr(storage_words, name) for name in shown]
    assert {(enum, member) for enum in enums for member in enum} == set(TERMS)
    assert len(set(TERMS.values())) == len(TERMS), "no two words read alike"


def test_the_shipped_catalogue_speaks_all_languages() -> None:
    for kind in catalogue.load().types.values():
        titles = [
            kind.title,
            kind.help,
            *(one.label for one in kind.fields),
            *(c.label for f in kind.fields for c in f.choices),
        ]
        for one in titles:
            assert one is not None and set(one) == set(catalogue.LANGUAGES), kind.key


MOMENT = datetime(2026, 12, 24, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "moment", "amount", "number"),
    [
        ("en", "Thu 24 Dec, 15:30", "€1,054.60", "12,345.5"),
        ("sv", "tors 24 dec., 15:30", "1\xa0054,60\xa0€", "12\xa0345,5"),
        ("de", "Do., 24. Dez., 15:30", "1.054,60\xa0€", "12.345,5"),
        ("es", "jue, 24 dic, 15:30", "1.054,60\xa0€", "12.345,5"),
    ],
)
def test_dates_and_numbers_follow_the_readers_country(language: str, moment: str, amount: str, number: str) -> None:
    reader = READERS[language]
    assert reader.moment(MOMENT).replace("Thu, 24", "Thu 24") == moment
    assert reader.money(Decimal("1054.60"), "EUR") == amount
    assert reader.number(Decimal("12345.5")) == number


def test_another_year_is_named() -> None:
    assert "2027" in READERS["de"].day(date(2027, 3, 28))


def test_a_moment_is_shown_in_the_readers_zone() -> None:
    assert Reader("en", "en_US", "America/New_York").time(MOMENT).replace("\u202f", " ") == "9:30 AM"


@pytest.mark.parametrize(("number", "text"), [(1, "1 ärende"), (2, "2 ärenden"), (0, "0 ärenden")])
def test_plurals(number: int, text: str) -> None:
    assert READERS["sv"].count("{count} request", "{count} requests", number) == text


@pytest.mark.parametrize(
    ("locale", "chosen", "language"),
    [("sv-SE", None, "sv"), ("fr-FR", None, "en"), ("de-DE", "es", "es"), ("", None, "en")],
)
def test_people_read_their_own_language(locale: str, chosen: str | None, language: str) -> None:
    assert reader_of(Person(locale=locale, language=chosen, zone="Europe/Berlin")).language == language


def test_an_unknown_zone_is_read_as_utc() -> None:
    assert reader_of(Person(locale="en-GB", zone="Mars/Olympus")).zone == "UTC"


@pytest.mark.parametrize("hostile", ["<!channel>", "<@U123>", "<https://evil|bank>", "*bold* _it_ ~s~ `c`", "a & b"])
def test_what_people_typed_formats_and_mentions_nothing(hostile: str) -> None:
    shown = READERS["en"].md("It says {words}.", words=hostile)
    assert "<" not in shown and not re.search(r"[*_~`](?!\u2060)", shown)
    assert Md("<@U1>").text in READERS["en"].md("{who} came", who=Md("<@U1>"))
    assert escape("&lt;") == "&amp;lt;"


def test_a_moment_in_a_channel_is_everyones_own() -> None:
    assert everywhere(MOMENT, "24 Dec").text == "<!date^1798122600^{date_short_pretty} {time}|24 Dec>"
