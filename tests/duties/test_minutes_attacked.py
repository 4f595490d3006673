"""What somebody who wished us ill, or an unlucky moment, once did to minutes: each once, so that it stays mended."""

from datetime import date

import pytest

from office import clock
from office.duties import undo
from office.duties.meetings import cancelling, changing
from office.duties.minutes import agenda, attending, confirming, taking, voting
from office.duties.minutes.agenda import Wanted
from office.duties.minutes.taking import Words
from office.duties.tasks import is_allowed as may_with_task
from office.rules.minutes_permissions import may_read
from office.rules.minutes_words import Reference
from storage import minutes, people, tasks
from storage.minute_tables import Attendance, Minutes
from storage.words import (
    AmendmentState,
    Choice,
    EntryKind,
    MinutesState,
    Presence,
    TaskAct,
)
from tests.conftest import MONDAY_NINE, Office, later
from tests.duties.test_minutes import finished, leave, put, refused
from tests.minutes import TEN, Committee


@pytest.fixture
def url(sqlite_url: str) -> str:
    """The duties speak both databases alike (test_minutes.py); what they do at once is in tests/storage."""
    return sqlite_url


@pytest.fixture
def committee(office: Office) -> Committee:
    return Committee(office)


def taken(committee: Committee) -> Minutes:
    later(minutes=50)
    return committee.starts()


def closes(committee: Committee, who: str, found: Minutes, item_id: int, *readers: str) -> object:
    actor, ids = committee.office.who(who), [committee.office.who(one).id or 0 for one in readers]
    return committee.office.do(lambda s: taking.close_to(s, actor, found.id or 0, item_id, ids))


def row_of(committee: Committee, found: Minutes, who: str) -> Attendance:
    row = committee.office.do(lambda s: minutes.attendance_of(s, found.id or 0, committee.office.who(who).id or 0))
    assert row is not None
    return row


def test_two_talks_of_one_title_know_nothing_of_each_other(office: Office) -> None:
    """Anna's private talks with Bjorn and with Frank are both called "1:1"."""
    house = Committee(office)
    plan = {"day": MONDAY_NINE.date(), "clock": TEN, "private": True}
    one = house.books("anna", "1:1", people=("bjorn",), **plan).meeting
    two = house.books("anna", "1:1", people=("frank",), **{**plan, "day": date(2026, 11, 24)}).meeting
    later(minutes=50)
    anna = office.who("anna")
    first = office.do(lambda s: taking.start(s, anna, house.dates(one)[0]))
    house.gives("anna", first, "CANARY see the doctor", "bjorn")
    house.finishes("anna", first)
    later(days=1)
    second = office.do(lambda s: taking.start(s, anna, house.dates(two)[0]))
    house.finishes("anna", second)
    assert "CANARY" not in str(house.document(second, "frank"))


def test_only_those_who_take_part_read_an_agenda(committee: Committee) -> None:
    put(committee, "bjorn", "Rent")
    maria = committee.office.who("maria")
    number = committee.committee.id or 0
    assert "only those who take part see its agenda" in refused(
        lambda: committee.office.do(lambda s: agenda.look_at(s, maria, number))
    )


def test_a_reader_does_not_seize_what_is_confidential(committee: Committee) -> None:
    found, anna = taken(committee), committee.office.who("anna")
    bjorn = committee.office.who("bjorn").id or 0
    item = committee.office.do(lambda s: taking.add_item(s, anna, found.id or 0, Wanted("Salaries", readers=(bjorn,))))
    for readers in (("bjorn",), ()):
        assert "Only whoever made it confidential" in refused(
            lambda r=readers: closes(committee, "bjorn", found, item.id or 0, *r)  # type: ignore[misc]
        )
    closes(committee, "anna", found, item.id or 0, "frank")
    changed = committee.office.do(lambda s: minutes.find_item(s, item.id))
    assert changed is not None and may_read(anna.id, changed.readers) and not may_read(bjorn, changed.readers)


