"""Finishing: numbers, the first version, tasks for all actions; sent to everybody who was invited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.minutes import access, attending, documents
from office.duties.minutes.access import look
from office.duties.people import calendar_of_person
from office.duties.reach import has_mail
from office.duties.tasks.give import MOST_OWNERS, Due, Job
from office.duties.tasks.give import add as add_task
from office.errors import Refusal
from office.rules import working_time
from office.rules.minutes_words import label_of
from office.rules.repetition import wall
from office.rules.words import clean_line, title_of, tokens
from storage import meetings, minutes, outbox, people
from storage.minute_tables import Entry, Minutes, MinutesItem
from storage.outbox import Letter
from storage.tables import Person
from storage.words import EntryKind, ItemState, MinutesAct, MinutesState, Standing

# Silence counts as a yes after so many working days.
SILENCE_DAYS = 2
LONGEST_TITLE = 300


@dataclass(frozen=True)
class Preview:
    """What whoever finishes should know before: `changes` names the state that they have seen."""

    minutes: Minutes
    changes: int
    readers: int
    guests: int
    unowned: Sequence[Entry] = ()
    undated: Sequence[Entry] = ()
    outside: Sequence[str] = ()
    left: Sequence[Person] = ()
    open_votes: Sequence[Entry] = ()
    open_items: Sequence[MinutesItem] = ()
    no_quorum: bool = False
    is_empty: bool = False


class ChangedMeanwhile(Refusal):
    """Somebody has written something since the preview."""


def preview(session: Session, actor: Person, minutes_id: int) -> Preview:
    """What would be sent, to how many, and what is missing; only of what the actor may read."""
    found = look(session, actor, minutes_id, MinutesAct.FINISH)
    items = {one.id: one for one in minutes.items(session, minutes_id)}
    written = [
        one
        for one in minutes.entries(session, minutes_id)
        if one.item_id is None or access.sees(actor, items[one.item_id].readers)
    ]
    actions = [one for one in written if one.kind is EntryKind.ACTION]
    owners = people.by_ids(session, [owner for one in actions for owner in one.owners])
    rows = minutes.attendance(session, minutes_id)
    return Preview(
        found, found.changes, len(access.readers_of(session, found)),
        sum(bool(one.email) for one in rows) if has_mail(session) else 0,
        [one for one in actions if not one.owners and not one.outside],
        [one for one in actions if one.due_on is None],
        list(dict.fromkeys(name for one in actions for name in one.outside)),
        [one for one in owners.values() if not _can_have(one)],
        [one for one in written if one.kind is EntryKind.VOTE and not one.tally and one.closed_at is None],
        [one for one in items.values() if one.state is ItemState.OPEN and access.sees(actor, one.readers)],
        not attending.count(session, found).reached,
        not written and not minutes.entries(session, minutes_id),
    )  # fmt: skip


def finish(session: Session, actor: Person, minutes_id: int, changes: int | None = None) -> Minutes:
    """Sends the minutes. `changes`: the state that the actor has seen; raises ChangedMeanwhile for another. Of two who
    finish at once the second learns who was first."""
    found = look(session, actor, minutes_id, MinutesAct.FINISH)
    access.hold(session, found)
    found = minutes.get(session, minutes_id)
    if changes is not None and changes != found.changes - 1:  # beside the one that holds it
        raise ChangedMeanwhile("Something was written since. Look at it once more, then send it.")
    meeting, day = meetings.get(session, found.meeting_id), meetings.get_date(session, found.date_id)
    attending.expect(session, found, meeting, day)
    _settle(session, found)
    _number(session, found)
    now = clock.now()
    values = {
        "state": MinutesState.SENT, "finished_at": now, "finished_by_id": actor.id, "edition": 1, "item_id": None,
        "confirm_by": confirm_by(session, found, now),
    }  # fmt: skip
    given = _give_tasks(session, actor, found)
    agree(session, found, [actor.id], 1)
    content = documents.of(session, minutes.get(session, minutes_id))
    edition = minutes.add_edition(session, {
        "minutes_id": minutes_id, "number": 1, "addenda": 0, "content": content, "changes": [], "by_id": actor.id,
        "at": now,
    })  # fmt: skip
    sent = access.change(session, actor, minutes.get(session, minutes_id), "finish", values)
    send(session, sent, "minutes.sent", edition)
    for person_id, task_ids in given.items():
        if access.is_allowed(session, people.get(session, person_id), sent, MinutesAct.SEE):
            notices.tell(session, "minutes.actions", "minutes", minutes_id, [person_id])
        else:
            # Whoever has no part in the minutes hears of what they have to do, and of nothing else.
            for task_id in task_ids:
                notices.tell(session, "tasks.given", "task", task_id, [person_id], is_card=True)
    access.show(session, sent, home=True)
    return sent


def send(session: Session, found: Minutes, kind: str, edition_id: int, only: Sequence[int] = ()) -> None:
    """A version goes to everybody who has had one or was invited; to guests by e-mail. `only`: where nobody else reads
    anything new in it."""
    readers = [one for one in access.readers_of(session, found) if not only or one in only]
    notices.tell(session, kind, "minutes", found.id or 0, readers, detail_id=edition_id, is_card=True)
    mails = [one.email for one in minutes.attendance(session, found.id or 0) if one.email]
    if mails and has_mail(session) and not only:
        letters = [
            Letter("minutes.mail", "minutes", found.id or 0, f"mail:{one}", detail_id=edition_id)
            for one in dict.fromkeys(mails)
        ]
        outbox.add(session, letters, clock.now())


def mail_lost(session: Session, minutes_id: int, trouble: str) -> None:
    """Minutes could not leave for a guest: the chair hears of it, and can hand them over otherwise."""
    found = minutes.find(session, minutes_id)
    if found is not None:
        notices.tell(session, "minutes.mail_lost", "minutes", minutes_id, [found.chair_id])


def agree(session: Session, found: Minutes, person_ids: Sequence[int | None], edition: int) -> None:
    """Whoever sends a version, or asked for it, agrees to it by that."""
    for person_id in dict.fromkeys(person_ids):
        row = minutes.attendance_of(session, found.id or 0, person_id or 0)
        if row is not None:
            minutes.change_attendance(session, row.id or 0, {"confirmed": edition, "confirmed_at": clock.now()})


def confirm_by(session: Session, found: Minutes, now: datetime) -> datetime:
    """When silence counts as a yes: at the same time of day, two of the chair's working days later. What is sent in the
    night is sent in the morning."""
    calendar = calendar_of_person(session, people.get(session, found.chair_id))
    start = calendar.local(working_time.after(calendar, now, 0))
    day = calendar.shifted(start.date(), SILENCE_DAYS)
    ends = [end for _, end in calendar.spans(day)]
    return min(wall(day, start.time(), calendar.zone), *ends[-1:]) if ends else wall(day, start.time(), calendar.zone)


def _settle(session: Session, found: Minutes) -> None:
    """What is open ends with the minutes: votes count as they stand; what was talked about is done, and an item with
    nothing in it is put off."""
    written = minutes.entries(session, found.id or 0)
    for entry in written:
        if entry.kind is EntryKind.VOTE and entry.closed_at is None:
            minutes.change_entry(session, entry, {"closed_at": clock.now()})
    spoken_of = {one.item_id for one in written} | {found.item_id}
    for item in minutes.items(session, found.id or 0):
        if item.state is ItemState.OPEN:
            state = ItemState.DONE if item.id in spoken_of else ItemState.POSTPONED
            minutes.change_item(session, item, {"state": state})


def _number(session: Session, found: Minutes) -> None:
    them, written = minutes.items(session, found.id or 0), minutes.entries(session, found.id or 0)
    for entry_id, number in documents.numbers_of(them, written).items():
        minutes.number_entry(session, entry_id, number)


def _give_tasks(session: Session, actor: Person, found: Minutes) -> dict[int, list[int]]:
    """Every action becomes a task of its owners, given by the chair; returns who got which."""
    given: dict[int, list[int]] = {}
    items = {one.id: one for one in minutes.items(session, found.id or 0)}
    for entry in minutes.entries(session, found.id or 0):
        if entry.kind is EntryKind.ACTION and entry.task_id is None:
            item = items.get(entry.item_id)
            task_id, owners = _give_task(session, actor, found, entry, list(item.readers) if item else [])
            for owner in owners:
                given.setdefault(owner, []).append(task_id)
    return given


def _give_task(
    session: Session, actor: Person, found: Minutes, entry: Entry, readers: list[int]
) -> tuple[int, tuple[int, ...]]:
    """One action as a task; returns its number and who has it. Where nobody can have it, the chair keeps an eye on it,
    and of what is confidential whoever wrote it."""
    giver = _giver(session, actor, found, entry, readers)
    known = people.by_ids(session, entry.owners)
    owners = tuple(one for one in entry.owners if one in known and _can_have(known[one]))[:MOST_OWNERS]
    owners = owners or (giver.id or 0,)
    title, note = task_words(session, found, entry)
    task = add_task(session, giver, Job(title, note, owners, entry.closes, due_of(entry, giver)), tells=False)
    # With nobody named it is the giver's, and the minutes say so.
    named = {} if entry.owners or entry.outside else {"owners": list(owners)}
    minutes.change_entry(session, entry, {"task_id": task.id, **named})
    return task.id or 0, owners


def task_words(session: Session, found: Minutes, entry: Entry) -> tuple[str, str]:
    """The title and note of an action's task. Managers and lists see tasks: what is confidential, or of a private
    meeting, is not in them."""
    item = minutes.find_item(session, entry.item_id)
    confidential = bool(item and item.readers)
    label = f"{found.name} {label_of(entry.kind, entry.number, confidential)}"
    if confidential or meetings.get(session, found.meeting_id).private:
        return f"🔒 {label}", ""
    named = f"{', '.join(entry.outside)}: {entry.text}" if entry.outside else entry.text
    title = title_of(named, LONGEST_TITLE)
    title = title if tokens(title) else clean_line(named)[:LONGEST_TITLE]
    return title, label if title == named else f"{label}\n{named}"


def due_of(entry: Entry, giver: Person) -> Due | None:
    if entry.due_on is None:
        return None
    at = entry.due_at.astimezone(ZoneInfo(giver.zone)) if entry.due_at is not None else None
    return Due(at.date(), at.time(), giver.zone) if at is not None else Due(entry.due_on, zone=giver.zone)


def _giver(session: Session, actor: Person, found: Minutes, entry: Entry, readers: list[int]) -> Person:
    """Whose eye is on an action: the chair's, unless they have left or may not read it."""
    for person_id in (found.chair_id, entry.by_id, found.taker_id):
        person = people.get(session, person_id)
        if person.standing is Standing.MEMBER and (not readers or person_id in readers):
            return person
    return actor


def _can_have(person: Person) -> bool:
    return person.standing in (Standing.MEMBER, Standing.GUEST) and person.slack_id is not None
