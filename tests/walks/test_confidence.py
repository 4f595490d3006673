"""What may be said in a desk's channel: only what everybody in it may read."""

import json

from tests.walks.conftest import Walk, person, words


def hr_desk(walk: Walk, *, private: bool, others: tuple[str, ...] = ()) -> None:
    """Who reads the desk's channel; Deskhand looks anew."""
    channel = walk.workspace.channels[walk.place("hr-desk")]
    channel["is_private"] = private
    channel["members"] = [*{*channel["members"], *map(person, others)}]
    walk.deskhand.look_at_channels()


def said_in(walk: Walk, where: str) -> str:
    return json.dumps(walk.messages(where), ensure_ascii=False)


def test_a_channel_that_others_read_gets_a_number_and_the_desk_gets_messages(walk: Walk) -> None:
    hr_desk(walk, private=False)
    walk.sees("direct", "Others read along", "maria")
    walk.says("anna", "general", "/request Question about my payslip canary")
    card = walk.sees("hr-desk", "#1, confidential")
    assert "canary" in words(walk.sees("direct", "canary", "ines")["blocks"])
    walk.says("ines", "general", "/request note 1 canary of the desk")
    walk.says("anna", "general", "/request comment 1 another canary")
    walk.settled()
    assert "canary" not in said_in(walk, "hr-desk")
    walk.presses("ines", "Open", message=card)
    assert "canary" in words(walk.window("ines")["blocks"])
    walk.presses("karin", "Open", message=card)
    walk.until(lambda: walk.answers("karin"), "a word to whoever may not read it")
    assert not walk.has_window("karin") and "canary" not in json.dumps(walk.answer("karin"))


def test_whoever_comes_into_the_channel_reads_nothing_of_before(walk: Walk) -> None:
    walk.says("anna", "general", "/request Question about my payslip canary")
    walk.sees("hr-desk", "canary")
    hr_desk(walk, private=True, others=("ines", "karin"))
    walk.sees("hr-desk", "#1, confidential")
    walk.settled()
    assert "canary" not in said_in(walk, "hr-desk")
    channel = walk.workspace.channels[walk.place("hr-desk")]
    channel["members"].remove(person("karin"))
    walk.deskhand.look_at_channels()
    walk.sees("hr-desk", "canary")


def test_somebody_who_joins_is_noticed_at_once(walk: Walk) -> None:
    walk.says("anna", "general", "/request Question about my payslip canary")
    walk.sees("hr-desk", "canary")
    walk.practice.run(walk.practice.gestures.join(person("karin"), walk.place("hr-desk")))
    walk.sees("hr-desk", "#1, confidential")
    walk.settled()
    assert "canary" not in said_in(walk, "hr-desk")


def test_a_note_for_the_desk_is_not_read_by_a_whole_channel(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer eats paper")
    walk.sees("it-desk", "printer")
    walk.says("frank", "general", "/request note 1 canary: she broke it herself")
    walk.sees("it-desk", "wrote a note for the desk")
    walk.settled()
    assert "canary" not in said_in(walk, "it-desk")
