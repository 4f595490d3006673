"""Items, their words, their stock and its ledger. Stock changes by conditional UPDATEs only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.kept import forget_kept, kept
from storage.pages import Page, page_from, page_of
from storage.statements import add as add_row
from storage.statements import add_all, changed, insert_or_ignore, maybe, one, rows
from storage.supply_tables import Favourite, Item, ItemName, Purchase, PurchaseLine, StockMove, SupplyLine, SupplyOrder
from storage.words import StockKind


def lock(session: Session) -> None:
    """Lets one change of supplies follow the other. SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(727275)"))


def get(session: Session, item_id: int) -> Item:
    return one(session, select(Item).where(col(Item.id) == item_id))


def find(session: Session, item_id: int | None) -> Item | None:
    if item_id is None or not 0 < item_id < 2**31:
        return None
    return maybe(session, select(Item).where(col(Item.id) == item_id))


def by_ids(session: Session, ids: Iterable[int | None]) -> dict[int, Item]:
    wanted = {one for one in ids if one is not None}
    found = rows(session, select(Item).where(col(Item.id).in_(wanted))) if wanted else []
    return {one.id or 0: one for one in found}


def called(session: Session, keys: Collection[str]) -> dict[str, list[int]]:
    """key -> the items that are found by exactly it; removed ones where there is no other."""
    named = (
        select(col(ItemName.key), col(ItemName.item_id), col(Item.removed))
        .join(Item, col(Item.id) == col(ItemName.item_id))
        .where(col(ItemName.key).in_(set(keys)))
        .order_by(col(ItemName.item_id))
    )
    kept_ones: dict[str, list[int]] = {}
    removed_ones: dict[str, list[int]] = {}
    for key, item_id, removed in session.execute(named):
        (removed_ones if removed else kept_ones).setdefault(key, []).append(item_id)
    return removed_ones | kept_ones


def all_keys(session: Session) -> Mapping[str, int]:
    """Every key that an item is found by -> the item; kept for a moment, as only what is misspelt needs it."""

    def load() -> dict[str, int]:
        named = (
            select(col(ItemName.key), col(ItemName.item_id))
            .join(Item, col(Item.id) == col(ItemName.item_id))
            .where(col(Item.removed).is_(False), col(ItemName.key).not_like("=%"))
        )
        return {row.key: row.item_id for row in session.execute(named)}

    return kept(session, ("item keys",), load)


def everything_ever(session: Session) -> tuple[dict[int, Item], dict[str, int]]:
    """All items, also those that are not kept any more, and the keys that they are found by."""
    them = {one.id or 0: one for one in rows(session, select(Item))}
    named = session.execute(select(col(ItemName.key), col(ItemName.item_id)))
    # Of several with one name the one that is kept counts.
    keys = sorted(named, key=lambda row: not them[row.item_id].removed)
    return them, {row.key: row.item_id for row in keys}


def add(session: Session, values: Mapping[str, Any], keys: Iterable[str]) -> int:
    forget_kept(session)
    number = add_row(session, Item, {"on_hand": 0, "reserved": 0, "on_order": 0, **values})
    _name(session, number, keys)
    return number


def change(session: Session, item: Item, values: Mapping[str, Any], keys: Iterable[str] | None = None) -> bool:
    """Changes what an item is, never its stock, if it is still the version that was read; says whether it was."""
    forget_kept(session)
    same = update(Item).where(col(Item.id) == item.id, col(Item.version) == item.version)
    done = changed(session.execute(same.values(version=item.version + 1, **values))) == 1
    if done and keys is not None:
        session.execute(delete(ItemName).where(col(ItemName.item_id) == item.id))
        _name(session, item.id or 0, keys)
    return done


def mark(session: Session, item_id: int, values: Mapping[str, Any]) -> None:
    """Sets what is no part of what people see and edit: that it is low, until when it was put off."""
    session.execute(update(Item).where(col(Item.id) == item_id).values(**values))


def move(session: Session, values: Mapping[str, Any], at: datetime) -> int | None:
    """Books one line of the ledger and changes the item's numbers with it, in one conditional UPDATE: none of them
    falls below zero, and no more is reserved than is there. Returns the line's id; None where that would happen."""
    row = {
        "on_hand": 0, "reserved": 0, "on_order": 0, "line_id": None, "purchase_line_id": None, "corrects_id": None,
        "actor_id": None, "why": "", **values, "at": at,
    }  # fmt: skip
    after = {name: getattr(Item, name) + row[name] for name in ("on_hand", "reserved", "on_order")}
    room = [
        after["on_hand"] >= 0,
        after["reserved"] >= 0,
        after["on_order"] >= 0,
        after["on_hand"] >= after["reserved"],
    ]
    booked = update(Item).where(col(Item.id) == row["item_id"], *room).values(**after)
    if changed(session.execute(booked)) != 1:
        return None
    return add_row(session, StockMove, row)


