"""What people type into minutes -> entries: whose an action is, until when; which minutes and which entry are meant."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from babel import Locale
from sqlalchemy.orm import Session

from handlers import times
from handlers.context import Call
from handlers.i18n import Reader
from handlers.meetings.words import people_in, trimmed
from handlers.minutes.verbs import ONLY_BY_WORD
from handlers.slack_text import readable
from office.catalogue import LANGUAGES
from office.duties.minutes import agenda, finding
from office.duties.minutes.taking import Words
from office.duties.tasks.give import MOST_OWNERS, Due
from office.errors import Refusal
from office.rules import minutes_words as rule
from office.rules.request_words import mentions
from office.rules.words import first_word, tokens
from office.when import When
from storage import meetings, minutes, offices, people
from storage.tables import Person
from storage.text import fold
from storage.words import Closes, EntryKind, Presence, Standing

_ONE = r"(?:<@[UW][A-Z0-9]+(?:\|[^>]*)?>|<!subteam\^[A-Z0-9]+(?:\|[^>]*)?>|@[\w.-]*\w)"
_JOINS = r"(?:\s*(?:,|&|/|\band\b|\boch\b|\bund\b|\by\b|\bor\b|\beller\b|\boder\b|\bo\b)?\s*)"
_EITHER = re.compile(r"\b(?:or|eller|oder|o)\b|/", re.IGNORECASE)
# "@sales: offer", "@anna and @bo call the bank", "call the bank, @anna", "three quotes for @facilities".
_FIRST = re.compile(rf"^(?P<who>{_ONE}(?:{_JOINS}{_ONE})*)\s*[:–—-]?\s+(?P<rest>\S.*)$", re.DOTALL)
_LAST = re.compile(
    rf"^(?P<rest>.*\S)[\s,;:(–—-]+(?:(?:for|för|till|für|an|para|a)\s+)?(?P<who>{_ONE}(?:{_JOINS}{_ONE})*)\)?[.\s]*$",
    re.DOTALL | re.IGNORECASE,
)
# "@all: read the lease", "till alla: …", "an alle …", "para todos: …"
_EVERYBODY = re.compile(
    r"^(?:(?:to|till|an|für|för|para|a)\s+)?(?:@(?:all|everyone|everybody|alla|alle|todos)\b|<![a-z]+(?:\|[^>]*)?>|"
    r"(?:all|everybody|everyone|alla|alle|todos)\s*:)\s*[:–—-]?\s*(?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_AGAIN = re.compile(r"\b(?:every|each|varje|varannan|jeden|jede|jedes|cada)\s+(?:\S+\s+)?$", re.IGNORECASE)
_PLAIN = re.compile(r"(?<![\w<|])@(?P<name>[\w.-]*\w)")
_NUMBERED = re.compile(r"#?[Mm]\s?(?P<number>\d{1,9})$")
_MONTH = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?")
_PRESENT = {
    "present": "present here there närvarande här anwesend da presente aquí",
    "excused": "excused excuses anmäld förhinder entschuldigt excusado excusada disculpado disculpada",
    "absent": "not inte nicht no absent missing frånvarande abwesend ausente fehlt",
    "represented": "represented representeras företräds företrädd vertreten representado representada",
    "late": "late came sen kom försenad verspätet spät kam tarde llegó",
    "left": "left leaves gick lämnade ging gegangen salió fue",
}
_PRESENCES = {fold(word): name for name, words in _PRESENT.items() for word in words.split()}
_CLOCK = re.compile(r"(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)")
_REPRESENTED_BY = re.compile(r"\b(?:by|av|von|durch|por)\s+(?P<name>[^@<]+)$", re.IGNORECASE)
_BY = re.compile(r"[\s,;(–—-]+(?:until|till|by|bis|zum|senast|para el|para|antes del?|hasta|vor)?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Owners:
    """Whose something is: people, and names that nobody in Slack has; `any_`: one of them is enough."""

    ids: tuple[int, ...] = ()
    outside: tuple[str, ...] = ()
    any_: bool = False


@dataclass(frozen=True)
class Read:
    """An entry as it was read; `day_refused` and `replaces_refused` say what in it was not, and why."""

    words: Words
    day_refused: str = ""
    replaces_refused: str = ""


def split(text: str) -> tuple[str, str, str]:
    """The first word and the rest; a list may begin on the next line."""
    found = re.match(r"(\S+)(\s*)(.*)", text, re.DOTALL)
    return (found[1], found[2], found[3].strip()) if found else ("", "", "")


def read(session: Session, call: Call, kind: EntryKind, raw: str, there: Sequence[int] = ()) -> list[Read]:
    """What was typed or pasted -> entries. A list is several actions or decisions; anything else is one entry.
    `there`: who is meant by "all"."""
    if kind is EntryKind.ACTION:
        return [action(session, call, one, there) for one in rule.lines_of(raw)]
    if kind is EntryKind.DECISION:
        lines = rule.lines_of(raw)
        points = lines if _all_points(raw) else [raw]
        return [decision(session, call, one) for one in points]
    if kind is EntryKind.VOTE:
        question, tally = rule.tally_of(readable(session, raw))
        return [Read(Words(kind, question, tally=tally))]
    return [Read(Words(kind, readable(session, raw)))]


def action(session: Session, call: Call, raw: str, there: Sequence[int] = ()) -> Read:
    """ "@facilities three quotes by Friday 19 March" -> what, whose, until when."""
    if (everybody := _EVERYBODY.match(raw)) and there:
        owners, rest = Owners(tuple(there)), everybody["rest"]
    else:
        owners, rest = owners_in(session, raw)
    text = readable(session, rest)
    due, bare, why = due_in(session, call, text)
    for person in people.by_ids(session, owners.ids).values():
        # "call the bank @karin by Friday": the name stood before the day.
        bare = bare.removesuffix(f"@{person.known_as}").rstrip(" ,;:(–—-") or bare
    closes = Closes.ANY if owners.any_ else Closes.ALL
    words = Words(EntryKind.ACTION, bare, None, owners.ids, owners.outside, closes, due)
    return Read(words, why)


def owners_in(session: Session, raw: str) -> tuple[Owners, str]:
    """Who stands at the beginning or the end, with the other words; who stands among them is theirs, and stays."""
    found = _FIRST.match(raw) or _LAST.match(raw)
    named = found["who"] if found else raw
    rest = found["rest"] if found else raw
    return _owners(session, named), rest


def due_in(session: Session, call: Call, text: str) -> tuple[Due | None, str, str]:
    """The day in some words, and the words without it. A day that can't be is left in them, and said."""
    first_line = text.split("\n", 1)[0]
    try:
        found = times.found_in(session, call.person, call.reader, first_line)
    except Refusal as refusal:
        return None, text, call.reader.say(refusal.text, **refusal.facts)
    if found is None or found.when.day is None or found.when.rule is not None or _AGAIN.search(text[: found.start]):
        return None, text, ""
    bare = f"{first_line[: found.start]} {first_line[found.end :]}" if found.end < len(first_line.rstrip(" .)")) else ""
    bare = bare or _BY.sub("", f"{first_line[: found.start]} ")
    bare = " ".join(bare.split()).strip(" ,;:(–—-")
    if not tokens(bare):
        return _due(found.when), text, ""
    return _due(found.when), "\n".join([bare, *text.split("\n")[1:]]), ""


