"""Taking minutes: starting, writing, votes, the item that is being talked about. Several may write at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.duties.changes import Overtaken
from office.duties.meetings import access as meeting_access
from office.duties.meetings import booking, plans, preparing
from office.duties.minutes import access, agenda, attending, voting
from office.duties.minutes.access import change, hold, item_of, look, own_entry, record, show
from office.duties.minutes.finding import entry_named
from office.duties.tasks.give import MOST_OWNERS, Due
from office.errors import Refusal
from office.rules.minutes_words import Reference
from office.rules.words import clean, clean_line, tokens
from storage import meetings, minutes, people
from storage.meeting_tables import Meeting, MeetingDate
from storage.minute_tables import Entry, Minutes, MinutesItem
from storage.tables import Person
from storage.words import (
    Closes,
    DateState,
    EntryKind,
    ItemState,
    MeetingState,
    MinutesAct,
    MinutesState,
    Presence,
    Standing,
)

# How long before its beginning, and how long after its end, a meeting is the one that is on.
EARLY, LATE = timedelta(minutes=30), timedelta(hours=12)
MOST_ENTRIES = 3000
AD_HOC_MINUTES = 60


@dataclass(frozen=True)
class Words:
    """Something to be written down. `item_id`: where it belongs; None: to what is being talked about. `outside`: owners
    by name who are not in Slack. `tally`: votes in numbers; `source` names the message that it comes from."""

    kind: EntryKind
    text: str
    item_id: int | None = None
    owner_ids: tuple[int, ...] = ()
    outside: tuple[str, ...] = ()
    closes: Closes = Closes.ALL
    due: Due | None = None
    tally: dict[str, int] | None = None
    replaces: Reference | None = None
    link: str = ""
    source: str | None = None


def start(session: Session, actor: Person, day: MeetingDate, channel: str | None = None) -> Minutes:
    """Begins the minutes of a date; whoever comes second finds those that are being taken."""
    meeting = meeting_access.look(session, actor, day.meeting_id)
    if not access.may_start(session, actor, day.meeting_id):
        raise Refusal("M{number} is for others: only those who take part take its minutes.", number=meeting.id)
    found = minutes.of_date(session, day.id or 0)
    if found is not None:
        return look(session, actor, found.id or 0)
    if meeting.state is MeetingState.CANCELLED or day.state is DateState.CANCELLED:
        raise Refusal(
            "M{number} is cancelled. To take minutes all the same, say what it is about: /minutes start {title}",
            number=meeting.id, title=meeting.title,
        )  # fmt: skip
    if day.starts_at > clock.now() + EARLY:
        raise Refusal(
            "M{number} begins only {when}. Put things on its agenda meanwhile: /minutes agenda M{number} …",
            number=meeting.id, when=day.starts_at,
        )  # fmt: skip
    return _begin(session, actor, meeting, day, channel)


def start_new(session: Session, actor: Person, title: str, others: Sequence[int], channel: str | None) -> Minutes:
    """A meeting that nobody had booked, from now on: whoever is named is there."""
    meeting_access.refuse_bookers(actor)
    title = clean_line(title)[: plans.LONGEST_TITLE]
    if not tokens(title):
        raise Refusal("Say what the meeting is about: /minutes start Budget committee with @anna.")
    meeting_access.refuse_invited(session, others)
    now = clock.now()
    local = now.astimezone(ZoneInfo(actor.zone)).replace(second=0, microsecond=0)
    them = tuple(one for one in dict.fromkeys(others) if one != actor.id)
    plan = plans.Plan(title, local.date(), local.time(), actor.zone, AD_HOC_MINUTES, people=them, remind_before=0)
    meeting = booking.begin_now(session, actor, plan)
    day = meetings.dates(session, meeting.id or 0)[0]
    found = _begin(session, actor, meeting, day, channel)
    for row in minutes.attendance(session, found.id or 0):
        minutes.change_attendance(session, row.id or 0, {"presence": Presence.PRESENT})
    return found


def on_now(session: Session, actor: Person) -> list[tuple[MeetingDate, Meeting]]:
    """What somebody takes part in that is on, is about to begin, or was on today; the nearest first."""
    now = clock.now()
    found = [
        (day, meeting)
        for day, meeting in meetings.between(session, [actor.id or 0], now - LATE, now + EARLY)
        if access.may_start(session, actor, meeting.id or 0)
    ]
    return sorted(found, key=lambda pair: (_distance(pair[0]), pair[0].starts_at))


def is_on(day: MeetingDate) -> bool:
    return _distance(day) == timedelta()


def running_for(session: Session, actor: Person, channel: str | None = None) -> list[Minutes]:
    """What is being taken and somebody may write in; that of the channel first."""
    mine = [one for one in minutes.running(session) if access.is_allowed(session, actor, one, MinutesAct.WRITE)]
    return sorted(mine, key=lambda one: (one.channel != channel or channel is None, -(one.id or 0)))


def write(session: Session, actor: Person, minutes_id: int, words: Words) -> Entry:
    """Writes something down. It is added, whoever else is writing: nothing of another's is touched."""
    return write_all(session, actor, minutes_id, [words])[0]


