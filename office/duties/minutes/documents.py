"""What minutes say: one document, made of the rows while they are taken and kept whole once they are sent.

A document is plain JSON, so that every version can be had again to the letter:
{"name", "title", "meeting", "day", "starts", "ends", "zone", "where", "chair", "taker", "quorum", "there",
 "attendance": [{"name", "presence", "guest", "by", "came", "left"}],
 "carried": [{"ref", "text", "owners", "due", "item_readers"}],
 "items": [{"id", "number", "title", "owner", "planned", "aim", "state", "link", "readers", "entries": [...]}],
 "addenda": [{"number", "day", "text", "by", "accepted_by", "readers"}]}
An entry: {"id", "kind", "ref", "text", "by", "owners", "due", "closes", "tally", "open", "replaces", "link"}.
What belongs to no item stands in a last one without a title. `number` counts the items that one may not see, too.
"""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties.minutes import access, agenda, attending
from office.duties.minutes.voting import counted, is_open
from office.rules.minutes_permissions import may_read
from office.rules.minutes_words import LETTERS, label_of
from storage import meetings, minutes, people, rooms
from storage.meeting_tables import MeetingDate
from storage.minute_tables import Entry, Minutes, MinutesItem
from storage.words import EntryKind, TaskState

Document = dict[str, Any]
# So long after its planned end a meeting that is being written about may still be going on.
SITTING = timedelta(hours=4)


def of(session: Session, found: Minutes, before: Document | None = None) -> Document:
    """The document as things are. `before`: the version that it follows, of which all but the entries stays."""
    them = minutes.items(session, found.id or 0)
    written = minutes.entries(session, found.id or 0)
    document = deepcopy(before) if before is not None else _frame(session, found)
    document["items"] = _items(session, found, them, written)
    return document


def as_seen(document: Document, person_id: int | None) -> Document:
    """What one reader may see of it; `hidden` counts the items that are not for their eyes."""
    shown = {**document}
    shown["items"] = [one for one in document["items"] if may_read(person_id, one["readers"])]
    shown["hidden"] = len(document["items"]) - len(shown["items"])
    shown["addenda"] = [one for one in document["addenda"] if may_read(person_id, one["readers"])]
    shown["carried"] = [one for one in document["carried"] if may_read(person_id, one["item_readers"])]
    return shown


def changes_seen(changes: list[dict[str, Any]], person_id: int | None) -> list[dict[str, Any]]:
    return [one for one in changes if may_read(person_id, one.get("readers", []))]


def entries_in(document: Document, *kinds: EntryKind) -> list[dict[str, Any]]:
    """The entries of some kinds, in the order in which they are read."""
    wanted = {one.value for one in kinds}
    return [entry for item in document["items"] for entry in item["entries"] if entry["kind"] in wanted]


def in_order(them: list[MinutesItem], written: list[Entry]) -> list[tuple[MinutesItem | None, list[Entry]]]:
    """Entries by their items, in the order in which minutes are read."""
    by_item: dict[int | None, list[Entry]] = {}
    for one in written:
        by_item.setdefault(one.item_id, []).append(one)
    loose = by_item.pop(None, [])
    return [*((one, by_item.get(one.id, [])) for one in them), *([(None, loose)] if loose else [])]


def numbers_of(them: list[MinutesItem], written: list[Entry]) -> dict[int, int]:
    """entry -> its number among those of its kind, in the order in which they were written, so that a number that was
    said aloud stays; counted apart where it is confidential. What has one keeps it."""
    given: dict[int, int] = {}
    last: dict[tuple[EntryKind, bool], int] = {}
    readers = {one.id: bool(one.readers) for one in them}
    for one in written:
        if one.number is not None:
            key = (one.kind, readers.get(one.item_id, False))
            last[key] = max(last.get(key, 0), one.number)
    for one in (one for one in written if one.kind in LETTERS):
        key = (one.kind, readers.get(one.item_id, False))
        if one.number is None:
            last[key] = last.get(key, 0) + 1
        given[one.id or 0] = one.number if one.number is not None else last[key]
    return given


def _frame(session: Session, found: Minutes) -> Document:
    """Everything but the entries: when and where it was, and who was there."""
    meeting, day = meetings.get(session, found.meeting_id), meetings.get_date(session, found.date_id)
    booked = rooms.by_ids(session, [one.room_id for one in rooms.of_dates(session, [found.date_id])])
    known = people.by_ids(session, [found.chair_id, found.taker_id])
    names = {person_id: person.known_as for person_id, person in known.items()}
    count = attending.count(session, found)
    return {
        "name": found.name, "title": found.title, "meeting": found.meeting_id, "day": day.day.isoformat(),
        "starts": day.starts_at.isoformat(), "ends": _end(found, day).isoformat(), "zone": meeting.zone,
        "where": ", ".join(one.name for one in booked.values()), "chair": names.get(found.chair_id, "–"),
        "taker": names.get(found.taker_id, "–"), "quorum": found.quorum, "there": count.there,
        "attendance": _attendance(session, found), "carried": _carried(session, found), "items": [], "addenda": [],
    }  # fmt: skip


