"""Reminders: made for oneself, a colleague or a channel, once or again and again; fired at their time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.calendars import calendar_of
from office.duties import notices
from office.duties.changes import Overtaken, plain
from office.duties.one_by_one import one_by_one
from office.duties.people import refuse_unless_may
from office.errors import Refusal
from office.rules import words
from office.rules.guests import Deed
from office.rules.repetition import OnHolidays, Repetition, next_moment, wall
from office.rules.working_time import Calendar
from office.when import When
from storage import absences, digests, history, offices, people, reminders
from storage.outbox import Letter, add_once
from storage.tables import Person
from storage.time_tables import Reminder
from storage.words import ReminderState, Standing

# At which time a reminder for a day comes.
MORNING = time(9)
# What is later than this is told in the next digest instead.
TOO_LATE = timedelta(hours=24)
# So many late ones at once become one message.
MANY = 5
PUT_OFF = timedelta(minutes=10)
LATE = timedelta(minutes=10)
# After a longer standstill the search for the newest occurrence begins anew from now.
MOST_MISSED = 400


@dataclass(frozen=True)
class Note:
    """What to remind of, whom or which channel, and when. `when` has a day, and a clock or a distance from now."""

    text: str
    when: When
    person_id: int | None = None
    channel: str | None = None
    link: str | None = None


def make(session: Session, actor: Person, note: Note) -> Reminder:
    """Makes a reminder; somebody else whom it is for is told, and may decline it."""
    text = words.clean(note.text)
    if not words.tokens(text):
        raise Refusal("Say what to remind of, for example: /desk remind me to call Bob tomorrow at 9.")
    _refuse_reader(session, actor, note)
    values: dict[str, Any] = {
        "text": text[:3000],
        "maker_id": actor.id,
        "person_id": note.person_id,
        "channel": note.channel,
        "state": ReminderState.ACTIVE,
        "link": note.link,
        "changed": {},
        "created_at": clock.now(),
        "version": 1,
        **_times(session, actor, note.person_id, note.when),
    }
    number = reminders.add(session, values)
    history.record(session, clock.now(), actor.id, "remind", "reminder", number, after={"version": 1})
    if note.person_id is not None:
        notices.tell(session, "reminders.made", "reminder", number, [note.person_id], is_card=True, except_for=actor.id)
        _stale_homes(session, actor.id, note.person_id)
    return reminders.get(session, number)


def look(session: Session, actor: Person, number: int) -> Reminder:
    """A reminder that somebody made, or that comes to them."""
    reminder = reminders.find(session, number)
    if reminder is None or actor.id not in (reminder.maker_id, reminder.person_id):
        raise Refusal("There is no reminder R{number} of yours. /desk reminders lists them.", number=number)
    if actor.standing in (Standing.DEACTIVATED, Standing.EXTERNAL):
        raise Refusal("There is no reminder R{number} of yours. /desk reminders lists them.", number=number)
    return reminder


def settle(session: Session, actor: Person, number: int) -> Reminder:
    """Its reader has seen to what it said."""
    reminder = look(session, actor, number)
    return _change(session, actor, reminder, "done", {"settled_at": clock.now(), "settled_as": "done"})


def snooze(session: Session, actor: Person, number: int, until: datetime) -> Reminder:
    """Says it again at another time. One that repeats keeps its rhythm; the second telling is one of its own."""
    reminder = look(session, actor, number)
    if reminder.state is ReminderState.DECLINED:
        raise Refusal("R{number} was declined. Make a new one.", number=number)
    if until <= clock.now():
        raise Refusal("This time is over. Choose a later one.")
    settled = {"settled_at": clock.now(), "settled_as": "snoozed"}
    if reminder.rule is None or reminder.channel is not None:
        values = settled | {"next_at": until, "state": ReminderState.ACTIVE, "clock": None, "rule": reminder.rule}
        return _change(session, actor, reminder, "snooze", values)
    zone = ZoneInfo(reminder.zone)
    again = {
        "text": reminder.text, "maker_id": reminder.maker_id, "person_id": reminder.person_id, "channel": None,
        "state": ReminderState.ACTIVE, "rule": None, "day": until.astimezone(zone).date(), "clock": None,
        "zone": reminder.zone, "floats": False, "on_holidays": OnHolidays.KEEP.value, "changed": {}, "next_at": until,
        "link": reminder.link, "created_at": clock.now(), "version": 1,
    }  # fmt: skip
    copy = reminders.add(session, again)
    _change(session, actor, reminder, "snooze", settled, copy=copy)
    return reminders.get(session, copy)


def move(session: Session, actor: Person, number: int, when: When | None, text: str | None = None) -> Reminder:
    """Another time, once or repeating, and other words, where they are given."""
    reminder = look(session, actor, number)
    if reminder.state is ReminderState.DECLINED:
        raise Refusal("R{number} was declined. Make a new one.", number=number)
    values: dict[str, Any] = {}
    if when is not None:
        values = _times(session, actor, reminder.person_id, when) | {"state": ReminderState.ACTIVE, "changed": {}}
    if text is not None and words.tokens(text) and words.clean(text)[:3000] != reminder.text:
        if reminder.maker_id != actor.id:
            maker = people.get(session, reminder.maker_id)
            raise Refusal("Only {who} can change these words. You may move or end it.", who=maker.known_as)
        values["text"] = words.clean(text)[:3000]
    if not values:
        return reminder
    return _change(session, actor, reminder, "move", values)


def skip(session: Session, actor: Person, number: int) -> Reminder:
    """Leaves out the next one of a reminder that repeats."""
    reminder = look(session, actor, number)
    if reminder.rule is None or reminder.next_at is None:
        raise Refusal("R{number} does not repeat, so there is nothing to leave out. End it instead.", number=number)
    day = reminder.next_at.astimezone(ZoneInfo(reminder.zone)).date()
    changed = {**reminder.changed, day.isoformat(): None}
    after = _next(session, reminder, reminder.next_at, changed)
    state = ReminderState.ACTIVE if after else ReminderState.ENDED
    return _change(session, actor, reminder, "skip", {"changed": changed, "next_at": after, "state": state})


def move_next(session: Session, actor: Person, number: int, day: date) -> Reminder:
    """Puts the next one of a reminder that repeats on another day; the ones after it keep theirs."""
    reminder = look(session, actor, number)
    if reminder.rule is None or reminder.next_at is None:
        raise Refusal("R{number} does not repeat. Change it instead.", number=number)
    zone = ZoneInfo(reminder.zone)
    if wall(day, time.fromisoformat(reminder.clock or "09:00"), reminder.zone) <= clock.now():
        raise Refusal("This time is over. Choose a later one.")
    shown = reminder.next_at.astimezone(zone).date()
    # One that was moved before is moved from the day of the rule.
    of_rule = next(
        (one for one, instead in reminder.changed.items() if instead == shown.isoformat()), shown.isoformat()
    )
    changed = {**reminder.changed, of_rule: day.isoformat()}
    values = {"changed": changed, "next_at": _next(session, reminder, clock.now(), changed)}
    return _change(session, actor, reminder, "move_next", values)


def end(session: Session, actor: Person, number: int) -> Reminder:
    """Ends a reminder; one that somebody else made for the actor is declined."""
    reminder = look(session, actor, number)
    if reminder.state is not ReminderState.ACTIVE:
        raise Refusal("R{number} has ended already.", number=number)
    declined = reminder.maker_id != actor.id
    state = ReminderState.DECLINED if declined else ReminderState.ENDED
    ended = _change(session, actor, reminder, "decline" if declined else "end", {"state": state, "next_at": None})
    if declined:
        notices.tell(session, "reminders.declined", "reminder", number, [reminder.maker_id], detail_id=actor.id)
    return ended


def fire_due(session: Session) -> int:
    """Fires what is due: each occurrence once, in one transaction with the next one's time.

    After a standstill only the newest occurrence of each counts; one that is over a day late is told in the next
    digest, and more than five late ones of one reader become one message. While its reader is away nothing comes; the
    catch-up tells of it.
    """
    now = clock.now()
    ripe = reminders.due(session, now)
    late: dict[int, list[tuple[Reminder, datetime]]] = {}
    one_by_one(
        session,
        ripe,
        lambda one: _fire(session, one, now, late),
        lambda one: reminders.put_off(session, one, now + PUT_OFF),
    )
    for person_id, many in late.items():
        if len(many) <= MANY:
            for one, due in many:
                _tell(session, one, due)
            continue
        for one, due in many:
            _tell_later(session, one, due)
        notices.tell(session, "reminders.missed", "reminder", many[0][0].id or 0, [person_id], detail_id=len(many))
    return len(ripe)


def _fire(session: Session, one: Reminder, now: datetime, late: dict[int, list[tuple[Reminder, datetime]]]) -> None:
    due, after = _newest_and_next(session, one, now)
    if not reminders.claim(session, one, due, after):
        return
    if one.person_id is None:
        _post(session, one, due)
    elif (absences.current(session, one.person_id, now) or now - due > TOO_LATE) and notices.has_digest(
        session, one.person_id
    ):
        _tell_later(session, one, due)
    elif now - due > LATE:
        late.setdefault(one.person_id, []).append((one, due))
    else:
        _tell(session, one, due)


def pass_on(session: Session, leaver: Person, to_id: int | None) -> list[int]:
    """What repeats belongs to the company and goes to somebody else when its person leaves; the rest ends."""
    assert leaver.id is not None
    moved = []
    for one in reminders.active_of(session, leaver.id):
        if to_id is None or (one.person_id == leaver.id and one.rule is None):
            _change(session, None, one, "end", {"state": ReminderState.ENDED, "next_at": None})
            continue
        values: dict[str, Any] = {"maker_id": to_id if one.maker_id == leaver.id else one.maker_id}
        if one.person_id == leaver.id:
            values["person_id"] = to_id
        _change(session, None, one, "pass_on", values)
        if one.id is not None and (one.rule is not None or one.person_id is None):
            moved.append(one.id)
    return moved


def follow_zone(session: Session, person: Person) -> None:
    """ "At nine" is at nine wherever its reader is: floating times move with their zone."""
    for one in reminders.floating_of(session, person.id or 0):
        if one.zone == person.zone or one.next_at is None:
            continue
        moved = one.model_copy(update={"zone": person.zone})
        after = (
            _next_in_zone(session, one, moved)
            if one.rule
            else wall(one.day, time.fromisoformat(one.clock or "09:00"), person.zone)
        )
        _change(session, None, one, "follow_zone", {"zone": person.zone, "next_at": after})


def _next_in_zone(session: Session, one: Reminder, moved: Reminder) -> datetime | None:
    """The first after the move, on a day that has not had its own in the zone before."""
    after = _next(session, moved, clock.now(), one.changed)
    if after is None or one.due_at is None:
        return after
    had = one.due_at.astimezone(ZoneInfo(one.zone)).date()
    return after if after.astimezone(ZoneInfo(moved.zone)).date() > had else _next(session, moved, after, one.changed)


def calendar_of_reader(session: Session, person_id: int | None) -> Calendar:
    reader = people.find(session, person_id)
    place = offices.find_place(session, reader.place_id if reader else None) or offices.first_place(session)
    return calendar_of(place)


def repetition_of(reminder: Reminder, changed: dict[str, str | None] | None = None) -> Repetition | None:
    if reminder.rule is None:
        return None
    days = {
        date.fromisoformat(day): date.fromisoformat(instead) if instead else None
        for day, instead in (reminder.changed if changed is None else changed).items()
    }
    at = time.fromisoformat(reminder.clock or "09:00")
    return Repetition(reminder.rule, reminder.day, at, reminder.zone, OnHolidays(reminder.on_holidays), days)


def _times(session: Session, actor: Person, person_id: int | None, when: When) -> dict[str, Any]:
    """The columns of a time: wall time that floats with its reader's zone, or an absolute moment."""
    if when.day is None:
        raise Refusal("Say when, for example “tomorrow at 9” or “every Monday 10:00”.")
    reader = people.find(session, person_id) or actor
    zone = reader.zone if when.floats and person_id is not None else when.zone
    at = when.clock or _morning_or_soon(when, zone)
    values: dict[str, Any] = {
        "rule": when.rule,
        "day": when.day,
        "clock": f"{at:%H:%M}" if when.start is None or when.floats or when.rule else None,
        "zone": zone,
        "floats": when.floats and person_id is not None,
        "on_holidays": when.on_holidays.value,
    }
    if when.rule:
        repetition = Repetition(when.rule, when.day, at, zone, when.on_holidays)
        next_at = next_moment(repetition, clock.now(), calendar_of_reader(session, person_id or actor.id))
    elif when.start is not None and not when.floats:
        next_at = when.start
    else:
        next_at = wall(when.day, at, zone)
    if next_at is None or next_at <= clock.now() - timedelta(minutes=1):
        raise Refusal("This time is over. Choose a later one.")
    return values | {"next_at": next_at}