def write_all(session: Session, actor: Person, minutes_id: int, them: Sequence[Words]) -> list[Entry]:
    """Several at once, such as a pasted list of actions: all or none."""
    found = look(session, actor, minutes_id, MinutesAct.WRITE)
    hold(session, found)
    if any(one.item_id is None for one in them):
        found = _opened(session, actor, minutes.get(session, minutes_id))
    if len(minutes.entries(session, minutes_id)) + len(them) > MOST_ENTRIES:
        raise Refusal("Minutes hold at most {most} entries. Put several into one.", most=MOST_ENTRIES)
    ids = [_add(session, actor, found, one) for one in them]
    attending.be_there(session, actor, found)
    voting.call_to_vote(session, actor, found, ids)
    record(session, actor, found, "write", {"entries": ids, "version": ids[0]})
    show(session, found)
    return [minutes.get_entry(session, one) for one in ids]


def rewrite(session: Session, actor: Person, minutes_id: int, entry_id: int, words: Words, version: int) -> Entry:
    """Changes an entry as its form showed it: by whoever wrote it, or whoever keeps the minutes."""
    found, entry = own_entry(session, actor, minutes_id, entry_id)
    if entry.kind is EntryKind.VOTE and (entry.closed_at is not None or minutes.votes(session, [entry_id])):
        raise Refusal("Somebody has voted on it already. Strike it out, and put the other question anew.")
    if entry.version != version:
        raise Refusal(
            "Somebody else has changed this entry while your form was open. Copy what you wrote, close the form and "
            "open it again."
        )
    hold(session, found)
    # With nothing chosen it stays where it is: what is confidential is not moved out by an empty field.
    item = item_of(session, found, actor, words.item_id if words.item_id is not None else entry.item_id)
    values = _columns(session, actor, found, item, replace(words, kind=entry.kind))
    if words.replaces is None:
        values.pop("replaces_id", None)
    if not minutes.change_entry(session, entry, values):
        raise Overtaken
    record(session, actor, found, "rewrite", {"entries": [entry_id]})
    show(session, found)
    return minutes.get_entry(session, entry_id)


def strike(session: Session, actor: Person, minutes_id: int, entry_id: int) -> None:
    """Takes an entry out before the minutes are sent."""
    found, entry = own_entry(session, actor, minutes_id, entry_id)
    hold(session, found)
    if not minutes.change_entry(session, entry, {"struck": True, "source": None}):
        raise Overtaken
    record(session, actor, found, "strike", {"entries": [entry_id]})
    show(session, found)


def add_item(session: Session, actor: Person, minutes_id: int, wanted: agenda.Wanted) -> MinutesItem:
    """An item that was on no agenda; from now on it is the one that is talked about."""
    found = look(session, actor, minutes_id, MinutesAct.WRITE)
    title = clean_line(wanted.text)[:300]
    if not tokens(title):
        raise Refusal("Say what it is about.")
    agenda.refuse_wrong(session, wanted)
    hold(session, found)
    them = minutes.items(session, minutes_id)
    if len(them) >= preparing.MOST_MATTERS:
        raise Refusal("At most {most} items fit into minutes.", most=preparing.MOST_MATTERS)
    item_id = minutes.add_item(session, {
        "minutes_id": minutes_id, "place": max((one.place for one in them), default=0) + 1, "title": title,
        "by_id": actor.id, "owner_id": wanted.owner_id, "planned": wanted.planned, "aim": wanted.aim,
        "link": wanted.link, "readers": agenda.readers_with(session, actor, wanted.readers),
    })  # fmt: skip
    _turn_to(session, actor, found, item_id)
    item = minutes.find_item(session, item_id)
    assert item is not None
    return item


