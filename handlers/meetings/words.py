"""A sentence -> a meeting: what it is about, who, when, how long, how often, and in which room."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, time

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from handlers import times
from handlers.context import Call
from handlers.slack_text import readable
from office.duties.meetings.plans import USUAL_MINUTES, Plan
from office.duties.people import calendar_of_person
from office.errors import Refusal
from office.rules.repetition import OnHolidays, wall
from office.rules.request_words import mentions
from office.rules.words import clean, tokens
from office.when import When
from storage import approvals, people, rooms
from storage.meeting_tables import Room
from storage.tables import Person
from storage.text import fold

_GROUP = re.compile(r"<!subteam\^(?P<id>[A-Z0-9]+)(?:\|[^>]*)?>")
_MAIL = re.compile(r"<mailto:(?P<linked>[^|>\s]+@[^|>\s]+)(?:\|[^>]*)?>|(?P<bare>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
_WITH = r"(?:with|and|med|och|mit|und|con|y|e|für|for|för|para)"
# A person with the words that lead to them, and the place of one that was taken out.
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]")
_ALL_DAY = re.compile(
    r"\b(?:all day|whole day|hela dagen|heldag|ganztägig|den ganzen tag|todo el día)\b", re.IGNORECASE
)
_UNKNOWN = re.compile(r"(?:^|\s)@([\w.-]{2,})")
# A time of day beside its day, before or behind the title: "At 3pm tomorrow sync", "10-11 Friday design review".
_CLOCK = r"(?:at |um |kl\.? ?|a las )?\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm|uhr)?"
_CLOCKS = re.compile(
    rf"^(?P<first>{_CLOCK}(?:\s*[-–]\s*{_CLOCK})?)(?=\s)|(?<=\s)(?P<last>{_CLOCK}(?:\s*[-–]\s*{_CLOCK})?)$",
    re.IGNORECASE,
)
# "10-11 Friday design review" -> "Friday 10-11 design review"
_HOURS_FIRST = re.compile(
    r"^(?P<hours>\d{1,2}(?:[:.]\d{2})?\s*[-–]\s*\d{1,2}(?:[:.]\d{2})?)\s+(?:(?:on|på|am|el)\s+)?(?P<day>\S+)(?P<rest>\s.*)$",
    re.IGNORECASE,
)
_BEFORE_PEOPLE = re.compile(rf"(?:(?:^|(?<=[\s(])){_WITH}\s+|,\s*)*(?=\x00)", re.IGNORECASE)
_PRIVATE = re.compile(r"(?:^|[\s,(])(?:private|privat|privado|privada)(?=$|[\s,.):])[):,]*", re.IGNORECASE)
_DANGLING = re.compile(rf"(?:^|\s)(?:{_WITH}|in|im|i|en|at|on|am|på|el|,|;|:|–|-)\s*$", re.IGNORECASE)
_LEADING = re.compile(r"^(?:and|och|und|y|,|;|:|–|-)\s+", re.IGNORECASE)
# Words that lead to a room, and those that may stand between.
_TO_ROOM = frozenset(
    fold("in at im i en på a room raum rum rummet sala salen zimmer with mit med con and och und y").split()
)
_BETWEEN = frozenset(
    fold("the der die das den dem el la los las room raum rum rummet sala lokal lokalen zimmer").split()
)
# Longer than this is no sentence that books a meeting.
LONGEST = 2_000
_WORD = re.compile(r"[^\s,;]+")


@dataclass(frozen=True)
class Said:
    """What a sentence says. Without a `when` that has a time, the best times are looked for."""

    title: str
    people: tuple[int, ...]
    guests: tuple[str, ...]
    rooms: tuple[Room, ...]
    private: bool
    when: When | None

    @property
    def has_time(self) -> bool:
        return self.when is not None and self.when.day is not None and self.when.clock is not None

    @property
    def minutes(self) -> int:
        return minutes_of(self.when)

    def plan(self) -> Plan:
        """What is to be booked. Only where a time was said."""
        assert self.when is not None and self.when.day is not None and self.when.clock is not None
        return plan_at(self, self.when.day, self.when.clock, self.when.zone)


def understood(session: Session, call: Call, raw: str) -> Said:
    """Raises Refusal, naming what is not understood."""
    text = clean(raw)
    if len(text) > LONGEST:
        raise Refusal(
            "That is too long for the name of a meeting. Write what it is about, and put the rest on its agenda."
        )
    who, text = people_in(session, text)
    guests, text = guests_in(text)
    private = bool(_PRIVATE.search(text))
    text = _PRIVATE.sub(" ", text) if private else text
    text = readable(session, text)
    found, text = rooms_in(text, rooms.everything(session))
    when, rest = _time_in(session, call, text)
    title = trimmed(rest)
    refuse_unknown(title)
    _refuse_misspelt_room(title, rooms.everything(session))
    return Said(title, who, guests, tuple(found), private, when)


def refuse_unknown(text: str) -> None:
    """Raises Refusal for an @name that is nobody's."""
    if (unknown := _UNKNOWN.search(text)) is not None:
        raise Refusal(
            "I don't know {name}. Choose people from the list that Slack shows after @.", name=f"@{unknown[1]}"
        )


