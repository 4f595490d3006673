"""What makes an approval void, and what keeps it."""

from dataclasses import replace
from datetime import date

import pytest

from office.rules.approval_terms import Terms, voids
from office.rules.money import Money

OLD = Terms("Chairs", Money(45000, "EUR"), Money(513900, "SEK"), "Kinnarps", None, 3, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("new", "void"),
    [
        (OLD, []),
        (replace(OLD, money=Money(45001, "EUR"), home=Money(513911, "SEK")), ["money"]),
        (replace(OLD, money=Money(44999, "EUR"), home=Money(513889, "SEK")), []),
        # The rate has risen, the price has not.
        (replace(OLD, home=Money(600000, "SEK")), []),
        (replace(OLD, money=Money(500000, "SEK"), home=Money(500000, "SEK")), []),
        (replace(OLD, money=Money(520000, "SEK"), home=Money(520000, "SEK")), ["money"]),
        (replace(OLD, money=Money(45000, "USD"), home=None), ["money"]),
        (replace(OLD, money=None, home=None), ["money"]),
        (replace(OLD, supplier="IKEA"), ["supplier"]),
        (replace(OLD, beneficiary_id=7), ["beneficiary_id"]),
        (replace(OLD, department_id=4), ["department_id"]),
        (replace(OLD, day=date(2026, 12, 2)), ["day"]),
        (replace(OLD, title="A sofa"), ["title"]),
        (replace(OLD, category="travel"), ["category"]),
        (replace(OLD, answers={"hotel": "yes"}), ["answers"]),
        (replace(OLD, text="They broke."), ["text"]),
        (replace(OLD, files=(("https://files.slack.com/1", "offer.pdf"),)), ["files"]),
        (replace(OLD, year=2027), ["year"]),
        (replace(OLD, text="More.", money=Money(44999, "EUR")), ["text"]),
    ],
)
def test_more_or_other_is_asked_again_and_less_is_not(new: Terms, void: list[str]) -> None:
    assert voids(OLD, new) == void


def test_who_agreed_without_an_amount_agreed_to_none() -> None:
    bare = replace(OLD, money=None, home=None)
    assert voids(bare, OLD) == ["money"] and voids(bare, bare) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Ten for the team.", "Ten for the team. And a laptop for my son."),
        ("Ten for the team", "Ten for the team\nThe old ones broke"),
        ("2 chairs", "12 chairs"),
        ("2 chairs", ""),
        ("", "Why not?"),
    ],
)
def test_every_word_is_part_of_what_was_agreed_to(old: str, new: str) -> None:
    assert voids(replace(OLD, text=old), replace(OLD, text=new)) == ["text"]
