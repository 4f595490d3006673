"""/desk remind and /desk reminders: words -> a reminder, and the list of them."""

import json
import re
from datetime import date, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import blocks, times, when_form
from handlers.blocks import Block, View
from handlers.context import Answer, Call
from handlers.i18n import Md, Reader, mention
from handlers.people import away_word
from handlers.slack_text import readable
from office import clock
from office.duties import reminders as duty
from office.errors import Refusal
from office.rules.repetition import OnHolidays
from office.rules.request_words import mentions
from office.rules.words import clean
from office.when import When
from storage import drafts, people, reminders
from storage.tables import Person
from storage.time_tables import Reminder
from storage.words import ReminderState

# "@anna", "to @anna", "a @david", "an @greta"; or a channel.
_TARGET = re.compile(
    r"(?:(?:to|in|till|åt|i|an|a|en)\s+)?(?:<@(?P<who>[UW][A-Z0-9]+)(?:\|[^>]*)?>|<#(?P<channel>[CG][A-Z0-9]+)(?:\|[^>]*)?>)"
)
_ME = re.compile(r"^(?:me|mig|mich|mir|a mí|a mi)\b[\s:,]*", re.IGNORECASE)
_GLUE = re.compile(r"^(?:to|about|of|that|att|om|an|daran|dass|zu|de|que|a)\b[\s:,]+", re.IGNORECASE)
MOST_SHOWN = 15


def remind(call: Call, typed: str = "") -> Answer:
    """/desk remind me|@colleague|#channel to … when"""
    if not typed.strip():
        return Answer(modal=form(call.reader, {}))
    call.meet(mentions(typed))
    return call.perform(lambda session: make_from_words(session, call, typed))


def make_from_words(session: Session, call: Call, typed: str) -> Answer:
    """Makes a reminder of typed words; without a time in them it asks, and keeps the words."""
    person, channel, bare = _target(session, call, clean(typed))
    bare = readable(session, bare)
    found = times.found_in(session, call.person, call.reader, bare)
    if found is None:
        return _ask_when(session, call, bare, person, channel)
    text = _GLUE.sub("", found.rest_of(bare).strip(" ,;:–-"))
    note = duty.Note(text, found.when, person.id if person else None, channel)
    return made(session, call, duty.make(session, call.person, note), found.when)


def made(session: Session, call: Call, reminder: Reminder, when: When | None = None) -> Answer:
    """The answer to whoever made a reminder: what was understood, in full, and how to change it."""
    reader = call.reader
    head = reader.say("🔔 R{number} {words}", number=reminder.id, words=blocks.cut(reminder.text, 200))
    facts = [
        reader.md("*When* {when}", when=when_said(reader, reminder)),
        _whom(session, reader, reminder, call.person),
    ]
    moved = times.moved_said(reader, when.moved if when else None)
    row = [
        blocks.button(reader.say("Change"), "reminders.move", str(reminder.id)),
        blocks.button(reader.say("Undo"), "desk.undo:reminder", f"{reminder.id}.{reminder.version}.reminder"),
    ]
    shown = [blocks.words(head), blocks.md(" · ".join(one for one in facts if one))]
    if reminder.person_id != call.person.id:
        away = away_word(session, reader, people.find(session, reminder.person_id))
        shown += [blocks.context(away)] if away else []
    return Answer(head, (*shown, *([blocks.context(moved)] if moved else []), *blocks.actions(row)))


def overview(call: Call, _: str = "", replaces: bool = False) -> Answer:
    """The reminders that come to somebody, and those they made for others."""
    reader = call.reader
    heading = reader.say("Your reminders")
    with call.reading() as session:
        active = reminders.active_of(session, call.person.id or 0)
        lines = [line(session, reader, one, call.person) for one in active[:MOST_SHOWN]]
    empty = blocks.md(reader.md("None yet. Type `/desk remind me to call Bob tomorrow at 9`."))
    total = reader.count("{count} reminder", "{count} reminders", len(active))
    row = blocks.actions([blocks.button(reader.say("New reminder"), "reminders.new", style="primary")])
    tail = [blocks.context(total)] if len(active) > MOST_SHOWN else []
    return Answer(heading, (blocks.header(heading), *(lines or [empty]), *tail, *row), replaces=replaces)


def line(session: Session, reader: Reader, one: Reminder, viewer: Person) -> Block:
    whom = _whom(session, reader, one, viewer)
    about = " · ".join(part for part in (when_said(reader, one), whom) if part)
    text = reader.md(
        "*R{number}* {words}\n{about}", number=one.id, words=blocks.cut(one.text, 200), about=Md(about)
    )  # fmt: skip
    options = [blocks.option(reader.say("Change"), f"{one.id}.{one.version}.move")]
    if one.rule:
        options.append(blocks.option(reader.say("Move the next one"), f"{one.id}.{one.version}.move_next"))
        options.append(blocks.option(reader.say("Leave out the next one"), f"{one.id}.{one.version}.skip"))
    options.append(blocks.option(reader.say("End it"), f"{one.id}.{one.version}.end"))
    return blocks.md(text, blocks.overflow(f"reminders.menu:{one.id}", options))


