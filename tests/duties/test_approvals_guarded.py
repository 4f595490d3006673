"""Who becomes the decider is guarded like the decision, and what is split, moved, renamed or waits over New Year finds
no way round."""

from datetime import UTC, date, datetime, timedelta

import pytest

from office import clock
from office.catalogue import Catalogue
from office.duties import absences, digests
from office.duties import approvals as duty
from office.duties import budgets as budget_duty
from office.duties import offices as office_duty
from office.duties import requests as request_duty
from office.duties.approvals import Proposal, default_route, vat
from office.duties.approvals.alike import together_with, whole_of
from office.duties.approvals.charging import is_uncharged
from office.duties.budgets import BudgetSetup
from office.duties.offices import PersonSetup
from office.office_file import load, show
from office.rules.money import Money
from office.when import When
from storage import approvals, budgets, requests
from storage.words import ApprovalState as S
from storage.words import DigestKind, NoCover, Role, SeatVia
from tests.conftest import Office, later
from tests.duties.test_approvals import (
    approval_of,
    approve,
    ask,
    away,
    holders,
    laptop,
    one,
    refused,
    request_state,
    seats,
    sek,
    to,
    told,
)
from tests.duties.test_budgets import ledger_agrees

# Anna reports to Björn, he to María (administrator), she to Grace. Frank is finance, and reports to Grace.
OFFICE = """
[office]
name = "Nordwind"
approval_limit = 5000
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
who = "@david"
manager = "@bjorn"
department = "Sales"
place = "Stockholm"
[[people]]
who = "@bjorn"
manager = "@maria"
department = "Sales"
place = "Stockholm"
[[people]]
who = "@frank"
manager = "@grace"
roles = ["finance"]
[[people]]
who = "@maria"
manager = "@grace"
roles = ["admin", "office manager"]
place = "Stockholm"
[[routes]]
type = "new_equipment"
steps = [{ who = "manager", from = 500 }, { who = "role:finance", from = 10000 }]
"""
BUDGET = """
[[budgets]]
department = "Sales"
year = 2026
amount = 20000
currency = "SEK"
owner = "@grace"
"""


@pytest.fixture
def house(office: Office) -> Office:
    office.do(lambda s: load(s, OFFICE))
    return office


def reassign(house: Office, by: str, number: int, whom: str, why: str = "on holiday"):  # type: ignore[no-untyped-def]
    return house.do(lambda s: duty.reassign(s, house.who(by), number, house.who(whom), why))


def route_of(house: Office, number: int) -> list[list[str]]:
    return [step["who"] for step in one(house, number).route]


def ask_of(house: Office, who: str, title: str, amount: str, **more: object) -> int:
    proposal = Proposal(title, money=sek(amount), **more)  # type: ignore[arg-type]
    return house.do(lambda s: duty.ask(s, house.who(who), proposal)).id or 0


def redrawn(house: Office, number: int) -> int:
    """How many drawings of an approval's cards wait."""
    with house.database.read() as session:
        return int(
            session.connection()
            .exec_driver_sql(
                f"SELECT count(*) FROM outbox WHERE subject = 'approval' AND subject_id = {number} "
                "AND redraws_id IS NOT NULL AND state = 'new'"
            )
            .scalar()
            or 0
        )


def all_sent(house: Office) -> None:
    """As if everything had left: cards can be drawn anew."""

    def do(session):  # type: ignore[no-untyped-def]
        session.connection().exec_driver_sql(
            "UPDATE outbox SET state = 'sent', ts = '1', channel = 'C' WHERE state = 'new'"
        )

    house.do(do)


# The route of an office that has declared none.


def test_a_friend_who_is_named_takes_nobodys_place(house: Office) -> None:
    number = ask(house, "New computers", "30000", named=("david",))
    assert route_of(house, number) == [[f"person:{house.who('david').id}"], ["manager"], ["role:finance"]]
    approve(house, "david", number)
    approve(house, "bjorn", number)
    assert one(house, number).state is S.WAITING and holders(house, number) == {"frank"}
    assert approve(house, "frank", number).state is S.APPROVED


@pytest.mark.parametrize(("amount", "people"), [("5000", 1), ("5000.01", 2), ("4999.99", 1)])
def test_above_the_limit_finance_is_asked_too(house: Office, amount: str, people: int) -> None:
    assert len(route_of(house, ask(house, amount=amount))) == people


