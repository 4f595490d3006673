"""Stories of agendas and minutes, through the practice workspace."""

import base64
import io
import json
import re
from typing import Any

import openpyxl
from pypdf import PdfReader

from tests.walks.conftest import Thing, Walk, buttons, words


def typed(walk: Walk, who: str, text: str, where: str = "general") -> str:
    walk.says(who, where, text)
    return re.sub(r"\s+", " ", words(walk.answer(who)["blocks"]))


def told(walk: Walk, who: str, text: str) -> str:
    """The newest direct message with these words."""
    return re.sub(r"\s+", " ", words(walk.sees("direct", text, who)["blocks"]))


def with_button(walk: Walk, who: str, label: str) -> Thing:
    found: Thing = walk.until(lambda: walk._message_with(who, "direct", label), f"a button {label!r}")
    return found


def file(walk: Walk, who: str, ending: str) -> bytes:
    """The newest file of a kind in somebody's direct messages."""

    def look() -> Any:
        shown = [
            one for message in walk.direct(who) for one in message.get("files", []) if one["name"].endswith(ending)
        ]
        return shown[-1] if shown else None

    found = walk.until(look, f"a file {ending}")
    return base64.b64decode(walk.workspace.files[found["id"]]["content"])


def committee(walk: Walk) -> None:
    """A weekly committee of four languages, Mondays at ten."""
    typed(walk, "anna", "/meeting Committee with @bjorn @frank @david in Goya today 10:00 for 1h, every week")


def test_a_committee_from_its_agenda_to_the_next_meeting(walk: Walk) -> None:
    committee(walk)
    assert "På dagordningen för M1: Hyran" in typed(walk, "bjorn", "/minutes dagordning M1 Hyran 15 min beslut")
    typed(walk, "frank", "/minutes tagesordnung M1 Parkplatz")
    typed(walk, "david", "/meeting no M1")
    walk.moves_clock(minutes=55)
    assert "Protokollet har börjat" in typed(walk, "bjorn", "/minutes börja")
    assert "Björn Ek is taking the minutes already" in typed(walk, "anna", "/minutes start")
    assert "David Ortega: företrädd, av Karin Ådahl" in typed(
        walk, "bjorn", "/minutes närvaro @david företräds av @karin"
    )
    assert "Nu: 1. Hyran" in typed(walk, "bjorn", "/minutes nästa")
    assert "Decision D1 Rent at most 18,000" in typed(walk, "anna", "/minutes decision Rent at most 18,000")
    assert "Beslut D2 Avtalet sägs upp" in typed(walk, "karin", "/minutes beslut Avtalet sägs upp")
    assert "Beschluss D3 Umzug am 3. Mai" in typed(walk, "frank", "/minutes beschluss Umzug am 3. Mai")
    answer = typed(walk, "frank", "/minutes aufgabe @frank drei Angebote bis Freitag")
    assert "Aufgabe A1 drei Angebote – Frank Weber, bis Fr., 27. Nov. 2026" in answer
    answer = typed(
        walk, "anna", "/minutes action - @sales: offer by Friday\n- @karin measure the room\n- @nobody flowers"
    )
    assert "Action A2 offer – Karin Ådahl, Carla Méndez, one of them is enough, by Fri, 27 Nov 2026" in answer
    assert "Action A4 flowers – nobody" in answer and "Not in Slack: nobody." in answer
    card = walk.sees("general", "▶ 1. Hyran")
    assert "3 decisions taken · 4 actions" in words(card["blocks"])
    walk.says("anna", "general", "/minutes finish")
    window = re.sub(r"\s+", " ", words(walk.window("anna")["blocks"]))
    assert "Not talked about, so put off to the next meeting: Parkplatz." in window and "5 people get them" in window
    assert walk.fills("anna") == {}
    sent = told(walk, "frank", "Das Protokoll ist da.")
    assert "Vertreten: David Ortega (durch Karin Ådahl)" in sent and "*Beschluss D2* Avtalet sägs upp" in sent
    assert "Schweigen gilt als Ja ab Mi., 25. Nov., 09:55" in sent
    assert "Tiene 1 acción" not in told(walk, "david", "El acta está aquí.")
    assert "T1* drei Angebote" in told(walk, "frank", "Sie haben 1 Aufgabe aus 2026-11")
    # A figure is wrong.
    assert "Anna Lindqvist beslutar" in typed(walk, "karin", "/minutes ändra 2026-11 D1 Rent at most 16,000")
    walk.presses("anna", "Agree", message=with_button(walk, "anna", "Agree"))
    changed = told(walk, "david", "Algo ha cambiado en esta acta.")
    assert "*D1 antes* Rent at most 18,000" in changed and "*D1 ahora* Rent at most 16,000" in changed
    assert "Propuesto por Karin Ådahl, aceptado por Anna Lindqvist" in changed
    walk.presses("frank", "Bestätigen", message=with_button(walk, "frank", "Bestätigen"))
    walk.until(lambda: "3 von 4 haben bestätigt" in told(walk, "frank", "In diesem Protokoll hat sich"), "a card drawn")
    walk.moves_clock(hours=49)
    assert "confirmed Wed 25 Nov" in told(walk, "anna", "is confirmed.")
    assert "Anna Lindqvist entscheidet" in typed(walk, "frank", "/minutes nachtrag 2026-11 Der Vertrag endet im Mai")
    walk.presses("anna", "Agree", message=with_button(walk, "anna", "Agree"))
    assert "Tillägg 1 den ons 25 nov. 2026 Der Vertrag endet im Mai" in told(
        walk, "bjorn", "Något har lagts till"
    ).replace("*", "")
    assert "locked for good" in typed(walk, "anna", "/minutes lock 2026-11")
    # The next meeting.
    walk.moves_clock(days=5)
    shown = typed(walk, "frank", "/meeting M1")
    assert "*2026-11 A1* drei Angebote · Frank Weber" in shown and "Parkplatz" in shown
    typed(walk, "anna", "/minutes start M1")
    typed(walk, "anna", "/minutes decision Rent at most 15,000, replaces 2026-11 D1")
    walk.says("anna", "general", "/minutes finish")
    assert walk.fills("anna") == {}
    found = typed(walk, "frank", "/minutes beschlüsse rent")
    assert "2026-11.2 D1* Rent at most 15,000" in found and "Ersetzt durch 2026-11.2 D1" in found
    assert "overdue" in typed(walk, "anna", "/minutes actions late")
    assert "4 åtgärder" in typed(walk, "karin", "/minutes åtgärder öppna 2026-11")


