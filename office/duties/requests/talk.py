"""Words on a request: comments that the requester sees, notes of the desk, questions and answers."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.requests.access import look, next_state
from office.duties.requests.change import change, follow_clocks, show
from office.errors import Refusal
from office.rules import words
from office.rules.request_states import settled
from storage import history, offices, requests
from storage.tables import Person, Request
from storage.words import Act, CommentKind, RequestState


def comment(session: Session, actor: Person, number: int, text: str, source: str | None = None) -> Request:
    """Words for all who may see the request; whoever asked and is waited for sets the clocks going again."""
    request = look(session, actor, number, Act.COMMENT)
    asker = actor.id in (request.requester_id, request.beneficiary_id)
    if request.state == RequestState.WAITING and asker:
        return _reply(session, actor, request, text, source)
    said = say(session, actor, request, CommentKind.COMMENT, text, source)
    if said is None:
        return request
    history.record(session, clock.now(), actor.id, Act.COMMENT.value, "request", number)
    follow_clocks(session, request, answered=not asker)
    show(session, request)
    _tell_of(session, actor, request, said)
    return request


def note(session: Session, actor: Person, number: int, text: str, source: str | None = None) -> Request:
    """Words for the desk only."""
    request = look(session, actor, number, Act.NOTE)
    said = say(session, actor, request, CommentKind.NOTE, text, source)
    if said is None:
        return request
    history.record(session, clock.now(), actor.id, Act.NOTE.value, "request", number)
    if source is None:
        notices.post_below(
            session, "requests.said", "request", number, offices.get_desk(session, request.desk_id), said
        )
    notices.tell(session, "requests.said", "request", number, [request.owner_id], said, except_for=actor.id)
    return request


def ask(session: Session, actor: Person, number: int, question: str) -> Request:
    """Asks the requester something; the clocks wait for the answer."""
    request = look(session, actor, number, Act.ASK)
    state = next_state(session, request, Act.ASK)
    if actor.id == request.requester_id:
        raise Refusal("#{number} is your own request; there is nobody else to ask.", number=number)
    said = say(session, actor, request, CommentKind.QUESTION, question)
    values = {"state": state, "owner_id": request.owner_id or actor.id}
    changed = change(session, actor, request, Act.ASK, values)
    notices.tell(session, "requests.asked", "request", number, [changed.requester_id], said, is_card=True)
    return changed


def say(
    session: Session,
    actor: Person,
    request: Request,
    kind: CommentKind,
    text: str,
    source: str | None = None,
    files: tuple[Mapping[str, str], ...] = (),
) -> int | None:
    """Stores words; None when the message they came from was stored before."""
    kept = words.clean(text)
    if not kept:
        raise Refusal("There are no words in it. Write what you want to say and send it again.")
    return requests.add_comment(
        session,
        {
            "request_id": request.id,
            "author_id": actor.id,
            "desk_id": request.desk_id,
            "kind": kind,
            "text": kept,
            "files": [dict(one) for one in files],
            "source": source,
            "created_at": clock.now(),
        },
    )


def _reply(session: Session, actor: Person, request: Request, text: str, source: str | None) -> Request:
    state = settled(next_state(session, request, Act.REPLY), owned=request.owner_id is not None)
    said = say(session, actor, request, CommentKind.ANSWER, text, source)
    if said is None:
        return request
    changed = change(session, actor, request, Act.REPLY, {"state": state})
    _tell_of(session, actor, changed, said)
    return changed


def _tell_of(session: Session, actor: Person, request: Request, said: int) -> None:
    """Those in it hear in person; the desk reads it below its card."""
    assert request.id is not None
    desk = offices.get_desk(session, request.desk_id)
    people_in_it = [request.requester_id, request.beneficiary_id, request.owner_id]
    notices.tell(session, "requests.said", "request", request.id, people_in_it, said, except_for=actor.id)
    notices.post_below(session, "requests.said", "request", request.id, desk, said)
