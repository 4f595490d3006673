"""What people are told of minutes: the live card, agendas, versions, what is proposed; by message and by e-mail."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.drawing import Attachment, Drawing, Mail, Message
from handlers.i18n import Reader, escape, mention
from handlers.meetings import agendas, told
from handlers.meetings import cards as meeting_cards
from handlers.minutes import cards, lists, modals, papers, said, words
from office.duties.meetings import access as meeting_access
from office.duties.minutes import access, documents, finding
from office.rules.minutes_words import label_of
from storage import drafts, meetings, minutes, people
from storage import tasks as tasks_stored
from storage.minute_tables import Amendment, Edition, Minutes
from storage.tables import Person
from storage.words import AmendmentKind, AmendmentState, DateState, EntryKind, MinutesAct, MinutesState

MOST_TASKS = 20


def card(drawing: Drawing) -> Message:
    """The live card, in its channel or for whoever takes the minutes."""
    found = _minutes(drawing)
    viewer = people.find(drawing.session, drawing.row.reader_id) if drawing.personal else None
    if viewer is None and meetings.get(drawing.session, found.meeting_id).private:
        # It was made private meanwhile: a channel reads nothing of it any more.
        text = drawing.reader.say("These minutes are private now. Whoever takes part finds them with /minutes.")
        return Message(text, (blocks.words(text),))
    shown = cards.live(drawing.session, drawing.reader, found, viewer)
    return Message(_plain(drawing, found), tuple(blocks.fitting(shown)))


def agenda(drawing: Drawing) -> Message | None:
    """What will be talked about, the working day before."""
    meeting, day = told.meeting_of(drawing), told.day_of(drawing)
    viewer = told.reader_of(drawing)
    if (
        day is None
        or day.state is DateState.CANCELLED
        or not meeting_access.takes_part(drawing.session, viewer, meeting)
    ):
        return None
    reader = drawing.reader
    shown = agendas.shown(drawing.session, reader, viewer, meeting, day)
    head = reader.md("Agenda of {what}", what=meeting_cards.link(meeting))
    when = reader.md("*When* {when}", when=meeting_cards.date_said(reader, day))
    if not shown:
        shown = [blocks.md(reader.md("Nothing is on the agenda any more."))]
    value = f"{meeting.id}|{day.id}"
    row = [
        blocks.button(reader.say("Add an item"), "minutes.agenda_new", value),
        blocks.button(reader.say("The whole agenda"), "minutes.agenda", value),
    ]
    parts = [blocks.md(head), blocks.md(when), *shown, *blocks.actions(row)]
    return Message(told.plain(drawing, meeting), tuple(blocks.fitting(parts)))


def sent(drawing: Drawing) -> Message:
    """A version, to everybody who was invited. Its text stays as it was sent; its buttons show how it stands."""
    return _version(drawing, drawing.reader.md("The minutes are here."))


def changed(drawing: Drawing) -> Message:
    """The next version: what has changed, old and new, comes first."""
    return _version(drawing, drawing.reader.md("Something has changed in these minutes."))


def added(drawing: Drawing) -> Message:
    return _version(drawing, drawing.reader.md("Something was added to these minutes."))


def actions(drawing: Drawing) -> Message | None:
    """What somebody has to do now, all of one meeting in one message."""
    found, reader, session = _minutes(drawing), drawing.reader, drawing.session
    mine = [
        (entry, task) for entry, task in minutes.tasks_of(session, [found.id or 0])
        if any(one.person_id == drawing.row.reader_id for one in tasks_stored.owners(session, task.id or 0))
    ]  # fmt: skip
    if not mine:
        return None
    head = reader.count("You have {count} action from {name}", "You have {count} actions from {name}", len(mine),
                        name=found.name)  # fmt: skip
    shown: list[Block] = [blocks.header(head)]
    for entry, task in mine[:MOST_TASKS]:
        due = reader.say("due {when}", when=task.due_on) if task.due_on else reader.say("no day set")
        label = label_of(entry.kind, entry.number, bool(documents.readers_of(session, entry.item_id)))
        # The task of a private meeting says no more than its number; its owner reads here what it is.
        text = f"*T{task.id}* {escape(blocks.cut(entry.text, 300))}\n{escape(label)} · {escape(due)}"
        open_task = blocks.button(reader.say("Open"), f"tasks.open:minutes.{task.id}", str(task.id))
        shown.append(blocks.md(text, open_task))
    if len(mine) > MOST_TASKS:
        shown.append(blocks.context(reader.md("and {count} more: `/task mine`", count=len(mine) - MOST_TASKS)))
    return Message(head, tuple(shown))


def vote(drawing: Drawing) -> Message | None:
    """A question to vote on, for those who see it on no card in a channel."""
    found, reader = _minutes(drawing), drawing.reader
    entry = minutes.find_entry(drawing.session, drawing.row.detail_id or 0)
    viewer = _reader(drawing)
    if entry is None or entry.struck or not access.sees(viewer, documents.readers_of(drawing.session, entry.item_id)):
        return None
    document = documents.of(drawing.session, found)
    shown = next(one for one in documents.entries_in(document, EntryKind.VOTE) if one["id"] == entry.id)
    head = reader.say("A vote in {name}", name=found.name)
    if not shown["open"]:
        return Message(head, (blocks.words(f"🗳️ {said.entry_said(reader, shown).text}"),))
    return Message(head, tuple(cards.vote_blocks(reader, found, shown)))


def proposed(drawing: Drawing) -> Message | None:
    """A change or an addendum that waits for the chair's word."""
    found, asked = _minutes(drawing), _amendment(drawing)
    if asked is None:
        return None
    reader, session = drawing.reader, drawing.session
    viewer = _reader(drawing)
    head = (
        reader.say("An addendum to {name} waits for your word", name=found.name)
        if asked.kind is AmendmentKind.ADDENDUM
        else reader.say("A change of {name} waits for your word", name=found.name)
    )
    readers = documents.readers_of(session, asked.item_id)
    if not access.sees(viewer, readers):
        return Message(head, (blocks.header(head),))
    shown = [blocks.header(head), *modals.amendment_blocks(session, reader, found, asked)]
    if asked.state is not AmendmentState.ASKED:
        return Message(head, tuple(blocks.fitting([*shown, _decided(drawing, asked)])))
    row = []
    if viewer.id in access.deciders(session, found, asked.item_id) or MinutesAct.DECIDE in cards.acts_of(
        session, found, viewer
    ):
        row = [
            blocks.button(reader.say("Agree"), "minutes.decide", str(asked.id), style="primary"),
            blocks.button(reader.say("Decline, and say why"), "minutes.asked", f"{asked.id}|no"),
            cards.open_button(reader, found),
        ]
    return Message(head, tuple(blocks.fitting([*shown, *blocks.actions(row)])))


