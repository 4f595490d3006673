"""What somebody who wished us ill, or an unlucky moment, once did to meetings: each once, so that it stays mended."""

from datetime import date, time, timedelta

import pytest

from handlers.meetings import ics
from handlers.meetings.mails import link_name
from office import clock
from office.duties import undo
from office.duties.meetings import (
    cancelling,
    changing,
    feeds,
    following,
    preparing,
    replying,
    timers,
    visiting,
    waiting,
)
from office.duties.meetings.rooms import RoomSetup, Taken
from office.duties.meetings.rooms import save as save_room
from office.errors import Refusal
from office.foreign import calendars
from storage import meetings, outbox, rooms
from storage.meeting_tables import Meeting, Wait
from storage.words import BookingState, Reply, Standing, WaitState
from tests.conftest import Office, later
from tests.meetings import TUESDAY, House, at


@pytest.fixture
def house(office: Office) -> House:
    return House(office)


def offered(house: House, **more: object) -> tuple[Meeting, Wait]:
    """Bjorn waits for Goya, which Anna has let go: it is offered to him."""
    goya = house.keeps("Goya", **more)
    anna, bjorn = house.office.who("anna"), house.office.who("bjorn")
    first, second = house.books("anna", "One", goya).meeting, house.books("bjorn", "Two").meeting
    day = house.dates(second)[0].id or 0
    wait = house.office.do(lambda s: waiting.wait(s, bjorn, second.id or 0, day, goya.id or 0))
    house.office.do(lambda s: cancelling.cancel(s, anna, first.id or 0))
    return second, wait


def test_an_offer_ends_when_its_meeting_moves(house: House) -> None:
    meeting, wait = offered(house)
    bjorn, day = house.office.who("bjorn"), house.dates(meeting)[0]
    house.office.do(lambda s: changing.move(s, bjorn, meeting.id or 0, day.id or 0, TUESDAY, time(10)))
    with pytest.raises(Refusal):
        house.office.do(lambda s: waiting.take(s, bjorn, wait.id or 0))
    assert all(one.starts_at == at(TUESDAY, 10) for one in house.bookings(meeting))


def test_an_offer_ends_when_its_meeting_takes_other_rooms(house: House) -> None:
    meeting, wait = offered(house)
    bjorn = house.office.who("bjorn")
    house.office.do(lambda s: changing.set_rooms(s, bjorn, meeting.id or 0, None, []))
    with house.office.database.read() as session:
        goya = rooms.everything(session)[0]
    house.books("maria", "Three", goya)
    with pytest.raises(Refusal):
        house.office.do(lambda s: waiting.take(s, bjorn, wait.id or 0))


def test_a_room_that_was_waited_for_keeps_its_rules(house: House) -> None:
    meeting, wait = offered(house, needs_yes=True, check_in=True)
    bjorn, maria = house.office.who("bjorn"), house.office.who("maria")
    house.office.do(lambda s: waiting.take(s, bjorn, wait.id or 0))
    (held,) = house.bookings(meeting)
    assert held.state is BookingState.PENDING and held.check_by is not None
    house.office.do(lambda s: replying.decide_room(s, maria, meeting.id or 0, held.room_id, True))
    assert house.bookings(meeting)[0].state is BookingState.HELD


def test_a_buffer_does_not_hide_whoever_waits(house: House) -> None:
    goya, anna, bjorn = house.keeps("Goya", buffer=15), house.office.who("anna"), house.office.who("bjorn")
    first = house.books("anna", "One", goya).meeting
    before = house.books("bjorn", "Before", clock=time(13)).meeting
    day = house.dates(before)[0].id or 0
    wait = house.office.do(lambda s: waiting.wait(s, bjorn, before.id or 0, day, goya.id or 0))
    house.office.do(lambda s: cancelling.cancel(s, anna, first.id or 0))
    with house.office.database.read() as session:
        found = rooms.find_wait(session, wait.id or 0)
    assert found is not None and found.state is WaitState.OFFERED


def test_a_declined_room_is_not_waited_for_by_the_check_in(house: House) -> None:
    hall, maria = house.keeps("Hall", needs_yes=True, check_in=True), house.office.who("maria")
    meeting = house.books("anna", "Party", hall).meeting
    house.office.do(lambda s: replying.decide_room(s, maria, meeting.id or 0, hall.id or 0, False))
    clock.move_to(at(TUESDAY, 15, 50))
    assert house.office.do(timers.release_unchecked) == 0


