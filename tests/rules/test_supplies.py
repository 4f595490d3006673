"""The rules of supplies: how much to buy, what typed words mean, what an invoice may ask for, who may do what."""

from decimal import Decimal

import pytest
from num2words import num2words

from office.rules import again_words, invoice_matching, invoice_numbers, item_names, stock_levels, supply_words
from office.rules.again_words import Again
from office.rules.invoice_matching import Difference, Invoiced, Ordered
from office.rules.stock_levels import Level
from office.rules.supply_permissions import may, relations
from storage.words import HeldFor, Standing, SupplyAct, Unit

A = SupplyAct

# Who may do what.

NOBODY: set[SupplyAct] = set()
ASKS = {A.ASK}
KEEPS = {A.ASK, A.KEEP, A.ENTER, A.SEE_MONEY}
PAYS = {A.ASK, A.ENTER, A.PAY, A.SEE_MONEY}
TABLE = {
    (Standing.MEMBER, False, False): ASKS,
    (Standing.MEMBER, True, False): KEEPS,
    (Standing.MEMBER, False, True): PAYS,
    (Standing.MEMBER, True, True): KEEPS | PAYS,
    (Standing.GUEST, False, False): ASKS,
    (Standing.GUEST, True, True): ASKS,
    (Standing.UNKNOWN, False, False): ASKS,
    (Standing.UNKNOWN, True, True): ASKS,
}


@pytest.mark.parametrize("act", list(SupplyAct))
@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize(("keeps", "pays"), [(False, False), (True, False), (False, True), (True, True)])
def test_every_role_may_do_just_what_the_table_says(
    act: SupplyAct, standing: Standing, keeps: bool, pays: bool
) -> None:
    only_ask = standing in (Standing.GUEST, Standing.UNKNOWN)
    allowed = ASKS if only_ask else TABLE.get((standing, keeps, pays), NOBODY)
    assert may(act, relations(standing, keeps, pays)) == (act in allowed)


# How much to buy.


@pytest.mark.parametrize(
    ("free", "on_order", "waiting", "minimum", "target", "buys"),
    [
        (12, 0, 0, 10, 20, 0),  # enough
        (10, 0, 0, 10, 20, 0),  # the minimum itself is enough
        (9, 0, 0, 10, 20, 11),  # up to the target
        (0, 0, 5, 0, 0, 5),  # nothing is kept: just what is waited for
        (0, 5, 5, 0, 0, 0),  # and that is on its way
        (3, 8, 0, 10, 20, 0),  # what is on order counts
        (3, 2, 4, 10, 20, 19),
        (0, 0, 0, 10, 0, 10),  # without a target up to the minimum
    ],
)
def test_what_is_short_is_filled_up_to_the_target(
    free: int, on_order: int, waiting: int, minimum: int, target: int, buys: int
) -> None:
    assert stock_levels.to_buy(Level(free, on_order, waiting, minimum, target)) == buys


@pytest.mark.parametrize(("units", "pack", "packs"), [(0, 5, 0), (1, 5, 1), (5, 5, 1), (6, 5, 2), (7, 1, 7)])
def test_packs_are_whole(units: int, pack: int, packs: int) -> None:
    assert stock_levels.packs_for(units, pack) == packs


def test_a_larger_number_costs_less_each() -> None:
    breaks = ((20, 700), (10, 900))
    assert [stock_levels.price_at(packs, 1_000, breaks) for packs in (9, 10, 19, 20)] == [1_000, 900, 900, 700]
    offer = stock_levels.better(8, 1_000, breaks)
    assert offer is not None and (offer.packs, offer.total, offer.saves) == (10, 9_000, 1_000)
    assert stock_levels.better(20, 1_000, breaks) is None
    # A break that costs more is no offer.
    assert stock_levels.better(1, 500, breaks) is None


@pytest.mark.parametrize(
    ("free", "on_order", "minimum", "used", "lead", "low"),
    [
        (10, 0, 10, 0, 5, False), (9, 0, 10, 0, 5, True), (9, 1, 10, 0, 5, False),
        # 56 in 56 days is one a day: 5 working days are 7, and 7 until the next order.
        (14, 0, 0, 56, 5, False), (13, 0, 0, 56, 5, True), (7, 0, 0, 56, 0, False), (6, 0, 0, 56, 0, True),
        (0, 0, 0, 0, 5, False),
    ],
)  # fmt: skip
def test_low_is_below_the_minimum_or_gone_before_more_can_come(
    free: int, on_order: int, minimum: int, used: int, lead: int, low: bool
) -> None:
    assert stock_levels.is_low(Level(free, on_order, 0, minimum, 20), used, stock_levels.USE_DAYS, lead) == low


