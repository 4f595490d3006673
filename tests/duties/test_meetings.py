"""Meetings and rooms: booked, moved, cancelled, answered, waited for; on both databases."""

from datetime import UTC, date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar

from handlers.meetings import ics
from office import clock
from office.duties.meetings import cancelling, changing, finding, following, replying, timers, waiting
from office.duties.meetings.finding import Wanted
from office.duties.meetings.rooms import Taken
from office.errors import Refusal
from office.rules.booking_conflicts import Trouble
from office.rules.repetition import OnHolidays
from storage import meetings, rooms
from storage.words import BookingState, MeetingState, Reply, WaitState
from tests.conftest import Office, later
from tests.meetings import TUESDAY, House, at


@pytest.fixture
def house(office: Office) -> House:
    return House(office)


def test_a_room_is_had_once_and_the_other_is_told_by_whom(house: House) -> None:
    goya = house.keeps("Goya")
    house.books("anna", "Budget review", goya)
    with pytest.raises(Taken) as taken:
        house.books("bjorn", "Sales", goya, clock=time(14, 30))
    clash = taken.value.clashes[0]
    assert clash.trouble is Trouble.TAKEN and clash.by is not None and clash.by.title == "Budget review"
    assert house.office.database.scalar("SELECT count(*) FROM meetings") == 1


def test_end_to_start_is_no_conflict_unless_the_room_wants_a_buffer(house: House) -> None:
    goya, kahlo = house.keeps("Goya"), house.keeps("Kahlo", buffer=15)
    for room in (goya, kahlo):
        house.books("anna", "One", room)
    house.books("bjorn", "Two", goya, clock=time(15))
    house.books("bjorn", "Before", goya, clock=time(13))
    with pytest.raises(Taken):
        house.books("bjorn", "Two", kahlo, clock=time(15))
    house.books("bjorn", "Two", kahlo, clock=time(15, 15))


def test_a_series_leaves_holidays_out_and_tells_of_taken_dates(house: House) -> None:
    goya = house.keeps("Goya")
    house.books("bjorn", "Fair", goya, day=date(2026, 12, 8))
    booked = house.books("anna", "Weekly", goya, rule="FREQ=WEEKLY;BYDAY=TU;COUNT=9", people=("frank",))
    missed = [day.day for day, _ in booked.missed]
    assert missed == [date(2026, 12, 8)] and house.told("meetings.invited") == 1
    # 29 December is worked; of these Tuesdays none is a Swedish holiday but none is lost either.
    assert len(house.dates(booked.meeting)) == 9 - len(booked.holidays)
    daily = house.books(
        "anna", "Fridays", rule="FREQ=WEEKLY;BYDAY=FR;UNTIL=20270115", day=date(2026, 12, 18), clock=time(9)
    )
    assert date(2026, 12, 25) in daily.holidays and date(2027, 1, 1) in daily.holidays
    assert date(2026, 12, 25) not in [one.day for one in house.dates(daily.meeting)]


def test_moving_takes_the_room_along_or_says_why_not(house: House) -> None:
    goya = house.keeps("Goya")
    anna = house.office.who("anna")
    meeting = house.books("anna", "One", goya, people=("frank", "bjorn")).meeting
    house.books("bjorn", "Two", goya, clock=time(16))
    frank = house.office.who("frank")
    house.office.do(lambda s: replying.answer(s, frank, meeting.id or 0, Reply.YES))
    day = house.dates(meeting)[0]
    with pytest.raises(Taken):
        house.office.do(lambda s: changing.move(s, anna, meeting.id or 0, day.id or 0, TUESDAY, time(15, 30)))
    assert house.dates(meeting)[0].starts_at == day.starts_at and house.bookings(meeting)[0].state is BookingState.HELD
    house.office.do(lambda s: changing.move(s, anna, meeting.id or 0, day.id or 0, TUESDAY, time(10)))
    assert house.dates(meeting)[0].starts_at == at(TUESDAY, 10)
    assert [one.starts_at for one in house.bookings(meeting)] == [at(TUESDAY, 10)]
    with house.office.database.read() as session:
        assert {one.reply for one in meetings.invitees(session, meeting.id or 0)} == {Reply.ASKED}
    assert house.told("meetings.moved") == 2


def test_cancelling_tells_all_once_and_frees_the_room(house: House) -> None:
    goya, anna = house.keeps("Goya"), house.office.who("anna")
    meeting = house.books("anna", "One", goya, people=("frank", "bjorn")).meeting
    house.office.do(lambda s: cancelling.cancel(s, anna, meeting.id or 0, "ill"))
    assert house.told("meetings.cancelled") == 2 and house.bookings(meeting) == []
    with pytest.raises(Refusal):
        house.office.do(lambda s: cancelling.cancel(s, anna, meeting.id or 0))
    house.books("bjorn", "Two", goya)


