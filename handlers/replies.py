"""An answer -> what Slack shows; a refusal -> a polite one; anything else -> an apology with a reference."""

import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from handlers import blocks, fitting, forms, marks
from handlers.blocks import Block, View
from handlers.context import Answer, Call, House, Unclear
from handlers.i18n import Reader, reader_of
from handlers.sheets import SHEETS
from handlers.slack_text import readable
from office import clock
from office.duties import notices
from office.duties.people import refuse_strangers
from office.errors import Refusal
from storage import drafts
from storage.tables import Person
from storage.words import Standing

logger = logging.getLogger(__name__)

# What SQLite and PostgreSQL say of tables that are not as they should be, or a file that is damaged.
_DAMAGED = ("no such table", "no such column", "malformed", "not a database", "readonly", "read-only", "unable to open")
HOOKS = "hooks.slack.com"
# Slack has done it already: the same press came twice.
_REPEATED = ("exchanged_trigger_id", "hash_conflict")
# It takes a view as it is never.
_ILLEGAL = ("invalid_arguments", "view_too_large")
MOST_WINDOWS = 3


def answered(call: Call, handler: Callable[[Call], Answer] | None, typed: bool = False, event: bool = False) -> Answer:
    """Runs a handler; whatever goes wrong becomes words in the person's language, and nothing typed is lost."""
    try:
        # What Slack tells of people and tabs is heard whoever it is about; words and gestures are not.
        if not event or call.body["event"]["type"] == "message":
            _refuse_whom_nobody_knows(call)
        if handler is None:
            raise forms.old_button()
        return handler(call)
    except Refusal as refusal:
        text = call.reader.say(refusal.text, **refusal.facts)
        return Answer() if event and not _direct(call) else _refused(call, text, typed)
    except Unclear:
        logger.warning("the database is away, and whether a gesture had its effect is not known")
        if event:
            raise  # Slack delivers an event again.
        return _refused(call, unclear(call.reader), typed)
    except OperationalError as error:
        logger.warning("the database is busy, full or damaged: %s", error.orig)
        if event:
            raise
        return _refused(call, _busy(call, str(error.orig)), typed)
    except Exception:
        reference = secrets.token_hex(3)
        logger.exception("a bug, reference %s", reference)
        if event:
            raise
        text = call.reader.say(
            "Sorry, that went wrong on my side, and nothing was changed. Try again; if it happens again, tell your "
            "administrator this reference: {reference}.",
            reference=reference,
        )
        return _refused(call, text, typed)


def _refuse_whom_nobody_knows(call: Call) -> None:
    if call.person.standing is Standing.UNKNOWN:
        raise Refusal("I could not find out from Slack who you are, so I have done nothing. Try again in a moment.")
    refuse_strangers(call.person)


def to_command(ack: Ack, call: Call, answer: Answer) -> None:
    shown = _open(call, answer) if answer.modal else answer
    if shown.text or shown.blocks:
        marked = marks.message(shown.blocks or _said(shown.text), call.house.epoch())
        ack(response_type="ephemeral", text=shown.text, blocks=marked)
    else:
        ack()


def to_action(ack: Ack, call: Call, answer: Answer) -> None:
    """A click's answer: a modal, a note for the clicker alone, or nothing where the message redraws itself."""
    shown = _open(call, answer) if answer.modal else answer
    ack()
    if shown.text or shown.blocks:
        _say_privately(call, shown, may_open=answer.modal is None)
    if shown.sheet is not None:
        _redraw_sheet(call, shown.sheet)


def to_view(ack: Ack, call: Call, answer: Answer) -> None:
    if answer.errors:
        ack(response_action="errors", errors=dict(answer.errors))
    elif answer.modal is not None:
        ack(response_action="update", view=marks.view(answer.modal, call.house.epoch()))
    elif answer.text:
        _refuse_form(ack, call, answer)
    else:
        ack()
        if answer.sheet is not None:
            _redraw_sheet(call, answer.sheet)


def to_event(call: Call, answer: Answer) -> None:
    """A refusal of a direct message is told in the same place; it stays there, unlike an ephemeral one."""
    if answer.text:
        call.perform(_letter(call, answer.text))