def get_move(session: Session, move_id: int) -> StockMove | None:
    return maybe(session, select(StockMove).where(col(StockMove.id) == move_id)) if 0 < move_id < 2**31 else None


def counter_of(session: Session, move_id: int) -> StockMove | None:
    """The entry that took another back."""
    return maybe(session, select(StockMove).where(col(StockMove.corrects_id) == move_id))


def moves(session: Session, item_id: int, limit: int = 2000) -> list[StockMove]:
    """The ledger of an item, newest first."""
    theirs = select(StockMove).where(col(StockMove.item_id) == item_id).order_by(col(StockMove.id).desc())
    return rows(session, theirs.limit(limit))


def used_since(session: Session, item_id: int, since: datetime) -> int:
    """How many were taken since a moment."""
    # The literal kind lets both databases use the partial index.
    taken = select(func.sum(-col(StockMove.on_hand))).where(
        col(StockMove.item_id) == item_id, text("kind = 'take'"), col(StockMove.at) >= since
    )
    return int(session.execute(taken).scalar() or 0)


def first_used(session: Session, item_id: int, since: datetime) -> datetime | None:
    first = (
        select(col(StockMove.at))
        .where(col(StockMove.item_id) == item_id, text("kind = 'take'"), col(StockMove.at) >= since)
        .order_by(col(StockMove.at))
        .limit(1)
    )
    found: datetime | None = session.execute(first).scalar()
    return found


def taken_by(session: Session, item_id: int, person_id: int) -> int:
    """Units that somebody has taken and not brought back: of what was set aside for them, and from the shelf."""
    set_aside = (
        select(func.sum(col(SupplyLine.taken)))
        .join(SupplyOrder, col(SupplyOrder.id) == col(SupplyLine.order_id))
        .where(
            col(SupplyLine.item_id) == item_id,
            or_(col(SupplyOrder.requester_id) == person_id, col(SupplyOrder.beneficiary_id) == person_id),
        )
    )
    own = [
        col(StockMove.item_id) == item_id, col(StockMove.actor_id) == person_id, col(StockMove.line_id).is_(None),
        col(StockMove.kind).in_([StockKind.TAKE, StockKind.BRING]),
    ]  # fmt: skip
    slips = select(col(StockMove.id)).where(*own)
    moved = select(func.sum(-col(StockMove.on_hand))).where(
        or_(col(StockMove.id).in_(slips), col(StockMove.corrects_id).in_(slips))
    )
    return sum(int(session.execute(one).scalar() or 0) for one in (set_aside, moved))


def counted_since(session: Session, move: StockMove) -> bool:
    """Whether an item was counted after a line of its ledger: then what is there is known whatever the line says."""
    later = select(col(StockMove.id)).where(
        col(StockMove.item_id) == move.item_id, col(StockMove.kind) == StockKind.COUNT, col(StockMove.id) > move.id
    )
    return session.execute(later.limit(1)).scalar() is not None


def waiting_for(session: Session, item_id: int) -> int:
    """How many of an item people wait for."""
    open_ones = select(func.sum(col(SupplyLine.waiting))).where(col(SupplyLine.item_id) == item_id, text("waiting > 0"))
    return int(session.execute(open_ones).scalar() or 0)


def listed(session: Session, page: int, size: int, category: str = "", ids: Sequence[int] | None = None) -> Page[Item]:
    """Items by category, the oldest first; `ids`: only these, in their order."""
    wanted = select(Item).where(col(Item.removed).is_(False))
    if category:
        wanted = wanted.where(col(Item.category) == category)
    if ids is not None:
        found = by_ids(session, ids)
        in_order = [found[one] for one in ids if one in found and not found[one].removed]
        return page_from(in_order, page, size)
    return page_of(session, wanted.order_by(col(Item.category), col(Item.id)), page, size)


