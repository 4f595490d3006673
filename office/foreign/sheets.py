"""An Excel or CSV file as somebody sends it: its cells as texts."""

import csv
import io
import re
import zipfile
from decimal import Decimal
from typing import Any

from office.errors import Refusal

MOST_ROWS, MOST_COLUMNS, MOST_MERGED = 20_000, 60, 200_000
MOST_UNPACKED, MOST_AT_ONCE = 60_000_000, 20_000_000
_MERGED = re.compile(rb'<mergeCell[^>]*ref="([A-Z]{1,3})(\d{1,9}):([A-Z]{1,3})(\d{1,9})"')
DELIMITERS = (";", "\t", ",", "|")


def table_of(content: bytes, name: str) -> list[list[str]]:
    """The cells of an Excel or CSV file as texts. Raises Refusal with what is expected."""
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
        raise unreadable()
    if "\x00" in text:
        raise unreadable()
    try:
        found: list[list[str]] = []
        for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text)):
            if len(found) > MOST_ROWS + 1000:
                raise too_long()
            found.append(row[:MOST_COLUMNS])
        return found
    except csv.Error as error:
        raise unreadable() from error


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
                raise too_large()
            row_by_row = size > MOST_AT_ONCE or _merges_too_much(archive)
        # What is merged is known only where all of a sheet is read at once.
        book = load_workbook(io.BytesIO(content), read_only=row_by_row, data_only=True)
        sheet = book.worksheets[0]
        # One cell far below makes a million empty rows: told before they are made.
        if (sheet.max_row or 0) > MOST_ROWS + 1000:
            raise too_long()
        found = []
        for at, row in enumerate(sheet.iter_rows(max_col=min(sheet.max_column or MOST_COLUMNS, MOST_COLUMNS))):
            if at > MOST_ROWS + 1000:
                raise too_long()
            found.append([_cell(one.value, str(getattr(one, "number_format", ""))) for one in row])
        return _filled(found, getattr(sheet, "merged_cells", None))
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, IndexError) as error:
        raise unreadable() from error


def _merges_too_much(archive: zipfile.ZipFile) -> bool:
    """Whether cells are merged over whole columns, or over all of the sheet: each of millions would be made."""
    area = 0
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            for found in _MERGED.finditer(archive.read(name)):
                left, top, right, bottom = found.groups()
                area += (abs(_column(right) - _column(left)) + 1) * (abs(int(bottom) - int(top)) + 1)
    return area > MOST_MERGED


def _column(letters: bytes) -> int:
    """“A” is 1, “XFD” 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


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


def too_long() -> Refusal:
    return Refusal("At most {most} rows fit into one file. Split it.", most=MOST_ROWS)


def too_large() -> Refusal:
    return Refusal("This file is too large. Split it.")


def unreadable() -> Refusal:
    return Refusal("I can't read this file. Save it as Excel, or as CSV in UTF-8.")