def test_the_waiting_list_offers_to_the_first_then_to_the_next(house: House) -> None:
    goya = house.keeps("Goya")
    anna, bjorn, maria = (house.office.who(one) for one in ("anna", "bjorn", "maria"))
    first = house.books("anna", "One", goya).meeting
    second, third = house.books("bjorn", "Two").meeting, house.books("maria", "Three").meeting
    waits = []
    for who, meeting in ((bjorn, second), (maria, third)):
        day = house.dates(meeting)[0].id or 0
        waits.append(house.office.do(lambda s, w=who, m=meeting, d=day: waiting.wait(s, w, m.id or 0, d, goya.id or 0)))
    house.office.do(lambda s: cancelling.cancel(s, anna, first.id or 0))
    assert [one.state for one in house.bookings(second)] == [BookingState.OFFERED]
    with pytest.raises(Taken):
        house.books("anna", "Quick", goya)
    later(minutes=31)
    house.office.do(waiting.pass_over)
    assert house.bookings(second) == [] and [one.state for one in house.bookings(third)] == [BookingState.OFFERED]
    with pytest.raises(Refusal):
        house.office.do(lambda s: waiting.take(s, bjorn, waits[0].id or 0))
    house.office.do(lambda s: waiting.take(s, maria, waits[1].id or 0))
    assert [one.state for one in house.bookings(third)] == [BookingState.HELD]
    with house.office.database.read() as session:
        found = [rooms.find_wait(session, one.id or 0) for one in waits]
    assert [one.state for one in found if one] == [WaitState.PASSED, WaitState.TAKEN]


def test_a_pending_room_holds_its_slot_until_its_keeper_answers(house: House) -> None:
    hall = house.keeps("Hall", needs_yes=True)
    maria = house.office.who("maria")
    meeting = house.books("anna", "Party", hall).meeting
    assert house.bookings(meeting)[0].state is BookingState.PENDING and house.told("meetings.ask_room") == 1
    with pytest.raises(Taken):
        house.books("bjorn", "Other", hall)
    anna = house.office.who("anna")
    with pytest.raises(Refusal):
        house.office.do(lambda s: replying.decide_room(s, anna, meeting.id or 0, hall.id or 0, True))
    house.office.do(lambda s: replying.decide_room(s, maria, meeting.id or 0, hall.id or 0, False, "painting"))
    assert house.bookings(meeting) == []
    house.books("bjorn", "Other", hall)


def test_a_room_without_check_in_is_let_go_after_ten_minutes(house: House) -> None:
    goya, anna = house.keeps("Goya", check_in=True), house.office.who("anna")
    one = house.books("anna", "One", goya).meeting
    two = house.books("anna", "Two", goya, clock=time(16)).meeting
    clock.move_to(at(TUESDAY, 15, 50))
    house.office.do(timers.release_unchecked)
    assert house.bookings(one) == [] and house.told("meetings.released") == 1
    day = house.dates(two)[0]
    house.office.do(lambda s: replying.check_in(s, anna, two.id or 0, day.id or 0))
    later(minutes=30)
    house.office.do(timers.release_unchecked)
    assert [one.state for one in house.bookings(two)] == [BookingState.HELD]


def test_this_and_following_becomes_a_series_of_its_own(house: House) -> None:
    goya, anna = house.keeps("Goya"), house.office.who("anna")
    booked = house.books("anna", "Weekly", goya, rule="FREQ=WEEKLY;BYDAY=TU;COUNT=6", people=("frank",))
    third = house.dates(booked.meeting)[2]
    new = house.office.do(
        lambda s: following.move_following(s, anna, booked.meeting.id or 0, third.id or 0, date(2026, 12, 9), time(10))
    )
    assert [one.day for one in house.dates(booked.meeting)] == [TUESDAY, date(2026, 12, 1)]
    assert [one.day for one in house.dates(new.meeting)] == [date(2026, 12, day) for day in (9, 16, 23)] + [
        date(2026, 12, 30)
    ]
    assert house.meeting(booked.meeting).rule == "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261207"
    assert len(house.bookings(new.meeting)) == 4 and house.told("meetings.moved") == 1


def test_reminders_are_worked_out_at_their_time_and_nobody_hears_of_what_is_cancelled(house: House) -> None:
    anna = house.office.who("anna")
    one = house.books("anna", "One", people=("frank", "bjorn")).meeting
    two = house.books("anna", "Two", people=("frank",)).meeting
    bjorn = house.office.who("bjorn")
    house.office.do(lambda s: replying.answer(s, bjorn, one.id or 0, Reply.NO))
    house.office.do(lambda s: cancelling.cancel(s, anna, two.id or 0))
    clock.move_to(at(TUESDAY, 13, 50))
    house.office.do(timers.remind_due)
    assert house.told("meetings.soon") == 2
    house.office.do(timers.remind_due)
    assert house.told("meetings.soon") == 2


