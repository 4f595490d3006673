"""What stands in the words of minutes: the lines of a pasted list, a vote in numbers, the name of a decision."""

import re
from dataclasses import dataclass

from storage.text import fold
from storage.words import Choice, EntryKind

_BULLET = re.compile(r"^\s*(?:[-*•–—]|\d{1,3}[.)]|\[[ xX]?\])\s+(?P<text>\S.*)$")
_NAME = re.compile(r"(?P<month>\d{4}-(?:0[1-9]|1[0-2]))(?:\.(?P<serial>\d{1,4}))?")
_REFERENCE = re.compile(
    rf"#?{_NAME.pattern}[\s,]*(?P<secret>[Cc])?(?P<kind>[DdAaVv])(?P<number>\d{{1,5}})(?![\w.])", re.IGNORECASE
)
_REPLACES = re.compile(
    rf"[\s,;(]*\b(?:replaces|replacing|instead of|ersätter|istället för|ersetzt|anstelle von|statt|sustituye(?: a)?|"
    rf"reemplaza(?: a)?|en lugar de)\s+(?P<what>#?{_NAME.pattern}[\s,]*[Cc]?[Dd]\d{{1,5}})\)?[.\s]*$",
    re.IGNORECASE,
)
_YES = "yes ja sí si for för dafür fuer favor pro in favour in favor a favor ja-röster ja-stimmen votos a favor"
_NO = "no nej nein against mot dagegen gegen contra en contra emot"
_ABSTAIN = (
    "abstain abstained abstention abstentions avstår avstod nedlagda nedlagd enthaltung enthaltungen enthalten "
    "abstención abstenciones abstiene abstienen blank"
)
_CHOICES = {
    **{fold(word): Choice.YES for word in _YES.split() if word not in ("in", "a")},
    **{fold(word): Choice.NO for word in _NO.split() if word != "en"},
    **{fold(word): Choice.ABSTAIN for word in _ABSTAIN.split()},
}
_COUNT = re.compile(r"(?P<count>\d{1,4})\s*(?P<words>(?:in\s+|a\s+|en\s+)?[^\W\d]+(?:-[^\W\d]+)?)", re.IGNORECASE)
_COUNT_BEHIND = re.compile(r"(?P<words>[^\W\d]+)\s*[:=]\s*(?P<count>\d{1,4})", re.IGNORECASE)


@dataclass(frozen=True)
class Reference:
    """The name of one entry: "2027-03.2 CD4" -> month, serial, kind, confidential, number."""

    month: str
    serial: int
    kind: EntryKind
    confidential: bool
    number: int


LETTERS = {EntryKind.DECISION: "D", EntryKind.ACTION: "A", EntryKind.VOTE: "V"}
_KINDS = {letter: kind for kind, letter in LETTERS.items()}


def lines_of(text: str) -> list[str]:
    """The points of a pasted list, without their marks. Lines below a point belong to it; a heading that ends with a
    colon goes. Words that are no list are one point."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not any(_BULLET.match(line) for line in lines):
        return [text.strip()]
    points: list[str] = []
    for line in lines:
        found = _BULLET.match(line)
        if found:
            points.append(found["text"].strip())
        elif points:
            points[-1] = f"{points[-1]}\n{line.strip()}"
        elif not line.rstrip().endswith(":"):
            points.append(line.strip())
    return points


def tally_of(text: str) -> tuple[str, dict[str, int]]:
    """ "Move to Lisbon: 5 yes, 2 no, 1 abstention" -> what was voted on, and the numbers; none where none stand."""
    tally: dict[str, int] = {}
    first = len(text)
    # "yes: 5, no: 2" or "5 yes, 2 no", and not both.
    behind = [found for found in _COUNT_BEHIND.finditer(text) if fold(found["words"]) in _CHOICES]
    for found in behind or _COUNT.finditer(text):
        choice = _CHOICES.get(fold(found["words"]).split()[-1])
        if choice is not None and choice.value not in tally:
            tally[choice.value] = int(found["count"])
            first = min(first, found.start())
    if Choice.YES.value not in tally and Choice.NO.value not in tally:
        return text, {}
    question = text[:first].rstrip(" :,;–—-(")
    return (question, tally) if question else (text, {})


def name_of(text: str) -> tuple[str, int] | None:
    """ "2027-03.2" -> month and serial."""
    found = _NAME.fullmatch(text.strip().lstrip("#").rstrip(":,"))
    return (found["month"], int(found["serial"] or 1)) if found else None


def reference_of(text: str) -> Reference | None:
    """ "2027-03 D4", "2027-03.2 CA1" -> what it names."""
    found = _REFERENCE.match(text.strip())
    if not found:
        return None
    kind = _KINDS[found["kind"].upper()]
    return Reference(found["month"], int(found["serial"] or 1), kind, bool(found["secret"]), int(found["number"]))


def without_reference(text: str) -> str:
    """What follows the name of an entry."""
    found = _REFERENCE.match(text.strip())
    return text.strip()[found.end() :].strip(" :,") if found else text


def replaces_of(text: str) -> tuple[str, Reference | None]:
    """ "… replaces 2027-03 D4" -> the decision without these words, and which it replaces."""
    found = _REPLACES.search(text)
    return (text[: found.start()].rstrip(), reference_of(found["what"])) if found else (text, None)


def label_of(kind: EntryKind, number: int | None, confidential: bool) -> str:
    """ "D4"; "CD1" where it is confidential, since those have numbers of their own."""
    if kind not in LETTERS or number is None:
        return ""
    return f"{'C' if confidential else ''}{LETTERS[kind]}{number}"
