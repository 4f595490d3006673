"""Requests: what is logged, worked on, answered, and by whom."""

import pytest

from office.catalogue import Catalogue
from office.duties import requests as duty
from office.duties.requests import Ask
from office.errors import Refusal
from storage import history, outbox, request_clocks, requests
from storage.tables import Outbox, Request
from storage.words import Act, ClockKind, CommentKind, Priority, RequestState, Visibility
from tests.conftest import Office, later


@pytest.fixture
def printer(office: Office, types: Catalogue) -> Request:
    """A request of Anna's for the IT desk."""
    return office.do(lambda s: duty.log(s, office.who("anna"), Ask(types.get("it_fault"), "The printer eats paper")))


def letters(office: Office, kind: str) -> list[Outbox]:
    from sqlalchemy import select

    with office.database.read() as session:
        return list(session.execute(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id)).scalars())  # type: ignore[arg-type]


def test_a_logged_request_has_a_card_for_the_desk_and_one_for_the_asker(office: Office, printer: Request) -> None:
    assert [(one.destination, one.is_card) for one in letters(office, "requests.card")] == [("C0IT", True)]
    assert [one.destination for one in letters(office, "requests.mine")] == [f"person:{office.who('anna').id}"]
    assert printer.state == RequestState.OPEN and printer.visibility == Visibility.EVERYONE


def test_a_desk_without_a_channel_gets_its_cards_by_direct_message(office: Office, types: Catalogue) -> None:
    office.do(lambda s: duty.log(s, office.who("anna"), Ask(types.get("hr_question"), "My leave in May")))
    assert [one.destination for one in letters(office, "requests.card")] == [f"person:{office.who('ines').id}"]


def test_a_desk_that_nobody_set_up_reaches_the_office_manager(office: Office, types: Catalogue) -> None:
    office.do(lambda s: duty.log(s, office.who("anna"), Ask(types.get("invoice"), "Invoice 12 is unpaid")))
    assert [one.destination for one in letters(office, "requests.card")] == [f"person:{office.who('maria').id}"]


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07", "\n\n"])
def test_a_request_without_words_is_refused(office: Office, types: Catalogue, text: str) -> None:
    with pytest.raises(Refusal, match="few words"):
        office.do(lambda s: duty.log(s, office.who("anna"), Ask(types.get("it_fault"), text)))


def test_a_guest_may_ask_it_but_not_hr(office: Office, types: Catalogue) -> None:
    petra = office.who("petra")
    assert office.do(lambda s: duty.log(s, petra, Ask(types.get("it_fault"), "No wifi here"))).id
    with pytest.raises(Refusal, match="company's own people"):
        office.do(lambda s: duty.log(s, petra, Ask(types.get("hr_question"), "My leave")))


def test_taking_makes_it_yours_and_stops_the_answer_clock(office: Office, printer: Request) -> None:
    taken = office.do(lambda s: duty.take(s, office.who("david"), printer.id or 0))
    assert taken.owner_id == office.who("david").id and taken.state == RequestState.IN_PROGRESS
    with office.database.read() as session:
        running = {one.kind: one.running_since is not None for one in request_clocks.of(session, printer.id or 0)}
    assert running == {ClockKind.ANSWER: False, ClockKind.SOLVE: True}


def test_a_second_taker_is_told_who_has_it(office: Office, printer: Request) -> None:
    office.do(lambda s: duty.take(s, office.who("david"), printer.id or 0))
    with pytest.raises(Refusal) as refused:
        office.do(lambda s: duty.take(s, office.who("frank"), printer.id or 0))
    assert refused.value.facts["who"] == "David Ortega"


def test_somebody_outside_the_desk_is_told_whose_it_is(office: Office, printer: Request) -> None:
    with pytest.raises(Refusal, match="for others to do") as refused:
        office.do(lambda s: duty.take(s, office.who("bjorn"), printer.id or 0))
    assert refused.value.facts["who"].key == "it"  # type: ignore[attr-defined]


def test_a_confidential_request_is_not_there_for_others(office: Office, types: Catalogue) -> None:
    asked = office.do(lambda s: duty.log(s, office.who("anna"), Ask(types.get("payroll"), "My overtime is missing")))
    for handle in ("bjorn", "frank", "maria", "grace"):
        person = office.who(handle)
        with pytest.raises(Refusal, match="no request"):
            office.do(lambda s, person=person: duty.look(s, person, asked.id or 0))
    assert office.do(lambda s: duty.look(s, office.who("ines"), asked.id or 0)).id == asked.id


def test_a_question_waits_for_the_asker_and_their_answer_sets_it_going(
    office: Office, printer: Request, types: Catalogue
) -> None:
    number = printer.id or 0
    asked = office.do(lambda s: duty.ask(s, office.who("david"), number, "Which floor?"))
    assert asked.state == RequestState.WAITING and asked.owner_id == office.who("david").id
    assert [one.destination for one in letters(office, "requests.asked")] == [f"person:{office.who('anna').id}"]
    answered = office.do(lambda s: duty.reply(s, types, office.who("anna"), number, "The second"))
    assert answered.state == RequestState.IN_PROGRESS
    with office.database.read() as session:
        said = [(one.kind, one.text) for one in requests.comments(session, number, with_notes=True)]
    assert said == [(CommentKind.QUESTION, "Which floor?"), (CommentKind.ANSWER, "The second")]


