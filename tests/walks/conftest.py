"""A practice workspace with the real bot in it, and short words for what people do there."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.app import Deskhand
from bot.practice.gestures import Mistake
from bot.practice.server import Practice
from bot.practising import load_office, workspace
from storage.database import Database

Thing = dict[str, Any]
SECONDS = 8.0
# How long a card may take to be drawn after its last act; what is put off for longer is not waited for.
PATIENCE = 3.0
# Monday, nine in Stockholm.
START = datetime.fromisoformat("2026-11-23T08:00:00+00:00")


class Walk:
    """People at work: `says`, `presses`, `fills`, and what each of them sees."""

    def __init__(self, practice: Practice, deskhand: Deskhand) -> None:
        self.practice = practice
        self.deskhand = deskhand
        self.workspace = practice.workspace

    @property
    def database(self) -> Database:
        return self.deskhand.database

    def says(self, who: str, where: str, text: str, below: Thing | None = None) -> None:
        thread = below["ts"] if below else None
        self.practice.run(self.practice.gestures.say(person(who), self.place(where, who), text, thread))

    def refused(self, who: str, where: str, text: str) -> str:
        with pytest.raises(Mistake) as mistake:
            self.says(who, where, text)
        return str(mistake.value)

    def presses(self, who: str, label: str, where: str | None = None, message: Thing | None = None) -> None:
        """Presses a button: in a given message, the newest one in a channel that has it, or the open window."""
        if where is None and message is None:
            view = self.window(who)
            block, element = button(view["blocks"], label)
            self._click(who, {"view_id": view["id"]}, block, element)
            return
        found = message or self.until(lambda: self._message_with(who, where or "", label), f"a button {label!r}")
        channel = found.get("channel") or self._channel_of(found)
        block, element = button(found["blocks"], label)
        self._click(who, {"channel": channel, "ts": found["ts"]}, block, element)

    def presses_at_home(self, who: str, label: str) -> None:
        view = self.workspace.homes[person(who)]
        block, element = button(view["blocks"], label)
        self._click(who, {"view_id": view["id"]}, block, element)

    def chooses(self, who: str, message: Thing, value: str) -> None:
        """Chooses in the select of a message."""
        for block in message["blocks"]:
            for element in block.get("elements", []):
                if element["type"] == "static_select":
                    option = next(one for one in element["options"] if one["value"] == value)
                    action = {"type": "static_select", "action_id": element["action_id"], "selected_option": option}
                    place = {"channel": message.get("channel") or self._channel_of(message), "ts": message["ts"]}
                    self.practice.run(self.practice.gestures.click(person(who), place, block["block_id"], action))
                    return
        raise AssertionError("no select")

    def chooses_type(self, who: str, value: str) -> None:
        """Chooses a type in the first step of the form."""
        view = self.window(who)
        action = {"type": "static_select", "action_id": "requests.choose", "selected_option": {"value": value}}
        self.practice.run(self.practice.gestures.click(person(who), {"view_id": view["id"]}, "type", action))
        self.until(lambda: self.window(who)["callback_id"] == "requests.form", "the type's form")

    def fills(self, who: str, /, **fields: Any) -> dict[str, str]:
        """Fills the open form by block and sends it; returns its errors."""
        view = self.window(who)
        values: Thing = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                values[block["block_id"]] = {"it": held(block["element"], fields.pop(block["block_id"], None))}
        assert not fields, f"no such fields: {fields}"
        errors: dict[str, str] = self.practice.run(self.practice.gestures.submit(person(who), view["id"], values))
        return errors

    def shortcut(self, who: str, callback_id: str, message: Thing | None = None) -> None:
        channel, ts = (self._channel_of(message), message["ts"]) if message else (None, None)
        self.practice.run(self.practice.gestures.shortcut(person(who), callback_id, channel, ts))

    def opens_home(self, who: str) -> str:
        self.practice.run(self.practice.gestures.open_home(person(who)))
        return self.until(lambda: words(self.workspace.homes.get(person(who), {}).get("blocks", [])), "a home tab")

    def home(self, who: str) -> str:
        return words(self.workspace.homes[person(who)]["blocks"])

    def window(self, who: str) -> Thing:
        stack = self.workspace.stacks.get(person(who), [])
        assert stack, f"{who} has no window open"
        return self.workspace.views[stack[-1]]

    def has_window(self, who: str) -> bool:
        return bool(self.workspace.stacks.get(person(who)))

    def closes(self, who: str) -> None:
        self.workspace.close_views(person(who))

    def answer(self, who: str) -> Thing:
        """The newest message that only this person sees."""
        mine = [one for one in self.workspace.ephemerals if one["to"] == person(who)]
        assert mine, f"{who} sees nothing of their own"
        return mine[-1]

    def answers(self, who: str) -> int:
        return sum(one["to"] == person(who) for one in self.workspace.ephemerals)

    def messages(self, where: str, who: str = "") -> list[Thing]:
        return self.workspace.messages[self.place(where, who)]

    def direct(self, who: str) -> list[Thing]:
        return self.workspace.messages[self.place("direct", who)]

    def sees(self, where: str, text: str, who: str = "") -> Thing:
        """Waits until a message with these words stands in a channel and is drawn to its last; returns it."""
        found = self.until(lambda: self._message_saying(where, text, who), f"{text!r} in {where}")
        if not self._is_redrawn(found):
            return found
        return self._message_saying(where, text, who) or found

    def moves_clock(self, **by: float) -> None:
        self.practice.move_clock(timedelta(**by))

    def settled(self, seconds: float = SECONDS) -> None:
        """Waits until nothing is left to send."""
        pending = "SELECT count(*) FROM outbox WHERE state IN ('new', 'claimed', 'retry', 'unknown')"
        self.until(lambda: self.database.scalar(pending) == 0, "an empty outbox", seconds)

    def _is_redrawn(self, message: Thing) -> bool:
        """Whether a message was still to be drawn anew, which is waited for: each of several acts draws a card."""
        on_its_way = text(
            "SELECT count(*) FROM outbox AS o JOIN outbox AS card ON card.id = o.redraws_id"
            " WHERE o.state IN ('new', 'claimed') AND card.ts = :ts"
        )
        deadline = time.monotonic() + PATIENCE
        waited = False
        while time.monotonic() < deadline:
            with self.database.read() as session:
                if not session.scalar(on_its_way, {"ts": message["ts"]}):
                    break
            waited = True
            time.sleep(0.02)
        return waited

    def until(self, look: Callable[[], Any], what: str, seconds: float = SECONDS) -> Any:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError(
            f"never came: {what}\n"
            + "\n".join(f"{one['direction']} {one['what']}" for one in self.workspace.wire[-15:])
        )

    def place(self, where: str, who: str = "") -> str:
        if where == "direct":
            return str(self.workspace.direct_channel(person(who))["id"])
        return next(one["id"] for one in self.workspace.channels.values() if one["name"] == where)

    def _click(self, who: str, place: dict[str, str], block: Thing, element: Thing) -> None:
        action = {"type": "button", "action_id": element["action_id"], "value": element.get("value")}
        self.practice.run(self.practice.gestures.click(person(who), place, block["block_id"], action))

    def _message_with(self, who: str, where: str, label: str) -> Thing | None:
        if where == "own":
            newest = self.answer(who)
            return newest if has_button(newest["blocks"], label) else None
        found = [one for one in self.messages(where, who) if has_button(one.get("blocks", []), label)]
        return found[-1] if found else None

    def _message_saying(self, where: str, text: str, who: str) -> Thing | None:
        found = [
            one
            for one in self.messages(where, who)
            if text in one.get("text", "") or text in words(one.get("blocks", []))
        ]
        return found[-1] if found else None

    def _channel_of(self, message: Thing) -> str:
        return next(channel for channel, all_of in self.workspace.messages.items() if message in all_of)


@contextmanager
def walking(folder: Path, url: str | None = None, burst: int = 50) -> Iterator[Walk]:
    with workspace(folder, burst=burst, url=url) as (practice, deskhand):
        practice.move_clock(START - practice.workspace.now())
        walk = Walk(practice, deskhand)
        yield walk
        refused = [one for one in walk.workspace.wire if "invalid_" in one["what"] or "too_l" in one["what"]]
        assert refused == [], "Slack would have refused this"


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the practice company in it: loading its office takes a second, which is spent once."""
    file = tmp_path_factory.mktemp("company") / "deskhand.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    load_office(database)
    database.close()
    return file


