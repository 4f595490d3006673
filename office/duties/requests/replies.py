"""What somebody answers below a message of ours, or types after a request's number."""

from sqlalchemy.orm import Session

from office.catalogue import Catalogue
from office.duties.requests.access import is_allowed, look, too_old_to_reopen
from office.duties.requests.log import Ask, log
from office.duties.requests.talk import comment, note
from office.duties.requests.work import reopen
from office.rules import words
from storage import requests
from storage.tables import Person, Request
from storage.words import Act, RequestState

_FINISHED = (RequestState.SOLVED, RequestState.CLOSED, RequestState.CANCELLED)


def reply(
    session: Session, catalogue: Catalogue, actor: Person, number: int, text: str, source: str | None = None
) -> Request:
    """Words of somebody in a request. From whoever asked, after it was solved, they open it again; after the days for
    that, they become a new request that is linked to the old one. A plain "thanks" does neither.

    Returns the request that holds the words now. `source` names the Slack message, so that none counts twice.
    """
    request = look(session, actor, number, Act.COMMENT)
    asker = actor.id in (request.requester_id, request.beneficiary_id)
    if not asker or request.state not in _FINISHED or words.is_thanks(text):
        return comment(session, actor, number, text, source)
    if request.state != RequestState.CANCELLED and not too_old_to_reopen(session, request):
        return reopen(session, actor, number, text)
    return log(session, actor, Ask(catalogue.get(request.type), text, follows_id=request.id))


def hear(
    session: Session,
    catalogue: Catalogue,
    actor: Person,
    number: int,
    text: str,
    source: str,
    from_desk: bool,
) -> Request:
    """A message in the thread below one of ours: a note for the desk in its channel, else a reply."""
    request = requests.find(session, number)
    if from_desk and request is not None and is_allowed(session, actor, request, Act.NOTE):
        return note(session, actor, number, text, source)
    return reply(session, catalogue, actor, number, text, source)