def declined(drawing: Drawing) -> Message | None:
    """Whoever has proposed something that stays as it is hears why."""
    found, asked = _minutes(drawing), _amendment(drawing)
    if asked is None:
        return None
    reader = drawing.reader
    who = mention(people.find(drawing.session, asked.decided_by_id))
    text = reader.md("{who} has declined what you proposed for {what}. It stays as it is.", who=who,
                     what=cards.link(found))  # fmt: skip
    why = [blocks.words(asked.answer)] if asked.answer else []
    row = blocks.actions([cards.open_button(reader, found)])
    return Message(_plain(drawing, found), (blocks.md(text), *blocks.paragraphs(asked.new, 1), *why, *row))


def confirmed(drawing: Drawing) -> Message:
    """That nobody objects any more, to the chair and whoever kept the minutes."""
    found, reader = _minutes(drawing), drawing.reader
    text = reader.md("{what} is confirmed.", what=cards.link(found))
    state = escape(cards.state_said(drawing.session, reader, found))
    row = blocks.actions([cards.open_button(reader, found)])
    return Message(_plain(drawing, found), (blocks.md(text), blocks.context(state), *row))


def taker(drawing: Drawing) -> Message:
    """Whoever kept these minutes has left: they are somebody else's now."""
    found = _minutes(drawing)
    text = drawing.reader.md(
        "Whoever took the minutes of {what} has left. They are yours now: finish them, or let somebody else take over.",
        what=cards.link(found),
    )
    if found.state is not MinutesState.TAKING:
        return Message(_plain(drawing, found), tuple(cards.over(drawing.session, drawing.reader, found)))
    shown = cards.live(drawing.session, drawing.reader, found, _reader(drawing))
    return Message(_plain(drawing, found), tuple(blocks.fitting([blocks.md(text), *shown])))


def mail_lost(drawing: Drawing) -> Message:
    found = _minutes(drawing)
    text = drawing.reader.md(
        "A guest could not be sent the minutes of {what} by e-mail. Take the PDF, and hand it over yourself.",
        what=cards.link(found),
    )
    row = blocks.actions([cards.open_button(drawing.reader, found)])
    return Message(_plain(drawing, found), (blocks.md(text), *row))


def pdf(drawing: Drawing) -> Message | None:
    return _file(drawing, papers.pdf)


def markdown(drawing: Drawing) -> Message | None:
    return _file(drawing, papers.markdown)


def excel(drawing: Drawing) -> Message | None:
    """The register of decisions, or the list of actions, as its reader may see it now."""
    person = people.get(drawing.session, drawing.row.reader_id or 0)
    kept = drafts.find(drawing.session, drawing.row.detail_id or 0, person.id or 0)
    if kept is None:
        return None
    kind = EntryKind(str(kept["minutes"]))
    wanted = words.wanted(drawing.session, person, drawing.reader, str(kept["typed"]), (kind,))
    hits = finding.find(drawing.session, person, wanted)
    attached = lists.sheet(drawing.session, drawing.reader, hits, kind, drawing.row.key)
    return Message(attached.title, (), attached)