def test_the_limit_is_compared_at_a_rate_and_without_one_finance_is_asked(house: Office) -> None:
    house.do(
        lambda s: load(
            s,
            '[[places]]\nname = "Lisbon"\ntime_zone = "Europe/Lisbon"\ncurrency = "EUR"\n[[people]]\nwho = "@anna"\nmanager = "@bjorn"\nplace = "Lisbon"\n',
        )
    )
    proposal = Proposal("Chairs", money=Money(100, "EUR"))
    assert len(house.do(lambda s: duty.ask(s, house.who("anna"), proposal)).route) == 2


def test_a_new_office_is_safe_before_anybody_has_written_a_route(office: Office) -> None:
    # Nobody has a manager yet: whoever runs the office looks at it.
    number = ask_of(office, "anna", "Chairs", "450")
    assert holders(office, number) == {"maria"}
    office.do(lambda s: office_duty.save_person(s, None, PersonSetup(office.who("frank").id or 0, (Role.FINANCE,))))
    assert holders(office, ask_of(office, "anna", "A lamp", "45")) == {"frank"}


def test_an_order_that_no_budget_watches_is_finances_above_the_limit() -> None:
    assert default_route.SHIPPED == 5000


def test_the_limit_stands_in_the_office_file(house: Office) -> None:
    house.do(lambda s: load(s, '[office]\nname = "N"\napproval_limit = "750.50"\namounts_with_vat = true\n'))
    assert house.do(default_route.limit) == Money(75050, "SEK") and house.do(vat.with_vat) is True
    written = house.do(show)
    assert 'approval_limit = "750.50"' in written and "amounts_with_vat = true" in written
    house.do(lambda s: load(s, written))
    assert house.do(show) == written


# Reassigning.


def test_an_administrator_gives_a_question_only_to_whom_the_route_could_have_asked(house: Office) -> None:
    number = ask(house)
    said = refused(lambda: reassign(house, "maria", number, "ines"))
    assert "nobody whom this route could have asked" in said and "Grace Miller" in said
    # Björn's managers could have been asked; oneself never.
    assert "to yourself" in refused(lambda: reassign(house, "maria", number, "maria"))
    reassign(house, "maria", number, "grace")
    assert holders(house, number) == {"grace"}
    assert set(told(house, "approvals.reassigned")) == set(to(house, "anna", "bjorn"))


def test_one_administrator_alone_never_gives_every_verdict(house: Office) -> None:
    number = ask(house, amount="9000")
    for who in ("maria", "david", "ines"):
        refused(lambda who=who: reassign(house, "maria", number, who))  # type: ignore[misc]
    approve(house, "bjorn", number)
    # Finance has one, whose manager is Grace.
    assert "has a voice" in refused(lambda: reassign(house, "maria", number, "bjorn"))
    reassign(house, "maria", number, "grace")
    assert "not yours to decide" in refused(lambda: approve(house, "maria", number))
    assert approve(house, "grace", number).state is S.APPROVED


def test_whoever_is_asked_in_a_later_step_is_not_given_an_earlier_one(house: Office) -> None:
    number = ask(house, amount="9000")
    assert "has a voice" in refused(lambda: reassign(house, "bjorn", number, "frank"))
    reassign(house, "bjorn", number, "ines", "she knows")
    assert holders(house, number) == {"ines"}


def test_a_cover_does_not_give_what_they_hold_to_themselves(house: Office) -> None:
    away(house, "bjorn", 4, cover="david")
    number = ask(house)
    assert "to yourself" in refused(lambda: reassign(house, "david", number, "david"))


LONELY = """
[[people]]
who = "@bjorn"
department = "Sales"
place = "Stockholm"
[[people]]
who = "@frank"
[[people]]
who = "@maria"
roles = ["admin"]
[[people]]
who = "@ines"
roles = ["admin"]
"""