def wanted(session: Session, person: Person, reader: Reader, raw: str, kinds: tuple[EntryKind, ...]) -> finding.Wanted:
    """ "lisbon M12 2027-03 @anna late" -> what is looked for."""
    who, rest = people_in(session, raw)
    found = finding.Wanted(kinds=kinds, who=who[0] if who else None)
    left: list[str] = []
    for word in readable(session, rest).split():
        numbered, only = _NUMBERED.match(word), ONLY_BY_WORD.get(fold(word))
        if numbered:
            found = replace(found, meeting_ids=_series(session, int(numbered["number"])))
        elif _MONTH.fullmatch(word):
            found = replace(found, month=word)
        elif fold(word) in _month_names():
            found = replace(found, month=f"-{_month_names()[fold(word)]:02}")
        elif only == "mine":
            found = replace(found, who=person.id)
        elif only and kinds == (EntryKind.ACTION,):
            found = replace(found, only=only)
        else:
            left.append(word)
    first, last, words = _days_in(session, person, reader, " ".join(left))
    return replace(found, first=first, last=last, words=tuple(tokens(words)))


def reference_in(session: Session, call: Call, text: str) -> tuple[int | None, int | None, str]:
    """The minutes and the entry that are named at the beginning, by id, and what follows."""
    named = rule.reference_of(text)
    if named is not None:
        entry, found = finding.entry_named(session, call.person, named)
        return found.id, entry.id, rule.without_reference(text)
    first, rest = first_word(text)
    name = rule.name_of(first)
    if name is not None:
        return finding.named(session, call.person, *name).id, None, rest.strip()
    return None, None, text


def entry_in(session: Session, call: Call, minutes_id: int, text: str) -> tuple[int | None, str]:
    """ "D1 at most 16,000", in minutes that are known: which entry, and what follows."""
    found = minutes.get(session, minutes_id)
    named = rule.reference_of(f"{found.name} {text}")
    if named is None:
        return None, text
    entry, _ = finding.entry_named(session, call.person, named)
    return entry.id, rule.without_reference(f"{found.name} {text}")


def _all_points(raw: str) -> bool:
    """Whether a text is nothing but a list."""
    lines = [line for line in raw.splitlines() if line.strip()]
    return len(lines) > 1 and len(rule.lines_of(raw)) == len(lines) and rule.lines_of(lines[0])[0] != lines[0].strip()


