"""The one way to minutes, and the one place where they change: version, history, cards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import digest_cards, notices
from office.duties.changes import Overtaken, plain
from office.duties.meetings.access import is_allowed as may_with_meeting
from office.duties.meetings.access import persons
from office.errors import Refusal
from office.rules import minutes_permissions as rule
from office.rules.minutes_permissions import MinutesParties
from storage import absences, history, meetings, minutes, people
from storage.minute_tables import Attendance, Entry, Minutes, MinutesItem
from storage.tables import Person
from storage.words import CoverState, MeetingAct, MinutesAct, MinutesState, Presence, Standing


def look(session: Session, actor: Person, minutes_id: int, act: MinutesAct = MinutesAct.SEE) -> Minutes:
    """Minutes that somebody may do this with, in a state in which it can be done. What they may not see does not exist
    for them."""
    found = minutes.find(session, minutes_id)
    if found is None or found.state is MinutesState.DROPPED or not is_allowed(session, actor, found, MinutesAct.SEE):
        raise not_there()
    if not is_allowed(session, actor, found, act):
        raise Refusal(
            "You can read {name}, but this is for {who} to do.",
            name=found.name,
            who=_who_may(session, found, act),
        )
    if found.state not in rule.POSSIBLE[act]:
        raise _not_now(session, found, act)
    return found


def not_there() -> Refusal:
    return Refusal("There are no such minutes that you can see. /minutes mine shows yours.")


def is_allowed(session: Session, actor: Person, found: Minutes, act: MinutesAct) -> bool:
    assert actor.id is not None
    return rule.may(act, rule.relations(actor.id, actor.standing, parties_of(session, found)))


def seen_among(session: Session, actor: Person, them: Sequence[Minutes]) -> list[Minutes]:
    """Those of some minutes that somebody may read; however many there are, in a few looks."""
    assert actor.id is not None
    rows = minutes.attendance_among(session, [one.id or 0 for one in them])
    invited = {one: _Invited.to(session, one) for one in {one.meeting_id for one in them}}
    covers = {one: _cover(session, one) for one in {one.chair_id for one in them}}
    parties = {one.id: _parties(one, rows[one.id or 0], invited[one.meeting_id], covers[one.chair_id]) for one in them}
    may = (rule.may(MinutesAct.SEE, rule.relations(actor.id, actor.standing, parties[one.id])) for one in them)
    return [one for one, so in zip(them, may, strict=True) if so]


def parties_of(session: Session, found: Minutes) -> MinutesParties:
    rows = minutes.attendance(session, found.id or 0)
    return _parties(found, rows, _Invited.to(session, found.meeting_id), _cover(session, found.chair_id))


def rows_of(session: Session, found: Minutes) -> list[Attendance]:
    """The attendance that counts. Whoever is not invited any more while minutes are taken has no part in them."""
    rows = minutes.attendance(session, found.id or 0)
    return _counting(found, rows, _Invited.to(session, found.meeting_id))


@dataclass(frozen=True)
class _Invited:
    """Who is asked to come to a meeting, its organiser among them; with those in whose place somebody comes."""

    private: bool
    coming: list[int]
    asked: list[int]

    @staticmethod
    def to(session: Session, meeting_id: int) -> "_Invited":
        meeting, them = meetings.get(session, meeting_id), meetings.invitees(session, meeting_id)
        asked = [one.person_id for one in them if one.person_id is not None]
        return _Invited(meeting.private, [meeting.organiser_id, *persons(them)], asked)


def _cover(session: Session, chair_id: int) -> int | None:
    away = absences.current(session, chair_id, clock.now())
    return away.cover_id if away is not None and away.cover_state is CoverState.ACCEPTED else None


def _parties(found: Minutes, rows: list[Attendance], invited: _Invited, cover: int | None) -> MinutesParties:
    counting = _counting(found, rows, invited)
    # Whoever is new to a private meeting, or inherits it, does not read what was said before.
    closed = invited.private and found.state is not MinutesState.TAKING
    return MinutesParties(
        chair_id=found.chair_id,
        stand_ins={cover} if cover is not None else frozenset(),
        taker_id=found.taker_id,
        attendees=set(attendees(counting)),
        readers={
            *([] if closed else invited.coming),
            *(one.person_id for one in counting if one.person_id is not None),
        },
    )


def _counting(found: Minutes, rows: list[Attendance], invited: _Invited) -> list[Attendance]:
    if found.state is not MinutesState.TAKING:
        return rows
    them = {found.taker_id, *invited.coming, *invited.asked}
    return [one for one in rows if one.person_id is None or one.guest or one.person_id in them]


def attendees(rows: Iterable[Attendance]) -> list[int]:
    """Who was there: in their own right, or for somebody else."""
    there = [one.person_id for one in rows if one.presence is Presence.PRESENT]
    for_others = [one.by_id for one in rows if one.presence is Presence.REPRESENTED]
    return list(dict.fromkeys(one for one in [*there, *for_others] if one is not None))


def readers_of(session: Session, found: Minutes) -> list[int]:
    """Everybody who gets the minutes: whoever was invited or there, the chair first."""
    theirs = [one for row in rows_of(session, found) for one in (row.person_id, row.by_id)]
    everybody = dict.fromkeys([found.chair_id, found.taker_id, *theirs])
    return _here(session, [one for one in everybody if one is not None])


def sees(person: Person, readers: Iterable[int]) -> bool:
    return rule.may_read(person.id, list(readers))


def deciders(session: Session, found: Minutes, item_id: int | None) -> list[int]:
    """Who decides: the chair; of a confidential item that they may not read whoever made it so, or the first of its
    readers who is still there. Nobody, where all of them are gone."""
    item = minutes.find_item(session, item_id)
    readers = item.readers if item is not None else []
    for person_id in (found.chair_id, *([item.by_id] if item is not None else []), found.taker_id, *readers):
        person = people.find(session, person_id)
        if person is None or (readers and person_id not in readers) or not here(session, person_id):
            continue
        if is_allowed(session, person, found, MinutesAct.SEE):
            return [person_id]
    return []


def item_of(session: Session, found: Minutes, actor: Person, item_id: int | None) -> MinutesItem | None:
    """An item of these minutes that somebody may see. Raises Refusal for one that is not, as for none."""
    if item_id is None:
        return None
    item = minutes.find_item(session, item_id)
    if item is None or item.minutes_id != found.id or not sees(actor, item.readers):
        raise Refusal("This item is not there any more. Open the minutes again.")
    return item


def entry_of(session: Session, found: Minutes, actor: Person, entry_id: int) -> Entry:
    """An entry of these minutes that somebody may see."""
    entry = minutes.find_entry(session, entry_id)
    if entry is None or entry.minutes_id != found.id or entry.struck:
        raise Refusal("This entry is not there any more. Open the minutes again.")
    item_of(session, found, actor, entry.item_id)
    return entry


def own_entry(session: Session, actor: Person, minutes_id: int, entry_id: int) -> tuple[Minutes, Entry]:
    found = look(session, actor, minutes_id, MinutesAct.WRITE)
    entry = entry_of(session, found, actor, entry_id)
    if entry.by_id != actor.id and not is_allowed(session, actor, found, MinutesAct.FINISH):
        by = people.find(session, entry.by_id)
        raise Refusal(
            "Only {who}, who has written it, or whoever keeps the minutes can change this.",
            who=by.known_as if by else "–",
        )
    return found, entry


def hold(session: Session, found: Minutes) -> None:
    """Counts a change, and keeps everybody else from finishing until it is stored. Raises Refusal when they are."""
    if not minutes.touch(session, found.id or 0):
        raise _not_now(session, minutes.get(session, found.id or 0), MinutesAct.WRITE)


def change(
    session: Session, actor: Person | None, found: Minutes, act: str, values: Mapping[str, Any],
    after: Mapping[str, Any] | None = None,
) -> Minutes:  # fmt: skip
    """Changes minutes as they were read; history says what was done, and never what was written."""
    assert found.id is not None
    if not minutes.change(session, found, values):
        raise Overtaken
    changed = minutes.get(session, found.id)
    record(session, actor, changed, act, {**{name: plain(value) for name, value in values.items()}, **(after or {})})
    show(session, changed)
    return changed


def record(session: Session, actor: Person | None, found: Minutes, act: str, after: Mapping[str, Any]) -> int:
    actor_id = actor.id if actor else None
    return history.record(session, clock.now(), actor_id, act, "minutes", found.id or 0, after=after)


def show(session: Session, found: Minutes, home: bool = False) -> None:
    """Redraws the cards of minutes, and with `home` the home tabs and digests of those who read them."""
    concerned = readers_of(session, found) if home else []
    notices.redraw(session, "minutes", found.id or 0, concerned)
    digest_cards.redraw(session, concerned)


def may_start(session: Session, actor: Person, meeting_id: int) -> bool:
    return may_with_meeting(session, actor, meetings.get(session, meeting_id), MeetingAct.PREPARE)


def here(session: Session, person_id: int | None) -> bool:
    """Whether somebody can be written to."""
    return person_id is not None and bool(_here(session, [person_id]))


def _here(session: Session, ids: list[int]) -> list[int]:
    gone = (Standing.DEACTIVATED, Standing.EXTERNAL)
    known = people.by_ids(session, ids)
    return [one for one in ids if one in known and known[one].standing not in gone and known[one].slack_id]


def _who_may(session: Session, found: Minutes, act: MinutesAct) -> list[str]:
    parties = parties_of(session, found)
    leads = [parties.chair_id, *([parties.taker_id] if act in (MinutesAct.FINISH, MinutesAct.DROP) else [])]
    if act is MinutesAct.CONFIRM:
        raise Refusal("{name} is confirmed by those who were there. You can read it.", name=found.name)
    return [person.known_as for person in people.by_ids(session, leads).values()] or ["–"]


def _not_now(session: Session, found: Minutes, act: MinutesAct) -> Refusal:
    """Why something can't be done with minutes as they stand, and what can."""
    finisher = people.find(session, found.finished_by_id)
    facts: dict[str, object] = {
        "name": found.name, "who": finisher.known_as if finisher else "Deskhand", "when": found.finished_at or "–",
    }  # fmt: skip
    if found.state is MinutesState.TAKING:
        return Refusal("{name} is still being taken. Finish it first: /minutes finish.", name=found.name)
    if found.state is MinutesState.DROPPED:
        return Refusal("{name} was thrown away. Start anew: /minutes start.", name=found.name)
    if found.state is MinutesState.LOCKED:
        return Refusal("{name} is locked for good, and stays as it is.", name=found.name)
    if act in (MinutesAct.WRITE, MinutesAct.FINISH, MinutesAct.DROP, MinutesAct.VOTE):
        if found.state is MinutesState.SENT:
            return Refusal(
                "{name} was finished by {who}, {when}. What is wrong or missing: /minutes change {name}.", **facts
            )
        return Refusal("{name} was finished by {who}, {when}. What is missing: /minutes addendum {name} …", **facts)
    if act is MinutesAct.LOCK:
        return Refusal("{name} is not confirmed yet. It can be locked once it is.", name=found.name)
    return Refusal("{name} is confirmed already. What is missing: /minutes addendum {name} …", name=found.name)
