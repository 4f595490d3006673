"""A backup that comes back, and sends nothing twice."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.backup import BackupError, back_up, restore
from bot.practice.gestures import Mistake
from bot.practising import settings_for
from handlers import marks
from office import clock, installation
from storage import outbox
from storage.database import Database
from storage.outbox import Letter
from tests import examples
from tests.conftest import Office
from tests.walks.conftest import Walk, walking


def test_after_a_restore_nothing_that_was_sent_goes_out_again(tmp_path: Path) -> None:
    from bot.app import Deskhand

    with walking(tmp_path / "one") as walk:
        walk.says("anna", "general", "/request high The printer on floor 2 eats paper")
        walk.settled()
        walk.workspace.trouble.down = True
        walk.says("karin", "general", "/request Lampan i köket är sönder")
        copy = tmp_path / "copy.db"
        assert back_up(walk.database, copy) > 0
        walk.workspace.trouble.down = False
        walk.moves_clock(minutes=25)  # what waited leaves, and a clock rings, after the backup was made
        walk.sees("facilities", "#2")
        walk.until(lambda: any("#1" in one["text"] for one in walk.direct("frank") + walk.direct("david")), "a warning")
        walk.settled()
        before = posted(walk)
        walk.deskhand.stop()

        url = f"sqlite:///{tmp_path / 'two.db'}"
        assert restore(copy, url) > 0
        again = Deskhand(settings_for(walk.practice, url))
        again.start()
        walk.deskhand = again
        walk.until(
            lambda: again.database.scalar("SELECT count(*) FROM outbox WHERE state = 'unknown'") == 0, "looked up", 20
        )
        walk.settled()
        clock.now()
        assert posted(walk) == before
        walk.says("anna", "general", "/request The lift is stuck between two floors")
        walk.sees("facilities", "The lift is stuck")


def work(walk: Walk, times: int) -> None:
    """Things with numbers and buttons: what comes after a restore has the same numbers again."""
    for number in range(times):
        walk.says("anna", "general", f"/request The printer {number} eats paper")
        walk.says("bjorn", "general", f"/approvals ask @david {number}00 SEK for chairs")
        walk.says("anna", "general", f"/task Call the plumber {number} @bjorn tomorrow")
        walk.says("anna", "general", f"/meeting Budget {number} with @bjorn in 2 days 10:0{number % 10} for 5 min")
    walk.settled()


def presses(walk: Walk) -> list[tuple[str, dict[str, str], str, dict[str, str]]]:
    """Every button that stands somewhere: who sees it, where, its block and itself."""
    found = []
    for channel, all_of in walk.workspace.messages.items():
        one_to_one = walk.workspace.channels.get(channel, {}).get("user")
        for message in all_of:
            place = {"channel": channel, "ts": message["ts"]}
            found += [(one_to_one or "U0DAVID", place, *one) for one in buttons_of(message.get("blocks", []))]
    for note in walk.workspace.ephemerals:
        place = {"channel": note["channel"], "ts": note["ts"]}
        found += [(note["to"], place, *one) for one in buttons_of(note.get("blocks", []))]
    for person, view in walk.workspace.homes.items():
        found += [(person, {"view_id": view["id"]}, *one) for one in buttons_of(view["blocks"])]
    return found


def buttons_of(blocks: list[dict[str, Any]]) -> list[tuple[str, dict[str, str]]]:
    return [
        (block["block_id"], {"type": "button", "action_id": one["action_id"], "value": one.get("value", "")})
        for block in blocks
        for one in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        if one.get("type") == "button" and "url" not in one
    ]


def test_after_a_restore_no_old_button_acts_on_what_has_its_number_now(tmp_path: Path) -> None:
    from bot.app import Deskhand

    with walking(tmp_path / "one") as walk:
        for who in ("anna", "bjorn", "david"):
            walk.opens_home(who)
        work(walk, 1)
        copy = tmp_path / "copy.db"
        back_up(walk.database, copy)
        work(walk, examples.of(1, 25))
        old = presses(walk)
        walk.deskhand.stop()
        url = f"sqlite:///{tmp_path / 'two.db'}"
        restore(copy, url)
        again = Deskhand(settings_for(walk.practice, url))
        again.start()
        walk.deskhand = again
        work(walk, examples.of(1, 25))
        count = "SELECT count(*) FROM history"
        before = again.database.scalar(count)
        assert len(old) > examples.of(25, 200)
        for who, place, block_id, action in old:
            # A home tab that has been drawn anew has no old button any more.
            if "view_id" in place and block_id not in {one["block_id"] for one in walk.workspace.homes[who]["blocks"]}:
                continue
            with suppress(Mistake):  # what is gone by now can't be pressed
                walk.practice.run(walk.practice.gestures.click(who, place, block_id, action))
        assert again.database.scalar(count) == before
        assert any("brought back from a copy" in one["text"] for one in walk.workspace.ephemerals)


def test_a_copy_of_the_database_does_not_know_the_others_messages(office: Office) -> None:
    office.do(installation.keep_epoch)
    row = Letter("desk.hello", "office", 0, "C1", None)
    office.do(lambda s: outbox.add(s, [row], clock.now()))
    with office.database.read() as session:
        epoch = installation.epoch_of(session)
    number = office.database.scalar("SELECT max(id) FROM outbox")
    office.do(lambda s: s.execute(text(f"UPDATE outbox SET channel = 'C1', ts = '1.2' WHERE id = {number}")))

    def foreign(ts: str, mark: str) -> bool:
        body = {"actions": [{"block_id": f"0{mark}"}], "container": {"channel_id": "C1", "message_ts": ts}}
        with office.database.read() as session:
            return marks.is_foreign(session, body)

    assert not foreign("1.2", f"~{epoch}.{number}") and foreign("9.9", f"~{epoch}.{number}")
    assert foreign("1.2", f"~other.{number}") and not foreign("1.2", "") and not foreign("9.9", "")
    office.do(installation.begin_anew)
    assert foreign("1.2", f"~{epoch}.{number}") and not foreign("1.2", "") and foreign("9.9", "")


def test_a_backup_is_never_written_over(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    database.migrate()
    back_up(database, tmp_path / "b.db")
    with pytest.raises(BackupError, match="there already"):
        back_up(database, tmp_path / "b.db")
    with pytest.raises(BackupError, match="there already"):
        restore(tmp_path / "b.db", f"sqlite:///{tmp_path / 'a.db'}")
    database.close()


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    for source in (tmp_path / "x", tmp_path / "nowhere"):
        with pytest.raises(BackupError):
            restore(source, f"sqlite:///{tmp_path / 'new.db'}")


def posted(walk: Walk) -> list[str]:
    return sorted(f"{channel} {one['ts']}" for channel, all_of in walk.workspace.messages.items() for one in all_of)
