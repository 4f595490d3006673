"""What came in: who acts, how they read, and the one way to have an effect."""

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block, View
from handlers.directory import Directory
from handlers.i18n import Reader, reader_of
from office import clock
from office.catalogue import Catalogue
from office.duties.arrivals import meet
from office.duties.changes import Overtaken
from office.duties.people import is_fresh
from office.installation import epoch_of
from storage import facts, inbox, people
from storage.database import Database
from storage.tables import Person
from storage.words import Standing

logger = logging.getLogger(__name__)

TRIES = 4
# An acknowledgement has 3 s.
LOOK_UP_WAITS = (0.2, 0.6)
# Two presses of one button that come within this time are one.
DOUBLE_CLICK = timedelta(seconds=20)


@dataclass(frozen=True)
class Answer:
    """What the person who acted sees at once. It is stored with the effect, so a repeat gets the same.

    `text` and `blocks`: words for them alone. `replaces`: instead of the message that was clicked. `modal` with `how`
    ("open", "push", "update"). `errors`: block_id -> what is wrong with it. `sheet`: what is shown in the window below,
    such as "request:12". `again`: what a repeat gets in the place of an answer that holds a secret, and is not stored.
    """

    text: str = ""
    blocks: tuple[Block, ...] = ()
    replaces: bool = False
    modal: View | None = None
    how: str = "open"
    errors: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    again: str = ""

    def stored(self) -> dict[str, Any]:
        if self.again:
            return Answer(self.again, (blocks.words(self.again),)).stored()
        return {**vars(self), "blocks": list(self.blocks), "errors": dict(self.errors)}

    @staticmethod
    def revived(stored: Mapping[str, Any]) -> "Answer":
        known = {name: value for name, value in stored.items() if name != "gesture"}
        return Answer(**{**known, "blocks": tuple(stored["blocks"])})


class Unclear(Exception):
    """Nobody can tell at this moment whether something was done."""


class FormErrors(Exception):
    """What is wrong with a form, by block; nothing has happened."""

    def __init__(self, by_block: Mapping[str, str]) -> None:
        super().__init__(str(by_block))
        self.by_block = by_block


@dataclass(frozen=True)
class House:
    """The parts that every handler needs. `wake` tells delivery that something may be due."""

    database: Database
    catalogue: Catalogue
    client: WebClient
    directory: Directory
    bot_user_id: str
    wake: Callable[[], None]
    background: ThreadPoolExecutor
    # How people read, by Slack id: for when the database can't be asked.
    readers: dict[str, Reader] = field(default_factory=dict)

    def later(self, what: str, do: Callable[[], object]) -> None:
        """Something that may be lost: a note on a click, a sheet drawn again."""

        def quietly() -> None:
            try:
                do()
            except Exception as error:
                logger.warning("%s failed: %s", what, error)

        self.background.submit(quietly)

    def epoch(self) -> str:
        """Which installation draws what leaves here."""
        with self.database.read() as session:
            return epoch_of(session)

    def office_language(self, session: Session) -> str:
        return facts.find(session, "language") or "en"