def test_no_confidential_word_reaches_whoever_may_not(walk: Walk) -> None:
    """Canaries in every field; then every message, window, file and search of everybody else is read."""
    committee(walk)
    walk.moves_clock(minutes=55)
    typed(walk, "bjorn", "/minutes start")
    typed(walk, "anna", "/minutes decision Open to all")
    typed(walk, "bjorn", "/minutes konfidentiellt CANARYtitle för @frank")
    typed(walk, "frank", "/minutes beschluss CANARYdecision")
    typed(walk, "bjorn", "/minutes åtgärd @frank CANARYaction senast fredag")
    walk.says("anna", "general", "/minutes finish")
    assert "1 confidential item" in words(walk.window("anna")["blocks"])
    assert walk.fills("anna") == {}
    told(walk, "anna", "The minutes are here.")
    typed(walk, "frank", "/minutes change 2026-11 CD1 CANARYchange")
    walk.presses("bjorn", "Godta", message=with_button(walk, "bjorn", "Godta"))
    # Whoever reads nothing new in it hears nothing of it.
    told(walk, "bjorn", "Något har ändrats")
    assert not any("Something has changed" in words(one["blocks"]) for one in walk.direct("anna"))
    for who in ("anna", "david", "maria", "greta"):
        for text in ("decisions", "decisions canarydecision", "actions", "find CANARY", "mine", "2026-11 CD1", "2026-11",
                     "pdf 2026-11", "markdown 2026-11", "excel decisions", "excel actions"):  # fmt: skip
            walk.says(who, "general", f"/minutes {text}")
        walk.says(who, "general", "/desk search canary")
        walk.says(who, "general", "/desk digest")
        walk.opens_home(who)
    walk.says("anna", "general", "/minutes change 2026-11")
    walk.settled()
    seen: dict[str, str] = {}
    for channel, messages in walk.workspace.messages.items():
        for who in ("anna", "david", "maria", "greta"):
            mine = walk.workspace.direct_channel(f"U0{who.upper()}")["id"]
            if channel == mine or not walk.workspace.channels[channel].get("is_im"):
                seen[f"{who} in {channel}"] = json.dumps(messages)
    for who in ("anna", "david", "maria", "greta"):
        key = f"U0{who.upper()}"
        seen[f"{who} alone"] = json.dumps([one for one in walk.workspace.ephemerals if one["to"] == key])
        seen[f"{who} at home"] = json.dumps(walk.workspace.homes.get(key))
        seen[f"{who}'s windows"] = json.dumps([one for one in walk.workspace.views.values() if one["user"] == key])
    for who in ("anna", "david"):
        pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(file(walk, who, ".pdf"))).pages)
        assert "Open to all" in pdf and ("1 confidential item" in pdf or "1 punto confidencial" in pdf)
        seen[f"{who}'s PDF"] = pdf
        seen[f"{who}'s Markdown"] = file(walk, who, ".md").decode()
        sheet = openpyxl.load_workbook(io.BytesIO(file(walk, who, ".xlsx"))).active
        assert sheet is not None
        seen[f"{who}'s Excel"] = str(list(sheet.values))
    assert [where for where, text in seen.items() if "canary" in text.replace("find CANARY", "").lower()
            and not re.fullmatch(r".* alone", where)] == []  # fmt: skip
    # What they typed themselves comes back to them, and nothing else of it.
    for who in ("anna", "david", "maria", "greta"):
        assert not re.search("CANARY(title|decision|action|change)", seen[f"{who} alone"])
    typed(walk, "frank", "/minutes pdf 2026-11")
    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(file(walk, "frank", ".pdf"))).pages)
    assert all(word in pdf for word in ("CANARYtitle", "CANARYchange", "CANARYaction"))


