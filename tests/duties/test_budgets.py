"""Budgets: taken from by approvals, to the cent, by many at once, and given back."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from office import clock
from office.duties import approvals as duty
from office.duties import budgets as budget_duty
from office.duties import rates
from office.duties.approvals import Proposal
from office.duties.budgets import BudgetSetup
from office.errors import Refusal
from office.office_file import load
from office.rules.money import Money
from storage import approvals, budgets, offices
from storage.money_tables import Budget
from storage.words import ApprovalState as S
from storage.words import BudgetMode, MoveKind
from tests.conftest import Office, later

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
who = "@frank"
roles = ["finance"]
[[budgets]]
department = "Sales"
year = 2026
amount = 1000
currency = "SEK"
owner = "@grace"
"""


@pytest.fixture
def house(office: Office) -> Office:
    office.do(lambda s: load(s, OFFICE))
    return office


def the_budget(house: Office, number: int = 1) -> Budget:
    return house.do(lambda s: budgets.get(s, number))


def numbers(house: Office, number: int = 1) -> tuple[int, int, int, int]:
    """Amount, committed, spent, allowed, in minor units."""
    one = the_budget(house, number)
    return one.amount, one.committed, one.spent, one.allowed


def ask(house: Office, amount: int, currency: str = "SEK", category: str = "", title: str = "Chairs") -> int:
    named = (f"person:{house.who('bjorn').id}",)
    proposal = Proposal(title, money=Money(amount, currency), named=named, category=category)
    return house.do(lambda s: duty.ask(s, house.who("anna"), proposal)).id or 0


def approve(house: Office, number: int, who: str = "bjorn", why: str = "") -> S:
    person = house.who(who)  # before the transaction: it takes a connection of its own
    return house.do(lambda s: duty.approve(s, person, number, None, why)).state


def edit(house: Office, number: int, amount: int) -> None:
    proposal = Proposal("Chairs", money=Money(amount, "SEK"))
    house.do(lambda s: duty.edit(s, house.who("anna"), number, proposal))


def ledger_agrees(house: Office) -> None:
    """The numbers of every budget are the sums of its ledger."""
    with house.database.read() as session:
        for one in budgets.everything(session):
            sums = dict.fromkeys(MoveKind, 0)
            for line in budgets.moves(session, one.id or 0):
                sums[line.kind] += line.amount
            assert one.amount == sums[MoveKind.SET] + sums[MoveKind.RAISE] + sums[MoveKind.MOVE]
            assert one.committed == sums[MoveKind.COMMIT] - sums[MoveKind.RELEASE]
            assert (one.spent, one.allowed) == (sums[MoveKind.SPEND], sums[MoveKind.ALLOW])


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        do()
    return str(refusal.value)


def test_the_last_verdict_takes_the_money(house: Office) -> None:
    number = ask(house, 45_000)
    assert numbers(house) == (100_000, 0, 0, 0)
    assert approve(house, number) is S.APPROVED
    assert numbers(house) == (100_000, 45_000, 0, 0)
    ledger_agrees(house)


def test_to_the_cent_there_is_room_and_one_more_is_too_much(house: Office) -> None:
    assert approve(house, ask(house, 100_000)) is S.APPROVED
    number = ask(house, 1)
    assert approve(house, number) is S.WAITING, "its owner must allow the last hundredth"
    assert numbers(house) == (100_000, 100_000, 0, 0)


def test_what_exceeds_it_goes_to_its_owner_who_says_why(house: Office) -> None:
    number = ask(house, 100_001)
    approve(house, number)
    assert "Say why" in refused(lambda: approve(house, number, "grace"))
    assert approve(house, number, "grace", "the last chairs broke") is S.APPROVED
    assert numbers(house) == (100_000, 100_001, 0, 1)
    allowed = next(line for line in house.do(lambda s: budgets.moves(s, 1)) if line.kind is MoveKind.ALLOW)
    assert allowed.why == "the last chairs broke" and allowed.actor_id == house.who("grace").id
    ledger_agrees(house)


