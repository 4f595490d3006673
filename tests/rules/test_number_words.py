"""Numbers in words: every number to a thousand in four languages, and what is none."""

import pytest
from num2words import num2words

from office.rules.number_words import numbers

SEVERAL = (
    1100,
    1234,
    2000,
    2345,
    9999,
    12_000,
    25_000,
    30_000,
    99_999,
    100_000,
    250_000,
    999_999,
    1_000_000,
    3_500_000,
)


@pytest.mark.parametrize("language", ["en", "sv", "de", "es"])
def test_every_number_to_a_thousand_and_large_ones_are_read(language: str) -> None:
    wrong = {}
    for number in (*range(2, 1001), *SEVERAL):
        said = num2words(number, lang=language).replace(",", "")
        found = [one.value for one in numbers(said, language)]
        if found != [number]:
            wrong[said] = found
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tres mil euros", [3000]),
        ("Laptop dreitausend Euro", [3000]),
        ("zwei und zwanzig Stühle", [22]),
        ("twenty-five hundred", [2500]),
        ("a hundred pens", [100]),
        ("two five", [2, 5]),
        ("five twenty", [5, 20]),
        ("ein Sofa", []),
        ("a chair and one lamp", []),
        ("once upon a time", []),
        ("sex and the city", []),
        ("working from home", []),
        ("mil", []),
        ("hundredweight and tenpin", []),
        ("x" * 5000, []),
    ],
)
def test_what_stands_among_other_words(text: str, found: list[int]) -> None:
    assert [one.value for one in numbers(text)] == found


def test_a_word_that_is_a_number_in_one_language_counts_there() -> None:
    assert [one.value for one in numbers("once sillas", "es")] == [11]
    assert [one.value for one in numbers("sex stolar", "sv")] == [6]
    assert [one.value for one in numbers("elf Stühle", "de")] == [11]
