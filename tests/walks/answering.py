"""A bot that answers commands and tells each answer, so that it can be killed in the middle: see test_promises."""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from handlers import listeners, replies
from handlers.context import Call, House, who
from handlers.directory import Directory
from office import catalogue
from office.duties.arrivals import Profile
from storage.database import Database
from storage.words import Standing


class NoSlack:
    base_url = "https://slack.com/api/"

    def find(self, slack_id: str) -> Profile:
        return Profile(slack_id, "Anna", "anna", None, "en-GB", "Europe/London", Standing.MEMBER, False)


def house(url: str) -> House:
    database = Database(url)
    database.migrate()
    background = ThreadPoolExecutor(1)
    directory = cast(Directory, NoSlack())
    return House(database, catalogue.load(), cast(Any, NoSlack()), directory, "U0BOT", lambda: None, background)


def answer(at: House, number: int) -> str:
    """One command through everything but the wire; returns the words of its answer."""
    # Unlike each other, or each but the first would be asked about as a repeat; and no word hints at a type.
    dice = random.Random(number)
    words = f"{number} " + " ".join("".join(dice.choices("bcdfghjklmnpqrstvwxz", k=9)) for _ in range(4))
    body = {"command": "/request", "text": words, "user_id": "U0ANNA", "trigger_id": f"t{number}"}
    person, reader = who(at, "U0ANNA")
    call = Call(at, person, reader, f"c:t{number}", body, text=words)
    return replies.answered(call, listeners.COMMANDS["/request"], typed=True).text


def serve(url: str, first: int, pipe: Any) -> None:
    """Answers from four threads until it is killed; what was answered goes into the pipe."""
    at = house(url)
    with ThreadPoolExecutor(4) as pool:
        for number, words in zip(
            range(first, first + 400), pool.map(lambda n: answer(at, n), range(first, first + 400)), strict=True
        ):
            pipe.send((number, words))
    sys.exit(0)