def _time_in(session: Session, call: Call, text: str) -> tuple[When | None, str]:
    """The time in a sentence, and the other words. A time of day may stand apart from its day; "all day" is the hours
    of whoever speaks."""
    all_day = _ALL_DAY.search(text)
    bare = _ALL_DAY.sub(" ", text) if all_day else text
    found = times.found_in(session, call.person, call.reader, bare)
    if found is None and (turned := _HOURS_FIRST.sub(r"\g<day> \g<hours>\g<rest>", bare)) != bare:
        bare, found = turned, times.found_in(session, call.person, call.reader, turned)
    if found is None:
        return None, bare
    when, rest = found.when, found.rest_of(bare)
    if when.clock is not None or when.day is None or when.rule is not None:
        return when, rest
    if all_day:
        return _whole_day(session, call, when), rest
    if (hours := _CLOCKS.search(rest)) is not None and when.last_day in (None, when.day):
        said = f"{when.day.isoformat()} {hours['first'] or hours['last']}"
        with suppress(Refusal):
            there = times.understood(session, call.person, call.reader, said)
            longer = replace(there, length=there.length or when.length) if there.end is None else there
            return longer, f"{rest[: hours.start()]} {rest[hours.end() :]}"
    return when, rest


def _whole_day(session: Session, call: Call, when: When) -> When:
    """From the beginning to the end of a working day; of several days the last one counts."""
    calendar = calendar_of_person(session, call.person)
    first, last = when.day or call.reader.today(), when.last_day or when.day or call.reader.today()
    hours = calendar.hours[first.weekday()] or ((time(9), time(17)),)
    ends = calendar.hours[last.weekday()] or ((time(9), time(17)),)
    start, end = wall(first, hours[0][0], when.zone), wall(last, ends[-1][1], when.zone)
    return replace(when, clock=hours[0][0], start=start, end=end, last_day=None)


def people_in(session: Session, text: str) -> tuple[tuple[int, ...], str]:
    """The people and groups that are named, and the other words. Raises Refusal for a group that nobody is in."""
    ids = [one.id or 0 for one in _named(session, mentions(text))]
    for found in _GROUP.finditer(text):
        group = approvals.find_group(session, found["id"])
        if group is None or not group.members:
            raise Refusal("I know no people in this user group. Name somebody with an @ instead.")
        members = (people.find_by_slack(session, one) or people.appear(session, one) for one in group.members)
        ids += [one.id or 0 for one in members]
    marked = _MENTION.sub("\x00", _GROUP.sub("\x00", text))
    bare = _BRACKETS.sub(" ", _BEFORE_PEOPLE.sub(" ", marked).replace("\x00", " "))
    return tuple(dict.fromkeys(ids)), " ".join(bare.split())


