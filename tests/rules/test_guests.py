"""Guests: one table, and the page that shows it."""

from pathlib import Path

import pytest

from office.rules.guests import GUESTS, Deed, may
from storage.words import Standing

PAGE = (Path(__file__).parents[2] / "docs" / "guests.md").read_text("utf-8")


def test_the_page_shows_the_table() -> None:
    shown = [line for line in PAGE.splitlines() if line.startswith("|")][2:]
    assert shown == [f"| {deed} | yes | {'yes' if deed in GUESTS else 'no'} |" for deed in Deed]


@pytest.mark.parametrize("deed", Deed)
def test_members_may_all_of_it_and_strangers_nothing(deed: Deed) -> None:
    assert may(Standing.MEMBER, deed)
    assert not may(Standing.EXTERNAL, deed) and not may(Standing.DEACTIVATED, deed)
    assert may(Standing.UNKNOWN, deed) == may(Standing.GUEST, deed) == (deed in GUESTS)
