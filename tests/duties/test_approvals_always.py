"""Whatever people do, in whatever order: nobody decides on their own, nothing old counts, no budget is overspent, no
verdict counts twice, and somebody who may decide is always asked."""

import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from office import clock
from office.duties import absences, arrivals
from office.duties import approvals as duty
from office.duties import budgets as budget_duty
from office.duties import offices as office_duty
from office.duties.approvals import Proposal, routes
from office.duties.approvals.access import barred
from office.duties.approvals.routes import may_decide
from office.duties.arrivals import Profile
from office.duties.offices import PersonSetup
from office.errors import Refusal
from office.office_file import load
from office.rules.approval_routing import Step, not_covered
from office.rules.money import Money
from office.when import When
from storage import approvals, budgets, history, people
from storage.database import Database
from storage.money_tables import Approval
from storage.tables import Outbox
from storage.words import ApprovalState as S
from storage.words import MoveKind, Role, SeatState, Standing
from tests import examples
from tests.conftest import MONDAY_NINE, Office
from tests.duties.test_budgets import ledger_agrees

OFFICE = """
[[departments]]
name = "Sales"
[[departments]]
name = "IT"
[[people]]
who = "@anna"
manager = "@bjorn"
department = "Sales"
place = "Stockholm"
[[people]]
who = "@bjorn"
manager = "@maria"
department = "Sales"
place = "Stockholm"
[[people]]
who = "@maria"
manager = "@grace"
roles = ["admin"]
[[people]]
who = "@frank"
manager = "@grace"
roles = ["finance"]
[[people]]
who = "@david"
manager = "@frank"
roles = ["finance"]
[[routes]]
type = "ask"
steps = [{ who = "manager" }, { who = ["@frank", "@david", "@ines"], need = 2, from = 300 }]
[[budgets]]
department = "Sales"
year = 2026
amount = 1000
currency = "SEK"
owner = "@grace"
"""
PEOPLE = ("anna", "bjorn", "maria", "grace", "frank", "david", "ines")
who = st.sampled_from(PEOPLE)
NEW_YEAR = datetime(2027, 1, 4, 8, tzinfo=UTC)
amounts = st.sampled_from([1, 100, 9_000, 29_999, 30_000, 60_000, 100_000, 100_001])


class Crash(Exception):
    """The process dies before its transaction is committed."""


