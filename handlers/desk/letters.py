"""Messages that could not be delivered, with their reasons in plain words."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers import blocks, forms
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.drawing import Drawing, Message
from handlers.i18n import Md, Reader, escape, mention
from office.duties import letters
from storage import history, outbox, people, seals
from storage.tables import Outbox

# How often one message is tried before it is given up; a Slack that is away altogether counts no tries.
TRIES = 12
# What Slack calls a token that it does not take any more.
REVOKED = frozenset(["invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"])


def overview(call: Call, replaces: bool = False) -> Answer:
    """The newest dead letters, each to be sent again or dropped."""
    heading = call.reader.say("Undelivered messages")
    with call.reading() as session:
        dead = letters.dead_letters(session, call.person)
        shown = [block for one in dead for block in _letter(session, call.reader, one)]
        total = outbox.count_dead(session)
    if not dead:
        shown = [blocks.md(call.reader.md("Everything has been delivered."))]
    count = call.reader.count("{count} message waits here.", "{count} messages wait here.", total)
    tail = [blocks.context(count)] if total else []
    if total > 1:
        again = blocks.button(call.reader.say("Send all of them again"), "desk.letters_again_all", style="primary")
        tail = [*tail, *blocks.actions([again])]
    return Answer(heading, (blocks.header(heading), *shown[:40], *tail), replaces=replaces)


def send_again(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        letters.send_again(session, call.person, _number(call))
        text = call.reader.say("It goes out again now.")
        return Answer(text, (blocks.words(text),), replaces=True)

    return call.perform(do)


def send_all_again(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        count = letters.send_all_again(session, call.person)
        text = call.reader.count("{count} message goes out again now.", "{count} messages go out again now.", count)
        return Answer(text, (blocks.words(text),), replaces=True)

    return call.perform(do)


def _number(call: Call) -> int:
    old = forms.old_button()
    return forms.whole(call.value, old)


def drop(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        letters.drop(session, call.person, _number(call))
        text = call.reader.say("Dropped; it will not be sent.")
        return Answer(text, (blocks.words(text),), replaces=True)

    return call.perform(do)


def told(drawing: Drawing) -> Message | None:
    """Tells an administrator that messages could not be delivered."""
    number = outbox.count_dead(drawing.session)
    if number == 0:
        return None
    text = drawing.reader.count(
        "{count} message could not be delivered.", "{count} messages could not be delivered.", number
    )
    button = blocks.button(drawing.reader.say("Look at them"), "desk.letters", style="primary")
    return Message(text, (blocks.words(text), *blocks.actions([button])))


def outage(drawing: Drawing) -> Message | None:
    """Tells an administrator of a while in which nothing could be sent."""
    entry = history.get(drawing.session, drawing.row.detail_id or 0)
    reader = drawing.reader
    since, until = datetime.fromisoformat(str(entry.after["since"])), entry.at
    text = reader.say(
        "Slack could not be reached from {since} to {until}. Nothing is lost: what has waited leaves now.",
        since=reader.moment(since), until=reader.moment(until),
    )  # fmt: skip
    if entry.after["error"] in REVOKED:
        text = reader.say(
            "Slack did not take my token from {since} to {until}. Nothing is lost: what has waited leaves now.",
            since=reader.moment(since), until=reader.moment(until),
        )  # fmt: skip
    return Message(text, (blocks.words(text),))


def anchor(drawing: Drawing) -> Message | None:
    """How far the history has come, to be compared with some day."""
    known = seals.anchor(drawing.session)
    if known is None:
        return None
    text = drawing.reader.say(
        "The history has {count} entries, and its last seal is {seal}. Keep this message: if somebody with access to"
        " the database ever changes the history, `deskhand audit verify --anchor {seal}` shows it.",
        count=known.entries, seal=str(known),
    )  # fmt: skip
    return Message(text, (blocks.words(text),))


def reason(reader: Reader, error: str) -> str:
    """Slack's error code in plain words, with what to do about it."""
    known = {
        "channel_not_found": reader.say(
            "The channel is not there, or private and without me. Type /invite @deskhand in it."
        ),
        "not_in_channel": reader.say("I am not in the channel. Type /invite @deskhand in it."),
        "is_archived": reader.say("The channel is archived. Give the desk another one with /desk office."),
        "user_disabled": reader.say("The person's account is deactivated."),
        "user_not_found": reader.say("The person is not in this workspace."),
        "cannot_dm_bot": reader.say("The reader is an app, and apps can't be written to."),
        "messages_tab_disabled": reader.say("Direct messages to me are switched off in the app's settings."),
        "restricted_action": reader.say("The channel does not let me post. Ask whoever runs it."),
        "missing_scope": reader.say("A permission is missing. Install the app again with the current manifest."),
        "invalid_auth": reader.say("Slack does not accept my token. Run deskhand doctor."),
        "token_revoked": reader.say("My token was revoked. Install the app again and run deskhand setup."),
        "too_many_tries": reader.say("It was tried {count} times in vain.", count=TRIES),
    }
    return known.get(error, reader.say("Slack refused it: {error}.", error=error))


def _letter(session: Session, reader: Reader, row: Outbox) -> list[Block]:
    if row.reader_id is not None:
        to = mention(people.find(session, row.reader_id))
    else:
        to = Md(f"<#{row.destination}>") if row.destination.startswith("C") else Md(escape(row.destination))
    about = f"#{row.subject_id}" if row.subject == "request" else row.subject
    text = reader.md(
        "*{about}* to {to}, {when}\n{reason}",
        about=about,
        to=to,
        when=row.created_at,
        reason=reason(reader, row.trouble or ""),
    )
    buttons = [
        blocks.button(reader.say("Send again"), f"desk.send_again:{row.id}", str(row.id), style="primary"),
        blocks.button(reader.say("Drop"), f"desk.drop:{row.id}", str(row.id)),
    ]
    return [blocks.md(text), *blocks.actions(buttons)]
