"""What stands in the words of minutes, and who may do what with them."""

from itertools import product

import pytest

from office.rules.minutes_permissions import ALLOWED, POSSIBLE, MinutesParties, may, may_read, relations
from office.rules.minutes_words import Reference, label_of, lines_of, name_of, reference_of, replaces_of, tally_of
from storage.words import EntryKind, MinutesAct, MinutesRelation, MinutesState, Standing

R = MinutesRelation


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("three quotes by Friday", ["three quotes by Friday"]),
        ("- @sales: offer\n- @it: laptop", ["@sales: offer", "@it: laptop"]),
        ("Actions:\n* one\n• two\n3) three\n4. four", ["one", "two", "three", "four"]),
        ("- one\n  with more\n- two", ["one\nwith more", "two"]),
        ("[ ] one\n[x] two", ["one", "two"]),
        ("no list\nof two lines", ["no list\nof two lines"]),
        ("before\n- one", ["before", "one"]),
    ],
)
def test_a_pasted_list_is_read_point_by_point(text: str, points: list[str]) -> None:
    assert lines_of(text) == points


@pytest.mark.parametrize(
    ("text", "question", "tally"),
    [
        ("Move to Lisbon: 5 yes, 2 no, 1 abstention", "Move to Lisbon", {"yes": 5, "no": 2, "abstain": 1}),
        ("Flytt till Lissabon: 5 ja, 2 nej, 1 avstår", "Flytt till Lissabon", {"yes": 5, "no": 2, "abstain": 1}),
        ("Umzug: 5 dafür, 2 dagegen, 1 Enthaltung", "Umzug", {"yes": 5, "no": 2, "abstain": 1}),
        ("Traslado: 5 a favor, 2 en contra, 1 abstención", "Traslado", {"yes": 5, "no": 2, "abstain": 1}),
        ("Budget yes: 3 no: 1", "Budget", {"yes": 3, "no": 1}),
        ("Shall we move?", "Shall we move?", {}),
        ("5 people came", "5 people came", {}),
    ],
)
def test_a_vote_in_numbers_is_read_in_four_languages(text: str, question: str, tally: dict[str, int]) -> None:
    assert tally_of(text) == (question, tally)


def test_the_name_of_an_entry_is_read_as_it_is_written() -> None:
    assert reference_of("2027-03 D4") == Reference("2027-03", 1, EntryKind.DECISION, False, 4)
    assert reference_of("2027-03.2 CA11, and more") == Reference("2027-03", 2, EntryKind.ACTION, True, 11)
    assert reference_of("2027-13 D4") is None and reference_of("2027-03 D4x") is None
    assert name_of("2027-03.12") == ("2027-03", 12) and name_of("2027") is None
    assert label_of(EntryKind.DECISION, 4, False) == "D4" and label_of(EntryKind.VOTE, 2, True) == "CV2"
    assert label_of(EntryKind.NOTE, None, False) == ""


@pytest.mark.parametrize("words", ["replaces", "ersätter", "ersetzt", "sustituye a", "instead of"])
def test_a_decision_says_which_it_replaces(words: str) -> None:
    text, wanted = replaces_of(f"Lisbon moves in June, {words} 2027-03 D4.")
    assert text == "Lisbon moves in June"
    assert wanted == Reference("2027-03", 1, EntryKind.DECISION, False, 4)
    assert replaces_of("This replaces the old rule") == ("This replaces the old rule", None)


PARTIES = MinutesParties(chair_id=1, stand_ins={2}, taker_id=3, attendees={1, 4}, readers={1, 4, 5})
WHO = {
    "chair": (1, {R.CHAIR, R.ATTENDEE, R.READER}),
    "stand-in of the chair": (2, {R.STAND_IN}),
    "taker": (3, {R.TAKER}),
    "attendee": (4, {R.ATTENDEE, R.READER}),
    "invited": (5, {R.READER}),
    "colleague": (6, set()),
}
MAY = {
    # who may, of those above
    MinutesAct.SEE: {"chair", "stand-in of the chair", "taker", "attendee", "invited"},
    MinutesAct.WRITE: {"chair", "stand-in of the chair", "taker", "attendee", "invited"},
    MinutesAct.VOTE: {"chair", "stand-in of the chair", "taker", "attendee", "invited"},
    MinutesAct.FINISH: {"chair", "stand-in of the chair", "taker"},
    MinutesAct.DROP: {"chair", "stand-in of the chair", "taker"},
    MinutesAct.CONFIRM: {"chair", "attendee"},
    MinutesAct.PROPOSE: {"chair", "stand-in of the chair", "taker", "attendee"},
    MinutesAct.DECIDE: {"chair", "stand-in of the chair"},
    MinutesAct.LOCK: {"chair", "stand-in of the chair"},
}


@pytest.mark.parametrize(("act", "who"), list(product(MinutesAct, WHO)))
def test_nobody_does_what_the_table_denies(act: MinutesAct, who: str) -> None:
    person_id, are = WHO[who]
    assert relations(person_id, Standing.MEMBER, PARTIES) == are
    assert may(act, are) == (who in MAY[act])


@pytest.mark.parametrize(("standing", "who"), list(product((Standing.DEACTIVATED, Standing.EXTERNAL), WHO)))
def test_whoever_has_left_or_is_of_another_company_may_nothing(standing: Standing, who: str) -> None:
    assert relations(WHO[who][0], standing, PARTIES) == frozenset()


def test_every_act_has_its_rule_and_nothing_is_possible_once_it_is_dropped() -> None:
    assert set(ALLOWED) == set(POSSIBLE) == set(MinutesAct)
    assert not any(MinutesState.DROPPED in states for states in POSSIBLE.values())
    assert [act for act, states in POSSIBLE.items() if MinutesState.LOCKED in states] == [MinutesAct.SEE]


def test_an_item_with_readers_is_for_them_only() -> None:
    assert may_read(7, []) and may_read(None, []) and may_read(7, [7, 8])
    assert not may_read(6, [7]) and not may_read(None, [7])