def _morning_or_soon(when: When, zone: str) -> time:
    """A day without a time is its morning; today, when that is over, the next full hour."""
    local = clock.now().astimezone(ZoneInfo(zone))
    if when.day != local.date() or local.time() < MORNING or when.rule:
        return MORNING
    soon = (local + timedelta(minutes=90)).replace(minute=0)
    return soon.time().replace(second=0, microsecond=0) if soon.date() == local.date() else time(23, 59)


def _next(session: Session, one: Reminder, after: datetime, changed: dict[str, str | None]) -> datetime | None:
    repetition = repetition_of(one, changed)
    if repetition is None:
        return None
    return next_moment(repetition, after, calendar_of_reader(session, one.person_id or one.maker_id))


def _newest_and_next(session: Session, one: Reminder, now: datetime) -> tuple[datetime, datetime | None]:
    """The newest occurrence that is due, and the first that is not yet."""
    assert one.next_at is not None
    due = one.next_at
    for _ in range(MOST_MISSED if one.rule else 0):
        after = _next(session, one, due, one.changed)
        if after is None or after > now:
            return due, after
        due = after
    return due, _next(session, one, now, one.changed) if one.rule else None


def _tell(session: Session, one: Reminder, due: datetime) -> None:
    assert one.id is not None and one.person_id is not None
    notices.tell_in_time(session, "reminders.due", "reminder", one.id, one.person_id, _minute(due), due)