def _letter(call: Call, text: str) -> Callable[[Session], Answer]:
    """Words for one person that must arrive: they go by the outbox, as a direct message."""

    def do(session: Session) -> Answer:
        assert call.person.id is not None
        draft_id = drafts.keep(session, call.person.id, {"refused": text}, clock.now())
        notices.tell(session, "desk.refused", "draft", draft_id, [call.person.id], detail_id=draft_id)
        return Answer()

    return do


def _refused(call: Call, text: str, typed: bool) -> Answer:
    """Words of refusal, with what was typed below them so that it can be copied and sent again."""
    shown: list[Block] = [blocks.words(text)]
    if typed and len(call.text) > 20:
        with call.reading() as session:
            shown += [blocks.context(call.reader.md("You typed:")), blocks.words(readable(session, call.text))]
    return Answer(text, tuple(shown))


def _busy(call: Call, reason: str) -> str:
    if "full" in reason or "No space" in reason:
        return call.reader.say("My disk is full, so nothing was changed. Tell your administrator, and try again later.")
    if any(word in reason for word in _DAMAGED):
        return call.reader.say(
            "Something is wrong with my database, so nothing was changed. Tell your administrator: deskhand doctor says"
            " what to do."
        )
    return call.reader.say("I am very busy right now, and nothing was changed. Try again in a moment.")


def unclear(reader: Reader) -> str:
    return reader.say(
        "I lost my database in the middle of this, and can't tell whether it was done. Look before you try again."
    )


def away(reader: Reader) -> str:
    return reader.say("I can't reach my database right now, and nothing was changed. Try again in a moment.")


def unknown(house: House, body: Mapping[str, Any]) -> Reader:
    """How somebody reads who could not be looked up: as they did last, else as Slack says."""
    given = body.get("user") or body.get("user_id") or ""
    slack_id = str(given.get("id") if isinstance(given, Mapping) else given)
    if slack_id in house.readers:
        return house.readers[slack_id]
    profile = house.directory.find(slack_id) if slack_id else None
    return reader_of(Person(locale=profile.locale, zone=profile.zone) if profile else Person())


def to_anybody(ack: Ack, house: House, body: Mapping[str, Any], text: str) -> None:
    """Words for a gesture that could not be heard at all, shown where Slack shows them; a form keeps what it holds."""
    view = body.get("view") or {}
    if body.get("type") == "view_submission":
        inputs = [one["block_id"] for one in view.get("blocks") or [] if one.get("type") == "input"]
        if inputs:
            ack(response_action="errors", errors={inputs[0]: text})
        else:
            ack(response_action="update", view=blocks.modal("desk.window", "Deskhand", _said(text), "OK"))
    elif "command" in body:
        ack(response_type="ephemeral", text=text)
    else:
        ack()
        url = str(body.get("response_url") or "")
        if url and _is_slacks(house, url):
            house.later("a private note", lambda: _hook(url, {"text": text, "response_type": "ephemeral"}))
        elif body.get("trigger_id"):
            window = blocks.modal("desk.window", "Deskhand", _said(text), "OK")
            opened = house.client.views_push if view.get("type") == "modal" else house.client.views_open
            house.later("a note in a window", lambda: opened(trigger_id=body["trigger_id"], view=window))


def _hook(url: str, message: dict[str, Any]) -> None:
    WebhookClient(url, timeout=5).send_dict(message)


def _open(call: Call, answer: Answer) -> Answer:
    """Shows a modal. What Slack does not open, it says why, and the words go another way."""
    assert answer.modal is not None
    client = call.house.client
    drawn = marks.view(answer.modal, call.house.epoch())
    try:
        try:
            _show(client, call, answer.how, drawn)
        except SlackApiError as error:
            if error.response.get("error") not in _ILLEGAL:
                raise
            logger.error("Slack takes no window %s as it is; it is drawn short", drawn["callback_id"])
            _show(client, call, answer.how, {**drawn, "blocks": fitting.short(drawn["blocks"])})
    except SlackApiError as error:
        if error.response.get("error") in _REPEATED:
            return Answer(sheet=answer.sheet)  # a repeat of what has opened it
        logger.warning("a form did not open: %s", error)
        return Answer(call.reader.say("Slack did not open the form. Try again; it may be slow at the moment."))
    except Exception as error:
        logger.warning("whether a form opened is unclear: %s", error)
        return Answer(call.reader.say("Slack is slow at the moment. If nothing has opened, try again."))
    return Answer(sheet=answer.sheet)


