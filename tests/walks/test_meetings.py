"""Stories of meetings and rooms, through the practice workspace."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from icalendar import Calendar

from bot.mail import MailServer
from bot.web_api import Result
from handlers.drawing import Mail
from office.duties.reach import MAIL_FROM, PUBLIC_URL
from storage import facts
from tests.walks.conftest import Thing, Walk, buttons, has_button, walking, words


def shown(walk: Walk, who: str) -> str:
    return re.sub(r"\s+", " ", words(walk.answer(who)["blocks"]))


def typed(walk: Walk, who: str, text: str) -> str:
    walk.says(who, "general", text)
    return shown(walk, who)


def newest(walk: Walk, who: str, label: str) -> Thing:
    found: Thing = walk.until(lambda: walk._message_with(who, "direct", label), f"a button {label!r}")
    return found


@pytest.mark.parametrize(
    ("who", "sentence", "when", "rhythm"),
    [
        ("anna", "/meeting Budget review with @karin @frank tomorrow 14:00 for 45m in Goya, every week",
         "Tue, 24 Nov 2026, 14:00–14:45 (Stockholm)", "every Tuesday at 14:00"),
        ("karin", "/meeting Säljmöte med @anna @frank imorgon kl 14 i 45 min i Goya, varje vecka",
         "tis 24 nov. 2026, 14:00–14:45 (Stockholm)", "varje tisdag kl. 14:00"),
        ("greta", "/meeting Budgetrunde mit @karin @frank morgen um 14 Uhr für 45 Minuten in Goya, jede Woche",
         "Di., 24. Nov. 2026, 14:00–14:45 (Berlin)", "jeden Dienstag um 14:00"),
        ("carla", "/meeting Presupuesto con @karin @frank mañana a las 14 durante 45 minutos en Goya, cada semana",
         "mar, 24 nov 2026, 14:00–14:45 (Madrid)", "cada martes a las 14:00"),
    ],
)  # fmt: skip
def test_one_sentence_books_people_room_and_rhythm(walk: Walk, who: str, sentence: str, when: str, rhythm: str) -> None:
    answer = typed(walk, who, sentence)
    assert when in answer and rhythm in answer and "Goya" in answer and "Frank Weber" in answer
    card = walk.sees("direct", "Di., 24. Nov. 2026, 14:00–14:45 (Berlin)", "frank")
    assert buttons(card["blocks"])[:4] == ["Ja", "Nein", "Vielleicht", "Andere Zeit vorschlagen"]
    walk.presses("frank", "Ja", message=card)
    walk.until(lambda: "✅ kommt" in words(card["blocks"]), "the card shows the answer")


def test_whoever_comes_second_is_told_by_whom_and_takes_the_next_time(walk: Walk) -> None:
    typed(walk, "anna", "/meeting Budget review tomorrow 14:00 for 45m in Goya")
    answer = typed(walk, "bjorn", "/meeting Säljmöte imorgon 14:30 i Goya")
    assert "Anna Lindqvist har det för ”Budget review”" in answer and "Kahlo (4 platser, Stockholm)" in answer
    walk.presses("bjorn", "14:45", "own")
    walk.until(lambda: "M2 Säljmöte" in shown(walk, "bjorn"), "the booking")
    assert "14:45–15:15" in shown(walk, "bjorn")
    answer = typed(walk, "carla", "/meeting Reunión mañana 14:00 en Goya, privado")
    assert "Goya está ocupada" in answer
    walk.presses("carla", "Kahlo (4 plazas, Stockholm)", "own")
    walk.until(lambda: "M3" in shown(walk, "carla"), "the booking in another room")
    assert "M3" not in typed(walk, "anna", "/meeting room Kahlo tomorrow") and "taken" in shown(walk, "anna")


def test_a_freed_room_is_offered_to_the_first_who_waits_and_then_to_the_next(walk: Walk) -> None:
    typed(walk, "anna", "/meeting One tomorrow 14:00 in Goya")
    for who, sentence, label in (
        ("bjorn", "/meeting Två imorgon 14:00 i Goya", "Vänta på Goya"),
        ("greta", "/meeting Drei morgen 14:00 in Goya", "Auf Goya warten"),
    ):
        typed(walk, who, sentence)
        walk.presses(who, label, "own")
        walk.until(lambda who=who: "Goya" in shown(walk, who) and "M" in shown(walk, who), "the waiting list")
    typed(walk, "anna", "/meeting cancel M1 not needed")
    offer = newest(walk, "bjorn", "Nej tack")
    assert not any(has_button(one.get("blocks", []), "Nein, danke") for one in walk.direct("greta"))
    walk.moves_clock(minutes=31)
    second = newest(walk, "greta", "Nein, danke")
    walk.until(lambda: not buttons(offer["blocks"]), "the first offer is over")
    walk.presses("greta", "Raum nehmen", message=second)
    walk.until(lambda: "gehört Ihnen" in words(second["blocks"]), "the room")
    assert "Goya" in typed(walk, "greta", "/meeting M3")


def test_a_moved_meeting_takes_its_room_or_says_why_not(walk: Walk) -> None:
    typed(walk, "anna", "/meeting One with @karin tomorrow 14:00 for 1h in Goya")
    typed(walk, "bjorn", "/meeting Två imorgon 16:00 i Goya")
    answer = typed(walk, "anna", "/meeting move M1 15:30")
    assert "Not moved" in answer and "Björn Ek has it" in answer and "Nothing has changed" in answer
    assert "14:00–15:00" in typed(walk, "anna", "/meeting M1")
    assert "10:00–11:00" in typed(walk, "anna", "/meeting move M1 10:00")
    moved = walk.sees("direct", "har flyttat *M1* One. Kan du komma?", "karin")
    assert "10:00–11:00" in words(moved["blocks"]) and "14:00–15:00" in words(moved["blocks"])


def test_the_best_times_are_one_press_away(walk: Walk) -> None:
    typed(walk, "karin", "/meeting Annat imorgon 9:00 i 2 timmar")
    answer = typed(walk, "anna", "/meeting find 1h tomorrow with @sales @legal")
    assert "for 5 people" in answer and "everybody can come" in answer
    walk.presses("anna", "Book it", "own")
    walk.until(lambda: "M2 Meeting" in shown(walk, "anna"), "the booking")
    walk.sees("direct", "M2 Meeting", "ines")


def test_a_series_leaves_out_holidays_and_says_so_and_one_date_goes_alone(walk: Walk) -> None:
    answer = typed(walk, "anna", "/meeting Friday call with @karin on Friday 18 December 9:00 every week")
    assert "Left out, as holidays" in answer and "25 Dec" in answer
    assert "8 Jan" in typed(walk, "anna", "/meeting skip M1 8 Jan")
    walk.sees("direct", "har utelämnat ett tillfälle", "karin")
    assert "no date on that day" in typed(walk, "anna", "/meeting skip M1 25 Dec")
    assert "12 Jan" in typed(walk, "anna", "/meeting move M1 15 Jan to 12 Jan 10:00")


def test_a_typed_answer_to_a_series_is_for_the_day_that_it_names(walk: Walk) -> None:
    typed(walk, "anna", "/meeting Weekly with @karin @frank next Tuesday 10:00, every week")
    assert "M1 Weekly, tis 8 dec." in typed(walk, "karin", "/meeting no M1 8 Dec sick")
    told = words(walk.sees("direct", "sick", "anna")["blocks"])
    assert "can't come to *M1* Weekly · Tue, 8 Dec 2026" in told
    assert "har inget tillfälle den dagen" in typed(walk, "karin", "/meeting no M1 9 Dec")
    assert typed(walk, "karin", "/meeting yes M1 back since Monday") == "Du har tackat ja till M1 Weekly."


def test_the_last_room_pressed_for_a_date_of_a_series_is_its_room(walk: Walk) -> None:
    typed(walk, "bjorn", "/meeting Säljmöte tisdag 1 december kl 10 i Goya")
    typed(walk, "anna", "/meeting Weekly next Tuesday 10:00 in Goya, every week")
    asked = walk.answer("anna")
    for room in ("Kahlo", "Kahlo", "Picasso"):
        label = next(one for one in buttons(asked["blocks"]) if one.startswith(room))
        walk.presses("anna", label, message=asked)
        walk.until(lambda room=room: f"M2 is in {room} now." in shown(walk, "anna"), f"the meeting is in {room}")


def test_reminded_before_checked_in_or_let_go(walk: Walk) -> None:
    typed(walk, "anna", "/meeting One with @frank today 10:00 for 1h in Picasso")
    walk.moves_clock(minutes=50)
    reminder = walk.sees("direct", "*M1* One begins 10:00", "anna")
    walk.sees("direct", "*M1* One beginnt", "frank")
    assert "We are here" in buttons(reminder["blocks"])
    walk.moves_clock(minutes=21)
    walk.sees("direct", "Nobody has checked in, so Picasso is free", "anna")
    assert "Picasso" not in typed(walk, "anna", "/meeting M1")


def test_a_room_that_needs_a_yes_is_asked_for(walk: Walk) -> None:
    assert "Aula (not confirmed yet)" in typed(walk, "anna", "/meeting Party tomorrow 16:00 in Aula")
    asked = newest(walk, "bjorn", "Bekräfta")
    walk.presses("bjorn", "Tacka nej", message=asked)
    walk.sees("direct", "can't give you Aula", "anna")
    assert "Aula" not in typed(walk, "anna", "/meeting M1")


def test_another_time_is_proposed_and_taken_up(walk: Walk) -> None:
    typed(walk, "karin", "/meeting Möte med @frank imorgon 10:00 i Kahlo")
    typed(walk, "frank", "/meeting vorschlagen M1 11:00")
    asked = newest(walk, "karin", "Flytta dit")
    walk.presses("karin", "Flytta dit", message=asked)
    walk.until(lambda: "Det flyttades dit" in words(asked["blocks"]), "the answer")
    assert "✅" in typed(walk, "karin", "/meeting M1") and "11:00–11:30" in shown(walk, "karin")


def test_what_is_prepared_and_who_visits(walk: Walk) -> None:
    typed(walk, "anna", "/meeting Offer with @frank on Thursday 10:00 in Goya")
    typed(walk, "anna", "/meeting prepare M1 contract draft, @ines, 2 working days before")
    assert "24 Nov" in words(walk.sees("direct", "T1 contract draft", "ines")["blocks"])
    typed(walk, "anna", "/meeting visitor M1 Jane Doe (Acme)")
    typed(walk, "frank", "/meeting tagesordnung M1 Preise, 20 min")
    walk.says("anna", "general", "/meeting M1")
    walk.presses("anna", "Our side", "own")
    walk.until(lambda: walk.has_window("anna"), "the form")
    assert walk.fills("anna", limits="At most 40,000", side=["maria"]) == {}
    assert "At most 40,000" in typed(walk, "anna", "/meeting M1") and "Preise" in shown(walk, "anna")
    assert "40,000" not in typed(walk, "frank", "/meeting M1") and "Jane Doe (Acme)" in shown(walk, "frank")
    assert "Jane" not in typed(walk, "karin", "/meeting M1")
    walk.moves_clock(days=3)
    desk = walk.sees("office", "Jane Doe (Acme)")
    assert "Goya" in words(desk["blocks"])


def test_the_form_books_and_what_it_cannot_settle_comes_as_a_message(walk: Walk) -> None:
    walk.says("anna", "general", "/meeting new")
    goya = str(walk.database.scalar("SELECT id FROM rooms WHERE name = 'Goya'"))
    assert "guests" in walk.fills("anna", title="One", words="tomorrow 14:00", guests="no address")
    assert walk.fills("anna", title="One", words="tomorrow 14:00", rooms=[goya], people=["frank"]) == {}
    walk.sees("direct", "M1 One", "frank")
    walk.says("bjorn", "general", "/meeting ny")
    assert walk.fills("bjorn", title="Två", words="imorgon 14:00", rooms=[goya]) == {}
    walk.presses("bjorn", "Boka utan rum", message=newest(walk, "bjorn", "Boka utan rum"))
    walk.sees("direct", "M2 Två", "bjorn")


@pytest.fixture
def mailing(tmp_path: Path) -> Iterator[tuple[Walk, list[tuple[str, Mail]]]]:
    sent: list[tuple[str, Mail]] = []

    class Server:
        def send(self, to: str, mail: Mail, key: str) -> Result:
            sent.append((to, mail))
            return Result({"ok": True})

    with walking(tmp_path) as walk:
        walk.deskhand.delivery._mail = cast(MailServer, Server())
        walk.database.write(lambda session: facts.put(session, MAIL_FROM, "desk@nordwind.example"))
        walk.database.write(lambda session: facts.put(session, PUBLIC_URL, "https://desk.nordwind.example"))
        yield walk, sent


def test_a_guest_is_invited_and_told_by_mail(mailing: tuple[Walk, list[tuple[str, Mail]]]) -> None:
    walk, sent = mailing
    typed(walk, "anna", "/meeting Offer with zoe@acme.example tomorrow 10:00 in Goya")
    walk.until(lambda: any(to == "zoe@acme.example" for to, _ in sent), "the invitation")
    invitation = next(mail for to, mail in sent if to == "zoe@acme.example")
    assert invitation.method == "REQUEST" and "https://desk.nordwind.example/meeting/" in invitation.text
    event = Calendar.from_ical(invitation.calendar).walk("VEVENT")[0]
    assert str(event["location"]) == "Goya" and int(str(event["sequence"])) == 0
    typed(walk, "anna", "/meeting move M1 11:00")
    walk.until(lambda: sum(to == "zoe@acme.example" for to, _ in sent) == 2, "the change")
    typed(walk, "anna", "/meeting cancel M1 sorry")
    walk.until(lambda: sum(to == "zoe@acme.example" for to, _ in sent) == 3, "the end")
    last = [mail for to, mail in sent if to == "zoe@acme.example"][-1]
    assert last.method == "CANCEL" and b"STATUS:CANCELLED" in last.calendar and b"SEQUENCE:2" in last.calendar


def test_home_and_digest_show_todays_meetings_and_open_invitations(walk: Walk) -> None:
    typed(walk, "anna", "/meeting One with @maria tomorrow 14:00 in Goya")
    walk.settled()
    assert "*M1* One" in walk.opens_home("maria")
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM preferences") >= 6, "digests are planned", 20)
    walk.moves_clock(hours=23, minutes=31)
    digest = walk.sees("direct", "Your day", "maria")
    assert "Can you come?" in words(digest["blocks"]) and "Meetings today" in words(digest["blocks"])
    walk.presses("maria", "Yes", message=digest)
    walk.until(lambda: "✅" in typed(walk, "anna", "/meeting M1"), "the answer")