class Approving(RuleBasedStateMachine):
    template: Path

    @initialize()
    def open_the_office(self) -> None:
        clock.move_to(MONDAY_NINE)
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(self.template, self.folder / "deskhand.db")
        self.house = Office(Database(f"sqlite:///{self.folder / 'deskhand.db'}"))
        self.house.database.migrate()
        self.house.do(lambda s: load(s, OFFICE))
        self.seen: list[tuple[int, int]] = []  # number and edition of every card that anybody had before them
        self.agreed: set[tuple[int, int]] = set()  # number and edition of what was approved when it was looked at last
        self.somebody_asks("anna", 29_999, [], None)
        self.somebody_asks("bjorn", 60_000, [], None)

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.house.database.close()
            shutil.rmtree(self.folder)
        clock.reset()

    @rule(by=who, amount=amounts, named=st.lists(who, max_size=2), whom=st.none() | who)
    def somebody_asks(self, by: str, amount: int, named: list[str], whom: str | None) -> None:
        asked = tuple(f"person:{self.house.who(one).id}" for one in dict.fromkeys(named))
        beneficiary = self.house.who(whom).id if whom else None
        proposal = Proposal("Chairs", money=Money(amount, "SEK"), named=asked, beneficiary_id=beneficiary)
        with suppress(Refusal):
            made = self.house.do(lambda s: duty.ask(s, self.house.who(by), proposal))
            self.seen.append((made.id or 0, made.edition))

    @precondition(lambda self: self.seen)
    @rule(at=st.integers(0, 99), amount=amounts, supplier=st.sampled_from(["", "Kinnarps"]))
    def whoever_asked_changes_it(self, at: int, amount: int, supplier: str) -> None:
        number, _ = self.seen[at % len(self.seen)]
        requester = self.one(number).requester_id
        proposal = Proposal("Chairs", money=Money(amount, "SEK"), supplier=supplier)
        with suppress(Refusal):
            edited = self.house.do(lambda s: duty.edit(s, people.get(s, requester), number, proposal))
            self.seen.append((number, edited.edition))

    @precondition(lambda self: self.seen)
    @rule(at=st.integers(0, 99), by=who, crash=st.booleans(), twice=st.booleans())
    def somebody_presses_approve(self, at: int, by: str, crash: bool, twice: bool) -> None:
        number, edition = self.seen[at % len(self.seen)]
        for _ in range(2 if twice else 1):
            self.press(by, number, edition, crash)

    def press(self, by: str, number: int, edition: int, crash: bool) -> None:
        before = self.one(number)
        out = self.house.do(lambda s: barred(s, before))
        with suppress(Refusal, Crash):
            self.house.do(lambda s: self.approve(s, by, number, edition, crash))
            assert edition == before.edition or self.one(number).edition == edition
            assert self.house.who(by).id not in out

    def approve(self, session: object, by: str, number: int, edition: int, crash: bool) -> None:
        duty.approve(session, self.house.who(by), number, edition, "because")  # type: ignore[arg-type]
        if crash:
            raise Crash

    @precondition(lambda self: self.seen)
    @rule(
        at=st.integers(0, 99),
        seat=st.integers(0, 9),
        steps=st.integers(1, 3),
        crash=st.integers(0, 3).map(lambda n: n == 3),
    )
    def whoever_is_asked_approves(self, at: int, seat: int, steps: int, crash: bool) -> None:
        """Chance alone seldom finds the right person: here those who are asked agree, one after another."""
        with self.opened() as session:
            waiting = [one.id or 0 for one in self.all_of(session) if one.state is S.WAITING]
        for _ in range(steps if waiting else 0):
            number = waiting[at % len(waiting)]
            with self.opened() as session:
                seats = [one for one in approvals.seats(session, number) if one.state is SeatState.OPEN]
                holders = [people.get(session, one.holder_id).handle for one in seats]
                edition = approvals.get(session, number).edition
            if holders:
                self.press(holders[seat % len(holders)], number, edition, crash)

    @precondition(lambda self: self.seen)
    @rule(at=st.integers(0, 99), by=who, how=st.sampled_from(["reject", "changes", "withdraw", "reopen", "pay"]))
    def somebody_does_something_else(self, at: int, by: str, how: str) -> None:
        number, edition = self.seen[at % len(self.seen)]
        person = self.house.who(by)
        with suppress(Refusal):
            match how:
                case "reject":
                    self.house.do(lambda s: duty.reject(s, person, number, edition, "no"))
                case "changes":
                    self.house.do(lambda s: duty.want_changes(s, person, number, edition, "cheaper"))
                case "withdraw":
                    self.house.do(lambda s: duty.withdraw(s, person, number))
                case "reopen":
                    self.seen.append((number, self.house.do(lambda s: duty.reopen(s, person, number)).edition))
                case "pay":
                    self.house.do(lambda s: duty.pay(s, person, number, Money(1, "SEK")))

    @precondition(lambda self: self.seen)
    @rule(at=st.integers(0, 99), by=who, to=who)
    def somebody_passes_it_on(self, at: int, by: str, to: str) -> None:
        number, _ = self.seen[at % len(self.seen)]
        with suppress(Refusal):
            self.house.do(lambda s: duty.reassign(s, self.house.who(by), number, self.house.who(to), "busy"))

    @rule(by=who, cover=st.none() | who, days=st.integers(1, 9), answer=st.none() | st.booleans())
    def somebody_is_away(self, by: str, cover: str | None, days: int, answer: bool | None) -> None:
        today = clock.now().date()
        when = When(today, None, "Europe/Stockholm", last_day=today + timedelta(days=days))
        with suppress(Refusal):
            stand_in = self.house.who(cover) if cover else None
            planned = self.house.do(lambda s: absences.plan(s, self.house.who(by), when, stand_in))
            if stand_in is not None and answer is not None:
                self.house.do(lambda s: absences.answer(s, stand_in, planned.id or 0, answer))

    @rule(by=who)
    def somebody_is_back(self, by: str) -> None:
        with suppress(Refusal):
            self.house.do(lambda s: absences.back(s, self.house.who(by)))

    @rule(
        by=st.sampled_from(["bjorn", "david", "ines"]),
        standing=st.sampled_from([Standing.DEACTIVATED, Standing.GUEST, Standing.MEMBER]),
    )
    def somebody_leaves_or_returns(self, by: str, standing: Standing) -> None:
        profile = Profile(f"U0{by.upper()}", by, by, None, "en-GB", "Europe/Stockholm", standing, False)
        self.house.do(lambda s: arrivals.meet(s, profile))

    @rule(hours=st.sampled_from([1, 24, 72, 240]))
    def time_passes(self, hours: int) -> None:
        clock.move(timedelta(hours=hours))
        self.house.do(absences.begin_and_end)
        self.house.do(duty.chase)

    @rule(more=st.booleans())
    def a_budget_is_raised_or_lowered(self, more: bool) -> None:
        with suppress(Refusal):
            self.house.do(
                lambda s: budget_duty.raise_by(s, self.house.who("frank"), 1, Money(20_000, "SEK"), more, "why")
            )

    @rule()
    def what_follows_by_itself(self) -> None:
        self.house.do(duty.look_again)
        self.house.do(duty.turn_of_year)

    @rule()
    def a_year_begins(self) -> None:
        clock.move_to(max(clock.now(), NEW_YEAR))
        self.house.do(absences.begin_and_end)
        self.house.do(duty.chase)

    @rule(by=st.sampled_from(["bjorn", "david"]), manager=st.sampled_from(["maria", "grace", "frank"]))
    def somebody_reports_to_another(self, by: str, manager: str) -> None:
        person = self.house.who(by)
        department = "IT" if manager == "frank" else "Sales"
        setup = PersonSetup(
            person.id or 0,
            tuple(Role(one) for one in person.roles),
            self.house.who(manager).id,
            department,
            "Stockholm",
        )
        with suppress(Refusal):
            self.house.do(lambda s: office_duty.save_person(s, None, setup))

    @invariant()
    def what_is_approved_was_agreed_to_by_everybody_whom_its_whole_sum_asks(self) -> None:
        """Looked at as soon as it is approved: what others ask later can't be known before."""
        with self.opened() as session:
            now = {(one.id or 0, one.edition): one for one in self.all_of(session) if one.state is S.APPROVED}
            for key in now.keys() - self.agreed:
                approval = now[key]
                done = [Step.read(one) for one in approval.route]
                assert not_covered(routes.plan(session, approval), done) == []
                seats = [one for one in approvals.seats(session, key[0]) if one.edition == key[1]]
                for at, step in enumerate(done):
                    given = [one for one in seats if one.step == at and one.state is SeatState.APPROVED]
                    assert given, "every step has a word"
                    self.nobody_came_in_by_a_door(session, approval, step, given)
            self.agreed = set(now)

    def nobody_came_in_by_a_door(self, session, approval: Approval, step: Step, given: list) -> None:  # type: ignore[no-untyped-def, type-arg]
        """Whoever has a seat is of the step's people, is above one of them or owns the budget; or was given it by
        whoever had it, or by two administrators."""
        fit = set(routes.named_in(session, approval, step))
        for person in list(fit):
            while (above := routes.manager_of(session)(person)) is not None and above not in fit:
                fit.add(above)
                person = above
        fit |= set(budget_duty.owners_of(session, budgets.everything(session)))
        entries = history.of(session, "approval", approval.id or 0, 1000)
        moved = {one.after["approver_id"]: one for one in entries if one.act == "reassign"}
        for seat in given:
            move = moved.get(seat.approver_id)
            if seat.approver_id in fit or move is None:
                continue
            own = move.actor_id in (move.before.get("holder_id"), move.before.get("approver_id"))
            proposed = [
                one for one in entries
                if one.act == "proposed" and (one.after["proposed"] or {}).get("to") == seat.approver_id
            ]  # fmt: skip
            assert own or any(one.actor_id != move.actor_id for one in proposed)

    @invariant()
    def nobody_decided_on_their_own_and_nothing_counts_twice(self) -> None:
        with self.opened() as session:
            for approval in self.all_of(session):
                own = {approval.requester_id, approval.beneficiary_id}
                seats = approvals.seats(session, approval.id or 0)
                assert not [one for one in seats if one.decided_by_id is not None and one.decided_by_id in own]
                entries = history.of(session, "approval", approval.id or 0, 1000)
                verdicts = Counter(one.after["seat"] for one in entries if one.act in ("approve", "reject", "changes"))
                assert all(count == 1 for count in verdicts.values())
                for at in range(len(approval.route)):
                    agreed = [
                        one.decided_by_id
                        for one in seats
                        if (one.edition, one.step, one.state) == (approval.edition, at, SeatState.APPROVED)
                    ]
                    assert len(agreed) == len(set(agreed)), "one person, one voice in a step"

    @invariant()
    def what_is_approved_has_every_step_of_this_edition(self) -> None:
        with self.opened() as session:
            for approval in self.all_of(session):
                if approval.state is not S.APPROVED:
                    continue
                seats = approvals.seats(session, approval.id or 0)
                for at, written in enumerate(approval.route):
                    need = Step.read(written).need
                    agreed = [
                        one for one in seats
                        if (one.edition, one.step, one.state) == (approval.edition, at, SeatState.APPROVED)
                    ]  # fmt: skip
                    assert len(agreed) >= (need if isinstance(need, int) else 1)

    @invariant()
    def no_budget_is_overspent(self) -> None:
        if not hasattr(self, "house"):
            return
        ledger_agrees(self.house)
        with self.opened() as session:
            for one in budgets.everything(session):
                assert one.committed + one.spent <= one.amount + one.allowed
                assert min(one.committed, one.spent, one.allowed) >= 0
                held = sum(budgets.held(session, found.id or 0).get(one.id or 0, 0) for found in self.all_of(session))
                assert held == one.committed
                for line in budgets.moves(session, one.id or 0):
                    if line.kind is MoveKind.ALLOW and line.amount > 0:
                        assert line.why, "what exceeds a budget has a reason"
            for found in self.all_of(session):
                if found.state is not S.APPROVED:
                    assert budgets.held(session, found.id or 0) == {}
                elif found.department_id is not None and not budgets.spent_for(session, found.id or 0):
                    assert sum(budgets.held(session, found.id or 0).values()) in (found.amount, 0)

    @invariant()
    def somebody_who_may_is_asked_or_the_administrators_know(self) -> None:
        with self.opened() as session:
            told = set(session.execute(select(Outbox.subject_id).where(Outbox.kind == "approvals.stuck")).scalars())
            for approval in self.all_of(session):
                if approval.state is not S.WAITING:
                    assert not [
                        one for one in approvals.seats(session, approval.id or 0) if one.state is SeatState.OPEN
                    ]
                    continue
                may = may_decide(session, approval)
                asked = [
                    one for one in approvals.seats(session, approval.id or 0)
                    if one.state is SeatState.OPEN and (may(one.holder_id) or may(one.approver_id))
                ]  # fmt: skip
                assert asked or (approval.stuck and approval.id in told) or self.has_an_admin_alone(session, approval)

    def has_an_admin_alone(self, session: object, approval: Approval) -> bool:
        """Nobody can be told where there is no administrator."""
        return not people.with_role(session, Role.ADMIN)  # type: ignore[arg-type]

    def all_of(self, session: object) -> list[Approval]:
        numbers = sorted({number for number, _ in self.seen})
        return [approvals.get(session, number) for number in numbers]  # type: ignore[arg-type]

    def one(self, number: int) -> Approval:
        return self.house.do(lambda s: approvals.get(s, number))

    def opened(self):  # type: ignore[no-untyped-def]
        return self.house.database.read()


@pytest.mark.timeout(300)
def test_whatever_people_do(sqlite_office: Path) -> None:
    Approving.template = sqlite_office
    run_state_machine_as_test(
        Approving,
        settings=settings(
            max_examples=examples.of(8, 25), stateful_step_count=30, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )  # fmt: skip
