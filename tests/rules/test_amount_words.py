"""No amount is silently none: figures, numbers in words and names of currencies are read where that is sure, else found."""

import pytest
from babel import Locale

from office.rules import money
from office.rules.amount_words import count_before, plain_figures, unread, unread_price
from office.rules.money import Money
from tests import examples

EN = Locale.parse("en_GB")


@pytest.mark.parametrize(
    ("typed", "minor", "currency"),
    [
        ("Stand 1e6 SEK", 100_000_000, "SEK"),
        ("Laptop 3OOO EUR", 300_000, "EUR"),
        ("Portátil ３０００ EUR", 300_000, "EUR"),
        ("Portátil ３０００ ＥＵＲ", 300_000, "EUR"),
        ("جهاز ٣٠٠٠ EUR", 300_000, "EUR"),
        ("Laptop ३००० EUR", 300_000, "EUR"),
        ("tres mil euros en sillas", 300_000, "EUR"),
        ("Portátil tres mil quinientos euros", 350_000, "EUR"),
        ("twenty thousand SEK", 2_000_000, "SEK"),
        ("Laptop dreitausend Euro", 300_000, "EUR"),
        ("Stolar tjugofem tusen kronor", 2_500_000, "SEK"),
        ("a hundred euros", 10_000, "EUR"),
        ("EUR five hundred", 50_000, "EUR"),
        ("Stand 25 000 Skr", 2_500_000, "SEK"),
        ("20.000,00 spänn", 2_000_000, "SEK"),
        ("mässa 900 dkr", 90_000, "DKK"),
    ],
)
def test_an_amount_that_is_written_otherwise_is_read(typed: str, minor: int, currency: str) -> None:
    price = money.find(plain_figures(typed, "en"), EN, "EUR")
    assert price is not None and price.money == Money(minor, currency)


@pytest.mark.parametrize(
    "typed",
    [
        "½ million SEK", "several hundred euros", "ein paar hundert Euro", "2.5 million SEK", "twenty to thirty thousand SEK",
        "zwei mal hundert Euro", "half a hundred euros", "unos cien euros", "3000 BTC", "3000 VND", "por 3000", "25000", "1e6",
        "tres mil", "twenty thousand", "Laptop dreitausend", "Chairs in kronor", "about £", "④ chairs", "Ⅻ lamps", "20 euro notes x",
        "450 to 500 EUR", "10 oder 20 EUR", "10 a 20 EUR", "5k", "25 tkr", "25 TSEK", "25 mil €", "100% of it", "mil euros",
    ],
)  # fmt: skip
def test_what_is_not_sure_is_no_amount_and_is_found(typed: str) -> None:
    plain = plain_figures(typed, "en")
    try:
        price = money.find(plain, EN, "EUR")
    except money.NotMoney:
        return  # it is asked about by its own words
    if price is None:
        assert unread(plain, "en"), typed
    else:
        assert typed in ("20 euro notes x", "mil euros"), f"{typed} was taken for {price.money}"


@pytest.mark.parametrize(
    "typed",
    [
        "May I work from Portugal in June?", "Conference ticket", "ein Sofa", "Ett nytt tangentbord", "una silla",
        "one-year subscription", "the same as at https://shop.example/item/123", "ask bob2@example.com", "ordinary kronological list",
        "All of us", "Top of the line", "A day off",
    ],
)  # fmt: skip
def test_words_without_figures_need_no_amount(typed: str) -> None:
    assert unread(plain_figures(typed, "en"), "en") is None


def test_in_words_that_explain_figures_alone_count_anything() -> None:
    assert unread_price("For 20 people on floor 3", "en") is None
    assert unread_price("It costs 3000 euros, see the offer", "en") is not None


@pytest.mark.parametrize(
    ("typed", "price", "count"),
    [
        ("10 laptops at 300 EUR", "300", 10),
        ("10 laptops, 300 EUR", "300", 10),
        ("10 portátiles a 300 EUR", "300", 10),
        ("10 Laptops zu 300 EUR", "300", 10),
        ("20 × Portátil 149,99 EUR", "149", 20),
        ("10 × 149.99", "149", 10),
        ("3 pcs monitor 140 EUR", "140", 3),
        ("3 st stolar 140 kr", "140", 3),
        ("köp 4 lampor 90 kr", "90", 4),
        ("Training for 10 people 900 EUR", "900", 10),
        ("iPhone 15 300 EUR", "300 ", None),
        ("Fair on 12 March 300 EUR", "300", None),
        ("Messe am 3. Mai 300 EUR", "300", None),
        ("Ticket 2027 300 EUR", "300", None),
        ("floor 2 paint 300 EUR", "300", None),
        ("Zug um 9 Uhr 30 EUR", "30", None),
        ("1 chair 300 EUR", "300", None),
    ],
)
def test_a_price_of_several_things_may_be_of_each(typed: str, price: str, count: int | None) -> None:
    found = count_before(typed, typed.index(price, 2))
    assert (found.number if found else None) == count


def test_looking_takes_linear_time() -> None:
    times = examples.of(2_000, 20_000)
    for text in ("1 " * times, "tres mil " * times, "½" * times, "3O" * times, "x " * times, "zwei" * times):
        plain_figures(text, "en")
        unread(text, "en")
        count_before(text, len(text))
