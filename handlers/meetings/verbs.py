"""The words after /meeting, in four languages."""

import re

from handlers.typed import as_written, by_word
from storage.text import fold

VERBS: dict[str, str] = {
    "find": "find hitta suche finde finden buscar busca encontrar",
    "mine": "mine list mina lista meine liste mías mis my-meetings mina-möten meine-besprechungen mis-reuniones",
    "today": "today idag heute hoy",
    "rooms": "rooms rum lokaler räume raeume zimmer salas free-rooms lediga-rum freie-räume salas-libres",
    "room": "room rummet lokal raum sala",
    "move": "move reschedule flytta omboka verschieben verlege verlegen umbuchen mover mueve cambiar reprogramar",
    "cancel": "cancel delete avboka inställ ställ-in radera absagen stornieren löschen cancelar anular borrar eliminar",
    "skip": "skip hoppa-över auslassen saltar omitir",
    "yes": "yes accept ja tacka-ja zusagen zusage sí si aceptar asistir",
    "no": "no decline nej tacka-nej nein ablehnen rechazar",
    "maybe": "maybe kanske vielleicht quizás quizá",
    "propose": "propose föreslå vorschlagen proponer",
    "standin": "stand-in standin ersättare vikarie vertretung suplente",
    "invite": "invite add bjud-in lägg-till einladen hinzufügen invitar añadir",
    "uninvite": "uninvite remove ta-bort ausladen entfernen quitar",
    "edit": "edit ändra redigera bearbeiten ändern editar",
    "agenda": "agenda dagordning tagesordnung orden-del-día",
    "prepare": "prepare förbered vorbereiten preparar",
    "link": "link länk enlace",
    "visitor": "visitor visitors besökare besucher visita visitante visitantes",
    "wait": "wait vänta warten esperar",
    "checkin": "check-in checkin checka-in einchecken registrar",
    "calendar": "calendar kalender calendario ics feed",
    "busy": "busy upptagen beschäftigt ocupado",
    "new": "new ny nytt neu nueva nuevo",
    "help": "help hjälp hilfe ayuda ?",
}
BY_WORD, WRITTEN = by_word(VERBS), as_written(VERBS)
# What is done with one meeting, and needs its number.
ON_NUMBERS = (
    "move", "cancel", "skip", "yes", "no", "maybe", "propose", "standin", "invite", "uninvite", "edit", "agenda",
    "prepare", "link", "visitor", "wait", "checkin", "calendar", "room",
)  # fmt: skip
_NUMBER = re.compile(r"#?[Mm]\s?(\d{1,9})[:,.]?$")
# Verbs of two words, as people type them -> as one.
TWO = {
    "bjud in": "bjud-in",
    "lägg till": "lägg-till",
    "ta bort": "ta-bort",
    "hoppa över": "hoppa-över",
    "tacka ja": "tacka-ja",
    "tack ja": "tacka-ja",
    "tacka nej": "tacka-nej",
    "tack nej": "tacka-nej",
    "check in": "check-in",
    "checka in": "checka-in",
    "stand in": "stand-in",
    "orden del día": "orden-del-día",
    "ställ in": "ställ-in",
    "my meetings": "my-meetings",
    "mina möten": "mina-möten",
    "meine besprechungen": "meine-besprechungen",
    "meine termine": "meine-besprechungen",
    "mis reuniones": "mis-reuniones",
    "free rooms": "free-rooms",
    "lediga rum": "lediga-rum",
    "freie räume": "freie-räume",
    "salas libres": "salas-libres",
}


def verb_of(word: str) -> str | None:
    return BY_WORD.get(fold(word))


def numbered(word: str) -> int | None:
    """ "M12" -> 12."""
    found = _NUMBER.match(word.strip())
    return int(found[1]) if found else None
