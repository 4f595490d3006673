"""An Excel or CSV file as somebody sends it: its cells as texts."""

import csv
import io
import zipfile
from decimal import Decimal

from office.errors import Refusal

MOST_ROWS = 20_000


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
        raise CannotRead(Refusal("I can't read this file. Save it as Excel, or as CSV in UTF-8."))
    if "\x00" in text:
        raise CannotRead(Refusal("I can't read this file. Save it as Excel, or as CSV in UTF-8."))
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise CannotRead(Refusal("I can't read this file. Save it as Excel, or as CSV in UTF-8.")) from error


def _excel(content: bytes) -> list[list[str]]:
    # Imported here: only whoever sends such a file needs it (0.2 s).
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # A small file that unpacks to gigabytes is no list of items.
            if sum(one.file_size for one in archive.infolist()) > 200_000_000:
                raise CannotRead(Refusal("This file is too large. Split it."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        found = []
        for at, row in enumerate(sheet.iter_rows(values_only=True, max_col=60)):
            if at > MOST_ROWS + 1000:
                raise CannotRead(Refusal("At most {most} rows fit into one file. Split it.", most=MOST_ROWS))
            found.append([_cell(one) for one in row])
        return found
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, IndexError) as error:
        raise CannotRead(Refusal("I can't read this file. Save it as Excel, or as CSV in UTF-8.")) from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    return str(value)