def test_the_clocks_stop_while_waiting(office: Office, printer: Request, types: Catalogue) -> None:
    number = printer.id or 0
    later(hours=1)
    office.do(lambda s: duty.ask(s, office.who("david"), number, "Which floor?"))
    later(hours=2)
    office.do(lambda s: duty.reply(s, types, office.who("anna"), number, "The second"))
    with office.database.read() as session:
        solve = next(one for one in request_clocks.of(session, number) if one.kind is ClockKind.SOLVE)
    assert solve.used_minutes == 60 and solve.running_since is not None


def test_solved_tells_the_asker_and_a_reply_opens_it_again(office: Office, printer: Request, types: Catalogue) -> None:
    number = printer.id or 0
    solved = office.do(lambda s: duty.solve(s, office.who("david"), number, "New rollers"))
    assert solved.state == RequestState.SOLVED and solved.owner_id == office.who("david").id
    assert len(letters(office, "requests.solved")) == 1
    later(days=4)
    again = office.do(lambda s: duty.reply(s, types, office.who("anna"), number, "It eats paper again"))
    assert again.id == number and again.state == RequestState.IN_PROGRESS


def test_thanks_does_not_open_it_again(office: Office, printer: Request, types: Catalogue) -> None:
    number = printer.id or 0
    office.do(lambda s: duty.solve(s, office.who("david"), number, "New rollers"))
    for words in ("Thanks!", "Tack så mycket", "Vielen Dank, es geht jetzt", "¡Muchas gracias!"):
        stays = office.do(lambda s, words=words: duty.reply(s, types, office.who("anna"), number, words))
        assert stays.state == RequestState.SOLVED


def test_a_late_reply_becomes_a_new_request_that_is_linked(office: Office, printer: Request, types: Catalogue) -> None:
    number = printer.id or 0
    office.do(lambda s: duty.solve(s, office.who("david"), number, "New rollers"))
    later(days=9)
    new = office.do(lambda s: duty.reply(s, types, office.who("anna"), number, "It eats paper again"))
    assert new.id != number and new.follows_id == number and new.state == RequestState.OPEN


def test_solved_ones_close_after_five_working_days(office: Office, printer: Request) -> None:
    office.do(lambda s: duty.solve(s, office.who("david"), printer.id or 0, "New rollers"))
    later(days=7)  # the next Monday, in the morning: the fifth working day is not over
    assert office.do(duty.close_old) == 0
    later(days=1)
    assert office.do(duty.close_old) == 1
    with office.database.read() as session:
        assert requests.get(session, printer.id or 0).state == RequestState.CLOSED


def test_a_hand_over_is_accepted_or_handed_back(office: Office, printer: Request) -> None:
    number = printer.id or 0
    office.do(lambda s: duty.take(s, office.who("david"), number))
    offered = office.do(lambda s: duty.hand_over(s, office.who("david"), number, office.who("bjorn")))
    assert offered.owner_id == office.who("david").id and offered.offered_to_id == office.who("bjorn").id
    back = office.do(lambda s: duty.hand_back(s, office.who("bjorn"), number))
    assert back.offered_to_id is None and back.owner_id == office.who("david").id
    office.do(lambda s: duty.hand_over(s, office.who("david"), number, office.who("bjorn")))
    assert office.do(lambda s: duty.accept(s, office.who("bjorn"), number)).owner_id == office.who("bjorn").id


@pytest.mark.parametrize(
    ("handle", "because"), [("petra", "not a full member"), ("zoe", "not a full member"), ("otto", "has left")]
)
def test_nothing_is_handed_to_those_who_cannot_work_here(
    office: Office, printer: Request, handle: str, because: str
) -> None:
    office.do(lambda s: duty.take(s, office.who("david"), printer.id or 0))
    with pytest.raises(Refusal, match=because):
        office.do(lambda s: duty.hand_over(s, office.who("david"), printer.id or 0, office.who(handle)))


def test_another_desk_begins_afresh_with_a_card_of_its_own(office: Office, printer: Request) -> None:
    moved = office.do(lambda s: duty.move_desk(s, office.who("david"), printer.id or 0, "facilities", "a plug"))
    assert moved.state == RequestState.OPEN and moved.owner_id is None
    assert [one.destination for one in letters(office, "requests.card")] == ["C0IT", "C0FAC"]
    assert office.do(lambda s: duty.take(s, office.who("bjorn"), printer.id or 0)).owner_id == office.who("bjorn").id


