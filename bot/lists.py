"""deskhand import and export: items, suppliers and invoices as tables."""

from collections.abc import Iterator
from functools import partial

from handlers import spreadsheets
from handlers.i18n import office_reader
from handlers.supplies import tables
from office.duties.supplies import imports
from office.duties.supplies.imports import Found
from office.errors import Refusal
from office.foreign import reader
from storage import facts, offices
from storage.database import Database


def look(database: Database, name: str, content: bytes, kind: str) -> Found:
    """What a list would change. Raises Refusal, also for a list of another kind."""
    cells = reader.table(name, content)
    with database.read() as session:
        found = imports.understood(session, cells)
    if not any(found.layout.fields):
        heads = [one for one in found.layout.headings if one]
        raise Refusal("I know none of these headings: {found}. Use those of /supplies export items.", found=heads[:12])
    if found.kind != kind:
        raise Refusal("This looks like a list of {kind}.", kind=found.kind)
    return found


def errors(found: Found) -> Iterator[str]:
    for one in found.wrong[: imports.SHOWN_WRONG]:
        yield f"row {one.row}, {one.column}: {one.why}"


def take_over(database: Database, found: Found) -> list[int]:
    """A little at a time, so that a Deskhand that runs meanwhile answers. Returns the rows that could not be taken."""
    failed: list[int] = []
    for start in range(0, len(found.rows), imports.BATCH):
        rows = found.rows[start : start + imports.BATCH]
        failed += database.write(partial(imports.take_over_all, actor=None, kind=found.kind, rows=rows))
    return failed


def written(database: Database, kind: str) -> bytes:
    """An Excel file of one kind."""
    with database.read() as session:
        place = offices.first_place(session)
        reader = office_reader(facts.find(session, "language") or "en", place.zone if place is not None else "UTC")
        if kind == "items":
            return spreadsheets.excel(*tables.item_rows(session))
        if kind == "suppliers":
            return spreadsheets.excel(*tables.supplier_rows(session))
        return spreadsheets.excel(*tables.invoice_rows(session, reader))