def test_where_nobody_is_left_two_administrators_choose_together(house: Office) -> None:
    house.do(lambda s: load(s, LONELY))
    number = ask_of(house, "bjorn", "A boat", "450")
    assert one(house, number).stuck
    assert (
        one(house, number).state is S.WAITING and reassign(house, "maria", number, "david", "he knows boats").proposed
    )
    assert holders(house, number) == set() and told(house, "approvals.proposed") == to(house, "ines")
    assert "proposed" in refused(lambda: reassign(house, "maria", number, "david", "he knows boats"))
    # Another name is another proposal, and not a second word.
    assert (
        reassign(house, "ines", number, "grace", "she sails").proposed is not None and holders(house, number) == set()
    )
    reassign(house, "maria", number, "grace", "yes")
    assert holders(house, number) == {"grace"} and one(house, number).proposed is None
    assert approve(house, "grace", number).state is S.APPROVED


def test_the_only_administrator_does_not_choose_alone(house: Office) -> None:
    house.do(lambda s: load(s, LONELY.replace('who = "@ines"\nroles = ["admin"]', 'who = "@ines"')))
    number = ask_of(house, "bjorn", "A boat", "450")
    assert "the only one" in refused(lambda: reassign(house, "maria", number, "david"))


# What waits follows the office.


def test_what_waits_is_asked_anew_in_another_department_and_goes_on_waiting(house: Office, types: Catalogue) -> None:
    house.do(
        lambda s: load(
            s, '[[routes]]\ntype = "new_equipment"\ndepartment = "IT"\nsteps = [{ who = "@ines", from = 90000 }]\n'
        )
    )
    number = laptop(house, types, "5000")
    asked = approval_of(house, number)
    house.do(
        lambda s: load(s, '[[people]]\nwho = "@anna"\nmanager = "@bjorn"\ndepartment = "IT"\nplace = "Stockholm"\n')
    )
    # There nobody need agree to 5,000: whoever was asked says so.
    assert request_state(house, number)[1] and one(house, asked).edition == 2 and holders(house, asked) == {"bjorn"}


def test_what_waits_follows_another_manager(house: Office) -> None:
    number = ask(house)
    house.do(
        lambda s: load(s, '[[people]]\nwho = "@anna"\nmanager = "@ines"\ndepartment = "Sales"\nplace = "Stockholm"\n')
    )
    assert holders(house, number) == {"ines"}
    assert "not yours" in refused(lambda: approve(house, "bjorn", number))


def test_a_role_that_somebody_gets_lets_go_on_what_nobody_could_decide(house: Office) -> None:
    house.do(lambda s: load(s, LONELY))
    number = ask(house, amount="9000")
    approve(house, "bjorn", number)
    assert one(house, number).stuck
    house.do(
        lambda s: load(s, '[[people]]\nwho = "@david"\nroles = ["finance"]\nmanager = "@bjorn"\ndepartment = "Sales"\n')
    )
    assert holders(house, number) == {"david"} and not one(house, number).stuck


# Small sums.


def test_what_needs_no_approval_takes_its_money_all_the_same(house: Office, types: Catalogue) -> None:
    house.do(lambda s: load(s, BUDGET))
    number = laptop(house, types, "499")
    assert request_state(house, number)[1] is False
    assert house.do(lambda s: budgets.get(s, 1)).committed == 49_900
    house.do(lambda s: request_duty.cancel(s, house.who("anna"), number))
    assert house.do(lambda s: budgets.get(s, 1)).committed == 0
    ledger_agrees(house)


def test_below_the_limit_and_over_the_budget_it_is_the_owners(house: Office, types: Catalogue) -> None:
    house.do(lambda s: load(s, BUDGET.replace("20000", "100")))
    number = laptop(house, types, "149.99")
    asked = approval_of(house, number)
    assert request_state(house, number)[1] and holders(house, asked) == {"grace"}
    approve(house, "grace", asked, why="it is needed")
    assert request_state(house, number)[1] is False and house.do(lambda s: budgets.get(s, 1)).allowed == 4_999


def test_three_headsets_in_a_week_are_one_purchase(house: Office, types: Catalogue) -> None:
    house.do(lambda s: load(s, BUDGET))
    first, second, third = (laptop(house, types, "249.99") for _ in range(3))
    assert [request_state(house, number)[1] for number in (first, second, third)] == [False, False, True]
    asked = approval_of(house, third)
    assert holders(house, asked) == {"bjorn"}
    assert house.do(lambda s: whole_of(s, approvals.get(s, asked))) == 74_997
    later(days=8)
    assert request_state(house, laptop(house, types, "249.99"))[1] is False


