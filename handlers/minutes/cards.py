"""How minutes look: the live card while they are taken, the window with all of it, a line in a list."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block, View
from handlers.i18n import Md, Reader, escape, mention
from handlers.minutes import said
from office.duties.minutes import access, attending, confirming, documents
from office.duties.minutes.documents import Document
from office.duties.minutes.finding import Hit, replacements
from office.rules.minutes_permissions import may, relations
from storage import meetings, minutes, people
from storage.minute_tables import Edition, Minutes
from storage.tables import Person
from storage.words import (
    AmendmentState,
    Choice,
    DateState,
    EntryKind,
    ItemState,
    MinutesAct,
    MinutesState,
)

# The newest entries on the live card; the window shows them all.
NEWEST, MOST_ITEMS, CUT = 6, 15, 300
# Sections on one page of the window, of at most a hundred blocks.
PAGE = 60
_ICONS = {EntryKind.NOTE: "📝", EntryKind.DECISION: "⚖️", EntryKind.ACTION: "➡️", EntryKind.VOTE: "🗳️"}
KINDS = (EntryKind.NOTE, EntryKind.DECISION, EntryKind.ACTION, EntryKind.VOTE)


def live(session: Session, reader: Reader, found: Minutes, viewer: Person | None) -> list[Block]:
    """The card while minutes are taken. Without a viewer it stands in a channel: nothing confidential is on it."""
    if found.state is not MinutesState.TAKING:
        return over(session, reader, found)
    viewer_id = viewer.id if viewer is not None else None
    document = documents.as_seen(documents.of(session, found), viewer_id)
    count = attending.count(session, found, attending.now_at(session, found))
    taker, chair = people.find(session, found.taker_id), people.find(session, found.chair_id)
    there = reader.count("{count} is there", "{count} are there", count.there)
    if count.quorum:
        there += " · " + (
            reader.say("quorum of {count}: reached", count=count.quorum)
            if count.reached
            else reader.say("quorum of {count}: not reached", count=count.quorum)
        )
    about = reader.md("Minutes by {taker} · chair {chair}", taker=mention(taker), chair=mention(chair))
    parts = [
        blocks.header(said.title_of(reader, document)),
        blocks.context(f"{about} · {escape(there)}"),
        *_cancelled(session, reader, found),
        *_items(reader, document, found.item_id),
        *_newest(reader, document),
        *_open_votes(reader, found, document),
    ]
    return [*parts, *_live_buttons(reader, found)]


def over(session: Session, reader: Reader, found: Minutes) -> list[Block]:
    """What a live card becomes: where the minutes are now, and nothing of what they say."""
    head = reader.say("Minutes {name}: {title}", name=found.name, title=found.title)
    if found.state is MinutesState.DROPPED:
        return [blocks.header(head), blocks.md(reader.md("Nothing was written down, and nothing was sent."))]
    who = mention(people.find(session, found.finished_by_id))
    text = reader.md("Finished by {who}, and sent to everybody who was invited.", who=who)
    return [blocks.header(head), blocks.md(text), *blocks.actions([open_button(reader, found)])]


def sheet(
    session: Session, reader: Reader, found: Minutes, viewer: Person, page: int = 1, edition_id: int | None = None
) -> View:
    """The whole of some minutes: as they are being taken, or one of the versions that were sent."""
    edition = minutes.find_edition(session, edition_id) if edition_id else None
    if edition is None or edition.minutes_id != found.id:
        edition = newest(session, found)
    document = documents.as_seen(edition.content if edition else documents.of(session, found), viewer.id)
    rows = _rows(session, reader, found, viewer, document, edition)
    pages = max(1, -(-len(rows) // PAGE))
    at = min(max(1, page), pages)
    shown = [
        *_head(session, reader, found, viewer, document, edition),
        *rows[(at - 1) * PAGE : at * PAGE],
        *_pages(reader, found, edition, at, pages),
        *sheet_buttons(session, reader, found, viewer, edition),
    ]
    metadata = json.dumps({"id": found.id, "page": at, "edition": edition_id or 0})
    title = reader.say("Minutes {name}", name=found.name)
    return blocks.modal("minutes.sheet", title, shown, reader.say("Close"), metadata=metadata)


def newest(session: Session, found: Minutes) -> Edition | None:
    """The version that counts; None while the minutes are taken."""
    sent = minutes.editions(session, found.id or 0)
    return sent[-1] if sent else None


def document_blocks(reader: Reader, document: Document, sections: Sequence[said.Section] | None = None) -> list[Block]:
    """A document as a message shows it: as much of it as fits, and the rest in the window."""
    shown: list[Block] = []
    for section in sections if sections is not None else said.sections_of(reader, document):
        if section.heading:
            shown.append(blocks.md(f"*{escape(section.heading)}*"))
        shown += [_paragraph(one) for one in section.paragraphs]
    return shown


def facts(reader: Reader, document: Document) -> Block:
    pairs = said.facts_of(reader, document)
    return blocks.fields(f"*{escape(label)}*\n{escape(value)}" for label, value in pairs)


def version_said(reader: Reader, edition: Edition) -> str:
    """ "version 2", "version 2 with 1 addendum"."""
    if not edition.addenda:
        return reader.say("version {number}", number=edition.number)
    count = reader.count("{count} addendum", "{count} addenda", edition.addenda)
    return reader.say("version {number} with {addenda}", number=edition.number, addenda=count)


def upper(text: str) -> str:
    """With a capital letter at its beginning, and nothing else changed."""
    return text[:1].upper() + text[1:]


def state_said(session: Session, reader: Reader, found: Minutes) -> str:
    """How the version that counts stands: by whom it is confirmed, and what silence does."""
    if found.state is MinutesState.TAKING:
        return reader.say("being taken")
    stand = confirming.stand(session, found)
    if found.state is MinutesState.SENT:
        spoken = reader.count("{count} of {all} has confirmed", "{count} of {all} have confirmed", len(stand.confirmed),
                              all=len(stand.confirmed) + len(stand.silent))  # fmt: skip
        if found.confirm_by is None or confirming.waits(session, found):
            return f"{spoken} · {reader.say('a change waits for the chair')}"
        return f"{spoken} · {reader.say('silence counts as a yes from {when}', when=found.confirm_by)}"
    by = reader.say("confirmed {when}: {count} by their word, {silent} by silence", when=found.confirmed_at or "–",
                    count=len(stand.confirmed), silent=len(stand.silent))  # fmt: skip
    if found.state is MinutesState.LOCKED:
        return f"{by} · {reader.say('locked for good')}"
    return by


def open_button(reader: Reader, found: Minutes, edition: Edition | None = None) -> Block:
    return blocks.button(reader.say("Open"), "minutes.open", f"{found.id}|1|{edition.id if edition else 0}")


def confirm_buttons(session: Session, reader: Reader, found: Minutes, viewer: Person, edition: Edition) -> list[Block]:
    """Confirm and propose, for those who were there and have not confirmed this version."""
    can = acts_of(session, found, viewer)
    row: list[Block] = []
    if found.state is not MinutesState.SENT or edition.number != found.edition:
        return row
    if MinutesAct.CONFIRM in can and viewer.id not in confirming.stand(session, found).confirmed:
        value = f"{found.id}|{found.edition}"
        row.append(blocks.button(reader.say("Confirm"), "minutes.confirm", value, style="primary"))
    if MinutesAct.PROPOSE in can:
        row.append(blocks.button(reader.say("Propose a change"), "minutes.change", str(found.id)))
    return row


def acts_of(session: Session, found: Minutes, viewer: Person) -> set[MinutesAct]:
    are = relations(viewer.id or 0, viewer.standing, access.parties_of(session, found))
    return {act for act in MinutesAct if may(act, are)}


def sheet_buttons(
    session: Session, reader: Reader, found: Minutes, viewer: Person, edition: Edition | None
) -> list[Block]:
    """What can be done with minutes in their window."""
    if edition is None:
        return _live_buttons(reader, found, whole=True)
    can = acts_of(session, found, viewer)
    row = confirm_buttons(session, reader, found, viewer, edition)
    if found.state is MinutesState.CONFIRMED and MinutesAct.PROPOSE in can:
        row.append(blocks.button(reader.say("Add something"), "minutes.addendum", str(found.id)))
    value = f"{found.id}|{edition.id}"
    row += [blocks.button("PDF", "minutes.pdf", value), blocks.button("Markdown", "minutes.markdown", value)]
    if found.state is MinutesState.CONFIRMED and MinutesAct.LOCK in can:
        asks = blocks.confirm(
            reader.say("Lock them for good?"), reader.say("Nothing can be added any more."), reader.say("Lock"),
            reader.say("Not yet"),
        )  # fmt: skip
        row.append(blocks.button(reader.say("Lock for good"), "minutes.lock", str(found.id), confirm=asks))
    sent = minutes.editions(session, found.id or 0)
    if len(sent) > 1:
        options = [blocks.option(upper(version_said(reader, one)), f"{found.id}|{one.id}") for one in sent[-100:]]
        select = blocks.select(options, f"{found.id}|{edition.id}") | {"action_id": "minutes.version"}
        row.append(select)
    return blocks.actions(row)


def line(session: Session, reader: Reader, found: Minutes, place: str) -> Block:
    """Minutes in a list."""
    day = meetings.get_date(session, found.date_id).day
    text = reader.md(
        "*{name}* {title}\n{about}", name=found.name, title=blocks.cut(found.title, 200),
        about=f"{reader.day(day)} · {state_said(session, reader, found)}",
    )  # fmt: skip
    return blocks.md(text, blocks.button(reader.say("Open"), f"minutes.open:{place}.{found.id}", f"{found.id}|1|0"))


def entry_options(session: Session, reader: Reader, found: Minutes, viewer: Person) -> list[Block]:
    """What may be changed in minutes that were sent, for a select; the newest version's words."""
    edition = newest(session, found)
    document = documents.as_seen(edition.content, viewer.id) if edition else {"items": []}
    options = [blocks.option(reader.say("Something is missing"), "0")]
    for entry in documents.entries_in(document, *EntryKind):
        label = f"{entry['ref']} {entry['text']}".strip()
        options.append(blocks.option(label, str(entry["id"])))
    return options[:100]


