"""A backup that comes back, and sends nothing twice."""

from pathlib import Path

import pytest

from bot.backup import BackupError, back_up, restore
from bot.practising import settings_for
from office import clock
from storage.database import Database
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