def test_an_empty_field_moves_nothing_out_of_a_confidential_item(committee: Committee) -> None:
    found, bjorn = taken(committee), committee.office.who("bjorn")
    committee.office.do(
        lambda s: taking.add_item(s, bjorn, found.id or 0, Wanted("Salaries", readers=(bjorn.id or 0,)))
    )
    entry = committee.writes("bjorn", found, "CANARY")
    words = Words(EntryKind.NOTE, "CANARY more")
    committee.office.do(lambda s: taking.rewrite(s, bjorn, found.id or 0, entry.id or 0, words, 1))
    assert committee.entry(entry).item_id == entry.item_id is not None


def test_the_actions_of_a_private_meeting_are_not_for_managers(office: Office) -> None:
    house = Committee(office, private=True)
    found = taken(house)
    house.gives("anna", found, "CANARY lay off", "bjorn")
    house.finishes("anna", found)
    ((_, task),) = office.do(lambda s: minutes.tasks_of(s, [found.id or 0]))
    assert "CANARY" not in task.title + task.note
    bjorn, maria = office.who("bjorn"), office.who("maria")
    office.do(lambda s: people.change(s, bjorn.id or 0, {"manager_id": maria.id}))
    assert office.do(lambda s: may_with_task(s, maria, tasks.get(s, task.id or 0), TaskAct.SEE))


def test_whoever_is_uninvited_has_no_part_in_what_is_being_taken(committee: Committee) -> None:
    found, anna, frank = taken(committee), committee.office.who("anna"), committee.office.who("frank")
    committee.office.do(lambda s: changing.uninvite(s, anna, committee.committee.id or 0, [frank.id or 0], []))
    assert "no such minutes" in refused(lambda: committee.writes("frank", found, "still here"))
    committee.writes("anna", found, "CANARY")
    committee.finishes("anna", found)
    assert committee.told("minutes.sent") == 3


def test_who_was_written_in_by_mistake_is_taken_out(committee: Committee) -> None:
    found, bjorn = taken(committee), committee.office.who("bjorn")
    maria, ines = committee.office.who("maria"), committee.office.who("ines")
    david = row_of(committee, found, "david")
    for by in (maria, ines):
        committee.office.do(
            lambda s, b=by: attending.mark(s, bjorn, found.id or 0, david.id or 0, Presence.REPRESENTED, b)
        )
    assert "no such minutes" in refused(lambda: committee.writes("maria", found, "I am not there"))
    row = row_of(committee, found, "ines")
    assert "represents somebody" in refused(
        lambda: committee.office.do(lambda s: attending.remove(s, bjorn, found.id or 0, row.id or 0))
    )
    guest = committee.office.do(lambda s: attending.add_person(s, bjorn, found.id or 0, maria))
    committee.office.do(lambda s: attending.remove(s, bjorn, found.id or 0, guest.id or 0))
    assert "no such minutes" in refused(lambda: committee.writes("maria", found, "nor now"))
    frank = row_of(committee, found, "frank")
    assert "stays in the list" in refused(
        lambda: committee.office.do(lambda s: attending.remove(s, bjorn, found.id or 0, frank.id or 0))
    )


def test_an_heir_does_not_read_past_private_minutes(office: Office) -> None:
    house = Committee(office, private=True)
    anna, maria = office.who("anna"), office.who("maria")
    office.do(lambda s: people.change(s, anna.id or 0, {"manager_id": maria.id}))
    found = finished(house)
    leave(house, "anna")
    assert house.now(found).chair_id == house.office.who("bjorn").id
    assert "no such minutes" in refused(lambda: house.confirms("maria", found))


@pytest.mark.parametrize("words", ["!!! Urgent: call the bank", "... call bank", "***", "x" * 5000])
def test_no_action_makes_minutes_impossible_to_finish(committee: Committee, words: str) -> None:
    found = taken(committee)
    if words == "***":
        refused(lambda: committee.gives("anna", found, words, "frank"))
        return
    committee.gives("anna", found, words, "frank")
    committee.finishes("anna", found)
    ((_, task),) = committee.office.do(lambda s: minutes.tasks_of(s, [found.id or 0]))
    assert task.title and len(task.title) <= 300


