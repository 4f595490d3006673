"""Slack in trouble, people leaving, restarts: nothing is lost and nothing comes twice."""

import time
from pathlib import Path

import pytest

from storage import requests
from tests.walks.conftest import Walk, buttons, has_button, person, walking, words


def test_four_deliveries_of_everything_have_one_effect(walk: Walk) -> None:
    walk.workspace.trouble.duplicates = True
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.presses("david", "Take it", "it-desk")
    walk.says("anna", "direct", "The lift is stuck again")
    walk.says("david", "general", "/request comment 1 I am on my way")
    walk.presses("anna", "Add a comment", "direct")
    walk.settled()
    assert walk.database.scalar("SELECT count(*) FROM requests") == 2
    assert walk.database.scalar("SELECT count(*) FROM comments") == 1
    assert walk.database.scalar("SELECT count(*) FROM history WHERE act = 'take'") == 1
    assert sum("#1" in one["text"] for one in walk.messages("it-desk")) == 2  # the card, and the comment below it


def test_too_many_calls_are_waited_out(walk: Walk) -> None:
    walk.workspace.trouble.ratelimited = True
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    time.sleep(0.5)
    assert walk.messages("it-desk") == []
    walk.workspace.trouble.ratelimited = False
    walk.sees("it-desk", "#1")
    assert walk.database.scalar("SELECT max(attempts) FROM outbox") == 1, "being asked for patience is no attempt"


def test_a_slack_that_is_down_gets_everything_afterwards_and_once(walk: Walk) -> None:
    walk.workspace.trouble.down = True
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    assert "#1" in walk.answer("anna")["text"]
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM outbox WHERE attempts > 0") == 2, "two tries")
    walk.workspace.trouble.down = False
    walk.moves_clock(minutes=1)
    walk.settled()
    assert len(walk.messages("it-desk")) == 1
    assert sum("#1" in one["text"] for one in walk.direct("anna")) == 1


def test_a_line_that_drops_after_posting_posts_once(walk: Walk) -> None:
    walk.workspace.trouble.drop_after_post = True
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.until(lambda: len(walk.messages("it-desk")) == 1, "the card")
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM outbox WHERE state = 'unknown'") == 2, "two in doubt")
    walk.moves_clock(minutes=1)
    walk.settled()
    assert len(walk.messages("it-desk")) == 1
    assert walk.database.scalar("SELECT count(*) FROM outbox WHERE state = 'sent' AND ts IS NOT NULL") == 2


def test_a_slow_slack_does_not_slow_the_answer(walk: Walk) -> None:
    walk.says("anna", "general", "/request mine")
    walk.workspace.trouble.slow_seconds = 2.5
    began = time.monotonic()
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    assert time.monotonic() - began < 2.0
    walk.workspace.trouble.slow_seconds = 0
    walk.sees("it-desk", "#1")


def test_a_form_that_slack_does_not_open_is_said(walk: Walk) -> None:
    walk.says("anna", "general", "/request mine")
    walk.workspace.trouble.down = True
    walk.says("anna", "general", "/request")
    assert "did not open" in walk.answer("anna")["text"]


def test_a_channel_without_the_bot_is_told_to_the_admin_and_works_after_the_invitation(walk: Walk) -> None:
    channel = walk.workspace.channels[walk.place("finance-desk")]
    channel["members"].remove("U0DESKHAND")
    walk.says("anna", "general", "/request An invoice of ACME is missing")
    walk.sees("direct", "#1", "greta")  # the desk's people get it meanwhile
    told = walk.sees("direct", "could not be delivered", "maria")
    walk.presses("maria", buttons(told["blocks"])[0], message=told)
    walk.until(lambda: walk.answers("maria"), "the list")
    assert "/invite @deskhand" in words(walk.answer("maria")["blocks"])
    channel["members"].append("U0DESKHAND")
    walk.presses("maria", "Send again", "own")
    walk.sees("finance-desk", "#1")


def test_a_public_channel_is_joined(walk: Walk) -> None:
    walk.workspace.channels[walk.place("it-desk")]["members"].remove("U0DESKHAND")
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.sees("it-desk", "#1")