def _cancelled(session: Session, reader: Reader, found: Minutes) -> list[Block]:
    if meetings.get_date(session, found.date_id).state is not DateState.CANCELLED:
        return []
    text = reader.md("⚠️ The meeting was cancelled meanwhile. What is written stays; finish it as usual.")
    return [blocks.context(text)]


def _items(reader: Reader, document: Document, current: int | None) -> list[Block]:
    """The agenda at a glance: done, now, to come."""
    lines = []
    for item in document["items"]:
        if item["id"] is None:
            continue
        number = item["number"]
        mark = {ItemState.DONE.value: "✓", ItemState.POSTPONED.value: "⏭"}.get(item["state"], "○")
        if item["id"] == current:
            mark = "▶"
        lock = "🔒 " if item["readers"] else ""
        title = f"{mark} {number}. {lock}{escape(blocks.cut(item['title'], 150))}"
        lines.append(f"*{title}*" if item["id"] == current else title)
    at = next((index for index, one in enumerate(lines) if one.startswith("*▶")), 0)
    first = max(0, min(at - 3, len(lines) - MOST_ITEMS))
    shown = lines[first : first + MOST_ITEMS]
    if len(lines) > len(shown):
        shown.append(reader.md("and {count} more", count=len(lines) - len(shown)))
    if document["hidden"]:
        shown.append(escape(said.hidden_said(reader, document["hidden"])))
    return [blocks.md("\n".join(shown))] if shown else []


