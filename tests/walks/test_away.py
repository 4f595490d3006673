"""The database is away, or breaks off in the middle: what people read is in their language, is seen, and is true."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from storage.database import Database
from tests.walks.conftest import Walk, words

AWAY = {
    "anna": "I can't reach my database right now, and nothing was changed.",
    "karin": "Jag når inte min databas just nu, och inget har ändrats.",
    "greta": "Ich erreiche meine Datenbank gerade nicht, und es wurde nichts geändert.",
    "david": "Ahora mismo no puedo acceder a mi base de datos, y no se ha cambiado nada.",
}


@contextmanager
def away(walk: Walk) -> Iterator[None]:
    def refused(*_: Any, **__: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(walk.database, "read", refused)
        patched.setattr(walk.database, "write", refused)
        yield


@pytest.mark.parametrize("who", list(AWAY))
def test_every_gesture_gets_its_words_where_slack_shows_them(walk: Walk, who: str) -> None:
    walk.says("anna", "general", "/request The lift is stuck between two floors")
    card = walk.sees("facilities", "The lift is stuck")
    walk.says(who, "general", "/request")
    form = walk.window(who)["id"]
    # Somebody whom this process has not met yet is asked of Slack.
    walk.deskhand.house.readers.clear()
    with away(walk):
        walk.says(who, "general", "/request Another thing")
        assert AWAY[who] in walk.answer(who)["text"]
        count = walk.answers(who)
        label = next(one["text"]["text"] for block in card["blocks"] for one in block.get("elements", []) if "text" in one
                     and one["type"] == "button")  # fmt: skip
        walk.presses(who, label, message=card)
        walk.until(lambda: walk.answers(who) > count, "words for a press")
        assert AWAY[who] in walk.answer(who)["text"]
        walk.shortcut(who, "requests.new")
        walk.until(lambda: AWAY[who] in words(walk.window(who)["blocks"]), "words for a shortcut")
    assert walk.window(who)["id"] != form


@pytest.mark.parametrize("who", list(AWAY))
def test_a_form_keeps_what_it_holds(walk: Walk, who: str) -> None:
    walk.says(who, "general", "/task")
    view = walk.window(who)
    field = next(one for one in view["blocks"] if one["type"] == "input")
    with away(walk):
        errors = walk.fills(who, title="Call the plumber")
    assert list(errors) == [field["block_id"]] and AWAY[who] in errors[field["block_id"]]
    assert walk.window(who)["id"] == view["id"], "it stands open still"


def breaking_off(walk: Walk, patched: pytest.MonkeyPatch, done: bool, back: bool) -> None:
    """The connection breaks at the commit: before or after it was done; and the database answers again, or not."""
    write = Database.write

    def broken(self: Database, do: Any) -> Any:
        if done:
            write(self, do)
        if not back:
            patched.setattr(walk.database, "read", refused)
        patched.setattr(walk.database, "write", lambda do: write(walk.database, do))
        raise OperationalError("COMMIT", {}, Exception("server closed the connection"), connection_invalidated=True)

    def refused() -> Any:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    patched.setattr(walk.database, "write", lambda do: broken(walk.database, do))


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("back", [True, False])
def test_what_is_said_of_a_commit_that_broke_off_is_true(walk: Walk, done: bool, back: bool) -> None:
    walk.says("anna", "general", "/request The printer eats paper")
    walk.settled()
    count = "SELECT count(*) FROM requests"
    before = walk.database.scalar(count)
    with pytest.MonkeyPatch.context() as patched:
        breaking_off(walk, patched, done, back)
        walk.says("anna", "general", "/request The lift is stuck between floors")
    said = walk.answer("anna")["text"]
    assert walk.database.scalar(count) - before == done
    if back:
        assert ("nothing was changed" not in said and "#2" in said) if done else "nothing was changed" in said
    else:
        assert "can't tell whether it was done" in said
