"""Stories of tasks, reminders, being away and the digest, through the practice workspace."""

import re
from typing import Any

import pytest

from tests.walks.conftest import Thing, Walk, buttons, has_button, person, words


def chooses_from_menu(walk: Walk, who: str, message: Thing, about: str, label: str) -> None:
    """Opens the menu on a line of a message and chooses in it."""
    for block in message["blocks"]:
        menu = block.get("accessory") or {}
        if menu.get("type") == "overflow" and about in words([{"text": block["text"]}]):
            option = next(one for one in menu["options"] if one["text"]["text"] == label)
            action = {"type": "overflow", "action_id": menu["action_id"], "selected_option": option}
            channel = message.get("channel") or next(
                channel for channel, all_of in walk.workspace.messages.items() if message in all_of
            )
            place = {"channel": channel, "ts": message["ts"]}
            walk.practice.run(walk.practice.gestures.click(person(who), place, block["block_id"], action))
            return
    raise AssertionError(f"no menu on {about!r}")


def shown(walk: Walk, who: str) -> str:
    return words(walk.answer(who)["blocks"])


def plain(text: str) -> str:
    """As it is read, whatever kind of space stands in it."""
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(
    ("who", "typed", "title", "due"),
    [
        ("anna", "/task order flowers by Friday", "order flowers", "Fri, 27 Nov 2026"),
        ("karin", "/task beställ blommor senast fredag", "beställ blommor", "fre 27 nov. 2026"),
        ("greta", "/task Blumen bestellen bis Freitag", "Blumen bestellen", "Fr., 27. Nov. 2026"),
        ("carla", "/task pedir flores para el viernes", "pedir flores", "vie, 27 nov 2026"),
    ],
)
def test_a_task_is_read_from_words_and_echoed_in_full(walk: Walk, who: str, typed: str, title: str, due: str) -> None:
    walk.says(who, "general", typed)
    assert f"T1 {title}" in shown(walk, who) and due in plain(shown(walk, who))


@pytest.mark.parametrize(
    ("who", "typed", "what", "when"),
    [
        ("anna", "/desk remind me to call Bob tomorrow at 9", "call Bob", "Tue, 24 Nov 2026, 09:00 (Stockholm)"),
        ("karin", "/desk påminn mig att ringa Bo imorgon halv tre", "ringa Bo", "tis 24 nov. 2026, 14:30 (Stockholm)"),
        ("greta", "/desk erinnere mich an die Post nächsten Montag um 10 Uhr", "die Post", "Mo., 30. Nov. 2026, 10:00"),
        ("carla", "/desk recuérdame llamar a Juan mañana a las 15 y media", "llamar a Juan", "15:30 (Madrid)"),
    ],
)
def test_a_reminder_is_read_from_words_and_echoed_in_full(
    walk: Walk, who: str, typed: str, what: str, when: str
) -> None:
    walk.says(who, "general", typed)
    assert f"R1 {what}" in shown(walk, who) and when in plain(shown(walk, who))


def test_whoever_is_given_a_task_does_it_and_the_giver_hears(walk: Walk) -> None:
    walk.says("anna", "general", "/task order flowers by Friday for @karin")
    assert "T1 order flowers" in shown(walk, "anna") and "Karin Ådahl" in shown(walk, "anna")
    card = walk.sees("direct", "T1 order flowers", "karin")
    assert "Klart" in buttons(card["blocks"]) and "Lämna tillbaka" in buttons(card["blocks"])
    walk.presses("karin", "Klart", message=card)
    walk.until(lambda: not has_button(card["blocks"], "Klart"), "the card shows it")
    walk.sees("direct", "has done *T1* order flowers", "anna")


def test_two_presses_of_done_are_one_and_others_are_told_it_is_not_theirs(walk: Walk) -> None:
    walk.says("anna", "general", "/task order flowers @karin")
    card = walk.sees("direct", "T1 order flowers", "karin")
    stale = {**card, "blocks": [dict(block) for block in card["blocks"]]}
    walk.presses("karin", "Klart", message=card)
    walk.workspace.messages[walk.place("direct", "karin")].append(stale)
    walk.presses("karin", "Klart", message=stale)
    walk.settled()
    assert walk.database.scalar("SELECT count(*) FROM history WHERE subject = 'task' AND act = 'done'") == 1
    walk.says("bjorn", "general", "/task done 1")
    assert "T1" in shown(walk, "bjorn")
    assert walk.database.scalar("SELECT count(*) FROM history WHERE subject = 'task' AND act = 'done'") == 1


