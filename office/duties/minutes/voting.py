"""Votes: asked, cast, closed, counted."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.changes import Overtaken
from office.duties.minutes import access, attending
from office.duties.minutes.access import entry_of, hold, look, own_entry, record, show
from office.errors import Refusal
from storage import minutes
from storage.minute_tables import Entry, Minutes
from storage.tables import Person
from storage.words import (
    Choice,
    EntryKind,
    MinutesAct,
    Presence,
)


def cast(session: Session, actor: Person, minutes_id: int, entry_id: int, choice: Choice) -> Entry:
    """Somebody's vote; pressed again, it is another."""
    found = look(session, actor, minutes_id, MinutesAct.VOTE)
    hold(session, found)
    entry = entry_of(session, found, actor, entry_id)
    if not is_open(entry):
        raise Refusal("This vote is closed.")
    _refuse_without_vote(session, actor, found)
    minutes.vote(session, entry_id, actor.id or 0, choice)
    attending.be_there(session, actor, found)
    show(session, found)
    return entry


def _refuse_without_vote(session: Session, actor: Person, found: Minutes) -> None:
    """A guest has no vote; whoever represents somebody has theirs, and then that somebody has none."""
    rows = minutes.attendance(session, found.id or 0)
    own = next((one for one in rows if one.person_id == actor.id), None)
    if own is not None and own.guest and not any(one.by_id == actor.id for one in rows):
        raise Refusal("Guests have no vote. If you represent somebody, have it noted in the attendance first.")
    if own is not None and own.presence is Presence.REPRESENTED:
        raise Refusal("Somebody votes for you here. If you came after all: /minutes attendance @you present.")


def close_vote(session: Session, actor: Person, minutes_id: int, entry_id: int) -> Entry:
    """Nobody votes any more; the numbers stand."""
    found, entry = own_entry(session, actor, minutes_id, entry_id)
    if entry.kind is not EntryKind.VOTE or entry.closed_at is not None:
        raise Refusal("This vote is closed.")
    hold(session, found)
    if not minutes.change_entry(session, entry, {"closed_at": clock.now()}):
        raise Overtaken
    record(session, actor, found, "close_vote", {"entries": [entry_id]})
    show(session, found)
    return minutes.get_entry(session, entry_id)


def is_open(entry: Entry) -> bool:
    """Whether people are voting."""
    return entry.kind is EntryKind.VOTE and not entry.tally and entry.closed_at is None


def counted(session: Session, entry: Entry) -> dict[str, int]:
    """A vote in numbers: as it was typed, else as it was pressed."""
    if entry.tally:
        return {one.value: entry.tally.get(one.value, 0) for one in Choice}
    cast_ones = [one.choice for one in minutes.votes(session, [entry.id or 0])]
    return {one.value: cast_ones.count(one) for one in Choice}


def call_to_vote(session: Session, actor: Person, found: Minutes, ids: Sequence[int]) -> None:
    """Where no card in a channel shows it, whoever may vote is asked in a message of their own."""
    for entry in (minutes.get_entry(session, one) for one in ids):
        if not is_open(entry):
            continue
        item = minutes.find_item(session, entry.item_id)
        if found.channel and not (item and item.readers):
            continue
        rows = access.rows_of(session, found)
        represents = {one.by_id for one in rows}
        guests = {one.person_id for one in rows if one.guest} - represents
        there = [one for one in access.attendees(rows) if one not in guests]
        voters = [one for one in there if not (item and item.readers) or one in item.readers]
        notices.tell(session, "minutes.vote", "minutes", found.id or 0, voters, detail_id=entry.id, is_card=True)