def decision(session: Session, call: Call, raw: str) -> Read:
    """A decision, and which it replaces. One that is not there leaves the words as they are, and says so."""
    whole = readable(session, raw)
    text, replaces = rule.replaces_of(whole)
    if replaces is not None:
        try:
            finding.entry_named(session, call.person, replaces)
        except Refusal as refusal:
            why = call.reader.say(refusal.text, **refusal.facts)
            return Read(Words(EntryKind.DECISION, whole), replaces_refused=why)
    return Read(Words(EntryKind.DECISION, text, replaces=replaces))


def _owners(session: Session, named: str) -> Owners:
    found: dict[int, None] = {}
    for slack_id in mentions(named):
        person = people.find_by_slack(session, slack_id) or people.appear(session, slack_id)
        found[person.id or 0] = None
    groups = people_in(session, named)[0] if "<!subteam" in named else ()
    any_ = bool(groups) or bool(_EITHER.search(named))
    outside: list[str] = []
    for plain in _PLAIN.finditer(re.sub(r"<[^>]*>", " ", named)):
        them, many = _team(session, plain["name"])
        found |= dict.fromkeys(them)
        any_ = any_ or many
        if not them:
            outside.append(plain["name"])
    return Owners(tuple(dict.fromkeys([*found, *groups])), tuple(dict.fromkeys(outside)), any_)


def _team(session: Session, name: str) -> tuple[list[int], bool]:
    """Who is meant by a name that Slack did not know: a person, a desk's people, a department's; one is enough."""
    person = people.find_named(session, f"@{name.lower()}")
    if person is not None and person.id is not None:
        return [person.id], False
    folded = fold(name)
    for desk in offices.desks(session):
        if folded in (fold(desk.key), fold(desk.name)):
            them = [desk.lead_id] if desk.lead_id is not None else sorted(offices.members(session, desk.id or 0))
            return [one for one in them if one is not None], len(them) > 1
    for department in offices.departments(session):
        if folded == fold(department.name):
            return _department(session, department.id), True
    return [], False


def _department(session: Session, department_id: int | None) -> list[int]:
    return [
        one.id
        for one in people.everyone(session)
        if one.department_id == department_id and one.standing is Standing.MEMBER and one.id is not None
    ][:MOST_OWNERS]


def _due(when: When) -> Due:
    assert when.day is not None
    return Due(when.last_day or when.day, when.clock, when.zone)


@lru_cache(maxsize=1)
def _month_names() -> dict[str, int]:
    """ "november" -> 11, in all four languages."""
    return {
        fold(name): number
        for language in LANGUAGES
        for number, name in Locale.parse(language).months["format"]["wide"].items()
    }


def _series(session: Session, number: int) -> tuple[int, ...]:
    meeting = meetings.find(session, number)
    # One that is none finds nothing, as one that may not be seen.
    return tuple(agenda.series_of(session, meeting)) if meeting is not None else (0,)


def _days_in(session: Session, person: Person, reader: Reader, text: str) -> tuple[date | None, date | None, str]:
    """ "in March": a span of days that is named in a search, and the other words. Words that are no time stay words."""
    if not text:
        return None, None, ""
    try:
        found = times.found_in(session, person, reader, text)
    except Refusal:
        return None, None, text
    if found is None or found.when.day is None or found.when.clock is not None:
        return None, None, text
    first = times.past_day(session, person, reader, text[found.start : found.end])
    length = (found.when.last_day - found.when.day) if found.when.last_day else None
    return first, first + length if length else first, found.rest_of(text)


def title_and_people(session: Session, raw: str) -> tuple[str, Sequence[int]]:
    """ "Budget committee with @anna" -> what it is called, and who is there."""
    ids, rest = people_in(session, raw)
    return readable(session, rest).strip(" ,;:–-"), ids


def presence_in(text: str) -> tuple[Presence, str | None, str | None]:
    """ "late 10:15", "left", "excused": how somebody took part, when they came, and when they left ("now")."""
    at = _CLOCK.search(text)
    clock = f"{int(at['hour']):02}:{at['minute']}" if at else "now"
    said = [_PRESENCES[word] for word in tokens(text) if word in _PRESENCES]
    if not said:
        raise Refusal("Say how: present, excused, not there, represented by @who, late 10:15, left 11:00.")
    match said[0]:
        case "late":
            return Presence.PRESENT, clock, None
        case "left":
            return Presence.PRESENT, None, clock
        case other:
            return Presence(other), None, None


def representative_in(text: str) -> str:
    """ "represented by Karin Holm" -> Karin Holm."""
    found = _REPRESENTED_BY.search(text)
    return found["name"].strip(" .") if found else ""


__all__ = ["people_in", "trimmed"]
