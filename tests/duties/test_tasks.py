"""Tasks: given, taken over, done, repeated, and who may do what with them."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from office import clock
from office.duties import arrivals
from office.duties import tasks as duty
from office.duties.arrivals import Profile
from office.duties.tasks import Due, Job
from office.errors import Refusal
from office.rules import task_permissions
from office.rules.task_permissions import TaskParties
from storage import history, outbox, tasks
from storage.tables import Outbox
from storage.time_tables import Task
from storage.words import Closes, Holding, Standing, TaskAct, TaskRelation, TaskState
from tests.conftest import Office, later

FRIDAY = date(2026, 11, 27)


def told(office: Office, kind: str) -> list[str]:
    with office.database.read() as session:
        rows = session.execute(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id)).scalars()  # type: ignore[arg-type]
        return [one.destination for one in rows]


def to(office: Office, *handles: str) -> list[str]:
    return [f"person:{office.who(one).id}" for one in handles]


def ids(office: Office, *handles: str) -> tuple[int, ...]:
    return tuple(office.who(one).id or 0 for one in handles)


def holding(office: Office, number: int) -> dict[str, Holding]:
    names = {office.who(one).id: one for one in ("anna", "bjorn", "david", "frank", "maria", "grace")}
    with office.database.read() as session:
        return {names[one.person_id]: one.holding for one in tasks.owners(session, number)}


@pytest.fixture
def flowers(office: Office) -> Task:
    """Anna gave Björn a task, due on Friday."""
    job = Job("order flowers", owner_ids=ids(office, "bjorn"), due=Due(FRIDAY, zone="Europe/Stockholm"))
    return office.do(lambda s: duty.add(s, office.who("anna"), job))


def test_a_task_without_people_is_ones_own(office: Office) -> None:
    task = office.do(lambda s: duty.add(s, office.who("anna"), Job("send the minutes")))
    assert holding(office, task.id or 0) == {"anna": Holding.HOLDS} and told(office, "tasks.given") == []


def test_whoever_is_given_a_task_is_told_and_has_a_card(office: Office, flowers: Task) -> None:
    assert told(office, "tasks.given") == to(office, "bjorn")
    assert flowers.due_on == FRIDAY and flowers.due_at is None


@pytest.mark.parametrize("title", ["", "  ", "\u202e", "!?"])
def test_a_task_without_words_is_refused(office: Office, title: str) -> None:
    with pytest.raises(Refusal, match="what is to be done"):
        office.do(lambda s: duty.add(s, office.who("anna"), Job(title)))


@pytest.mark.parametrize(("handle", "because"), [("otto", "has left"), ("zoe", "not of this company")])
def test_nobody_outside_is_given_a_task(office: Office, handle: str, because: str) -> None:
    with pytest.raises(Refusal, match=because):
        office.do(lambda s: duty.add(s, office.who("anna"), Job("x y", owner_ids=ids(office, handle))))


def test_done_closes_it_and_tells_who_gave_it(office: Office, flowers: Task) -> None:
    done = office.do(lambda s: duty.done(s, office.who("bjorn"), flowers.id or 0))
    assert (done.state, done.done_by_id) == (TaskState.DONE, office.who("bjorn").id)
    assert told(office, "tasks.done") == to(office, "anna")
    with pytest.raises(Refusal, match=r"T\d+ is .*Björn Ek"):
        office.do(lambda s: duty.done(s, office.who("bjorn"), flowers.id or 0))


def test_all_have_to_do_it_unless_one_is_enough(office: Office) -> None:
    both = ids(office, "bjorn", "david")
    for closes, first in ((Closes.ALL, TaskState.OPEN), (Closes.ANY, TaskState.DONE)):
        task = office.do(lambda s, c=closes: duty.add(s, office.who("anna"), Job("clean up", owner_ids=both, closes=c)))
        number = task.id or 0
        assert office.do(lambda s, n=number: duty.done(s, office.who("bjorn"), n)).state is first
        if first is TaskState.OPEN:
            with pytest.raises(Refusal, match="your part"):
                office.do(lambda s, n=number: duty.done(s, office.who("bjorn"), n))
            assert office.do(lambda s, n=number: duty.done(s, office.who("david"), n)).state is TaskState.DONE


def test_a_hand_over_waits_for_its_answer(office: Office, flowers: Task) -> None:
    number = flowers.id or 0
    office.do(lambda s: duty.offer(s, office.who("bjorn"), number, office.who("david")))
    assert holding(office, number) == {"bjorn": Holding.HOLDS, "david": Holding.OFFERED}
    assert told(office, "tasks.offered") == to(office, "david")
    office.do(lambda s: duty.accept(s, office.who("david"), number))
    assert holding(office, number) == {"david": Holding.HOLDS}
    assert told(office, "tasks.accepted") == to(office, "bjorn", "anna")


def test_an_offer_that_is_declined_stays_where_it_was(office: Office, flowers: Task) -> None:
    number = flowers.id or 0
    office.do(lambda s: duty.offer(s, office.who("bjorn"), number, office.who("david")))
    office.do(lambda s: duty.decline(s, office.who("david"), number, "no time"))
    assert holding(office, number) == {"bjorn": Holding.HOLDS}
    assert told(office, "tasks.declined") == to(office, "bjorn", "anna")


def test_a_task_that_is_given_back_is_its_givers(office: Office, flowers: Task) -> None:
    office.do(lambda s: duty.decline(s, office.who("bjorn"), flowers.id or 0))
    assert holding(office, flowers.id or 0) == {"anna": Holding.HOLDS}


def test_snoozing_reminds_at_another_time_and_leaves_the_deadline(office: Office, flowers: Task) -> None:
    until = clock.now() + timedelta(hours=3)
    office.do(lambda s: duty.snooze(s, office.who("bjorn"), flowers.id or 0, until))
    assert office.do(duty.remind_of_tasks) == 0
    later(hours=3)
    assert office.do(duty.remind_of_tasks) == 1
    assert told(office, "tasks.due") == to(office, "bjorn")
    assert office.do(duty.remind_of_tasks) == 0, "once"
    with office.database.read() as session:
        assert tasks.get(session, flowers.id or 0).due_on == FRIDAY


def test_nothing_reminds_of_what_is_done(office: Office) -> None:
    due = Due(date(2026, 11, 23), time(14), "Europe/Stockholm")
    task = office.do(lambda s: duty.add(s, office.who("anna"), Job("call Bob", due=due)))
    office.do(lambda s: duty.done(s, office.who("anna"), task.id or 0))
    later(hours=8)
    office.do(duty.remind_of_tasks)
    assert told(office, "tasks.due") == []


def test_a_task_with_a_time_reminds_an_hour_ahead(office: Office) -> None:
    due = Due(date(2026, 11, 23), time(14), "Europe/Stockholm")
    office.do(lambda s: duty.add(s, office.who("anna"), Job("call Bob", due=due)))
    later(hours=3, minutes=59)
    assert office.do(duty.remind_of_tasks) == 0
    later(minutes=1)
    assert office.do(duty.remind_of_tasks) == 1


def test_a_repeating_task_comes_again_when_it_is_done(office: Office) -> None:
    due = Due(date(2026, 11, 30), time(9), "Europe/Stockholm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")
    task = office.do(lambda s: duty.add(s, office.who("anna"), Job("water the plants", due=due)))
    later(days=16)  # over a week late: the next one still keeps the rhythm
    office.do(lambda s: duty.done(s, office.who("anna"), task.id or 0))
    with office.database.read() as session:
        following = tasks.following(session, task.id or 0)
    assert following is not None
    assert (following.due_on, following.first_day) == (date(2026, 12, 14), date(2026, 11, 30))


def test_undoing_done_takes_the_next_one_back(office: Office, types: object) -> None:
    from office.catalogue import load
    from office.duties.undo import undo

    due = Due(date(2026, 11, 30), None, "Europe/Stockholm", "FREQ=DAILY")
    task = office.do(lambda s: duty.add(s, office.who("anna"), Job("lock the door", due=due)))
    office.do(lambda s: duty.done(s, office.who("anna"), task.id or 0))
    undone = office.do(lambda s: undo(s, load(), office.who("anna")))
    assert (undone.subject, undone.act) == ("task", "done")
    with office.database.read() as session:
        assert tasks.get(session, task.id or 0).state is TaskState.OPEN
        following = tasks.following(session, task.id or 0)
        assert following is not None and following.state is TaskState.DELETED


def test_a_form_that_was_open_too_long_says_who_changed_the_task(office: Office, flowers: Task) -> None:
    office.do(lambda s: duty.edit(s, office.who("anna"), flowers.id or 0, Job("order red flowers")))
    with pytest.raises(Refusal, match="Anna Lindqvist"):
        office.do(lambda s: duty.edit(s, office.who("bjorn"), flowers.id or 0, Job("order tulips"), flowers.version))


def test_deleting_leaves_its_history(office: Office, flowers: Task) -> None:
    with pytest.raises(Refusal, match="for others to do"):
        office.do(lambda s: duty.delete(s, office.who("bjorn"), flowers.id or 0))
    office.do(lambda s: duty.delete(s, office.who("anna"), flowers.id or 0))
    assert told(office, "tasks.deleted") == to(office, "bjorn")
    with office.database.read() as session:
        assert [one.act for one in history.of(session, "task", flowers.id or 0)] == ["delete", "add"]
    with pytest.raises(Refusal, match="no task"):
        office.do(lambda s: duty.look(s, office.who("anna"), flowers.id or 0))


def test_a_task_is_not_there_for_others(office: Office, flowers: Task) -> None:
    for handle in ("david", "maria", "grace", "zoe", "otto"):
        with pytest.raises(Refusal, match="no task"):
            office.do(lambda s, h=handle: duty.look(s, office.who(h), flowers.id or 0))


def test_what_a_leaver_had_to_do_is_their_managers(office: Office, flowers: Task) -> None:
    from office.duties import offices

    office.do(
        lambda s: offices.save_person(
            s, None, offices.PersonSetup(office.who("bjorn").id or 0, (), office.who("grace").id)
        )
    )
    bjorn = office.who("bjorn")
    gone = Profile("U0BJORN", "Björn Ek", "bjorn", bjorn.email, "sv-SE", bjorn.zone, Standing.DEACTIVATED, False)
    office.do(lambda s: arrivals.meet(s, gone))
    assert holding(office, flowers.id or 0) == {"grace": Holding.HOLDS}
    assert told(office, "leavers.left") == to(office, "grace"), "one message"


@pytest.mark.parametrize("act", list(TaskAct))
@pytest.mark.parametrize("relation", list(TaskRelation))
def test_every_cell_of_the_permission_table(act: TaskAct, relation: TaskRelation) -> None:
    """Each act for each relation, as the table says it and as nobody else can get it."""
    wanted = {
        TaskAct.SEE: {"giver", "owner", "offered", "manager"}, TaskAct.DONE: {"giver", "owner"},
        TaskAct.REOPEN: {"giver", "owner"}, TaskAct.OFFER: {"giver", "owner"}, TaskAct.ACCEPT: {"offered"},
        TaskAct.DECLINE: {"offered", "owner"}, TaskAct.SNOOZE: {"owner"}, TaskAct.EDIT: {"giver", "owner"},
        TaskAct.DELETE: {"giver"},
    }.get(act, set())  # fmt: skip
    assert task_permissions.may(act, {relation}) is (relation.value in wanted)
    assert not task_permissions.may(act, set())


@pytest.mark.parametrize("standing", list(Standing))
def test_those_outside_are_nothing_to_a_task(standing: Standing) -> None:
    parties = TaskParties(1, {1}, {1}, {1})
    are = task_permissions.relations(1, standing, parties)
    if standing in (Standing.DEACTIVATED, Standing.EXTERNAL):
        assert are == frozenset()
    else:
        assert (TaskRelation.MANAGER in are) is (standing is Standing.MEMBER)


def test_a_message_of_somebody_who_may_not_see_the_task_any_more_says_nothing(office: Office, flowers: Task) -> None:
    from handlers.messages import may_read

    office.do(lambda s: duty.decline(s, office.who("bjorn"), flowers.id or 0))
    with office.database.read() as session:
        row = session.execute(select(Outbox).where(Outbox.kind == "tasks.given")).scalar_one()  # type: ignore[arg-type]
        assert not may_read(session, row)
        assert outbox.get(session, row.id or 0).subject == "task"