def test_what_was_allowed_for_one_purchase_is_not_for_the_next(house: Office) -> None:
    number = ask(house, 100_001)
    approve(house, number)
    approve(house, number, "grace", "they broke")
    house.do(lambda s: duty.withdraw(s, house.who("anna"), number))
    assert numbers(house) == (100_000, 0, 0, 0)
    ledger_agrees(house)


def test_somebody_who_was_faster_leaves_too_little(house: Office) -> None:
    slow, fast = ask(house, 60_000), ask(house, 60_000, title="Lamps")
    assert approve(house, fast) is S.APPROVED
    assert approve(house, slow) is S.WAITING
    assert house.do(lambda s: approvals.get(s, slow)).route[-1]["kind"] == "over_budget"


def test_a_budget_that_only_warns_lets_it_through(house: Office) -> None:
    setup = BudgetSetup(the_budget(house).department_id, 2026, Money(100_000, "SEK"), mode=BudgetMode.WARN)
    house.do(lambda s: budget_duty.save(s, None, setup))
    assert approve(house, ask(house, 250_000)) is S.APPROVED
    assert numbers(house) == (100_000, 250_000, 0, 0)


@pytest.mark.parametrize("how", ["withdraw", "rise"])
def test_what_is_not_bought_is_free_again(house: Office, how: str) -> None:
    number = ask(house, 45_000)
    approve(house, number)
    if how == "withdraw":
        house.do(lambda s: duty.withdraw(s, house.who("anna"), number))
    else:
        edit(house, number, 46_000)
    assert numbers(house) == (100_000, 0, 0, 0)
    ledger_agrees(house)


def test_a_reduction_gives_the_difference_back(house: Office) -> None:
    number = ask(house, 45_000)
    approve(house, number)
    edit(house, number, 30_000)
    assert numbers(house) == (100_000, 30_000, 0, 0)
    ledger_agrees(house)


def test_what_is_paid_is_spent_and_the_rest_is_free(house: Office) -> None:
    number = ask(house, 45_000)
    approve(house, number)
    assert "finance" in refused(lambda: house.do(lambda s: duty.pay(s, house.who("anna"), number, Money(1, "SEK"))))
    assert "more than was approved" in refused(
        lambda: house.do(lambda s: duty.pay(s, house.who("frank"), number, Money(45_001, "SEK")))
    )
    house.do(lambda s: duty.pay(s, house.who("frank"), number, Money(43_850, "SEK")))
    assert numbers(house) == (100_000, 0, 43_850, 0)
    assert "already" in refused(lambda: house.do(lambda s: duty.pay(s, house.who("frank"), number, Money(1, "SEK"))))
    assert "paid" in refused(lambda: house.do(lambda s: duty.withdraw(s, house.who("anna"), number)))
    assert "paid" in refused(lambda: edit(house, number, 99_000))
    ledger_agrees(house)


def test_a_year_a_category_and_a_month_all_pay(house: Office) -> None:
    department = the_budget(house).department_id
    for category, month, amount in (
        ("travel", 0, 50_000),
        ("travel", 11, 20_000),
        ("travel", 12, 20_000),
        ("", 11, 9_000),
    ):
        setup = BudgetSetup(department, 2026, Money(amount, "SEK"), category, month)
        house.do(lambda s, setup=setup: budget_duty.save(s, None, setup))  # type: ignore[misc]
    approve(house, ask(house, 8_000, category="travel"))
    assert [numbers(house, one)[1] for one in (1, 2, 3, 4, 5)] == [8_000, 8_000, 8_000, 0, 8_000]
    # One of them has too little: none of them pays.
    assert approve(house, ask(house, 2_000, category="travel", title="Trains")) is S.WAITING
    assert [numbers(house, one)[1] for one in (1, 2, 3, 4, 5)] == [8_000, 8_000, 8_000, 0, 8_000]
    ledger_agrees(house)