def _newest(reader: Reader, document: Document) -> list[Block]:
    written = sorted(documents.entries_in(document, *EntryKind), key=lambda one: int(one["id"]))
    entries = [one for one in written if not one["open"]]
    if not written:
        return [blocks.context(reader.md(
            "Nothing is written down yet. Press a button, or type: `/minutes note …`, `decision …`, `action @who …`"
        ))]  # fmt: skip
    rows = [f"{_ICONS[EntryKind(one['kind'])]} {_brief(said.entry_said(reader, one))}" for one in entries[-NEWEST:]]
    count = {kind: sum(one["kind"] == kind.value for one in entries) for kind in (EntryKind.DECISION, EntryKind.ACTION)}
    summary = " · ".join([
        reader.count("{count} decision taken", "{count} decisions taken", count[EntryKind.DECISION]),
        reader.count("{count} action", "{count} actions", count[EntryKind.ACTION]),
    ])  # fmt: skip
    return [blocks.divider(), blocks.md("\n".join(rows)), blocks.context(escape(summary))]


def _brief(one: said.Paragraph) -> str:
    text = escape(blocks.cut(" ".join(one.text.split()), CUT))
    return f"*{escape(one.bold)}* {text}" if one.bold else text


def _open_votes(reader: Reader, found: Minutes, document: Document) -> list[Block]:
    """Votes that are on, with their buttons."""
    shown: list[Block] = []
    for entry in documents.entries_in(document, EntryKind.VOTE):
        if entry["open"]:
            shown += vote_blocks(reader, found, entry)
    return shown[:9]