def test_who_has_not_answered_is_asked_once_more(house: House) -> None:
    meeting = house.books("anna", "One", people=("frank", "bjorn")).meeting
    frank = house.office.who("frank")
    house.office.do(lambda s: replying.answer(s, frank, meeting.id or 0, Reply.YES))
    clock.move_to(at(TUESDAY, 13))
    house.office.do(timers.chase_due)
    assert house.told("meetings.chase") == 1


def test_the_best_times_leave_out_who_is_busy_and_say_why(house: House) -> None:
    anna = house.office.who("anna")
    house.books("frank", "Taken", clock=time(8), minutes=8 * 60)
    ids = tuple(house.office.who(one).id or 0 for one in ("frank", "bjorn"))
    found = house.office.do(lambda s: finding.find(s, anna, Wanted(timedelta(hours=1), TUESDAY, TUESDAY, people=ids)))
    assert found[0].slot.start == at(TUESDAY, 16) and found[0].slot.missing == ()
    assert found[1].slot.missing[0][0] == ids[0]


def test_bad_bookings_are_refused(house: House) -> None:
    goya = house.keeps("Goya", longest=120, hours="08:00-18:00")
    for wrong in (
        {"minutes": 0}, {"minutes": -30}, {"minutes": 90 * 24 * 60}, {"day": date(2026, 11, 20)}, {"title": "  "},
    ):  # fmt: skip
        title = wrong.pop("title", "One")
        with pytest.raises(Refusal):
            house.books("anna", title, goya, **wrong)
    shut: tuple[tuple[dict[str, object], Trouble], ...] = (
        ({"minutes": 180}, Trouble.TOO_LONG), ({"clock": time(17, 30)}, Trouble.SHUT),
        ({"day": date(2026, 11, 28)}, Trouble.SHUT),
    )  # fmt: skip
    for terms, trouble in shut:
        with pytest.raises(Taken) as taken:
            house.books("anna", "One", goya, **terms)
        assert taken.value.clashes[0].trouble is trouble
    with pytest.raises(Refusal):
        house.books("petra", "A guest's", goya)
    with pytest.raises(Refusal):
        house.books("anna", "With one who left", people=("otto",))
    assert house.office.database.scalar("SELECT count(*) FROM meetings") == 0


def test_a_series_never_collides_with_itself(house: House) -> None:
    with pytest.raises(Refusal):
        house.books("anna", "Long", rule="FREQ=DAILY", minutes=25 * 60)
    assert (
        house.books("anna", "Daily", rule="FREQ=DAILY;COUNT=5", minutes=24 * 60).meeting.state is MeetingState.PLANNED
    )


def test_a_series_without_an_end_is_worked_out_bit_by_bit(house: House) -> None:
    goya = house.keeps("Goya")
    meeting = house.books("anna", "Weekly", goya, rule="FREQ=WEEKLY;BYDAY=TU").meeting
    before = len(house.dates(meeting))
    later(days=60)
    house.office.do(timers.extend_series)
    after = house.dates(meeting)
    assert len(after) > before and len({one.day for one in after}) == len(after)
    assert len(house.bookings(meeting)) == len(after)


def test_a_leavers_meetings_pass_on(house: House) -> None:
    meeting = house.books("anna", "One", people=("frank", "bjorn")).meeting
    anna, maria = house.office.who("anna"), house.office.who("maria")
    house.office.do(lambda s: changing.let_go(s, anna, maria.id))
    assert house.meeting(meeting).organiser_id == maria.id


def test_a_weekly_call_keeps_its_hour_through_every_clock_change(house: House) -> None:
    """Madrid and Lisbon change on 28 March and 31 October 2027, New York on 14 March and 7 November."""
    booked = house.books(
        "david", "Call", day=date(2027, 3, 2), clock=time(15), zone="Europe/Madrid",
        rule="FREQ=WEEKLY;BYDAY=TU;UNTIL=20271130", on_holidays=OnHolidays.KEEP,
    )  # fmt: skip
    dates = house.dates(booked.meeting)
    assert len(dates) == 40
    for day in dates:
        madrid, lisbon, york = (
            day.starts_at.astimezone(ZoneInfo(one)) for one in ("Europe/Madrid", "Europe/Lisbon", "America/New_York")
        )
        assert madrid.time() == time(15) and lisbon.time() == time(14)
        differs = date(2027, 3, 14) <= day.day < date(2027, 3, 28) or date(2027, 10, 31) <= day.day < date(2027, 11, 7)
        assert york.time() == (time(10) if differs else time(9)), day.day
    with house.office.database.read() as session:
        content = Calendar.from_ical(ics.of_meeting(session, booked.meeting, "PUBLISH"))
    read = recurring_ical_events.of(content).between(date(2027, 3, 1), date(2027, 12, 1))
    assert [one.start.astimezone(UTC) for one in read] == [one.starts_at for one in dates]
    assert b"TZID:Europe/Madrid" in content.to_ical() and b"RRULE:FREQ=WEEKLY" in content.to_ical()