def guests_in(text: str) -> tuple[tuple[str, ...], str]:
    """The e-mail addresses in a text, and the other words."""
    found = [one["linked"] or one["bare"] for one in _MAIL.finditer(text)]
    bare = _BEFORE_PEOPLE.sub(" ", _MAIL.sub("\x00", text)).replace("\x00", " ")
    return tuple(dict.fromkeys(one.lower() for one in found)), bare


def rooms_in(text: str, known: Sequence[Room]) -> tuple[list[Room], str]:
    """The rooms and equipment that are named: after "in" and the like, after a comma, or at the end."""
    found: list[Room] = []
    for room in sorted(known, key=lambda one: -len(one.folded.split())):
        at = _place_of(room, text)
        if at is not None:
            found.append(room)
            text = f"{text[: at[0]]} {text[at[1] :]}"
    return found, " ".join(text.split())


def trimmed(text: str) -> str:
    """A title without what would hang in the air."""
    title = re.sub(r"\s+([,;.])", r"\1", " ".join(text.split())).replace(",,", ",").strip(" ,;:–-")
    while (shorter := _LEADING.sub("", _DANGLING.sub("", title)).strip(" ,;:–-")) != title:
        title = shorter
    return title


def minutes_of(when: When | None) -> int:
    """How long, as it was said; half an hour where nothing was."""
    if when is None:
        return USUAL_MINUTES
    if when.start is not None and when.end is not None:
        return int((when.end - when.start).total_seconds() // 60)
    return int(when.length.total_seconds() // 60) if when.length else USUAL_MINUTES


def plan_at(said: Said, day: date, clock: time, zone: str) -> Plan:
    when = said.when
    repeats = when is not None and when.rule is not None
    return Plan(
        said.title, day, clock, zone, said.minutes, when.rule if when and repeats else None,
        OnHolidays.SKIP, said.people, said.guests, tuple(room.id or 0 for room in said.rooms), said.private,
    )  # fmt: skip


def _place_of(room: Room, text: str) -> tuple[int, int] | None:
    """Where a room is named, with the words that lead to it."""
    wanted = room.folded.split()
    words = list(_WORD.finditer(text))
    folded = [fold(one.group()).strip(".:!?()") for one in words]
    for at in range(len(words) - len(wanted) + 1):
        if folded[at : at + len(wanted)] != wanted:
            continue
        first, end = at, at + len(wanted)
        while first and folded[first - 1] in _BETWEEN:
            first -= 1
        leads = first > 0 and folded[first - 1] in _TO_ROOM
        comma = first > 0 and text[words[first - 1].end() : words[first].start()].lstrip().startswith((",", ";"))
        if leads and end < len(words) and folded[end] in _BETWEEN:
            end += 1
        if leads or comma or first < at or (end == len(words) and at > 0):
            start = words[first - 1].start() if leads else words[first].start()
            return start, words[end - 1].end()
    return None


def _refuse_misspelt_room(title: str, known: Sequence[Room]) -> None:
    """ "in Gooya" at the end of a title is a room that is none."""
    words = tokens(title)
    if len(words) < 3 or words[-2] not in ("in", "im", "i", "en"):
        return
    names = {one.folded: one.name for one in known}
    near = process.extractOne(words[-1], list(names), scorer=fuzz.ratio, score_cutoff=70)
    if near is not None:
        raise Refusal(
            "There is no room “{typed}”. Did you mean “{near}”? /meeting rooms shows them all.",
            typed=title.split()[-1], near=names[near[0]],
        )  # fmt: skip


def _named(session: Session, ids: Sequence[str]) -> list[Person]:
    return [people.find_by_slack(session, one) or people.appear(session, one) for one in ids]