def test_a_note_is_not_told_to_the_asker(office: Office, printer: Request) -> None:
    number = printer.id or 0
    office.do(lambda s: duty.take(s, office.who("david"), number))
    office.do(lambda s: duty.note(s, office.who("frank"), number, "Warranty is over"))
    readers = {one.reader_id for one in letters(office, "requests.said")}
    assert office.who("anna").id not in readers and office.who("david").id in readers
    with pytest.raises(Refusal):
        office.do(lambda s: duty.note(s, office.who("anna"), number, "hello"))


def test_words_from_the_same_message_count_once(office: Office, printer: Request, types: Catalogue) -> None:
    for _ in range(3):
        office.do(lambda s: duty.hear(s, types, office.who("anna"), printer.id or 0, "Any news?", "C0IT:1.2", False))
    with office.database.read() as session:
        assert len(requests.comments(session, printer.id or 0, with_notes=True)) == 1


def test_another_priority_brings_other_times(office: Office, printer: Request, types: Catalogue) -> None:
    number = printer.id or 0
    office.do(lambda s: duty.prioritise(s, office.who("anna"), number, Priority.HIGH, types.get("it_fault")))
    with office.database.read() as session:
        budgets = {one.kind: one.budget_minutes for one in request_clocks.of(session, number)}
    assert budgets == {ClockKind.ANSWER: 30, ClockKind.SOLVE: 240}


def test_another_type_moves_it_to_that_types_desk(office: Office, printer: Request, types: Catalogue) -> None:
    changed = office.do(
        lambda s: duty.retype(s, types, office.who("anna"), printer.id or 0, types.get("building_fault"))
    )
    assert changed.type == "building_fault"
    assert [one.destination for one in letters(office, "requests.card")] == ["C0IT", "C0FAC"]


def test_a_similar_open_request_is_noticed(office: Office, types: Catalogue, printer: Request) -> None:
    bjorn, kind = office.who("bjorn"), types.get("it_fault")
    near = office.do(lambda s: duty.similar_to(s, bjorn, kind, "the printer is eating paper"))
    assert [one.id for one in near] == [printer.id]
    assert office.do(lambda s: duty.similar_to(s, bjorn, kind, "My laptop has no sound")) == []


def test_nobody_learns_of_confidential_ones_by_similarity(office: Office, types: Catalogue) -> None:
    office.do(lambda s: duty.log(s, office.who("anna"), Ask(types.get("payroll"), "My overtime of May is missing")))
    assert (
        office.do(
            lambda s: duty.similar_to(s, office.who("bjorn"), types.get("payroll"), "My overtime of May is missing")
        )
        == []
    )


def test_those_counted_in_hear_of_the_solution(office: Office, printer: Request) -> None:
    number = printer.id or 0
    office.do(lambda s: duty.follow(s, office.who("bjorn"), number))
    office.do(lambda s: duty.solve(s, office.who("david"), number, "New rollers"))
    readers = {one.reader_id for one in letters(office, "requests.solved")}
    assert readers == {office.who("anna").id, office.who("bjorn").id}


def test_the_history_tells_who_did_what(office: Office, printer: Request) -> None:
    number = printer.id or 0
    office.do(lambda s: duty.take(s, office.who("david"), number))
    office.do(lambda s: duty.solve(s, office.who("david"), number, "New rollers"))
    with office.database.read() as session:
        told = [
            (one.act, one.before.get("state"), one.after.get("state")) for one in history.of(session, "request", number)
        ]
    assert told == [("solve", "in_progress", "solved"), ("take", "open", "in_progress"), ("log", None, None)]


def test_a_change_asks_for_each_sent_card_to_be_drawn_once(office: Office, printer: Request) -> None:
    number = printer.id or 0
    for card in letters(office, "requests.card") + letters(office, "requests.mine"):
        office.do(
            lambda s, card=card: outbox.claim(s, [card], "me", later(), __import__("datetime").timedelta(seconds=60))
        )
        card.fence += 1
        office.do(lambda s, card=card: outbox.finish(s, card, "sent", channel="C", ts=str(card.id)))
    office.do(lambda s: duty.take(s, office.who("david"), number))
    office.do(lambda s: duty.hold(s, office.who("david"), number, "parts"))
    redraws = [one for one in letters(office, "requests.card") + letters(office, "requests.mine") if one.redraws_id]
    assert len(redraws) == 2


def test_what_a_leaver_had_goes_back_to_the_desk(office: Office, printer: Request) -> None:
    from dataclasses import replace

    from office.duties import arrivals
    from office.duties.arrivals import Profile
    from storage.words import Standing

    office.do(lambda s: duty.take(s, office.who("david"), printer.id or 0))
    gone = Profile("U0DAVID", "David Ortega", "david", None, "", "", Standing.MEMBER, False)
    office.do(lambda s: arrivals.meet(s, replace(gone, standing=Standing.DEACTIVATED)))
    with office.database.read() as session:
        request = requests.get(session, printer.id or 0)
    assert request.owner_id is None and request.state == RequestState.OPEN


def test_every_act_is_told_in_words() -> None:
    from handlers.terms import DONE

    silent = {Act.SEE, Act.SEE_NOTES}
    assert set(DONE) == set(Act) - silent
