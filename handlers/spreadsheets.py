"""Tables as Excel and CSV: text stays text, numbers are numbers, and no cell is a formula."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from handlers.i18n import Reader

Cell = str | int | Decimal | date | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet would take for a formula (https://owasp.org/www-community/attacks/CSV_Injection).
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def excel(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """A sheet with a row of headings; numbers are numbers, days are days, and no text is a formula."""
    # Imported here: only whoever exports needs it.
    import xlsxwriter

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, options) as book:
        sheet = book.add_worksheet()
        head, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for at, text in enumerate(heads):
            sheet.write_string(0, at, text, head)
        for number, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, at, cell, day)
                elif isinstance(cell, int | Decimal):
                    sheet.write_number(number, at, float(cell))
                elif cell:
                    sheet.write_string(number, at, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofit(300)
    return made.getvalue()


def comma_separated(reader: Reader, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The same as CSV that a spreadsheet of the reader's country opens as it is."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter="," if reader.language == "en" else ";", lineterminator="\r\n")
    writer.writerow([_safe(one) for one in heads])
    writer.writerows([[_written(reader, cell) for cell in row] for row in rows])
    return made.getvalue().encode("utf-8-sig")


def _written(reader: Reader, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return format(cell, "f") if reader.language == "en" else format(cell, "f").replace(".", ",")
    return str(cell) if isinstance(cell, int) else _safe(cell)


def _safe(text: str) -> str:
    """Text that a spreadsheet would take for a formula stays text."""
    return f"'{text}" if text.startswith(_LIKE_A_FORMULA) else text
