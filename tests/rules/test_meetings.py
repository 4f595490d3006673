"""Rules of meetings: who may what, when a room can be had, and the best times."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from office.rules import booking_conflicts as rooms
from office.rules import meeting_permissions as rule
from office.rules.booking_conflicts import Closed, Terms, Trouble
from office.rules.free_slots import Diary, Why, best, spread
from office.rules.meeting_permissions import MeetingParties
from office.rules.working_time import Calendar
from storage.words import MeetingAct, MeetingRelation, Standing

A, R = MeetingAct, MeetingRelation
NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
ORGANISER, INVITED, SIDE, STAND_IN, MANAGER, COLLEAGUE = range(1, 7)
PARTICIPANT = {A.SEE, A.PREPARE, A.CHECK_IN}
LEADS = PARTICIPANT | {A.INVITE, A.MOVE, A.CANCEL, A.CHANGE}
INVITEE = PARTICIPANT | {A.ANSWER, A.PROPOSE}


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize(
    ("who", "manages", "allowed"),
    [
        (ORGANISER, False, LEADS | {A.SEE_OUR_SIDE}),
        (INVITED, False, INVITEE),
        (SIDE, False, INVITEE | {A.SEE_OUR_SIDE}),
        (STAND_IN, False, LEADS),
        (MANAGER, True, {A.SEE, A.MOVE, A.CANCEL}),
        (COLLEAGUE, False, {A.SEE}),
    ],
)
def test_every_role_may_what_the_table_says_and_nothing_else(
    who: int, manages: bool, allowed: set[MeetingAct], standing: Standing, private: bool
) -> None:
    parties = MeetingParties(ORGANISER, {STAND_IN}, {INVITED, SIDE}, {SIDE, COLLEAGUE}, private)
    expected = set(allowed)
    if (
        standing in (Standing.DEACTIVATED, Standing.EXTERNAL)
        or (who in (MANAGER, COLLEAGUE) and (private or standing is not Standing.MEMBER))
        or (who == STAND_IN and standing is not Standing.MEMBER)
    ):
        expected = set()
    are = rule.relations(who, standing, manages, parties)
    assert {act for act in A if rule.may(act, are)} == expected


def test_who_is_not_invited_any_more_sees_no_more_of_our_side() -> None:
    parties = MeetingParties(ORGANISER, frozenset(), frozenset(), {SIDE}, private=False)
    assert not rule.may(A.SEE_OUR_SIDE, rule.relations(SIDE, Standing.MEMBER, False, parties))


HOURS = Calendar("UTC", tuple(((time(8), time(18)),) if day < 5 else () for day in range(7)))


@pytest.mark.parametrize(
    ("terms", "start", "length", "trouble"),
    [
        (Terms(None, "UTC"), NINE, HOUR, None),
        (Terms(HOURS, "UTC"), NINE, 9 * HOUR, None),
        (Terms(HOURS, "UTC"), NINE, 9 * HOUR + timedelta(minutes=1), Trouble.SHUT),
        (Terms(HOURS, "UTC"), NINE + timedelta(days=4), HOUR, Trouble.SHUT),
        (Terms(None, "UTC", closed=[Closed(date(2026, 11, 20), date(2026, 11, 24))]), NINE, HOUR, Trouble.CLOSED),
        (Terms(None, "UTC", closed=[Closed(date(2026, 11, 25), date(2026, 11, 25))]), NINE, HOUR, None),
        (Terms(None, "UTC", closed=[Closed(date(2026, 11, 25), date(2026, 11, 25))]), NINE, 15 * HOUR, None),
        (Terms(None, "UTC", closed=[Closed(date(2026, 11, 25), date(2026, 11, 25))]), NINE, 16 * HOUR, Trouble.CLOSED),
        (Terms(None, "UTC", notice=2 * HOUR), NINE, HOUR, Trouble.TOO_SOON),
        (Terms(None, "UTC", notice=HOUR), NINE, HOUR, None),
        (Terms(None, "UTC", ahead=timedelta(days=1)), NINE + timedelta(days=2), HOUR, Trouble.TOO_FAR),
        (Terms(None, "UTC", longest=HOUR), NINE, 2 * HOUR, Trouble.TOO_LONG),
    ],
)
def test_a_rooms_own_terms(terms: Terms, start: datetime, length: timedelta, trouble: Trouble | None) -> None:
    found = rooms.trouble(terms, start, start + length, NINE - HOUR)
    assert (found[0] if found else None) is trouble


def test_end_to_start_is_no_overlap() -> None:
    assert not rooms.overlap((NINE, NINE + HOUR), (NINE + HOUR, NINE + 2 * HOUR))
    assert rooms.overlap((NINE, NINE + HOUR), (NINE + HOUR - timedelta(minutes=1), NINE + 2 * HOUR))


def day(number: int) -> list[tuple[datetime, datetime]]:
    return [(NINE + timedelta(days=one), NINE + timedelta(days=one) + 8 * HOUR) for one in range(number)]


def test_the_best_times_are_those_that_most_can_come_to() -> None:
    free = Diary(1, day(2))
    busy = Diary(2, day(2), meetings=[(NINE, NINE + 5 * HOUR)])
    away = Diary(3, day(2), away=[(NINE, NINE + timedelta(hours=24))])
    found = best([free, busy, away], (NINE, NINE + timedelta(days=2)), HOUR, most=20, must=1)
    assert found[0].start == NINE + timedelta(days=1) and found[0].missing == ()
    late = next(one for one in found if one.start == NINE + 5 * HOUR)
    assert late.missing == ((3, Why.AWAY),)
    assert len(spread(found, 3)) == 3 and all(not one.missing for one in spread(found, 3))


def test_a_meeting_without_its_host_is_not_proposed() -> None:
    host = Diary(1, day(1), meetings=[(NINE, NINE + 7 * HOUR)])
    found = best([host, Diary(2, day(1))], (NINE, NINE + timedelta(days=1)), HOUR, must=1)
    assert [one.start for one in found] == [NINE + 7 * HOUR]


def test_who_does_not_work_then_counts_less_than_who_is_busy() -> None:
    early, late = (
        Diary(1, day(1)),
        Diary(2, [(NINE + 4 * HOUR, NINE + 8 * HOUR)], meetings=[(NINE + 4 * HOUR, NINE + 8 * HOUR)]),
    )
    found = best([early, late], (NINE, NINE + timedelta(days=1)), HOUR)
    assert found[0].missing == ((2, Why.OFF),)