def test_a_misspelt_day_is_asked_about_and_nothing_is_lost(walk: Walk) -> None:
    walk.says("anna", "general", "/task order cake by Fryday")
    assert "Did you mean “friday”?" in walk.answer("anna")["text"] and "order cake by Fryday" in shown(walk, "anna")
    walk.presses("anna", "Yes, friday", "own")
    walk.until(lambda: "Fri, 27 Nov 2026" in shown(walk, "anna"), "the task")
    assert walk.database.scalar("SELECT count(*) FROM tasks") == 1


def test_a_form_says_beside_the_field_what_is_wrong(walk: Walk) -> None:
    walk.says("greta", "general", "/task")
    errors = walk.fills("greta", title="Vertrag prüfen", words="am Sankt Nimmerleinstag")
    assert list(errors) == ["words"] and "Nimmerleinstag" in errors["words"]
    errors = walk.fills("greta", title="Vertrag prüfen", day="2026-11-01")
    assert list(errors) == ["day"]
    assert (
        walk.fills("greta", title="Vertrag prüfen", words="jeden zweiten Freitag um 9", owners=["greta", "frank"]) == {}
    )
    walk.says("greta", "general", "/task 1")
    assert "jede zweite Woche am Freitag um 09:00 (Berlin)" in shown(walk, "greta")


def test_a_message_becomes_a_task_by_its_shortcut(walk: Walk) -> None:
    walk.says("karin", "general", "The lift smells of fish & <chips>")
    walk.shortcut("anna", "tasks.from_message", walk.sees("general", "The lift smells"))
    assert walk.fills("anna", words="tomorrow 10:00") == {}
    walk.says("anna", "general", "/task 1")
    assert "The lift smells of fish" in shown(walk, "anna")
    assert "https://practice.slack.com/archives/" in shown(walk, "anna")


def test_a_hand_over_is_accepted_or_not(walk: Walk) -> None:
    walk.says("anna", "general", "/task order flowers by Friday")
    walk.says("anna", "general", "/task handover 1 @karin")
    offer = walk.sees("direct", "*T1* order flowers", "karin")
    walk.presses("karin", "Tacka ja", message=offer)
    walk.sees("direct", "has taken over *T1*", "anna")
    walk.says("karin", "general", "/task mina")
    assert "order flowers" in shown(walk, "karin")


def test_undo_takes_a_task_back_and_whoever_had_it_hears(walk: Walk) -> None:
    walk.says("anna", "general", "/task order flowers @karin")
    walk.sees("direct", "T1 order flowers", "karin")
    walk.presses("anna", "Undo", "own")
    walk.until(lambda: "T1" in shown(walk, "anna") and "deleted" in shown(walk, "anna"), "taken back")
    walk.sees("direct", "T1", "karin")
    walk.says("karin", "general", "/task 1")
    assert "T1" in shown(walk, "karin") and "order flowers" not in shown(walk, "karin")


def test_a_reminder_comes_at_its_time_and_is_snoozed(walk: Walk) -> None:
    walk.says("anna", "general", "/desk remind me to call Bob today at 10")
    walk.settled()
    walk.moves_clock(hours=1, seconds=2)
    card = walk.sees("direct", "🔔 call Bob", "anna")
    walk.presses("anna", "Tomorrow", message=card)
    walk.until(lambda: "Snoozed until Tue 24 Nov, 09:00" in words(card["blocks"]), "it says until when")
    walk.moves_clock(hours=23)
    again = walk.until(
        lambda: next((one for one in walk.direct("anna") if has_button(one["blocks"], "Done")), None), "again"
    )
    walk.presses("anna", "Done", message=again)
    walk.until(lambda: not has_button(again["blocks"], "Done"), "the card shows it")