def test_whoever_was_not_invited_still_hears_of_their_action(committee: Committee) -> None:
    found = taken(committee)
    committee.gives("anna", found, "three quotes", "maria")
    committee.finishes("anna", found)
    assert (committee.told("tasks.given"), committee.told("minutes.actions")) == (1, 0)


def test_a_standing_item_comes_once_however_often_it_was_put_off(committee: Committee) -> None:
    put(committee, "anna", "First")
    put(committee, "anna", "Round table", every=True)
    later(minutes=50)
    for at in range(3):
        found = committee.starts(date=at)
        committee.writes("anna", found, "something")
        committee.finishes("anna", found)
        titles = [one.title for one in committee.office.do(lambda s, f=found: minutes.items(s, f.id or 0))]
        assert titles.count("Round table") == 1, at
        later(days=7)


def test_what_is_put_on_the_agenda_once_minutes_have_begun_is_talked_about(committee: Committee) -> None:
    found = taken(committee)
    put(committee, "frank", "Parking")
    assert [one.title for one in committee.office.do(lambda s: minutes.items(s, found.id or 0))] == ["Parking"]
    committee.finishes("anna", found)
    put(committee, "frank", "Heating")
    anna, second = committee.office.who("anna"), committee.dates(committee.committee)[1]
    seen = committee.office.do(lambda s: agenda.of(s, anna, committee.committee, second))
    assert [one.text for one in seen.items] == ["Heating"] and [one.title for one, _ in seen.postponed] == ["Parking"]


def test_the_items_of_a_date_that_is_left_out_wait_for_the_next(committee: Committee) -> None:
    put(committee, "frank", "Parking")
    anna, days = committee.office.who("anna"), committee.dates(committee.committee)
    committee.office.do(lambda s: cancelling.cancel_date(s, anna, committee.committee.id or 0, days[0].id or 0))
    seen = committee.office.do(lambda s: agenda.of(s, anna, committee.committee, days[1]))
    assert [one.text for one in seen.items] == ["Parking"]


def test_the_agenda_of_a_long_series_is_never_full(committee: Committee) -> None:
    for at in range(2):
        for number in range(60):
            put(committee, "frank", f"Item {number}", date_at=at)
    day = committee.dates(committee.committee)[1]
    assert len(committee.office.do(lambda s: agenda.matters_of(s, committee.committee, day))) == 60


def test_a_change_that_nobody_is_left_to_decide_blocks_nothing(committee: Committee) -> None:
    found, bjorn, frank = taken(committee), committee.office.who("bjorn"), committee.office.who("frank")
    committee.office.do(
        lambda s: taking.add_item(s, bjorn, found.id or 0, Wanted("Salaries", readers=(frank.id or 0,)))
    )
    entry = committee.decides("bjorn", found, "3,000 more")
    committee.finishes("bjorn", found)
    leave(committee, "bjorn")
    asked = committee.proposes("frank", found, "2,000 more", entry)
    # The last reader decides for themselves; once nobody is left, silence does.
    assert asked.state is AmendmentState.ACCEPTED
    other = committee.office.do(lambda s: minutes.add_amendment(s, {
        "minutes_id": found.id, "kind": asked.kind, "edition": 2, "item_id": entry.item_id, "new": "more",
        "by_id": frank.id, "created_at": clock.now(),
    }))  # fmt: skip
    leave(committee, "frank")
    later(days=8)
    committee.office.do(confirming.silence_counts)
    assert committee.now(found).state is MinutesState.CONFIRMED
    gone = committee.office.do(lambda s: minutes.find_amendment(s, other))
    assert gone is not None and gone.state is AmendmentState.DECLINED


def test_undo_does_not_take_what_somebody_else_has_written_since(committee: Committee) -> None:
    found, anna, bjorn = taken(committee), committee.office.who("anna"), committee.office.who("bjorn")
    entry = committee.writes("bjorn", found, "one")
    committee.office.do(
        lambda s: taking.rewrite(s, anna, found.id or 0, entry.id or 0, Words(EntryKind.NOTE, "Anna's"), 1)
    )
    assert "was changed since" in refused(lambda: committee.office.do(lambda s: undo.undo(s, None, bjorn)))  # type: ignore[arg-type]
    assert committee.entry(entry).text == "Anna's"


