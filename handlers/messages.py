"""MESSAGES: every message that the bot sends on its own, kind -> function."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.desk import letters
from handlers.desk import messages as desk
from handlers.drawing import Drawing, Message
from handlers.requests import messages as requests
from office.duties.requests.access import is_allowed
from storage import people
from storage import requests as requests_stored
from storage.tables import Outbox
from storage.words import Act

MESSAGES: Mapping[str, Callable[[Drawing], Message | None]] = {
    **requests.MESSAGES,
    "desk.hello": desk.hello,
    "desk.refused": desk.refused,
    "letters.dead": letters.told,
}


def may_read(session: Session, row: Outbox) -> bool:
    """Whether somebody may still see what a message to them is about: asked when it is drawn, and drawn anew."""
    if row.subject != "request" or row.reader_id is None:
        return True
    reader, request = people.get(session, row.reader_id), requests_stored.get(session, row.subject_id)
    return is_allowed(session, reader, request, Act.SEE)


def unreadable(drawing: Drawing) -> Message | None:
    """What stands in the place of a message whose reader may not see its matter any more; nothing where none stood."""
    if drawing.row.redraws_id is None:
        return None
    text = drawing.reader.say("#{number} is in other hands now.", number=drawing.row.subject_id)
    return Message(text, (blocks.words(text),))


# What a message with buttons becomes when its function has nothing to say any more.
OUTCOMES: Mapping[str, Callable[[Drawing], Message]] = {"request": requests.outcome}
