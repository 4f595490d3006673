"""Being away: planned, begun and ended by itself, with somebody who stands in."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.duties import digest_cards, notices
from office.duties.approvals.seats import resettle
from office.duties.changes import Overtaken, plain
from office.duties.digests import plan_return
from office.duties.one_by_one import one_by_one
from office.duties.people import calendar_of_person
from office.errors import Refusal
from office.rules import words, working_time
from office.rules.guests import Deed, may
from office.rules.repetition import wall
from office.when import When
from storage import absences, history, people
from storage.tables import Person
from storage.time_tables import Absence
from storage.words import AbsenceState, CoverState

LONGEST = timedelta(days=370)
PUT_OFF = timedelta(minutes=10)
# Who was away for an hour has missed nothing.
WORTH_A_CATCH_UP = timedelta(hours=2)
ALIVE = (AbsenceState.PLANNED, AbsenceState.ON)


def plan(
    session: Session, actor: Person, when: When, cover: Person | None = None, why: str = "", from_now: bool = False
) -> Absence:
    """Plans an absence of the actor; one that touches another of theirs becomes one with it. The cover is asked.

    `from_now`: the words named only the end, as in "until Friday".
    """
    assert actor.id is not None
    people.lock(session, actor.id)
    wall_time = _said(when, actor.zone, from_now)
    starts_at, ends_at = _span(wall_time, actor.zone)
    if ends_at <= clock.now():
        raise Refusal("This time is over. Choose a later one.")
    if ends_at - starts_at > LONGEST:
        raise Refusal("At most a year at a time. Choose a nearer end.")
    touching = [
        one for one in absences.planned(session, actor.id) if starts_at <= one.ends_at and ends_at >= one.starts_at
    ]
    cover_id = _one_cover(touching, cover)
    wall_time = _joined(wall_time, (starts_at, ends_at), touching)
    starts_at, ends_at = _span(wall_time, actor.zone)
    asked = people.find(session, cover_id)
    if asked is not None:
        _refuse_cover(session, actor, asked, starts_at, ends_at)
    # Who has agreed to more days than these need not be asked again; more days are asked about.
    kept = any(
        one.cover_id == cover_id and one.cover_state is CoverState.ACCEPTED and one.starts_at <= starts_at
        and one.ends_at >= ends_at
        for one in touching
    )  # fmt: skip
    for one in touching:
        _change(session, actor, one, "merge", {"state": AbsenceState.CANCELLED, "next_at": None})
    begun = starts_at <= clock.now()
    number = absences.add(session, {
        "person_id": actor.id, "starts_at": starts_at, "ends_at": ends_at, "wall": wall_time, "zone": actor.zone,
        "why": words.clean_line(why)[:200], "cover_id": cover_id,
        "cover_state": CoverState.NONE if cover_id is None else CoverState.ACCEPTED if kept else CoverState.ASKED,
        "state": AbsenceState.ON if begun else AbsenceState.PLANNED, "next_at": ends_at if begun else starts_at,
        "created_at": clock.now(), "version": 1,
    })  # fmt: skip
    after = {"version": 1, "merged": [one.id for one in touching]}
    history.record(session, clock.now(), actor.id, "away", "absence", number, after=after)
    if cover_id is not None and not kept:
        notices.tell(session, "away.asked", "absence", number, [cover_id], is_card=True)
    _release_stand_ins(session, actor, starts_at, ends_at)
    _show(session, actor.id, cover_id)
    return absences.get(session, number)


def answer(session: Session, actor: Person, number: int, yes: bool) -> Absence:
    """The cover says whether they stand in; whoever is away is told."""
    absence = absences.find(session, number)
    if absence is None or absence.cover_id != actor.id:
        raise Refusal("You were not asked to stand in here. /desk away shows what concerns you.")
    if absence.state not in ALIVE or absence.ends_at <= clock.now():
        raise Refusal("This absence is over or was cancelled; nobody needs to stand in.")
    wanted = CoverState.ACCEPTED if yes else CoverState.REFUSED
    if absence.cover_state is wanted:
        raise Refusal("You have answered this already.")
    if yes:
        _refuse_cover(session, people.get(session, absence.person_id), actor, absence.starts_at, absence.ends_at)
    changed = _change(session, actor, absence, "cover_yes" if yes else "cover_no", {"cover_state": wanted})
    notices.tell(session, "away.answered", "absence", number, [absence.person_id], is_card=True)
    return changed


def back(session: Session, actor: Person) -> Absence:
    """The actor is back, now."""
    absence = absences.current(session, actor.id or 0, clock.now())
    if absence is None:
        raise Refusal("You are not away. /desk away tells me when you will be.")
    return _end(session, actor, absence)


def cancel(session: Session, actor: Person, number: int) -> Absence:
    """Takes a planned absence back; one that has begun ends now."""
    absence = absences.find(session, number)
    if absence is None or absence.person_id != actor.id or absence.state not in ALIVE:
        raise Refusal("There is no such absence of yours any more. /desk away shows them.")
    if absence.state is AbsenceState.ON:
        return _end(session, actor, absence)
    cancelled = _change(session, actor, absence, "cancel", {"state": AbsenceState.CANCELLED, "next_at": None})
    if absence.cover_state in (CoverState.ASKED, CoverState.ACCEPTED):
        notices.tell(session, "away.cancelled", "absence", number, [absence.cover_id], except_for=actor.id)
    return cancelled


def begin_and_end(session: Session) -> int:
    """Absences begin and end by themselves; both sides are told."""
    now = clock.now()
    due = absences.due(session, now)
    one_by_one(
        session,
        due,
        lambda one: _end(session, None, one) if one.ends_at <= now else _begin(session, one),
        lambda one: absences.put_off(session, one, now + PUT_OFF),
    )
    return len(due)


def revive(session: Session, actor: Person, number: int) -> None:
    """An absence that had become part of a longer one stands by itself again."""
    one = absences.get(session, number)
    if one.person_id != actor.id or one.state is not AbsenceState.CANCELLED or one.ends_at <= clock.now():
        return
    begun = one.starts_at <= clock.now()
    state, next_at = (AbsenceState.ON, one.ends_at) if begun else (AbsenceState.PLANNED, one.starts_at)
    _change(session, actor, one, "revive", {"state": state, "next_at": next_at})


def follow_zone(session: Session, person: Person) -> None:
    """An absence of days is one of the days where its person is."""
    for one in absences.planned(session, person.id or 0):
        if one.zone == person.zone:
            continue
        starts_at, ends_at = _span(one.wall, person.zone)
        next_at = ends_at if one.state is AbsenceState.ON else starts_at
        values = {"zone": person.zone, "starts_at": starts_at, "ends_at": ends_at, "next_at": next_at}
        _change(session, None, one, "follow_zone", values)


def forget_leaver(session: Session, leaver: Person) -> None:
    """Whoever has left is not away, and stands in for nobody."""
    for one in absences.planned(session, leaver.id or 0):
        _change(session, None, one, "cancel", {"state": AbsenceState.CANCELLED, "next_at": None})
    for one in absences.covered_by(session, leaver.id or 0):
        _lose_cover(session, one)


def _begin(session: Session, one: Absence) -> None:
    _change(session, None, one, "begin", {"state": AbsenceState.ON, "next_at": one.ends_at})
    if one.cover_state is CoverState.ACCEPTED:
        at = _at_work(session, one.cover_id)
        notices.tell(session, "away.began", "absence", one.id or 0, [one.cover_id], is_card=True, due_at=at)
    elif one.cover_state is CoverState.ASKED:
        notices.tell(session, "away.unanswered", "absence", one.id or 0, [one.person_id])


def _end(session: Session, actor: Person | None, absence: Absence) -> Absence:
    values = {"state": AbsenceState.OVER, "next_at": None, "ends_at": min(absence.ends_at, clock.now())}
    ended = _change(session, actor, absence, "back", values)
    if absence.cover_state is CoverState.ACCEPTED:
        at = _at_work(session, absence.cover_id)
        notices.tell(session, "away.over", "absence", absence.id or 0, [absence.cover_id], is_card=True, due_at=at)
    if ended.ends_at - absence.starts_at >= WORTH_A_CATCH_UP:
        plan_return(session, people.get(session, absence.person_id), at_once=actor is not None)
    return ended


def last_of(absence: Absence) -> date | datetime:
    """Its last day, or the moment where a time was said."""
    return absence.ends_at if absence.wall["to_clock"] else date.fromisoformat(absence.wall["to"] or "")


def _at_work(session: Session, person_id: int | None) -> datetime:
    """Absences begin and end at midnight; whoever stands in need not hear of it before they work."""
    return working_time.after(calendar_of_person(session, people.get(session, person_id or 0)), clock.now(), 0)


def _said(when: When, zone: str, from_now: bool) -> dict[str, str | None]:
    """The days and times that were said, as they are kept."""
    local = clock.now().astimezone(ZoneInfo(zone))
    if when.day is None:
        if when.length is None:
            raise Refusal("Say until when, for example: /desk away until Friday, or /desk away 8 Mar to 12 Mar.")
        until = (clock.now() + when.length).astimezone(ZoneInfo(zone))
        if when.length >= timedelta(days=1):
            last = local.date() + when.length - timedelta(days=1)
            return {"from": local.date().isoformat(), "from_clock": None, "to": last.isoformat(), "to_clock": None}
        return _walls(local.date(), local.time(), until.date(), until.time())
    if when.rule is not None:
        raise Refusal("An absence does not repeat. Say its days, for example: /desk away 8 Mar to 12 Mar.")
    end = when.end.astimezone(ZoneInfo(zone)) if when.end else None
    if from_now:
        last, last_clock = (when.last_day or when.day), when.clock
        return _walls(local.date(), local.time(), last, last_clock)
    last = when.last_day or (end.date() if end else when.day)
    # A span that begins at midnight was said without a time: "25 March to 29 March 12:00".
    return _walls(when.day, when.clock if when.clock != time() else None, last, end.time() if end else None)


def _walls(first: date, at: time | None, last: date, until: time | None) -> dict[str, str | None]:
    return {
        "from": first.isoformat(),
        "from_clock": f"{at:%H:%M}" if at else None,
        "to": last.isoformat(),
        "to_clock": f"{until:%H:%M}" if until else None,
    }


def _span(said: dict[str, str | None], zone: str) -> tuple[datetime, datetime]:
    """Days and times -> moments. Without a time the first day counts from its beginning and the last to its end."""
    first, last = date.fromisoformat(said["from"] or ""), date.fromisoformat(said["to"] or "")
    starts = wall(first, time.fromisoformat(said["from_clock"] or "00:00"), zone)
    if said["to_clock"]:
        return starts, wall(last, time.fromisoformat(said["to_clock"]), zone)
    return starts, wall(last + timedelta(days=1), time(), zone)


def _one_cover(touching: list[Absence], cover: Person | None) -> int | None:
    """Who stands in for an absence that takes others in: the one named now, else the one named before."""
    covered = [one for one in touching if one.cover_state in (CoverState.ASKED, CoverState.ACCEPTED)]
    for one in covered:
        if cover is not None and one.cover_id != cover.id:
            raise Refusal(
                "You are away from {start} to {end} already, with somebody else standing in. Cancel that first: /desk "
                "away shows it.",
                start=one.starts_at,
                end=last_of(one),
            )
    return cover.id if cover else next((one.cover_id for one in covered), None)


def _joined(
    said: dict[str, str | None], span: tuple[datetime, datetime], touching: list[Absence]
) -> dict[str, str | None]:
    """From the earliest beginning to the latest end."""
    for one in touching:
        if one.starts_at < span[0]:
            said = said | {"from": one.wall["from"], "from_clock": one.wall["from_clock"]}
        if one.ends_at > span[1]:
            said = said | {"to": one.wall["to"], "to_clock": one.wall["to_clock"]}
    return said


def _refuse_cover(session: Session, actor: Person, cover: Person, starts_at: datetime, ends_at: datetime) -> None:
    if cover.id == actor.id:
        raise Refusal("You can't stand in for yourself. Name a colleague, or nobody.")
    if not may(cover.standing, Deed.STAND_IN):
        raise Refusal(
            "{who} can't stand in: not a full member of the workspace. Name somebody else.", who=cover.known_as
        )
    for one in absences.planned(session, cover.id or 0):
        if one.starts_at < ends_at and one.ends_at > starts_at:
            raise Refusal(
                "{who} is away then too, from {start} to {end}. Name somebody else.",
                who=cover.known_as,
                start=one.starts_at,
                end=last_of(one),
            )


def _release_stand_ins(session: Session, actor: Person, starts_at: datetime, ends_at: datetime) -> None:
    """Whoever is away can't stand in: those whom they would have covered need somebody else."""
    for one in absences.covered_by(session, actor.id or 0):
        if one.starts_at < ends_at and one.ends_at > starts_at:
            _lose_cover(session, one)


def _lose_cover(session: Session, absence: Absence) -> None:
    _change(session, None, absence, "cover_lost", {"cover_state": CoverState.REFUSED})
    notices.tell(session, "away.answered", "absence", absence.id or 0, [absence.person_id], is_card=True)


def _change(session: Session, actor: Person | None, absence: Absence, act: str, values: dict[str, Any]) -> Absence:
    assert absence.id is not None
    before = {name: plain(getattr(absence, name)) for name in values}
    if not absences.change(session, absence, values):
        raise Overtaken
    changed = absences.get(session, absence.id)
    after = {name: plain(getattr(changed, name)) for name in values} | {"version": changed.version}
    actor_id = actor.id if actor else None
    history.record(session, clock.now(), actor_id, act, "absence", absence.id, before, after)
    notices.redraw(session, "absence", absence.id, [])
    _show(session, absence.person_id, absence.cover_id)
    return changed


def _show(session: Session, *concerned: int | None) -> None:
    known = [one for one in concerned if one is not None]
    for one in known[:1]:
        resettle(session, one)  # what waits for their decision goes where it belongs now
    people.stale_homes(session, known, clock.now() - notices.HOME_KEPT)
    digest_cards.redraw(session, known)
