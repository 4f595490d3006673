"""/desk settings and /desk digest: when and how somebody is told, and their day right now."""

from datetime import timedelta

from sqlalchemy.orm import Session

from handlers import blocks, forms
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.digest import messages
from handlers.requests import actions as request_actions
from handlers.requests import cards
from handlers.requests import commands as request_commands
from handlers.tasks.actions import whole
from office import clock
from office.duties import digests as duty
from office.duties import reminders
from office.duties import requests as request_duty
from office.rules.snooze import Later, later
from office.rules.topics import CHOICES, wanted
from office.when import When
from storage import digests
from storage.time_tables import Digest
from storage.words import Act, DigestKind, Topic, Wanted


def now(call: Call) -> Answer:
    """The digest of this moment, for whoever asks."""
    with call.reading() as session:
        since = digests.last(session, call.person.id or 0)
        digest = Digest(
            person_id=call.person.id or 0,
            kind=DigestKind.DAILY,
            due_at=clock.now(),
            since_at=since.due_at if since else clock.now() - timedelta(days=1),
        )
        content = duty.content(session, call.person, digest)
        shown = messages.message(session, call.catalogue, call.reader, call.person, digest, content)
    return Answer(shown.text, shown.blocks)


def open_form(call: Call) -> Answer:
    """The form of one's own settings."""
    reader = call.reader
    with call.reading() as session:
        chosen = digests.preference(session, call.person.id or 0)
    on_off = [blocks.option(reader.say("yes"), "yes"), blocks.option(reader.say("no"), "no")]
    weekdays = [
        blocks.option(str(reader.locale.days["stand-alone"]["wide"][day]).capitalize(), str(day)) for day in range(7)
    ]
    days = [str(day) for day in chosen.digest_days or []]
    parts: list[Block] = [
        blocks.field(
            "on",
            reader.say("A digest of my day"),
            blocks.select(on_off, "yes" if chosen.digest_on else "no", "radio_buttons"),
        ),
        blocks.field("at", reader.say("At"), blocks.time_picker(chosen.digest_at), optional=False),
        blocks.field(
            "days", reader.say("On"), blocks.several(weekdays, days, "checkboxes"),
            hint=reader.say("Nothing chosen: on your working days, not on holidays."),
        ),
        *[_topic(call, topic, wanted(chosen.topics, topic)) for topic in Topic],
        blocks.context(reader.md("Language: `/desk language`. Times are shown in your Slack time zone: {zone}.",
                                 zone=reader.zone)),
    ]  # fmt: skip
    view = blocks.modal("digest.settings", reader.say("Settings"), parts, reader.say("Close"), reader.say("Save"))
    return Answer(modal=view, how="push" if call.in_modal else "open")


def sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        chosen = {topic: forms.choice(held, topic.value, Wanted) for topic in Topic}
        topics = {topic: choice for topic, choice in chosen.items() if choice is not None}
        days = [day for day in range(7) if str(day) in forms.texts(held, "days")]
        at = forms.clock(held, "at") or "08:30"
        duty.choose(session, call.person, forms.text(held, "on") != "no", at, days or None, topics)
        return Answer()

    return call.perform(do)


def request_menu(call: Call) -> Answer:
    """The menu on a request's line in a digest."""
    number, _, chosen = call.value.partition(".")
    if chosen == "open":
        return request_actions.show(call)
    if chosen == "solve":
        return request_commands.open_act(call, Act.SOLVE, whole(number))
    if chosen in list(Later):
        return call.perform(lambda session: _snoozed(session, call, whole(number), Later(chosen)))
    raise forms.old_button()


def _snoozed(session: Session, call: Call, number: int, choice: Later) -> Answer:
    """A request has no snooze of its own: its owner is reminded of it."""
    request = request_duty.look(session, call.person, number)
    until = later(choice, call.reader.zone, clock.now())
    local = until.astimezone(call.reader.tz)
    when = When(local.date(), local.time(), call.reader.zone, start=until, floats=False)
    # The title only where it is open to all: the reminder may be read when its reader's part in it is over.
    text = cards.neutral(call.reader, request)
    reminders.make(session, call.person, reminders.Note(text, when, call.person.id))
    said = call.reader.say("#{number} comes back to you {when}.", number=number, when=until)
    return Answer(said, (blocks.words(said),))


def _topic(call: Call, topic: Topic, chosen: Wanted) -> Block:
    reader = call.reader
    labels = {
        Topic.REQUESTS: reader.say("News on what I asked for"),
        Topic.TASKS: reader.say("News on tasks I gave"),
        Topic.DESK: reader.say("My desks, in the digest"),
        Topic.TEAM: reader.say("My people's late tasks, in the digest"),
    }
    options = [blocks.option(reader.term(one), one.value) for one in CHOICES[topic]]
    return blocks.field(topic.value, labels[topic], blocks.select(options, chosen.value, "radio_buttons"))
