"""The words after /supplies, in four languages."""

import re

from handlers.typed import as_written, by_word
from storage.text import fold

VERBS: dict[str, str] = {
    "order": "order ask need beställ beställa behöver bestelle bestellen brauche pedir pide pido necesito",
    "take": "take took taken ta tog tagit nimm nehmen genommen coger cojo cogido tomar tomo",
    "bring": "return returned bring lämna tillbaka zurückgeben zurückbringen devolver devuelvo",
    "stock": "stock lager saldo bestand vorrat existencias stock",
    "low": "low slut lågt knapp bajo agotado",
    "mine": "mine mina meine mias mías mis míos",
    "again": "again igen nochmal wieder repetir",
    "count": "count inventera räkna zählen inventur contar recuento",
    "sheet": "sheet räkneblad zählliste hoja",
    "damaged": "damaged damage broken skadad trasig kaputt beschädigt dañado roto",
    "catalogue": "catalogue catalog items katalog artiklar catálogo artículos",
    "favourites": "favourites favorites favoriter favoriten favoritos",
    "item": "item vara artikel ware artículo",
    "supplier": "supplier suppliers leverantör leverantörer lieferant lieferanten proveedor proveedores",
    "drafts": "drafts draft utkast entwurf entwürfe borrador borradores",
    "reminder": "reminder reminders påminnelse påminn erinnerung recordatorio",
    "orderday": "order-day orderday beställningsdag bestelltag día-de-pedido",
    "add": "add lägg-till hinzufügen añadir",
    "deliveries": "deliveries delivery leveranser lieferungen entregas",
    "receive": "receive received mottag mottagit ta-emot empfangen erhalten recibir recibido",
    "sent": "sent skickad gesendet enviado",
    "confirm": "confirm confirmed bekräfta bestätigen confirmar",
    "invoice": "invoice faktura rechnung factura",
    "invoices": "invoices fakturor rechnungen facturas",
    "unpaid": "unpaid obetalda obetalt unbezahlt offen impagado impagados impagadas",
    "paid": "paid pay betald betala bezahlt bezahlen pagado pagada pagados pagadas pagar",
    "accept": "accept acceptera annehmen akzeptieren aceptar",
    "export": "export exportera exportieren exportar",
    "starter": "starter startlista startliste inicial",
    "picture": "picture bild imagen",
    "history": "history chain story historik kedja verlauf historial",
    "cancel": "cancel avbryt stornieren cancelar",
    "help": "help hjälp hilfe ayuda ?",
    "new": "new ny neu nueva nuevo",
}
BY_WORD, WRITTEN = by_word(VERBS), as_written(VERBS)
# S12 is what somebody asked for, P3 an order to a supplier, I5 an invoice.
_NUMBER = re.compile(r"#?(?P<letter>[SsPpIi])\s?(?P<number>\d{1,9})[:,.]?$")
ON, OFF = "on på an ein sí si", "off av aus no nej nein"


# Verbs of several words, as people type them -> as one.
TWO = {
    "ta emot": "ta-emot", "lägg till": "lägg-till", "order day": "order-day", "día de pedido": "día-de-pedido",
    "he cogido": "cojo", "hemos cogido": "cojo", "he tomado": "cojo", "me llevo": "cojo", "me he llevado": "cojo",
    "i took": "took", "we took": "took", "i've taken": "took", "i’ve taken": "took", "i have taken": "took",
    "jag tog": "tog", "vi tog": "tog", "jag har tagit": "tog", "har tagit": "tog", "ich nehme": "nimm",
    "ich nahm": "nimm", "he devuelto": "devuelvo", "i returned": "returned", "i brought back": "returned",
    "jag lämnade tillbaka": "lämna", "lämna tillbaka": "lämna", "lämnar tillbaka": "lämna",
}  # fmt: skip
# German says what was done last: "ich habe 2 Papier genommen".
_I_HAVE = r"(?:ich|wir)\s+hab(?:e|en)?\s+(?P<what>.+?)\s+"
_DONE_LAST = (
    (re.compile(rf"{_I_HAVE}(?:genommen|geholt|entnommen)[.!]?", re.IGNORECASE), "nimm"),
    (re.compile(rf"{_I_HAVE}zurück(?:gegeben|gebracht|gelegt)[.!]?", re.IGNORECASE), "zurückgeben"),
)


def normal(text: str) -> str:
    """The same with its verb first."""
    for pattern, verb in _DONE_LAST:
        if found := pattern.fullmatch(text.strip()):
            return f"{verb} {found['what']}"
    return text


def verb_of(word: str) -> str | None:
    return BY_WORD.get(fold(word))


def numbered(word: str) -> tuple[str, int] | None:
    """ "P3" -> ("P", 3)."""
    found = _NUMBER.match(word.strip())
    return (found["letter"].upper(), int(found["number"])) if found else None


def switch(word: str) -> bool | None:
    """Whether a word says on or off."""
    folded = fold(word.strip())
    if folded in fold(ON).split():
        return True
    return False if folded in fold(OFF).split() else None