def test_a_series_ends_by_its_own_days_whatever_was_moved_where(house: House) -> None:
    goya, anna = house.keeps("Goya"), house.office.who("anna")
    meeting = house.books("anna", "Weekly", goya, rule="FREQ=WEEKLY;BYDAY=TU;COUNT=4").meeting
    days = house.dates(meeting)
    early = date(2026, 11, 24)
    house.office.do(lambda s: changing.move(s, anna, meeting.id or 0, days[2].id or 0, early, time(9)))
    house.office.do(lambda s: cancelling.end_before(s, anna, meeting.id or 0, days[1].id or 0))
    assert [one.day for one in house.dates(meeting)] == [TUESDAY]
    assert len(house.bookings(meeting)) == 1


@pytest.mark.parametrize(
    ("repeats", "to", "days"),
    [
        ("FREQ=MONTHLY;BYDAY=1MO;COUNT=3", date(2026, 12, 8), [date(2026, 12, 8), date(2027, 1, 12), date(2027, 2, 9)]),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261221", date(2026, 12, 9), [date(2026, 12, 9), date(2026, 12, 16), date(2026, 12, 23)]),
    ],
)  # fmt: skip
def test_this_and_following_begins_where_it_was_put_and_loses_no_date(
    house: House, repeats: str, to: date, days: list[date]
) -> None:
    anna = house.office.who("anna")
    meeting = house.books("anna", "One", day=date(2026, 12, 7), rule=repeats, people=("frank",)).meeting
    first = house.dates(meeting)[0]
    new = house.office.do(lambda s: following.move_following(s, anna, meeting.id or 0, first.id or 0, to, time(14)))
    assert [one.day for one in house.dates(new.meeting)] == days


def test_this_and_following_keeps_who_stands_in_who_visits_and_the_video(house: House) -> None:
    anna, frank, bjorn = (house.office.who(one) for one in ("anna", "frank", "bjorn"))
    meeting = house.books("anna", "Weekly", rule="FREQ=WEEKLY;BYDAY=TU;COUNT=4", people=("frank",)).meeting
    number = meeting.id or 0
    house.office.do(lambda s: replying.stand_in(s, frank, number, bjorn))
    house.office.do(lambda s: visiting.expect(s, anna, number, "Jane Doe", "Acme"))
    house.office.do(lambda s: changing.edit(s, anna, number, "Weekly", False, 10, "https://video.example/1"))
    first = house.dates(meeting)[0]
    new = house.office.do(
        lambda s: following.move_following(s, anna, number, first.id or 0, date(2026, 11, 25), time(9))
    ).meeting
    with house.office.database.read() as session:
        assert meetings.invitees(session, new.id or 0)[0].stands_in_id == bjorn.id
        assert [one.name for one in meetings.visitors(session, [house.dates(new)[0].id or 0])] == ["Jane Doe"]
        assert meetings.get(session, new.id or 0).video == "https://video.example/1"


def test_a_series_goes_on_in_a_room_that_is_booked_a_month_ahead_at_most(house: House) -> None:
    goya = house.keeps("Goya", ahead=30)
    meeting = house.books("anna", "Weekly", goya, rule="FREQ=WEEKLY;BYDAY=TU").meeting
    assert len(house.bookings(meeting)) == len(house.dates(meeting))
    with pytest.raises(Taken):
        house.books("bjorn", "Far", goya, day=date(2027, 3, 1))


def test_skipping_the_only_date_in_sight_does_not_end_a_yearly_series(house: House) -> None:
    anna = house.office.who("anna")
    meeting = house.books("anna", "Yearly", rule="FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=24").meeting
    dates = house.dates(meeting)
    for day in dates:
        house.office.do(lambda s, day=day: cancelling.cancel_date(s, anna, meeting.id or 0, day.id or 0))  # type: ignore[misc]
    assert house.meeting(meeting).state.value == "planned"


def test_a_link_is_good_for_one_guest_in_one_meeting_only(house: House) -> None:
    anna = house.office.who("anna")
    one = house.books("anna", "One", guests=("zoe@acme.example",)).meeting
    with house.office.database.read() as session:
        gone = meetings.invitees(session, one.id or 0)[0]
    house.office.do(lambda s: changing.uninvite(s, anna, one.id or 0, [], ["zoe@acme.example"]))
    two = house.books("bjorn", "Private", private=True, guests=("eve@acme.example",)).meeting
    with house.office.database.read() as session:
        new = meetings.invitees(session, two.id or 0)[0]
    assert link_name(one, gone) != link_name(two, new)


