"""One way to a request: through the permission table, and through its state."""

from sqlalchemy.orm import Session

from office import clock
from office.duties.requests.change import desk_calendar
from office.errors import Refusal
from office.rules import permissions, request_states
from office.rules.permissions import Parties
from office.rules.working_time import days_after
from storage import history, offices, people, requests
from storage.tables import Person, Request
from storage.words import UNFINISHED, Act, RequestState, Role

REOPEN_DAYS = 5  # working days after "solved" in which a reply opens the same request again


def look(session: Session, actor: Person, number: int, act: Act = Act.SEE) -> Request:
    """A request that somebody may do this with. One that they may not see is refused like one that is not there."""
    request = requests.find(session, number)
    if request is None or not is_allowed(session, actor, request, Act.SEE):
        raise Refusal("There is no request #{number} that you can see. /request mine lists yours.", number=number)
    if not is_allowed(session, actor, request, act):
        raise _others(session, actor, request, act)
    return request


def is_allowed(session: Session, actor: Person, request: Request, act: Act) -> bool:
    assert actor.id is not None
    parties = parties_of(session, request)
    are = permissions.relations(actor.id, actor.standing, actor.has(Role.OFFICE_MANAGER), parties)
    return permissions.may(act, are, request.visibility)


def parties_of(session: Session, request: Request) -> Parties:
    desk = offices.get_desk(session, request.desk_id)
    assert request.id is not None
    return Parties(
        requester_id=request.requester_id,
        beneficiary_id=request.beneficiary_id,
        owner_id=request.owner_id,
        offered_to_id=request.offered_to_id,
        lead_id=desk.lead_id,
        desk_members=offices.members(session, request.desk_id),
        followers=requests.followers(session, request.id),
        visibility=request.visibility,
    )


def next_state(session: Session, request: Request, act: Act) -> RequestState:
    """Where an act leads; a refusal names how the request stands and who brought it there."""
    if request.awaits_id is not None and act in request_states.HELD_BACK and request.state in UNFINISHED:
        raise Refusal(
            "#{number} waits for an approval first. /approvals {approval} shows with whom it is.",
            number=request.id,
            approval=str(request.awaits_id),
        )
    state = request_states.after(act, request.state)
    if state is None:
        raise Refusal(
            "#{number} is {state}: {who}, {when}. /request {number} shows it.",
            number=request.id,
            state=request.state,
            **last_change(session, request),
        )
    return state


def refuse_impossible(session: Session, request: Request, act: Act) -> None:
    """Said before a form opens and not after it was filled in."""
    next_state(session, request, act)
    if act is Act.REOPEN and too_old_to_reopen(session, request):
        raise Refusal(
            "#{number} has been finished for too long to open again. Log a new one; a reply below its message does "
            "that and links the two.",
            number=request.id,
        )


def too_old_to_reopen(session: Session, request: Request) -> bool:
    if request.solved_at is None:
        return False
    requester = people.get(session, request.requester_id)
    calendar = desk_calendar(session, offices.get_desk(session, request.desk_id), requester)
    return clock.now() > days_after(calendar, request.solved_at, REOPEN_DAYS)


def last_change(session: Session, request: Request) -> dict[str, object]:
    """Who changed a request last, and when; for refusals that name who won."""
    assert request.id is not None
    newest = history.of(session, "request", request.id, limit=1)
    if not newest:
        return {"who": "Deskhand", "when": request.created_at}
    actor = people.find(session, newest[0].actor_id)
    return {"who": actor.known_as if actor else "Deskhand", "when": newest[0].at}


def _others(session: Session, actor: Person, request: Request, act: Act) -> Refusal:
    who = _who_may(session, request, act)
    if act is Act.ACCEPT:
        return Refusal("#{number} was not offered to you. /request {number} shows who has it.", number=request.id)
    if is_allowed(session, actor, request, Act.FOLLOW):
        return Refusal(
            "You can see #{number}, but this is for others to do: {who}. “/request follow {number}” counts you in: you "
            "hear when it is solved.",
            number=request.id,
            who=who,
        )
    return Refusal("You can see #{number}, but this is for others to do: {who}.", number=request.id, who=who)


def _who_may(session: Session, request: Request, act: Act) -> object:
    desk = offices.get_desk(session, request.desk_id)
    if act in (Act.EDIT, Act.REPLY, Act.CONFIRM, Act.CANCEL):
        return people.get(session, request.requester_id).known_as
    if act is Act.ACCEPT and request.offered_to_id is not None:
        return people.get(session, request.offered_to_id).known_as
    return desk
