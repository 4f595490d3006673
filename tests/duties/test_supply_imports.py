"""Items and suppliers from Excel and CSV: what will change is said first, errors by row and column."""

import io
from pathlib import Path

import pytest

from handlers.supplies import tables
from office.duties.supplies import headings, imports, items
from office.errors import Refusal
from office.foreign import sheets
from storage import supplies, supply_imports
from storage.words import ImportState, Unit
from tests.conftest import Office
from tests.supplies import Cupboard, refused

STARTER = Path(__file__).parents[2] / "office" / "starter_items.csv"


@pytest.fixture
def cupboard(office: Office) -> Cupboard:
    return Cupboard(office)


def look(cupboard: Cupboard, text: str, **said: object) -> imports.Found:
    cells = sheets.table_of(text.encode(), "list.csv")
    choices = imports.Choices(**said)  # type: ignore[arg-type]
    return cupboard.read(lambda s: imports.understood(s, cells, choices))


def used(found: imports.Found) -> dict[str, str | None]:
    return dict(zip(found.layout.headings, found.layout.fields, strict=True))


def take(cupboard: Cupboard, found: imports.Found) -> int:
    maria = cupboard.who("maria")
    number = cupboard.do(lambda s: imports.offer(s, maria, "list.csv", [], found)).id or 0
    cupboard.do(lambda s: imports.begin(s, maria, number))
    while cupboard.do(imports.run):
        pass
    return number


def test_the_starter_list_is_taken_over_and_twice_changes_nothing(cupboard: Cupboard) -> None:
    found = look(cupboard, STARTER.read_text("utf-8"))
    assert (found.new, found.changed, found.wrong) == (68, 0, ())
    number = take(cupboard, found)
    assert cupboard.read(lambda s: supply_imports.find(s, number)).state is ImportState.DONE  # type: ignore[union-attr]
    assert cupboard.read(supplies.count) == 68
    again = look(cupboard, STARTER.read_text("utf-8"))
    assert (again.new, again.changed, again.same) == (0, 0, 68)


def test_errors_name_row_column_and_reason_and_the_rest_is_right(cupboard: Cupboard) -> None:
    rows = [f"Thing number {one};{one + 1},50;Papier AG;A{one}" for one in range(2_000)]
    rows[4], rows[70], rows[900] = "Thing number 4;free;Papier AG;A4", ";3;Papier AG;A70", "Thing number 70;1;;"
    rows[71] = "Thing number 70;72,50;Papier AG;A71"
    found = look(cupboard, "\n".join(["name;price;supplier;article", *rows]))
    assert found.new == 1_997
    assert [(one.row, one.column) for one in found.wrong] == [(6, "price"), (72, "name"), (902, "name")]
    assert "not a price" in str(found.wrong[0].why) and "stands in row 73 already" in str(found.wrong[2].why)


def test_what_a_row_leaves_out_stays_and_stock_is_counted(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", on_hand=5, minimum=2, price=1_000)
    found = look(cupboard, "name,price,on_hand\nPens,12.50,8\n")
    assert (found.new, found.changed) == (0, 1)
    take(cupboard, found)
    item = cupboard.item(pens)
    assert (item.price, item.on_hand, item.minimum) == (1_250, 8, 2)


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("Pens;1.250;1;10", "price", "not a price"),
        ("Pens;-3;1;10", "price", "not a price"),
        ("Pens;1e9;1;10", "price", "not a price"),
        ("Pens;3;0;10", "pack", "whole number from 1"),
        ("Pens;3;2,5;10", "pack", "not a whole number"),
        ("Pens;3;1;90", "vat", "not a VAT rate"),
    ],
)
def test_wrong_cells_are_told(cupboard: Cupboard, row: str, column: str, said: str) -> None:
    (wrong,) = look(cupboard, f"name;price;pack;vat\n{row}\n").wrong
    assert wrong.column == column and said in str(wrong.why)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"\n\n", "ä".encode("utf-16")])
