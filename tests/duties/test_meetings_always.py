"""Whatever people book, move, cancel, answer and wait for, in whatever order: no two share a room, nothing holds a room
for what is cancelled, and every calendar file is read by a second library as the very same moments."""

import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import recurring_ical_events
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from icalendar import Calendar
from sqlalchemy.orm import Session

from handlers.meetings import ics
from office import clock
from office.duties.meetings import booking, cancelling, changing, following, replying, timers, waiting
from office.errors import Refusal
from storage import meetings, rooms
from storage.database import Database
from storage.meeting_tables import Meeting, MeetingDate
from storage.words import DateState, MeetingState, Reply
from tests import examples
from tests.conftest import MONDAY_NINE, Office
from tests.meetings import House

RULES = (None, None, "FREQ=WEEKLY;BYDAY=TU;COUNT=6", "FREQ=DAILY;COUNT=5", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20270110",
         "FREQ=MONTHLY;BYDAY=-1TH;COUNT=4", "FREQ=WEEKLY;BYDAY=TU")  # fmt: skip
ZONES = ("Europe/Stockholm", "Europe/Lisbon", "America/New_York")
WHO = ("anna", "bjorn", "david")
OVERLAPS = (
    "SELECT count(*) FROM bookings a JOIN bookings b ON a.room_id = b.room_id AND a.id < b.id "
    "AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at "
    "WHERE a.state IN ('held', 'pending', 'offered') AND b.state IN ('held', 'pending', 'offered')"
)
LEFT_OVER = (
    "SELECT count(*) FROM bookings b JOIN meeting_dates d ON d.id = b.date_id "
    "WHERE b.state IN ('held', 'pending', 'offered') AND d.state = 'cancelled'"
)
OFFERS = "SELECT (SELECT count(*) FROM waits WHERE state = 'offered') - (SELECT count(*) FROM bookings WHERE state = 'offered')"
WRONG_SPAN = (
    "SELECT count(*) FROM bookings b JOIN meeting_dates d ON d.id = b.date_id "
    "WHERE b.state IN ('held', 'pending', 'offered') AND (b.starts_at <> d.starts_at OR b.ends_at < d.ends_at)"
)
reached: dict[str, int] = {}


