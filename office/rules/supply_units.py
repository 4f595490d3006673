"""What things are counted in: the units of items, packs, and measures that no item has."""

import re
from collections.abc import Mapping

from storage.text import fold
from storage.words import Unit

_UNITS: Mapping[Unit, str] = {
    Unit.PIECE: "piece pieces pc pcs each ea st stycken stycke styck stück stueck stk stck unidad unidades ud uds "
    "pieza piezas pza pzas",
    Unit.PACKET: "packet packets pkt paket pakete paquete paquetes packung packungen förpackning förpackningar",
    Unit.REAM: "ream reams ris ries resma resmas",
    Unit.ROLL: "roll rolls rulle rullar rolle rollen rollo rollos rl rll",
    Unit.BOTTLE: "bottle bottles btl flaska flaskor flasche flaschen fl botella botellas",
    Unit.BAG: "bag bags påse påsar beutel bolsa bolsas tüte tüten",
    Unit.CAN: "can cans tin tins burk burkar dose dosen lata latas",
    Unit.PAIR: "pair pairs par paar paare pares",
    Unit.BOX: "box boxes bx låda lådor schachtel schachteln kiste kisten caja cajas "
    "carton cartons kartong kartonger karton kartons cartón cartones",
    Unit.SET: "set sets sats satser satz sätze juego juegos",
    Unit.KILOGRAM: "kg kgs kilo kilos kilogram kilograms kilogramm kilogramo kilogramos",
    Unit.LITRE: "l lt ltr litre litres liter liters litro litros",
    Unit.METRE: "m mtr metre metres meter meters metro metros",
}
_PACKS = (
    "box boxes bx pack packs pk pkg pkgs pck carton cartons ctn case cases crate crates låda lådor kartong "
    "kartonger förp karton kartons krt ktn kiste kisten schachtel schachteln caja cajas cartón cartones bulto "
    "bultos ve"
)
# Nothing is counted in these: what is said in them is asked about.
_MEASURES = (
    "g gr gram grams gramm gramo gramos mg ml cl dl cm mm sheet sheets blatt blätter ark hoja hojas page pages sida "
    "sidor seite seiten página páginas gallon gallons galón oz lb lbs pound pounds pfund libra libras pallet "
    "pallets pall palette paletten palé palés ton tons tonne tonnen"
)
_UNIT_OF = {fold(word): unit for unit, words in _UNITS.items() for word in words.split()}
_PACK_WORDS = frozenset(fold(_PACKS).split())
_MEASURE_WORDS = frozenset(fold(_MEASURES).split())
# How many sheets a ream has: https://en.wikipedia.org/wiki/Units_of_paper_quantity#Ream
SHEETS_A_REAM = 500
_SHEETS = frozenset(fold("sheet sheets blatt blätter ark hoja hojas").split())
OF = "of|de|del|av|von|med|mit|with|con|à|a"
_STRANGE = re.compile(rf"([^\W\d_]+)\s+(?:{OF})\s+(.+)", re.IGNORECASE)


def unit_named(word: str) -> Unit | None:
    return _UNIT_OF.get(_plain(word))


def is_pack(word: str) -> bool:
    return _plain(word) in _PACK_WORDS


def is_measure(word: str) -> bool:
    """Whether a word is a measure that nothing is counted in, such as "g" or "sheets"."""
    return _plain(word) in _MEASURE_WORDS


def is_sheets(word: str) -> bool:
    return _plain(word) in _SHEETS


def is_any(word: str) -> bool:
    return unit_named(word) is not None or is_pack(word) or is_measure(word)


def strange_unit(words: str) -> tuple[str, str] | None:
    """ "gallons of copy paper" -> ("gallons", "copy paper"): a word before "of" that is no unit of ours."""
    found = _STRANGE.fullmatch(words)
    return (found[1], found[2]) if found else None


def _plain(word: str) -> str:
    return fold(word.strip().rstrip(".:"))