def test_one_person_who_asks_for_different_things_is_looked_at_as_a_whole(house: Office) -> None:
    first = ask_of(house, "anna", "Chairs", "3000")
    second = ask_of(house, "anna", "A stand at the fair", "2500")
    assert len(route_of(house, first)) == 1 and route_of(house, second)[-1] == ["role:finance"]
    # Whoever agrees to the first sees what it is part of: with the last word finance is asked about it, too.
    approve(house, "bjorn", first)
    assert one(house, first).state is S.WAITING and holders(house, first) == {"frank"}


def test_several_who_ask_for_one_supplier_are_one_sum_and_others_are_not(house: Office) -> None:
    ask_of(house, "anna", "Chairs", "3000", supplier="Kinnarps")
    other = ask_of(house, "david", "Desks", "2500", supplier="kinnarps")
    assert route_of(house, other)[-1] == ["role:finance"]
    alone = ask_of(house, "bjorn", "Flowers", "2500", supplier="Interflora")
    assert route_of(house, alone) == [["manager"]]


def test_a_card_that_waits_is_drawn_anew_with_the_sum(house: Office) -> None:
    first = ask_of(house, "anna", "Chairs", "3000")
    all_sent(house)
    ask_of(house, "anna", "More chairs", "2500")
    house.do(duty.look_again)
    assert redrawn(house, first) > 0
    assert [one.id for one in house.do(lambda s: together_with(s, approvals.get(s, first)))]
    assert house.do(duty.look_again) == 0


def test_what_is_withdrawn_counts_no_more(house: Office) -> None:
    first = ask_of(house, "anna", "Chairs", "3000")
    house.do(lambda s: duty.withdraw(s, house.who("anna"), first))
    assert len(route_of(house, ask_of(house, "anna", "Lamps", "2500"))) == 1


# Budgets that move while something waits.


def test_an_owner_is_not_asked_any_more_where_there_is_room_again(house: Office) -> None:
    house.do(lambda s: load(s, BUDGET.replace("20000", "100")))
    number = ask(house, amount="450")
    approve(house, "bjorn", number)
    assert holders(house, number) == {"grace"}
    house.do(lambda s: budget_duty.raise_by(s, house.who("frank"), 1, sek("1000"), True, "more to do"))
    house.do(duty.look_again)
    assert one(house, number).state is S.APPROVED and len(one(house, number).route) == 1
    assert house.do(lambda s: budgets.get(s, 1)).committed == 45_000
    ledger_agrees(house)


def test_who_has_a_step_and_owns_the_budget_is_asked_once_with_a_reason(house: Office) -> None:
    house.do(lambda s: load(s, BUDGET.replace("20000", "1000").replace("@grace", "@bjorn")))
    number, other = ask(house, amount="450"), ask_of(house, "david", "Lamps", "900")
    approve(house, "bjorn", other)
    house.do(duty.look_again)
    assert len(one(house, number).route) == 1 and holders(house, number) == {"bjorn"}
    assert "Say why" in refused(lambda: approve(house, "bjorn", number))
    assert approve(house, "bjorn", number, why="they broke").state is S.APPROVED


def test_a_card_is_drawn_anew_when_its_budget_has_less(house: Office) -> None:
    house.do(lambda s: load(s, BUDGET))
    waits, other = ask(house, amount="450"), ask_of(house, "david", "Lamps", "900")
    all_sent(house)
    house.do(duty.look_again)
    all_sent(house)
    approve(house, "bjorn", other)
    house.do(duty.look_again)
    assert redrawn(house, waits) > 0


# New Year.

NEXT = BUDGET.replace("2026", "2027").replace("20000", "30000")


def test_what_is_decided_in_the_new_year_takes_from_the_new_year_and_is_shown_it_first(house: Office) -> None:
    house.do(lambda s: load(s, BUDGET + NEXT))
    clock.move_to(datetime(2026, 12, 30, 9, tzinfo=UTC))
    number = ask(house, amount="450")
    assert one(house, number).year == 2026
    clock.move_to(datetime(2027, 1, 4, 9, tzinfo=UTC))
    assert "Another budget year" in refused(lambda: approve(house, "bjorn", number, 1))
    assert house.do(duty.turn_of_year) == 1
    asked = one(house, number)
    assert (asked.year, asked.edition) == (2027, 2) and holders(house, number) == {"bjorn"}
    approve(house, "bjorn", number, 2)
    assert [house.do(lambda s, at=at: budgets.get(s, at)).committed for at in (1, 2)] == [0, 45_000]  # type: ignore[misc]
    assert house.do(duty.turn_of_year) == 0


