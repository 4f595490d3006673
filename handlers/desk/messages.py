"""What Deskhand says by itself about itself."""

from handlers import blocks
from handlers.drawing import Drawing, Message
from handlers.i18n import Md
from office.duties import desk_channels
from storage import drafts, people
from storage.words import Readers


def hello(drawing: Drawing) -> Message:
    """An answer to a greeting in a direct message: what can be done, and how."""
    reader = drawing.reader
    person = people.find(drawing.session, drawing.row.reader_id)
    head = reader.say("Hello {name}! What do you need?", name=person.known_as if person else "")
    text = reader.md("Write it here in your own words, or use the buttons. `/desk` shows everything I can do.")
    buttons = [
        blocks.button(reader.say("New request"), "requests.new", style="primary"),
        blocks.button(reader.say("What can you do?"), "desk.help"),
    ]
    return Message(head, (blocks.words(head), blocks.md(text), *blocks.actions(buttons)))


def readers(drawing: Drawing) -> Message | None:
    """Tells those who run the office in which desks' channels others read along."""
    reader = drawing.reader
    found = desk_channels.read_by_others(drawing.session)
    if not found:
        return None
    lines = [
        reader.md("• {channel} of the desk “{desk}”: it is public.", channel=Md(f"<#{desk.channel}>"), desk=desk)
        if desk.readers is Readers.EVERYONE
        else reader.md(
            "• {channel} of the desk “{desk}”: others are in it.", channel=Md(f"<#{desk.channel}>"), desk=desk
        )
        for desk in found
    ]
    head = reader.say("Others read along in the channels of some desks")
    text = reader.md(
        "What only a desk may read is not said there: it gets a number and *Open*, and the desk's people get direct"
        " messages. A private channel with nobody else in it shows everything."
    )
    return Message(head, (blocks.words(head), *(blocks.md(one) for one in lines[:20]), blocks.context(text)))


def refused(drawing: Drawing) -> Message | None:
    """What could not be done with a direct message, and what to do instead."""
    draft = drafts.find(drawing.session, drawing.row.detail_id or 0, drawing.row.reader_id or 0)
    return Message(draft["refused"], (blocks.words(draft["refused"]),)) if draft else None