def test_what_is_no_list_is_refused(cupboard: Cupboard, content: bytes) -> None:
    with pytest.raises(Refusal):
        cells = sheets.table_of(content, "x.csv")
        cupboard.read(lambda s: imports.understood(s, cells))


def test_excel_is_read_with_its_numbers(cupboard: Cupboard) -> None:
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(
            [["name", "name_sv", "price", "pack", "synonyms"], ["Glue", "Lim", 12.5, 10, "paste; gum"]]
        ):
            sheet.write_row(at, 0, row)
    cells = sheets.table_of(made.getvalue(), "x.xlsx")
    found = cupboard.read(lambda s: imports.understood(s, cells))
    take(cupboard, found)
    (item,) = cupboard.read(supplies.everything)
    assert (item.names, item.price, item.pack, item.synonyms) == (
        {"en": "Glue", "sv": "Lim"},
        1_250,
        10,
        ["gum", "paste"],
    )


def test_suppliers_are_a_list_too(cupboard: Cupboard) -> None:
    found = look(
        cupboard,
        "name;email;currency;terms;minimum;freight;free_from\nKaffe AB;o@kaffe.example;SEK;20;500;49,50;1000\nBad;nope;SEK;1;;;\n",
    )
    assert found.kind == headings.SUPPLIERS and found.new == 1
    assert found.wrong[0].column == "email"
    take(cupboard, found)


def test_only_those_who_look_after_supplies_import(cupboard: Cupboard) -> None:
    found = look(cupboard, "name\nPens\n")
    assert "look after" in refused(
        lambda: cupboard.do(lambda s: imports.offer(s, cupboard.who("anna"), "x", [], found))
    )
    number = cupboard.do(lambda s: imports.offer(s, cupboard.who("maria"), "x", [], found)).id or 0
    cupboard.do(lambda s: imports.drop(s, cupboard.who("maria"), number))
    assert "taken over or dropped" in refused(
        lambda: cupboard.do(lambda s: imports.begin(s, cupboard.who("maria"), number))
    )
    assert items.CATEGORIES


# Lists as suppliers send them.

GERMAN = """Papelería Sol, S.L. – Preisliste 2027
gültig ab 1.1.2027

Art.-Nr.;Bezeichnung;Einheit;VE;EAN;Preis;PE;MwSt;Bestand;Lieferstatus
100234;Umschläge C5;Stk.;100;4006381333931;3,15 €;100;21;4500;sofort
100235;Kaffee, gemahlen;kg;1;;8,90;1;10;120;sofort
100236;Kopierpapier;Karton;5;;0,0315;1;21;9;sofort
Summe;;;;;12,0815;;;;
"""


def test_a_price_list_of_a_supplier_is_understood(cupboard: Cupboard) -> None:
    found = look(cupboard, GERMAN, supplier="Papier AG")
    assert used(found) == {
        "Art.-Nr.": "article", "Bezeichnung": "name_de", "Einheit": "unit", "VE": "pack", "EAN": "ean",
        "Preis": "price", "PE": "per", "MwSt": "vat", "Bestand": None, "Lieferstatus": None,
    }  # fmt: skip
    assert [found.layout.headings[at] for at in found.layout.theirs] == ["Bestand"]
    assert (found.new, found.wrong, found.sums) == (3, (), (8,))
    take(cupboard, found)
    envelopes, coffee, paper = sorted(cupboard.read(supplies.everything), key=lambda one: one.article)
    # 3.15 for a hundred, in packs of a hundred.
    assert (envelopes.price, envelopes.per, envelopes.pack, envelopes.unit) == (315, 1, 100, Unit.PIECE)
    assert (envelopes.ean, envelopes.article, envelopes.counted_at) == ("4006381333931", "100234", None)
    assert (coffee.unit, coffee.price, coffee.vat) == (Unit.KILOGRAM, 890, "10")
    # 0.0315 each, five in a box.
    assert (paper.unit, paper.price, paper.per) == (Unit.BOX, 1575, 100)


