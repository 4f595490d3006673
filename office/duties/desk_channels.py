"""Who reads a desk's channel, as Slack tells it: what may stand there follows from it (office.duties.confidence)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from office import clock
from office.duties import confidence, notices
from storage import history, offices, outbox, people, requests
from storage.tables import Desk
from storage.words import Readers

_OPEN = (Readers.OTHERS, Readers.EVERYONE)


@dataclass(frozen=True)
class Seen:
    """What Slack says of a channel: whether it is private, and who is in it besides the bot."""

    channel: str
    is_private: bool
    slack_ids: tuple[str, ...]


def seen(session: Session, channels: Iterable[Seen]) -> bool:
    """Keeps who reads the desks' channels. Where others do from now on, cards lose their words, and those who run the
    office hear of it, once for all. Returns whether anything is different."""
    changed = [desk for one in channels for desk in _kept(session, one.channel, _readers(session, one))]
    _tell(session, changed)
    return bool(changed)


def somebody_joined(session: Session, channel: str, slack_id: str) -> bool:
    """Whoever came into a desk's channel reads along, unless they work there. Returns whether that matters."""
    desk = offices.desk_of_channel(session, channel)
    if desk is None or desk.readers is not Readers.DESK or _is_own(session, desk, slack_id):
        return False
    changed = _kept(session, channel, Readers.OTHERS)
    _tell(session, changed)
    return bool(changed)


def read_by_others(session: Session) -> list[Desk]:
    """The desks that take confidential requests, and in whose channels these can't be said."""
    keys = confidence.confidential_desks(session)
    return [desk for desk in offices.desks(session) if desk.key in keys and desk.channel and desk.readers in _OPEN]


def _readers(session: Session, one: Seen) -> Readers:
    desk = offices.desk_of_channel(session, one.channel)
    if not one.is_private:
        return Readers.EVERYONE
    others = desk is None or not all(_is_own(session, desk, slack_id) for slack_id in one.slack_ids)
    return Readers.OTHERS if others else Readers.DESK


def _kept(session: Session, channel: str, readers: Readers) -> list[Desk]:
    """The desk whose readers are others than before, as it is now; nothing when all is as it was."""
    desk = offices.desk_of_channel(session, channel)
    if desk is None or desk.id is None or desk.readers is readers:
        return []
    before = desk.readers
    changed = offices.save_desk(session, desk.key, {"name": desk.name, "readers": readers})
    history.record(
        session, clock.now(), None, "readers", "desk", desk.id, {"readers": before.value}, {"readers": readers.value}
    )
    is_concerned = desk.key in confidence.confidential_desks(session)
    if is_concerned and Readers.DESK in (before, readers):
        for number in requests.confidential_of(session, desk.id):
            outbox.redraw(session, "request", number, clock.now())
    return [changed] if is_concerned else []


def _tell(session: Session, changed: Iterable[Desk]) -> None:
    opened = [desk for desk in changed if desk.readers in _OPEN]
    if opened:
        readers = dict.fromkeys([*notices.admins(session), *(desk.lead_id for desk in opened)])
        notices.tell(session, "desk.readers", "office", 0, readers)


def _is_own(session: Session, desk: Desk, slack_id: str) -> bool:
    person = people.find_by_slack(session, slack_id)
    return person is not None and person.id in {*offices.members(session, desk.id or 0), desk.lead_id}