def _tell_later(session: Session, one: Reminder, due: datetime) -> None:
    digests.tell_later(session, [{
        "person_id": one.person_id, "kind": "reminders.due", "subject": "reminder", "subject_id": one.id,
        "detail_id": _minute(due), "at": clock.now(),
    }])  # fmt: skip


def _post(session: Session, one: Reminder, due: datetime) -> None:
    assert one.channel is not None and one.id is not None
    occurrence = f"reminders.due:{one.id}:{due.isoformat()}"
    letter = Letter(
        "reminders.due", "reminder", one.id, one.channel, detail_id=_minute(due), is_card=True, occurrence=occurrence
    )
    add_once(session, letter, clock.now(), due)


def _minute(moment: datetime) -> int:
    """A moment as the detail of a message: minutes since 1970."""
    return int(moment.timestamp()) // 60


def _change(
    session: Session, actor: Person | None, reminder: Reminder, act: str, values: dict[str, Any], **more: int
) -> Reminder:
    """Changes a reminder with its history, in which `more` stands too."""
    assert reminder.id is not None
    before = {name: plain(getattr(reminder, name)) for name in values}
    if not reminders.change(session, reminder, values):
        raise Overtaken
    changed = reminders.get(session, reminder.id)
    after = {name: plain(getattr(changed, name)) for name in values} | {"version": changed.version, **more}
    actor_id = actor.id if actor else None
    history.record(session, clock.now(), actor_id, act, "reminder", reminder.id, before, after)
    notices.redraw(session, "reminder", reminder.id, [reminder.maker_id, reminder.person_id])
    return changed


def _refuse_reader(session: Session, actor: Person, note: Note) -> None:
    if note.person_id is None:
        refusal = Refusal("Reminders in channels are for the company's own people. Remind yourself instead.")
        refuse_unless_may(actor, Deed.REMIND_OTHERS, refusal)
    reader = people.find(session, note.person_id)
    if reader is None or reader.id == actor.id:
        return
    refusal = Refusal("Reminding others is for the company's own people. Remind yourself instead.")
    refuse_unless_may(actor, Deed.REMIND_OTHERS, refusal)
    if reader.standing == Standing.DEACTIVATED:
        raise Refusal("{who} has left. Choose somebody else.", who=reader.known_as)
    if reader.standing == Standing.UNKNOWN and reader.slack_id:
        raise Refusal("Slack has not told me yet who {who} is. Try again in a minute.", who=reader.known_as)
    if reader.standing == Standing.EXTERNAL:
        raise Refusal("{who} is not of this company. Choose somebody who is.", who=reader.known_as)


def _stale_homes(session: Session, *person_ids: int | None) -> None:
    known = [one for one in person_ids if one is not None]
    people.stale_homes(session, known, clock.now() - notices.HOME_KEPT)
