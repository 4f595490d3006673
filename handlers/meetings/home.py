"""Meetings on the home tab: today's and the next, and what waits for one's answer."""

from datetime import timedelta

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.context import Call
from handlers.meetings import cards
from office import clock
from office.duties.meetings import access
from storage import meetings

SHOWN, AHEAD = 5, timedelta(days=7)


def shown(session: Session, call: Call) -> list[Block]:
    """The next dates of a week; nothing where there are none."""
    reader, now = call.reader, clock.now()
    found = [
        (day, meeting)
        for day, meeting in meetings.between(session, [call.person.id or 0], now, now + AHEAD)
        if access.takes_part(session, call.person, meeting)
    ]
    if not found:
        return []
    lines: list[Block] = [blocks.divider(), blocks.header(reader.say("Your meetings"))]
    for day, meeting in found[:SHOWN]:
        line = cards.line(session, reader, meeting, day, call.person, "home")
        when = reader.day(day.starts_at.astimezone(reader.tz).date())
        line["text"]["text"] = f"*{when}* {line['text']['text']}"
        lines.append(line)
    if len(found) > SHOWN:
        lines += blocks.actions([blocks.button(reader.say("Show all {count}", count=len(found)), "meetings.mine:home")])
    return lines