def vote_blocks(reader: Reader, found: Minutes, entry: Mapping[str, Any]) -> list[Block]:
    value = f"{found.id}|{entry['id']}"
    row = [
        blocks.button(reader.say("In favour"), f"minutes.cast:yes.{entry['id']}", f"{value}|{Choice.YES.value}"),
        blocks.button(reader.say("Against"), f"minutes.cast:no.{entry['id']}", f"{value}|{Choice.NO.value}"),
        blocks.button(reader.say("Abstain"), f"minutes.cast:abstain.{entry['id']}", f"{value}|{Choice.ABSTAIN.value}"),
        blocks.button(reader.say("Close the vote"), f"minutes.close_vote:{entry['id']}", value),
    ]
    text = reader.md("🗳️ *Vote:* {question}", question=blocks.cut(entry["text"], 500))
    tally = escape(said.vote_said(reader, entry))
    return [blocks.md(f"{text}\n{tally}"), *blocks.actions(row)]


def _live_buttons(reader: Reader, found: Minutes, whole: bool = False) -> list[Block]:
    value = str(found.id)
    write = [
        blocks.button(reader.term(kind), f"minutes.write:{kind.value}", f"{found.id}|{kind.value}") for kind in KINDS
    ]
    write.append(blocks.button(reader.say("Next item") + " ›", "minutes.next", value))
    keep = [
        blocks.button(reader.say("Attendance"), "minutes.attendance", value),
        blocks.button(reader.say("New agenda item"), "minutes.item", value),
    ]
    if not whole:
        keep.append(open_button(reader, found))
    keep.append(blocks.button(reader.say("Finish"), "minutes.finish", value, style="primary"))
    return [*blocks.actions(write), *blocks.actions(keep)]


def _head(
    session: Session, reader: Reader, found: Minutes, viewer: Person, document: Document, edition: Edition | None
) -> list[Block]:
    parts = [blocks.header(said.title_of(reader, document)), facts(reader, document)]
    state = escape(state_said(session, reader, found))
    if edition is not None:
        state = f"{escape(upper(version_said(reader, edition)))} · {state}"
        changes = documents.changes_seen(edition.changes, viewer.id)
        if changes:
            section = said.Section(reader.say("Changed in this version"), said.changes_said(reader, changes))
            parts += document_blocks(reader, document, [section])
    waiting = [
        one for one in minutes.amendments(session, found.id or 0, AmendmentState.ASKED)
        if viewer.id in (one.by_id, *access.deciders(session, found, one.item_id))
    ]  # fmt: skip
    row = [
        blocks.button(reader.say("Decide on a change"), f"minutes.asked:{one.id}", str(one.id))
        for one in waiting
        if viewer.id in access.deciders(session, found, one.item_id)
    ]
    return [*parts, blocks.context(state), *blocks.actions(row[:5])]


