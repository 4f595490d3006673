"""Typed words -> items of the catalogue: exactly, misspelt, or the nearest three to choose from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from office.rules import item_names, stock_levels, supply_units, supply_words
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
    "zero", "minus", "fraction", "huge", "none" (no words), "unusual", or "out" (somebody says that none is left);
    `near` are items that may be meant, each with how many units that is; `choices` the numbers that may be."""

    typed: str
    words: str = ""
    item: Item | None = None
    quantity: int = 1
    near: tuple[tuple[Item, int], ...] = ()
    trouble: str = ""
    choices: tuple[int, ...] = ()
    counted: bool = field(default=True)

    @property
    def can_be_chosen(self) -> bool:
        """Whether a press can say what was meant."""
        return bool(self.choices) or (self.trouble in ("unknown", "removed") and bool(self.near))


def read(session: Session, text: str, least: int = 1) -> list[Read]:
    """Every part of some words, in their order. `least` is 0 where none is a number, too: in counting."""
    wanted = [supply_words.read(part) for part in supply_words.split(text)]
    wanted = list(_unfolded(session, wanted))
    keys = [key for one in wanted for key in (*_keys(one.words), item_names.exact(one.whole))]
    known = supplies.called(session, keys)
    return [_one(session, one, known, least) for one in wanted]


def _keys(words: str) -> tuple[str, str]:
    return item_names.exact(words), item_names.key(words)


def _first(known: Mapping[str, list[int]], words: str) -> list[int]:
    """The items that are called exactly so, else those that are but for endings."""
    return next((known[key] for key in _keys(words) if key in known), [])


def find_items(session: Session, text: str, most: int) -> list[int]:
    """Items by words, the best first: for looking in the catalogue."""
    key = item_names.key(text)
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


def _one(session: Session, wanted: Wanted, known: Mapping[str, list[int]], least: int) -> Read:
    if wanted.whole != wanted.words and item_names.exact(wanted.whole) in known:
        # "3M tape", "7 Up": the number is part of the name.
        wanted = Wanted(wanted.typed, wanted.whole, whole=wanted.whole)
    trouble = "" if wanted.trouble == "zero" and least == 0 else wanted.trouble
    counted = wanted.quantity is not None or wanted.trouble == "zero"
    found = Read(wanted.typed, wanted.words, quantity=wanted.quantity or 1, counted=counted)
    if not item_names.key(wanted.words):
        return replace(found, trouble=trouble or "none")
    item, alike = _item(session, wanted.words, _first(known, wanted.words))
    near = tuple((one, _offered(wanted, one)) for one in alike)
    if item is None and (strange := supply_units.strange_unit(wanted.words)) is not None:
        of_what, _ = _item(session, strange[1], None)
        if of_what is not None:
            choices = _choices(found.quantity, of_what)
            return replace(found, item=of_what, trouble="unit", choices=choices)
    if item is None or trouble:
        return replace(found, item=item, near=near, trouble=trouble or "unknown")
    if item.removed:
        return replace(found, item=item, near=near, trouble="removed")
    if wanted.is_out:
        return replace(found, item=item, quantity=item.usual, trouble="out", choices=(item.usual,))
    return _counted(found, wanted, item, least)


def _counted(found: Read, wanted: Wanted, item: Item, least: int) -> Read:
    """How many units that is: "2 boxes" are packs; a unit that the item is not counted in is asked about."""
    said = wanted.quantity if wanted.quantity is not None else (0 if wanted.trouble == "zero" else item.usual)
    quantity, choices = _in_units(wanted, item, said)
    if quantity is None:
        return replace(found, item=item, quantity=max(1, said), trouble="unit", choices=choices)
    if quantity > supply_words.MOST:
        return replace(found, item=item, trouble="huge")
    unusual = least == 1 and found.counted and is_unusual(item, quantity)
    choices = tuple(dict.fromkeys((quantity, item.usual))) if unusual else ()
    return replace(found, item=item, quantity=quantity, trouble="unusual" if unusual else "", choices=choices)


def is_unusual(item: Item, quantity: int) -> bool:
    """Whether it is so much more than usual that it is asked about."""
    return stock_levels.is_unusual(quantity, item.usual, item.pack)


def _in_units(wanted: Wanted, item: Item, said: int) -> tuple[int | None, tuple[int, ...]]:
    """Units of an item that were said; None with those that may be meant where that is to be asked."""
    if wanted.measure:
        reams = supply_units.is_sheets(wanted.measure) and item.unit is Unit.REAM
        return None, (stock_levels.packs_for(said, supply_units.SHEETS_A_REAM) if reams else item.usual,)
    if wanted.filled and wanted.filled != item.pack and item.unit is not Unit.PIECE:
        return None, tuple(dict.fromkeys((said // wanted.filled, said)))
    if wanted.pair and item.unit is Unit.PAIR:
        return 1, ()
    if wanted.unit in (None, Unit.PIECE, item.unit) and not (wanted.packs and wanted.unit is not item.unit):
        return said, ()
    # A packet is a pack where the item is not counted in packets.
    if (wanted.packs or wanted.unit is Unit.PACKET) and item.pack > 1:
        return said * item.pack, ()
    return None, _choices(said, item)


def _offered(wanted: Wanted, item: Item) -> int:
    """How many of an item that is: packs of it, where packs were said."""
    said = wanted.quantity or 1
    return _in_units(wanted, item, said)[0] or said


def _choices(said: int, item: Item) -> tuple[int, ...]:
    """So many of what the item is counted in, or so many packs."""
    return tuple(one for one in dict.fromkeys((said, said * item.pack)) if 1 <= one <= supply_words.MOST)


def _item(session: Session, words: str, exact: Sequence[int] | None) -> tuple[Item | None, tuple[Item, ...]]:
    """The item that words mean, and those that they may mean."""
    key = item_names.key(words)
    ids = _first(supplies.called(session, _keys(words)), words) if exact is None else list(exact)
    ids = ids if len(ids) < 2 else _by_own_name(session, ids, words)
    ids = ids or _slip(session, key)
    if len(ids) == 1:
        return supplies.get(session, ids[0]), ()
    near = list(dict.fromkeys([*ids, *_within(session, key), *nearest(session, key)]))[:SHOWN]
    items = supplies.by_ids(session, near)
    return None, tuple(items[one] for one in near if one in items)


def _by_own_name(session: Session, ids: Sequence[int], words: str) -> list[int]:
    """Of several items the one that is called so; others only have it as another word for them."""
    items = supplies.by_ids(session, ids)
    for compared in (item_names.exact, item_names.key):
        own = [one for one in ids if compared(words) in map(compared, items[one].names.values())]
        if len(own) == 1:
            return own
    return list(ids)


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