def test_a_late_reminder_says_when_it_was_due(walk: Walk) -> None:
    walk.says("anna", "general", "/desk remind me to call Bob today at 10")
    walk.settled()
    walk.moves_clock(hours=1, minutes=6)
    card = walk.sees("direct", "🔔 call Bob", "anna")
    assert "It was due Mon 23 Nov, 10:00." in words(card["blocks"])


def test_somebody_else_may_say_no(walk: Walk) -> None:
    walk.says("anna", "general", "/desk remind @karin tomorrow at 14 to send the report")
    told = walk.sees("direct", "send the report", "karin")
    walk.presses("karin", "Nej tack", message=told)
    walk.sees("direct", "does not want this reminder", "anna")
    walk.until(lambda: not has_button(told["blocks"], "Nej tack"), "it shows the answer")


def test_a_channel_is_reminded_on_working_days(walk: Walk) -> None:
    walk.says("maria", "general", "/desk remind #general to tidy the kitchen every weekday at 9:30")
    assert "every working day at 09:30 (Stockholm), not on holidays" in shown(walk, "maria")
    walk.moves_clock(minutes=31)
    post = walk.sees("general", "🔔 tidy the kitchen")
    assert buttons(post["blocks"]) == []


def test_without_a_time_it_asks_and_keeps_the_words(walk: Walk) -> None:
    walk.says("anna", "general", "/desk remind me to breathe")
    walk.presses("anna", "Choose day and time", "own")
    walk.until(lambda: walk.has_window("anna"), "the form")
    assert walk.window("anna")["blocks"][0]["element"]["initial_value"] == "breathe"
    assert walk.fills("anna", day="2026-11-24", time="09:00") == {}
    walk.says("anna", "general", "/desk reminders")
    assert "breathe" in shown(walk, "anna") and "Tue, 24 Nov 2026, 09:00" in shown(walk, "anna")


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("/desk remind me to call Bob yesterday", "is over"),
        ("/desk remind me to call Bob on 28 March 2027 at 02:30", "does not exist"),
        ("/desk remind me to call Bob on 31 October 2027 at 02:30", "comes twice"),
        ("/desk away 12 Mar 2027 to 8 Mar 2027", "Turn them round"),
        ("/desk away next blursday", "blursday"),
        ("/task handover 1", "no task"),
        ("/task done 99999", "no task T99999"),
    ],
)
def test_what_cannot_be_is_said_with_what_to_do_instead(walk: Walk, typed: str, named: str) -> None:
    walk.says("anna", "general", typed)
    assert named in walk.answer("anna")["text"]
    for table in ("reminders", "absences", "tasks"):
        assert walk.database.scalar(f"SELECT count(*) FROM {table}") == 0


def test_the_cover_is_asked_and_both_sides_are_told(walk: Walk) -> None:
    walk.says("anna", "general", '/desk away tomorrow to Wednesday cover @karin "on the road"')
    question = walk.sees("direct", "on the road", "karin")
    walk.presses("karin", "Ja, jag vikarierar", message=question)
    walk.until(lambda: "✓ Du vikarierar." in words(question["blocks"]), "the answer on the card")
    walk.sees("direct", "stands in for you", "anna")
    walk.moves_clock(hours=15, seconds=2)
    walk.until(lambda: walk.database.scalar("SELECT state FROM absences") == "on", "it begins at midnight")
    walk.moves_clock(hours=8)
    walk.sees("direct", "Från och med nu vikarierar du", "karin")
    walk.says("bjorn", "general", "/task order flowers @anna")
    walk.says("bjorn", "general", "/task 1")
    assert "(borta till" in shown(walk, "bjorn")
    walk.moves_clock(hours=40)
    walk.until(lambda: walk.database.scalar("SELECT state FROM absences") == "over", "it is over at midnight")
    walk.moves_clock(hours=8)
    walk.sees("direct", "Tack för att du vikarierade", "karin")


