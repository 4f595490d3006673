"""What Deskhand says by itself about itself."""

from handlers import blocks
from handlers.drawing import Drawing, Message
from storage import drafts, people


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


def refused(drawing: Drawing) -> Message | None:
    """What could not be done with a direct message, and what to do instead."""
    draft = drafts.find(drawing.session, drawing.row.detail_id or 0, drawing.row.reader_id or 0)
    return Message(draft["refused"], (blocks.words(draft["refused"]),)) if draft else None