def next_item(session: Session, actor: Person, minutes_id: int) -> MinutesItem | None:
    """The next item that the actor sees is talked about; the one before it is done. None after the last."""
    found = look(session, actor, minutes_id, MinutesAct.WRITE)
    seen = [one for one in minutes.items(session, minutes_id) if access.sees(actor, one.readers)]
    at = next((index for index, one in enumerate(seen) if one.id == found.item_id), -1)
    following = next((one for one in seen[at + 1 :] if one.state is ItemState.OPEN), None)
    if at == -1 and found.item_id is not None:
        following = next((one for one in seen if one.state is ItemState.OPEN), None)
    hold(session, found)
    _turn_to(session, actor, found, following.id if following else None)
    return following


def turn_to(session: Session, actor: Person, minutes_id: int, item_id: int) -> MinutesItem:
    """An item out of its turn."""
    found = look(session, actor, minutes_id, MinutesAct.WRITE)
    item = item_of(session, found, actor, item_id)
    assert item is not None
    hold(session, found)
    if item.state is not ItemState.OPEN:
        minutes.change_item(session, item, {"state": ItemState.OPEN})
    _turn_to(session, actor, found, item_id)
    return item


def postpone(session: Session, actor: Person, minutes_id: int, item_id: int) -> MinutesItem:
    """An item is put off: the next agenda of the series begins with it."""
    found = look(session, actor, minutes_id, MinutesAct.WRITE)
    item = item_of(session, found, actor, item_id)
    assert item is not None
    hold(session, found)
    if not minutes.change_item(session, item, {"state": ItemState.POSTPONED}):
        raise Overtaken
    record(session, actor, found, "postpone", {"item": item_id})
    if found.item_id == item_id:
        found = _turn_to(session, actor, minutes.get(session, minutes_id), None, done=False)
    show(session, found)
    return item


def close_to(session: Session, actor: Person, minutes_id: int, item_id: int, readers: Sequence[int]) -> MinutesItem:
    """An item is for few eyes only from now on, with all that stands in it; with nobody named, for all again."""
    found = look(session, actor, minutes_id, MinutesAct.WRITE)
    hold(session, found)
    item = item_of(session, found, actor, item_id)
    assert item is not None
    if item.readers and actor.id != item.by_id:
        raise Refusal("Only whoever made it confidential decides who reads it.")
    named = agenda.readers_with(session, actor, readers)
    theirs = [one for one in minutes.entries(session, minutes_id) if one.item_id == item_id]
    if named:
        for entry in theirs:
            _refuse_outsiders(session, named, entry.owners)
        # Whoever has written on it has seen it.
        named = sorted({*named, *(one.by_id for one in theirs)})
    for entry in theirs if not named else ():
        earlier = minutes.find_entry(session, entry.replaces_id)
        if (
            earlier is not None
            and (before := minutes.find_item(session, earlier.item_id)) is not None
            and before.readers
        ):
            raise Refusal("A decision in it replaces a confidential one, so it stays confidential.")
    if not minutes.change_item(session, item, {"readers": named, "by_id": actor.id if named else item.by_id}):
        raise Overtaken
    record(session, actor, found, "confidential", {"item": item_id, "readers": named})
    show(session, found)
    changed = minutes.find_item(session, item_id)
    assert changed is not None
    return changed


def take_over(session: Session, actor: Person, minutes_id: int) -> Minutes:
    """Somebody else keeps the minutes from now on."""
    found = look(session, actor, minutes_id, MinutesAct.WRITE)
    if found.taker_id == actor.id:
        return found
    hold(session, found)
    return change(session, actor, minutes.get(session, minutes_id), "take_over", {"taker_id": actor.id})


def drop(session: Session, actor: Person, minutes_id: int) -> None:
    """Minutes that were begun by mistake. With something in them they are finished instead: nothing is lost."""
    found = look(session, actor, minutes_id, MinutesAct.DROP)
    hold(session, found)
    if minutes.entries(session, minutes_id):
        raise Refusal(
            "Something is written in {name} already. Finish it, or strike its entries first.", name=found.name
        )
    change(session, actor, minutes.get(session, minutes_id), "drop", {"state": MinutesState.DROPPED})


def _begin(session: Session, actor: Person, meeting: Meeting, day: MeetingDate, channel: str | None) -> Minutes:
    month = f"{day.starts_at.astimezone(ZoneInfo(meeting.zone)):%Y-%m}"
    earlier = agenda.earlier_of(session, meeting, day)
    minutes_id = minutes.add(session, {
        "meeting_id": meeting.id, "date_id": day.id, "month": month, "title": meeting.title,
        "chair_id": meeting.organiser_id, "taker_id": actor.id, "channel": None if meeting.private else channel,
        "quorum": earlier[0].quorum if earlier else 0, "started_at": clock.now(),
    })  # fmt: skip
    found = minutes.get(session, minutes_id)
    attending.expect(session, found, meeting, day)
    agenda.take_up(session, found, meeting, day)
    record(session, actor, found, "start", {"date": day.id})
    return found