def test_a_message_becomes_an_entry_and_an_item(walk: Walk) -> None:
    committee(walk)
    walk.says("frank", "general", "Der Aufzug ist wieder kaputt")
    message = walk.sees("general", "Der Aufzug")
    walk.shortcut("frank", "minutes.agenda_from_message", message)
    assert walk.fills("frank", planned="5") == {}
    assert "Der Aufzug ist wieder kaputt" in typed(walk, "anna", "/meeting M1")
    walk.moves_clock(minutes=55)
    typed(walk, "bjorn", "/minutes start")
    walk.shortcut("anna", "minutes.from_message", message)
    assert walk.fills("anna", kind="action", owners=["bjorn"], words="by Friday") == {}
    assert "stands in 2026-11 already" in str(again(walk, message))
    shown = words(walk.sees("general", "Action A1")["blocks"])
    assert "Der Aufzug ist wieder kaputt – Björn Ek, by Fri, 27 Nov 2026" in shown


def again(walk: Walk, message: Thing) -> dict[str, str]:
    walk.shortcut("frank", "minutes.from_message", message)
    errors = walk.fills("frank")
    walk.closes("frank")
    return {key: value.replace("steht schon in 2026-11", "stands in 2026-11 already") for key, value in errors.items()}


def test_what_is_typed_while_nothing_is_taken_is_kept(walk: Walk) -> None:
    assert "No minutes are being taken" in typed(walk, "anna", "/minutes decision The coffee machine is bought")
    walk.presses("anna", "Start them, and write this down", message=walk.answer("anna"))
    walk.until(lambda: "Decision written down." in walk.answer("anna")["text"], "an answer")
    assert "The coffee machine is bought" in words(walk.sees("general", "Meeting in #general")["blocks"])
    assert buttons(walk.answer("anna")["blocks"]) == ["Undo", "Edit", "Open"]
    walk.presses("anna", "Undo", message=walk.answer("anna"))
    walk.until(lambda: "Nothing is written down yet" in words(walk.sees("general", "Meeting in")["blocks"]), "a card")
    assert "Did you mean /minutes decision?" in typed(walk, "anna", "/minutes decison Tea instead")
    assert "What is it that you want to write down?" in typed(walk, "anna", "/minutes Tea instead")


def test_a_long_list_is_acknowledged_and_nothing_of_it_is_lost(walk: Walk) -> None:
    typed(walk, "anna", "/minutes start Moving house with @bjorn @frank")
    lines = "\n".join(f"- @bjorn step {number} by Friday" for number in range(120))
    assert "120 actions written down." in typed(walk, "anna", f"/minutes action {lines}")
    walk.says("anna", "general", "/minutes finish")
    assert walk.fills("anna") == {}
    assert "100 till: `/task mina`" in told(walk, "bjorn", "Du har 120 åtgärder")
    walk.says("frank", "general", "/minutes mine")
    walk.presses("frank", "Öffnen", message=walk.answer("frank"))
    walk.presses("frank", "Weiter ›")
    assert "step 119" in words(walk.window("frank")["blocks"]) + _turned(walk)


def _turned(walk: Walk) -> str:
    walk.presses("frank", "Weiter ›")
    return words(walk.window("frank")["blocks"])


def test_what_is_meant_for_few_is_never_written_before_all(walk: Walk) -> None:
    committee(walk)
    typed(walk, "anna", "/minutes agenda M1 confidential Salaries for @frank")
    walk.moves_clock(minutes=55)
    typed(walk, "bjorn", "/minutes start M1")
    assert "for all in it to read" in typed(walk, "anna", "/minutes start M1 private")
    typed(walk, "anna", "/minutes confidential Salaries for @ines")
    answer = typed(walk, "anna", "/minutes confidential Salaries for @frank")
    assert "Frank Weber" in answer and "Inês" in answer
    assert "Decision CD1 3 percent more" in typed(walk, "anna", "/minutes decision 3 percent more")
