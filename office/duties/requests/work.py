"""What is done with a request until it is solved."""

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.requests import gate
from office.duties.requests.access import last_change, look, next_state, refuse_impossible
from office.duties.requests.change import change
from office.duties.requests.talk import say
from office.errors import Refusal
from office.rules.request_states import settled
from storage import offices, people, requests
from storage.tables import Person, Request
from storage.words import Act, CommentKind, RequestState, Standing


def take(session: Session, actor: Person, number: int) -> Request:
    """The actor takes a request that nobody has."""
    request = look(session, actor, number, Act.TAKE)
    if request.owner_id == actor.id:
        raise Refusal("You have #{number} already.", number=number)
    state = next_state(session, request, Act.TAKE)
    if request.owner_id is not None:
        raise Refusal(
            "{who} has #{number} already, since {when}. Ask for a hand-over if you should have it.",
            number=number,
            who=people.get(session, request.owner_id).known_as,
            when=last_change(session, request)["when"],
        )
    values = {"owner_id": actor.id, "offered_to_id": None, "state": state}
    return change(session, actor, request, Act.TAKE, values)


def assign(session: Session, actor: Person, number: int, to: Person) -> Request:
    """Gives a request to somebody of its desk, who need not accept it."""
    request = look(session, actor, number, Act.ASSIGN)
    next_state(session, request, Act.ASSIGN)
    _refuse_unable(to)
    if to.id == request.owner_id:
        raise Refusal("{who} has #{number} already.", who=to.known_as, number=number)
    desk = offices.get_desk(session, request.desk_id)
    if to.id != desk.lead_id and to.id not in offices.members(session, request.desk_id):
        raise Refusal(
            "{who} is not of the desk “{desk}”. Offer it with a hand-over instead; they can accept it or not.",
            who=to.known_as,
            desk=desk,
        )
    state = RequestState.IN_PROGRESS if request.state == RequestState.OPEN else request.state
    values = {"owner_id": to.id, "offered_to_id": None, "state": state}
    changed = change(session, actor, request, Act.ASSIGN, values)
    notices.tell(session, "requests.assigned", "request", number, [to.id], is_card=True, except_for=actor.id)
    return changed


def hand_over(session: Session, actor: Person, number: int, to: Person, why: str = "") -> Request:
    """Offers a request to anybody in the company; it stays where it is until they accept."""
    request = look(session, actor, number, Act.HAND_OVER)
    next_state(session, request, Act.HAND_OVER)
    _refuse_unable(to)
    if to.id == request.owner_id:
        raise Refusal("{who} has #{number} already.", who=to.known_as, number=number)
    if to.id == request.requester_id:
        raise Refusal("{who} asked for this; it can't be handed over to them.", who=to.known_as)
    changed = change(session, actor, request, Act.HAND_OVER, {"offered_to_id": to.id}, why=why)
    notices.tell(session, "requests.offered", "request", number, [to.id], is_card=True, except_for=actor.id)
    return changed


def accept(session: Session, actor: Person, number: int) -> Request:
    request = look(session, actor, number, Act.ACCEPT)
    state = next_state(session, request, Act.ACCEPT)
    changed = change(session, actor, request, Act.ACCEPT, {"owner_id": actor.id, "offered_to_id": None, "state": state})
    notices.tell(session, "requests.accepted", "request", number, [request.owner_id], except_for=actor.id)
    return changed


def hand_back(session: Session, actor: Person, number: int) -> Request:
    """Refuses an offer, or puts down what one has: it is the desk's again."""
    request = look(session, actor, number, Act.HAND_BACK)
    next_state(session, request, Act.HAND_BACK)
    if request.offered_to_id == actor.id:
        changed = change(session, actor, request, Act.HAND_BACK, {"offered_to_id": None})
        notices.tell(session, "requests.handed_back", "request", number, [request.owner_id], except_for=actor.id)
        return changed
    values = {"owner_id": None, "state": settled(request.state, owned=False)}
    changed = change(session, actor, request, Act.HAND_BACK, values)
    desk = offices.get_desk(session, request.desk_id)
    notices.tell(session, "requests.handed_back", "request", number, [desk.lead_id], except_for=actor.id)
    return changed


def move_desk(session: Session, actor: Person, number: int, desk_key: str, why: str = "") -> Request:
    """Hands a request to another desk, which gets a card of its own and may send it back the same way."""
    request = look(session, actor, number, Act.MOVE_DESK)
    state = next_state(session, request, Act.MOVE_DESK)
    desk = offices.find_desk(session, desk_key)
    if desk is None:
        known = offices.desks(session)
        raise Refusal("There is no desk “{desk}”. There are: {known}.", desk=desk_key, known=known)
    if desk.id == request.desk_id:
        raise Refusal("#{number} is with “{desk}” already.", number=number, desk=desk)
    values = {"desk_id": desk.id, "owner_id": None, "offered_to_id": None, "state": state}
    changed = change(session, actor, request, Act.MOVE_DESK, values, why=why)
    notices.post_card(session, "requests.card", "request", number, desk)
    return changed