def _distance(day: MeetingDate) -> timedelta:
    """How far a date is from now; nothing while it is on, or about to begin."""
    now = clock.now()
    if day.starts_at - EARLY <= now < day.ends_at + EARLY:
        return timedelta()
    return day.starts_at - now if day.starts_at > now else now - day.ends_at


def _turn_to(session: Session, actor: Person, found: Minutes, item_id: int | None, done: bool = True) -> Minutes:
    before = minutes.find_item(session, found.item_id)
    if done and before is not None and before.id != item_id and before.state is ItemState.OPEN:
        minutes.change_item(session, before, {"state": ItemState.DONE})
    fresh = minutes.get(session, found.id or 0)
    return change(session, actor, fresh, "item", {"item_id": item_id})


def _add(session: Session, actor: Person, found: Minutes, words: Words) -> int:
    if words.source is not None and minutes.from_message(session, found.id or 0, words.source) is not None:
        raise Refusal("This message stands in {name} already.", name=found.name)
    item = (
        item_of(session, found, actor, words.item_id) if words.item_id is not None else _current(session, actor, found)
    )
    values = _columns(session, actor, found, item, words)
    return minutes.add_entry(session, {
        "minutes_id": found.id, "kind": words.kind, "by_id": actor.id, "created_at": clock.now(), "link": words.link,
        "source": words.source, **values,
    })  # fmt: skip


def _opened(session: Session, actor: Person, found: Minutes) -> Minutes:
    """With the first words the first item has begun, also where nobody has said so."""
    items = minutes.items(session, found.id or 0)
    begun = found.item_id is not None or any(one.state is not ItemState.OPEN for one in items)
    first = next((one for one in items if access.sees(actor, one.readers)), None)
    if begun or first is None or first.readers:
        return found
    return _turn_to(session, actor, found, first.id)


def _current(session: Session, actor: Person, found: Minutes) -> MinutesItem | None:
    """What is talked about, as far as somebody may know of it."""
    item = minutes.find_item(session, found.item_id)
    return item if item is not None and access.sees(actor, item.readers) else None


def _columns(
    session: Session, actor: Person, found: Minutes, item: MinutesItem | None, words: Words
) -> dict[str, object]:
    text = clean(words.text)
    if not tokens(text):
        raise Refusal("Write what is to be put down, for example: /minutes note We are two weeks ahead.")
    owners = list(dict.fromkeys(words.owner_ids))
    if len(owners) > MOST_OWNERS:
        raise Refusal("An action has at most {most} people. Make several of it.", most=MOST_OWNERS)
    if item is not None and item.readers:
        _refuse_outsiders(session, item.readers, owners)
    for person in people.by_ids(session, owners).values():
        if person.standing is Standing.DEACTIVATED:
            raise Refusal("{who} has left. Choose somebody else.", who=person.known_as)
    values: dict[str, object] = {
        "text": text, "item_id": item.id if item else None, "owners": owners,
        "outside": [clean_line(one)[:120] for one in words.outside][:MOST_OWNERS], "closes": words.closes,
        "due_on": words.due.day if words.due else None, "due_at": words.due.moment if words.due else None,
        "tally": dict(words.tally or {}),
    }  # fmt: skip
    if words.kind is EntryKind.DECISION:
        values["replaces_id"] = _replaced(session, actor, found, item, words.replaces) if words.replaces else None
    return values


def _replaced(
    session: Session, actor: Person, found: Minutes, item: MinutesItem | None, wanted: Reference
) -> int | None:
    """The decision that a new one takes the place of."""
    entry, _ = entry_named(session, actor, wanted)
    earlier = minutes.find_item(session, entry.item_id)
    if entry.kind is not EntryKind.DECISION:
        raise Refusal("Only a decision can be replaced, such as 2027-03 D4.")
    if earlier is not None and earlier.readers and (item is None or not item.readers):
        raise Refusal("A confidential decision is replaced by one in a confidential item.")
    return entry.id


def _refuse_outsiders(session: Session, readers: Sequence[int], owners: Sequence[int]) -> None:
    """What is confidential is done by those who may read it."""
    for person in people.by_ids(session, [one for one in owners if one not in readers]).values():
        raise Refusal(
            "{who} may not read this item, so they can't have an action in it. Add them to its readers first.",
            who=person.known_as,
        )