@pytest.mark.parametrize(
    ("quantity", "usual", "pack", "unusual"),
    [(19, 1, 1, False), (20, 1, 1, True), (49, 5, 1, False), (50, 5, 1, True), (100, 1, 50, False), (101, 1, 50, True)],
)
def test_ten_times_the_usual_is_asked_about(quantity: int, usual: int, pack: int, unusual: bool) -> None:
    assert stock_levels.is_unusual(quantity, usual, pack) == unusual


# What typed words mean.


@pytest.mark.parametrize(
    ("typed", "quantity", "words", "packs", "unit"),
    [
        ("20 copy paper", 20, "copy paper", False, None),
        ("copy paper", None, "copy paper", False, None),
        ("2 boxes of pens", 2, "pens", True, Unit.BOX),
        ("2 packs of pens", 2, "pens", True, None),
        ("2 lådor pennor", 2, "pennor", True, Unit.BOX),
        ("zwei Kisten Wasser", 2, "Wasser", True, Unit.BOX),
        ("tres cajas de bolígrafos", 3, "bolígrafos", True, Unit.BOX),
        ("1 Pkg Klammern", 1, "Klammern", True, None),
        ("5 Ries Papier", 5, "Papier", False, Unit.REAM),
        ("3 Stk. Kulis", 3, "Kulis", False, Unit.PIECE),
        ("2kg coffee", 2, "coffee", False, Unit.KILOGRAM),
        ("2 kg Kaffee", 2, "Kaffee", False, Unit.KILOGRAM),
        ("3m cable", 3, "cable", False, Unit.METRE),
        ("3M tape", None, "3M tape", False, None),
        ("copy paper x 20", 20, "copy paper", False, None),
        ("copy paper 20", 20, "copy paper", False, None),
        ("copy paper (20)", 20, "copy paper", False, None),
        ("kaffe två stycken", 2, "kaffe", False, Unit.PIECE),
        ("20x pens", 20, "pens", False, None),
        ("x2 pens", 2, "pens", False, None),
        ("2 x 10 pens", 20, "pens", False, None),
        ("1.000 servilletas", 1_000, "servilletas", False, None),
        ("1 000 servetter", 1_000, "servetter", False, None),
        ("a dozen pens", 12, "pens", False, None),
        ("two dozen pens", 24, "pens", False, None),
        ("half a dozen notebooks", 6, "notebooks", False, None),
        ("ein halbes Dutzend Stifte", 6, "Stifte", False, None),
        ("halvt dussin pennor", 6, "pennor", False, None),
        ("media docena de bolígrafos", 6, "bolígrafos", False, None),
        ("a couple of pens", 2, "pens", False, None),
        ("ein paar Kugelschreiber", 2, "Kugelschreiber", False, None),
        ("ett par pennor", 2, "pennor", False, None),
        ("un par de bolis", 2, "bolis", False, None),
        ("twenty pens", 20, "pens", False, None),
        ("zweihundertfünfzig Umschläge", 250, "Umschläge", False, None),
        ("tjugofem pennor", 25, "pennor", False, None),
        ("ciento veinte bolígrafos", 120, "bolígrafos", False, None),
        ("one hundred and fifty pens", 150, "pens", False, None),
        ("a thousand envelopes", 1_000, "envelopes", False, None),
        ("10er Pack Batterien", 10, "Batterien", False, None),
        ("zwei 10er Packs Batterien", 20, "Batterien", False, None),
        ("Sechserpack Wasser", 6, "Wasser", False, None),
        ("2 packs of 10 pens", 20, "pens", False, None),
        ("ich brauche bitte drei Stifte", 3, "Stifte", False, None),
        ("please send me two staplers", 2, "staplers", False, None),
        ("can i get 3 pens", 3, "pens", False, None),
        ("I need 3 pens please", 3, "pens", False, None),
        ("me hacen falta 3 bolis porfa", 3, "bolis", False, None),
        ("kan jag få fem block, tack", 5, "block", False, None),
        ("könnte ich bitte 3 Stifte haben? Danke!", 3, "Stifte", False, None),
    ],
)
def test_a_part_is_a_number_and_words(
    typed: str, quantity: int | None, words: str, packs: bool, unit: Unit | None
) -> None:
    found = supply_words.read(typed)
    assert (found.quantity, found.words, found.packs, found.unit) == (quantity, words, packs, unit)


