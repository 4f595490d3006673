"""From the agenda to decisions that can be found: what is written, sent, confirmed, corrected, added and locked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from office import clock
from office.duties import undo
from office.duties.arrivals import Profile, meet
from office.duties.changes import Overtaken
from office.duties.meetings import cancelling
from office.duties.minutes import (
    agenda,
    attending,
    confirming,
    correcting,
    documents,
    finding,
    finishing,
    taking,
    voting,
)
from office.duties.minutes.agenda import Wanted
from office.duties.minutes.taking import Words
from office.duties.tasks import done
from office.duties.tasks.give import Due
from office.errors import Refusal
from office.rules.minutes_words import Reference
from storage import meetings, minutes, tasks
from storage.minute_tables import Minutes
from storage.words import (
    AmendmentState,
    Choice,
    EntryKind,
    ItemState,
    MinutesState,
    Presence,
    Reply,
    Standing,
    TaskState,
)
from tests.conftest import Office, later
from tests.minutes import Committee, texts


@pytest.fixture
def committee(office: Office) -> Committee:
    return Committee(office)


def put(committee: Committee, who: str, text: str, date_at: int = 0, **more: object) -> None:
    actor, day = committee.office.who(who), committee.dates(committee.committee)[date_at]
    wanted = Wanted(text, **more)  # type: ignore[arg-type]
    committee.office.do(lambda s: agenda.put(s, actor, committee.committee.id or 0, wanted, day.id))


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        do()
    return refusal.value.text


# Agendas


def test_an_item_is_on_the_next_date_and_a_standing_one_on_all(committee: Committee) -> None:
    put(committee, "bjorn", "Rent", planned=15)
    put(committee, "anna", "Round of news", every=True)
    anna, first, second = committee.office.who("anna"), *committee.dates(committee.committee)[:2]
    with committee.office.database.read() as session:
        now = agenda.of(session, anna, committee.committee, first)
        next_time = agenda.of(session, anna, committee.committee, second)
    assert [one.text for one in now.items] == ["Rent", "Round of news"]
    assert [one.text for one in next_time.items] == ["Round of news"]
    assert agenda.starts([15, 10, 0], first.starts_at) == [
        first.starts_at, first.starts_at + timedelta(minutes=15), None
    ]  # fmt: skip


def test_the_agenda_is_sent_in_the_morning_of_the_working_day_before(committee: Committee) -> None:
    put(committee, "bjorn", "Rent", date_at=1)
    for _ in range(2):
        committee.office.do(agenda.send_due)
    assert committee.told("minutes.agenda") == 0
    later(days=4, minutes=-1)  # Friday 08:59; the meeting is on Monday, 30 November
    committee.office.do(agenda.send_due)
    assert committee.told("minutes.agenda") == 0
    later(minutes=1)
    for _ in range(3):
        committee.office.do(agenda.send_due)
    assert committee.told("minutes.agenda") == 4


def test_an_empty_agenda_is_not_sent_and_a_late_item_sends_it_at_once(committee: Committee) -> None:
    later(days=4, hours=3)
    committee.office.do(agenda.send_due)
    assert committee.told("minutes.agenda") == 0
    put(committee, "frank", "Parking", date_at=1)
    committee.office.do(agenda.send_due)
    assert committee.told("minutes.agenda") == 4


def test_a_confidential_item_of_an_agenda_is_a_number_for_the_others(committee: Committee) -> None:
    frank = committee.office.who("frank").id or 0
    put(committee, "bjorn", "Salaries", readers=(frank,))
    day = committee.dates(committee.committee)[0]
    with committee.office.database.read() as session:
        seen = {
            who: agenda.of(session, committee.office.who(who), committee.committee, day)
            for who in ("anna", "bjorn", "frank")
        }
    assert [one.text for one in seen["frank"].items] == ["Salaries"] == [one.text for one in seen["bjorn"].items]
    assert seen["anna"].items == [] and seen["anna"].hidden == 1
    with committee.office.database.read() as session:
        assert "Salaries" not in str(session.execute(text("SELECT * FROM history")).all())


def test_items_change_places_among_those_that_one_sees(committee: Committee) -> None:
    for title in ("One", "Two", "Three"):
        put(committee, "bjorn", title)
    anna, day = committee.office.who("anna"), committee.dates(committee.committee)[0]
    number = committee.committee.id or 0
    with committee.office.database.read() as session:
        three = agenda.of(session, anna, committee.committee, day).items[2].id or 0
    committee.office.do(lambda s: agenda.shift(s, anna, number, three, -1))
    committee.office.do(lambda s: agenda.shift(s, anna, number, three, -1))
    committee.office.do(lambda s: agenda.shift(s, anna, number, three, -1))
    with committee.office.database.read() as session:
        assert [one.text for one in agenda.of(session, anna, committee.committee, day).items] == ["Three", "One", "Two"]


# Taking


def test_whoever_starts_second_finds_what_is_being_taken(committee: Committee) -> None:
    later(minutes=50)
    first, second = committee.starts("bjorn"), committee.starts("anna")
    assert first.id == second.id and second.taker_id == committee.office.who("bjorn").id
    assert second.name == "2026-11" and second.chair_id == committee.office.who("anna").id


def test_minutes_of_one_month_have_names_of_their_own(committee: Committee) -> None:
    later(minutes=50)
    one = committee.starts()
    maria = committee.office.who("maria")
    two = committee.office.do(lambda s: taking.start_new(s, maria, "Coffee room", (), None))
    assert (one.name, two.name) == ("2026-11", "2026-11.2")


def test_minutes_are_not_begun_a_day_early_nor_by_strangers_nor_of_what_is_cancelled(committee: Committee) -> None:
    assert "begins only" in refused(committee.starts)
    later(minutes=50)
    assert "only those who take part" in refused(lambda: committee.starts("maria"))
    anna, day = committee.office.who("anna"), committee.dates(committee.committee)[0]
    committee.office.do(lambda s: cancelling.cancel_date(s, anna, committee.committee.id or 0, day.id or 0))
    cancelled = committee.office.do(lambda s: meetings.get_date(s, day.id or 0))
    assert "is cancelled" in refused(lambda: committee.office.do(lambda s: taking.start(s, anna, cancelled)))


def test_attendance_comes_from_the_answers(committee: Committee) -> None:
    ines = committee.office.who("ines")

    def instead(session: Session) -> None:
        row = next(
            one for one in meetings.invitees(session, committee.committee.id or 0)
            if one.person_id == committee.office.who("frank").id
        )  # fmt: skip
        meetings.change_invitee(session, row.id or 0, {"stands_in_id": ines.id})

    committee.office.do(instead)
    later(minutes=50)
    found = committee.starts()
    rows = committee.office.do(lambda s: minutes.attendance(s, found.id or 0))
    names = {committee.office.do(lambda s, one=one: attending.name_of(s, one)): one.presence for one in rows}
    assert names == {
        "Anna Lindqvist": Presence.PRESENT, "Björn Ek": Presence.PRESENT, "Frank Weber": Presence.REPRESENTED,
        "Inês Pires": Presence.PRESENT, "David Ortega": Presence.EXCUSED,
    }  # fmt: skip
    assert committee.office.do(lambda s: attending.count(s, found)).there == 3


def test_whoever_writes_is_there(committee: Committee) -> None:
    committee.answers("frank", Reply.ASKED)
    later(minutes=50)
    found = committee.starts()
    assert committee.office.do(lambda s: attending.count(s, found)).there == 2
    committee.writes("frank", found, "I am here")
    assert committee.office.do(lambda s: attending.count(s, found)).there == 3


def test_somebody_leaves_and_the_quorum_is_gone(committee: Committee) -> None:
    later(minutes=50)
    found, bjorn = committee.starts(), committee.office.who("bjorn")
    committee.office.do(lambda s: attending.set_quorum(s, bjorn, found.id or 0, 3))
    frank = committee.office.who("frank").id or 0
    row = committee.office.do(lambda s: minutes.attendance_of(s, found.id or 0, frank))
    assert row is not None and committee.office.do(lambda s: attending.count(s, committee.now(found))).reached
    committee.office.do(lambda s: attending.mark(s, bjorn, found.id or 0, row.id or 0, Presence.PRESENT, left="11:05"))
    assert committee.office.do(lambda s: attending.count(s, committee.now(found), "11:04")).reached
    assert not committee.office.do(lambda s: attending.count(s, committee.now(found), "11:05")).reached


def test_several_write_at_once_and_nothing_is_lost(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts()
    people = ["anna", "bjorn", "frank"]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda at: committee.writes(people[at % 3], found, f"Note {at}"), range(24)))
    written = committee.office.do(lambda s: minutes.entries(s, found.id or 0))
    assert {one.text for one in written} == {f"Note {at}" for at in range(24)}


def test_only_the_writer_or_the_keeper_changes_an_entry_and_only_as_it_was_seen(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts()
    entry = committee.writes("frank", found, "two weeks")
    anna, frank, david = (committee.office.who(one) for one in ("anna", "frank", "david"))
    words = Words(EntryKind.NOTE, "three weeks")
    number = found.id or 0
    assert "Only {who}, who has written it" in refused(
        lambda: committee.office.do(lambda s: taking.rewrite(s, david, number, entry.id or 0, words, 1))
    )
    committee.office.do(lambda s: taking.rewrite(s, anna, number, entry.id or 0, words, 1))
    assert "Somebody else has changed this entry" in refused(
        lambda: committee.office.do(lambda s: taking.rewrite(s, frank, number, entry.id or 0, words, 1))
    )
    assert committee.entry(entry).text == "three weeks"


def test_what_one_wrote_is_undone(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts()
    committee.writes("frank", found, "a slip")
    frank = committee.office.who("frank")
    committee.office.do(lambda s: undo.undo(s, None, frank))  # type: ignore[arg-type]
    assert committee.office.do(lambda s: minutes.entries(s, found.id or 0)) == []


def test_a_message_stands_in_the_minutes_once(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts()
    committee.writes("frank", found, "from the channel", source="C1:1.2")
    assert "stands in {name} already" in refused(lambda: committee.writes("anna", found, "again", source="C1:1.2"))


def test_everybody_votes_once_until_the_vote_is_closed(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts()
    vote = committee.writes("bjorn", found, "Shall we move?", EntryKind.VOTE)
    anna, bjorn, frank = (committee.office.who(one) for one in ("anna", "bjorn", "frank"))
    for who, choice in ((anna, Choice.YES), (frank, Choice.YES), (frank, Choice.NO), (bjorn, Choice.ABSTAIN)):
        committee.office.do(lambda s, w=who, c=choice: voting.cast(s, w, found.id or 0, vote.id or 0, c))
    committee.office.do(lambda s: voting.close_vote(s, bjorn, found.id or 0, vote.id or 0))
    counted = committee.office.do(lambda s: voting.counted(s, minutes.get_entry(s, vote.id or 0)))
    assert counted == {"yes": 1, "no": 1, "abstain": 1}
    assert "closed" in refused(
        lambda: committee.office.do(lambda s: voting.cast(s, anna, found.id or 0, vote.id or 0, Choice.NO))
    )


def test_what_is_written_goes_to_the_item_that_is_talked_about(committee: Committee) -> None:
    put(committee, "anna", "Rent")
    put(committee, "anna", "Parking")
    later(minutes=50)
    found, bjorn = committee.starts(), committee.office.who("bjorn")
    committee.writes("frank", found, "about the rent")
    committee.writes("frank", found, "and more of it")
    committee.office.do(lambda s: taking.next_item(s, bjorn, found.id or 0))
    committee.writes("frank", found, "about parking")
    assert committee.office.do(lambda s: taking.next_item(s, bjorn, found.id or 0)) is None
    committee.writes("frank", found, "by the way")
    items = committee.office.do(lambda s: documents.of(s, committee.now(found)))["items"]
    assert [(one["title"], [entry["text"] for entry in one["entries"]]) for one in items] == [
        ("Rent", ["about the rent", "and more of it"]), ("Parking", ["about parking"]), ("", ["by the way"])
    ]  # fmt: skip
    assert [one["state"] for one in items[:2]] == ["done", "done"]


# Finishing


def test_finishing_numbers_sends_and_makes_tasks_of_actions(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts()
    committee.decides("anna", found, "Rent at most 18,000")
    committee.decides("anna", found, "Lisbon moves")
    committee.gives("anna", found, "three quotes", "frank", due=Due(date(2026, 11, 27)))
    committee.gives("anna", found, "call the landlord")
    committee.gives("anna", found, "flowers", outside=("Karin Holm",))
    committee.finishes("bjorn", found)
    document = committee.document(found, "david")
    assert [one["ref"] for one in documents.entries_in(document, EntryKind.DECISION)] == ["D1", "D2"]
    assert [one["ref"] for one in documents.entries_in(document, EntryKind.ACTION)] == ["A1", "A2", "A3"]
    assert committee.told("minutes.sent") == 4 and committee.told("tasks.given") == 0
    assert committee.told("minutes.actions") == 2
    pairs = committee.office.do(lambda s: minutes.tasks_of(s, [found.id or 0]))
    anna, frank = committee.office.who("anna").id, committee.office.who("frank").id
    owners = {task.title: [one.person_id for one in committee.office.do(lambda s, t=task: tasks.owners(s, t.id or 0))]
              for _, task in pairs}  # fmt: skip
    assert owners == {"three quotes": [frank], "call the landlord": [anna], "Karin Holm: flowers": [anna]}
    assert {task.giver_id for _, task in pairs} == {anna}
    assert next(task.due_on for entry, task in pairs if entry.number == 1) == date(2026, 11, 27)


def test_of_two_who_finish_at_once_one_does(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts()
    committee.gives("anna", found, "three quotes", "frank")

    def finish(who: str) -> str:
        try:
            committee.finishes(who, found)
            return "sent"
        except Refusal as refusal:
            return refusal.text

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(finish, ["anna", "bjorn", "anna", "bjorn"]))
    assert answers.count("sent") == 1
    assert all("was finished by {who}" in one for one in answers if one != "sent")
    assert len(committee.editions(found)) == 1 and committee.told("minutes.sent") == 4
    assert committee.office.database.scalar("SELECT count(*) FROM tasks") == 1


def test_nobody_sends_what_they_have_not_seen(committee: Committee) -> None:
    later(minutes=50)
    found, bjorn = committee.starts(), committee.office.who("bjorn")
    committee.writes("anna", found, "one")
    shown = committee.office.do(lambda s: finishing.preview(s, bjorn, found.id or 0))
    committee.writes("frank", found, "two")
    with pytest.raises(finishing.ChangedMeanwhile):
        committee.office.do(lambda s: finishing.finish(s, bjorn, found.id or 0, shown.changes))
    assert committee.now(found).state is MinutesState.TAKING
    again = committee.office.do(lambda s: finishing.preview(s, bjorn, found.id or 0))
    committee.office.do(lambda s: finishing.finish(s, bjorn, found.id or 0, again.changes))
    assert texts(committee.document(found, "frank")) == ["one", "two"]


def test_nothing_is_written_once_they_are_sent(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts()
    entry = committee.writes("anna", found, "one")
    committee.finishes("bjorn", found)
    anna = committee.office.who("anna")
    assert "was finished by" in refused(lambda: committee.writes("frank", found, "two"))
    assert "was finished by" in refused(
        lambda: committee.office.do(lambda s: taking.strike(s, anna, found.id or 0, entry.id or 0))
    )


def test_the_action_of_somebody_who_left_is_the_chairs(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts()
    committee.gives("anna", found, "three quotes", "frank")
    leave(committee, "frank")
    shown = committee.office.do(lambda s: finishing.preview(s, committee.office.who("bjorn"), found.id or 0))
    assert [one.known_as for one in shown.left] == ["Frank Weber"]
    committee.finishes("bjorn", found)
    ((_, task),) = committee.office.do(lambda s: minutes.tasks_of(s, [found.id or 0]))
    owners = committee.office.do(lambda s: tasks.owners(s, task.id or 0))
    assert [one.person_id for one in owners] == [committee.office.who("anna").id]


def test_the_taker_leaves_and_the_chair_goes_on(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts("bjorn")
    committee.writes("bjorn", found, "one")
    leave(committee, "bjorn")
    assert committee.now(found).taker_id == committee.office.who("anna").id
    assert committee.told("minutes.taker") == 1
    committee.finishes("anna", found)
    assert texts(committee.document(found, "frank")) == ["one"]


def test_minutes_of_a_meeting_that_is_cancelled_meanwhile_are_finished_as_usual(committee: Committee) -> None:
    later(minutes=50)
    found, anna = committee.starts(), committee.office.who("anna")
    committee.writes("frank", found, "one")
    committee.office.do(lambda s: cancelling.cancel(s, anna, committee.committee.id or 0))
    committee.writes("frank", found, "two")
    committee.finishes("bjorn", found)
    assert texts(committee.document(found, "frank")) == ["one", "two"]


def test_nothing_written_is_thrown_away_and_something_is_not(committee: Committee) -> None:
    later(minutes=50)
    found, bjorn = committee.starts(), committee.office.who("bjorn")
    entry = committee.writes("bjorn", found, "one")
    assert "Something is written" in refused(
        lambda: committee.office.do(lambda s: taking.drop(s, bjorn, found.id or 0))
    )
    committee.office.do(lambda s: taking.strike(s, bjorn, found.id or 0, entry.id or 0))
    committee.office.do(lambda s: taking.drop(s, bjorn, found.id or 0))
    again = committee.starts("anna")
    assert again.id != found.id and again.name == "2026-11.2"


# Confirming and correcting


def finished(committee: Committee) -> Minutes:
    later(minutes=50)
    found = committee.starts()
    committee.decides("anna", found, "Rent at most 18,000")
    return committee.finishes("bjorn", found)


def test_with_the_last_word_they_are_confirmed(committee: Committee) -> None:
    found = finished(committee)
    committee.confirms("anna", found)
    assert committee.now(found).state is MinutesState.SENT
    committee.confirms("frank", found)
    assert committee.now(found).state is MinutesState.CONFIRMED
    assert "is confirmed already" in refused(lambda: committee.confirms("frank", found))


def test_whoever_was_not_there_does_not_confirm(committee: Committee) -> None:
    found = finished(committee)
    assert "is confirmed by those who were there" in refused(lambda: committee.confirms("david", found))
    assert "no such minutes" in refused(lambda: committee.confirms("maria", found))


@pytest.mark.parametrize(
    ("sent_on", "hours", "confirmed"),
    [(0, 47.9, False), (0, 48.1, True), (4, 95.9, False), (4, 96.1, True)],  # Monday; Friday, over the week-end
)
def test_silence_counts_after_two_working_days(office: Office, sent_on: int, hours: float, confirmed: bool) -> None:
    later(days=sent_on)
    committee = Committee(office, day=clock.now().date())
    found = finished(committee)
    later(hours=hours)
    committee.office.do(confirming.silence_counts)
    committee.office.do(confirming.silence_counts)
    assert (committee.now(found).state is MinutesState.CONFIRMED) is confirmed
    stand = committee.office.do(lambda s: confirming.stand(s, committee.now(found)))
    assert (len(stand.confirmed), len(stand.silent)) == (1, 2)
    assert committee.told("minutes.confirmed") == (2 if confirmed else 0)


def test_a_correction_is_a_version_of_its_own_and_all_are_asked_again(committee: Committee) -> None:
    found = finished(committee)
    entry = committee.office.do(lambda s: minutes.entries(s, found.id or 0))[0]
    committee.confirms("frank", found)
    asked = committee.proposes("frank", found, "Rent at most 16,000", entry)
    assert committee.told("minutes.proposed") == 1
    later(minutes=5)
    committee.accepts("anna", asked)
    first, second = committee.editions(found)
    assert texts(first.content) == ["Rent at most 18,000"] and texts(second.content) == ["Rent at most 16,000"]
    (change,) = second.changes
    assert (change["ref"], change["old"], change["new"]) == ("D1", "Rent at most 18,000", "Rent at most 16,000")
    assert (change["by"], change["accepted_by"]) == ("Frank Weber", "Anna Lindqvist")
    assert committee.told("minutes.changed") == 4
    stand = committee.office.do(lambda s: confirming.stand(s, committee.now(found)))
    # Whoever proposed it and whoever accepted it agree; Bjorn is asked anew.
    assert stand.silent == [committee.office.who("bjorn").id]
    assert "Meanwhile there is version" in refused(lambda: committee.confirms("bjorn", found, 1))
    committee.confirms("bjorn", found, 2)
    assert committee.now(found).state is MinutesState.CONFIRMED


def test_a_proposal_is_decided_once_and_by_the_chair(committee: Committee) -> None:
    found = finished(committee)
    entry = committee.office.do(lambda s: minutes.entries(s, found.id or 0))[0]
    asked = committee.proposes("frank", found, "Rent at most 16,000", entry)
    assert "decides on changes" in refused(lambda: committee.accepts("bjorn", asked))
    assert "decides on changes" in refused(lambda: committee.accepts("frank", asked))

    def accept(_: int) -> str:
        try:
            committee.accepts("anna", asked)
            return "done"
        except Overtaken:
            # A press is tried again on what the other one left.
            return accept(_)
        except Refusal as refusal:
            return refusal.text

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(accept, range(4)))
    assert answers.count("done") == 1
    assert all("has decided on this already" in one for one in answers if one != "done")
    assert len(committee.editions(found)) == 2


def test_a_proposal_for_words_that_changed_meanwhile_is_not_accepted(committee: Committee) -> None:
    found = finished(committee)
    entry = committee.office.do(lambda s: minutes.entries(s, found.id or 0))[0]
    one = committee.proposes("frank", found, "Rent at most 16,000", entry)
    two = committee.proposes("bjorn", found, "Rent at most 17,000", entry)
    committee.accepts("anna", one)
    assert "reads differently by now" in refused(lambda: committee.accepts("anna", two))


def test_silence_waits_for_the_chair_and_counts_once_they_have_declined(committee: Committee) -> None:
    found = finished(committee)
    asked = committee.proposes("frank", found, "We also spoke of parking")
    later(hours=50)
    committee.office.do(confirming.silence_counts)
    assert committee.now(found).state is MinutesState.SENT
    assert committee.told("minutes.proposed") == 2  # the chair is reminded
    anna = committee.office.who("anna")
    committee.office.do(lambda s: correcting.decline(s, anna, asked.id or 0, "we did not"))
    assert committee.told("minutes.declined") == 1
    later(hours=2)
    committee.office.do(confirming.silence_counts)
    assert committee.now(found).state is MinutesState.CONFIRMED


def test_the_task_follows_the_correction_of_its_action(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts()
    entry = committee.gives("anna", found, "three quotes", "frank")
    committee.finishes("bjorn", found)
    committee.accepts("anna", committee.proposes("frank", found, "two quotes", entry))
    ((_, task),) = committee.office.do(lambda s: minutes.tasks_of(s, [found.id or 0]))
    assert task.title == "two quotes"


def test_after_confirmation_there_is_only_an_addendum_and_after_the_lock_nothing(committee: Committee) -> None:
    found = finished(committee)
    frank, anna, number = committee.office.who("frank"), committee.office.who("anna"), found.id or 0
    assert "can still be changed" in refused(
        lambda: committee.office.do(lambda s: correcting.add(s, frank, number, "The lease ends in May"))
    )
    committee.confirms("anna", found)
    committee.confirms("frank", found)
    assert "is confirmed already" in refused(lambda: committee.proposes("frank", found, "something"))
    asked = committee.office.do(lambda s: correcting.add(s, frank, number, "The lease ends in May"))
    assert asked.state is AmendmentState.ASKED
    assert "waits for your word" in refused(lambda: committee.office.do(lambda s: confirming.lock(s, anna, number)))
    committee.accepts("anna", asked)
    added = committee.document(found, "david")["addenda"]
    assert [(one["number"], one["text"], one["by"]) for one in added] == [(1, "The lease ends in May", "Frank Weber")]
    assert texts(committee.document(found, "david")) == ["Rent at most 18,000"]
    assert committee.told("minutes.added") == 4
    committee.office.do(lambda s: confirming.lock(s, anna, number))
    assert "locked for good" in refused(lambda: committee.office.do(lambda s: correcting.add(s, anna, number, "more")))


def test_a_version_that_was_sent_and_minutes_that_are_locked_can_not_be_changed_by_anything(
    committee: Committee,
) -> None:
    found = finished(committee)
    for statement in ("UPDATE minutes_editions SET content = '{}'", "DELETE FROM minutes_editions"):
        with pytest.raises(DatabaseError):
            committee.office.database.write(lambda s, sql=statement: s.execute(text(sql)))
    committee.confirms("anna", found)
    committee.confirms("frank", found)
    anna = committee.office.who("anna")
    committee.office.do(lambda s: confirming.lock(s, anna, found.id or 0))
    with pytest.raises(DatabaseError):
        committee.office.database.write(lambda s: s.execute(text("UPDATE minutes SET title = 'other'")))


# The next meeting, and finding


def test_the_next_agenda_begins_with_what_is_open_and_what_was_put_off(committee: Committee) -> None:
    put(committee, "anna", "Rent")
    put(committee, "anna", "Parking")
    later(minutes=50)
    found = committee.starts()
    committee.gives("anna", found, "three quotes", "frank")
    committee.gives("anna", found, "call", "bjorn")
    committee.finishes("bjorn", found)
    (_, _three), (__, call) = committee.office.do(lambda s: minutes.tasks_of(s, [found.id or 0]))
    bjorn = committee.office.who("bjorn")
    committee.office.do(lambda s: done(s, bjorn, call.id or 0))
    anna, day = committee.office.who("anna"), committee.dates(committee.committee)[1]
    seen = committee.office.do(lambda s: agenda.of(s, anna, committee.committee, day))
    assert [task.title for _, task, __ in seen.carried] == ["three quotes"]
    assert [item.title for item, _ in seen.postponed] == ["Parking"]
    later(days=7)
    again = committee.starts(date=1)
    items = committee.office.do(lambda s: minutes.items(s, again.id or 0))
    assert [one.title for one in items] == ["Parking"]
    seen = committee.office.do(
        lambda s: agenda.of(s, anna, committee.committee, committee.dates(committee.committee)[2])
    )
    assert seen.postponed == []
    committee.finishes("bjorn", again)
    assert [one["text"] for one in committee.document(again, "frank")["carried"]] == ["three quotes"]
    assert committee.office.do(lambda s: minutes.items(s, again.id or 0))[0].state is ItemState.POSTPONED


def test_decisions_are_found_without_accents_and_only_by_those_who_may_read_them(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts()
    committee.decides("anna", found, "Größere Küche für Göteborg")
    committee.finishes("bjorn", found)

    def find(who: str, *words: str) -> list[str]:
        wanted = finding.Wanted(words=words, kinds=(EntryKind.DECISION,))
        return [one.label for one in committee.office.do(lambda s: finding.find(s, committee.office.who(who), wanted))]

    assert find("david", "grossere", "kuche") == find("frank", "GÖTEBORG") == ["2026-11 D1"]
    assert find("frank", "grossere", "bad") == [] == find("maria", "kuche")


def test_a_decision_that_is_replaced_says_by_which(committee: Committee) -> None:
    found = finished(committee)
    later(days=7)
    again = committee.starts(date=1)
    earlier = Reference("2026-11", 1, EntryKind.DECISION, False, 1)
    committee.decides("anna", again, "Rent at most 15,000", replaces=earlier)
    committee.finishes("bjorn", again)
    frank = committee.office.who("frank")
    hits = committee.office.do(lambda s: finding.find(s, frank, finding.Wanted(kinds=(EntryKind.DECISION,))))
    assert [(one.label, one.replaced_by) for one in hits] == [("2026-11.2 D1", ""), ("2026-11 D1", "2026-11.2 D1")]
    assert committee.document(again, "frank")["items"][0]["entries"][0]["replaces"] == "2026-11 D1"
    assert committee.editions(found)[0].content["items"][0]["entries"][0]["replaces"] == ""


def test_actions_are_found_by_whom_they_are_now_and_how_they_stand(committee: Committee) -> None:
    later(minutes=50)
    found = committee.starts()
    committee.gives("anna", found, "three quotes", "frank", due=Due(date(2026, 11, 24)))
    committee.gives("anna", found, "call", "bjorn")
    committee.finishes("bjorn", found)
    frank = committee.office.who("frank")

    def find(**more: object) -> list[str]:
        wanted = finding.Wanted(kinds=(EntryKind.ACTION,), **more)  # type: ignore[arg-type]
        return [one.label for one in committee.office.do(lambda s: finding.find(s, frank, wanted))]

    assert find() == ["2026-11 A1", "2026-11 A2"] and find(only="late") == []
    later(days=2)
    assert find(only="late") == ["2026-11 A1"] == find(who=frank.id)
    (_, task), __ = committee.office.do(lambda s: minutes.tasks_of(s, [found.id or 0]))
    committee.office.do(lambda s: done(s, frank, task.id or 0))
    assert find(only="late") == [] and find(only="open") == ["2026-11 A2"] and find(only="done") == ["2026-11 A1"]
    assert committee.office.do(lambda s: tasks.get(s, task.id or 0)).state is TaskState.DONE


# What is confidential


def test_a_confidential_item_stays_with_its_readers(committee: Committee) -> None:
    """Anna, the chair, is not among them: the numbers are counted apart, and the task says no more than its own."""
    later(minutes=50)
    found, bjorn, frank = committee.starts(), committee.office.who("bjorn"), committee.office.who("frank")
    committee.decides("anna", found, "Open to all")
    committee.office.do(
        lambda s: taking.add_item(s, bjorn, found.id or 0, Wanted("CANARY title", readers=(frank.id or 0,)))
    )
    committee.decides("bjorn", found, "CANARY decision")
    committee.gives("bjorn", found, "CANARY action", "frank")
    # Anna knows nothing of what is talked about: hers goes elsewhere.
    mine = committee.decides("anna", found, "Another one")
    assert mine.item_id is None
    assert "may not read this item" in refused(lambda: committee.gives("bjorn", found, "more", "david"))
    committee.finishes("anna", found)
    for who in ("anna", "david"):
        seen = committee.document(found, who)
        assert "CANARY" not in str(seen) and seen["hidden"] == 1
        assert [one["ref"] for one in documents.entries_in(seen, EntryKind.DECISION)] == ["D1", "D2"]
    seen = committee.document(found, "frank")
    assert [one["ref"] for one in documents.entries_in(seen, *EntryKind)] == ["CD1", "CA1", "D1", "D2"]
    ((_, task),) = committee.office.do(lambda s: minutes.tasks_of(s, [found.id or 0]))
    assert (task.title, task.note, task.giver_id) == ("🔒 2026-11 CA1", "", bjorn.id)
    with committee.office.database.read() as session:
        for table in ("history", "outbox", "news", "tasks"):
            assert "CANARY" not in str(session.execute(text(f"SELECT * FROM {table}")).all())


def test_a_change_of_what_is_confidential_is_decided_by_whoever_made_it_so(committee: Committee) -> None:
    later(minutes=50)
    found, bjorn, frank = committee.starts(), committee.office.who("bjorn"), committee.office.who("frank")
    committee.office.do(
        lambda s: taking.add_item(s, bjorn, found.id or 0, Wanted("Salaries", readers=(frank.id or 0,)))
    )
    entry = committee.decides("bjorn", found, "3,000 more")
    committee.finishes("bjorn", found)
    asked = committee.proposes("frank", found, "2,000 more", entry)
    assert "decides on changes" in refused(lambda: committee.accepts("anna", asked))
    committee.accepts("bjorn", asked)
    changes = committee.editions(found)[1].changes
    assert documents.changes_seen(changes, committee.office.who("anna").id) == []
    assert len(documents.changes_seen(changes, frank.id)) == 1


def leave(committee: Committee, handle: str) -> None:
    person = committee.office.who(handle)
    profile = Profile(
        person.slack_id or "", person.name, handle, person.email, "en-GB", person.zone, Standing.DEACTIVATED, False
    )
    committee.office.do(lambda s: meet(s, profile))


@pytest.mark.parametrize("typed", ["3 yes, 2 no", "Rent: 3 yes, 2 no"])
def test_a_vote_that_was_counted_wrong_has_its_numbers_mended(committee: Committee, typed: str) -> None:
    later(minutes=50)
    found = committee.starts()
    vote = committee.office.do(
        lambda s: taking.write(
            s, committee.office.who("anna"), found.id or 0,
            Words(EntryKind.VOTE, "Rent", tally={"yes": 3, "no": 1}),
        )
    )  # fmt: skip
    committee.finishes("anna", found)
    committee.accepts("anna", committee.proposes("frank", found, typed, vote))
    kept = committee.entry(vote)
    assert (kept.text, kept.tally) == ("Rent", {"yes": 3, "no": 2})
    last = committee.office.do(lambda s: minutes.editions(s, found.id or 0))[-1]
    assert (last.changes[0]["old"], last.changes[0]["new"]) == ("Rent (3–1–0)", "Rent: 3 yes, 2 no")
