"""MESSAGES: every message that the bot sends on its own, kind -> function."""

from collections.abc import Callable, Mapping

from handlers.desk import letters
from handlers.desk import messages as desk
from handlers.drawing import Drawing, Message
from handlers.requests import messages as requests

MESSAGES: Mapping[str, Callable[[Drawing], Message | None]] = {
    **requests.MESSAGES,
    "desk.hello": desk.hello,
    "desk.refused": desk.refused,
    "letters.dead": letters.told,
}

# What a message with buttons becomes when its function has nothing to say any more.
OUTCOMES: Mapping[str, Callable[[Drawing], Message]] = {"request": requests.outcome}
