"""The words after /request, in four languages."""

from handlers.typed import ActWanted, ListWanted, Misspelt, Typed
from storage.words import Act

__all__ = ["ACTS", "LISTS", "ActWanted", "ListWanted", "Misspelt", "read"]

_LISTS = {
    "list": "list lista liste listar",
    "mine": "mine mina meine mias",
    "desk": "desk disk team equipo escritorio mesa",
    "waiting": "waiting väntar wartend wartet esperando pendientes",
    "find": "find search hitta sök finden suche suchen buscar",
    "help": "help hjälp hilfe ayuda ?",
    "new": "new ny neu nueva nuevo",
}
_ACTS = {
    Act.SEE: "show open visa öppna zeige zeigen öffnen ver abrir",
    Act.TAKE: "take ta nehmen nimm übernehmen tomar",
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
_TYPED = Typed(_LISTS, _ACTS, sees=Act.SEE, comments=Act.COMMENT)
LISTS, ACTS = _TYPED.lists, _TYPED.acts
read = _TYPED.read
