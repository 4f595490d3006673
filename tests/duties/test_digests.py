"""Digests: when they come, what stands in them, and what does not."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from office import clock
from office.catalogue import Catalogue
from office.duties import absences as absence_duty
from office.duties import digests as duty
from office.duties import requests as request_duty
from office.duties import tasks as task_duty
from office.duties.digests import Content
from office.duties.requests import Ask
from office.duties.tasks import Due, Job
from office.errors import Refusal
from office.when import read
from storage import digests
from storage.tables import Outbox
from storage.time_tables import Digest
from storage.words import DigestKind, Topic, Wanted
from tests.conftest import Office, later
from tests.duties.test_reminders import made, moved
from tests.rules.test_when import speaker

TODAY = date(2026, 11, 23)


def sent(office: Office, who: str) -> list[datetime]:
    """When somebody's digests were due."""
    with office.database.read() as session:
        rows = session.execute(select(Digest.due_at).where(Digest.person_id == office.who(who).id)).scalars()  # type: ignore[call-overload]
        return sorted(one.astimezone(UTC) for one in rows)


def content(office: Office, who: str, hours: int = 24) -> Content:
    digest = Digest(
        person_id=office.who(who).id or 0, due_at=clock.now(), since_at=clock.now() - timedelta(hours=hours)
    )
    with office.database.read() as session:
        return duty.content(session, office.who(who), digest)


def ticks(office: Office, hours: int) -> None:
    for _ in range(hours * 2):
        later(minutes=30)
        office.do(duty.plan_first)
        office.do(duty.send_due)


def test_it_comes_on_working_days_at_half_past_eight_of_each(office: Office) -> None:
    ticks(office, 24 * 7)
    days = [24, 25, 26, 27, 30]
    assert sent(office, "anna") == [datetime(2026, 11, day, 7, 30, tzinfo=UTC) for day in days]
    assert sent(office, "grace")[0] == datetime(2026, 11, 23, 13, 30, tzinfo=UTC), "half past eight in New York"
    assert sent(office, "petra") == sent(office, "otto") == []


def test_holidays_have_none(office: Office) -> None:
    clock.move_to(datetime(2026, 12, 22, 20, 0, tzinfo=UTC))
    ticks(office, 24 * 6)
    assert [one.day for one in sent(office, "anna")] == [23, 28], "Christmas in Sweden"


def test_hour_and_days_are_ones_own(office: Office) -> None:
    office.do(duty.plan_first)
    office.do(lambda s: duty.choose(s, office.who("anna"), True, "14:00", [5], {}))
    ticks(office, 24 * 7)
    assert sent(office, "anna") == [datetime(2026, 11, 28, 13, 0, tzinfo=UTC)]
    office.do(lambda s: duty.choose(s, office.who("anna"), False, "14:00", None, {}))
    ticks(office, 24 * 7)
    assert len(sent(office, "anna")) == 1
    with pytest.raises(Refusal, match="not a time"):
        office.do(lambda s: duty.choose(s, office.who("anna"), True, "25:99", None, {}))
    with pytest.raises(Refusal, match="at once"):
        office.do(lambda s: duty.choose(s, office.who("anna"), True, "08:30", None, {Topic.TEAM: Wanted.NOW}))


def test_it_moves_with_its_readers_zone(office: Office) -> None:
    office.do(duty.plan_first)
    moved(office, "anna", "America/New_York")
    ticks(office, 24)
    assert sent(office, "anna")[0] == datetime(2026, 11, 23, 13, 30, tzinfo=UTC)


def test_after_a_standstill_only_the_newest_comes(office: Office) -> None:
    office.do(duty.plan_first)
    later(days=3, hours=1)
    office.do(duty.send_due)
    assert sent(office, "anna") == [datetime(2026, 11, 26, 7, 30, tzinfo=UTC)]


def test_one_that_could_not_leave_before_noon_joins_the_next(office: Office) -> None:
    anna = office.who("anna")
    digest = Digest(person_id=anna.id or 0, due_at=datetime(2026, 11, 24, 7, 30, tzinfo=UTC), since_at=clock.now())
    assert not duty.is_over(anna, digest, datetime(2026, 11, 24, 10, 59, tzinfo=UTC))
    assert duty.is_over(anna, digest, datetime(2026, 11, 24, 11, 0, tzinfo=UTC)), "noon in Stockholm"


