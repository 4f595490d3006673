"""What people are told of what comes from outside: e-mails in their name, other calendars, a mailbox."""

from collections.abc import Callable

from handlers import blocks
from handlers.drawing import Drawing, Message
from handlers.i18n import Reader, mention
from handlers.meetings import cards, told
from office import clock
from storage import history, meetings, people
from storage.meeting_tables import Invitee
from storage.words import Reply


def doubted(drawing: Drawing) -> Message | None:
    """An e-mail says that it is from somebody: they are asked, and their own press counts."""
    meeting, reader = told.meeting_of(drawing), drawing.reader
    day = meetings.next_date(drawing.session, meeting.id or 0, clock.now())
    if day is None:
        return None
    text = reader.md(
        "An e-mail in your name has answered {what}: {reply}. I could not check that it is yours, so nothing has"
        " changed. What do you say?",
        what=cards.link(meeting), reply=_reply(drawing),
    )  # fmt: skip
    return Message(
        told.plain(drawing, meeting),
        (blocks.md(text), *blocks.actions(cards.reply_buttons(reader, meeting, day, one_date=day.moved))),
    )


def doubted_guest(drawing: Drawing) -> Message | None:
    meeting, reader = told.meeting_of(drawing), drawing.reader
    invitee = _invitee(drawing)
    text = reader.md(
        "An e-mail that says it is from {who} has answered {what}: {reply}. I could not check it, so nothing has"
        " changed. Ask them, or let them answer by the link in their invitation.",
        who=blocks.cut(invitee.email, 200) if invitee else "–", what=cards.link(meeting), reply=_reply(drawing),
    )  # fmt: skip
    return told.news(drawing, meeting, text)


def busy_trouble(drawing: Drawing) -> Message | None:
    """Somebody's other calendar could not be read three times: they hear of it, and the administrators."""
    reader, owner = drawing.reader, people.get(drawing.session, drawing.row.subject_id)
    entry = history.get(drawing.session, drawing.row.detail_id or 0)
    why = trouble(reader, str(entry.after.get("trouble") or ""))
    is_away = bool(entry.after.get("away"))
    if owner.id != drawing.row.reader_id:
        text = reader.md("I could not read the other calendar of {who}: {why}.", who=mention(owner), why=why)
        rest = reader.say("I look once a day.") if is_away else reader.say("I have set it aside. They know.")
        return Message(f"{text} {rest}", (blocks.md(text), blocks.context(rest)))
    text = reader.md("I could not read your other calendar three times: {why}.", why=why)
    rest = (
        reader.say("I look once a day now. Until then others see when you were busy at the last look.")
        if is_away
        else reader.say("I look no more. Look at the address, and enter it again.")
    )
    button = blocks.button(reader.say("Your other calendar"), "meetings.busy")
    return Message(f"{text} {rest}", (blocks.md(text), blocks.context(rest), *blocks.actions([button])))


def busy_zones(drawing: Drawing) -> Message | None:
    """Zones of a calendar that nobody knows: how its times were understood."""
    reader, owner = drawing.reader, people.get(drawing.session, drawing.row.subject_id)
    entry = history.get(drawing.session, drawing.row.detail_id or 0)
    named = ", ".join(blocks.cut(str(one), 80) for one in entry.after.get("zones") or [])
    text = reader.say(
        "Your other calendar has times in a zone that I don't know ({zones}). I read them as times in {zone}.",
        zones=named, zone=owner.zone,
    )  # fmt: skip
    return Message(text, (blocks.words(text),))


def mail_set_aside(drawing: Drawing) -> Message | None:
    entry = history.get(drawing.session, drawing.row.detail_id or 0)
    text = drawing.reader.say(
        "A message in my mailbox could not be read three times. I have marked it as read and go on; look at it there."
        " I met it last {when}.",
        when=drawing.reader.moment(entry.at),
    )
    return Message(text, (blocks.words(text),))


def trouble(reader: Reader, why: str) -> str:
    """Why something from outside could not be read, in the reader's language."""
    known = {
        "the address is not known": reader.say("its address is not known"),
        "the address is not on the internet": reader.say("its address is not on the internet"),
        "too slow": reader.say("its server is too slow"),
        "too large": reader.say("it is too large"),
        "it takes too long or too much": reader.say("it takes too long to read"),
        "it takes too much memory": reader.say("it is too large"),
    }
    if why.startswith("HTTP "):
        return reader.say("its server answers {code}", code=why)
    return known.get(why) or reader.say("what stands there is no calendar that I can read")


def _reply(drawing: Drawing) -> Reply | str:
    said = str(history.get(drawing.session, drawing.row.detail_id or 0).after.get("reply") or "")
    return Reply(said) if said else drawing.reader.say("another time")


def _invitee(drawing: Drawing) -> Invitee | None:
    entry = history.get(drawing.session, drawing.row.detail_id or 0)
    return meetings.find_invitee(drawing.session, int(entry.after.get("invitee") or 0))


MESSAGES: dict[str, Callable[[Drawing], Message | None]] = {
    "meetings.doubted": doubted,
    "meetings.doubted_guest": doubted_guest,
    "meetings.busy_trouble": busy_trouble,
    "meetings.busy_zones": busy_zones,
    "meetings.mail_set_aside": mail_set_aside,
}