def test_a_fiscal_year_begins_when_the_office_says(house: Office) -> None:
    house.do(lambda s: load(s, '[office]\nname = "Nordwind"\nfiscal_year_start = 12\n'))
    number = ask(house, 45_000)
    approve(house, number)
    assert numbers(house)[1] == 0, "November 2026 belongs to the year that began in December 2025"
    later(days=10)
    approve(house, ask(house, 5_000, title="Lamps"))
    assert numbers(house)[1] == 5_000


def test_money_is_moved_and_raised_with_a_reason_and_both_ledgers_say_so(house: Office) -> None:
    it = house.do(lambda s: offices.save_department(s, "IT")).id or 0
    foreign = BudgetSetup(it, 2026, Money(10_000, "EUR"))
    assert "no rate" in refused(lambda: house.do(lambda s: budget_duty.save(s, house.who("frank"), foreign)))
    house.do(lambda s: rates.load(s, "date,from,to,rate\n2026-11-01,EUR,SEK,10\n"))
    house.do(lambda s: budget_duty.save(s, None, foreign))
    frank = house.who("frank")
    assert "why" in refused(lambda: house.do(lambda s: budget_duty.move(s, frank, 1, 2, Money(100, "SEK"), " ")))
    house.do(lambda s: budget_duty.move(s, frank, 1, 2, Money(50_000, "SEK"), "for screens"))
    house.do(lambda s: budget_duty.raise_by(s, frank, 2, Money(500, "EUR"), True, "more screens"))
    assert (numbers(house, 1)[0], numbers(house, 2)[0]) == (50_000, 15_500)
    approve(house, ask(house, 50_000))
    assert "not free" in refused(lambda: house.do(lambda s: budget_duty.move(s, frank, 1, 2, Money(1, "SEK"), "x")))
    ledger_agrees(house)


def test_an_owner_may_give_up_money_and_not_help_themselves(house: Office) -> None:
    grace = house.who("grace")
    house.do(lambda s: budget_duty.raise_by(s, grace, 1, Money(10_000, "SEK"), False, "we need less"))
    assert "finance" in refused(
        lambda: house.do(lambda s: budget_duty.raise_by(s, grace, 1, Money(1, "SEK"), True, "more"))
    )


def test_an_owner_allows_what_they_were_shown_and_each_owner_their_own(house: Office) -> None:
    department = the_budget(house).department_id
    travel = BudgetSetup(department, 2026, Money(50_000, "SEK"), "travel", owner_id=house.who("david").id)
    house.do(lambda s: budget_duty.save(s, None, travel))
    number = ask(house, 101_000, category="travel")
    approve(house, number)
    other = ask(house, 20_000, title="Lamps")
    approve(house, other)
    # Grace was shown 10 kr and allows those; meanwhile 200 kr more are missing, which she is asked about.
    assert approve(house, number, "grace", "it is 10 kr") is S.WAITING
    assert approve(house, number, "david", "the fair") is S.WAITING
    assert numbers(house)[1:] == (20_000, 0, 0)
    assert approve(house, number, "grace", "it is 210 kr, then") is S.APPROVED
    assert numbers(house)[1:] == (121_000, 0, 21_000) and numbers(house, 2)[1:] == (101_000, 0, 51_000)
    ledger_agrees(house)


def test_an_administrator_does_not_move_the_question_to_somebody_who_would_allow_it(house: Office) -> None:
    number = ask(house, 100_001)
    approve(house, number)
    said = refused(lambda: house.do(lambda s: duty.reassign(s, house.who("maria"), number, house.who("ines"), "quick")))
    assert "budget's owner" in said


