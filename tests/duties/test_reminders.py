"""Reminders: once, again and again, late, snoozed, declined; and the promise that each fires once."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from office import clock
from office.duties import absences as absence_duty
from office.duties import arrivals
from office.duties import reminders as duty
from office.duties.arrivals import Profile
from office.duties.reminders import Note
from office.errors import Refusal
from office.when import When, read
from storage import digests, reminders
from storage.database import Database
from storage.tables import Outbox
from storage.time_tables import Reminder
from storage.words import ReminderState, Standing
from tests.conftest import Office, fill, later
from tests.rules.test_when import speaker

pytestmark = pytest.mark.both_databases

STOCKHOLM = "Europe/Stockholm"


def when(words: str, zone: str = STOCKHOLM) -> When:
    return read(words, speaker("en", zone), clock.now())


def made(
    office: Office, words: str, maker: str = "anna", reader: str | None = None, text: str = "call Bob"
) -> Reminder:
    whom = office.who(reader or maker)
    note = Note(text, when(words, whom.zone), whom.id)
    return office.do(lambda s: duty.make(s, office.who(maker), note))


def fired(office: Office, kind: str = "reminders.due") -> list[Outbox]:
    with office.database.read() as session:
        return list(session.execute(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id)).scalars())  # type: ignore[arg-type]


def get(office: Office, one: Reminder) -> Reminder:
    with office.database.read() as session:
        return reminders.get(session, one.id or 0)


def test_a_reminder_fires_once_at_its_time(office: Office) -> None:
    one = made(office, "today at 10:00")
    later(minutes=59)
    assert office.do(duty.fire_due) == 0
    later(minutes=1)
    assert office.do(duty.fire_due) == 1 and office.do(duty.fire_due) == 0
    assert [row.destination for row in fired(office)] == [f"person:{office.who('anna').id}"]
    assert get(office, one).state is ReminderState.ENDED


def test_a_repeating_one_goes_on(office: Office) -> None:
    one = made(office, "every day at 10:00")
    for _ in range(3):
        later(days=1)
        office.do(duty.fire_due)
    assert len(fired(office)) == 3
    assert get(office, one).next_at == datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def test_a_day_without_a_time_is_its_morning(office: Office) -> None:
    assert get(office, made(office, "tomorrow")).next_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_today_without_a_time_is_soon(office: Office) -> None:
    later(hours=2)
    assert get(office, made(office, "today")).next_at == datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def test_somebody_else_is_told_and_may_decline(office: Office) -> None:
    one = made(office, "tomorrow at 9:00", reader="bjorn")
    assert [row.destination for row in fired(office, "reminders.made")] == [f"person:{office.who('bjorn').id}"]
    office.do(lambda s: duty.end(s, office.who("bjorn"), one.id or 0))
    assert get(office, one).state is ReminderState.DECLINED
    later(days=2)
    assert office.do(duty.fire_due) == 0
    assert [row.destination for row in fired(office, "reminders.declined")] == [f"person:{office.who('anna').id}"]


@pytest.mark.parametrize(("handle", "because"), [("otto", "has left"), ("zoe", "not of this company")])
def test_nobody_outside_is_reminded(office: Office, handle: str, because: str) -> None:
    with pytest.raises(Refusal, match=because):
        made(office, "tomorrow at 9:00", reader=handle)


def test_a_guest_reminds_only_themselves(office: Office) -> None:
    assert made(office, "tomorrow at 9:00", maker="petra").id
    with pytest.raises(Refusal, match="own people"):
        made(office, "tomorrow at 9:00", maker="petra", reader="anna")
    with pytest.raises(Refusal, match="own people"):
        office.do(lambda s: duty.make(s, office.who("petra"), Note("x y", when("tomorrow"), None, "C0IT")))


def test_a_reminder_of_others_is_not_there(office: Office) -> None:
    one = made(office, "tomorrow at 9:00")
    for act in (duty.end, duty.settle, duty.look):
        with pytest.raises(Refusal, match="no reminder"):
            office.do(lambda s, a=act: a(s, office.who("bjorn"), one.id or 0))


def test_after_a_standstill_only_the_newest_comes(office: Office) -> None:
    made(office, "every day at 10:00")
    later(days=4, hours=1, minutes=30)
    office.do(duty.fire_due)
    [row] = fired(office)
    assert (row.detail_id or 0) * 60 == int(datetime(2026, 11, 27, 9, 0, tzinfo=UTC).timestamp())


def test_what_is_over_a_day_late_waits_for_the_digest(office: Office) -> None:
    made(office, "today at 10:00")
    later(days=2)
    office.do(duty.fire_due)
    assert fired(office) == []
    with office.database.read() as session:
        news = digests.news_since(
            session, office.who("anna").id or 0, clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)
        )
    assert [one.kind for one in news] == ["reminders.due"]


def test_many_late_ones_become_one_message(office: Office) -> None:
    for minute in range(7):
        made(office, f"today at 10:{minute:02}", text=f"thing number {minute}")
    later(hours=5)
    office.do(duty.fire_due)
    assert fired(office) == [] and len(fired(office, "reminders.missed")) == 1


def test_nothing_comes_while_its_reader_is_away(office: Office) -> None:
    made(office, "tomorrow at 10:00")
    office.do(lambda s: absence_duty.plan(s, office.who("anna"), when("today to Wednesday")))
    later(days=1, hours=2)
    office.do(duty.fire_due)
    assert fired(office) == []


def test_snoozing_brings_it_back_and_keeps_the_rhythm(office: Office) -> None:
    single, daily = made(office, "today at 10:00"), made(office, "every day at 10:00")
    later(hours=1)
    office.do(duty.fire_due)
    until = clock.now() + timedelta(hours=2)
    for one in (single, daily):
        office.do(lambda s, n=one.id: duty.snooze(s, office.who("anna"), n or 0, until))
    later(hours=2)
    assert office.do(duty.fire_due) == 2
    assert len(fired(office)) == 4
    assert get(office, daily).next_at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_the_next_one_can_be_left_out(office: Office) -> None:
    one = made(office, "every Monday at 10:00")
    later(hours=1)
    office.do(duty.fire_due)
    office.do(lambda s: duty.skip(s, office.who("anna"), one.id or 0))
    assert get(office, one).next_at == datetime(2026, 12, 7, 9, 0, tzinfo=UTC)


def test_the_next_one_alone_can_be_moved(office: Office) -> None:
    one = made(office, "every Monday at 10:00")
    later(hours=1)
    office.do(duty.fire_due)
    office.do(lambda s: duty.move_next(s, office.who("anna"), one.id or 0, date(2026, 12, 2)))
    assert get(office, one).next_at == datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
    later(days=10)
    office.do(duty.fire_due)
    assert get(office, one).next_at == datetime(2026, 12, 7, 9, 0, tzinfo=UTC)


def test_the_words_are_their_makers(office: Office) -> None:
    one = made(office, "tomorrow at 9:00", reader="bjorn")
    with pytest.raises(Refusal, match="Only Anna Lindqvist"):
        office.do(lambda s: duty.move(s, office.who("bjorn"), one.id or 0, None, "steal the cat"))
    office.do(lambda s: duty.move(s, office.who("anna"), one.id or 0, None, "call Bob and Eve"))
    changed = get(office, one)
    assert (changed.text, changed.next_at) == ("call Bob and Eve", one.next_at)


def test_a_row_that_cannot_be_read_delays_nobody(office: Office) -> None:
    from sqlalchemy import text

    poison, sound = made(office, "every day at 10:00"), made(office, "today at 10:00", maker="bjorn")
    office.do(lambda s: s.execute(text("UPDATE reminders SET rule = 'FREQ=NEVER' WHERE id = :id"), {"id": poison.id}))
    later(hours=1)
    office.do(duty.fire_due)
    assert [row.subject_id for row in fired(office)] == [sound.id]
    assert get(office, poison).next_at == clock.now() or (get(office, poison).next_at or clock.now()) > clock.now()


def moved(office: Office, handle: str, zone: str) -> None:
    person = office.who(handle)
    shown = Profile(person.slack_id or "", person.name, handle, person.email, "", zone, Standing.MEMBER, False)
    office.do(lambda s: arrivals.meet(s, shown))


def test_at_nine_is_at_nine_wherever_its_reader_is(office: Office) -> None:
    floats, absolute, zoned = (
        made(office, words) for words in ("tomorrow at 9:00", "in 26 hours", "tomorrow 9:00 EST")
    )
    before = get(office, absolute).next_at, get(office, zoned).next_at
    moved(office, "anna", "America/New_York")
    assert get(office, floats).next_at == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    assert (get(office, absolute).next_at, get(office, zoned).next_at) == before


def test_what_repeats_belongs_to_the_company_when_its_person_leaves(office: Office) -> None:
    daily, single = made(office, "every day at 10:00", maker="bjorn"), made(office, "tomorrow at 9:00", maker="bjorn")
    bjorn = office.who("bjorn")
    gone = Profile("U0BJORN", "Björn Ek", "bjorn", bjorn.email, "", bjorn.zone, Standing.DEACTIVATED, False)
    office.do(lambda s: arrivals.meet(s, gone))
    maria = office.who("maria").id  # the administrator, where there is no manager
    assert (get(office, daily).person_id, get(office, daily).maker_id) == (maria, maria)
    assert get(office, single).state is ReminderState.ENDED


def test_two_processes_fire_each_occurrence_once_over_restarts(url: str) -> None:
    """2,000 occurrences, 20 restarts, two processes at once: each due thing fires exactly once."""
    dice = random.Random(7)
    first = Office(Database(url))
    first.database.migrate()
    first.do(fill)
    anna = first.who("anna")
    start = clock.now()
    for number in range(100):
        at = time(dice.randrange(24), dice.randrange(60))
        daily = When(start.date(), at, "UTC", rule="FREQ=DAILY", floats=False)
        # Half of them for a person, of whom many late ones become one message; half for a channel.
        note = (
            Note(f"thing {number} again", daily, anna.id) if number % 2 else Note(f"thing {number}", daily, None, "C1")
        )
        first.do(lambda s, n=note: duty.make(s, anna, n))
    first.database.close()
    for _ in range(20):
        two = [Database(url), Database(url)]
        for one in two:
            one.migrate()
        # Half a day at a time, looked at every few minutes, by two at once.
        for _ in range(6):
            later(hours=4)
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda one: one.write(duty.fire_due), two))
                list(pool.map(lambda one: one.write(duty.fire_due), two))
        for one in two:
            one.close()
    last = Database(url)
    last.migrate()
    days = 20
    with last.read() as session:
        rows = session.execute(select(Outbox.subject_id, Outbox.detail_id).where(Outbox.kind == "reminders.due")).all()  # type: ignore[call-overload]
        by_news = session.execute(
            select(func.count()).select_from(Outbox).where(Outbox.kind == "reminders.missed")
        ).scalar()  # type: ignore[arg-type]
        kept = digests.news_since(session, anna.id or 0, start, clock.now() + timedelta(days=1))
        due = [one for one in reminders.active_of(session, anna.id or 0) if one.next_at and one.next_at <= clock.now()]
    assert len(rows) == len(set(rows)), "none twice"
    assert len(rows) + len(kept) == 100 * days and due == [], "none left out"
    assert 0 < (by_news or 0) < len(kept), "many late ones are one message"
    last.close()


def test_the_week_of_the_clock_change(office: Office) -> None:
    """Over 28 March 2027, in four zones: at nine is at nine on each day, and no day is left out or doubled."""
    clock.move_to(datetime(2027, 3, 25, 6, 0, tzinfo=UTC))
    zones = {"anna": STOCKHOLM, "david": "Europe/Madrid", "ines": "Europe/Lisbon", "grace": "America/New_York"}
    for handle in zones:
        made(office, "every day at 9:00", maker=handle)
    for _ in range(7 * 24):
        later(hours=1)
        office.do(duty.fire_due)
    for handle, zone in zones.items():
        moments = [
            datetime.fromtimestamp((row.detail_id or 0) * 60, UTC).astimezone(ZoneInfo(zone))
            for row in fired(office)
            if row.destination == f"person:{office.who(handle).id}"
        ]
        assert [one.time() for one in moments] == [time(9)] * 7
        assert len({one.date() for one in moments}) == 7


def test_a_reminder_needs_a_time_to_come(office: Office) -> None:
    for wrong in (When(None, None, "UTC"), When(date(2026, 11, 22), time(9), STOCKHOLM)):
        with pytest.raises(Refusal):
            office.do(lambda s, w=wrong: duty.make(s, office.who("anna"), Note("call Bob", w, office.who("anna").id)))
