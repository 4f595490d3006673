"""What Deskhand says by itself about reminders."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from handlers import blocks
from handlers.drawing import Drawing, Message
from handlers.i18n import Md, mention
from handlers.reminders import commands
from office import clock
from office.rules.snooze import Later
from storage import digests, outbox, people, reminders
from storage.time_tables import Reminder
from storage.words import ReminderState

# After this a reminder says that it comes late.
LATE = timedelta(minutes=2)


def due(drawing: Drawing) -> Message | None:
    """A reminder at its time; once its reader has seen to it, what became of it."""
    one = _reminder(drawing)
    reader = drawing.reader
    first = drawing.row if drawing.row.redraws_id is None else outbox.get(drawing.session, drawing.row.redraws_id)
    if one.state is ReminderState.DECLINED and drawing.row.redraws_id is None:
        return None
    tail = [blocks.context(line) for line in _context(drawing, one)]
    head = [blocks.words(f"🔔 {one.text}")]
    if drawing.row.reader_id is None:
        return Message(f"🔔 {one.text}", (*head, *tail))
    if one.settled_at is not None and one.settled_at >= first.created_at:
        said = _settled(drawing, one)
        return Message(f"🔔 {one.text}", (*head, blocks.context(said)))
    value = f"{one.id}.{one.version}"
    row = [
        blocks.button(reader.say("Done"), "reminders.done", value, style="primary"),
        blocks.button(reader.say("Tonight"), f"reminders.snooze_to:{Later.TONIGHT}", f"{value}.{Later.TONIGHT}"),
        blocks.button(reader.say("Tomorrow"), f"reminders.snooze_to:{Later.TOMORROW}", f"{value}.{Later.TOMORROW}"),
        blocks.button(reader.say("Next week"), f"reminders.snooze_to:{Later.NEXT_WEEK}", f"{value}.{Later.NEXT_WEEK}"),
        blocks.button(reader.say("Another time …"), "reminders.snooze", str(one.id)),
    ]
    return Message(f"🔔 {one.text}", (*head, *tail, *blocks.actions(row)))


def made(drawing: Drawing) -> Message | None:
    """Somebody will be reminded because somebody else wants it; they may say no."""
    one = _reminder(drawing)
    reader = drawing.reader
    maker = people.find(drawing.session, one.maker_id)
    text = reader.md("{who} wants me to remind you:", who=mention(maker))
    shown = [blocks.md(text), blocks.words(one.text)]
    plain = reader.say("{who} made a reminder for you", who=maker.known_as if maker else "Deskhand")
    if one.state is ReminderState.ACTIVE:
        shown.append(blocks.context(reader.md("*When* {when}", when=commands.when_said(reader, one))))
        decline = blocks.button(reader.say("No, thank you"), "reminders.decline", f"{one.id}.{one.version}")
        shown += blocks.actions([decline])
    elif one.state is ReminderState.DECLINED:
        shown.append(blocks.context(reader.md("✓ You declined it; {who} knows.", who=mention(maker))))
    elif drawing.row.redraws_id is None and one.due_at is None:
        return None
    return Message(plain, tuple(shown))


def declined(drawing: Drawing) -> Message | None:
    one = _reminder(drawing)
    who = people.find(drawing.session, drawing.row.detail_id)
    text = drawing.reader.md("{who} does not want this reminder:", who=mention(who))
    plain = drawing.reader.say("R{number} was declined", number=one.id)
    return Message(plain, (blocks.md(text), blocks.words(one.text)))


def missed(drawing: Drawing) -> Message | None:
    """Many at once after a standstill: one message instead of a burst."""
    reader = drawing.reader
    person_id = drawing.row.reader_id or 0
    since = drawing.row.created_at - timedelta(seconds=5)
    kept = [
        one for one in _kept_back(drawing, person_id, since) if one.state is not ReminderState.DECLINED
    ]  # fmt: skip
    if not kept:
        return None
    head = reader.count(
        "While I was not running, {count} reminder became due.",
        "While I was not running, {count} reminders became due.",
        len(kept),
    )
    lines = [
        reader.md("🔔 {words} · was due {when}", words=blocks.cut(one.text, 150), when=one.due_at or one.created_at)
        for one in kept[:20]
    ]
    shown = [blocks.md(line) for line in lines]
    row = blocks.actions([blocks.button(reader.say("Your reminders"), "reminders.overview")])
    return Message(head, (blocks.words(head), *shown, *row))


def _kept_back(drawing: Drawing, person_id: int, since: datetime) -> list[Reminder]:
    news = digests.news_since(drawing.session, person_id, since, clock.now() + timedelta(seconds=5))
    return [reminders.get(drawing.session, one.subject_id) for one in news if one.subject == "reminder"]


MESSAGES: dict[str, Callable[[Drawing], Message | None]] = {
    "reminders.due": due,
    "reminders.made": made,
    "reminders.declined": declined,
    "reminders.missed": missed,
}


def _reminder(drawing: Drawing) -> Reminder:
    return reminders.get(drawing.session, drawing.row.subject_id)


def _settled(drawing: Drawing, one: Reminder) -> str:
    if one.settled_as != "snoozed":
        return drawing.reader.md("✓ Done, {when}", when=one.settled_at)
    if one.rule or one.next_at is None:
        return drawing.reader.md("💤 Snoozed.")
    return drawing.reader.md("💤 Snoozed until {when}.", when=one.next_at)


def _context(drawing: Drawing, one: Reminder) -> list[str]:
    """Who wanted it, that it comes late, and where it came from."""
    reader = drawing.reader
    lines = []
    meant = datetime.fromtimestamp((drawing.row.detail_id or 0) * 60, UTC)
    first = drawing.row if drawing.row.redraws_id is None else outbox.get(drawing.session, drawing.row.redraws_id)
    if drawing.row.detail_id and first.created_at - meant > LATE:
        lines.append(reader.md("It was due {when}.", when=drawing.moment(meant)))
    if one.maker_id != drawing.row.reader_id:
        lines.append(reader.md("From {who}", who=mention(people.find(drawing.session, one.maker_id))))
    if one.link:
        here = reader.say("this message")
        lines.append(reader.md("Made from {link}.", link=Md(f"<{one.link}|{here}>")))
    return lines
