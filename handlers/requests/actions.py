"""Clicks on requests, their forms, and the shortcut on a message."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks, forms
from handlers.approvals import routes_said
from handlers.context import Answer, Call, FormErrors
from handlers.permalinks import permalink
from handlers.requests import acts, commands, lists, modals
from handlers.requests.acts import Handler, Wanted
from handlers.slack_text import readable, words_of
from office import clock
from office.duties import requests as duty
from office.errors import Refusal
from storage import drafts, people, requests
from storage.tables import Request
from storage.words import Act, Priority


def new(call: Call) -> Answer:
    return Answer(modal=modals.chooser(call.reader, call.catalogue, call.person), how=_how(call))


def usage(call: Call) -> Answer:
    return commands.usage(call)


def choose(call: Call) -> Answer:
    """A type was chosen in the form's first step."""
    kind = call.catalogue.get(call.value)
    with call.reading() as session:
        currency = commands.currency_of(session, call)
        route = routes_said.declared(session, call.reader, call.person, kind)
    return Answer(modal=modals.form(call.reader, kind, currency, {}, route=route), how="update")


def show(call: Call) -> Answer:
    with call.reading() as session:
        request = duty.look(session, call.person, _number(call))
        view = modals.sheet(session, call.catalogue, call.reader, call.person, request)
    return Answer(modal=view, how=_how(call))


def page(call: Call) -> Answer:
    name, number, words = (call.value.split("|", 2) + ["", ""])[:3]
    # In a message of the clicker's own the page changes in place; from elsewhere it comes as a new one.
    return lists.show(call, name, _whole(number), words, replaces=call.is_ephemeral or call.in_modal)


def at_once(act: Act) -> Handler:
    """The handler of a button that needs no more words."""

    def handler(call: Call) -> Answer:
        def do(session: Session) -> Answer:
            return _after(session, call, acts.at_once(session, call, act, _number(call)))

        return call.perform(do)

    return handler


def with_form(act: Act) -> Handler:
    """The handler of a button that opens a form first."""

    def handler(call: Call) -> Answer:
        return commands.open_act(call, act, _number(call))

    return handler


def retype_to(call: Call) -> Answer:
    """Another type, chosen in the answer to whoever asked."""
    number = _number(call.with_value(call.block_id.partition(":")[2]))

    def do(session: Session) -> Answer:
        kind = call.catalogue.find(call.value)
        if kind is None:
            raise Refusal("This type is no longer in the catalogue. Choose another one.")
        more = commands.amount_in(session, call, kind, duty.look(session, call.person, number).text)
        changed = duty.retype(session, call.catalogue, call.person, number, kind, more)
        return commands.logged(session, call, changed, replaces=True)

    return call.perform(do)


def prioritise_to(call: Call) -> Answer:
    number, _, priority = (call.value.split(".") + ["", ""])[:3]
    if priority not in list(Priority):
        raise Refusal("This button is from an older message. /request mine lists what you asked for.")

    def do(session: Session) -> Answer:
        kind = call.catalogue.get(duty.look(session, call.person, _whole(number)).type)
        changed = duty.prioritise(session, call.person, _whole(number), Priority(priority), kind)
        return commands.logged(session, call, changed, replaces=True)

    return call.perform(do)


def log_draft(call: Call) -> Answer:
    return commands.from_draft(call, _whole(call.value))


def follow_draft(call: Call) -> Answer:
    """It is the same: the asker is counted in, and what they typed is no longer needed."""
    number, _, draft_id = call.value.partition(".")

    def do(session: Session) -> Answer:
        assert call.person.id is not None
        duty.follow(session, call.person, _whole(number))
        drafts.use(session, _whole(draft_id), call.person.id)
        text = call.reader.say("You are counted in on #{number} and hear when it is solved.", number=number)
        return Answer(text, (blocks.words(text),), replaces=True)

    return call.perform(do)