@pytest.fixture
def walk(tmp_path: Path, company: Path) -> Iterator[Walk]:
    shutil.copyfile(company, tmp_path / "deskhand.db")
    with walking(tmp_path) as one:
        yield one


def person(handle: str) -> str:
    return f"U0{handle.upper()}"


def words(blocks: list[Thing]) -> str:
    """All that a person reads in some blocks."""
    found: list[str] = []

    def gather(thing: Any) -> None:
        if isinstance(thing, dict):
            if isinstance(thing.get("text"), str):
                found.append(thing["text"])
            for key, value in thing.items():
                if key not in ("text", "metadata") or not isinstance(value, str):
                    gather(value)
        elif isinstance(thing, list):
            for one in thing:
                gather(one)

    gather(blocks)
    return "\n".join(found)


def buttons(blocks: list[Thing]) -> list[str]:
    return [element["text"]["text"] for _, element in _buttons(blocks)]


def has_button(blocks: list[Thing], label: str) -> bool:
    return label in buttons(blocks)


def button(blocks: list[Thing], label: str) -> tuple[Thing, Thing]:
    for block, element in _buttons(blocks):
        if element["text"]["text"] == label:
            return block, element
    raise AssertionError(f"no button {label!r}, only {buttons(blocks)}")


def held(element: Thing, given: Any) -> Thing:
    """What Slack sends for a field that was filled, or left as it was."""
    kind = element["type"]
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": given if given is not None else element.get("initial_value")}
        case "static_select" | "radio_buttons":
            options = element.get("options") or []
            chosen = next((one for one in options if one["value"] == given), element.get("initial_option"))
            return {"type": kind, "selected_option": chosen}
        case "checkboxes" | "multi_static_select":
            chosen_all = (
                [one for one in element["options"] if one["value"] in given]
                if given
                else element.get("initial_options", [])
            )
            return {"type": kind, "selected_options": chosen_all}
        case "users_select":
            return {"type": kind, "selected_user": person(given) if given else element.get("initial_user")}
        case "multi_users_select":
            return {
                "type": kind,
                "selected_users": [person(one) for one in given or []] or element.get("initial_users", []),
            }
        case "conversations_select":
            return {"type": kind, "selected_conversation": given or element.get("initial_conversation")}
        case "datepicker":
            return {"type": kind, "selected_date": given or element.get("initial_date")}
        case "timepicker":
            return {"type": kind, "selected_time": given or element.get("initial_time")}
        case "file_input":
            return {"type": kind, "files": given or []}
    raise AssertionError(kind)


def _buttons(blocks: list[Thing]) -> Iterator[tuple[Thing, Thing]]:
    for block in blocks:
        elements = [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        for element in elements:
            if element.get("type") == "button":
                yield block, element
