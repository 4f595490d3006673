"""Typed words -> items of the catalogue: exactly, misspelt, or the nearest three to choose from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from office.rules import stock_levels, supply_words
from office.rules.supply_words import Wanted
from storage import supplies
from storage.supply_tables import Item
from storage.words import Unit

# In per cent: so alike that it can only be a slip of the pen, and by so much more than any other; so alike that it is
# worth showing.
SLIP, CLEARLY, NEAR = 86, 8, 62
SHOWN = 3


@dataclass(frozen=True)
class Read:
    """What one part of the words means. `trouble` is why it can't be taken as it is: "unknown", "removed", "unit",
    "zero", "minus", "fraction", "huge", "none" (no words), or "unusual"; `near` are items that may be meant."""

    typed: str
    words: str = ""
    item: Item | None = None
    quantity: int = 1
    near: tuple[Item, ...] = ()
    trouble: str = ""
    unit: str = ""
    counted: bool = field(default=True)


def read(session: Session, text: str, least: int = 1) -> list[Read]:
    """Every part of some words, in their order. `least` is 0 where none is a number, too: in counting."""
    wanted = [supply_words.read(part) for part in supply_words.split(text)]
    wanted = list(_unfolded(session, wanted))
    known = supplies.called(session, [key for one in wanted for key in _keys(one.words)])
    return [_one(session, one, _first(known, one.words), least) for one in wanted]


def _keys(words: str) -> tuple[str, str]:
    return supply_words.exact(words), supply_words.key(words)


def _first(known: Mapping[str, list[int]], words: str) -> list[int]:
    """The items that are called exactly so, else those that are but for endings."""
    return next((known[key] for key in _keys(words) if key in known), [])


def find_items(session: Session, text: str, most: int) -> list[int]:
    """Items by words, the best first: for looking in the catalogue."""
    key = supply_words.key(text)
    found = [*_first(supplies.called(session, _keys(text)), text), *_within(session, key), *nearest(session, key)]
    return list(dict.fromkeys(found))[:most]


def nearest(session: Session, key: str) -> list[int]:
    """Items whose names are alike, the nearest first, each once."""
    keys = supplies.all_keys(session)
    found = process.extract(key, keys.keys(), scorer=fuzz.ratio, score_cutoff=NEAR, limit=12)
    return list(dict.fromkeys(keys[name] for name, _, _ in found))


def _unfolded(session: Session, wanted: Sequence[Wanted]) -> Iterable[Wanted]:
    """ "pens and paper" is two things, unless there is one thing of that name."""
    for one in wanted:
        parts = supply_words.at_and(one.words)
        if len(parts) > 1 and not one.trouble:
            known = supplies.called(session, [key for part in (one.words, *parts) for key in _keys(part)])
            if not _first(known, one.words) and all(_first(known, part) for part in parts):
                yield replace(one, typed=parts[0], words=parts[0])
                yield from (supply_words.read(part) for part in parts[1:])
                continue
        yield one


def _one(session: Session, wanted: Wanted, exact: Sequence[int], least: int) -> Read:
    trouble = "" if wanted.trouble == "zero" and least == 0 else wanted.trouble
    counted = wanted.quantity is not None or wanted.trouble == "zero"
    found = Read(wanted.typed, wanted.words, quantity=wanted.quantity or 1, counted=counted)
    if not supply_words.key(wanted.words):
        return replace(found, trouble=trouble or "none")
    item, near = _item(session, wanted.words, exact)
    if item is None and (strange := supply_words.strange_unit(wanted.words)) is not None:
        of_what, _ = _item(session, strange[1], None)
        if of_what is not None:
            return replace(found, item=of_what, near=(of_what,), trouble="unit", unit=strange[0])
    if item is None or trouble:
        return replace(found, item=item, near=near, trouble=trouble or "unknown")
    if item.removed:
        return replace(found, item=item, near=near, trouble="removed")
    return _counted(found, wanted, item, least)


def _counted(found: Read, wanted: Wanted, item: Item, least: int) -> Read:
    """How many units that is: "2 boxes" are packs; a unit that the item is not counted in is asked about."""
    quantity = wanted.quantity if wanted.quantity is not None else (0 if wanted.trouble == "zero" else item.usual)
    if wanted.packs and item.pack == 1:
        return replace(found, item=item, near=(item,), quantity=max(1, quantity), trouble="unit", unit=wanted.typed)
    if wanted.unit not in (None, Unit.PIECE, item.unit):
        # A packet is a pack where the item is not counted in packets.
        if wanted.unit is not Unit.PACKET or item.pack == 1:
            return replace(found, item=item, near=(item,), quantity=max(1, quantity), trouble="unit", unit=wanted.typed)
        quantity *= item.pack
    if wanted.packs:
        quantity *= item.pack
    if quantity > supply_words.MOST:
        return replace(found, item=item, trouble="huge")
    unusual = least == 1 and found.counted and stock_levels.is_unusual(quantity, item.usual, item.pack)
    return replace(found, item=item, quantity=quantity, trouble="unusual" if unusual else "")


def _item(session: Session, words: str, exact: Sequence[int] | None) -> tuple[Item | None, tuple[Item, ...]]:
    """The item that words mean, and those that they may mean."""
    key = supply_words.key(words)
    ids = _first(supplies.called(session, _keys(words)), words) if exact is None else list(exact)
    ids = ids or _slip(session, key)
    if len(ids) == 1:
        return supplies.get(session, ids[0]), ()
    near = list(dict.fromkeys([*ids, *_within(session, key), *nearest(session, key)]))[:SHOWN]
    items = supplies.by_ids(session, near)
    return None, tuple(items[one] for one in near if one in items)


def _slip(session: Session, key: str) -> list[int]:
    """The item whose name is so alike, and no other's, that the words can only be a slip of the pen."""
    keys = supplies.all_keys(session)
    best: dict[int, float] = {}
    for name, score, _ in process.extract(key, keys.keys(), scorer=fuzz.ratio, score_cutoff=NEAR, limit=8):
        best.setdefault(keys[name], score)
    ranked = list(best.items())
    if not ranked or ranked[0][1] < SLIP or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < CLEARLY):
        return []
    return [ranked[0][0]]


def _within(session: Session, key: str) -> list[int]:
    """The items whose names have all of these words."""
    parts = set(key.split())
    found = [number for name, number in supplies.all_keys(session).items() if parts <= set(name.split())]
    return list(dict.fromkeys(found))