def _end(found: Minutes, day: MeetingDate) -> datetime:
    """When it ended: when its minutes are finished, if that is in the same sitting; else as planned. The minutes of
    yesterday, finished today, end as yesterday was planned."""
    now = clock.now().replace(second=0, microsecond=0)
    same_sitting = day.starts_at < now < max(day.ends_at, found.started_at) + SITTING
    return now if same_sitting else day.ends_at


def _attendance(session: Session, found: Minutes) -> list[dict[str, Any]]:
    rows = minutes.attendance(session, found.id or 0)
    known = people.by_ids(session, [one for row in rows for one in (row.person_id, row.by_id)])
    names = {person_id: person.known_as for person_id, person in known.items()}
    return [
        {
            "name": names.get(one.person_id, one.name) if one.person_id else one.name, "presence": one.presence.value,
            "guest": one.guest and one.person_id is None,
            "by": names.get(one.by_id, one.by_name) if one.by_id else one.by_name, "came": one.came, "left": one.left,
        }
        for one in rows
    ]  # fmt: skip


def _carried(session: Session, found: Minutes) -> list[dict[str, Any]]:
    """What was open from earlier minutes when these were taken."""
    meeting, day = meetings.get(session, found.meeting_id), meetings.get_date(session, found.date_id)
    earlier = agenda.earlier_of(session, meeting, day)
    by_id = {one.id or 0: one for one in earlier}
    readers = {one.id: one.readers for one in minutes.items_among(session, list(by_id))}
    found_actions = []
    for entry, task in minutes.tasks_of(session, [one.id or 0 for one in earlier]):
        if task.state is not TaskState.OPEN:
            continue
        secret = readers.get(entry.item_id, []) or (
            _insiders(session, by_id[entry.minutes_id]) if meeting.private else []
        )
        found_actions.append({
            "ref": full_name(session, entry),
            "text": entry.text, "owners": owner_names(session, entry),
            "due": task.due_on.isoformat() if task.due_on else None, "item_readers": secret,
        })  # fmt: skip
    return found_actions


def _insiders(session: Session, found: Minutes) -> list[int]:
    """Who has read the minutes of a private meeting: whoever is new to it does not learn what was said before."""
    return access.readers_of(session, found)


def _items(session: Session, found: Minutes, them: list[MinutesItem], written: list[Entry]) -> list[dict[str, Any]]:
    numbers = numbers_of(them, written)
    return [
        {
            "id": item.id if item else None, "number": at if item else 0, "title": item.title if item else "",
            "owner": _name(session, item.owner_id) if item else "", "planned": item.planned if item else 0,
            "aim": item.aim.value if item else "", "state": item.state.value if item else "",
            "link": item.link if item else "", "readers": list(item.readers) if item else [],
            "entries": [
                _entry(session, one, label_of(one.kind, numbers.get(one.id or 0), bool(item and item.readers)))
                for one in entries
            ],
        }
        for at, (item, entries) in enumerate(in_order(them, written), 1)
    ]  # fmt: skip


def _entry(session: Session, one: Entry, ref: str) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind.value, "ref": ref, "text": one.text, "by": _name(session, one.by_id),
        "owners": owner_names(session, one), "due": one.due_on.isoformat() if one.due_on else None,
        "closes": one.closes.value, "link": one.link, "replaces": _replaced(session, one),
        "tally": counted(session, one) if one.kind is EntryKind.VOTE else {}, "open": is_open(one),
    }  # fmt: skip


def owner_names(session: Session, entry: Entry) -> list[str]:
    known = people.by_ids(session, entry.owners)
    return [*(known[one].known_as for one in entry.owners if one in known), *entry.outside]


def _replaced(session: Session, one: Entry) -> str:
    """The name of the decision that this one takes the place of."""
    earlier = minutes.find_entry(session, one.replaces_id)
    return full_name(session, earlier) if earlier is not None else ""


def full_name(session: Session, entry: Entry) -> str:
    """ "2027-03 D4"."""
    item = minutes.find_item(session, entry.item_id)
    label = label_of(entry.kind, entry.number, bool(item and item.readers))
    return f"{minutes.get(session, entry.minutes_id).name} {label}".strip()


def readers_of(session: Session, item_id: int | None) -> list[int]:
    item = minutes.find_item(session, item_id)
    return list(item.readers) if item else []


def _name(session: Session, person_id: int | None) -> str:
    person = people.find(session, person_id)
    return person.known_as if person else ""