def test_the_digest_comes_in_each_language_and_its_lines_are_done_there(walk: Walk) -> None:
    for who, typed in {
        "anna": "/task order flowers by tomorrow", "karin": "/task ring Bo imorgon", "greta": "/task Post holen morgen",
        "carla": "/task llamar a Juan mañana",
    }.items():  # fmt: skip
        walk.says(who, "general", typed)
    walk.settled()
    # Whoever is met is planned within ten seconds, and anew when their zone becomes known.
    planned = (
        "SELECT count(*) FROM preferences JOIN people ON people.id = person_id WHERE next_digest_at LIKE "
        "'2026-11-24 07:30%' AND slack_id IN ('U0ANNA', 'U0KARIN', 'U0GRETA', 'U0CARLA')"
    )
    walk.until(lambda: walk.database.scalar(planned) == 4, "four digests are planned", 20)
    walk.moves_clock(hours=23, minutes=30, seconds=2)
    heads = {"anna": "Your day: Tue 24 Nov", "karin": "Din dag: tis 24 nov.", "greta": "Ihr Tag: Di., 24. Nov.",
             "carla": "Su día: mar, 24 nov"}  # fmt: skip
    digests: dict[str, Any] = {who: walk.sees("direct", head, who) for who, head in heads.items()}
    mine = digests["anna"]
    assert "*Today* (1)" in words(mine["blocks"])
    chooses_from_menu(walk, "anna", mine, "order flowers", "Done")
    walk.until(lambda: "✓ *T1* order flowers" in words(mine["blocks"]), "done in its place")
    assert "Nothing is left" in words(mine["blocks"])
    chooses_from_menu(walk, "greta", digests["greta"], "Post holen", "Bis morgen verschieben")
    walk.until(lambda: walk.answers("greta") > 1, "until when")
    assert "25. Nov" in walk.answer("greta")["text"]


def test_nothing_to_say_is_no_message(walk: Walk) -> None:
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM preferences") >= 6, "digests are planned", 20)
    walk.moves_clock(hours=23, minutes=30, seconds=2)
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM digests") >= 6, "digests are made")
    walk.settled()
    assert all("day" not in one.get("text", "") for who in ("anna", "karin") for one in walk.direct(who))


def test_a_digest_with_very_much_in_it_is_one_message(walk: Walk) -> None:
    for number in range(30):
        walk.says("anna", "general", f"/task thing number {number} by tomorrow")
    walk.settled()
    walk.moves_clock(hours=23, minutes=30, seconds=2)
    digest = walk.sees("direct", "Your day", "anna")
    assert "*Today* (30)" in words(digest["blocks"]) and len(digest["blocks"]) <= 50
    walk.presses("anna", "Show all 30", message=digest)
    walk.until(lambda: walk.answers("anna") and "Page 1 of 4" in shown(walk, "anna"), "all of them")


def test_a_slack_that_was_down_gets_it_once_and_late(walk: Walk) -> None:
    walk.says("anna", "general", "/task order flowers by tomorrow")
    walk.settled()
    walk.workspace.trouble.down = True
    walk.moves_clock(hours=23, minutes=30, seconds=2)
    walk.until(
        lambda: walk.database.scalar("SELECT count(*) FROM outbox WHERE kind = 'digest.daily'") >= 1, "it is due"
    )
    walk.moves_clock(hours=1)
    walk.workspace.trouble.down = False
    digest = walk.sees("direct", "Your day", "anna")
    assert "This comes late: it was due Tue 24 Nov, 08:30." in words(digest["blocks"])
    walk.settled()
    assert sum("Your day" in one.get("text", "") for one in walk.direct("anna")) == 1


def test_settings_are_ones_own(walk: Walk) -> None:
    walk.says("carla", "general", "/desk ajustes")
    assert walk.fills("carla", at="10:15", days=["1"], tasks="digest") == {}
    walk.says("carla", "general", "/task llamar a Juan mañana")
    walk.settled()
    walk.moves_clock(hours=25, minutes=15, seconds=2)
    walk.sees("direct", "Su día: mar, 24 nov", "carla")


def test_the_menu_reaches_everything(walk: Walk) -> None:
    walk.says("anna", "general", "/desk")
    for label in ("New task", "My tasks", "New reminder", "My reminders", "Being away", "My day", "Settings"):
        assert label in buttons(walk.answer("anna")["blocks"])
    home = walk.opens_home("anna")
    assert "Your tasks" in home and "Being away" in home
    walk.says("anna", "general", "/desk digst")
    assert "/desk digest" in walk.answer("anna")["text"]