def test_what_no_budget_has_given_is_said_to_finance(house: Office) -> None:
    house.do(lambda s: load(s, BUDGET))
    clock.move_to(datetime(2027, 1, 4, 9, tzinfo=UTC))
    number = ask(house, amount="450")
    approve(house, "bjorn", number)
    assert told(house, "approvals.uncharged") == to(house, "frank")
    assert house.do(lambda s: is_uncharged(s, approvals.get(s, number)))


def test_budgets_of_every_year_can_be_looked_at(house: Office) -> None:
    house.do(lambda s: load(s, BUDGET + NEXT))
    assert house.do(lambda s: budget_duty.years_seen_by(s, house.who("frank"))) == [2026, 2027]
    assert house.do(lambda s: budget_duty.years_seen_by(s, house.who("ines"))) == []


# It never stalls quietly.


def test_a_cover_who_does_not_answer_and_nobody_above_is_for_the_administrators(house: Office) -> None:
    house.do(lambda s: load(s, LONELY))
    number = ask(house)
    person = house.who("bjorn")
    when = When(date(2026, 11, 23), None, person.zone, last_day=date(2026, 11, 30))
    house.do(lambda s: absences.plan(s, person, when, house.who("david")))
    assert holders(house, number) == {"bjorn"} and not one(house, number).stuck
    later(days=1)
    house.do(duty.chase)
    assert one(house, number).stuck and set(told(house, "approvals.stuck")) == set(to(house, "maria", "ines"))
    house.do(lambda s: absences.back(s, person))
    assert not one(house, number).stuck and approve(house, "bjorn", number).state is S.APPROVED


def test_a_cover_who_is_barred_gives_way_to_the_next_level_with_the_true_reason(house: Office) -> None:
    away(house, "bjorn", 4, cover="anna")
    number = ask(house)
    seat = seats(house, number)[0]
    assert holders(house, number) == {"maria"} and seat.via is SeatVia.MANAGER
    assert seat.absent == {"why": NoCover.BARRED.value, "cover": house.who("anna").id}


def test_cover_barred_and_manager_away_goes_one_level_further(house: Office) -> None:
    away(house, "maria", 9)
    away(house, "bjorn", 4, cover="anna")
    assert holders(house, ask(house)) == {"grace"}
    away(house, "grace", 9)
    number = ask(house, "Lamps")
    assert one(house, number).stuck


def test_an_absent_manager_without_cover_or_manager_is_told_to_the_administrators(house: Office) -> None:
    house.do(lambda s: load(s, LONELY))
    away(house, "bjorn", 4)
    number = ask(house)
    assert one(house, number).stuck and holders(house, number) == {"bjorn"}


def test_the_catch_up_and_the_list_tell_what_was_decided_for_somebody(house: Office) -> None:
    away(house, "bjorn", 3, cover="david")
    number = ask(house)
    approve(house, "david", number)
    later(days=5)
    house.do(absences.begin_and_end)
    me = house.who("bjorn")
    found = house.do(lambda s: approvals.decided_by(s, me.id or 0, 1, 8))
    assert [row.id for row in found.rows] == [number]
    from storage.time_tables import Digest

    back = Digest(
        id=1, person_id=me.id or 0, kind=DigestKind.BACK, due_at=clock.now(), since_at=clock.now() - timedelta(days=7)
    )
    content = house.do(lambda s: digests.content(s, me, back))
    assert [seat.approval_id for seat in content.decided_for] == [number]


# Paying.


def test_whoever_agreed_does_not_book_the_payment_cover_or_not(house: Office) -> None:
    house.do(lambda s: load(s, BUDGET))
    number = ask(house, amount="9000")
    approve(house, "bjorn", number)
    approve(house, "frank", number)
    said = refused(lambda: house.do(lambda s: duty.pay(s, house.who("frank"), number, sek("9000"))))
    assert "You agreed to A1" in said and "María Torres" in said
    house.do(lambda s: duty.pay(s, house.who("maria"), number, sek("8000")))
    ledger_agrees(house)


