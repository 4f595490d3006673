"""An Excel or CSV file as somebody sends it: its cells as texts."""

import csv
import io
import zipfile
from decimal import Decimal
from typing import Any

from office.errors import Refusal

MOST_ROWS, MOST_COLUMNS = 20_000, 60
MOST_UNPACKED, MOST_AT_ONCE = 200_000_000, 40_000_000
DELIMITERS = (";", "\t", ",", "|")


class CannotRead(Exception):
    """The file is no table of ours; the refusal says what is expected."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def table_of(name: str, content: bytes) -> list[list[str]]:
    """The cells of an Excel or CSV file as texts. Raises CannotRead."""
    if name.lower().endswith((".xlsx", ".xlsm")) or content[:2] == b"PK":
        return _excel(content)
    return _csv(content)


def _csv(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _unreadable()
    if "\x00" in text:
        raise _unreadable()
    try:
        return list(csv.reader(io.StringIO(text), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise _unreadable() from error


def _delimiter(text: str) -> str:
    """What stands between the cells: over some lines, as a title above the headings has none."""
    head = "\n".join(text.splitlines()[:30])
    return max(DELIMITERS, key=head.count)


def _excel(content: bytes) -> list[list[str]]:
    # Imported here: only whoever sends such a file needs it (0.2 s).
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(one.file_size for one in archive.infolist())
        # A small file that unpacks to gigabytes is no list of items.
        if size > MOST_UNPACKED:
            raise CannotRead(Refusal("This file is too large. Split it."))
        # What is merged is known only where all of a sheet is read at once.
        book = load_workbook(io.BytesIO(content), read_only=size > MOST_AT_ONCE, data_only=True)
        sheet = book.worksheets[0]
        found = []
        for at, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS)):
            if at > MOST_ROWS + 1000:
                raise CannotRead(Refusal("At most {most} rows fit into one file. Split it.", most=MOST_ROWS))
            found.append([_cell(one.value, str(getattr(one, "number_format", ""))) for one in row])
        return _filled(found, getattr(sheet, "merged_cells", None))
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, IndexError) as error:
        raise _unreadable() from error


def _filled(cells: list[list[str]], merged: Any) -> list[list[str]]:
    """What is merged over several rows stands in each of them."""
    for area in getattr(merged, "ranges", ()):
        value = cells[area.min_row - 1][area.min_col - 1] if area.min_col <= MOST_COLUMNS else ""
        for row in cells[area.min_row : min(area.max_row, len(cells))]:
            row[area.min_col - 1] = value
    return cells


def _cell(value: object, shown_as: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    number = Decimal(repr(value)).normalize()
    if "%" in shown_as:
        # 0.21 that is shown as 21 %.
        return format((number * 100).normalize(), "f")
    text = format(number, "f")
    # A number has no thousands mark: with a fourth decimal 2.495 can't be read as two thousand.
    return f"{text}0" if number.as_tuple().exponent == -3 else text


def _unreadable() -> CannotRead:
    return CannotRead(Refusal("I can't read this file. Save it as Excel, or as CSV in UTF-8."))
