"""The words after /minutes, in four languages."""

from handlers.typed import as_written, by_word
from storage.text import fold

VERBS: dict[str, str] = {
    "start": "start börja starta beginnen starten beginne empezar iniciar comenzar begin take",
    "agenda": "agenda dagordning tagesordnung orden-del-día",
    "template": "template mall vorlage plantilla",
    "note": "note anteckning notera notiz anmerkung nota apunte anotar",
    "decision": "decision beslut beschluss entscheidung decisión acuerdo",
    "action": "action åtgärd aktion maßnahme aufgabe acción tarea todo",
    "vote": "vote omröstning rösta abstimmung votación votar",
    "next": "next nästa weiter nächster nächste siguiente próximo",
    "item": "item topic punkt top punto",
    "postpone": "postpone skjut-upp bordlägg vertagen aplazar posponer",
    "attendance": "attendance närvaro anwesenheit teilnehmer asistencia",
    "guest": "guest gäst gast invitado invitada",
    "quorum": "quorum beslutsför beschlussfähig quórum",
    "confidential": "confidential konfidentiellt konfidentiell sekretess vertraulich confidencial",
    "keep": "keep take-over ta-över übernehmen tomar",
    "finish": "finish end avsluta klart beenden abschließen fertig terminar finalizar acabar",
    "drop": "discard drop kasta verwerfen descartar",
    "confirm": "confirm bekräfta justera bestätigen confirmar",
    "change": "change correct correction ändra rätta rättelse ändern korrektur cambiar corregir corrección",
    "addendum": "addendum tillägg nachtrag adenda anexo",
    "lock": "lock archive lås arkivera sperren archivieren bloquear archivar",
    "decisions": "decisions besluten beslutslista beslutsregister beschlüsse entscheidungen decisiones acuerdos",
    "actions": "actions åtgärder aktionen maßnahmen aufgaben acciones tareas",
    "find": "find search sök hitta suche suchen finden buscar",
    "mine": "mine list mina lista meine liste mis mías",
    "show": "show open visa öppna zeigen zeige öffnen öffne mostrar ver abrir",
    "pdf": "pdf",
    "markdown": "markdown md",
    "excel": "excel xlsx",
    "help": "help hjälp hilfe ayuda ?",
}
BY_WORD, WRITTEN = by_word(VERBS), as_written(VERBS)
# Verbs of two words, as people type them -> as one.
TWO = {
    "take over": "take-over", "ta över": "ta-över", "skjut upp": "skjut-upp", "orden del día": "orden-del-día",
    "start taking": "start", "start minutes": "start",
}  # fmt: skip
ONLY = {
    "open": "open öppna öppen offen offene abierta abiertas abierto pendiente pendientes",
    "late": "late overdue sen sena försenade försenad överfällig überfällig überfällige atrasada atrasadas vencidas",
    "done": "done klar klara erledigt erledigte hecha hechas hecho",
    "mine": "mine mina meine mías mis",
}
ONLY_BY_WORD = by_word(ONLY)


def verb_of(word: str) -> str | None:
    return BY_WORD.get(fold(word.rstrip(":")))