def test_a_payment_that_was_booked_wrong_is_taken_back_and_booked_again(house: Office) -> None:
    house.do(lambda s: load(s, BUDGET))
    number = ask(house, amount="450")
    approve(house, "bjorn", number)
    house.do(lambda s: duty.pay(s, house.who("frank"), number, sek("300")))
    assert "paid already" in refused(lambda: house.do(lambda s: duty.pay(s, house.who("frank"), number, sek("299"))))
    assert "Say what was wrong" in refused(lambda: house.do(lambda s: duty.unpay(s, house.who("frank"), number, " ")))
    house.do(lambda s: duty.unpay(s, house.who("frank"), number, "dollars for kronor"))
    budget = house.do(lambda s: budgets.get(s, 1))
    assert (budget.committed, budget.spent) == (45_000, 0) and one(house, number).paid_at is None
    house.do(lambda s: duty.pay(s, house.who("frank"), number, sek("299.99")))
    budget = house.do(lambda s: budgets.get(s, 1))
    assert (budget.committed, budget.spent) == (0, 29_999)
    ledger_agrees(house)
    other = ask(house, "Lamps")
    approve(house, "bjorn", other)
    assert "has not been booked" in refused(lambda: house.do(lambda s: duty.unpay(s, house.who("frank"), other, "why")))


def test_what_was_spent_before_is_entered_and_changed_and_loading_twice_adds_nothing(house: Office) -> None:
    written = BUDGET + "spent = 2310.40\n"
    for _ in range(2):
        house.do(lambda s: load(s, written))
    assert house.do(lambda s: budgets.get(s, 1)).spent == 231_040
    house.do(lambda s: load(s, BUDGET + 'spent = "2000"\n'))
    assert house.do(lambda s: budgets.get(s, 1)).spent == 200_000
    assert 'spent = "2000.00"' in house.do(show)
    ledger_agrees(house)


def test_more_than_the_budget_may_have_been_spent_before(house: Office) -> None:
    department = house.do(lambda s: budget_duty.save(s, None, BudgetSetup(1, 2026, sek("100"), spent=sek("150"))))
    assert (department.spent, department.allowed, department.left) == (15_000, 5_000, -5_000)
    ledger_agrees(house)


# Words and amounts.


@pytest.mark.parametrize(
    "title", ["Laptop 3OOO", "tres mil euros", "Laptop dreitausend Euro", "25000", "½ million", "3000 BTC"]
)
def test_words_that_hold_an_amount_are_no_words_without_one(house: Office, title: str) -> None:
    assert "in what you wrote" in refused(lambda: house.do(lambda s: duty.ask(s, house.who("anna"), Proposal(title))))


def test_what_is_said_to_cost_nothing_is_looked_at_like_a_large_amount(house: Office) -> None:
    proposal = Proposal("Desk 12 to floor 2", unclear=True)
    made = house.do(lambda s: duty.ask(s, house.who("anna"), proposal))
    assert made.unclear and [step["who"] for step in made.route] == [["manager"], ["role:finance"]]


def test_the_first_amount_asks_finance_once_how_amounts_are_meant(house: Office) -> None:
    ask(house)
    ask(house, "Lamps")
    assert told(house, "approvals.vat") == to(house, "frank")
    assert "finance or an administrator" in refused(lambda: house.do(lambda s: vat.choose(s, house.who("anna"), True)))
    house.do(lambda s: vat.choose(s, house.who("frank"), False))
    assert house.do(vat.with_vat) is False


def test_an_answer_keeps_its_question_under_another_type(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "5000")
    for key in ("it_fault", "new_equipment"):
        house.do(lambda s, key=key: request_duty.retype(s, types, house.who("anna"), number, types.get(key)))  # type: ignore[misc]
        answers = house.do(lambda s: requests.get(s, number)).answers
        if key == "it_fault":
            assert answers == {
                "new_equipment.what": "laptop",
                "new_equipment.price": {"amount": "5000", "currency": "SEK"},
            }
    assert answers == {"what": "laptop", "price": {"amount": "5000", "currency": "SEK"}}
