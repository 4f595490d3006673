"""The forms and the window of an agenda."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from handlers import blocks, times
from handlers.blocks import Block, View
from handlers.context import Call
from handlers.i18n import Reader
from handlers.meetings import agendas
from handlers.minutes import modals
from office import clock
from office.duties.minutes import agenda
from office.duties.minutes.taking import EARLY
from storage import meetings, people
from storage.meeting_tables import Matter, Meeting, MeetingDate
from storage.minute_tables import Minutes
from storage.words import Aim


def agenda_fields(reader: Reader, matter: Matter | None = None, repeats: bool = False, text: str = "", link: str = "",
                  readers: Sequence[str] = (), owner: str | None = None) -> list[Block]:  # fmt: skip
    aims = [blocks.option(reader.term(one).capitalize(), one.value) for one in Aim]
    planned = str(matter.minutes) if matter is not None and matter.minutes else ""
    parts = [
        blocks.field(
            "text", reader.say("What is it about?"),
            blocks.text_input(matter.text if matter else text, longest=300), optional=False,
        ),
        blocks.field(
            "aim", reader.say("What for?"), blocks.select(aims, (matter.aim if matter else Aim.DISCUSS).value)
        ),
        blocks.field("planned", reader.say("How many minutes?"), blocks.text_input(planned, longest=3)),
        blocks.field("owner", reader.say("Who brings it?"), blocks.person_select(owner)),
        blocks.field(
            "link", reader.say("A link or file"),
            blocks.text_input(matter.link if matter else link, longest=2000, placeholder="https://"),
        ),
        blocks.field(
            "readers", reader.say("Confidential: only for"), blocks.people_select(readers),
            hint=reader.say("Only these people and you see it. Nobody chosen: everybody who is invited."),
        ),
    ]  # fmt: skip
    if repeats:
        every = [blocks.option(reader.say("On the agenda of every date"), "yes")]
        chosen = ["yes"] if matter is not None and matter.date_id is None else []
        parts.append(blocks.field("every", reader.say("How often?"), blocks.several(every, chosen, "checkboxes")))
    return parts


def agenda_form(
    session: Session, call: Call, meeting: Meeting, day: MeetingDate | None, matter: Matter | None = None,
) -> View:  # fmt: skip
    """An item of an agenda: a new one, or one to be changed."""
    reader = call.reader
    owner = people.find(session, matter.owner_id) if matter is not None else None
    known = people.by_ids(session, matter.readers) if matter is not None else {}
    named = [one.slack_id for one in known.values() if one.slack_id and one.id != call.person.id]
    head = blocks.words(blocks.cut(f"M{meeting.id} {meeting.title}", 200))
    owner_id = owner.slack_id if owner is not None else None
    parts = [head, *agenda_fields(reader, matter, meeting.rule is not None, readers=named, owner=owner_id)]
    metadata = {
        "id": meeting.id, "date": day.id if day else 0, "matter": matter.id if matter else 0, "sheet": call.in_modal,
    }  # fmt: skip
    return modals.form_of(reader, "minutes.agenda_item", reader.say("An item of the agenda"), metadata, parts)


def message_agenda_form(
    session: Session, call: Call, choices: Sequence[tuple[MeetingDate, Meeting]], text: str, source: Mapping[str, str]
) -> View:
    """A message becomes an item: of which of one's next meetings?"""
    reader = call.reader
    options = [
        blocks.option(f"M{meeting.id} {meeting.title}, {_when(reader, day)}", f"{meeting.id}|{day.id}")
        for day, meeting in choices
    ]  # fmt: skip
    parts = [
        blocks.field(
            "meeting", reader.say("Which meeting?"), blocks.select(options, options[0]["value"]), optional=False
        ),
        *agenda_fields(reader, text=text),
    ]
    metadata = {"source": dict(source)}
    return modals.form_of(reader, "minutes.agenda_message", reader.say("Add to an agenda"), metadata, parts)


def agenda_sheet(session: Session, call: Call, meeting: Meeting, day: MeetingDate | None) -> View:
    """The agenda of a date, with what can be done with each item."""
    reader = call.reader
    found = agenda.of(session, call.person, meeting, day)
    when = _when(reader, day) if day is not None else reader.say("It is over.")
    parts: list[Block] = [blocks.header(f"M{meeting.id} {meeting.title}"), blocks.context(when)]
    if found.carried:
        rows = [agendas.carried_said(session, reader, entry, task) for entry, task, _ in found.carried[: agendas.SHOWN]]
        parts.append(blocks.md(reader.md("*Still open from before*") + "\n" + "\n".join(rows)))
    lines = agendas.item_lines(session, reader, found, day, meeting.rule is not None)
    off = len(found.postponed)
    parts += [blocks.md(one) for one in lines[:off]]
    for matter, words in zip(found.items, lines[off:], strict=False):
        value = f"{meeting.id}|{day.id if day else 0}|{matter.id}"
        options = [
            blocks.option(reader.say("Up"), f"{value}|up"), blocks.option(reader.say("Down"), f"{value}|down"),
            blocks.option(reader.say("Edit"), f"{value}|edit"), blocks.option(reader.say("Take off"), f"{value}|off"),
        ]  # fmt: skip
        parts.append(blocks.md(words, blocks.overflow(f"minutes.agenda_menu:{matter.id}", options)))
    if found.hidden:
        parts.append(blocks.context(lines[-1]))
    if found.is_empty:
        parts.append(blocks.md(reader.md("Nothing is on the agenda yet.")))
    value = f"{meeting.id}|{day.id if day else 0}"
    row = [blocks.button(reader.say("New agenda item"), "minutes.agenda_new", value, style="primary")]
    if day is not None and day.starts_at <= clock.now() + EARLY:
        row.append(blocks.button(reader.say("Take minutes"), "minutes.start", f"{day.id}|"))
    metadata = json.dumps({"id": meeting.id, "date": day.id if day else 0})
    shown = [*parts[:90], *blocks.actions(row)]
    return blocks.modal("minutes.agenda_sheet", reader.say("Agenda"), shown, reader.say("Close"), metadata=metadata)


def agenda_of(session: Session, call: Call, date_id: int) -> View:
    day = meetings.get_date(session, date_id)
    return agenda_sheet(session, call, agenda.look_at(session, call.person, day.meeting_id), day)


def _when(reader: Reader, day: MeetingDate) -> str:
    return times.moment_said(reader, day.starts_at)


def item_form(call: Call, found: Minutes) -> View:
    """An item that was on no agenda."""
    metadata = {"id": found.id, "sheet": call.in_modal}
    reader = call.reader
    return modals.form_of(reader, "minutes.item", reader.say("New agenda item"), metadata, agenda_fields(reader))
