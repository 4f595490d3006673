"""Whole stories of requests, through the practice workspace."""

import re

import pytest

from tests.walks.conftest import Walk, buttons, has_button, person, words


def test_a_clerk_asks_and_the_office_manager_takes_it(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    answer = walk.answer("anna")
    assert "Logged as #1" in answer["text"] and "IT fault" in words(answer["blocks"])
    card = walk.sees("it-desk", "#1 The printer on floor 2 eats paper")
    walk.presses("maria", "Take it", "it-desk")
    walk.until(lambda: "in progress" in words(card["blocks"]), "the card shows it")
    mine = walk.sees("direct", "#1 The printer", "anna")
    walk.until(lambda: "took it" in words(mine["blocks"]), "the asker's card shows it")
    assert not has_button(card["blocks"], "Take it")


@pytest.mark.parametrize(
    ("who", "typed", "logged", "take", "state"),
    [
        ("karin", "/request Skrivaren på plan 2 äter papper", "Registrerat som #1", "Ta det", "påbörjat"),
        ("greta", "/request Der Drucker im Flur frisst Papier", "#1", "Übernehmen", "in Bearbeitung"),
        ("carla", "/request La impresora se come el papel", "#1", "Tomarla", "en curso"),
    ],
)
def test_everyone_reads_their_own_language(
    walk: Walk, who: str, typed: str, logged: str, take: str, state: str
) -> None:
    walk.says(who, "general", typed)
    answer = walk.answer(who)
    assert "#1" in answer["text"] and "Logged" not in answer["text"]
    walk.presses("maria", "Take it", "it-desk")
    mine = walk.sees("direct", "#1", who)
    walk.until(lambda: "in progress" not in words(mine["blocks"]) and "<@U0MARIA>" in words(mine["blocks"]), "the news")
    assert "State" not in words(mine["blocks"]) and "Owner" not in words(mine["blocks"])


def test_a_second_click_is_told_who_decided(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    card = walk.sees("it-desk", "#1")
    before = [dict(block) for block in card["blocks"]]
    walk.presses("david", "Take it", message=card)
    stale = {**card, "blocks": before}
    walk.workspace.messages[walk.place("it-desk")].append(stale)  # what Frank's screen still shows
    walk.presses("frank", "Take it", message=stale)
    walk.until(lambda: walk.answers("frank"), "a private word")
    assert "David Ortega" in walk.answer("frank")["text"]


def test_a_click_by_somebody_else_gets_a_private_answer(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.presses("karin", "Take it", "it-desk")
    walk.until(lambda: walk.answers("karin"), "a private word")
    assert "IT" in walk.answer("karin")["text"]
    with walk.database.read() as session:
        from storage import requests

        assert requests.get(session, 1).owner_id is None


def test_the_form_says_beside_the_field_what_is_wrong(walk: Walk) -> None:
    walk.says("greta", "general", "/request")
    walk.chooses_type("greta", "invoice")
    errors = walk.fills("greta", text="Rechnung 7 ist offen", f_amount="zwölf")
    assert list(errors) == ["f_amount"] and "zwölf" in errors["f_amount"]
    assert walk.fills("greta", text="Rechnung 7 ist offen", f_amount="1.054,60") == {}
    card = walk.sees("finance-desk", "#1 Rechnung 7 ist offen")
    assert "1,054.60" in words(card["blocks"])


def test_everything_a_form_can_hold_arrives(walk: Walk) -> None:
    walk.says("anna", "general", "/request")
    walk.chooses_type("anna", "visitor")
    wrong = walk.fills("anna", text="A visitor", f_who="Ada", f_day="2026-12-01", needed_by="2026-01-01")
    assert list(wrong) == ["needed_by"]
    values = {"f_who": "Ada Lovelace", "f_day": "2026-12-01", "f_time": "14:30", "f_host": "karin", "for": "grace"}
    assert walk.fills("anna", text="A visitor for the board", priority="high", **values) == {}
    shown = words(walk.sees("office", "#1 A visitor for the board")["blocks"])
    for part in ("Ada Lovelace", "1 Dec", "14:30", "<@U0KARIN>", "<@U0GRACE>", "high"):
        assert part in shown
    walk.sees("direct", "asked for this for you", "grace")


def test_the_type_and_priority_change_with_one_press(walk: Walk) -> None:
    walk.says("anna", "general", "/request Something is odd with my chair")
    assert "Anything else" in words(walk.answer("anna")["blocks"])
    walk.sees("office", "#1")
    walk.chooses("anna", walk.answer("anna"), "moving_furniture")
    card = walk.sees("facilities", "#1 Something is odd")
    walk.presses("anna", "High priority", "own")
    walk.until(lambda: "high" in words(card["blocks"]), "the priority on the card")


def test_a_similar_one_is_shown_before_a_duplicate_is_made(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.says("karin", "general", "/request the printer on floor 2 is eating paper")
    question = walk.answer("karin")
    assert "#1" in words(question["blocks"])
    with walk.database.read() as session:
        from storage import requests

        assert requests.find(session, 2) is None
    follow = next(one for one in buttons(question["blocks"]) if "#1" in one)
    walk.presses("karin", follow, message=question)
    walk.until(lambda: has_button(question["blocks"], follow) is False, "the question is answered")
    walk.says("maria", "general", "/request solve 1 New rollers")
    walk.sees("direct", "New rollers", "karin")


def test_a_repeat_can_be_logged_all_the_same(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.presses("anna", "Log mine as well", "own")
    walk.sees("direct", "#2 The printer", "anna")


def test_a_question_is_answered_below_the_message(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.presses("david", "Ask", "it-desk")
    assert walk.fills("david", text="¿Qué papel?") == {}
    question = walk.sees("direct", "¿Qué papel?", "anna")
    assert has_button(question["blocks"], "Reply")
    walk.says("anna", "direct", "The thick one", below=question)
    card = walk.sees("it-desk", "#1")
    walk.until(lambda: "in progress" in words(card["blocks"]), "it goes on")
    walk.sees("direct", "The thick one", "david")
    walk.until(lambda: not has_button(question["blocks"], "Reply"), "the question has become its outcome")


def test_what_the_desk_says_below_its_card_stays_at_the_desk(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    card = walk.sees("it-desk", "#1")
    walk.settled()
    walk.says("frank", "it-desk", "The warranty is over", below=card)
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM comments WHERE kind = 'note'") == 1, "a note")
    walk.settled()
    assert not any("warranty" in words(one.get("blocks", [])) for one in walk.direct("anna"))


def test_talk_of_others_below_a_card_is_their_own(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    card = walk.sees("it-desk", "#1")
    walk.settled()
    walk.says("karin", "it-desk", "Same here!", below=card)
    walk.says("anna", "it-desk", "Thanks for looking", below=card)
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM comments") == 1, "the asker's words only")


def test_solved_is_confirmed_or_opened_again(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.says("david", "general", "/request solve 1 Rodillos nuevos")
    solved = walk.sees("direct", "Rodillos nuevos", "anna")
    walk.presses("anna", "Open again", message=solved)
    assert walk.fills("anna", text="It still eats paper") == {}
    walk.sees("direct", "It still eats paper", "david")
    walk.says("david", "general", "/request solve 1 Now really")
    walk.presses("anna", "It works, thank you", "direct")
    card = walk.sees("it-desk", "#1")
    walk.until(lambda: "closed" in words(card["blocks"]), "closed")


def test_a_direct_message_is_a_request(walk: Walk) -> None:
    walk.says("carla", "direct", "No puedo iniciar sesión en el CRM")
    walk.sees("it-desk", "#1 No puedo iniciar sesión")
    walk.sees("direct", "#1", "carla")


def test_hello_is_answered_and_not_logged(walk: Walk) -> None:
    walk.says("karin", "direct", "Hej!")
    walk.sees("direct", "Karin Ådahl", "karin")
    assert walk.database.scalar("SELECT count(*) FROM requests") == 0


def test_a_message_becomes_a_request_by_its_shortcut(walk: Walk) -> None:
    walk.says("karin", "general", "The lift smells of fish & <chips>")
    message = walk.sees("general", "The lift smells")
    walk.shortcut("anna", "requests.from_message", message)
    assert walk.window("anna")["blocks"][2]["element"]["initial_value"] == "The lift smells of fish & <chips>"
    assert walk.fills("anna", f_where="Lift") == {}
    walk.sees("facilities", "#1 The lift smells of fish")
    walk.says("anna", "general", "/request 1")
    assert "https://practice.slack.com/archives/" in words(walk.answer("anna")["blocks"])


def test_a_message_too_long_for_a_field_is_kept_whole(walk: Walk) -> None:
    long = "The lift smells of fish. " + "It does so every day. " * 180 + "Since March."
    walk.says("karin", "general", long)
    walk.shortcut("anna", "requests.from_message", walk.sees("general", "The lift smells"))
    assert walk.fills("anna", f_where="Lift") == {}
    walk.sees("facilities", "#1 The lift smells of fish")
    assert "Since March." in str(walk.database.scalar("SELECT text FROM requests"))


@pytest.mark.parametrize(
    ("typed", "named"), [("mine", "/request mine"), ("12", "/request 12"), ("klar 1", "/task klar 1")]
)
def test_a_command_in_a_direct_message_is_no_request(walk: Walk, typed: str, named: str) -> None:
    walk.says("anna", "direct", typed)
    walk.sees("direct", named, "anna")
    assert walk.database.scalar("SELECT count(*) FROM requests") == 0


def test_a_form_that_slack_does_not_open_is_spoken_of(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A press on the home tab has no place for a note, and its trigger is too old for a window."""
    walk.opens_home("anna")
    monkeypatch.setattr("bot.practice.workspace.TRIGGER_SECONDS", -1.0)
    walk.presses_at_home("anna", "New request")
    walk.sees("direct", "Slack did not open the form", "anna")
    walk.presses_at_home("anna", "Undo my last step")
    walk.sees("direct", "undo", "anna")


def test_a_page_number_is_written_in_digits(walk: Walk) -> None:
    walk.says("anna", "general", "/request mine ²")
    assert "reference" not in words(walk.answer("anna")["blocks"])


def test_lists_have_pages_however_many_there_are(walk: Walk) -> None:
    names = ["chair", "lamp", "door", "window", "radiator", "lift", "tap", "shelf", "carpet", "blind", "fan", "bell"]
    for one, name in enumerate(names):
        walk.says("anna", "general", f"/request {name} in room {one} {name * 2} is broken")
    walk.says("anna", "general", "/request mine")
    first = walk.answer("anna")
    assert "Page 1 of 2" in words(first["blocks"]) and "#12" in words(first["blocks"])
    walk.presses("anna", "Next ›", message=first)
    walk.until(lambda: "Page 2 of 2" in words(first["blocks"]), "the second page in the same place")
    assert "#1*" in words(first["blocks"])


def test_the_home_tab_shows_what_waits_and_stays_current(walk: Walk) -> None:
    walk.opens_home("maria")
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.until(lambda: "The printer" in walk.home("maria"), "the desk's list on the home tab")
    walk.says("maria", "general", "/request take 1")
    walk.until(
        lambda: re.search(r"Waiting for you.*The printer.*What you asked", walk.home("maria"), re.DOTALL), "mine"
    )


def test_the_clocks_warn_the_owner_and_then_the_lead(walk: Walk) -> None:
    walk.says("anna", "general", "/request high The printer on floor 2 eats paper")  # 30 and 240 working minutes
    walk.says("david", "general", "/request take 1")
    walk.settled()
    walk.moves_clock(minutes=179)
    walk.settled()
    assert not any("#1" in one["text"] for one in walk.direct("david"))
    walk.moves_clock(minutes=2)
    walk.until(lambda: sum("#1" in one["text"] for one in walk.direct("david")) == 1, "a warning at 75 %")
    walk.moves_clock(minutes=61)
    walk.until(lambda: sum("#1" in one["text"] for one in walk.direct("frank")) == 1, "the lead hears at 100 %")
    walk.moves_clock(days=3)
    walk.settled()
    assert sum("#1" in one["text"] for one in walk.direct("david")) == 1
    assert sum("#1" in one["text"] for one in walk.direct("frank")) == 1


def test_undo_takes_ones_last_step_back(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.presses("anna", "Undo", "own")
    card = walk.sees("it-desk", "#1")
    walk.until(lambda: "cancelled" in words(card["blocks"]), "cancelled")
    walk.says("anna", "general", "/desk undo")
    assert "nothing of yours to undo" in walk.answer("anna")["text"]
    walk.says("anna", "general", "/request The lamp in the kitchen is dark")
    walk.sees("facilities", "#2")
    walk.says("bjorn", "general", "/request take 2")
    walk.says("anna", "general", "/desk undo")
    assert "changed since" in walk.answer("anna")["text"]
    walk.says("bjorn", "general", "/desk undo")
    lamp = walk.sees("facilities", "#2")
    walk.until(lambda: has_button(lamp["blocks"], "Take it"), "free again")
    walk.moves_clock(minutes=11)
    walk.says("anna", "general", "/desk undo")
    assert "ten minutes" in walk.answer("anna")["text"]


def test_a_request_is_worked_on_in_its_window(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.presses("maria", "More …", "it-desk")
    walk.presses("maria", "Take it")
    walk.until(lambda: has_button(walk.window("maria")["blocks"], "Hand back"), "the window shows it")
    walk.presses("maria", "Assign")
    david = next(
        o["value"] for o in walk.window("maria")["blocks"][1]["element"]["options"] if "David" in o["text"]["text"]
    )
    assert walk.fills("maria", choice=david) == {}
    walk.until(lambda: "<@U0DAVID>" in words(walk.window("maria")["blocks"]), "the window below is drawn again")
    walk.sees("direct", "#1", "david")


def test_a_hand_over_to_somebody_else_is_offered(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.says("david", "general", "/request take 1")
    walk.says("david", "general", "/request handover 1 @bjorn he knows it")
    offer = walk.sees("direct", "#1", "bjorn")
    assert buttons(offer["blocks"])[0] == "Acceptera" or len(buttons(offer["blocks"])) == 3
    walk.presses("bjorn", buttons(offer["blocks"])[0], message=offer)
    card = walk.sees("it-desk", "#1")
    walk.until(lambda: "<@U0BJORN>" in words(card["blocks"]), "Björn has it")
    walk.until(lambda: len(buttons(offer["blocks"])) == 1, "the offer has become its outcome")


@pytest.mark.parametrize(("who", "says"), [("zoe", "this company only"), ("otto", "avstängt|inaktiv|inte")])
def test_strangers_and_leavers_are_not_served(walk: Walk, who: str, says: str) -> None:
    walk.says(who, "general", "/request The printer on floor 2 eats paper")
    assert re.search(says, walk.answer(who)["text"])
    assert walk.database.scalar("SELECT count(*) FROM requests") == 0


def test_a_guest_asks_and_sees_only_their_own(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.says("petra", "general", "/request list")
    assert "Nothing is open" in words(walk.answer("petra")["blocks"])
    walk.says("petra", "general", "/request 1")
    assert "no request #1" in walk.answer("petra")["text"]
    walk.says("petra", "general", "/request I need wifi access")
    walk.sees("direct", "#2", "petra")


@pytest.mark.parametrize(
    "typed",
    [
        "x" * 39_000,
        "<!channel> *bold* _it_ `code` <@U999> <https://evil|bank>",
        "\u202ereversed\u202c עברית مرحبا",
        "👩‍👩‍👧‍👦 " * 200,
        "line\n" * 400,
        "&lt;!here&gt; & < >",
        "=1+1 ; DROP TABLE requests; --",
    ],
)
def test_any_words_at_all_are_logged_whole_and_shown_harmless(walk: Walk, typed: str) -> None:
    walk.says("anna", "general", f"/request The printer {typed}")
    walk.sees("it-desk", "#1")
    walk.says("anna", "general", "/request 1")
    walk.presses("anna", "More …", "direct")
    walk.opens_home("anna")
    walk.presses("maria", "Take it", "it-desk")
    walk.settled()
    from storage import requests

    with walk.database.read() as session:
        assert len(requests.get(session, 1).text) >= len(typed.strip().replace("\u202e", "").replace("\u202c", ""))
    # Typed words reach Slack escaped or as plain text; a mention in mrkdwn would ring everybody.
    for message in walk.messages("it-desk"):
        for block in message["blocks"]:
            text = block.get("text") or {}
            assert text.get("type") != "mrkdwn" or "<!channel>" not in text["text"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("/request 999", "no request #999"),
        ("/request take 999", "no request #999"),
        ("/request solve 99999999999", "no request"),
        ("/request lst", "Did you mean /request list?"),
        ("/desk hlp", "Did you mean /desk help?"),
        ("/desk xyzzy", "don't know"),
        ("/desk search", "Say what to look for"),
        ("/desk language klingon", "not a language"),
        ("/desk office", "Only an administrator"),
        ("/desk letters", "Only an administrator"),
        ("/request assign 1", "no request #1"),
        ("/request priority 1 enormous", "not a priority"),
    ],
)
def test_what_cannot_be_done_says_what_to_do_instead(walk: Walk, typed: str, says: str) -> None:
    walk.says("anna", "general", typed)
    assert says in walk.answer("anna")["text"]


def test_long_words_come_back_with_a_refusal(walk: Walk) -> None:
    walk.says("anna", "general", "/request solve 77 I changed both rollers and cleaned the glass")
    assert "changed both rollers" in words(walk.answer("anna")["blocks"])


def test_a_type_that_left_the_catalogue_loses_nothing(walk: Walk) -> None:
    walk.says("anna", "general", "/request")
    walk.chooses_type("anna", "training")
    view = walk.window("anna")
    view["private_metadata"] = view["private_metadata"].replace("training", "long_gone")
    assert walk.fills("anna", text="A course in first aid", f_subject="First aid") == {}
    walk.sees("office", "#1 A course in first aid")


def test_a_command_in_four_languages_means_the_same(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.says("frank", "general", "/request nehmen 1")
    card = walk.sees("it-desk", "#1")
    walk.until(lambda: "<@U0FRANK>" in words(card["blocks"]), "Frank has it")
    walk.says("david", "general", "/request nota 1 sin garantía")
    walk.says("frank", "general", "/request lösen 1 Neue Walzen")
    walk.sees("direct", "Neue Walzen", "anna")


def test_confidential_words_are_only_where_they_may_be(walk: Walk) -> None:
    """A canary in every field of a confidential request; every surface of everybody else is searched."""
    for handle in ("maria", "karin", "frank", "grace", "anna", "bjorn"):
        walk.opens_home(handle)
    walk.says("anna", "general", "/request")
    walk.chooses_type("anna", "payroll")
    assert walk.fills("anna", text="canary1 overtime is missing", f_month="canary2") == {}
    walk.says("ines", "general", "/request note 1 canary3")
    walk.says("ines", "general", "/request ask 1 canary4")
    walk.sees("direct", "canary4", "anna")
    walk.says("ines", "general", "/request solve 1 canary5")
    walk.settled()
    for handle in ("maria", "karin", "frank", "grace", "petra"):
        for typed in ("/request list", "/request find canary", "/request 1", "/desk search canary1", "/request desk"):
            walk.says(handle, "general", typed)
            assert "canary" not in words(walk.answer(handle)["blocks"]).replace("“canary”", "").replace(
                "“canary1”", ""
            ).replace("»", "").replace("canary", "", typed.count("canary"))
        walk.opens_home(handle)
        seen = words(walk.workspace.homes[person(handle)]["blocks"])
        assert "canary" not in seen
    for channel in ("general", "office", "it-desk", "facilities", "finance-desk"):
        assert not any("canary" in words(one.get("blocks", [])) + one["text"] for one in walk.messages(channel))
    assert "canary3" not in "".join(words(one.get("blocks", [])) for one in walk.direct("anna"))
    # What a lock screen shows is neutral.
    assert not any("canary" in one["text"] for handle in ("anna", "ines") for one in walk.direct(handle))
