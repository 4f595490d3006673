"""How an agenda looks: what is still open, what was put off, and the items with their times."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers import blocks, times
from handlers.blocks import Block
from handlers.i18n import Reader, escape
from office import clock
from office.duties.minutes import agenda
from office.duties.minutes.documents import full_name, owner_names
from office.duties.minutes.finding import is_late
from storage import people
from storage.meeting_tables import Meeting, MeetingDate
from storage.minute_tables import Entry
from storage.tables import Person
from storage.time_tables import Task

SHOWN = 20


def shown(session: Session, reader: Reader, viewer: Person, meeting: Meeting, day: MeetingDate | None) -> list[Block]:
    """An agenda as one person sees it; nothing where nothing is on it."""
    found = agenda.of(session, viewer, meeting, day)
    parts: list[Block] = []
    if found.carried:
        rows = [carried_said(session, reader, entry, task) for entry, task, _ in found.carried[:SHOWN]]
        if len(found.carried) > SHOWN:
            rows.append(reader.md("and {count} more", count=len(found.carried) - SHOWN))
        parts.append(blocks.md(reader.md("*Still open from before*") + "\n" + "\n".join(rows)))
    rows = item_lines(session, reader, found, day, meeting.rule is not None)
    if rows:
        parts.append(blocks.md(reader.md("*Agenda*") + "\n" + "\n".join(rows)))
    return parts


def item_lines(
    session: Session, reader: Reader, found: agenda.Agenda, day: MeetingDate | None, repeats: bool
) -> list[str]:
    """Items with their times: those that were put off first. `repeats`: of a series, where some come every time."""
    planned = [*(one.planned for one, _ in found.postponed), *(one.minutes for one in found.items)]
    begins = agenda.starts(planned, day.starts_at) if day is not None else [None] * len(planned)
    lines = []
    for at, (off, _) in enumerate(found.postponed):
        about = [reader.say("put off last time"), *_about(session, reader, off.owner_id, off.planned)]
        lines.append(
            _line(reader, at, off.title, off.link, [reader.term(off.aim), *about], bool(off.readers), begins[at])
        )
    for index, one in enumerate(found.items):
        at = len(found.postponed) + index
        about = [reader.term(one.aim), *_about(session, reader, one.owner_id, one.minutes)]
        if repeats and one.date_id is None:
            about.append(reader.say("every time"))
        lines.append(_line(reader, at, one.text, one.link, about, bool(one.readers), begins[at]))
    if found.hidden:
        lines.append(escape(reader.count("{count} confidential item", "{count} confidential items", found.hidden)))
    return lines


def carried_said(session: Session, reader: Reader, entry: Entry, task: Task) -> str:
    """An action of earlier minutes that is not done: whose, until when, whether it is late."""
    label = full_name(session, entry)
    due = reader.say("due {when}", when=task.due_on) if task.due_on else reader.say("no day set")
    late = "⏰ " if is_late(task, clock.now(), reader.today()) else ""
    who = ", ".join(owner_names(session, entry)) or "–"
    return f"{late}*{escape(label)}* {escape(blocks.cut(entry.text, 200))} · {escape(who)} · {escape(due)}"


def _about(session: Session, reader: Reader, owner_id: int | None, minutes: int) -> list[str]:
    owner = people.find(session, owner_id)
    return [
        *([owner.known_as] if owner is not None else []),
        *([times.minutes_said(reader, minutes)] if minutes else []),
    ]


def _line(
    reader: Reader, at: int, text: str, link: str, about: list[str], confidential: bool, begins: datetime | None
) -> str:
    time = f"{reader.time(begins)}  " if begins is not None else ""
    words = escape(blocks.cut(text, 300))
    if link:
        words = f"<{safe(link)}|{words}>"
    lock = "🔒 " if confidential else ""
    return f"{time}*{at + 1}.* {lock}{words} · {escape(' · '.join(about))}"


def safe(address: str) -> str:
    return address.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
