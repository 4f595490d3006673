"""Stories of approvals and budgets, through the practice workspace: real commands, real presses, what each one sees."""

import re

import pytest

from tests.walks.conftest import Thing, Walk, has_button, words


def shown(walk: Walk, who: str) -> str:
    return plain(words(walk.answer(who)["blocks"]))


def plain(text: str) -> str:
    """As it is read, whatever kind of space stands in it."""
    return re.sub(r"\s+", " ", text)


def newest(walk: Walk, who: str) -> Thing:
    walk.settled()
    return walk.direct(who)[-1]


def reads(message: Thing) -> str:
    return plain(words(message.get("blocks", [])))


def card_of(walk: Walk, who: str, label: str) -> Thing:
    """The newest direct message of somebody with a button."""
    walk.settled()
    return next(one for one in reversed(walk.direct(who)) if has_button(one.get("blocks", []), label))


@pytest.mark.parametrize(
    ("who", "typed", "amount", "route"),
    [
        ("anna", "/approvals ask @greta Conference ticket 450 EUR by Friday", "€450.00 = SEK 5,139.00", "Greta Schütz"),
        ("karin", "/approvals fråga @greta Konferensbiljett 1 054,60 kr", "1 054,60 kr", "Greta Schütz"),
        ("frank", "/approvals frage @greta Konferenzticket 1.054,60 €", "1.054,60 €", "Greta Schütz"),
        ("carla", "/approvals pedir @greta Entrada de congreso 1.054,60 €", "1.054,60 €", "Greta Schütz"),
        ("anna", "/approvals ask Chairs 450 kr", "SEK 450.00", "María Torres"),
        ("anna", "/approvals ask @leadership A boat 450 kr", "SEK 450.00", "all of"),
    ],
)
def test_an_ask_is_read_from_words_and_says_who_decides(
    walk: Walk, who: str, typed: str, amount: str, route: str
) -> None:
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM user_groups"), "the user groups")
    walk.says(who, "general", typed)
    assert amount in shown(walk, who) and route in shown(walk, who)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/approvals ask @greta Chairs 1.200 EUR", "can be read in two ways"),
        ("/approvals ask @greta Chairs 0 EUR", "nothing to pay"),
        ("/approvals ask @greta Server €5k", "whole sum in figures"),
        ("/approvals ask @greta Chairs 10 EUR, lamps 20 EUR", "several amounts"),
        ("/approvals ask @greta Chairs 450 USD and more", "A1"),
        ("/approvals ask @anna Chairs", "approve what you ask for yourself"),
        ("/approvals ask @petra Chairs", "not a full member"),
        ("/approvals approve 99", "no approval A99"),
        ("/approvals approve", "Say which one"),
        ("/approvals aprove 12", "Did you mean"),
        ("/approvals hello", "I don't know"),
        ("/approvals approve five", "Say which one"),
        ("/approvals approve -1", "Say which one"),
        ("/approvals rejct 1,5 no", "Say which one"),
        ("/approvals ask @greta 450 EUR", "Say what it is for"),
        ("/approvals waitingg", "Did you mean"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_next_step(walk: Walk, typed: str, said: str) -> None:
    walk.says("anna", "general", typed)
    assert said in shown(walk, "anna")


def test_an_order_above_two_limits_goes_up_and_only_then_begins(walk: Walk) -> None:
    walk.says("david", "general", "/request nuevo portátil 15.000 €")
    assert "A1" in shown(walk, "david")
    assert "A1" in shown_of(walk, "david", "/request 1")
    card = card_of(walk, "frank", "Genehmigen")
    assert "15.000,00 €" in reads(card) and "Schritt 1 von 2" in reads(card)
    assert walk.messages("it-desk") == []
    walk.presses("frank", "Genehmigen", message=card)
    walk.settled()
    second = card_of(walk, "greta", "Genehmigen")
    assert "Frank Weber" in words([second]) or "<@U0FRANK>" in words([second])
    walk.presses("greta", "Genehmigen", message=second)
    walk.sees("it-desk", "nuevo portátil")
    walk.sees("direct", "Aprobada", "david")
    # The card of the first one tells what they answered; a press on it would find no button.
    assert not has_button(walk.direct("frank")[-1]["blocks"], "Genehmigen")


def shown_of(walk: Walk, who: str, typed: str) -> str:
    walk.says(who, "general", typed)
    return shown(walk, who)


def test_the_second_approver_is_away_and_the_cover_decides_for_them(walk: Walk) -> None:
    walk.says("greta", "general", "/desk abwesend heute bis Freitag Vertretung @ines")
    walk.settled()
    walk.presses("ines", "Yes, I stand in", "direct")
    walk.settled()
    walk.says("anna", "general", "/approvals ask @maria @greta Conference ticket 450 kr")
    walk.settled()
    assert "Während Sie weg sind, entscheidet" in reads(walk.sees("direct", "Während Sie weg sind", "greta"))
    card = card_of(walk, "ines", "Approve")
    assert "<@U0GRETA> is away, and you stand in" in reads(card)
    walk.presses("ines", "Approve", message=card)
    walk.presses("maria", "Approve", message=card_of(walk, "maria", "Approve"))
    done = reads(walk.sees("direct", "is approved", "anna"))
    assert "<@U0INES> (cover) for <@U0GRETA> approved" in done and "<@U0MARIA> approved" in done


def test_a_rise_after_the_first_approval_shows_old_and_new_and_asks_again(walk: Walk) -> None:
    walk.says("anna", "general", "/approvals ask @ines @greta Chairs 450 kr")
    old = card_of(walk, "ines", "Approve")
    walk.presses("ines", "Approve", message=old)
    walk.settled()
    walk.presses("anna", "Edit", message=card_of(walk, "anna", "Edit"))
    assert walk.fills("anna", amount="520 kr") == {}
    again = card_of(walk, "ines", "Approve")
    assert again["ts"] != old["ts"] and "SEK 450.00 → *SEK 520.00*" in reads(again)
    assert "version 2 is asked for now" in reads(walk.direct("ines")[-2]) or "approved an earlier version" in reads(
        again
    )
    walk.presses("anna", "Edit", message=card_of(walk, "anna", "Edit"))
    assert walk.fills("anna", amount="500 kr") == {}
    walk.presses("ines", "Approve", message=card_of(walk, "ines", "Approve"))
    walk.presses("greta", "Genehmigen", message=card_of(walk, "greta", "Genehmigen"))
    assert "SEK 500.00" in shown_of(walk, "anna", "/approvals 1")


def test_a_split_order_is_shown_together_with_its_sum(walk: Walk) -> None:
    walk.says("anna", "general", "/approvals ask @greta Office chairs 9 000 kr")
    walk.says("bjorn", "general", "/approvals fråga @greta Office chairs 9 500 kr")
    card = reads(card_of(walk, "greta", "Genehmigen"))
    assert "Zählt mit diesem zusammen" in card and "18.500,00 SEK" in card


def test_a_wrong_person_is_told_privately_whose_it_is(walk: Walk) -> None:
    walk.says("anna", "general", "/approvals ask Chairs 450 kr")
    walk.settled()
    assert "no approval A1" in shown_of(walk, "ines", "/approvals approve 1")
    assert "so somebody else decides: María Torres" in shown_of(walk, "anna", "/approvals approve 1")
    assert "Entscheidung nicht zu" in (said := shown_of(walk, "greta", "/approvals genehmige 1")) or "María" in said
    walk.presses("maria", "Approve", message=card_of(walk, "maria", "Approve"))
    walk.settled()
    assert "is approved: María Torres" in shown_of(walk, "maria", "/approvals approve 1")


def test_a_name_adds_a_voice_and_takes_nobodys_place(walk: Walk) -> None:
    walk.says("anna", "general", "/approvals ask @ines New computers 450 kr")
    walk.presses("ines", "Approve", message=card_of(walk, "ines", "Approve"))
    walk.presses("maria", "Approve", message=card_of(walk, "maria", "Approve"))
    done = reads(walk.sees("direct", "is approved", "anna"))
    assert "<@U0INES> approved" in done and "<@U0MARIA> approved" in done


def test_a_budget_that_is_exceeded_by_a_hundredth_is_its_owners_to_allow(walk: Walk) -> None:
    walk.says("karin", "general", "/approvals fråga @ines Mässa 20 000,01 EUR")
    walk.presses("ines", "Approve", message=card_of(walk, "ines", "Approve"))
    card = card_of(walk, "greta", "Genehmigen")
    assert "überschreitet es um 0,01 €" in reads(card)
    walk.presses("greta", "Genehmigen", message=card)
    walk.settled()
    # Karin owns the budget and has asked herself, so her own manager allows it, with a reason.
    allow = card_of(walk, "grace", "Approve, with a reason")
    walk.presses("grace", "Approve, with a reason", message=allow)
    assert walk.fills("grace", text="One cent is fine.") == {}
    walk.sees("direct", "är godkänt", "karin")
    assert "-0,01 €" in shown_of(walk, "karin", "/desk budget").replace("−", "-")


def test_a_double_click_is_one_verdict(walk: Walk) -> None:
    walk.says("anna", "general", "/approvals ask @greta Chairs 450 kr")
    card = card_of(walk, "greta", "Genehmigen")
    for _ in range(3):
        walk.presses("greta", "Genehmigen", message=card)
    walk.settled()
    assert walk.database.scalar("SELECT count(*) FROM history WHERE act = 'approve'") == 1


def test_several_are_approved_with_one_look(walk: Walk) -> None:
    for what in ("Chairs", "Lamps"):
        walk.says("anna", "general", f"/approvals ask @maria {what} 450 kr")
    walk.says("maria", "general", "/approvals several")
    options = next(one["element"]["options"] for one in walk.window("maria")["blocks"] if one["type"] == "input")
    walk.fills("maria", chosen=[one["value"] for one in options])
    assert walk.database.scalar("SELECT count(*) FROM approvals WHERE state = 'approved'") == 2


def test_the_form_has_files_and_errors_beside_its_fields(walk: Walk) -> None:
    walk.says("anna", "general", "/approvals ask")
    errors = walk.fills("anna", title="Chairs", amount="1.200", who=["greta"])
    assert "two ways" in errors["amount"]
    assert walk.fills("anna", title="Chairs", amount="1200", who=["greta"], supplier="Kinnarps") == {}
    assert "Kinnarps" in reads(card_of(walk, "greta", "Genehmigen"))


def test_the_history_comes_as_a_message_and_as_a_pdf(walk: Walk) -> None:
    walk.says("anna", "general", "/approvals ask @greta Chairs 450 kr")
    walk.presses("greta", "Genehmigen", message=card_of(walk, "greta", "Genehmigen"))
    walk.settled()
    story = shown_of(walk, "anna", "/approvals history 1")
    assert "<@U0GRETA> was asked (step 1, version 1)" in story and "<@U0GRETA> approved *Chairs* · SEK 450.00" in story
    walk.says("anna", "general", "/approvals pdf 1")
    message = walk.until(lambda: next((one for one in walk.direct("anna") if one.get("files")), None), "the PDF")
    assert message["files"][0]["name"].startswith("A1-") and message["files"][0]["size"] > 5_000


def test_budgets_come_with_a_picture_and_a_rate_is_typed(walk: Walk) -> None:
    assert "120,000.00 left of" in shown_of(walk, "anna", "/desk budget")
    message = walk.until(lambda: next((one for one in walk.direct("anna") if one.get("files")), None), "the picture")
    assert message["files"][0]["name"].endswith(".png")
    assert "set by finance" in shown_of(walk, "anna", "/desk rate 1 GBP = 1.15 EUR")
    assert "1 GBP 1,15 EUR" in shown_of(walk, "greta", "/desk kurs 1 GBP = 1,15 EUR")
    assert "Write it like" in shown_of(walk, "maria", "/desk rate GBP")


def test_a_budget_is_set_up_by_form(walk: Walk) -> None:
    walk.says("greta", "general", "/desk budget")
    walk.presses("greta", "Budget anlegen", "own")
    departments = walk.window("greta")["blocks"][0]["element"]["options"]
    chosen = next(one["value"] for one in departments if one["text"]["text"] == "IT")
    assert (
        walk.fills("greta", department=chosen, year="2026", amount="12.500,50", owner="frank", category="Training")
        == {}
    )
    assert "12.500,50" in shown_of(walk, "greta", "/desk budget IT 2026, training")


def test_what_waits_is_on_the_home_tab_and_in_the_digest(walk: Walk) -> None:
    walk.says("anna", "general", "/approvals ask @maria Chairs 450 kr")
    walk.settled()
    assert "Waiting for your decision" in walk.opens_home("maria") and "A1" in walk.home("maria")
    digest = shown_of(walk, "maria", "/desk digest")
    assert "Chairs" in digest and "Approve" in digest
    walk.presses("maria", "Approve", "own")
    walk.until(lambda: "Approved by you" in shown(walk, "maria"), "the answer to the press")


def test_after_a_kill_between_verdict_and_card_the_card_is_right(walk: Walk) -> None:
    walk.says("anna", "general", "/approvals ask Chairs 450 kr")
    card = card_of(walk, "maria", "Approve")
    walk.workspace.trouble.down = True
    walk.presses("maria", "Approve", message=card)
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM approvals WHERE state = 'approved'"), "the verdict")
    assert has_button(walk.direct("maria")[-1]["blocks"], "Approve")
    walk.workspace.trouble.down = False
    walk.until(
        lambda: (
            not has_button(card["blocks"], "Approve")
            or not any(has_button(one.get("blocks", []), "Approve") for one in walk.direct("maria"))
        ),
        "the card as its outcome",
        40,
    )


@pytest.mark.parametrize("text", ["approve 1", "godkänn 1", "A1 reject too dear"])
def test_a_verdict_that_is_written_to_deskhand_becomes_no_request(walk: Walk, text: str) -> None:
    walk.says("anna", "direct", text)
    walk.settled()
    assert "/approvals" in reads(walk.sees("direct", "This looks like a command", "anna"))
    assert walk.database.scalar("SELECT count(*) FROM requests") == 0


def test_words_below_a_card_say_where_they_would_be_read(walk: Walk) -> None:
    walk.says("anna", "general", "/approvals ask @maria Chairs 450 kr")
    walk.says("maria", "direct", "yes, fine", below=card_of(walk, "maria", "Approve"))
    walk.sees("direct", "/approvals changes 1", "maria")


def test_another_type_reads_the_price_in_the_words(walk: Walk) -> None:
    walk.says("karin", "general", "/request skärm som flimrar, ersätts för 15 000 kr")
    walk.chooses("karin", walk.answer("karin"), "new_equipment")
    walk.settled()
    assert "SEK 15,000.00" in reads(card_of(walk, "grace", "Approve"))


def test_an_administrator_sets_a_route_by_form(walk: Walk) -> None:
    walk.says("maria", "general", "/desk office")
    walk.presses("maria", "Approval routes", "own")
    walk.until(lambda: "manager from 2000" in shown(walk, "maria"), "the routes")
    walk.presses("maria", "Add a route", "own")
    assert "is not a step" in walk.fills("maria", type="training", steps="the boss")["steps"]
    assert "nobody called @nobody" in walk.fills("maria", type="training", steps="@nobody")["steps"]
    assert walk.fills("maria", type="training", steps="manager\n@greta, role:hr need 2 from 1000") == {}
    walk.says("anna", "general", "/request a course in bookkeeping for 900 kr")
    walk.sees("direct", "a course in bookkeeping", "maria")
    assert walk.database.scalar("SELECT count(*) FROM approvals WHERE type = 'training'") == 1
    assert "administrator" in shown_of(walk, "anna", "/desk office")


def test_the_form_offers_the_budgets_categories(walk: Walk) -> None:
    walk.says("frank", "general", "/approvals frage")
    assert walk.fills("frank", title="Server", amount="20.000 €", category="equipment") == {}
    card = reads(card_of(walk, "maria", "Approve"))
    assert "Budget IT 2026, equipment" in card and "exceeds it by €5,000.00" in card
