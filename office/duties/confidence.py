"""Which words may stand in a desk's channel.

What is between its asker and a desk is said only where nobody else reads: in a private channel with none in it but its
people. Anywhere else its number stands, and the desk's people get a direct message each.
"""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from storage import approvals, facts, offices, requests
from storage.tables import Desk
from storage.words import Readers, Visibility

_DESKS = "confidential desks"


def may_stand(session: Session, subject: str, subject_id: int, channel: str) -> bool:
    """Whether the words of one thing may stand in a channel."""
    return not is_confidential(session, subject, subject_id) or is_the_desks_alone(session, channel)


def is_confidential(session: Session, subject: str, subject_id: int) -> bool:
    """Whether something is between its asker and the desk."""
    if subject == "approval":
        request_id = approvals.get(session, subject_id).request_id
        return request_id is not None and is_confidential(session, "request", request_id)
    if subject != "request":
        return False
    request = requests.get(session, subject_id)
    is_between = request.visibility is Visibility.DESK
    return is_between and offices.get_desk(session, request.desk_id).key in confidential_desks(session)


def keep_desks(session: Session, keys: Iterable[str]) -> None:
    """Keeps which desks take confidential requests, as the catalogue says."""
    said = " ".join(sorted(set(keys)))
    if facts.find(session, _DESKS) != said:
        facts.put(session, _DESKS, said)


def confidential_desks(session: Session) -> frozenset[str]:
    """The keys of the desks that take confidential requests."""
    return frozenset((facts.find(session, _DESKS) or "").split())


def is_the_desks_alone(session: Session, channel: str) -> bool:
    """Whether nobody but a desk's people reads a channel; where that is not known yet, it is not so."""
    desk = offices.desk_of_channel(session, channel)
    return desk is not None and desk.readers is Readers.DESK


def needs_messages(session: Session, subject: str, subject_id: int, desk: Desk) -> bool:
    """Whether a desk hears of something in direct messages: it has no channel, or not one for these words."""
    return not desk.channel or not may_stand(session, subject, subject_id, desk.channel)
