"""A title says what something is; the amount, the day and the people stand beside it."""

import pytest

from office.rules.titles import without
from office.rules.words import title_of


@pytest.mark.parametrize(
    ("typed", "understood", "title"),
    [
        ("Conference ticket 450 EUR by Friday", ["450 EUR", "by Friday"], "Conference ticket"),
        ("Sofa for 450 kr for the lobby", ["450 kr"], "Sofa for the lobby"),
        ("450 EUR conference ticket", ["450 EUR"], "conference ticket"),
        ("Deposit of 450 EUR.", ["450 EUR"], "Deposit"),
        ("Chairs (450 EUR)", ["450 EUR"], "Chairs"),
        ("Chairs (for the hall, 450 EUR)", ["450 EUR"], "Chairs (for the hall)"),
        ("Ticket, 450 EUR, Berlin", ["450 EUR"], "Ticket, Berlin"),
        ("Stolar max 450 kr senast fredag", ["450 kr", "senast fredag"], "Stolar"),
        ("Stühle für 450 € bis Freitag", ["450 €", "bis Freitag"], "Stühle"),
        ("Sillas por 450 € para el viernes", ["450 €", "para el viernes"], "Sillas"),
        ("order milk (by Friday)", ["by Friday"], "order milk"),
        ("order milk by Friday!", ["by Friday"], "order milk"),
        ("450 EUR", ["450 EUR"], "450 EUR"),
        ("Phase I", [], "Phase I"),
        ("Go to", [], "Go to"),
    ],
)
def test_what_was_understood_leaves_the_title(typed: str, understood: list[str], title: str) -> None:
    spans = [(typed.index(one), typed.index(one) + len(one)) for one in understood]
    assert without(typed, spans) == title


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Stand 17000 SEK excl. VAT", "Stand 17000 SEK excl. VAT"),
        ("Regal zzgl. MwSt für Halle 3. Danke", "Regal zzgl. MwSt für Halle 3. Danke"),
        ("It broke. Please help", "It broke."),
        ("Treffen am 3. März im Büro. Danke", "Treffen am 3. März im Büro."),
        ("Is it on? It should be", "Is it on?"),
    ],
)
def test_a_shortened_word_ends_no_sentence(typed: str, title: str) -> None:
    assert title_of(typed) == title
