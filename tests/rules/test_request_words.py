"""What stands plainly in the words of a request."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office import catalogue
from office.rules.request_words import understand
from office.rules.similar import similar
from office.rules.words import clean, clean_line, is_greeting, is_thanks, title_of
from office.when import find_deadline, weekday_named
from storage.words import Priority

SUNDAY = date(2026, 11, 22)
CATALOGUE = catalogue.load()


@pytest.mark.parametrize(
    ("typed", "text", "priority"),
    [
        ("The printer eats paper", "The printer eats paper", Priority.NORMAL),
        ("high The printer eats paper", "The printer eats paper", Priority.HIGH),
        ("high: no heating", "no heating", Priority.HIGH),
        ("! no heating", "no heating", Priority.HIGH),
        ("no heating !", "no heating", Priority.HIGH),
        ("no heating, urgent", "no heating", Priority.HIGH),
        ("ingen värme brådskande", "ingen värme", Priority.HIGH),
        ("dringend: keine Heizung", "keine Heizung", Priority.HIGH),
        ("urgente no hay calefacción", "no hay calefacción", Priority.HIGH),
        ("low a new calendar", "a new calendar", Priority.LOW),
        ("The shelf hangs too high", "The shelf hangs too high", Priority.NORMAL),
        ("Regalet hänger för hög", "Regalet hänger för hög", Priority.NORMAL),
        ("Printer broken!", "Printer broken!", Priority.NORMAL),
        ("!!!", "!!!", Priority.NORMAL),
        ("high", "high", Priority.NORMAL),
    ],
)
def test_priority_is_read_where_it_is_plain(typed: str, text: str, priority: Priority) -> None:
    found = understand(typed, SUNDAY, "en")
    assert (found.text, found.priority) == (text, priority)


@pytest.mark.parametrize(
    ("typed", "language", "day"),
    [
        ("chairs by Friday", "en", date(2026, 11, 27)),
        ("chairs by next Tuesday", "en", date(2026, 11, 24)),
        ("chairs by tomorrow, please", "en", date(2026, 11, 23)),
        ("chairs by 3 December", "en", date(2026, 12, 3)),
        ("chairs by Dec 3", "en", date(2026, 12, 3)),
        ("chairs by 2026-12-24", "en", date(2026, 12, 24)),
        ("stolar senast fredag", "sv", date(2026, 11, 27)),
        ("stolar till den 24 december", "sv", date(2026, 12, 24)),
        ("stolar senast i övermorgon", "sv", date(2026, 11, 24)),
        ("Stühle bis morgen", "de", date(2026, 11, 23)),
        ("Stühle bis zum 24.12.", "de", date(2026, 12, 24)),
        ("Stühle bis nächsten Dienstag", "de", date(2026, 11, 24)),
        ("sillas para el viernes", "es", date(2026, 11, 27)),
        ("sillas antes del 24 de diciembre", "es", date(2026, 12, 24)),
        ("sillas para pasado mañana", "es", date(2026, 11, 24)),
        ("sillas para el 3/1", "es", date(2027, 1, 3)),
        ("a room by the window", "en", None),
        ("papel para la impresora", "es", None),
        ("chairs by 31 February", "en", None),
        ("chairs by 2020-01-01", "en", None),
        ("Friday chairs", "en", None),
    ],
)
def test_a_day_is_read_after_by(typed: str, language: str, day: date | None) -> None:
    assert understand(typed, SUNDAY, language).needed_by == day


def test_for_somebody_names_them() -> None:
    assert understand("A badge for <@U0ANNA|anna>", SUNDAY, "en").beneficiary == "U0ANNA"
    assert understand("Ein Ausweis für <@U0ANNA>", SUNDAY, "de").beneficiary == "U0ANNA"
    assert understand("<@U0ANNA|anna> says the lift is stuck", SUNDAY, "en").beneficiary is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("The printer on floor 2 eats paper", "it_fault"),
        ("Skrivaren på plan 2 äter papper", "it_fault"),
        ("Der Drucker im zweiten Stock frisst Papier", "it_fault"),
        ("La impresora de la segunda planta se come el papel", "it_fault"),
        ("I am locked out of my account", "access"),
        ("Heizung im Büro kaputt", "building_fault"),
        ("El grifo de la cocina gotea", "building_fault"),
        ("Jag har tappat kortet", "access_card"),
        ("I need a train to Berlin", "travel"),
        ("Hotell i Madrid i mars", "travel"),
        ("Urlaub im Mai", "hr_question"),
        ("Necesito un certificado de empleo", "certificate"),
        ("Lönebesked för mars saknas", "payroll"),
        ("A parcel should go to Lisbon", "mail"),
        ("Bitte den Vertrag scannen", "copy_scan_send"),
        ("qwertz", "anything_else"),
        ("", "anything_else"),
    ],
)
def test_the_type_is_guessed_in_four_languages(text: str, key: str) -> None:
    assert CATALOGUE.guess(text).key == key


def test_the_same_said_otherwise_is_similar() -> None:
    others = {1: "The printer on floor 2 eats paper", 2: "The lift is stuck", 3: "printer"}
    assert similar("the printer on floor 2 is eating paper", others) == [1]
    assert similar("Coffee is out", others) == []
    assert similar("printer", others) == []  # one word says too little


def test_titles_are_one_line_cut_at_a_word() -> None:
    assert title_of("  No light.  The whole floor is dark.\nSince nine.") == "No light."
    assert title_of("word " * 60).endswith("word…") and len(title_of("word " * 60)) <= 120
    assert len(title_of("x" * 500)) == 120
    assert title_of("\u202eevil\u202c name") == "evil name"


def test_text_is_cleaned_once() -> None:
    assert clean("a\x00b\x07c\r\nd\ud800") == "abc\nd"
    assert clean("e\u0301") == "é"
    assert len(clean("x" * 50_000)) == 40_000
    assert clean_line(" a \n b\u2066 ") == "a b"
    assert clean("שלום 👩‍👩‍👧") == "שלום 👩‍👩‍👧"


@pytest.mark.parametrize("text", ["thanks!", "Tack så mycket", "Danke", "Muchas gracias", "It works now, thank you"])
def test_thanks_is_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize("text", ["", "It does not work", "Danke, aber es klemmt noch", "no"])
def test_a_complaint_is_no_thanks(text: str) -> None:
    assert not is_thanks(text)


def test_greetings_are_no_requests() -> None:
    assert is_greeting("Hej!") and is_greeting("buenos días") and not is_greeting("Help the printer burns")


@pytest.mark.parametrize(
    ("word", "number"), [("mon", 0), ("Mån", 0), ("mié", 2), ("Do", 3), ("Freitag", 4), ("sö", 6), ("x", None)]
)
def test_weekdays_are_known_in_four_languages(word: str, number: int | None) -> None:
    assert weekday_named(word) == number


@given(st.text(max_size=3000))
def test_any_text_at_all_can_be_read(text: str) -> None:
    understand(clean(text), SUNDAY, "sv")
    CATALOGUE.guess(text)


def test_a_long_text_of_nothing_but_hints_is_read_to_its_end() -> None:
    hostile = "by " * 13_000
    find_deadline(hostile, SUNDAY, "en")
    CATALOGUE.guess(hostile)
    clean(hostile)
