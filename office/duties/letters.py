"""Messages that could not be delivered: an administrator sees them and sends them again, or lets them go."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import mails, notices
from office.duties.people import refuse_unless_admin
from office.errors import Refusal
from storage import history, offices, outbox, requests, timers
from storage.tables import Outbox, Person

# One message about trouble in this time: what tells of dead letters must not become a flood itself.
TELL_EVERY = timedelta(minutes=30)
ANCHOR, TELL_ANCHOR_EVERY = "anchor told", timedelta(days=7)


def dead_letters(session: Session, actor: Person) -> list[Outbox]:
    refuse_unless_admin(actor)
    return outbox.dead(session)


def send_again(session: Session, actor: Person, row_id: int) -> None:
    refuse_unless_admin(actor)
    if not outbox.revive(session, row_id, clock.now()):
        raise Refusal("This message is no longer waiting for you: it was sent again or dropped.")
    history.record(session, clock.now(), actor.id, "send_again", "letter", row_id)


def drop(session: Session, actor: Person, row_id: int) -> None:
    refuse_unless_admin(actor)
    if not outbox.drop(session, row_id):
        raise Refusal("This message is no longer waiting for you: it was sent again or dropped.")
    history.record(session, clock.now(), actor.id, "drop", "letter", row_id)


def take_the_next_way(session: Session, row: Outbox, trouble: str = "") -> None:
    """A card that its channel can't take goes to the desk's people, an e-mail to whoever wanted it sent; the
    administrators hear of any dead letter."""
    if row.kind in mails.FATES:
        mails.lost(session, row, trouble)
    if row.reader_id is None and row.is_card and row.subject == "request":
        request = requests.get(session, row.subject_id)
        desk = offices.get_desk(session, request.desk_id)
        notices.tell(session, row.kind, row.subject, row.subject_id, notices.desk_people(session, desk), is_card=True)
    tell_of_dead(session)


def tell_of_dead(session: Session) -> None:
    """Tells the administrators that something could not be delivered; not again while they have just been told."""
    if outbox.count_dead(session) and timers.claim(session, "dead letters told", clock.now(), TELL_EVERY):
        notices.tell(session, "letters.dead", "office", 0, notices.admins(session))


def tell_of_outage(session: Session, since: datetime, error: str) -> None:
    """Tells the administrators, once, that nothing could be sent for a while and that all of it is leaving now."""
    if timers.claim(session, "outage told", clock.now(), TELL_EVERY):
        entry = history.record(
            session, clock.now(), None, "outage", "office", 0, after={"since": since.isoformat(), "error": error[:80]}
        )
        notices.tell(session, "letters.outage", "office", 0, notices.admins(session), detail_id=entry)


def tell_anchor(session: Session) -> None:
    """Tells the administrators once a week how far the history has come: who has the database can't change that."""
    is_first = ANCHOR not in timers.last(session)
    if timers.claim(session, ANCHOR, clock.now(), TELL_ANCHOR_EVERY) and not is_first:
        notices.tell(session, "letters.anchor", "office", 0, notices.admins(session))


def send_all_again(session: Session, actor: Person) -> int:
    """Every message that could not be delivered is tried once more; returns how many."""
    refuse_unless_admin(actor)
    count = outbox.revive_all(session, clock.now())
    history.record(session, clock.now(), actor.id, "retry_all", "letter", 0, after={"count": count})
    return count