def test_what_a_column_is_can_be_said(cupboard: Cupboard) -> None:
    found = look(cupboard, "A;B;C\nPens;12,50;8\n")
    assert (found.rows, used(found)) == ((), {"A": None, "B": None, "C": None})
    found = look(cupboard, "A;B;C\nPens;12,50;8\n", columns={"0": "name_en", "1": "price", "2": "on_hand"})
    assert found.new == 1 and found.rows[0]["written"] == {"name_en": "Pens", "price": "12,50", "on_hand": "8"}


def test_their_stock_is_not_ours_unless_it_is_said(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", on_hand=5, minimum=2, price=1_000)
    text = "name;Stock;Minimum\nPens;4500;100\n"
    assert (look(cupboard, text).same, look(cupboard, text).changed) == (1, 0)
    take(cupboard, look(cupboard, text, columns={"1": "on_hand"}))
    assert (cupboard.item(pens).on_hand, cupboard.item(pens).minimum) == (4500, 2)


def test_an_export_is_taken_back_as_it_is(cupboard: Cupboard) -> None:
    cupboard.keeps("Pens", on_hand=5, minimum=2, target=9, pack=10, price=12_345)
    heads, exported = cupboard.read(lambda s: tables.item_rows(s))
    cells = [heads, *([str(cell) if cell is not None else "" for cell in row] for row in exported)]
    found = cupboard.read(lambda s: imports.understood(s, cells))
    assert (found.same, found.wrong, found.layout.unknown) == (1, (), [])


def test_each_row_says_what_it_changes_and_by_what_it_was_found(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", price=1_000, article="OF-1")
    found = look(cupboard, "name;price;pack;supplier;article\nBall pens;12,50;5;Papier AG;OF-1\n")
    (row,) = found.rows
    assert (row["what"], row["item_id"], row["by"], row["match"]) == ("changed", pens, "article", "OF-1")
    assert row["fields"] == {
        "name_en": ["Pens", "Ball pens"],
        "pack": ["1", "5"],
        "price": ["10.00 SEK", "12.50 SEK"],
    }


@pytest.mark.parametrize(("said", "what"), [("", "asked"), ("item", "changed"), ("new", "new")])
def test_another_word_for_an_item_is_asked_about(cupboard: Cupboard, said: str, what: str) -> None:
    coffee = cupboard.keeps("Coffee", synonyms=("coffee beans",), price=8_280, pack=6)
    text = "name;price;pack\nCoffee beans;55,80;8\n"
    found = look(cupboard, text, rows={"2": said} if said else {})
    assert [one["what"] for one in found.rows] == [what]
    take(cupboard, found)
    item, all_of = cupboard.item(coffee), cupboard.read(supplies.everything)
    assert (item.price, len(all_of)) == {"asked": (8_280, 1), "changed": (5_580, 1), "new": (8_280, 2)}[what]


def test_the_starter_list_takes_nothing_that_is_called_otherwise(cupboard: Cupboard) -> None:
    coffee = cupboard.keeps("Coffee", synonyms=("coffee beans",), price=8_280, pack=6)
    found = look(cupboard, STARTER.read_text("utf-8"))
    assert found.asked == 1 and found.changed == 0
    take(cupboard, found)
    assert (cupboard.item(coffee).price, cupboard.item(coffee).pack) == (8_280, 6)


@pytest.mark.parametrize(
    ("cell", "minor", "per"),
    [
        ("3,60 €", 360, 1), ("€3.60", 360, 1), ("EUR 3.60", 360, 1), ("3.60 EUR", 360, 1), ("0.0315", 315, 100),
        ("3,333333", 33333, 100), ("1.234,50", 123450, 1), ("2,4950", 2495, 10), ("0,125", 125, 10),
        ("1250", 125_000, 1),
    ],
)  # fmt: skip
def test_prices_are_read_as_lists_write_them(cupboard: Cupboard, cell: str, minor: int, per: int) -> None:
    take(cupboard, look(cupboard, f"name;price\nPens;{cell}\n"))
    (item,) = cupboard.read(supplies.everything)
    assert (item.price, item.per) == (minor, per)


@pytest.mark.parametrize("cell", ["auf Anfrage", "1.250", "12-50", "USD", "-3", "∞"])
def test_what_is_no_price_is_told_with_the_word_of_its_column(cupboard: Cupboard, cell: str) -> None:
    (wrong,) = look(cupboard, f"Bezeichnung;Einzelpreis\nStifte;{cell}\n").wrong
    assert wrong.column == "Einzelpreis"


def workbook(*rows: list[object], merged: tuple[int, int, int, int] | None = None, percent: int | None = None) -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet, shown = book.add_worksheet(), book.add_format({"num_format": "0%"})
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell, shown if column == percent and at else None)
        if merged is not None:
            sheet.merge_range(*merged, rows[merged[0]][merged[1]])
    return made.getvalue()


def test_per_cent_cells_and_merged_cells_are_read_as_they_are_seen(cupboard: Cupboard) -> None:
    content = workbook(
        ["category", "name", "price", "vat"], ["Paper", "Copy paper", 2.495, 0.21], ["", "Envelopes", 3.6, 0.1],
        merged=(1, 0, 2, 0), percent=3,
    )  # fmt: skip
    cells = sheets.table_of(content, "x.xlsx")
    found = cupboard.read(lambda s: imports.understood(s, cells))
    assert [one["written"] for one in found.rows] == [
        {"category": "Paper", "name_en": "Copy paper", "price": "2.4950", "vat": "21"},
        {"category": "Paper", "name_en": "Envelopes", "price": "3.6", "vat": "10"},
    ]


def test_titles_above_the_headings_are_passed_over(cupboard: Cupboard) -> None:
    cells = sheets.table_of(
        workbook(
            ["Papelería Sol, S.L. – Tarifa 2027"], [], ["Referencia", "Descripción", "Precio"], ["A1", "Lápices", 3.6]
        ),
        "x.xlsx",
    )
    found = cupboard.read(lambda s: imports.understood(s, cells))
    assert (found.new, found.layout.head, found.rows[0]["row"]) == (1, 2, 4)


def test_what_somebody_says_of_a_list_stays_with_it(cupboard: Cupboard) -> None:
    maria, frank = cupboard.who("maria"), cupboard.who("frank")
    cells = sheets.table_of(b"A;B\nPens;12,50\n", "x.csv")
    found = cupboard.read(lambda s: imports.understood(s, cells))
    number = cupboard.do(lambda s: imports.offer(s, maria, "x", cells, found)).id or 0
    cupboard.do(lambda s: imports.choose(s, maria, number, {"columns": {"0": "name_en"}}))
    kept = cupboard.do(lambda s: imports.choose(s, maria, number, {"columns": {"1": "price"}, "supplier": "Papier AG"}))
    assert kept.found["new"] == 1 and kept.rows[0]["written"]["supplier"] == "Papier AG"
    for change in ({"columns": {"0": "version"}}, {"columns": {"x": "price"}}):
        refused(lambda: cupboard.do(lambda s: imports.choose(s, maria, number, change)))  # noqa: B023
    refused(lambda: cupboard.do(lambda s: imports.choose(s, frank, number, {"asked": "new"})))
    cupboard.do(lambda s: imports.begin(s, maria, number))
    assert "taken over or dropped" in refused(
        lambda: cupboard.do(lambda s: imports.choose(s, maria, number, {"asked": "new"}))
    )


def test_a_price_below_what_was_cheaper_from_ten_on_ends_that(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", price=1_000, breaks=((10, 900), (50, 700)))
    found = look(cupboard, "name;price\nPens;8,00\n")
    assert found.rows[0]["fields"]["breaks"] == ["10: 9.00; 50: 7.00", "50: 7.00"]
    take(cupboard, found)
    assert cupboard.item(pens).breaks == [[50, 700]]
