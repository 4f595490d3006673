"""An ask for supplies with ten thousand items and a million movements beside one with a hundred and a thousand."""

import random
import statistics
import string
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from office import catalogue
from office.duties.requests.log import catalogue_desks
from office.duties.supplies import asks, reading
from office.duties.supplies import items as duties
from office.duties.supplies.asks import Basket, Line
from office.duties.supplies.items import SupplierSetup
from office.rules import item_names
from storage import people
from storage.database import Database

# (items, movements)
SIZES = ((100, 1_000), (10_000, 1_000_000))
TIMES = 200
_ITEM = (
    "INSERT INTO items (id, names, synonyms, category, unit, pack, supplier_id, price, currency, breaks, lead_days, "
    "usual, on_hand, counted_at, article, vat, minimum, target, shelf, photo, removed, reserved, on_order, version) "
    "VALUES (:id, :names, '[]', 'office', 'piece', 10, 1, 1000, 'SEK', '[]', 5, 3, 1000000, '2026-01-01', '', '25', 0, "
    "0, '', '', 0, 0, 0, 1)"
)
_NAME = "INSERT INTO item_names (key, item_id) VALUES (:key, :id)"
_MOVES = """
    INSERT INTO stock_moves (item_id, kind, on_hand, reserved, on_order, why, at)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :many)
    SELECT i % :items + 1, CASE WHEN i < :items THEN 'count' ELSE 'take' END, CASE WHEN i < :items THEN 1000000 ELSE -1
        END, 0, 0, '', strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || ((:many - i) % 700) || ' days') || '000' FROM n
"""


def measure(folder: Path) -> Iterator[str]:
    (items, moves), (more_items, more_moves) = SIZES
    yield f"| an ask for two things | {items:,} items, {moves:,} moves | {more_items:,}, {more_moves:,} | ratio |"
    yield "|---|---|---|---|"
    filled = [_fill(folder / f"{size[0]}.db", *size) for size in SIZES]
    for title, typed in (("as it is called", _as_called), ("misspelt", _misspelt)):
        took: list[list[float]] = [[], []]
        # They take turns, so that what disturbs the machine hits both alike.
        for at in range(TIMES):
            for found, (database, names) in zip(took, filled, strict=True):
                found.append(_asked(database, typed(random.Random(at), names)))
        small, large = (statistics.median(one) * 1000 for one in took)
        yield f"| {title} | {small:.2f} ms | {large:.2f} ms | {large / small:.2f} |"


def _asked(database: Database, words: str) -> float:
    """Seconds from typed words to a stored order. Raises where not both things were understood."""

    def do(session: Session) -> int:
        person = people.find_by_slack(session, "U9999")
        found = reading.read(session, words)
        lines = tuple(Line(one.quantity, one.item.id or 0) for one in found if one.item is not None and not one.trouble)
        assert person is not None
        asks.place(session, person, Basket(lines))
        return len(lines)

    began = time.perf_counter()
    understood = database.write(do)
    took = time.perf_counter() - began
    if understood != 2:
        raise RuntimeError(f"{words!r} was not understood")
    return took


def _as_called(dice: random.Random, names: list[str]) -> str:
    return ", ".join(f"3 {name}" for name in dice.sample(names, 2))


def _misspelt(dice: random.Random, names: list[str]) -> str:
    return ", ".join(f"3 {name[:-3]}{name[-2:]}" for name in dice.sample(names, 2))


def _fill(file: Path, items: int, moves: int) -> tuple[Database, list[str]]:
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.write(lambda session: catalogue_desks(session, catalogue.load()))
    database.write(lambda session: people.appear(session, "U9999"))
    names = _names(random.Random(1), items)

    def do(session: Session) -> None:
        duties.save_supplier(session, None, SupplierSetup("Papier AG", currency="SEK"))
        rows = [
            {"id": at, "names": f'{{"en": "{name}"}}', "key": item_names.key(name)} for at, name in enumerate(names, 1)
        ]
        session.execute(text(_ITEM), rows)
        session.execute(text(_NAME), rows)
        session.execute(
            text(_NAME), [{**one, "key": item_names.exact(name)} for one, name in zip(rows, names, strict=True)]
        )
        session.execute(text(_MOVES), {"items": items, "many": moves})
        session.execute(text("ANALYZE"))

    database.write(do)
    return database, names


def _names(dice: random.Random, many: int) -> list[str]:
    """So many names of three words that no slip of the pen makes alike."""
    letters = string.ascii_lowercase
    return [" ".join("".join(dice.choices(letters, k=7)) for _ in range(3)) for _ in range(many)]
