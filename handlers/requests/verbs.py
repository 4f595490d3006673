"""The words after /request, in four languages, and what they mean."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from storage.text import fold
from storage.words import Act

_LISTS = {
    "list": "list lista liste listar",
    "mine": "mine mina meine mias",
    "desk": "desk disk team escritorio mesa",
    "waiting": "waiting väntar wartend wartet esperando pendientes",
    "find": "find search hitta sök finden suche suchen buscar",
    "help": "help hjälp hilfe ayuda ?",
    "new": "new ny neu nueva nuevo",
}
_ACTS = {
    Act.SEE: "show open visa öppna zeige zeigen öffnen ver abrir",
    Act.TAKE: "take ta nehmen nimm tomar",
    Act.ASSIGN: "assign tilldela zuweisen asignar",
    Act.HAND_OVER: "handover hand-over lämna överlämna übergeben ceder traspasar",
    Act.MOVE_DESK: "move flytta verschieben mover",
    Act.ACCEPT: "accept acceptera annehmen aceptar",
    Act.HAND_BACK: "back tillbaka zurück devolver",
    Act.COMMENT: "comment reply answer kommentera svara kommentieren antworten comentar responder",
    Act.NOTE: "note anteckna notiz nota",
    Act.ASK: "ask fråga fragen preguntar",
    Act.PRIORITISE: "priority prioritet priorität prioridad",
    Act.HOLD: "hold vila pausa halten pausieren pausar",
    Act.RESUME: "resume återuppta fortsetzen reanudar",
    Act.SOLVE: "solve lös lösa lösen resolver",
    Act.CONFIRM: "confirm bekräfta bestätigen confirmar",
    Act.REOPEN: "reopen återöppna wiederöffnen reabrir",
    Act.CANCEL: "cancel avbryt stornieren abbrechen cancelar",
    Act.EDIT: "edit ändra ändern bearbeiten editar",
    Act.FOLLOW: "follow följ folgen seguir",
}
LISTS = {fold(word): name for name, words in _LISTS.items() for word in words.split()}
ACTS = {fold(word): act for act, words in _ACTS.items() for word in words.split()}
_NUMBER = re.compile(r"#?(\d{1,12})[:,.]?")


@dataclass(frozen=True)
class ListWanted:
    name: str
    page: int
    words: str


@dataclass(frozen=True)
class ActWanted:
    act: Act
    number: int
    words: str


@dataclass(frozen=True)
class Misspelt:
    near: str


def read(text: str) -> ListWanted | ActWanted | Misspelt | None:
    """What a typed command asks for; None when it is the words of a new request.

    A verb counts only beside a number and a list only by itself, so that "cancel my newspaper" is a request.
    """
    first, _, rest = text.partition(" ")
    rest = rest.strip()
    if found := _NUMBER.fullmatch(first):
        second, _, more = rest.partition(" ")
        act = ACTS.get(fold(second)) if second else Act.SEE
        return ActWanted(act, int(found[1]), more.strip()) if act else _number_with_words(int(found[1]), first, rest)
    second, _, more = rest.partition(" ")
    if fold(first) in ACTS and (found := _NUMBER.fullmatch(second)):
        return ActWanted(ACTS[fold(first)], int(found[1]), more.strip())
    return _list(first, rest)


def _number_with_words(number: int, first: str, rest: str) -> ActWanted | None:
    """ "#12 it is the left one" is a comment on 12; "12 chairs for Monday" is a request."""
    return ActWanted(Act.COMMENT, number, rest) if first.startswith("#") else None


def _list(first: str, rest: str) -> ListWanted | Misspelt | None:
    name = LISTS.get(fold(first))
    if name == "find" and rest:
        return ListWanted(name, 1, rest)
    if name and (not rest or rest.isdigit()):
        return ListWanted(name, int(rest) if rest[:6].isdigit() else 1, "")
    if name is None and not rest and (near := _near(first)):
        return Misspelt(near)
    return None


def _near(word: str) -> str | None:
    """A single word that is almost a command: better asked than logged."""
    folded = fold(word)
    if not 3 <= len(folded) <= 12:
        return None
    found = process.extractOne(folded, list(LISTS), scorer=fuzz.ratio, score_cutoff=75)
    return found[0] if found else None