def _show(client: WebClient, call: Call, how: str, drawn: View) -> None:
    view = call.body.get("view") or {}
    # Slack holds three windows: the third is changed, not covered.
    if how == "update" or (how == "push" and _depth(view) >= MOST_WINDOWS):
        client.views_update(view_id=view["id"], hash=view.get("hash"), view=drawn)
    elif how == "push":
        client.views_push(trigger_id=call.body["trigger_id"], view=drawn)
    else:
        client.views_open(trigger_id=call.body["trigger_id"], view=drawn)


def _depth(view: Mapping[str, Any]) -> int:
    """The how manieth window this is: the first has none before it, the second the first."""
    if view.get("type") != "modal" or not view.get("previous_view_id"):
        return 1
    return 2 if view["previous_view_id"] == view.get("root_view_id") else MOST_WINDOWS


def _say_privately(call: Call, answer: Answer, may_open: bool = True) -> None:
    """A note for the clicker alone: below the message, or as a small window where there is none. What Slack does not
    show there comes as a direct message."""
    url = call.body.get("response_url") or ""
    if url and _is_slacks(call.house, url):
        words = marks.message(answer.blocks or _said(answer.text), call.house.epoch())
        # Off the acknowledgement's way; a note on a click may be lost, what must arrive goes by the outbox.
        message = {
            "text": answer.text,
            "blocks": words,
            "response_type": "ephemeral",
            "replace_original": answer.replaces and call.is_ephemeral,
        }
        call.house.later("a private note", lambda: _hook(url, message))
        return
    if not may_open:
        call.write(_letter(call, answer.text))
        return
    how = "update" if call.in_modal and answer.replaces else "push" if call.in_modal else "open"
    lost = _open(call, Answer(modal=_window(call, answer), how=how))
    if lost.text:
        # A short note is told as it is; a list is asked for again.
        call.write(_letter(call, answer.text if len(answer.blocks) <= 1 else lost.text))


def _window(call: Call, answer: Answer) -> View:
    shown = list(answer.blocks) or _said(answer.text)
    return blocks.modal("desk.window", "Deskhand", shown, call.reader.say("Close"))


def _refuse_form(ack: Ack, call: Call, answer: Answer) -> None:
    """A refusal of a whole form stands below its first field, and what was typed stays in it."""
    shown = call.body["view"].get("blocks") or []
    inputs = [one["block_id"] for one in shown if one.get("type") == "input" and one.get("block_id")]
    if inputs:
        ack(response_action="errors", errors={inputs[0]: blocks.cut(answer.text, 2000)})
    else:
        ack(response_action="update", view=marks.view(_window(call, answer), call.house.epoch()))


def _redraw_sheet(call: Call, shown: str) -> None:
    """The window below the one that was sent shows what has changed."""
    view_id = call.body.get("view", {}).get("previous_view_id") or call.body.get("view", {}).get("root_view_id")
    subject, _, number = shown.partition(":")

    def draw() -> None:
        with call.reading() as session:
            view = SHEETS[subject](session, call, int(number))
        call.house.client.views_update(view_id=view_id, view=marks.view(view, call.house.epoch()))

    if view_id:
        call.house.later("drawing a sheet again", draw)


def _is_slacks(house: House, url: str) -> bool:
    """Only Slack, or the address configured as its Web API, is ever posted to."""
    try:
        asked = urlsplit(str(url))
    except ValueError:
        return False
    api = urlsplit(house.client.base_url)
    return (asked.scheme == "https" and asked.hostname == HOOKS) or (asked.scheme, asked.netloc) == (
        api.scheme,
        api.netloc,
    )


def _said(text: str) -> list[Block]:
    return [blocks.words(text)]


def _direct(call: Call) -> bool:
    event: dict[str, Any] = call.body.get("event", {})
    return event.get("channel_type") == "im"
