"""What somebody does with minutes, typed or pressed, and the answer to it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks, times
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.i18n import escape
from handlers.minutes import cards, modals, said, words
from handlers.slack_text import readable, words_of
from office.duties import notices
from office.duties.minutes import (
    access,
    agenda,
    attending,
    confirming,
    documents,
    finishing,
    taking,
)
from office.errors import Refusal
from office.rules.words import tokens
from storage import minutes, people
from storage.minute_tables import Amendment, Entry, Minutes, MinutesItem
from storage.words import AmendmentState, EntryKind, ItemState, MinutesAct, Presence

MOST_SHOWN = 20


def message_of(call: Call) -> tuple[str, dict[str, str]]:
    message: dict[str, Any] = call.body.get("message") or {}
    channel = (call.body.get("channel") or {}).get("id", "")
    return words_of(message), {"channel": channel, "ts": str(message.get("ts", ""))}


def write(session: Session, call: Call, found: Minutes, kind: EntryKind, raw: str) -> Answer:
    """Something typed is written down; the answer says how it was read, and how to take it back."""
    there = access.attendees(access.rows_of(session, found))
    read = words.read(session, call, kind, raw, there)
    entries = taking.write_all(session, call.person, found.id or 0, [one.words for one in read])
    refused = [call.reader.say("No day was read: {why}", why=one.day_refused) for one in read if one.day_refused]
    refused += [one.replaces_refused for one in read if one.replaces_refused]
    return written(session, call, minutes.get(session, found.id or 0), entries, refused)


def written(
    session: Session, call: Call, found: Minutes, entries: Sequence[Entry], refused: Sequence[str] = ()
) -> Answer:
    """What was written down, as it is read back."""
    reader = call.reader
    document = documents.of(session, found)
    by_id = {one["id"]: one for one in documents.entries_in(document, *EntryKind)}
    heads = {
        EntryKind.NOTE: reader.say("Noted in {name} {title}.", name=found.name, title=blocks.cut(found.title, 80)),
        EntryKind.DECISION: reader.count("Decision written down.", "{count} decisions written down.", len(entries)),
        EntryKind.ACTION: reader.count("Action written down.", "{count} actions written down.", len(entries)),
        EntryKind.VOTE: reader.say("Vote written down."),
    }
    kind = entries[0].kind
    head = heads[kind]
    shown: list[Block] = [blocks.words(head)]
    lines = [said.entry_said(reader, by_id[one.id]) for one in entries[:MOST_SHOWN]]
    if kind is not EntryKind.NOTE:
        shown += [blocks.words(f"{one.bold}  {one.text}") for one in lines]
    if len(entries) > MOST_SHOWN:
        shown.append(blocks.context(reader.md("and {count} more", count=len(entries) - MOST_SHOWN)))
    shown += [blocks.context(one) for one in _hints(session, call, found, entries, refused)]
    row = [
        blocks.button(reader.say("Undo"), "desk.undo:minutes", f"{found.id}.{entries[0].id}.minutes"),
        cards.open_button(reader, found),
    ]
    if len(entries) == 1:
        row.insert(1, blocks.button(reader.say("Edit"), "minutes.edit", f"{found.id}|{entries[0].id}"))
    return Answer(head, tuple(blocks.fitting([*shown, *blocks.actions(row)])))


def _hints(session: Session, call: Call, found: Minutes, entries: Sequence[Entry], refused: Sequence[str]) -> list[str]:
    """What whoever wrote something should know about it."""
    reader = call.reader
    hints = [escape(one) for one in refused[:3]]
    if _is_hidden_now(session, call, found):
        hints.append(reader.md("Something confidential is talked about now, so this stands below *Other matters*."))
    count = attending.count(session, found, attending.now_at(session, found))
    if entries[0].kind in (EntryKind.DECISION, EntryKind.VOTE) and not count.reached:
        hints.append(
            reader.md(
                "⚠️ Only {count} of the {quorum} that are needed are there.", count=count.there, quorum=count.quorum
            )
        )
    outside = list(dict.fromkeys(name for one in entries for name in one.outside))
    if outside:
        hints.append(reader.md("Not in Slack: {names}. The chair keeps an eye on what they do.", names=outside))
    unowned = [one for one in entries if one.kind is EntryKind.ACTION and not one.owners and not one.outside]
    if unowned and len(entries) == 1:
        edit = reader.say("Edit")
        hints.append(reader.md("Nobody is named, so the chair gets it. Press *{edit}* to choose somebody.", edit=edit))
    elif unowned:
        hints.append(reader.count("{count} action has nobody: the chair gets it.",
                                  "{count} actions have nobody: the chair gets them.", len(unowned)))  # fmt: skip
    return hints


def _is_hidden_now(session: Session, call: Call, found: Minutes) -> bool:
    """Whether an item is talked about that whoever writes may not know of by name."""
    item = minutes.find_item(session, found.item_id)
    return item is not None and not access.sees(call.person, item.readers)


def next_item(session: Session, call: Call, found: Minutes) -> Answer:
    following = taking.next_item(session, call.person, found.id or 0)
    if following is not None:
        return now_at(session, call, minutes.get(session, found.id or 0), following)
    text = call.reader.say("That was the last item. /minutes finish shows what will be sent.")
    row = [blocks.button(call.reader.say("Finish"), "minutes.finish", str(found.id), style="primary")]
    return Answer(text, (blocks.words(text), *blocks.actions(row)))


def new_item(session: Session, call: Call, found: Minutes, raw: str) -> Answer:
    """ "item 3", "item Budget 2027": talked about from now on; what is not on the agenda is added to it."""
    there = _item_named(session, call, found, readable(session, raw))
    if there is not None:
        item = taking.turn_to(session, call.person, found.id or 0, there.id or 0)
    else:
        item = taking.add_item(session, call.person, found.id or 0, agenda.Wanted(readable(session, raw)))
    return now_at(session, call, found, item)


def now_at(session: Session, call: Call, found: Minutes, item: MinutesItem) -> Answer:
    """What is talked about, and what may come next."""
    reader = call.reader
    number = [one.id for one in minutes.items(session, found.id or 0)].index(item.id) + 1
    text = reader.say("Now: {number}. {title}", number=number, title=item.title)
    owner = people.find(session, item.owner_id)
    about = [reader.term(item.aim), *([owner.known_as] if owner else [])]
    about += [times.minutes_said(reader, item.planned)] if item.planned else []
    value = str(found.id)
    row = [
        blocks.button(reader.term(EntryKind.NOTE), "minutes.write:note", f"{found.id}|note"),
        blocks.button(reader.term(EntryKind.DECISION), "minutes.write:decision", f"{found.id}|decision"),
        blocks.button(reader.term(EntryKind.ACTION), "minutes.write:action", f"{found.id}|action"),
        blocks.button(reader.say("Next item") + " ›", "minutes.next", value),
    ]
    return Answer(text, (blocks.words(text), blocks.context(escape(" · ".join(about))), *blocks.actions(row)))


def _item_named(session: Session, call: Call, found: Minutes, raw: str) -> MinutesItem | None:
    """ "3", "Budget 2027": an item of these minutes that somebody sees. Raises Refusal for a number that is none."""
    items = minutes.items(session, found.id or 0)
    wanted = raw.strip().rstrip(".")
    if wanted.isdigit():
        at = int(wanted)
        if 0 < at <= len(items) and access.sees(call.person, items[at - 1].readers):
            return items[at - 1]
        raise Refusal("There is no item {number} that you can see. /minutes show lists them.", number=wanted)
    seen = [one for one in items if access.sees(call.person, one.readers)]
    return next((one for one in seen if tokens(wanted) and tokens(one.title) == tokens(wanted)), None)


def postpone(session: Session, call: Call, found: Minutes, raw: str) -> Answer:
    """ "postpone 3", or what is talked about now: the next agenda begins with it."""
    seen = [one for one in minutes.items(session, found.id or 0) if access.sees(call.person, one.readers)]
    current = next((one for one in seen if one.id == found.item_id and not raw.strip()), None)
    item = current or _item_named(session, call, found, raw) or _item_like(seen, raw)
    taking.postpone(session, call.person, found.id or 0, item.id or 0)
    text = call.reader.say("Put off: {title}. The next agenda of this series begins with it.", title=item.title)
    return Answer(text, (blocks.words(text),))


def _item_like(seen: Sequence[MinutesItem], raw: str) -> MinutesItem:
    wanted = tokens(raw)
    for one in seen:
        if wanted and all(word in tokens(one.title) for word in wanted):
            return one
    raise Refusal("Say which item, by its number: /minutes postpone 3.")


def attend(session: Session, call: Call, found: Minutes, raw: str) -> Answer:
    """ "@bo excused", "@ines represented by @anna", "@bo late 10:15", "@bo left 11:00"."""
    ids, rest = words.people_in(session, raw)
    if not ids:
        raise Refusal("Say who, with an @: /minutes attendance @anna present. Without a name the list opens.")
    presence, came, left = words.presence_in(rest)
    now = attending.now_at(session, found)
    who = people.get(session, ids[0])
    row = attending.add_person(session, call.person, found.id or 0, who)
    others = [people.get(session, one) for one in ids[1:]]
    if presence is Presence.REPRESENTED:
        by = others[0] if others else None
        name = words.representative_in(rest) if by is None else ""
        attending.mark(session, call.person, found.id or 0, row.id or 0, presence, by, name)
        others = []
    else:
        attending.mark(
            session, call.person, found.id or 0, row.id or 0, presence,
            came=now if came == "now" else came, left=now if left == "now" else left,
        )  # fmt: skip
    for other in others:
        theirs = attending.add_person(session, call.person, found.id or 0, other)
        attending.mark(
            session, call.person, found.id or 0, theirs.id or 0, presence,
            came=now if came == "now" else came, left=now if left == "now" else left,
        )  # fmt: skip
    marked = {who.id, *(one.id for one in others)}
    rows = [one for one in minutes.attendance(session, found.id or 0) if one.person_id in marked]
    text = "\n".join(modals.attendance_said(session, call.reader, one) for one in rows)
    return Answer(text, (blocks.words(text),))


def guests(session: Session, call: Call, found: Minutes, raw: str) -> Answer:
    """ "Jane Doe (Acme)", or a colleague with an @."""
    ids, rest = words.people_in(session, raw)
    names = [one.known_as for one in people.by_ids(session, ids).values()]
    for person in people.by_ids(session, ids).values():
        attending.add_person(session, call.person, found.id or 0, person)
    bare = readable(session, rest).strip(" ,;")
    if bare or not ids:
        attending.add_guest(session, call.person, found.id or 0, bare)
        names.append(bare)
    text = call.reader.say("{names}: {how}.", names=names, how=Presence.PRESENT)
    return Answer(text, (blocks.words(text),))


def quorum(session: Session, call: Call, found: Minutes, raw: str) -> Answer:
    number = raw.strip()
    if not number.isdigit():
        raise Refusal("Write how many must be there: /minutes quorum 5. 0 takes the rule away.")
    attending.set_quorum(session, call.person, found.id or 0, int(number))
    count = attending.count(session, minutes.get(session, found.id or 0))
    text = call.reader.say("Quorum: {quorum}. {count} count as there now.", quorum=count.quorum, count=count.there)
    return Answer(text, (blocks.words(text),))


def confidential(session: Session, call: Call, found: Minutes, raw: str) -> Answer:
    """ "confidential Salaries for @ines @anna": an item for few eyes; without words what is talked about now."""
    ids, rest = words.people_in(session, raw)
    title = words.trimmed(readable(session, rest))
    if not ids:
        raise Refusal("Say who may read it, with an @: /minutes confidential Salaries for @anna @bo.")
    there = _item_named(session, call, found, title) if title else None
    if there is not None:
        item = taking.close_to(session, call.person, found.id or 0, there.id or 0, [*there.readers, *ids])
        if item.state is ItemState.OPEN:
            # What is written next is meant for it, as with a new one.
            item = taking.turn_to(session, call.person, found.id or 0, item.id or 0)
    elif title:
        item = taking.add_item(session, call.person, found.id or 0, agenda.Wanted(title, readers=tuple(ids)))
    elif found.item_id is not None:
        current = minutes.find_item(session, found.item_id)
        readers = current.readers if current is not None else []
        item = taking.close_to(session, call.person, found.id or 0, found.item_id, [*readers, *ids])
    else:
        raise Refusal("Say what it is about, too: /minutes confidential Salaries for @anna @bo.")
    names = [one.known_as for one in people.by_ids(session, item.readers).values()]
    text = call.reader.say("Confidential: “{title}” is for {names} only.", title=item.title, names=names)
    return Answer(text, (blocks.words(text),))


def confirm(session: Session, call: Call, minutes_id: int, edition: int | None = None) -> Answer:
    found = access.look(session, call.person, minutes_id, MinutesAct.CONFIRM)
    confirmed = confirming.confirm(session, call.person, minutes_id, edition or found.edition)
    text = call.reader.say("You have confirmed {name}, version {version}.", name=found.name, version=confirmed.edition)
    return Answer(text, (blocks.words(text),))


def proposed(session: Session, call: Call, asked: Amendment) -> Answer:
    """The answer to whoever has proposed a change or an addendum."""
    reader = call.reader
    found = minutes.get(session, asked.minutes_id)
    if asked.state is AmendmentState.ACCEPTED:
        text = reader.say("Done: everybody gets the next version of {name}.", name=found.name)
    else:
        chair = people.find(session, access.deciders(session, found, asked.item_id)[0])
        text = reader.say("Proposed. {who} decides, and you hear of it.", who=chair.known_as if chair else "–")
    return Answer(text, (blocks.words(text),))


def lock(session: Session, call: Call, minutes_id: int) -> Answer:
    found = confirming.lock(session, call.person, minutes_id)
    text = call.reader.say("{name} is locked for good. It can be read and found, and stays as it is.", name=found.name)
    return Answer(text, (blocks.words(text),))


def keep(session: Session, call: Call, found: Minutes) -> Answer:
    kept = taking.take_over(session, call.person, found.id or 0)
    text = call.reader.say("You keep the minutes {name} from now on.", name=kept.name)
    return Answer(text, (blocks.words(text), *blocks.actions([cards.open_button(call.reader, kept)])))


def drop(session: Session, call: Call, found: Minutes) -> Answer:
    taking.drop(session, call.person, found.id or 0)
    text = call.reader.say(
        "Thrown away: {name} {title}. Nothing was written down, and nothing is sent.",
        name=found.name,
        title=found.title,
    )
    return Answer(text, (blocks.words(text),))


def file(session: Session, call: Call, kind: str, minutes_id: int, edition_id: int = 0) -> Answer:
    """A version as PDF or Markdown: it comes as a direct message, with what its reader may see."""
    found = access.look(session, call.person, minutes_id)
    edition = minutes.find_edition(session, edition_id) if edition_id else cards.newest(session, found)
    if edition is None or edition.minutes_id != found.id:
        raise Refusal("{name} is still being taken. Finish it first: /minutes finish.", name=found.name)
    notices.tell(session, kind, "minutes", minutes_id, [call.person.id], detail_id=edition.id)
    text = call.reader.say("The file comes in our direct messages.")
    return Answer(text, (blocks.words(text),))


def finish_window(session: Session, call: Call, minutes_id: int) -> Answer:
    preview = finishing.preview(session, call.person, minutes_id)
    return Answer(modal=modals.finish_form(session, call, preview), how="push" if call.in_modal else "open")