def mail(drawing: Drawing) -> Mail | None:
    """The minutes as a guest gets them: as PDF and Markdown, without what is confidential."""
    found, edition = _minutes(drawing), _edition(drawing)
    if edition is None:
        return None
    reader = drawing.reader
    document = documents.as_seen(edition.content, None)
    title = said.title_of(reader, document)
    chair = people.find(drawing.session, found.chair_id)
    lines = [
        reader.say("Hello,"), "",
        reader.say("here are the minutes of {title}, {version}.", title=found.title,
                   version=cards.version_said(reader, edition)),
        reader.say("If something in them is wrong, answer this e-mail."), "",
        chair.known_as if chair is not None else "",
    ]  # fmt: skip
    files = (
        papers.pdf(drawing.session, reader, found, edition, None, ""),
        papers.markdown(drawing.session, reader, found, edition, None, ""),
    )
    return Mail(title, "\n".join(lines), files, reply_to=(chair.email if chair is not None else None) or "")


def may_read(session: Session, reader: Person, minutes_id: int) -> bool:
    found = minutes.find(session, minutes_id)
    return found is not None and access.is_allowed(session, reader, found, MinutesAct.SEE)


def _version(drawing: Drawing, head: str) -> Message:
    found, edition = _minutes(drawing), _edition(drawing)
    reader, session = drawing.reader, drawing.session
    if edition is None:
        return Message(_plain(drawing, found))
    viewer = _reader(drawing)
    document = documents.as_seen(edition.content, viewer.id)
    parts: list[Block] = [blocks.header(said.title_of(reader, document)), blocks.md(head)]
    changes = documents.changes_seen(edition.changes, viewer.id)
    if changes:
        section = said.Section(reader.say("Changed in this version"), said.changes_said(reader, changes))
        parts += cards.document_blocks(reader, document, [section])
    newest = cards.newest(session, found)
    state = [cards.upper(cards.version_said(reader, edition))]
    if newest is not None and newest.id != edition.id:
        state.append(reader.say("there is {version} by now", version=cards.version_said(reader, newest)))
    else:
        state.append(cards.state_said(session, reader, found))
    parts += [cards.facts(reader, document), *cards.document_blocks(reader, document)]
    row = cards.confirm_buttons(session, reader, found, viewer, edition)
    value = f"{found.id}|{edition.id}"
    row += [cards.open_button(reader, found, edition), blocks.button("PDF", "minutes.pdf", value),
            blocks.button("Markdown", "minutes.markdown", value)]  # fmt: skip
    # How it stands and what to press come always, however long the text is.
    tail = [blocks.context(escape(" · ".join(state))), *blocks.actions(row)]
    fitted = blocks.fitting([*parts, *tail])
    if tail[0] not in fitted:
        more = blocks.context(reader.md("The rest is behind *Open*.") + " · " + escape(" · ".join(state)))
        fitted = [*fitted[:-1][: blocks.MESSAGE_BLOCKS - 3], more, *tail[1:]]
    return Message(_plain(drawing, found), tuple(fitted))


def _file(
    drawing: Drawing, make: Callable[[Session, Reader, Minutes, Edition, int | None, str], Attachment]
) -> Message | None:
    found, edition = _minutes(drawing), _edition(drawing)
    if edition is None:
        return None
    attached = make(drawing.session, drawing.reader, found, edition, drawing.row.reader_id, drawing.row.key)
    return Message(_plain(drawing, found), (), attached)


def _decided(drawing: Drawing, asked: Amendment) -> Block:
    who = mention(people.find(drawing.session, asked.decided_by_id))
    if asked.state is AmendmentState.ACCEPTED:
        return blocks.context(drawing.reader.md("✓ {who} has accepted it.", who=who))
    return blocks.context(drawing.reader.md("✗ {who} has declined it.", who=who))


def _minutes(drawing: Drawing) -> Minutes:
    return minutes.get(drawing.session, drawing.row.subject_id)


def _edition(drawing: Drawing) -> Edition | None:
    return minutes.find_edition(drawing.session, drawing.row.detail_id or 0)


def _amendment(drawing: Drawing) -> Amendment | None:
    return minutes.find_amendment(drawing.session, drawing.row.detail_id or 0)


def _reader(drawing: Drawing) -> Person:
    return people.get(drawing.session, drawing.row.reader_id or 0)


def _plain(drawing: Drawing, found: Minutes) -> str:
    """What a notification reads: never the title of a private meeting, which would stand on lock screens."""
    if meetings.get(drawing.session, found.meeting_id).private:
        return drawing.reader.say("Minutes {name}", name=found.name)
    return drawing.reader.say("Minutes {name}: {title}", name=found.name, title=blocks.cut(found.title, 150))


MESSAGES: dict[str, Callable[[Drawing], Message | None]] = {
    "minutes.card": card,
    "minutes.agenda": agenda,
    "minutes.sent": sent,
    "minutes.changed": changed,
    "minutes.added": added,
    "minutes.actions": actions,
    "minutes.vote": vote,
    "minutes.proposed": proposed,
    "minutes.declined": declined,
    "minutes.confirmed": confirmed,
    "minutes.taker": taker,
    "minutes.mail_lost": mail_lost,
    "minutes.pdf": pdf,
    "minutes.markdown": markdown,
    "minutes.excel": excel,
}
MAILS: dict[str, Callable[[Drawing], Mail | None]] = {"minutes.mail": mail}
