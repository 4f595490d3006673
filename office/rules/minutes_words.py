"""What stands in the words of minutes: the lines of a pasted list, a vote in numbers, the name of a decision."""

import re
from collections.abc import Sequence
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
_YES = "yes yeses ja sí si for för dafür fuer favor favour pro aye ayes ja-röster ja-stimmen ja-stimme"
_NO = "no noes nej nein against mot emot dagegen gegen contra nay nays nej-röster nein-stimmen nein-stimme"
_ABSTAIN = (
    "abstain abstained abstaining abstention abstentions avstår avstod nedlagda nedlagd "
    "enthaltung enthaltungen enthalten abstención abstenciones abstiene abstienen blank blanka"
)
_CHOICES = {
    **{fold(word): Choice.YES for word in _YES.split()},
    **{fold(word): Choice.NO for word in _NO.split()},
    **{fold(word): Choice.ABSTAIN for word in _ABSTAIN.split()},
}
# What may stand between the numbers and the words of a count.
_BETWEEN = frozenset(
    fold("votes vote votos voto röster röst stimmen stimme rösterna a en in and och und y with med mit con se").split()
)
_PIECE = re.compile(r"\d{1,4}|[^\W\d]+(?:-[^\W\d]+)*")
_SCORE = re.compile(r"[\s,:;(–—-]*(?<!\d)(\d{1,3})(?:\s?[-–]\s?|:(?=\d(?!\d)))(\d{1,3})(?:[-–:](\d{1,3}))?\)?\s*$")


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
    pieces = list(_PIECE.finditer(text))
    start = len(pieces)
    while start and _counts(pieces[start - 1].group()):
        start -= 1
    # "… to vote for 5 yes": words that only join do not begin a count.
    while start < len(pieces) and fold(pieces[start].group()) in _BETWEEN:
        start += 1
    said = [one.group() for one in pieces[start:] if fold(one.group()) not in _BETWEEN]
    tally = _paired(said)
    if tally:
        question = text[: pieces[start].start()].rstrip(" :,;–—-(")
        return (question, tally) if question else (text, {})
    if (score := _SCORE.search(text)) and text[: score.start()].strip():
        counts = zip(Choice, (int(one) for one in score.groups() if one), strict=False)
        return text[: score.start()].rstrip(), {choice.value: count for choice, count in counts}
    return text, {}


def _counts(word: str) -> bool:
    return word.isdigit() or fold(word) in _CHOICES or fold(word) in _BETWEEN


def _paired(said: Sequence[str]) -> dict[str, int]:
    """Numbers with their words, whichever comes first: "5 yes, 2 no", "yes: 5, no: 2". None where they do not pair."""
    pairs = list(zip(said[::2], said[1::2], strict=False))
    if not pairs or len(said) % 2:
        return {}
    turned = [(a, b) if a.isdigit() else (b, a) for a, b in pairs]
    if any(not count.isdigit() or fold(word) not in _CHOICES for count, word in turned):
        return {}
    found = {_CHOICES[fold(word)].value: int(count) for count, word in turned}
    return found if len(found) == len(pairs) and set(found) & {Choice.YES.value, Choice.NO.value} else {}


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