def hold(session: Session, actor: Person, number: int, why: str = "") -> Request:
    request = look(session, actor, number, Act.HOLD)
    state = next_state(session, request, Act.HOLD)
    changed = change(session, actor, request, Act.HOLD, {"state": state}, why=why)
    notices.tell(session, "requests.held", "request", number, [changed.requester_id], except_for=actor.id)
    return changed


def resume(session: Session, actor: Person, number: int) -> Request:
    request = look(session, actor, number, Act.RESUME)
    state = settled(next_state(session, request, Act.RESUME), owned=request.owner_id is not None)
    return change(session, actor, request, Act.RESUME, {"state": state})


def solve(session: Session, actor: Person, number: int, answer: str) -> Request:
    """Solves a request with an answer that the requester reads."""
    request = look(session, actor, number, Act.SOLVE)
    state = next_state(session, request, Act.SOLVE)
    if not answer.strip():
        raise Refusal(
            "Say how it was solved, so that the answer reaches whoever asked: /request solve {number} …",
            number=number,
        )
    said = say(session, actor, request, CommentKind.SOLUTION, answer)
    values = {
        "state": state,
        "solved_at": clock.now(),
        "owner_id": request.owner_id or actor.id,
        "offered_to_id": None,
    }
    changed = change(session, actor, request, Act.SOLVE, values)
    readers = [changed.requester_id, changed.beneficiary_id, *requests.followers(session, number)]
    notices.tell(session, "requests.solved", "request", number, readers, said, is_card=True, except_for=actor.id)
    return changed


def confirm(session: Session, actor: Person, number: int) -> Request:
    """The requester says that it works; nothing is left to do."""
    request = look(session, actor, number, Act.CONFIRM)
    state = next_state(session, request, Act.CONFIRM)
    return change(session, actor, request, Act.CONFIRM, {"state": state})


def reopen(session: Session, actor: Person, number: int, why: str = "") -> Request:
    """Opens a request again while that is fresh; later a new one is the honest record."""
    gate.lock(session, number)
    request = look(session, actor, number, Act.REOPEN)
    refuse_impossible(session, request, Act.REOPEN)
    state = settled(next_state(session, request, Act.REOPEN), owned=request.owner_id is not None)
    values = {"state": state, "solved_at": None}
    said = say(session, actor, request, CommentKind.COMMENT, why) if why.strip() else None
    changed = gate.reopened(session, actor, change(session, actor, request, Act.REOPEN, values, why=why))
    concerned = [changed.owner_id or offices.get_desk(session, changed.desk_id).lead_id, changed.requester_id]
    notices.tell(session, "requests.reopened", "request", number, concerned, detail_id=said, except_for=actor.id)
    return changed


def cancel(session: Session, actor: Person, number: int, why: str = "") -> Request:
    """Takes a request back; whoever works on it hears of it."""
    gate.lock(session, number)
    request = look(session, actor, number, Act.CANCEL)
    state = next_state(session, request, Act.CANCEL)
    changed = change(session, actor, request, Act.CANCEL, {"state": state, "offered_to_id": None}, why=why)
    gate.cancelled(session, actor, changed, why)
    readers = [request.owner_id, request.offered_to_id, request.requester_id]
    notices.tell(session, "requests.cancelled", "request", number, readers, except_for=actor.id)
    return changed


def let_go(session: Session, person: Person) -> list[int]:
    """What somebody who can't work here any more had in hand is their desks' again, and the desks' leads hear of it;
    returns the numbers of what they owned."""
    assert person.id is not None
    freed = []
    for request in requests.open_of(session, person.id):
        mine = request.owner_id == person.id
        values = {
            "owner_id": None if mine else request.owner_id,
            "offered_to_id": None if request.offered_to_id == person.id else request.offered_to_id,
            "state": settled(request.state, owned=not mine and request.owner_id is not None),
        }
        changed = change(session, None, request, Act.HAND_BACK, values, why="left")
        desk = offices.get_desk(session, changed.desk_id)
        if mine and changed.id is not None:
            lead = notices.lead_of(session, desk)
            notices.tell(session, "requests.freed", "request", changed.id, lead, detail_id=person.id)
            freed.append(changed.id)
    return freed


def _refuse_unable(person: Person) -> None:
    if person.standing == Standing.DEACTIVATED:
        raise Refusal("{who} has left. Choose somebody else.", who=person.known_as)
    if person.standing != Standing.MEMBER:
        raise Refusal("{who} can't work on requests here: not a full member of the workspace.", who=person.known_as)