def _rows(
    session: Session, reader: Reader, found: Minutes, viewer: Person, document: Document, edition: Edition | None
) -> list[Block]:
    """The text of the minutes; while they are taken each entry and item has a menu."""
    rows: list[Block] = []
    replaced = _replacements(session, found, viewer, document) if edition is not None else {}
    counts = edition is not None and edition.number == found.edition and found.state is MinutesState.SENT
    can_change = counts and MinutesAct.PROPOSE in acts_of(session, found, viewer)
    open_votes = {
        one["id"] for one in documents.entries_in(document, EntryKind.VOTE) if one["open"] and edition is None
    }
    entries = {one["id"]: one for one in documents.entries_in(document, *EntryKind)}
    for section in said.sections_of(reader, document):
        menu = _item_menu(reader, found, section.item) if edition is None and section.item is not None else None
        rows.append(blocks.md(f"*{escape(section.heading)}*", menu))
        for one in section.paragraphs:
            if one.entry in open_votes:
                rows += vote_blocks(reader, found, entries[one.entry])
                continue
            parts = [_paragraph(said.Paragraph(piece, one.entry, one.bold if not at else ""))
                     for at, piece in enumerate(_pieces(one.text))]  # fmt: skip
            if edition is None and one.entry is not None:
                parts[0] = {**parts[0], "accessory": _entry_menu(reader, found, one.entry)}
            elif one.entry is not None and can_change:
                value = f"{found.id}|{one.entry}"
                change = blocks.button("✎", f"minutes.change_of:{one.entry}", value)
                parts[0] = {**parts[0], "accessory": change}
            rows += parts
            if one.entry in replaced:
                rows.append(blocks.context(reader.md("↪ Replaced by {ref}.", ref=replaced[one.entry])))
    return rows


def _replacements(session: Session, found: Minutes, viewer: Person, document: Document) -> dict[int, str]:
    day = meetings.get_date(session, found.date_id).day
    ids = [one["id"] for one in documents.entries_in(document, EntryKind.DECISION)]
    hits = [Hit(found, day, minutes.get_entry(session, one)) for one in ids]
    return replacements(session, viewer, hits)


def _paragraph(one: said.Paragraph) -> Block:
    """Words as they were typed. What stands before them is ours."""
    if not one.bold:
        return blocks.words(one.text)
    text = f"*{escape(one.bold)}*  {escape(one.text)}"
    if len(text) <= blocks.SECTION:
        return blocks.md(text)
    return blocks.words(f"{one.bold}  {one.text}")


def _pieces(text: str, longest: int = 2400) -> list[str]:
    return [text[at : at + longest] for at in range(0, len(text), longest)] or [""]


def _item_menu(reader: Reader, found: Minutes, item_id: int) -> Block:
    value = f"{found.id}|{item_id}"
    options = [
        blocks.option(reader.say("Talk about it now"), f"{value}|now"),
        blocks.option(reader.say("Put it off to the next meeting"), f"{value}|postpone"),
        blocks.option(reader.say("Who may read it …"), f"{value}|readers"),
    ]
    return blocks.overflow(f"minutes.item_menu:{item_id}", options)


def _entry_menu(reader: Reader, found: Minutes, entry_id: int) -> Block:
    value = f"{found.id}|{entry_id}"
    options = [
        blocks.option(reader.say("Edit"), f"{value}|edit"),
        blocks.option(reader.say("Strike out"), f"{value}|strike"),
    ]
    return blocks.overflow(f"minutes.entry_menu:{entry_id}", options)


def _pages(reader: Reader, found: Minutes, edition: Edition | None, at: int, pages: int) -> list[Block]:
    if pages == 1:
        return []
    row, which = [], edition.id if edition else 0
    if at > 1:
        row.append(blocks.button("‹ " + reader.say("Back"), "minutes.page:back", f"{found.id}|{at - 1}|{which}"))
    if at < pages:
        row.append(blocks.button(reader.say("Next") + " ›", "minutes.page:next", f"{found.id}|{at + 1}|{which}"))
    return [blocks.context(reader.md("Page {page} of {last}", page=at, last=pages)), *blocks.actions(row)]


def link(found: Minutes) -> Md:
    return Md(f"*{found.name}* {escape(blocks.cut(found.title, 150))}")