def test_a_leavers_work_is_the_desks_again(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.says("david", "general", "/request take 1")
    walk.practice.run(walk.practice.gestures.change_person(person("david"), {"deleted": True}))
    walk.sees("direct", "#1", "frank")
    card = walk.sees("it-desk", "#1")
    walk.until(lambda: has_button(card["blocks"], "Take it"), "free again")
    walk.says("david", "general", "/request mine")
    assert "#1" not in words(walk.answer("david")["blocks"])


def test_rights_are_read_again_when_slack_has_changed_them(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.says("david", "general", "/request mine")
    walk.settled()  # a card that is on its way when the clock jumps has outlived its lease, and is looked up first
    walk.workspace.users[person("david")]["is_restricted"] = True  # and no event tells it
    walk.moves_clock(minutes=6)
    walk.presses("david", "Take it", "it-desk")
    walk.until(lambda: walk.answers("david") == 2, "a refusal")
    with walk.database.read() as session:
        assert requests.get(session, 1).owner_id is None


def test_a_restart_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    from bot.practice.workspace import restored
    from bot.practising import workspace

    with workspace(tmp_path, keeping=True, burst=50) as (practice, deskhand):
        one = Walk(practice, deskhand)
        one.says("anna", "general", "/request The printer on floor 2 eats paper")
        one.sees("it-desk", "#1")
        one.settled()
        one.workspace.trouble.down = True
        one.says("karin", "general", "/request Lampan i köket är sönder")
        one.presses("david", "Take it", "it-desk")
    assert restored(tmp_path / "workspace.json").messages
    with workspace(tmp_path, keeping=True, burst=50) as (practice, deskhand):
        two = Walk(practice, deskhand)
        two.moves_clock(minutes=2)
        card = two.sees("it-desk", "#1")
        two.until(lambda: "in progress" in words(card["blocks"]), "the card after the restart")
        two.sees("facilities", "#2 Lampan")
        two.settled()
        assert len(two.messages("it-desk")) == 1 and len(two.messages("facilities")) == 1
        two.presses("david", "Solve", "it-desk")
        assert two.fills("david", text="Rodillos nuevos") == {}
        two.sees("direct", "Rodillos nuevos", "anna")


def test_two_processes_share_the_work_on_postgresql(tmp_path: Path, pg_url: str) -> None:
    from bot.app import Deskhand
    from bot.practising import settings_for

    with walking(tmp_path, url=pg_url) as walk:
        second = Deskhand(settings_for(walk.practice, pg_url))
        second.start()
        try:
            walk.workspace.trouble.duplicates = True
            for number in range(12):
                walk.says("anna", "general", f"/request Room {number}{number}: the {'abcdefghijkl'[number] * 6} is odd")
            walk.until(lambda: len(walk.messages("office")) + len(walk.messages("facilities")) >= 12, "all cards", 30)
            walk.presses("maria", "Take it", "office")
            walk.settled()
        finally:
            second.stop()
        assert walk.database.scalar("SELECT count(*) FROM requests") == 12
        posted = [
            one["metadata"]["event_payload"]["id"]
            for all_of in walk.workspace.messages.values()
            for one in all_of
            if "metadata" in one
        ]
        assert (
            len(posted)
            == len(set(posted))
            == walk.database.scalar("SELECT count(*) FROM outbox WHERE state = 'sent' AND redraws_id IS NULL")
        )


def test_a_refreshed_connection_is_replaced(walk: Walk) -> None:
    assert walk.until(lambda: walk.practice.links.open == 2, "two lines")
    walk.practice.run(walk.practice.links.refresh())
    walk.until(lambda: walk.practice.links.open == 2, "two lines again")
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.sees("it-desk", "#1")


@pytest.mark.parametrize("who", ["maria"])
def test_an_admin_sets_the_office_up_by_forms(walk: Walk, who: str) -> None:
    walk.says(who, "general", "/desk office")
    walk.presses(who, "Add a place", "own")
    errors = walk.fills(
        who, name="Oslo", zone="Europe/Osslo", country="NO", currency="NOK", hours="08:00-16:00", days="mon-fri"
    )
    assert "Europe/Oslo" in errors["zone"]
    errors = walk.fills(
        who, name="Oslo", zone="Europe/Oslo", country="NO", currency="NOK", hours="16-8", days="mon-fri"
    )
    assert list(errors) == ["hours"]
    assert (
        walk.fills(
            who, name="Oslo", zone="Europe/Oslo", country="NO", currency="NOK", hours="08:00-16:00", days="mån-fre"
        )
        == {}
    )
    walk.presses(who, "Add a person", "own")
    assert walk.fills(who, who="karin", roles=["finance"], manager="grace", place="Oslo") == {}
    walk.presses(who, "Add a desk", "own")
    assert walk.fills(who, key="front", name="Front desk", members=["karin"], lead="karin", place="Oslo") == {}
    walk.says(who, "general", "/desk office")
    shown = words(walk.answer(who)["blocks"])
    assert "Oslo" in shown and "Front desk" in shown and "finance" in shown
    walk.says("karin", "general", "/desk office")
    assert "administrat" in walk.answer("karin")["text"].lower()


def test_the_first_workspace_admin_claims_an_unclaimed_deskhand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.practising.load_office", lambda _: None)
    with walking(tmp_path) as walk:
        walk.says("anna", "general", "/request The printer on floor 2 eats paper")
        walk.sees("direct", "#1", "anna")
        assert "Become its administrator" not in walk.opens_home("anna")
        assert "Become its administrator" in walk.opens_home("maria")
        view = walk.workspace.homes[person("maria")]
        from tests.walks.conftest import button

        block, element = button(view["blocks"], "Become its administrator")
        walk._click("maria", {"view_id": view["id"]}, block, element)
        walk.until(lambda: walk.has_window("maria"), "a word")
        walk.closes("maria")
        walk.says("maria", "general", "/desk office")
        edit = next(one for one in walk.answer("maria")["blocks"] if "IT" in words([one]) and "accessory" in one)
        walk._click(
            "maria", {"channel": walk.place("general"), "ts": walk.answer("maria")["ts"]}, edit, edit["accessory"]
        )
        assert walk.fills("maria", channel=walk.place("it-desk"), members=["david"], lead="frank") == {}
        walk.sees("it-desk", "#1 The printer")


def test_a_language_is_chosen(walk: Walk) -> None:
    walk.says("anna", "general", "/desk language svenska")
    assert "Svenska" in walk.answer("anna")["text"]
    walk.says("anna", "general", "/request mine")
    assert "Nothing" not in words(walk.answer("anna")["blocks"])
    walk.says("anna", "general", "/desk language slack")
    walk.says("anna", "general", "/request mine")
    assert "Nothing is open" in words(walk.answer("anna")["blocks"])
