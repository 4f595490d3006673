"""The words after /task, in four languages."""

from handlers.typed import Typed
from storage.words import TaskAct

_LISTS = {
    "list": "list lista liste listar all alla alle todas",
    "mine": "mine mina meine mias mías",
    "given": "given givna gegeben vergeben dadas encargadas",
    "overdue": "overdue late försenade sena överfällig überfällig vencidas atrasadas",
    "help": "help hjälp hilfe ayuda ?",
    "new": "new ny neu nueva nuevo",
}
_ACTS = {
    TaskAct.SEE: "show open visa öppna zeige zeigen öffnen ver abrir",
    TaskAct.DONE: "done klar klart gjort fertig erledigt hecho hecha listo",
    TaskAct.REOPEN: "reopen återöppna wiederöffnen reabrir",
    TaskAct.OFFER: "handover hand-over give lämna överlämna ge übergeben geben ceder traspasar dar",
    TaskAct.ACCEPT: "accept acceptera annehmen aceptar",
    TaskAct.DECLINE: "back decline tillbaka avböj zurück ablehnen devolver rechazar",
    TaskAct.SNOOZE: "snooze later snooza senare vila später verschieben posponer aplazar",
    TaskAct.EDIT: "edit ändra ändern bearbeiten editar",
    TaskAct.DELETE: "delete remove cancel radera ta-bort löschen entfernen borrar eliminar cancelar",
}
TYPED = Typed(_LISTS, _ACTS, sees=TaskAct.SEE, letter="T")