@pytest.mark.parametrize("language", ["en", "sv", "de", "es"])
def test_numbers_in_words_are_read_to_a_thousand(language: str) -> None:
    said = {number: num2words(number, lang=language) for number in range(1, 1001)}
    assert {number: supply_words.read(f"{words} toner").quantity for number, words in said.items()} == {
        number: number for number in said
    }


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("coffee is out", "coffee"), ("we're out of coffee", "coffee"), ("no more coffee", "coffee"),
        ("the coffee has run out", "the coffee"), ("Kaffee ist alle", "Kaffee"), ("kein Kaffee mehr", "Kaffee"),
        ("kaffet är slut", "kaffet"), ("slut på kaffe", "kaffe"), ("se ha acabado el café", "el café"),
        ("ya no queda café", "café"), ("se nos acabó el papel", "el papel"), ("café agotado", "café"),
        ("2 coffee", None), ("2 Stifte für alle", None), ("no-name cups", None), ("outlet strips", None),
    ],
)  # fmt: skip
def test_that_nothing_is_left_is_said_in_many_ways(typed: str, what: str | None) -> None:
    found = supply_words.read(typed)
    assert found.is_out == (what is not None)
    assert what is None or found.words == what


@pytest.mark.parametrize(
    ("typed", "measure"),
    [("1.000 Blatt Papier", "Blatt"), ("500 g coffee", "g"), ("200 hojas de papel", "hojas"), ("2 sheets", "")],
)
def test_a_measure_that_nothing_is_counted_in_is_noted(typed: str, measure: str) -> None:
    assert supply_words.read(typed).measure == measure


@pytest.mark.parametrize(
    ("typed", "value", "packs", "trouble"),
    [
        ("12", 12, False, ""), ("twelve", 12, False, ""), ("a dozen", 12, False, ""), ("2 boxes", 2, True, ""),
        ("3 Stk.", 3, False, ""), ("1.000", 1_000, False, ""), ("-3", None, False, "minus"),
        ("0", None, False, "zero"), ("1/2", None, False, "fraction"), ("½", None, False, "fraction"),
        ("many", None, False, "fraction"), ("3 pens", None, False, "fraction"), ("", None, False, "fraction"),
    ],
)  # fmt: skip
def test_a_number_of_a_form_is_read_like_words(typed: str, value: int | None, packs: bool, trouble: str) -> None:
    found = supply_words.how_many(typed)
    assert (found.quantity, found.packs, found.trouble) == (value, packs, trouble)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("the same as last time", Again.TIME), ("lo de siempre", Again.TIME), ("wie immer", Again.TIME),
        ("samma igen", Again.TIME), ("same as last month", Again.MONTH), ("das gleiche wie letzten Monat", Again.MONTH),
        ("samma som förra månaden", Again.MONTH), ("lo mismo que el mes pasado.", Again.MONTH),
        ("samma som förra veckan", Again.WEEK), ("last month", None), ("usual", None), ("3 pens", None),
    ],
)  # fmt: skip
def test_the_same_again_is_read_with_its_time(text: str, when: Again | None) -> None:
    assert again_words.again(text) == when