def form(
    reader: Reader,
    metadata: dict[str, object],
    text: str = "",
    who: str | None = None,
    reminder: Reminder | None = None,
) -> View:
    """A reminder's form; `reminder` is the one that is changed."""
    repeats = (
        [
            blocks.context(
                reader.md("It repeats: {rhythm}. Other words replace that.", rhythm=when_said(reader, reminder))
            )
        ]
        if reminder and reminder.rule
        else []
    )
    day, at = _prefilled(reader, reminder)
    parts: list[Block] = [
        blocks.field("text", reader.say("Remind of what?"), blocks.text_input(text, longest=3000), optional=False),
        *repeats,
        *when_form.fields(reader, day=day, at=at),
    ]
    if reminder is None:
        parts.append(
            blocks.field("who", reader.say("Whom?"), blocks.person_select(who), hint=reader.say("Nobody chosen: you."))
        )
    title = reader.say("Change R{number}", number=reminder.id) if reminder else reader.say("New reminder")
    return blocks.modal(
        "reminders.form", title, parts, reader.say("Close"), reader.say("Save"),
        json.dumps({**metadata, **(when_form.shown(day, at) if reminder else {})}),
    )  # fmt: skip


def next_form(reader: Reader, reminder: Reminder) -> View:
    """Another day for the next one of a reminder that repeats."""
    parts = [
        blocks.words(blocks.cut(reminder.text, 300)),
        blocks.context(when_said(reader, reminder)),
        blocks.field(
            "day", reader.say("On which day instead?"), blocks.date_picker(_next_day(reminder)), optional=False
        ),
    ]
    title = reader.say("Move the next one")
    return blocks.modal(
        "reminders.next", title, parts, reader.say("Close"), reader.say("Save"), str(reminder.id)
    )  # fmt: skip


def _prefilled(reader: Reader, reminder: Reminder | None) -> tuple[date | None, str | None]:
    """A reminder's day and time as its reader's clock shows them; a repetition is shown in words instead."""
    if reminder is None or reminder.rule or reminder.next_at is None:
        return None, None
    local = reminder.next_at.astimezone(reader.tz)
    return local.date(), f"{local:%H:%M}"


def when_said(reader: Reader, one: Reminder) -> str:
    """When a reminder comes next, in full; or its rhythm."""
    at = time.fromisoformat(one.clock) if one.clock else None
    if one.rule and one.next_at is not None:
        day = _next_day(one)
        return times.rule_said(reader, one.rule, day, at, one.zone, OnHolidays(one.on_holidays))
    if at is not None and one.next_at is not None:
        return times.day_said(reader, _next_day(one), at, one.zone)
    return times.moment_said(reader, one.next_at or one.due_at or one.created_at)


def _next_day(one: Reminder) -> date:
    moment = one.next_at or one.created_at
    return moment.astimezone(ZoneInfo(one.zone)).date()


def _target(session: Session, call: Call, typed: str) -> tuple[Person | None, str | None, str]:
    """Whom or which channel to remind, and the other words."""
    found = _TARGET.match(typed)
    if found is None:
        return call.person, None, _GLUE.sub("", _ME.sub("", typed, count=1), count=1)
    bare = _GLUE.sub("", typed[found.end() :].strip(" ,:"), count=1)
    if found["channel"]:
        return None, found["channel"], bare
    return people.find_by_slack(session, found["who"]) or people.appear(session, found["who"]), None, bare


def _whom(session: Session, reader: Reader, one: Reminder, viewer: Person) -> str:
    if one.channel:
        return reader.md("in {channel}", channel=Md(f"<#{one.channel}>"))
    if one.person_id != viewer.id:
        return reader.md("for {who}", who=mention(people.find(session, one.person_id)))
    if one.maker_id != viewer.id:
        return reader.md("from {who}", who=mention(people.find(session, one.maker_id)))
    return ""


def _ask_when(session: Session, call: Call, bare: str, person: Person | None, channel: str | None) -> Answer:
    reader = call.reader
    text = bare
    words = {"reminder": text, "who": person.slack_id if person else None, "channel": channel}
    draft_id = drafts.keep(session, call.person.id or 0, words, clock.now())
    question = reader.say(
        "When? I found no time in “{words}”. Say it like “tomorrow at 9” or “every Monday 10:00”, or choose it.",
        words=blocks.cut(text, 200),
    )
    row = [blocks.button(reader.say("Choose day and time"), "reminders.draft_form", str(draft_id), style="primary")]
    return Answer(question, (blocks.words(question), *blocks.actions(row)))


def ended_word(reader: Reader, one: Reminder) -> str:
    if one.state is ReminderState.DECLINED:
        return reader.say("R{number} is declined; whoever made it is told.", number=one.id)
    return reader.say("R{number} has ended.", number=one.id)


def refuse_old() -> Refusal:
    return Refusal("This button is from an older message. /desk reminders lists your reminders.")