def test_a_full_stop_does_not_change_which_decision_is_replaced(committee: Committee) -> None:
    earlier = finished(committee)
    first = committee.office.do(lambda s: minutes.entries(s, earlier.id or 0))[0]
    later(days=7)
    found = committee.starts(date=1)
    entry = committee.decides("anna", found, "Rent at most 15,000", replaces=committee_reference())
    words = Words(EntryKind.DECISION, "Rent at most 15,000.")
    anna = committee.office.who("anna")
    committee.office.do(lambda s: taking.rewrite(s, anna, found.id or 0, entry.id or 0, words, 1))
    assert committee.entry(entry).replaces_id == first.id


def committee_reference() -> Reference:
    return Reference("2026-11", 1, EntryKind.DECISION, False, 1)


def test_whoever_is_invited_votes_and_a_guest_does_not(committee: Committee) -> None:
    found, david, maria = taken(committee), committee.office.who("david"), committee.office.who("maria")
    vote = committee.writes("bjorn", found, "Shall we?", EntryKind.VOTE)
    committee.office.do(lambda s: voting.cast(s, david, found.id or 0, vote.id or 0, Choice.YES))
    committee.office.do(lambda s: attending.add_person(s, david, found.id or 0, maria))
    assert "Guests have no vote" in refused(
        lambda: committee.office.do(lambda s: voting.cast(s, maria, found.id or 0, vote.id or 0, Choice.NO))
    )
    words = Words(EntryKind.VOTE, "Shall we hire my brother?")
    assert "has voted on it already" in refused(
        lambda: committee.office.do(
            lambda s: taking.rewrite(s, committee.office.who("bjorn"), found.id or 0, vote.id or 0, words, 1)
        )
    )


def test_a_message_that_was_struck_out_can_be_added_again(committee: Committee) -> None:
    found, frank = taken(committee), committee.office.who("frank")
    entry = committee.writes("frank", found, "from the channel", source="C1:1.2")
    committee.office.do(lambda s: taking.strike(s, frank, found.id or 0, entry.id or 0))
    committee.writes("frank", found, "from the channel", source="C1:1.2")


def test_the_owners_own_words_in_a_task_stay(committee: Committee) -> None:
    found = taken(committee)
    entry = committee.gives("anna", found, "three quotes", "frank")
    committee.finishes("bjorn", found)
    ((_, task),) = committee.office.do(lambda s: minutes.tasks_of(s, [found.id or 0]))
    committee.office.do(lambda s: tasks.change(s, task, {"note": "firm A 300 EUR"}))
    committee.accepts("anna", committee.proposes("frank", found, "two quotes", entry))
    kept = committee.office.do(lambda s: tasks.get(s, task.id or 0))
    assert (kept.title, kept.note) == ("three quotes", "firm A 300 EUR")


def test_minutes_taken_late_hold_nothing_of_a_later_date(committee: Committee) -> None:
    put(committee, "anna", "First", date_at=1)
    put(committee, "anna", "Later", date_at=1)
    later(days=7, minutes=50)
    second = committee.starts(date=1)
    committee.gives("anna", second, "of the second", "frank")
    committee.finishes("anna", second)
    first = committee.starts(date=0)
    assert committee.office.do(lambda s: minutes.items(s, first.id or 0)) == []
    committee.finishes("anna", first)
    assert committee.document(first, "frank")["carried"] == []


def test_whoever_is_represented_does_not_vote_as_well(committee: Committee) -> None:
    found, frank, david = taken(committee), committee.office.who("frank"), committee.office.who("david")
    vote = committee.writes("bjorn", found, "Shall we?", EntryKind.VOTE)
    row = row_of(committee, found, "frank")
    committee.office.do(lambda s: attending.mark(s, david, found.id or 0, row.id or 0, Presence.REPRESENTED, david))
    committee.office.do(lambda s: voting.cast(s, david, found.id or 0, vote.id or 0, Choice.YES))
    assert "Somebody votes for you" in refused(
        lambda: committee.office.do(lambda s: voting.cast(s, frank, found.id or 0, vote.id or 0, Choice.YES))
    )