@dataclass(frozen=True)
class Call:
    """One delivery from Slack. `key` names it: the same gesture delivered twice has the same key."""

    house: House
    person: Person
    reader: Reader
    key: str
    body: Mapping[str, Any]
    text: str = ""
    value: str = ""
    block_id: str = ""

    def perform(self, do: Callable[[Session], Answer]) -> Answer:
        """Runs a duty and stores its answer in one transaction; a repeat gets the stored answer and does nothing."""

        def once(session: Session) -> Answer:
            found = inbox.find_answer(session, self.key)
            if found is not None and not self._is_pressed_anew(*found):
                return Answer.revived(found[0])
            answer = do(session)
            remember = inbox.remember if found is None else inbox.remember_anew
            remember(session, self.key, {**answer.stored(), "gesture": self._gesture}, clock.now())
            return answer

        try:
            answer = self._write(once)
        except OperationalError as error:
            if not error.connection_invalidated:
                raise  # refused before it was done, and taken back as a whole
            answer = self._looked_up(error)
        self.house.wake()
        return answer

    def _looked_up(self, lost: OperationalError) -> Answer:
        """The connection broke, perhaps after the commit: the gesture's key says whether it was done.

        Raises the error itself where it was not done, and Unclear where the database can't be asked.
        """
        for wait in LOOK_UP_WAITS:
            # A server that has lost us may be about to commit still.
            time.sleep(wait)
            try:
                with self.house.database.read() as session:
                    found = inbox.find_answer(session, self.key)
            except SQLAlchemyError:
                continue
            if found is not None and found[0].get("gesture") == self._gesture:
                return Answer.revived(found[0])
            raise lost
        raise Unclear from lost

    def write(self, do: Callable[[Session], Answer]) -> Answer:
        """A change that is the same however often it is made, such as keeping a draft or reading a profile."""
        answer = self.house.database.write(do)
        self.house.wake()
        return answer

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.house.database.read() as session:
            yield session

    def meet(self, slack_ids: Iterable[str]) -> None:
        """Reads the profiles of people who were named and whom nobody has met yet, before anything is decided."""
        for slack_id in {one for one in slack_ids if one}:
            who(self.house, slack_id)

    def perform_form(self, do: Callable[[Session], Answer]) -> Answer:
        """The same for a form, whose errors stand beside its fields."""
        try:
            return self.perform(do)
        except FormErrors as errors:
            return Answer(errors=errors.by_block)

    def with_value(self, value: str) -> "Call":
        return replace(self, value=value)

    @property
    def in_modal(self) -> bool:
        return bool(self.body.get("view", {}).get("type") == "modal")

    @property
    def is_ephemeral(self) -> bool:
        """Whether a button was pressed in a message that only the clicker sees, and that redraws in no other way."""
        return bool((self.body.get("container") or {}).get("is_ephemeral"))

    @property
    def catalogue(self) -> Catalogue:
        return self.house.catalogue

    @property
    def metadata(self) -> dict[str, Any]:
        """What a modal of ours carries; it names things and grants nothing."""
        written = self.body.get("view", {}).get("private_metadata") or "{}"
        try:
            found = json.loads(written)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def _gesture(self) -> str:
        """What Slack calls this one press; a redelivery has the same."""
        return str(self.body.get("trigger_id") or self.body.get("action_ts") or "")

    def _is_pressed_anew(self, stored: Mapping[str, Any], at: datetime) -> bool:
        """Whether somebody presses an old button again and wants to know how it stands; a double click is one press."""
        is_press = self.key.startswith("a:") and stored.get("gesture") not in (None, self._gesture)
        return is_press and clock.now() - at > DOUBLE_CLICK

    def _write(self, once: Callable[[Session], Answer]) -> Answer:
        for attempt in range(TRIES):
            try:
                return self.house.database.write(once)
            except (Overtaken, IntegrityError):
                # Somebody else's change, or the same delivery in another process, was first: look again.
                if attempt == TRIES - 1:
                    raise
            except OperationalError as error:
                # Two that waited for each other: PostgreSQL has ended one of them, and the other is done now.
                if attempt == TRIES - 1 or "deadlock" not in str(error.orig):
                    raise
        raise AssertionError("unreachable")


def who(house: House, slack_id: str) -> tuple[Person, Reader]:
    """The person behind a Slack id, read from Slack when they are new or when what we know is five minutes old."""
    with house.database.read() as session:
        person = people.find_by_slack(session, slack_id)
        language = house.office_language(session) if person is None or not person.locale else "en"
    if person is None or person.standing == Standing.UNKNOWN or not is_fresh(person, clock.now()):
        profile = house.directory.find(slack_id)
        if profile is not None:
            try:
                person = house.database.write(lambda session: meet(session, profile))
            except OperationalError:
                if person is None:
                    raise
                # The database is busy: what is known of them stands.
    if person is None:
        person = house.database.write(lambda session: people.appear(session, slack_id))
    reader = house.readers[slack_id] = reader_of(person, language)
    return person, reader