class Meeting_(RuleBasedStateMachine):
    template: Path

    @initialize()
    def keep_rooms(self) -> None:
        clock.move_to(MONDAY_NINE)
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(self.template, self.folder / "deskhand.db")
        self.office = Office(Database(f"sqlite:///{self.folder / 'deskhand.db'}"))
        self.office.database.migrate()
        self.house = House(self.office)
        self.rooms = [
            self.house.keeps("Goya"), self.house.keeps("Kahlo", buffer=15), self.house.keeps("Aula", needs_yes=True),
            self.house.keeps("Picasso", check_in=True),
        ]  # fmt: skip
        self.people = {name: self.office.who(name) for name in ("anna", "bjorn", "david", "maria")}
        # Something to move, cancel and wait for from the first step on.
        for at, who in enumerate(WHO):
            self.house.books(
                who, "There", self.rooms[at], people=tuple(one for one in WHO if one != who), rule=RULES[at + 1]
            )

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self.office.database.close()
            shutil.rmtree(self.folder)

    @rule(who=st.sampled_from(WHO), day=st.integers(1, 9), hour=st.integers(8, 16), minutes=st.sampled_from([30, 60, 90]),
          repeats=st.sampled_from(RULES), zone=st.sampled_from(ZONES), wanted=st.sets(st.integers(0, 3), max_size=2))  # fmt: skip
    def book(
        self, who: str, day: int, hour: int, minutes: int, repeats: str | None, zone: str, wanted: set[int]
    ) -> None:
        plan = self.house.plan(
            "One", *(self.rooms[at] for at in wanted), day=self._today() + timedelta(days=day), clock=time(hour),
            minutes=minutes, rule=repeats, zone=zone, people=tuple(one for one in WHO if one != who),
        )  # fmt: skip
        self._try("book", lambda s: booking.book(s, self.people[who], plan))

    @rule(at=st.integers(0, 60), days=st.integers(-2, 4), hour=st.integers(8, 17))
    def move(self, at: int, days: int, hour: int) -> None:
        if (found := self._date(at)) is not None:
            day, meeting = found
            when = day.starts_at.date() + timedelta(days=days)
            self._try("move", lambda s: changing.move(
                s, self._organiser(meeting), meeting.id or 0, day.id or 0, when, time(hour)
            ))  # fmt: skip

    @rule(at=st.integers(0, 60), days=st.integers(-1, 2), hour=st.integers(8, 17))
    def move_following(self, at: int, days: int, hour: int) -> None:
        if (found := self._date(at)) is not None:
            day, meeting = found
            when = day.starts_at.date() + timedelta(days=days)
            self._try("follow", lambda s: following.move_following(
                s, self._organiser(meeting), meeting.id or 0, day.id or 0, when, time(hour)
            ))  # fmt: skip

    @rule(at=st.integers(0, 60), how=st.sampled_from(["all", "date", "following"]))
    def cancel(self, at: int, how: str) -> None:
        if (found := self._date(at)) is not None:
            day, meeting = found
            act: Any = {"all": cancelling.cancel, "date": cancelling.cancel_date, "following": cancelling.end_before}[
                how
            ]
            more = () if how == "all" else (day.id or 0,)
            self._try(f"cancel {how}", lambda s: act(s, self._organiser(meeting), meeting.id or 0, *more))

    @rule(at=st.integers(0, 60), wanted=st.sets(st.integers(0, 3), max_size=2), only=st.booleans())
    def set_rooms(self, at: int, wanted: set[int], only: bool) -> None:
        if (found := self._date(at)) is not None:
            day, meeting = found
            ids = [self.rooms[one].id or 0 for one in wanted]
            which = day.id if only else None
            self._try("rooms", lambda s: changing.set_rooms(s, self._organiser(meeting), meeting.id or 0, which, ids))

    @rule(at=st.integers(0, 60), who=st.sampled_from(WHO))
    def wait_for_what_is_taken(self, at: int, who: str) -> None:
        """Somebody meets at the time of another, and waits for their room."""
        if (found := self._date(at)) is not None:
            day, _ = found
            with self.office.database.read() as session:
                held = rooms.of_dates(session, [day.id or 0])
            if held:
                self._try("wait", lambda s: self._crowd(s, who, day, held[0].room_id))

    def _crowd(self, session: Session, who: str, day: MeetingDate, room_id: int) -> None:
        start = day.starts_at.astimezone(UTC)
        minutes = int((day.ends_at - day.starts_at).total_seconds() // 60)
        plan = self.house.plan("Also", day=start.date(), clock=start.time(), zone="UTC", minutes=minutes)
        booked = booking.book(session, self.people[who], plan).meeting
        mine = meetings.dates(session, booked.id or 0)[0]
        waiting.wait(session, self.people[who], booked.id or 0, mine.id or 0, room_id)

    @rule(yes=st.booleans())
    def answer_offer(self, yes: bool) -> None:
        wait_id = self.office.database.scalar("SELECT min(id) FROM waits WHERE state = 'offered'")
        if wait_id is not None:
            with self.office.database.read() as session:
                wait = rooms.find_wait(session, wait_id)
                assert wait is not None
                meeting = meetings.get(session, meetings.get_date(session, wait.date_id).meeting_id)
            act = waiting.take if yes else waiting.pass_on
            self._try(f"offer {yes}", lambda s: act(s, self._organiser(meeting), wait_id))

    @rule(yes=st.booleans())
    def keeper(self, yes: bool) -> None:
        with self.office.database.read() as session:
            waits = rooms.pending(session)
            meeting = meetings.get(session, meetings.get_date(session, waits[0].date_id).meeting_id) if waits else None
        if meeting is not None:
            room_id = self.rooms[2].id or 0
            self._try(f"keeper {yes}", lambda s: replying.decide_room(
                s, self.people["maria"], meeting.id or 0, room_id, yes
            ))  # fmt: skip

    @rule(at=st.integers(0, 60), who=st.sampled_from(WHO), reply=st.sampled_from([Reply.YES, Reply.NO, Reply.MAYBE]))
    def reply(self, at: int, who: str, reply: Reply) -> None:
        if (found := self._date(at)) is not None:
            day, meeting = found
            self._try("reply", lambda s: replying.answer(s, self.people[who], meeting.id or 0, reply, day.id))

    @rule(minutes=st.sampled_from([15, 120, 1440, 10_080]))
    def time_passes(self, minutes: int) -> None:
        clock.move(timedelta(minutes=minutes))
        for tick in (
            timers.remind_due,
            timers.chase_due,
            timers.release_unchecked,
            waiting.pass_over,
            timers.extend_series,
        ):
            self.office.do(tick)

    @invariant()
    def no_two_share_a_room(self) -> None:
        if hasattr(self, "office"):
            assert self.office.database.scalar(OVERLAPS) == 0
            assert self.office.database.scalar(LEFT_OVER) == 0, "a room is held for what is cancelled"
            assert self.office.database.scalar(OFFERS) == 0, "each offer holds one room, and each such hold is an offer"
            assert self.office.database.scalar(WRONG_SPAN) == 0, "a room is held for its date's own time"

    @invariant()
    def every_calendar_says_the_same(self) -> None:
        if not hasattr(self, "office"):
            return
        with self.office.database.read() as session:
            for number in range(1, 1 + (self.office.database.scalar("SELECT max(id) FROM meetings") or 0)):
                meeting = meetings.find(session, number)
                if meeting is not None and meeting.state is MeetingState.PLANNED:
                    self._agrees(session, meeting)

    def _agrees(self, session: Session, meeting: Meeting) -> None:
        dates = [one for one in meetings.dates(session, meeting.id or 0) if one.state is DateState.PLANNED]
        if not dates:
            return
        first, last = min(one.starts_at for one in dates), min(max(one.ends_at for one in dates), LAST)
        content = Calendar.from_ical(ics.of_meeting(session, meeting, "PUBLISH"))
        read = recurring_ical_events.of(content).between(first - timedelta(days=40), last + timedelta(minutes=1))
        theirs = sorted({(one.start.astimezone(UTC), one.end.astimezone(UTC)) for one in read})
        ours = sorted({(one.starts_at, one.ends_at) for one in dates if one.starts_at <= last})
        assert theirs == ours, (meeting.rule, meeting.zone)

    def _date(self, at: int) -> tuple[MeetingDate, Meeting] | None:
        with self.office.database.read() as session:
            found = meetings.all_between(session, clock.now(), clock.now() + timedelta(days=40))
        return found[at % len(found)] if found else None

    def _organiser(self, meeting: Meeting) -> Any:
        return next(one for one in self.people.values() if one.id == meeting.organiser_id)

    def _today(self) -> date:
        return clock.now().date()

    def _try(self, name: str, do: Any) -> None:
        with suppress(Refusal):
            self.office.do(do)
            reached[name] = reached.get(name, 0) + 1


LAST = datetime(2027, 6, 30, tzinfo=UTC)


@pytest.mark.timeout(300)
def test_whatever_happens_no_two_share_a_room_and_every_calendar_agrees(sqlite_office: Path) -> None:
    Meeting_.template = sqlite_office
    run_state_machine_as_test(
        Meeting_,
        settings=settings(
            max_examples=examples.of(7, 20), stateful_step_count=25, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert min(reached.get(name, 0) for name in ("book", "move", "cancel all", "rooms", "reply")) > 0