@pytest.mark.parametrize(
    ("text", "value", "trouble"),
    [
        ("20", 20, ""), ("1.000", 1_000, ""), ("1'000", 1_000, ""), ("2.0", 2, ""), ("0", None, "zero"),
        ("-3", None, "minus"), ("−3", None, "minus"), ("2.5", None, "fraction"), ("1/2", None, "fraction"),
        ("1e9", None, "huge"), ("1000000", 1_000_000, ""), ("1000001", None, "huge"), ("9" * 40, None, "huge"),
    ],
)  # fmt: skip
def test_a_number_is_whole_and_possible(text: str, value: int | None, trouble: str) -> None:
    assert supply_words.number(text) == (value, trouble)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("20 paper, 3 toner", ["20 paper", "3 toner"]),
        ("20 paper\n- 3 toner;2 pens", ["20 paper", "3 toner", "2 pens"]),
        ("1. coffee\n2. pens\n3. soap", ["coffee", "pens", "soap"]),
        ("1) coffee 2) 3 pens", ["coffee", "3 pens"]),
        ("1. coffee", ["coffee"]),
        ("2. pens", ["2. pens"]),
        ("[ ] 2 pens\n[x] soap", ["2 pens", "soap"]),
        ("1,000 cups, 2 pens", ["1,000 cups", "2 pens"]),
        ("20 pens and 3 pads", ["20 pens", "3 pads"]),
        ("20 pens and half a dozen pads", ["20 pens", "half a dozen pads"]),
        ("one hundred and fifty pens and two pads", ["one hundred and fifty pens", "two pads"]),
        ("2 pennor och tre block", ["2 pennor", "tre block"]),
        ("salt and pepper", ["salt and pepper"]),
        ("☕️ 2 coffee 🙏", ["2 coffee"]),
        ("2 coffee :pray:", ["2 coffee"]),
        ("hola, me hacen falta 3 bolis, gracias", ["me hacen falta 3 bolis"]),
        ("Hi all, 2 coffee", ["2 coffee"]),
    ],
)
def test_a_line_is_split_where_another_thing_begins(text: str, parts: list[str]) -> None:
    assert supply_words.split(text) == parts


@pytest.mark.parametrize(
    ("one", "other"), [("batteries", "battery"), ("pens", "pen"), ("lápices", "lápiz"), ("Stifte", "Stift")]
)
def test_one_and_many_are_the_same_item(one: str, other: str) -> None:
    assert item_names.key(one) == item_names.key(other)


# What an invoice may ask for.

LINE = Ordered(1, pack=10, price=10_000, vat=Decimal(25), received=20)


@pytest.mark.parametrize(
    ("ordered", "said", "found"),
    [
        (LINE, Invoiced(1, 2, 10_000), []),
        (LINE, Invoiced(1, 2, 9_000), []),
        (LINE, Invoiced(1, 2, 11_000), [Difference(HeldFor.PRICE, 1, 2_000)]),
        (LINE, Invoiced(1, 3, 10_000), [Difference(HeldFor.QUANTITY, 1, 10_000)]),
        (LINE, Invoiced(1, 3, 11_000), [Difference(HeldFor.PRICE, 1, 3_000), Difference(HeldFor.QUANTITY, 1, 11_000)]),
        # Another invoice has asked for one of the two packs already.
        (Ordered(1, 10, 10_000, Decimal(25), 20, 1), Invoiced(1, 2, 10_000), [Difference(HeldFor.QUANTITY, 1, 10_000)]),
        # Half a pack has come.
        (Ordered(1, 10, 10_000, Decimal(25), 15), Invoiced(1, 2, 10_000), [Difference(HeldFor.QUANTITY, 1, 5_000)]),
    ],
)
def test_each_line_is_held_for_its_price_and_for_what_has_not_come(
    ordered: Ordered, said: Invoiced, found: list[Difference]
) -> None:
    assert invoice_matching.by_lines([ordered], [said]) == found


def test_a_few_cents_are_rounding() -> None:
    assert invoice_matching.by_total(1_005, 1_000) == []
    assert invoice_matching.by_total(1_006, 1_000) == [Difference(HeldFor.TOTAL, None, 6)]


def test_vat_is_rounded_once_for_each_rate() -> None:
    parts = [(1, Decimal(25)), (1, Decimal(25)), (10, Decimal(7))]
    assert invoice_matching.gross(parts) == 2 + 1 + 10 + 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("INV-0012", "inv 0012", True), ("INV/0012", "INV.0012", True), ("0012", "12", True),
        ("RÄ-1", "ra1", True), ("INV-1", "INV-2", False), ("A-12", "A-012", False),
    ],
)  # fmt: skip
def test_numbers_of_invoices_are_compared_by_letters_and_figures(one: str, other: str, same: bool) -> None:
    assert (invoice_numbers.cleaned(one) == invoice_numbers.cleaned(other)) is same
