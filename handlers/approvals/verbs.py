"""The words after /approvals, in four languages."""

from handlers.typed import Typed, by_word
from storage.words import ApprovalAct

# What is no act on an approval, but something to look at.
HISTORY, PAPER = "history", "pdf"

_LISTS = {
    "waiting": "waiting list väntar lista wartend offen liste pendientes lista",
    "mine": "mine mina meine mias mías",
    "decided": "decided avgjorda beslutade entschieden decididas resueltas",
    "several": "several flera mehrere varias",
    "help": "help hjälp hilfe ayuda ?",
    "new": "new ny neu nueva nuevo",
}
ACT_WORDS: dict[str, str] = {
    ApprovalAct.SEE.value: "show open status visa öppna läge zeige zeigen öffnen stand ver abrir estado",
    ApprovalAct.APPROVE.value: (
        "approve approved ok okay yes authorise authorize agree godkänn godkänna godkänt bifall genehmige genehmigen "
        "genehmigt bewilligen freigeben ja aprobar apruebo aprueba aprobado autorizar autorizo autoriza sí"
    ),
    ApprovalAct.REJECT.value: "reject decline no avslå neka ablehnen nein rechazar rechazo",
    ApprovalAct.CHANGES.value: "changes change ändringar ändring änderungen änderung cambios cambio",
    ApprovalAct.REASSIGN.value: "reassign pass handover lämna överlåt weitergeben übergeben reasignar ceder",
    ApprovalAct.SNOOZE.value: "snooze later snooza senare vila später verschieben posponer aplazar",
    ApprovalAct.WITHDRAW.value: "withdraw cancel återkalla avbryt zurückziehen stornieren retirar cancelar",
    ApprovalAct.EDIT.value: "edit resubmit ändra redigera ändern bearbeiten editar modificar",
    ApprovalAct.REOPEN.value: "reopen återöppna wiederöffnen reabrir",
    ApprovalAct.PAY.value: "paid pay betald betalt bezahlt zahlen pagado pagar",
    ApprovalAct.UNPAY.value: "unpaid correct obetald rätta unbezahlt korrigieren corregir impagado",
    HISTORY: "history historik verlauf historial",
    PAPER: "pdf",
}
TYPED = Typed[str](_LISTS, ACT_WORDS, sees=ApprovalAct.SEE.value, letter="A")
ASK = by_word({"ask": "ask request fråga begär beantrage beantragen frage fragen pedir solicitar pide solicita"})
