"""Confirming: by those who were there, by silence, and for good."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.changes import Overtaken
from office.duties.minutes import access, finishing
from office.duties.minutes.access import change, look, record
from office.duties.one_by_one import one_by_one
from office.errors import Refusal
from storage import minutes
from storage.minute_tables import Minutes
from storage.tables import Person
from storage.words import AmendmentKind, AmendmentState, MinutesAct, MinutesState

PUT_OFF = timedelta(minutes=10)


@dataclass(frozen=True)
class Stand:
    """Who has confirmed a version, and who has not said a word."""

    confirmed: list[int]
    silent: list[int]


def confirm(session: Session, actor: Person, minutes_id: int, edition: int) -> Minutes:
    """Somebody who was there agrees to a version; with the last of them it is confirmed."""
    found = look(session, actor, minutes_id, MinutesAct.CONFIRM)
    if edition != found.edition:
        raise Refusal(
            "Meanwhile there is version {version} of {name}. Look at what has changed, then confirm it.",
            version=found.edition, name=found.name,
        )  # fmt: skip
    # Keeps the row, so that of two who are the last one sees the other.
    if not minutes.touch(session, minutes_id, MinutesState.SENT):
        raise Overtaken
    finishing.agree(session, found, [actor.id], edition)
    record(session, actor, found, "confirm", {"edition": edition})
    if not stand(session, found).silent and not waits(session, found):
        return settle(session, minutes.get(session, minutes_id))
    access.show(session, found, home=True)
    return found


def finish(session: Session, actor: Person, minutes_id: int, changes: int | None = None) -> Minutes:
    """Sends the minutes; where nobody else was there they are confirmed by that."""
    sent = finishing.finish(session, actor, minutes_id, changes)
    return sent if stand(session, sent).silent else settle(session, minutes.get(session, minutes_id))


def stand(session: Session, found: Minutes) -> Stand:
    """How the version that counts stands."""
    rows = {one.person_id: one for one in minutes.attendance(session, found.id or 0) if one.person_id is not None}
    there = access.attendees(rows.values())
    confirmed = [one for one in there if one in rows and rows[one].confirmed == found.edition]
    silent = [one for one in there if one not in confirmed and access.here(session, one)]
    return Stand(confirmed, silent)


def waiting_for(session: Session, person: Person) -> list[Minutes]:
    """What waits for somebody's word: versions that they were there for and have not confirmed."""
    return [one for one in minutes.concerning(session, person.id or 0) if waits_for(session, person, one)]


def waits_for(session: Session, person: Person, found: Minutes) -> bool:
    return (
        found.state is MinutesState.SENT
        and access.is_allowed(session, person, found, MinutesAct.CONFIRM)
        and person.id in stand(session, found).silent
    )


def waits(session: Session, found: Minutes) -> bool:
    """Whether a change is asked for that nobody has decided on."""
    asked = minutes.amendments(session, found.id or 0, AmendmentState.ASKED)
    return any(one.kind is AmendmentKind.CHANGE for one in asked)


def settle(session: Session, found: Minutes) -> Minutes:
    """The version that counts is confirmed: by a word, or by silence."""
    values = {"state": MinutesState.CONFIRMED, "confirmed_at": clock.now(), "confirm_by": None}
    silent = stand(session, found).silent
    settled = change(session, None, found, "confirmed", values, {"silent": len(silent)})
    notices.tell(session, "minutes.confirmed", "minutes", found.id or 0, [found.chair_id, found.taker_id])
    access.show(session, settled, home=True)
    return settled


def silence_counts(session: Session) -> int:
    """What nobody has objected to in two working days is confirmed; a change that is asked for is waited for."""
    due = minutes.to_confirm(session, clock.now())
    one_by_one(session, due, lambda one: _by_silence(session, one), lambda one: _put_off(session, one))
    return len(due)


def lock(session: Session, actor: Person, minutes_id: int) -> Minutes:
    """Nothing is added any more: the minutes stay as they are for good."""
    found = look(session, actor, minutes_id, MinutesAct.LOCK)
    if not minutes.touch(session, minutes_id, MinutesState.CONFIRMED):
        raise Overtaken
    found = minutes.get(session, minutes_id)
    if minutes.amendments(session, minutes_id, AmendmentState.ASKED):
        raise Refusal("An addendum waits for your word. Decide on it, then lock {name}.", name=found.name)
    locked = change(session, actor, found, "lock", {"state": MinutesState.LOCKED, "locked_at": clock.now()})
    access.show(session, locked, home=True)
    return locked


def _by_silence(session: Session, found: Minutes) -> None:
    number = found.id or 0
    if not minutes.touch(session, number, MinutesState.SENT):
        change(session, None, minutes.get(session, number), "settled", {"confirm_by": None})
        return
    for one in minutes.amendments(session, number, AmendmentState.ASKED):
        theirs = access.deciders(session, found, one.item_id)
        if not theirs:
            # Whoever could decide is gone: it stays as it is.
            minutes.decide_amendment(
                session, one.id or 0, {"state": AmendmentState.DECLINED, "decided_at": clock.now()}
            )
        # Whoever decides settles it; they are asked again.
        notices.tell(session, "minutes.proposed", "minutes", number, theirs, detail_id=one.id, is_card=True)
    fresh = minutes.get(session, number)
    if waits(session, fresh):
        change(session, None, fresh, "waits", {"confirm_by": None})
    else:
        settle(session, fresh)


def _put_off(session: Session, found: Minutes) -> None:
    minutes.change(session, minutes.get(session, found.id or 0), {"confirm_by": clock.now() + PUT_OFF})