def test_our_side_is_not_for_whoever_stands_in_for_the_organiser(house: House) -> None:
    anna, maria, frank = (house.office.who(one) for one in ("anna", "maria", "frank"))
    meeting = house.books("anna", "Deal", people=("frank",)).meeting
    number = meeting.id or 0
    house.office.do(lambda s: preparing.negotiate(s, anna, number, "Acme", "cheap", "40,000", []))
    for other in (maria, frank):
        with pytest.raises(Refusal):
            house.office.do(lambda s, other=other: preparing.negotiate(s, other, number, "", "", "", []))  # type: ignore[misc]
    with house.office.database.read() as session:
        for text in (
            str(ics.of_meeting(session, house.meeting(meeting), "REQUEST")),
            str(outbox.newest_mail(session, "meeting", number)),
        ):
            assert "40,000" not in text
    assert "40,000" not in str(house.office.database.scalar("SELECT group_concat(after) FROM history")
                               if house.office.database.is_sqlite else house.office.database.scalar("SELECT string_agg(after::text, '') FROM history"))  # fmt: skip


def test_a_private_title_is_not_told_by_its_checklist(house: House) -> None:
    anna, frank = house.office.who("anna"), house.office.who("frank")
    meeting = house.books("anna", "Secret merger", private=True).meeting
    house.office.do(lambda s: preparing.prepare(s, anna, meeting.id or 0, "Read the file", frank, 1))
    assert "merger" not in house.office.database.scalar("SELECT note FROM tasks")


def test_who_sent_somebody_else_and_answers_takes_their_place_back(house: House) -> None:
    frank, bjorn = house.office.who("frank"), house.office.who("bjorn")
    meeting = house.books("anna", "One", people=("frank",)).meeting
    number = meeting.id or 0
    house.office.do(lambda s: replying.stand_in(s, frank, number, bjorn))
    house.office.do(lambda s: replying.answer(s, bjorn, number, Reply.YES))
    house.office.do(lambda s: replying.answer(s, frank, number, Reply.NO))
    with house.office.database.read() as session:
        (one,) = meetings.invitees(session, number)
    assert one.stands_in_id is None and one.reply is Reply.NO and house.told("meetings.uninvited") == 1
    with pytest.raises(Refusal):
        house.office.do(lambda s: replying.answer(s, bjorn, number, Reply.YES))


def test_undo_does_not_cancel_what_others_have_changed(house: House) -> None:
    anna, maria = house.office.who("anna"), house.office.who("maria")
    meeting = house.books("anna", "One").meeting
    day = house.dates(meeting)[0]
    house.office.do(lambda s: changing.move(s, maria, meeting.id or 0, day.id or 0, TUESDAY, time(16)))
    from office import catalogue

    with pytest.raises(Refusal):
        house.office.do(lambda s: undo.undo(s, catalogue.load(), anna))


def test_a_keeper_is_asked_once_for_all_dates(house: House) -> None:
    hall, anna = house.keeps("Hall", needs_yes=True), house.office.who("anna")
    meeting = house.books("anna", "Weekly", rule="FREQ=WEEKLY;BYDAY=TU;COUNT=6").meeting
    house.office.do(lambda s: changing.set_rooms(s, anna, meeting.id or 0, None, [hall.id or 0]))
    assert house.told("meetings.ask_room") == 1


def test_a_guest_of_the_workspace_reads_no_rooms_calendar(house: House) -> None:
    goya, petra = house.keeps("Goya"), house.office.who("petra")
    assert petra.standing is Standing.GUEST
    with pytest.raises(Refusal):
        house.office.do(lambda s: feeds.make(s, petra, goya.id))


def test_a_room_has_limits_that_make_sense(house: House) -> None:
    maria = house.office.who("maria")
    with pytest.raises(Refusal):
        house.office.do(lambda s: save_room(s, maria, RoomSetup("Goya", buffer=40 * 24 * 60)))


@pytest.mark.parametrize("line", ["RRULE:FREQ=DAILY;INTERVAL=0", "RRULE:FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1,2,3"])
def test_a_calendar_that_would_never_end_is_left_out(line: str) -> None:
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:20261101T000000Z\r\n"
        f"DTSTART:20261124T090000Z\r\nDTEND:20261124T100000Z\r\n{line}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    assert (
        calendars.busy(
            text.encode(), at(TUESDAY, 0).isoformat(), at(TUESDAY + timedelta(days=5), 0).isoformat(), "UTC"
        )["spans"]
        == []
    )


def test_the_front_desk_hears_of_whoever_is_added_later_in_the_day(house: House) -> None:
    anna = house.office.who("anna")
    meeting = house.books("anna", "One", day=date(2026, 11, 23), clock=time(15)).meeting
    house.office.do(visiting.tell_of_visitors)
    assert house.told("meetings.visitors") == 0
    later(hours=1)
    house.office.do(lambda s: visiting.expect(s, anna, meeting.id or 0, "Jane Doe", ""))
    assert house.told("meetings.visitors") == 1