def low(session: Session, page: int, size: int) -> Page[Item]:
    """What is low now: below its minimum, or running out before more can come; what is on order counts."""
    short = or_(
        col(Item.low_at).is_not(None),
        (col(Item.on_hand) - col(Item.reserved) + col(Item.on_order) < col(Item.minimum))
        & col(Item.counted_at).is_not(None),
    )
    return page_of(session, select(Item).where(col(Item.removed).is_(False), short).order_by(col(Item.id)), page, size)


def categories(session: Session) -> list[tuple[str, int]]:
    """(category, how many items), by name."""
    counted = (
        select(col(Item.category), func.count())
        .where(col(Item.removed).is_(False))
        .group_by(col(Item.category))
        .order_by(col(Item.category))
    )
    return [(name, int(number)) for name, number in session.execute(counted)]


def count(session: Session) -> int:
    return int(
        session.execute(select(func.count()).select_from(Item).where(col(Item.removed).is_(False))).scalar() or 0
    )


def everything(session: Session) -> list[Item]:
    return rows(session, select(Item).where(col(Item.removed).is_(False)).order_by(col(Item.category), col(Item.id)))


def of_supplier(session: Session, supplier_id: int) -> list[Item]:
    theirs = select(Item).where(col(Item.supplier_id) == supplier_id, col(Item.removed).is_(False))
    return rows(session, theirs.order_by(col(Item.id)))


def by_article(session: Session, supplier_id: int, article: str) -> Item | None:
    """An item by its supplier's number for it."""
    same = select(Item).where(col(Item.supplier_id) == supplier_id, col(Item.article) == article)
    return maybe(session, same.order_by(col(Item.removed), col(Item.id)).limit(1))


def unsold(session: Session) -> list[Item]:
    """What people wait for and no supplier is known of."""
    waited = select(col(SupplyLine.item_id)).where(text("waiting > 0"), col(SupplyLine.item_id).is_not(None))
    theirs = select(Item).where(col(Item.supplier_id).is_(None), col(Item.id).in_(waited))
    return rows(session, theirs.order_by(col(Item.id)))


def short_of(session: Session, supplier_id: int) -> list[int]:
    """The items of a supplier that an order may have to bring: below their minimum, or waited for."""
    waited = select(col(SupplyLine.item_id)).where(text("waiting > 0"), col(SupplyLine.item_id).is_not(None))
    left = col(Item.on_hand) - col(Item.reserved) + col(Item.on_order)
    theirs = select(col(Item.id)).where(
        col(Item.supplier_id) == supplier_id,
        or_(left < col(Item.minimum), col(Item.low_at).is_not(None), col(Item.id).in_(waited)),
    )
    return [one for one in rows(session, theirs.order_by(col(Item.id))) if one is not None]


def favourites(session: Session, person_id: int) -> list[int]:
    mine = select(col(Favourite.item_id)).where(col(Favourite.person_id) == person_id)
    return rows(session, mine.order_by(col(Favourite.item_id)))


def set_favourite(session: Session, person_id: int, item_id: int, wanted: bool) -> None:
    if wanted:
        insert_or_ignore(session, Favourite, {"person_id": person_id, "item_id": item_id})
    else:
        session.execute(
            delete(Favourite).where(col(Favourite.person_id) == person_id, col(Favourite.item_id) == item_id)
        )


def spent_by_category(session: Session, since: datetime, until: datetime) -> list[tuple[str, str, int]]:
    """(category, currency, minor units) of what was received, at the prices of its orders."""
    worth = col(StockMove.on_hand) * col(PurchaseLine.price) / (col(PurchaseLine.pack) * col(PurchaseLine.per))
    came = (
        select(col(Item.category), col(Purchase.currency), func.sum(worth))
        .select_from(StockMove)
        .join(PurchaseLine, col(PurchaseLine.id) == col(StockMove.purchase_line_id))
        .join(Purchase, col(Purchase.id) == col(PurchaseLine.purchase_id))
        .join(Item, col(Item.id) == col(StockMove.item_id))
        .where(
            col(StockMove.kind).in_([StockKind.RECEIVE, StockKind.SEND_BACK, StockKind.CORRECT]),
            col(StockMove.at) >= since, col(StockMove.at) < until,
        )
        .group_by(col(Item.category), col(Purchase.currency))
    )  # fmt: skip
    return [(category, currency, int(amount or 0)) for category, currency, amount in session.execute(came)]


def _name(session: Session, item_id: int, keys: Iterable[str]) -> None:
    add_all(session, ItemName, [{"key": key, "item_id": item_id} for key in sorted(set(keys))])
