"""Being away: begun and ended by itself, with somebody who stands in, and never in a circle."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from office import clock
from office.duties import absences as duty
from office.duties.covers import stand_in_for
from office.errors import Refusal
from office.when import When, read
from storage import absences
from storage.tables import Outbox
from storage.time_tables import Absence
from storage.words import AbsenceState, CoverState
from tests.conftest import Office, later
from tests.duties.test_reminders import moved
from tests.rules.test_when import speaker


def when(words: str) -> When:
    return read(words, speaker("en"), clock.now())


def away(office: Office, who: str, words: str, cover: str | None = None) -> Absence:
    stands_in = office.who(cover) if cover else None
    return office.do(lambda s: duty.plan(s, office.who(who), when(words), stands_in))


def get(office: Office, one: Absence) -> Absence:
    with office.database.read() as session:
        return absences.get(session, one.id or 0)


def told(office: Office, kind: str) -> list[str]:
    with office.database.read() as session:
        return list(session.execute(select(Outbox.destination).where(Outbox.kind == kind)).scalars())  # type: ignore[call-overload]


def stands_in(office: Office, who: str) -> str | None:
    with office.database.read() as session:
        found = stand_in_for(session, office.who(who), clock.now())
    return found.handle if found else None


def test_days_begin_and_end_in_the_persons_zone(office: Office) -> None:
    one = away(office, "anna", "8 Mar to 12 Mar")
    assert (one.starts_at, one.ends_at) == (
        datetime(2027, 3, 7, 23, 0, tzinfo=UTC), datetime(2027, 3, 12, 23, 0, tzinfo=UTC),
    )  # fmt: skip


def test_an_afternoon_is_not_a_day(office: Office) -> None:
    one = away(office, "anna", "today afternoon")
    assert (one.starts_at, one.ends_at) == (
        datetime(2026, 11, 23, 13, 0, tzinfo=UTC), datetime(2026, 11, 23, 23, 0, tzinfo=UTC),
    )  # fmt: skip


def test_it_begins_and_ends_by_itself_and_both_are_told(office: Office) -> None:
    one = away(office, "anna", "tomorrow to Wednesday", cover="bjorn")
    assert stands_in(office, "anna") is None
    office.do(lambda s: duty.answer(s, office.who("bjorn"), one.id or 0, yes=True))
    later(hours=16)
    assert office.do(duty.begin_and_end) == 1 and office.do(duty.begin_and_end) == 0
    assert get(office, one).state is AbsenceState.ON and stands_in(office, "anna") == "bjorn"
    later(days=2)
    office.do(duty.begin_and_end)
    assert get(office, one).state is AbsenceState.OVER and stands_in(office, "anna") is None
    bjorn = f"person:{office.who('bjorn').id}"
    assert [told(office, kind) for kind in ("away.asked", "away.began", "away.over")] == [[bjorn]] * 3
    assert told(office, "away.answered") == [f"person:{office.who('anna').id}"]


def test_a_cover_who_has_not_said_yes_does_not_stand_in(office: Office) -> None:
    one = away(office, "anna", "today to Wednesday", cover="bjorn")
    assert stands_in(office, "anna") is None
    office.do(lambda s: duty.answer(s, office.who("bjorn"), one.id or 0, yes=False))
    assert get(office, one).cover_state is CoverState.REFUSED and stands_in(office, "anna") is None


@pytest.mark.parametrize(
    ("cover", "because"),
    [("anna", "for yourself"), ("petra", "not a full member"), ("zoe", "not a full"), ("otto", "not a full")],
)
def test_some_cannot_stand_in(office: Office, cover: str, because: str) -> None:
    with pytest.raises(Refusal, match=because):
        away(office, "anna", "tomorrow", cover=cover)


def test_after_a_refusal_somebody_else_may_be_asked(office: Office) -> None:
    one = away(office, "anna", "tomorrow to Wednesday", "bjorn")
    office.do(lambda s: duty.answer(s, office.who("bjorn"), one.id or 0, yes=False))
    again = away(office, "anna", "tomorrow to Wednesday", "david")
    assert (again.cover_id, again.cover_state) == (office.who("david").id, CoverState.ASKED)


def test_the_end_alone_may_have_a_time(office: Office) -> None:
    one = away(office, "anna", "25 Nov to 27 Nov 12:00")
    assert (one.wall["from_clock"], one.wall["to_clock"]) == (None, "12:00")
    assert one.ends_at == datetime(2026, 11, 27, 11, 0, tzinfo=UTC)


def test_whoever_stands_in_hears_of_it_when_they_work(office: Office) -> None:
    one = away(office, "anna", "tomorrow to Wednesday", "bjorn")
    office.do(lambda s: duty.answer(s, office.who("bjorn"), one.id or 0, yes=True))
    clock.move_to(datetime(2026, 11, 23, 23, 0, 1, tzinfo=UTC))
    office.do(duty.begin_and_end)
    with office.database.read() as session:
        due = session.execute(select(Outbox.due_at).where(Outbox.kind == "away.began")).scalar()  # type: ignore[call-overload]
    assert due == datetime(2026, 11, 24, 7, 0, tzinfo=UTC), "eight in Stockholm"


def test_circles_and_chains_are_refused(office: Office) -> None:
    away(office, "bjorn", "tomorrow to Friday", cover="david")
    with pytest.raises(Refusal, match="away then too"):
        away(office, "anna", "Wednesday", cover="bjorn")


def test_a_cover_who_goes_away_themselves_is_released(office: Office) -> None:
    one = away(office, "anna", "tomorrow to Friday", cover="bjorn")
    office.do(lambda s: duty.answer(s, office.who("bjorn"), one.id or 0, yes=True))
    away(office, "bjorn", "Thursday")
    assert get(office, one).cover_state is CoverState.REFUSED
    assert len(told(office, "away.answered")) == 2, "the yes, and then the no"


def test_overlapping_ones_become_one(office: Office) -> None:
    first = away(office, "anna", "tomorrow to Wednesday", cover="bjorn")
    office.do(lambda s: duty.answer(s, office.who("bjorn"), first.id or 0, yes=True))
    joined = away(office, "anna", "Wednesday to Friday")
    assert get(office, first).state is AbsenceState.CANCELLED
    assert (joined.wall["from"], joined.wall["to"]) == ("2026-11-24", "2026-11-27")
    assert joined.cover_state is CoverState.ASKED, "more days than were agreed to are asked about"
    with pytest.raises(Refusal, match="somebody else standing in"):
        away(office, "anna", "Thursday", cover="david")


def test_back_ends_it_now(office: Office) -> None:
    one = away(office, "anna", "today to Friday")
    later(hours=2)
    office.do(lambda s: duty.back(s, office.who("anna")))
    assert clock.now() - get(office, one).ends_at < timedelta(seconds=30)
    with pytest.raises(Refusal, match="not away"):
        office.do(lambda s: duty.back(s, office.who("anna")))


def test_the_catch_up_comes_with_the_return(office: Office) -> None:
    away(office, "anna", "today to Friday")
    later(hours=2)
    office.do(lambda s: duty.back(s, office.who("anna")))
    assert told(office, "digest.daily") == [f"person:{office.who('anna').id}"]


@pytest.mark.parametrize("words", ["every Monday", "2027-01-01 to 2029-01-01"])
def test_what_is_no_absence_is_refused(office: Office, words: str) -> None:
    with pytest.raises(Refusal):
        away(office, "anna", words)


def test_nobody_answers_or_cancels_for_others(office: Office) -> None:
    one = away(office, "anna", "tomorrow", cover="bjorn")
    with pytest.raises(Refusal, match="not asked"):
        office.do(lambda s: duty.answer(s, office.who("david"), one.id or 0, yes=True))
    with pytest.raises(Refusal, match="no such absence"):
        office.do(lambda s: duty.cancel(s, office.who("bjorn"), one.id or 0))


def test_days_move_with_the_persons_zone(office: Office) -> None:
    one = away(office, "anna", "tomorrow")
    moved(office, "anna", "America/New_York")
    assert get(office, one).starts_at == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    assert get(office, one).ends_at - get(office, one).starts_at == timedelta(days=1)
