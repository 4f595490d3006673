"""The one place where a request changes: version, history, clocks, cards."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.calendars import calendar_of
from office.duties import notices
from office.duties.changes import Overtaken, plain
from office.rules import request_clocks as rule
from office.rules import request_states
from office.rules.working_time import Calendar
from storage import history, offices, people, request_clocks, requests
from storage.tables import Desk, Person, Request, RequestClock
from storage.words import UNFINISHED, Act, ClockKind, ClockStep, RequestState

# The first word of the desk stops the answer clock.
_ANSWERS = {Act.TAKE, Act.ACCEPT, Act.COMMENT, Act.ASK, Act.SOLVE, Act.HOLD, Act.ASSIGN}


def change(
    session: Session,
    actor: Person | None,
    request: Request,
    act: Act,
    values: Mapping[str, Any],
    why: str = "",
    undoes_id: int | None = None,
) -> Request:
    """Changes a request as it was read, with its history and everything that follows; returns how it stands."""
    assert request.id is not None
    before = {name: plain(getattr(request, name)) for name in values}
    if not requests.change(session, request, values):
        raise Overtaken
    changed = requests.get(session, request.id)
    after = {name: plain(getattr(changed, name)) for name in values} | {"version": changed.version}
    actor_id = actor.id if actor else None
    history.record(
        session,
        clock.now(),
        actor_id,
        act.value,
        "request",
        request.id,
        before,
        after,
        why,
        undoes_id=undoes_id,
    )
    follow_clocks(session, changed, answered=act in _ANSWERS)
    show(session, changed, request.owner_id, request.offered_to_id, *offices.members(session, request.desk_id))
    return changed


def show(session: Session, request: Request, *also: int | None) -> None:
    """Redraws the cards of a request and the homes of those it concerns."""
    assert request.id is not None
    concerned = {request.requester_id, request.beneficiary_id, request.owner_id, request.offered_to_id, *also}
    notices.redraw(session, "request", request.id, concerned | offices.members(session, request.desk_id))


def start_clocks(session: Session, request: Request, minutes: Mapping[ClockKind, int], calendar: Calendar) -> None:
    readings = {kind: rule.run(minutes[kind], 0, ClockStep.WARN, calendar, clock.now()) for kind in ClockKind}
    request_clocks.start(
        session,
        [
            {"request_id": request.id, "kind": kind, "budget_minutes": minutes[kind], **vars(reading)}
            for kind, reading in readings.items()
        ],
    )


def follow_clocks(session: Session, request: Request, answered: bool = False) -> None:
    """Lets the clocks run while the desk can act, and stops them while it waits."""
    assert request.id is not None
    calendar = calendar_for(session, request)
    for one in request_clocks.of(session, request.id):
        done = request.state not in UNFINISHED or (one.kind is ClockKind.ANSWER and answered)
        runs = request.state in request_states.RUNNING and not done
        if one.kind is ClockKind.ANSWER and one.step is ClockStep.NONE and one.running_since is None:
            continue
        _set(session, one, calendar, runs, over=done and one.kind is ClockKind.ANSWER)


def rebudget(session: Session, request: Request, minutes: Mapping[ClockKind, int]) -> None:
    """Another type or priority: the same clocks, with what they have used, under another promise."""
    assert request.id is not None
    calendar = calendar_for(session, request)
    for one in request_clocks.of(session, request.id):
        if one.running_since is None and one.step is ClockStep.NONE:
            continue
        paused = rule.pause(one.used_minutes, one.running_since, one.step, calendar, clock.now())
        values: dict[str, Any] = {"budget_minutes": minutes[one.kind], **vars(paused)}
        if one.running_since is not None:
            again = rule.run(minutes[one.kind], paused.used_minutes, one.step, calendar, clock.now())
            values |= vars(again)
        request_clocks.change(session, one, values)


def calendar_for(session: Session, request: Request) -> Calendar:
    """The working time that a request's clocks run in: the desk's place, else the requester's, else the first."""
    return desk_calendar(session, offices.get_desk(session, request.desk_id), people.get(session, request.requester_id))


def desk_calendar(session: Session, desk: Desk, requester: Person) -> Calendar:
    place = offices.find_place(session, desk.place_id or requester.place_id) or offices.first_place(session)
    return calendar_of(place)


def revived(column: str, value: Any) -> Any:
    """A value of `plain` as the column takes it."""
    if value is None:
        return None
    readers = {"solved_at": datetime.fromisoformat, "needed_by": date.fromisoformat, "state": RequestState}
    return readers[column](value) if column in readers else value


def _set(session: Session, one: RequestClock, calendar: Calendar, runs: bool, over: bool) -> None:
    now = clock.now()
    if runs and one.running_since is None:
        reading = rule.run(one.budget_minutes, one.used_minutes, one.step, calendar, now)
    elif not runs and (one.running_since is not None or over):
        reading = rule.pause(one.used_minutes, one.running_since, one.step, calendar, now)
    else:
        return
    request_clocks.change(session, one, vars(reading) | ({"step": ClockStep.NONE} if over else {}))
