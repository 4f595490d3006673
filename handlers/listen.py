"""Hears every delivery: a handful of Bolt listeners, with our own tables behind them.

Each listener that Bolt knows costs every request about 10 microseconds, so there is one for each kind.
"""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.exc import SQLAlchemyError

from handlers import listeners, marks, replies
from handlers.context import Answer, Call, House, who

logger = logging.getLogger(__name__)

Body = Mapping[str, Any]
Handler = Callable[[Call], Answer]
EVERYTHING = re.compile(".*", re.DOTALL)
# A button that acts at once names the version that it was drawn for.
_VERSIONED = re.compile(r"\d+\.\d+(\..*)?$")
_MESSAGES = {None, "file_share", "thread_broadcast", "me_message"}


def listen(app: App, house: House, observe: Callable[[str], Any]) -> None:
    """Registers the listeners. `observe(kind)` gives a context manager that times one delivery."""

    def command(ack: Ack, body: Body) -> None:
        with observe("command"):
            call = _call(house, body, body["user_id"], key=_command_key(body), text=body.get("text") or "")
            answer = replies.answered(call, listeners.COMMANDS.get(body["command"]), typed=True)
            replies.to_command(ack, call, answer)

    def action(ack: Ack, body: Body) -> None:
        with observe("action"):
            pressed = body["actions"][0]
            value = _value(pressed)
            key = _action_key(body, pressed, value)
            block_id = marks.unmarked_block(str(pressed.get("block_id", "")))
            call = _call(house, body, body["user"]["id"], key=key, value=value, block_id=block_id)
            name = str(pressed["action_id"]).partition(":")[0]
            answer = replies.answered(call, _guarded(house, body, listeners.ACTIONS.get(name)))
            replies.to_action(ack, call, answer)

    def view(ack: Ack, body: Body) -> None:
        with observe("view"):
            shown = body["view"]
            key = f"v:{shown['id']}:{shown.get('hash', '')}"
            call = _call(house, body, body["user"]["id"], key=key)
            answer = replies.answered(call, _guarded(house, body, listeners.VIEWS.get(shown["callback_id"])))
            replies.to_view(ack, call, answer)

    def shortcut(ack: Ack, body: Body) -> None:
        with observe("shortcut"):
            call = _call(house, body, body["user"]["id"], key=f"s:{body['trigger_id']}")
            answer = replies.answered(call, listeners.SHORTCUTS.get(body["callback_id"]))
            replies.to_action(ack, call, answer)

    def event(ack: Ack, body: Body) -> None:
        with observe("event"):
            try:
                _event(house, body)
            except (KeyError, TypeError, AttributeError, ValueError):
                # It would fail the same way again: Slack need not deliver it once more.
                logger.exception("an event of type %s could not be understood", body["event"].get("type"))
            ack()

    app.command(EVERYTHING)(_answered_always(house, command))
    app.action(EVERYTHING)(_answered_always(house, action))
    app.view(EVERYTHING)(_answered_always(house, view))
    app.shortcut(EVERYTHING)(_answered_always(house, shortcut))
    app.event(EVERYTHING)(event)


def _answered_always(house: House, listener: Callable[[Ack, Body], None]) -> Callable[[Ack, Body], None]:
    """What goes wrong before the person is known, or while the answer is given, still ends in an answer."""

    def always(ack: Ack, body: Body) -> None:
        try:
            listener(ack, body)
        except _Unheard as error:
            logger.warning("a delivery could not be heard: %s", error)
            replies.to_anybody(ack, house, body, replies.away(replies.unknown(house, body)))
        except Exception:
            # It was heard, and may have had its effect.
            logger.exception("a delivery could not be answered")
            replies.to_anybody(ack, house, body, replies.unclear(replies.unknown(house, body)))

    return always


class _Unheard(Exception):
    """Who acts could not be found out, so that nothing was begun."""


def _event(house: House, body: Body) -> None:
    event = body["event"]
    handler = listeners.EVENTS.get(event["type"])
    slack_id = _who_caused(event)
    if handler is None or slack_id is None:
        return
    is_message = event["type"] == "message"
    if is_message and (event.get("subtype") not in _MESSAGES or event.get("bot_id") or slack_id == house.bot_user_id):
        return
    # The same message can come under two event ids, so its place in Slack is its name.
    key = f"m:{event['channel']}:{event['ts']}" if is_message else f"e:{body['event_id']}"
    call = _call(house, body, slack_id, key=key, text=event.get("text") or "")
    replies.to_event(call, replies.answered(call, handler, event=True))


def _call(house: House, body: Body, slack_id: str, key: str, **words: str) -> Call:
    try:
        person, reader = who(house, slack_id)
    except SQLAlchemyError as error:
        raise _Unheard(str(error.__cause__ or error)) from error
    return Call(house, person, reader, key, marks.unmarked(body), **words)


def _guarded(house: House, body: Body, handler: Handler | None) -> Handler | None:
    """What a button or a form does; nothing where an installation drew it that is not ours any more."""
    with house.database.read() as session:
        return marks.refuse_foreign if marks.is_foreign(session, body) else handler


def _who_caused(event: Body) -> str | None:
    user = event.get("user")
    return user.get("id") if isinstance(user, dict) else user


def _command_key(body: Body) -> str:
    return f"c:{body['trigger_id']}" if body.get("trigger_id") else f"c:{_digest(body)}"


def _action_key(body: Body, pressed: Body, value: str) -> str:
    """Two presses of one versioned button are one gesture; of any other, each press is its own."""
    place = (body.get("container") or {}).get("message_ts") or (body.get("view") or {}).get("id", "")
    gesture = [(body.get("team") or {}).get("id"), body["user"]["id"], pressed["action_id"], value, place]
    if not _VERSIONED.match(value):
        gesture.append(body.get("trigger_id") or pressed.get("action_ts"))
    return f"a:{_digest(gesture)}"


def _value(pressed: Body) -> str:
    option = pressed.get("selected_option")
    chosen = option if isinstance(option, dict) else {}
    found = pressed.get("value") or chosen.get("value") or pressed.get("selected_user") or ""
    return str(found)


def _digest(words: Any) -> str:
    return hashlib.sha256(json.dumps(words, sort_keys=True, default=str).encode()).hexdigest()[:40]