def form_sent(call: Call) -> Answer:
    """A type's form, filled in: a new request, or a change of one."""
    metadata = call.metadata
    held = blocks.values(call.body["view"])
    link = permalink(call, metadata)

    def do(session: Session) -> Answer:
        old = duty.look(session, call.person, int(metadata["id"]), Act.EDIT) if "id" in metadata else None
        # A type that left the catalogue while the form was open: the words count all the same.
        kind = call.catalogue.get(old.type if old else str(metadata.get("type")))
        currency = commands.currency_of(session, call)
        answers, files, errors = modals.answers_of(session, call.reader, kind, currency, held)
        needed_by = date.fromisoformat(held["needed_by"]) if held.get("needed_by") else None
        if needed_by and needed_by < call.reader.today() and old is None:
            errors["needed_by"] = call.reader.say("This day is over. Choose today or a later one.")
        if errors:
            raise FormErrors(errors)
        whom = held.get("for")
        beneficiary = (people.find_by_slack(session, whom) or people.appear(session, whom)) if whom else None
        asked = duty.Ask(
            type=kind,
            # A text too long for a field is not in the form, and stays as it is.
            text=held.get("text") or (old.text if old else _kept_text(session, call, metadata)),
            answers=answers,
            priority=Priority(held.get("priority", Priority.NORMAL.value)),
            beneficiary_id=beneficiary.id if beneficiary else None,
            needed_by=needed_by,
            link=link,
            files=tuple(files),
        )
        if old is not None:
            request = duty.edit(session, call.person, old.id or 0, asked, metadata.get("version"))
        else:
            request = duty.log(session, call.person, asked)
        return Answer(sheet=f"request:{request.id}" if metadata.get("sheet") else None)

    return call.perform_form(do)


def act_sent(call: Call) -> Answer:
    """The form of one act."""
    metadata = call.metadata
    held = blocks.values(call.body["view"])
    act, number = Act(metadata["act"]), int(metadata["id"])
    wanted = Wanted(words=held.get("text", ""), who=held.get("who"), choice=held.get("choice"))

    def do(session: Session) -> Answer:
        request = acts.with_words(session, call, act, number, wanted)
        return Answer(sheet=f"request:{request.id}" if metadata.get("sheet") else None)

    return call.perform(do)


def from_message(call: Call) -> Answer:
    """The shortcut on a message: its words and a link to it go into the form."""
    message = call.body.get("message", {})
    with call.reading() as session:
        text = readable(session, words_of(message))
        kind = call.catalogue.guess(text)
        currency = commands.currency_of(session, call)
    channel = call.body.get("channel", {}).get("id", "")
    metadata = {"channel": channel, "ts": message.get("ts", "")}
    if len(text) > modals.LONGEST_FIELD:
        kept = call.perform(
            lambda session: Answer(str(drafts.keep(session, call.person.id or 0, {"text": text}, clock.now())))
        )
        metadata["draft"] = kept.text
    return Answer(modal=modals.form(call.reader, kind, currency, metadata, {"text": text}))


def _kept_text(session: Session, call: Call, metadata: Mapping[str, Any]) -> str:
    kept = drafts.find(session, forms.number(metadata, "draft"), call.person.id or 0) if "draft" in metadata else None
    return str(kept["text"]) if kept else ""


def _after(session: Session, call: Call, request: Request) -> Answer:
    """What the clicker sees: a card redraws itself; a sheet is drawn again in its place."""
    if call.in_modal:
        view = modals.sheet(session, call.catalogue, call.reader, call.person, requests.get(session, request.id or 0))
        return Answer(modal=view, how="update")
    return Answer()


def _number(call: Call) -> int:
    number = call.value.partition(".")[0]
    return _whole(number)


def _whole(text: str) -> int:
    """A number that a button of ours carries."""
    return forms.whole(text, Refusal("This button is from an older message. /request mine lists what you asked for."))


def _how(call: Call) -> str:
    return "push" if call.in_modal else "open"
