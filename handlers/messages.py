"""MESSAGES: every message that the bot sends on its own, kind -> function."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.approvals import messages as approvals
from handlers.away import messages as away
from handlers.budgets import messages as budgets
from handlers.desk import letters
from handlers.desk import messages as desk
from handlers.digest import messages as digest
from handlers.drawing import Drawing, Mail, Message
from handlers.meetings import mails as meeting_mails
from handlers.meetings import messages as meetings
from handlers.minutes import messages as minutes
from handlers.reminders import messages as reminders
from handlers.requests import messages as requests
from handlers.supplies import messages as supplies
from handlers.tasks import messages as tasks
from office.duties import approvals as approval_duty
from office.duties import confidence
from office.duties import tasks as task_duty
from office.duties.requests.access import is_allowed
from office.duties.supplies import access as supply_access
from storage import approvals as approvals_stored
from storage import people
from storage import requests as requests_stored
from storage import tasks as tasks_stored
from storage.tables import Outbox, Person
from storage.words import Act, ApprovalAct, SupplyAct, TaskAct

MESSAGES: Mapping[str, Callable[[Drawing], Message | None]] = {
    **requests.MESSAGES,
    **approvals.MESSAGES,
    **budgets.MESSAGES,
    **supplies.MESSAGES,
    **meetings.MESSAGES,
    **minutes.MESSAGES,
    **tasks.MESSAGES,
    **reminders.MESSAGES,
    **away.MESSAGES,
    **digest.MESSAGES,
    "desk.hello": desk.hello,
    "desk.refused": desk.refused,
    "desk.readers": desk.readers,
    "letters.dead": letters.told,
    "letters.outage": letters.outage,
    "letters.anchor": letters.anchor,
}


# What goes out as e-mail, kind -> function.
MAILS: Mapping[str, Callable[[Drawing], Mail | None]] = {
    **supplies.MAILS,
    **meeting_mails.MAILS,
    **minutes.MAILS,
}


def may_read(session: Session, row: Outbox) -> bool:
    """Whether somebody may still see what a message to them is about: asked when it is drawn, and drawn anew."""
    if row.reader_id is None and not row.destination.startswith(("person:", "mail:")):
        return confidence.may_stand(session, row.subject, row.subject_id, row.destination)
    if row.subject not in _SEEN_BY or row.reader_id is None or row.kind in _LAST_WORDS:
        return True
    return _SEEN_BY[row.subject](session, people.get(session, row.reader_id), row.subject_id)


def unreadable(drawing: Drawing) -> Message | None:
    """What stands in the place of a message whose reader may not see its matter any more; nothing where none stood."""
    if drawing.row.reader_id is None:
        return _number_only(drawing)
    if drawing.row.redraws_id is None:
        return None
    number = drawing.row.subject_id
    if drawing.row.subject in ("supply_order", "purchase", "invoice"):
        text = drawing.reader.say("This is in other hands now.")
    elif drawing.row.subject == "task":
        text = drawing.reader.say("T{number} is in other hands now.", number=number)
    elif drawing.row.subject == "meeting":
        text = drawing.reader.say("M{number} is not for you any more.", number=number)
    elif drawing.row.subject == "minutes":
        text = drawing.reader.say("These minutes are not for you any more.")
    elif drawing.row.subject == "approval":
        text = drawing.reader.say("A{number} is in other hands now.", number=number)
    else:
        text = drawing.reader.say("#{number} is in other hands now.", number=number)
    return Message(text, (blocks.words(text),))


def _number_only(drawing: Drawing) -> Message:
    """What stands in a channel that others read, too: no word of it, and the way to it for those who may see it."""
    reader, number, is_request = drawing.reader, drawing.row.subject_id, drawing.row.subject == "request"
    name = f"#{number}" if is_request else f"A{number}"
    text = reader.say("{name}, confidential", name=name)
    if drawing.row.parent_id is not None:
        text = reader.say("News on {what}", what=name)
    opens = blocks.button(reader.say("Open"), "requests.open" if is_request else "approvals.open", str(number))
    return Message(text, (blocks.words(text), *blocks.actions([opens])))


def _sees_request(session: Session, reader: Person, number: int) -> bool:
    return is_allowed(session, reader, requests_stored.get(session, number), Act.SEE)


def _sees_task(session: Session, reader: Person, number: int) -> bool:
    return task_duty.is_allowed(session, reader, tasks_stored.get(session, number), TaskAct.SEE)


def _sees_approval(session: Session, reader: Person, number: int) -> bool:
    return approval_duty.is_allowed(session, reader, approvals_stored.get(session, number), ApprovalAct.SEE)


def _sees_money(session: Session, reader: Person, number: int) -> bool:
    return supply_access.may(session, reader, SupplyAct.SEE_MONEY)


# Told to somebody whose part in it ends with this very word.
_LAST_WORDS = frozenset({"tasks.accepted"}) | meetings.LAST_WORDS
_SEEN_BY: Mapping[str, Callable[[Session, Person, int], bool]] = {
    "request": _sees_request,
    "task": _sees_task,
    "approval": _sees_approval,
    "supply_order": supplies.may_see_order,
    "meeting": meetings.may_read,
    "minutes": minutes.may_read,
    "purchase": _sees_money,
    "invoice": _sees_money,
}

# What a message with buttons becomes when its function has nothing to say any more.
OUTCOMES: Mapping[str, Callable[[Drawing], Message]] = {
    "request": requests.outcome,
    "task": tasks.outcome,
    "approval": approvals.outcome,
}
