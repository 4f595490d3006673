"""The forms of minutes and agendas."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks, when_form
from handlers.blocks import Block, View
from handlers.context import Call
from handlers.i18n import Reader, escape
from handlers.minutes import cards, said
from handlers.tasks.cards import closes_options
from office.duties.minutes import access, attending, documents, finishing
from storage import minutes, people
from storage.minute_tables import Amendment, Attendance, Entry, Minutes, MinutesItem
from storage.words import AmendmentKind, Closes, EntryKind, Presence

# What one field of a form holds; a longer entry is changed passage by passage.
LONGEST = 3000
MOST_ROWS = 85


def write_form(
    session: Session, call: Call, found: Minutes, kind: EntryKind, text: str = "", entry: Entry | None = None,
    source: Mapping[str, str] | None = None, others: Sequence[Minutes] = (),
) -> View:  # fmt: skip
    """Something to be written down, or an entry to be changed. `source`: the message it comes from, which may become
    anything, and stand in one of `others` that are being taken."""
    reader, choose_kind = call.reader, source is not None
    labels = {
        EntryKind.NOTE: reader.say("What was said"),
        EntryKind.DECISION: reader.say("What was decided"),
        EntryKind.ACTION: reader.say("What is to be done"),
        EntryKind.VOTE: reader.say("What is voted on"),
    }
    hints = {
        EntryKind.NOTE: "",
        EntryKind.DECISION: reader.say("“… replaces 2027-03 D4” takes the place of an earlier decision."),
        EntryKind.ACTION: reader.say("One, or a list with “- ” before each: “- @anna: offer by Friday”."),
        EntryKind.VOTE: reader.say("With numbers (“5 yes, 2 no”) it is counted; without, everybody votes by a button."),
    }
    parts: list[Block] = []
    if others:
        options = [blocks.option(f"{one.name} {one.title}", str(one.id)) for one in (found, *others)]
        which = blocks.select(options, str(found.id))
        parts.append(blocks.field("minutes", reader.say("Which minutes do you mean?"), which, optional=False))
    if choose_kind:
        options = [blocks.option(reader.term(one), one.value) for one in cards.KINDS]
        parts.append(blocks.field("kind", reader.say("As what?"), blocks.select(options, kind.value), optional=False))
    words = entry.text if entry is not None else text
    parts.append(
        blocks.field(
            "text", labels[kind], blocks.text_input(words, multiline=True), optional=False,
            hint="" if choose_kind else hints[kind],
        )
    )  # fmt: skip
    parts += _item_choice(session, reader, call, found, entry) if not others else []
    if kind is EntryKind.ACTION or choose_kind:
        parts += _action_fields(session, reader, entry)
    metadata = {
        "id": found.id, "kind": kind.value, "entry": entry.id if entry else 0, "version": entry.version if entry else 0,
        "source": dict(source or {}), "sheet": call.in_modal,
        **(when_form.shown(entry.due_on, None) if entry is not None else {}),
    }  # fmt: skip
    title = reader.say("Edit") if entry is not None else reader.say("Minutes {name}", name=found.name)
    return form_of(reader, "minutes.write", title, metadata, parts)


def attendance_sheet(session: Session, call: Call, found: Minutes) -> View:
    """Who is there: one press for each."""
    reader = call.reader
    rows = minutes.attendance(session, found.id or 0)
    count = attending.count(session, found)
    parts: list[Block] = [
        blocks.context(
            reader.md("{count} count as there; {quorum} are needed.", count=count.there, quorum=count.quorum)
            if count.quorum
            else reader.md("{count} count as there. No quorum is set.", count=count.there)
        )
    ]
    for row in rows[:MOST_ROWS]:
        mark = {Presence.PRESENT: "✓", Presence.REPRESENTED: "↔", Presence.EXCUSED: "–"}.get(row.presence, "·")
        line = f"{mark} {escape(attendance_said(session, reader, row))}"
        parts.append(blocks.md(line, _attendance_menu(reader, found, row)))
    if len(rows) > MOST_ROWS:
        text = reader.md("and {count} more: `/minutes attendance @who present`", count=len(rows) - MOST_ROWS)
        parts.append(blocks.context(text))
    value = str(found.id)
    row_of_buttons = [
        blocks.button(reader.say("Add a guest"), "minutes.guest", value),
        blocks.button(reader.say("Represented …"), "minutes.represented", value),
        blocks.button(reader.say("Quorum"), "minutes.quorum", value),
    ]
    metadata = json.dumps({"id": found.id})
    title = reader.say("Attendance")
    return blocks.modal(
        "minutes.attendance_sheet", title, [*parts, *blocks.actions(row_of_buttons)], reader.say("Close"),
        metadata=metadata,
    )  # fmt: skip


def guest_form(call: Call, found: Minutes) -> View:
    reader = call.reader
    parts = [
        blocks.field("who", reader.say("A colleague"), blocks.person_select()),
        blocks.field(
            "names", reader.say("Or from outside, by name"), blocks.text_input(multiline=True),
            hint=reader.say("One a line: Jane Doe (Acme)."),
        ),
    ]  # fmt: skip
    return form_of(reader, "minutes.guest", reader.say("Add a guest"), {"id": found.id, "sheet": call.in_modal}, parts)


def represented_form(session: Session, call: Call, found: Minutes, row: Attendance | None = None) -> View:
    """Who stands in for somebody, and when somebody came or left."""
    reader = call.reader
    rows = minutes.attendance(session, found.id or 0)
    options = [blocks.option(attending.name_of(session, one), str(one.id)) for one in rows][:100]
    states = [blocks.option(reader.term(one).capitalize(), one.value) for one in Presence]
    parts = [
        blocks.field("row", reader.say("Who?"), blocks.select(options, str(row.id) if row else None), optional=False),
        blocks.field("presence", reader.say("How?"), blocks.select(states, Presence.REPRESENTED.value), optional=False),
        blocks.field("by", reader.say("Represented by"), blocks.person_select()),
        blocks.field("by_name", reader.say("Or by somebody who is not in Slack"), blocks.text_input(longest=120)),
        blocks.field("came", reader.say("Came at"), blocks.time_picker()),
        blocks.field("left", reader.say("Left at"), blocks.time_picker()),
    ]
    metadata = {"id": found.id, "sheet": call.in_modal}
    return form_of(reader, "minutes.represented", reader.say("Attendance"), metadata, parts)


def quorum_form(call: Call, found: Minutes) -> View:
    reader = call.reader
    entry = blocks.text_input(str(found.quorum or ""), longest=3)
    parts = [
        blocks.field(
            "quorum", reader.say("How many must be there?"), entry,
            hint=reader.say("In person or represented. Empty: no such rule."),
        )
    ]  # fmt: skip
    return form_of(reader, "minutes.quorum", reader.say("Quorum"), {"id": found.id, "sheet": call.in_modal}, parts)


def readers_form(session: Session, call: Call, found: Minutes, item: MinutesItem) -> View:
    reader = call.reader
    known = people.by_ids(session, item.readers)
    named = [one.slack_id for one in known.values() if one.slack_id and one.id != call.person.id]
    parts = [
        blocks.words(blocks.cut(item.title, 200)),
        blocks.field(
            "readers", reader.say("Confidential: only for"), blocks.people_select(named),
            hint=reader.say(
                "Only these people, you and whoever has written on it see it. Nobody chosen: everybody who is invited."
            ),
        ),
    ]  # fmt: skip
    metadata = {"id": found.id, "item": item.id, "sheet": call.in_modal}
    return form_of(reader, "minutes.readers", reader.say("Who may read it"), metadata, parts)


def finish_form(session: Session, call: Call, preview: finishing.Preview) -> View:
    """What will be sent, to whom, and what is missing; sending is one more press."""
    reader, found = call.reader, preview.minutes
    document = documents.as_seen(documents.of(session, found), call.person.id)
    warnings = _warnings(session, reader, preview)
    parts: list[Block] = [blocks.header(said.title_of(reader, document))]
    if warnings:
        parts.append(blocks.md("\n".join(f"⚠️ {one}" for one in warnings)))
    parts.append(cards.facts(reader, document))
    shown = cards.document_blocks(reader, document)
    parts += shown[:70]
    if len(shown) > 70:
        parts.append(blocks.context(reader.md("… and more: Open shows all of it.")))
    readers = reader.count("{count} person gets them", "{count} people get them", preview.readers)
    if preview.guests:
        guests = reader.count("{count} guest by e-mail", "{count} guests by e-mail", preview.guests)
        readers = f"{readers}, {guests}"
    parts.append(blocks.context(readers))
    metadata = {"id": found.id, "changes": preview.changes, "sheet": call.metadata.get("sheet", call.in_modal)}
    return blocks.modal(
        "minutes.finish", reader.say("Finish {name}", name=found.name), parts, reader.say("Not yet"),
        reader.say("Send"), json.dumps(metadata),
    )  # fmt: skip


def change_form(session: Session, call: Call, found: Minutes, entry: Entry | None = None, text: str = "") -> View:
    """Another wording. The entry is chosen first, and its words come into the form."""
    reader = call.reader
    options = cards.entry_options(session, reader, found, call.person)
    which = blocks.select(options, str(entry.id) if entry else "0") | {"action_id": "minutes.change_entry"}
    parts = [blocks.md(reader.md("What should change?"), which)]
    if entry is not None and len(entry.text) > LONGEST:
        parts += [
            blocks.field("old", reader.say("This passage"), blocks.text_input(multiline=True), optional=False),
            blocks.field("new", reader.say("should read"), blocks.text_input(multiline=True), optional=False),
        ]
    else:
        label = reader.say("How should it read?") if entry is not None else reader.say("What is missing?")
        entered = blocks.text_input(text or (entry.text if entry else ""), multiline=True)
        parts.append(blocks.field(f"new_{entry.id if entry else 0}", label, entered, optional=False))
        if entry is None:
            parts += _item_choice(session, reader, call, found, None)
    parts.append(blocks.field("why", reader.say("Why? (the chair reads it)"), blocks.text_input(longest=500)))
    # Drawn anew when another entry is chosen: what is below it stays what it was.
    below = call.metadata.get("sheet") if "entry" in call.metadata else call.in_modal
    metadata = {"id": found.id, "entry": entry.id if entry else 0, "sheet": below}
    title = reader.say("Propose a change")
    return form_of(reader, "minutes.change", title, metadata, parts, reader.say("Send"))


def addendum_form(session: Session, call: Call, found: Minutes) -> View:
    reader = call.reader
    parts = [
        blocks.context(
            reader.md(
                "What is confirmed stays as it is. An addendum stands below it, with its day, if the chair agrees."
            )
        ),
        blocks.field("text", reader.say("What is to be added?"), blocks.text_input(multiline=True), optional=False),
        *_item_choice(session, reader, call, found, None),
    ]
    metadata = {"id": found.id, "sheet": call.in_modal}
    return form_of(reader, "minutes.addendum", reader.say("Addendum"), metadata, parts, reader.say("Send"))


def decide_form(session: Session, call: Call, found: Minutes, asked: Amendment, chosen: str = "") -> View:
    """What is proposed, old and new; yes or no, and why."""
    reader = call.reader
    answers = [
        blocks.option(reader.say("Accept: everybody gets it as the next version"), "yes")
        if asked.kind is AmendmentKind.CHANGE
        else blocks.option(reader.say("Agree: it is added with today's date"), "yes"),
        blocks.option(reader.say("Decline: it stays as it is"), "no"),
    ]
    parts = [
        *amendment_blocks(session, reader, found, asked),
        blocks.field(
            "answer", reader.say("Your answer"), blocks.select(answers, chosen, kind="radio_buttons"), optional=False
        ),
        blocks.field("why", reader.say("Why? (whoever proposed it reads it)"), blocks.text_input(longest=500)),
    ]
    metadata = {"id": found.id, "amendment": asked.id, "sheet": call.in_modal}
    return form_of(reader, "minutes.decide", reader.say("Decide on a change"), metadata, parts)


def amendment_blocks(session: Session, reader: Reader, found: Minutes, asked: Amendment) -> list[Block]:
    """A proposal as people read it: who, what it was, what it should be, why."""
    who = people.find(session, asked.by_id)
    entry = minutes.find_entry(session, asked.entry_id)
    parts: list[Block] = []
    if entry is not None:
        name = documents.full_name(session, entry)
        parts += [blocks.md(reader.md("*{ref} reads*", ref=name)), *blocks.paragraphs(asked.old)]
        parts += [blocks.md(reader.md("*It should read*")), *blocks.paragraphs(asked.new)]
    else:
        added = asked.kind is AmendmentKind.ADDENDUM
        head = (
            reader.md("*To be added to {name}*", name=found.name)
            if added
            else reader.md("*Missing in {name}*", name=found.name)
        )
        parts += [blocks.md(head), *blocks.paragraphs(asked.new)]
    if asked.why:
        parts += [blocks.md(reader.md("*Why*")), blocks.words(asked.why)]
    by = reader.md("Proposed by {who}, {when}", who=who.known_as if who else "–", when=asked.created_at)
    return [*parts, blocks.context(by)]


def sheet_of(session: Session, call: Call, minutes_id: int) -> View:
    """The window of minutes, drawn again when a form above it was sent."""
    return cards.sheet(session, call.reader, access.look(session, call.person, minutes_id), call.person)


def attendance_of(session: Session, call: Call, minutes_id: int) -> View:
    return attendance_sheet(session, call, access.look(session, call.person, minutes_id))


def _warnings(session: Session, reader: Reader, preview: finishing.Preview) -> list[str]:
    """What whoever finishes may want to look at first."""
    found: list[str] = []
    if preview.is_empty:
        found.append(reader.md("Nothing was written down. Those invited get an empty page."))
    if preview.no_quorum:
        found.append(reader.md("There are fewer people than are needed for decisions."))
    if preview.unowned:
        count = len(preview.unowned)
        found.append(reader.count("{count} action has nobody: the chair gets it.",
                                  "{count} actions have nobody: the chair gets them.", count))  # fmt: skip
    if preview.outside:
        names = list(preview.outside)[:10]
        found.append(reader.md("Not in Slack, so the chair keeps an eye on what they do: {names}.", names=names))
    if preview.left:
        names = [one.known_as for one in preview.left]
        found.append(reader.md("Have left, so the chair gets their actions: {names}.", names=names))
    if preview.undated:
        found.append(reader.count("{count} action has no day.", "{count} actions have no day.", len(preview.undated)))
    if preview.open_votes:
        found.append(reader.count("{count} vote is still open, and closes now.",
                                  "{count} votes are still open, and close now.", len(preview.open_votes)))  # fmt: skip
    untouched = [one for one in preview.open_items if one.id != preview.minutes.item_id]
    written = {one.item_id for one in minutes.entries(session, preview.minutes.id or 0)}
    off = [one.title for one in untouched if one.id not in written]
    if off:
        found.append(reader.md("Not talked about, so put off to the next meeting: {items}.", items=off[:10]))
    return found


def attendance_said(session: Session, reader: Reader, row: Attendance) -> str:
    """ "Inês Pires: represented, by Anna Lindqvist"."""
    by = people.find(session, row.by_id)
    about = [reader.term(row.presence)]
    if row.presence is Presence.REPRESENTED:
        about.append(reader.say("by {who}", who=by.known_as if by else row.by_name))
    if row.came:
        about.append(reader.say("from {time}", time=row.came))
    if row.left:
        about.append(reader.say("until {time}", time=row.left))
    if row.guest:
        about.append(reader.say("guest"))
    return f"{attending.name_of(session, row)}: {', '.join(about)}"


def _attendance_menu(reader: Reader, found: Minutes, row: Attendance) -> Block:
    value = f"{found.id}|{row.id}"
    options = [
        blocks.option(reader.say("Present"), f"{value}|present"),
        blocks.option(reader.say("Remove"), f"{value}|remove")
        if row.guest
        else blocks.option(reader.say("Excused"), f"{value}|excused"),
        blocks.option(reader.say("Not there"), f"{value}|absent"),
        blocks.option(reader.say("Comes now, late"), f"{value}|came"),
        blocks.option(reader.say("Leaves now"), f"{value}|left"),
    ]
    return blocks.overflow(f"minutes.mark:{row.id}", options)


def _item_choice(session: Session, reader: Reader, call: Call, found: Minutes, entry: Entry | None) -> list[Block]:
    """Which item an entry belongs to, where there are any."""
    them = [one for one in minutes.items(session, found.id or 0) if access.sees(call.person, one.readers)]
    if not them:
        return []
    options = [
        blocks.option(f"{at}. {'🔒 ' if one.readers else ''}{one.title}", str(one.id)) for at, one in enumerate(them, 1)
    ]
    current = entry.item_id if entry is not None else found.item_id
    return [blocks.field("item", reader.say("Which item?"), blocks.select(options, str(current)))]


def _action_fields(session: Session, reader: Reader, entry: Entry | None) -> list[Block]:
    known = people.by_ids(session, entry.owners) if entry is not None else {}
    owners = [one.slack_id for one in known.values() if one.slack_id]
    outside = ", ".join(entry.outside) if entry is not None else ""
    closes = (entry.closes if entry is not None else Closes.ALL).value
    return [
        blocks.field("owners", reader.say("Who does it?"), blocks.people_select(owners)),
        blocks.field("outside", reader.say("Or somebody who is not in Slack"), blocks.text_input(outside, longest=300)),
        *when_form.fields(reader, day=entry.due_on if entry is not None else None),
        blocks.field("closes", reader.say("Done when"), blocks.select(closes_options(reader), closes)),
    ]


def form_of(
    reader: Reader, callback: str, title: str, metadata: Mapping[str, Any], parts: Sequence[Block], submit: str = ""
) -> View:
    return blocks.modal(callback, title, parts, reader.say("Close"), submit or reader.say("Save"), json.dumps(metadata))