def test_while_away_none_comes_and_on_return_one_does(office: Office) -> None:
    office.do(duty.plan_first)
    span = read("tomorrow to Wednesday", speaker("en"), clock.now())
    office.do(lambda s: absence_duty.plan(s, office.who("anna"), span))
    for _ in range(24 * 2 * 4):
        later(minutes=30)
        office.do(absence_duty.begin_and_end)
        office.do(duty.send_due)
    assert sent(office, "anna") == [datetime(2026, 11, day, 7, 30, tzinfo=UTC) for day in (26, 27)]
    with office.database.read() as session:
        kinds = session.execute(
            select(Digest.kind).where(Digest.person_id == office.who("anna").id).order_by(Digest.id)
        ).scalars()  # type: ignore[call-overload]
        assert list(kinds) == [DigestKind.BACK, DigestKind.DAILY]


@pytest.mark.parametrize("stands_still", [False, True])
def test_the_catch_up_comes_once(office: Office, stands_still: bool) -> None:
    """An absence that ends at the digest's own hour, or while nothing ran."""
    office.do(duty.plan_first)
    words = "tomorrow to Wednesday" if stands_still else "tomorrow 00:00 to Thursday 08:30"
    span = read(words, speaker("en"), clock.now())
    office.do(lambda s: absence_duty.plan(s, office.who("anna"), span))
    later(days=1)
    office.do(absence_duty.begin_and_end)
    clock.move_to(datetime(2026, 11, 26, 7, 40 if stands_still else 30, tzinfo=UTC))
    for _ in range(3):
        office.do(absence_duty.begin_and_end)
        office.do(duty.send_due)
        later(minutes=5)
    with office.database.read() as session:
        kinds = session.execute(select(Digest.kind).where(Digest.person_id == office.who("anna").id)).scalars()  # type: ignore[call-overload]
        assert list(kinds) == [DigestKind.BACK]


def test_whoever_had_no_digest_yet_is_told_of_the_days_before(office: Office) -> None:
    """Nothing to say for days, then something on a Friday: Monday's digest tells it."""
    office.do(duty.plan_first)
    anna, bjorn = office.who("anna"), office.who("bjorn")
    office.do(lambda s: duty.choose(s, anna, True, "08:30", None, {Topic.TASKS: Wanted.DIGEST}))
    given = office.do(lambda s: task_duty.add(s, anna, Job("order cake", owner_ids=(bjorn.id or 0,))))
    clock.move_to(datetime(2026, 11, 27, 9, tzinfo=UTC))
    office.do(lambda s: task_duty.done(s, bjorn, given.id or 0))
    clock.move_to(datetime(2026, 11, 30, 7, 30, tzinfo=UTC))
    office.do(duty.send_due)
    with office.database.read() as session:
        digest = digests.last(session, anna.id or 0)
        assert digest is not None
        assert [one.subject_id for one in duty.content(session, anna, digest).told_later] == [given.id]


def test_what_stands_in_it(office: Office, types: Catalogue) -> None:
    anna = office.who("anna")

    def give(title: str, day: date | None, at: time | None = None) -> None:
        due = Due(day, at, "Europe/Stockholm") if day else None
        office.do(lambda s: task_duty.add(s, anna, Job(title, due=due)))

    give("yesterday's", TODAY - timedelta(days=1))
    give("today's", TODAY)
    give("over an hour ago", TODAY, time(8))
    give("Friday's", TODAY + timedelta(days=4))
    give("next month's", TODAY + timedelta(days=30))
    give("some day", None)
    made(office, "today at 16:00")
    asked = office.do(lambda s: request_duty.log(s, anna, Ask(types.get("it_fault"), "The printer eats paper")))
    office.do(lambda s: request_duty.ask(s, office.who("david"), asked.id or 0, "Which one?"))
    offered = office.do(lambda s: task_duty.add(s, office.who("bjorn"), Job("carry chairs")))
    office.do(lambda s: task_duty.offer(s, office.who("bjorn"), offered.id or 0, anna))
    found = content(office, "anna")
    assert [one.title for one in found.overdue] == ["yesterday's", "over an hour ago"]
    assert [one.title for one in found.today] == ["today's"]
    assert [one.title for one in found.week] == ["Friday's"]
    assert [one.id for one in found.questions] == [asked.id] and [one.id for one in found.offered_tasks] == [offered.id]
    assert [one.text for one in found.reminders] == ["call Bob"]