def test_an_allowance_ends_when_it_is_not_used_any_more(house: Office) -> None:
    first, second = ask(house, 80_000), ask(house, 50_000, title="Lamps")
    approve(house, first)
    approve(house, second)
    approve(house, second, "grace", "both are needed")
    assert numbers(house)[3] == 30_000
    house.do(lambda s: duty.withdraw(s, house.who("anna"), first))
    assert numbers(house) == (100_000, 50_000, 0, 0)
    assert approve(house, ask(house, 60_000, title="Plants")) is S.WAITING
    ledger_agrees(house)


def test_an_allowance_ends_with_a_raise(house: Office) -> None:
    number = ask(house, 110_000)
    approve(house, number)
    approve(house, number, "grace", "it was dear")
    house.do(lambda s: budget_duty.raise_by(s, house.who("frank"), 1, Money(30_000, "SEK"), True, "more people"))
    assert numbers(house) == (130_000, 110_000, 0, 0)
    assert approve(house, ask(house, 15_000, title="Lamps")) is S.APPROVED
    assert approve(house, ask(house, 15_000, title="Plants")) is S.WAITING
    ledger_agrees(house)


def test_two_owners_words_at_once_allow_what_each_was_shown(house: Office) -> None:
    approve(house, ask(house, 100_000))
    asked = [ask(house, 10_000, title=title) for title in ("Lamps", "Plants")]
    for number in asked:
        approve(house, number)
    grace = house.who("grace")
    gate = threading.Barrier(2)

    def allow(number: int) -> S:
        gate.wait()
        return house.do(lambda s: duty.approve(s, grace, number, None, "fine")).state

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(allow, asked)) == [S.APPROVED, S.WAITING]
    assert numbers(house) == (100_000, 110_000, 0, 10_000)


def test_an_edit_in_a_later_month_frees_nothing(house: Office) -> None:
    department = the_budget(house).department_id
    for month in (11, 12):
        setup = BudgetSetup(department, 2026, Money(90_000, "SEK"), "", month)
        house.do(lambda s, setup=setup: budget_duty.save(s, None, setup))  # type: ignore[misc]
    number = ask(house, 45_000)
    approve(house, number)
    later(days=10)
    edit(house, number, 30_000)
    assert [numbers(house, one)[1] for one in (1, 2, 3)] == [30_000, 30_000, 0]


def test_a_payment_without_a_budget_is_remembered_too(house: Office) -> None:
    house.do(lambda s: load(s, '[[people]]\nwho = "@anna"\nmanager = "@bjorn"\nplace = "Stockholm"\n'))
    number = ask(house, 45_000)
    approve(house, number)
    house.do(lambda s: duty.pay(s, house.who("frank"), number, Money(45_000, "SEK")))
    assert "already" in refused(lambda: house.do(lambda s: duty.pay(s, house.who("frank"), number, Money(1, "SEK"))))
    assert "paid" in refused(lambda: house.do(lambda s: duty.withdraw(s, house.who("anna"), number)))


@pytest.mark.parametrize("who", ["anna", "bjorn", "petra"])
def test_others_can_t_change_a_budget(house: Office, who: str) -> None:
    refused(lambda: house.do(lambda s: budget_duty.raise_by(s, house.who(who), 1, Money(100, "SEK"), True, "more")))
    setup = BudgetSetup(the_budget(house).department_id, 2026, Money(9, "SEK"))
    refused(lambda: house.do(lambda s: budget_duty.save(s, house.who(who), setup)))


def test_a_rate_that_is_far_from_the_last_one_is_asked_about(house: Office) -> None:
    frank, day = house.who("frank"), clock.now().date()
    house.do(lambda s: rates.save(s, frank, day, "EUR", "SEK", Decimal("11.42")))
    slip = refused(lambda: house.do(lambda s: rates.save(s, frank, day, "EUR", "SEK", Decimal("0.0001"))))
    assert "looks like a slip" in slip and "11.42" in slip
    assert house.do(lambda s: rates.save(s, frank, day, "EUR", "SEK", Decimal("20"), sure=True)) == Decimal("11.42")
    assert "not a currency" in refused(lambda: house.do(lambda s: rates.save(s, frank, day, "XXX", "SEK", Decimal(2))))


