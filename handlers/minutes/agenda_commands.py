"""/minutes agenda: what will be talked about, typed."""

import re
from dataclasses import replace

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.context import Answer, Call
from handlers.meetings.verbs import numbered
from handlers.minutes import agenda_forms, lists, words
from handlers.minutes.verbs import verb_of
from handlers.slack_text import readable
from office.duties.minutes import agenda
from office.errors import Refusal
from storage.meeting_tables import Meeting, MeetingDate
from storage.words import Aim

_PLANNED = re.compile(
    r"[,\s]*\(?(?P<minutes>\d{1,3})\s*(?:m|min|minutes?|minuter|minuten|minutos?)\.?\)?\s*$", re.IGNORECASE
)
_AIMS = {
    **dict.fromkeys(["inform", "information", "informera", "informieren", "informar"], Aim.INFORM),
    **dict.fromkeys(["discuss", "diskutera", "diskussion", "besprechen", "diskutieren", "discutir"], Aim.DISCUSS),
    **dict.fromkeys(["decide", "beslut", "besluta", "entscheiden", "entscheidung", "decidir"], Aim.DECIDE),
}


def agenda_command(call: Call, raw: str, every: bool = False) -> Answer:
    """ "agenda", "agenda M12", "agenda M12 Budget 2027 15 min decide": the agenda, or an item for it."""
    with call.reading() as session:
        meeting, day, text = _meeting_meant(session, call, raw)
        if meeting is None:
            them = lists.next_meetings(session, call)
            return lists.choose_agenda(call, them, raw, every)
        if not text:
            return Answer(
                modal=agenda_forms.agenda_sheet(session, call, meeting, day), how="push" if call.in_modal else "open"
            )

    def do(session: Session) -> Answer:
        return put(session, call, meeting, day, text, every)

    return call.perform(do)


def put(session: Session, call: Call, meeting: Meeting, day: MeetingDate | None, raw: str, every: bool) -> Answer:
    """An item, typed: "Budget 2027 @anna 15 min decide"."""
    wanted = replace(item_wanted(session, raw), every=every)
    agenda.put(session, call.person, meeting.id or 0, wanted, day.id if day else None)
    reader = call.reader
    text = reader.say("On the agenda of M{number}: {what}.", number=meeting.id, what=wanted.text)
    value = f"{meeting.id}|{day.id if day else 0}"
    row = [blocks.button(reader.say("The whole agenda"), "minutes.agenda", value)]
    return Answer(text, (blocks.words(text), *blocks.actions(row)))


def item_wanted(session: Session, raw: str) -> agenda.Wanted:
    """What is typed for an agenda: words, whose it is, how long, what for."""
    ids, rest = words.people_in(session, raw)
    text = readable(session, rest)
    aim, planned = Aim.DISCUSS, 0
    readers: tuple[int, ...] = ()
    if verb_of(words.split(text)[0] or "-") == "confidential":
        if not ids:
            raise Refusal("Say who may read it, with an @: /minutes agenda M12 confidential Salaries for @anna.")
        text, readers = words.split(text)[2], ids
    for _ in range(2):
        text = text.rstrip(" ,;")
        found = _PLANNED.search(text)
        if found and text[: found.start()].strip():
            planned, text = int(found["minutes"]), text[: found.start()]
        head, _, last = text.rstrip(" ,").rpartition(" ")
        word = last.strip("(),:.").lower()
        if head.strip(" ,") and word in _AIMS:
            aim, text = _AIMS[word], head
    return agenda.Wanted(words.trimmed(text), planned, aim, ids[0] if ids and not readers else None, readers=readers)


def _meeting_meant(session: Session, call: Call, raw: str) -> tuple[Meeting | None, MeetingDate | None, str]:
    """Which agenda: a named one, that of what is on, or of the only meeting to come."""
    first, _, rest = words.split(raw)
    if (number := numbered(first)) is not None:
        meeting = agenda.look_at(session, call.person, number)
        return meeting, agenda.date_for(session, meeting), rest
    them = lists.next_meetings(session, call)
    if len(them) == 1:
        return them[0][1], them[0][0], raw
    return None, None, raw
