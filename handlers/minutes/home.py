"""Minutes on the home tab: what is being taken, and what waits for one's word."""

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.context import Call
from handlers.minutes import cards
from office.duties.minutes import confirming, taking

SHOWN = 3


def shown(session: Session, call: Call) -> list[Block]:
    """Nothing where nothing waits."""
    reader = call.reader
    found: list[Block] = []
    for heading, place, them in (
        (reader.say("Minutes being taken"), "home_now", taking.running_for(session, call.person)),
        (reader.say("Minutes for you to confirm"), "home_confirm", confirming.waiting_for(session, call.person)),
    ):
        if them:
            found += [blocks.divider(), blocks.header(heading)]
            found += [cards.line(session, reader, one, place) for one in them[:SHOWN]]
    return found