def test_the_rate_of_the_day_counts_and_later_ones_do_not(house: Office) -> None:
    file = "date;from;to;rate\n2026-11-01;EUR;SEK;11,00\n2026-11-20;EUR;SEK;11,42\n2027-01-01;EUR;SEK;20\n"
    assert house.do(lambda s: rates.load(s, file)) == 3
    day = clock.now().date()
    found = house.do(lambda s: rates.convert(s, Money(45_000, "EUR"), "SEK", day))
    assert found.money == Money(513_900, "SEK") and found.day is not None and found.day.day == 20
    back = house.do(lambda s: rates.convert(s, Money(513_900, "SEK"), "EUR", day))
    assert back.money == Money(45_000, "EUR")
    house.do(lambda s: rates.load(s, "date,from,to,rate\n2026-11-02,USD,EUR,0.9\n"))
    across = house.do(lambda s: rates.convert(s, Money(10_000, "USD"), "SEK", day))
    assert across.money == Money(102_780, "SEK")


@pytest.mark.parametrize(
    "file", ["", "a,b\n", "date,from,to,rate\n2026-11-01,EUR,SEK,many\n", "date,from,to,rate\n2026-13-01,EUR,SEK,1\n",
             "date,from,to,rate\n2026-11-01,EUR,XXQ,1\n", "date,from,to,rate\n2026-11-01,EUR,SEK,-1\n"],
)  # fmt: skip
def test_a_file_of_rates_that_is_wrong_says_where(house: Office, file: str) -> None:
    with pytest.raises(rates.RatesFileError, match=r"line \d|empty"):
        house.do(lambda s: rates.load(s, file))


# Fifty at once.

RUNNERS, EACH = 50, 3_000


def naive_commit(session: Session, budget_id: int, amount: int) -> bool:
    """Looks, then writes what it thinks: what the conditional UPDATE is there to prevent."""
    one = budgets.get(session, budget_id)
    if one.left < amount:
        return False
    session.execute(text("SELECT pg_sleep(0.001)"))
    session.execute(text("UPDATE budgets SET committed = committed + :a WHERE id = :b"), {"a": amount, "b": budget_id})
    return True


def approved_at_once(house: Office, make: Callable[[int], bool]) -> int:
    gate = threading.Barrier(RUNNERS)

    def press(number: int) -> bool:
        gate.wait()
        return make(number)

    with ThreadPoolExecutor(RUNNERS) as pool:
        return sum(pool.map(press, range(RUNNERS)))


def test_fifty_approvals_at_once_never_overspend(house: Office) -> None:
    numbers_asked = [ask(house, EACH, title=f"Thing {one}") for one in range(RUNNERS)]
    approved = approved_at_once(house, lambda one: approve(house, numbers_asked[one]) is S.APPROVED)
    assert approved == 100_000 // EACH
    assert numbers(house) == (100_000, EACH * approved, 0, 0)
    ledger_agrees(house)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_looking_first_overspends(house: Office) -> None:
    approved = approved_at_once(house, lambda _: house.do(lambda s: naive_commit(s, 1, EACH)))
    assert approved > 100_000 // EACH and the_budget(house).left < 0


def test_of_fifty_presses_on_one_card_one_is_a_verdict(house: Office) -> None:
    number = ask(house, 45_000)

    def press(_: int) -> bool:
        try:
            return approve(house, number) is S.APPROVED
        except Refusal:
            return False

    assert approved_at_once(house, press) == 1
    assert numbers(house) == (100_000, 45_000, 0, 0)
    with house.database.read() as session:
        count = session.execute(
            text("SELECT count(*) FROM history WHERE act = 'approve' AND subject = 'approval'")
        ).scalar()
    assert count == 1
