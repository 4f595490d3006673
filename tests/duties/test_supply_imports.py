"""Items and suppliers from Excel and CSV: what will change is said first, errors by row and column."""

import io
from pathlib import Path

import pytest

from office.duties.supplies import imports, items, rows, table_files
from office.duties.supplies.table_files import CannotRead
from storage import supplies, supply_imports
from storage.words import ImportState
from tests.conftest import Office
from tests.supplies import Cupboard, refused

STARTER = Path(__file__).parents[2] / "office" / "starter_items.csv"


@pytest.fixture
def cupboard(office: Office) -> Cupboard:
    return Cupboard(office)


def look(cupboard: Cupboard, text: str) -> imports.Found:
    cells = table_files.table_of("list.csv", text.encode())
    return cupboard.read(lambda s: imports.understood(s, cells))


def take(cupboard: Cupboard, found: imports.Found) -> int:
    maria = cupboard.who("maria")
    number = cupboard.do(lambda s: imports.offer(s, maria, "list.csv", found)).id or 0
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
    rows = [f"Thing number {one};{one + 1},50;Papier AG;A{one}" for one in range(10_000)]
    rows[4], rows[70], rows[900] = "Thing number 4;free;Papier AG;A4", ";3;Papier AG;A70", "Thing number 70;1;;"
    rows[71] = "Thing number 70;72,50;Papier AG;A71"
    found = look(cupboard, "\n".join(["name;price;supplier;article", *rows]))
    assert found.new == 9_997
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


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"a;b;c\n1;2;3\n", b"name;name\nx;y\n", "ä".encode("utf-16")]
)
def test_what_is_no_list_is_refused(cupboard: Cupboard, content: bytes) -> None:
    with pytest.raises(CannotRead):
        cells = table_files.table_of("x.csv", content)
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
    cells = table_files.table_of("x.xlsx", made.getvalue())
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
    assert found.kind == rows.SUPPLIERS and found.new == 1
    assert found.wrong[0].column == "email"
    take(cupboard, found)


def test_only_those_who_look_after_supplies_import(cupboard: Cupboard) -> None:
    found = look(cupboard, "name\nPens\n")
    assert "look after" in refused(lambda: cupboard.do(lambda s: imports.offer(s, cupboard.who("anna"), "x", found)))
    number = cupboard.do(lambda s: imports.offer(s, cupboard.who("maria"), "x", found)).id or 0
    cupboard.do(lambda s: imports.drop(s, cupboard.who("maria"), number))
    assert "taken over or dropped" in refused(
        lambda: cupboard.do(lambda s: imports.begin(s, cupboard.who("maria"), number))
    )
    assert items.CATEGORIES