def test_with_nothing_to_say_it_is_empty(office: Office) -> None:
    assert content(office, "bjorn").is_empty


def test_news_of_what_one_asked_for(office: Office, types: Catalogue) -> None:
    asked = office.do(
        lambda s: request_duty.log(s, office.who("anna"), Ask(types.get("it_fault"), "The printer eats paper"))
    )
    office.do(lambda s: request_duty.take(s, office.who("david"), asked.id or 0))
    later(minutes=1)
    assert [(request.id, entry.act) for request, entry in content(office, "anna").news] == [(asked.id, "take")]
    later(hours=30)
    assert content(office, "anna").news == []


def test_a_lead_reads_of_what_is_late_or_nobodys(office: Office, types: Catalogue) -> None:
    asked = office.do(
        lambda s: request_duty.log(s, office.who("anna"), Ask(types.get("it_fault"), "The printer eats paper"))
    )
    [state] = content(office, "frank").desks
    assert (state.desk.key, state.open, state.late, state.unowned) == ("it", 1, 0, 1)
    later(days=3)
    office.do(request_duty.ring_clocks)
    [state] = content(office, "frank").desks
    assert state.late == 1 and [one.id for one in state.late_ones] == [asked.id]
    office.do(duty.plan_first)
    office.do(lambda s: duty.choose(s, office.who("frank"), True, "08:30", None, {Topic.DESK: Wanted.OFF}))
    assert content(office, "frank").desks == []


def test_a_manager_reads_of_their_peoples_late_tasks(office: Office) -> None:
    from office.duties import offices

    office.do(
        lambda s: offices.save_person(
            s, None, offices.PersonSetup(office.who("bjorn").id or 0, (), office.who("grace").id)
        )
    )
    due = Due(TODAY - timedelta(days=1), None, "Europe/Stockholm")
    office.do(lambda s: task_duty.add(s, office.who("bjorn"), Job("carry chairs", due=due)))
    assert [one.title for one in content(office, "grace").team] == ["carry chairs"]
    assert content(office, "maria").team == []


@pytest.mark.parametrize(
    ("choice", "at_once", "later_on"), [(Wanted.NOW, 1, 0), (Wanted.DIGEST, 0, 1), (Wanted.OFF, 0, 0)]
)
def test_news_comes_now_in_the_digest_or_not_at_all(
    office: Office, choice: Wanted, at_once: int, later_on: int
) -> None:
    office.do(duty.plan_first)
    office.do(lambda s: duty.choose(s, office.who("anna"), True, "08:30", None, {Topic.TASKS: choice}))
    task = office.do(
        lambda s: task_duty.add(s, office.who("anna"), Job("carry chairs", owner_ids=(office.who("bjorn").id or 0,)))
    )
    office.do(lambda s: task_duty.done(s, office.who("bjorn"), task.id or 0))
    later(minutes=1)
    with office.database.read() as session:
        told = session.execute(select(Outbox.id).where(Outbox.kind == "tasks.done")).scalars().all()  # type: ignore[call-overload]
    assert (len(told), len(content(office, "anna").told_later)) == (at_once, later_on)


def test_two_that_look_at_once_make_one(office: Office) -> None:
    office.do(duty.plan_first)
    later(days=1)
    with office.database.read() as session:
        [first] = [one for one in digests.due(session, clock.now()) if one.person_id == office.who("anna").id]
    assert office.do(lambda s: digests.claim(s, first, None)) and not office.do(lambda s: digests.claim(s, first, None))
