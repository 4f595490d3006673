"""Approvals: asked in order, given to what was shown, never stalled, never one's own."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from office import clock
from office.catalogue import Catalogue, CatalogueError
from office.catalogue import load as load_catalogue
from office.duties import absences, arrivals, rates, undo
from office.duties import approvals as duty
from office.duties import requests as request_duty
from office.duties.approvals import Proposal
from office.duties.approvals.access import last_step
from office.duties.arrivals import Profile
from office.duties.requests import Ask
from office.errors import Refusal
from office.office_file import OfficeFileError, load, show
from office.rules.money import Money
from office.when import When
from storage import approvals, history, requests
from storage.money_tables import Approval, Seat
from storage.tables import Outbox
from storage.words import ApprovalState as S
from storage.words import RequestState, SeatState, SeatVia, Standing
from tests.conftest import Office, later

ROUTES = """
[[departments]]
name = "Sales"
[[people]]
who = "@anna"
manager = "@bjorn"
department = "Sales"
place = "Stockholm"
[[people]]
who = "@bjorn"
manager = "@maria"
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
steps = [{ who = "manager", from = 1000 }, { who = "role:finance", from = 10000, hours = 8 }]
[[routes]]
type = "ask"
steps = [{ who = ["@frank", "@david", "@ines"], need = 2, from = 100000 }]
"""


# Somebody whom nobody is above, in an office with neither finance nor anybody else who runs it.
NOBODY_ABOVE = """
[[people]]
who = "@frank"
manager = "@grace"
[[people]]
who = "@maria"
manager = "@grace"
roles = ["admin"]
"""


@pytest.fixture
def house(office: Office) -> Office:
    office.do(lambda s: load(s, ROUTES))
    return office


def sek(amount: str) -> Money:
    return Money(int(Decimal(amount) * 100), "SEK")


def ask(
    house: Office, title: str = "Chairs", amount: str | None = "450", named: tuple[str, ...] = (), **more: object
) -> int:
    proposal = Proposal(
        title,
        money=sek(amount) if amount else None,
        named=tuple(f"person:{house.who(one).id}" for one in named),
        **more,
    )  # type: ignore[arg-type]
    return house.do(lambda s: duty.ask(s, house.who("anna"), proposal)).id or 0


def edit(house: Office, number: int, title: str = "Chairs", amount: str = "450", **more: object) -> Approval:
    proposal = Proposal(title, money=sek(amount), **more)  # type: ignore[arg-type]
    return house.do(lambda s: duty.edit(s, house.who("anna"), number, proposal))


def approve(house: Office, who: str, number: int, edition: int | None = None, why: str = "") -> Approval:
    return house.do(lambda s: duty.approve(s, house.who(who), number, edition, why))


def one(house: Office, number: int) -> Approval:
    return house.do(lambda s: approvals.get(s, number))


def seats(house: Office, number: int, *states: SeatState) -> list[Seat]:
    return [seat for seat in house.do(lambda s: approvals.seats(s, number)) if seat.state in (states or SeatState)]


def holders(house: Office, number: int) -> set[str]:
    """Who is asked now."""
    names = {house.who(handle).id: handle for handle in ("anna", "bjorn", "maria", "grace", "frank", "david", "ines")}
    return {names[seat.holder_id] for seat in seats(house, number, SeatState.OPEN)}


def told(house: Office, kind: str) -> list[str]:
    with house.database.read() as session:
        rows = session.execute(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id)).scalars()  # type: ignore[arg-type]
        return [row.destination for row in rows if row.redraws_id is None]


def to(house: Office, *handles: str) -> list[str]:
    return [f"person:{house.who(handle).id}" for handle in handles]


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        do()
    return str(refusal.value)


def away(house: Office, who: str, days: int, cover: str | None = None) -> None:
    """Somebody is away from now on; the cover says yes at once."""
    person = house.who(who)
    today = clock.now().date()
    when = When(today, None, person.zone, last_day=today + timedelta(days=days))
    planned = house.do(lambda s: absences.plan(s, person, when, house.who(cover) if cover else None))
    if cover:
        house.do(lambda s: absences.answer(s, house.who(cover), planned.id or 0, yes=True))
    house.do(absences.begin_and_end)


def laptop(house: Office, types: Catalogue, price: str, who: str = "anna") -> int:
    answers = {"what": "laptop", "price": {"amount": price, "currency": "SEK"}}
    asked = Ask(types.get("new_equipment"), "A laptop", answers)
    return house.do(lambda s: request_duty.log(s, house.who(who), asked)).id or 0


def approval_of(house: Office, number: int) -> int:
    found = house.do(lambda s: approvals.of_request(s, number))
    assert found is not None and found.id is not None
    return found.id


def request_state(house: Office, number: int) -> tuple[RequestState, bool]:
    found = house.do(lambda s: requests.get(s, number))
    return found.state, found.awaits_id is not None


# Asking, and who is asked.


def test_without_a_name_ones_manager_is_asked(house: Office) -> None:
    number = ask(house)
    assert holders(house, number) == {"bjorn"} and told(house, "approvals.asked") == to(house, "bjorn")
    assert told(house, "approvals.mine") == to(house, "anna")


def test_those_who_are_named_are_asked_all_of_them_and_take_nobodys_place(house: Office) -> None:
    number = ask(house, named=("frank", "grace"))
    approve(house, "frank", number)
    assert one(house, number).state is S.WAITING and holders(house, number) == {"grace"}
    approve(house, "grace", number)
    assert holders(house, number) == {"bjorn"}
    assert approve(house, "bjorn", number).state is S.APPROVED


def test_a_manager_who_is_named_is_asked_once(house: Office) -> None:
    number = ask(house, named=("bjorn",))
    assert [step["who"] for step in one(house, number).route] == [["manager"]]
    assert approve(house, "bjorn", number).state is S.APPROVED


def test_what_the_office_wants_asked_comes_after_whoever_was_named(house: Office) -> None:
    number = ask(house, amount="100000", named=("grace",))
    approve(house, "grace", number)
    approve(house, "bjorn", number)
    assert holders(house, number) == {"frank", "david", "ines"}
    approve(house, "david", number)
    assert approve(house, "ines", number).state is S.APPROVED
    assert [seat.state for seat in seats(house, number)][2] is SeatState.SPARED


@pytest.mark.parametrize("who", ["anna", "petra", "zoe", "otto"])
def test_oneself_guests_strangers_and_leavers_cant_be_asked(house: Office, who: str) -> None:
    assert "can't" in refused(lambda: ask(house, named=(who,)))


def test_words_are_needed(house: Office) -> None:
    assert "what it is for" in refused(lambda: ask(house, title=" … "))


def test_a_requester_who_is_the_approver_gives_way_to_the_next_level(house: Office) -> None:
    number = house.do(lambda s: duty.ask(s, house.who("maria"), Proposal("Coffee"))).id or 0
    assert holders(house, number) == {"grace"}
    # Grace is at the top: finance looks at it.
    top = house.do(lambda s: duty.ask(s, house.who("grace"), Proposal("A boat"))).id or 0
    assert holders(house, top) == {"frank"}


def test_where_nobody_is_left_the_administrators_hear_of_it_and_it_is_never_let_through(house: Office) -> None:
    house.do(lambda s: load(s, NOBODY_ABOVE))
    alone = house.do(lambda s: duty.ask(s, house.who("grace"), Proposal("A boat"))).id or 0
    assert holders(house, alone) == set() and one(house, alone).stuck and one(house, alone).state is S.WAITING
    assert told(house, "approvals.stuck") == to(house, "maria")


# Deciding.


def test_a_second_press_is_told_who_decided(house: Office) -> None:
    number = ask(house, named=("frank",))
    approve(house, "frank", number)
    assert "Frank Weber" in refused(lambda: approve(house, "frank", number))
    assert (
        len([entry for entry in house.do(lambda s: history.of(s, "approval", number)) if entry.act == "approve"]) == 1
    )


@pytest.mark.parametrize("who", ["anna", "david", "maria", "petra"])
def test_a_press_by_somebody_else_decides_nothing(house: Office, who: str) -> None:
    number = ask(house)
    refused(lambda: approve(house, who, number))
    refused(lambda: house.do(lambda s: duty.reject(s, house.who(who), number, None, "no")))
    assert one(house, number).state is S.WAITING and len(seats(house, number, SeatState.OPEN)) == 1


def test_a_no_needs_a_reason_and_ends_it(house: Office) -> None:
    number = ask(house, named=("frank", "grace"))
    assert "Say why" in refused(lambda: house.do(lambda s: duty.reject(s, house.who("frank"), number, None, " ")))
    house.do(lambda s: duty.reject(s, house.who("frank"), number, None, "too dear"))
    assert one(house, number).state is S.REJECTED and holders(house, number) == set()
    assert told(house, "approvals.rejected") == to(house, "anna")
    assert "rejected" in refused(lambda: approve(house, "grace", number))


def test_where_two_of_three_are_needed_one_no_is_not_the_end(house: Office) -> None:
    number = ask(house, amount="100000")
    approve(house, "bjorn", number)
    house.do(lambda s: duty.reject(s, house.who("frank"), number, None, "no"))
    assert one(house, number).state is S.WAITING and holders(house, number) == {"david", "ines"}
    house.do(lambda s: duty.reject(s, house.who("ines"), number, None, "no"))
    assert one(house, number).state is S.REJECTED


def test_changes_are_made_and_it_goes_on_where_it_was(house: Office) -> None:
    number = ask(house, amount="101000")
    approve(house, "bjorn", number)
    house.do(lambda s: duty.want_changes(s, house.who("frank"), number, None, "cheaper, please"))
    assert one(house, number).state is S.CHANGES and told(house, "approvals.changes") == to(house, "anna")
    edit(house, number, amount="100000")
    assert one(house, number).edition == 1 and holders(house, number) == {"frank", "david", "ines"}


def test_several_are_approved_with_one_look_and_each_says_what_became_of_it(house: Office) -> None:
    first, second, changed = (ask(house, title=title) for title in ("Chairs", "Lamps", "Plants"))
    edit(house, changed, title="Plants", amount="9000")
    chosen = [(first, 1, 0), (second, 1, 0), (changed, 1, 0)]
    found = house.do(lambda s: duty.approve_several(s, house.who("bjorn"), chosen))
    assert [refusal is None for _, refusal in found] == [True, True, False]
    assert [one(house, number).state for number, _ in found] == [S.APPROVED, S.APPROVED, S.WAITING]


# What was shown is what is agreed to.


@pytest.mark.parametrize(
    ("change", "edition"),
    [
        ({"amount": "450.01"}, 2),
        ({"amount": "449.99"}, 1),
        ({"supplier": "Kinnarps"}, 2),
        ({"day": date(2026, 12, 1)}, 2),
        ({"title": "A sofa"}, 2),
        ({"text": "We need them soon."}, 2),
        ({"files": ({"url": "https://files.slack.com/x", "name": "offer.pdf"},)}, 2),
    ],
)
def test_whatever_is_added_or_changed_asks_again_and_less_money_does_not(
    house: Office, change: dict[str, object], edition: int
) -> None:
    number = ask(house, named=("frank", "grace"))
    approve(house, "frank", number, 1)
    edit(house, number, **change)  # type: ignore[arg-type]
    assert one(house, number).edition == edition
    assert holders(house, number) == ({"grace"} if edition == 1 else {"frank", "grace"})


def test_a_button_of_an_older_version_says_what_changed(house: Office) -> None:
    number = ask(house)
    edit(house, number, amount="900")
    said = refused(lambda: approve(house, "bjorn", number, 1))
    assert "Anna Lindqvist" in said and "version 2" in said and one(house, number).state is S.WAITING
    assert approve(house, "bjorn", number, 2).state is S.APPROVED


def test_whose_turn_it_is_not_hears_of_the_change_all_the_same(house: Office) -> None:
    number = ask(house, amount="100000")
    approve(house, "bjorn", number)
    edit(house, number, amount="100001")
    assert holders(house, number) == {"bjorn"}
    said = refused(lambda: approve(house, "frank", number, 1))
    assert "Anna Lindqvist" in said and "version 2" in said


def test_a_rise_after_it_was_approved_asks_again(house: Office) -> None:
    number = ask(house)
    approve(house, "bjorn", number)
    assert edit(house, number, amount="400").state is S.APPROVED
    assert edit(house, number, amount="401").state is S.WAITING and holders(house, number) == {"bjorn"}


def test_each_verdict_keeps_what_was_seen(house: Office) -> None:
    number = ask(house, named=("frank",), supplier="Kinnarps")
    approve(house, "frank", number)
    entry = next(entry for entry in house.do(lambda s: history.of(s, "approval", number)) if entry.act == "approve")
    assert entry.after["edition"] == 1
    assert entry.after["saw"]["amount"] == 45000 and entry.after["saw"]["supplier"] == "Kinnarps"


def test_money_of_another_country_is_compared_at_a_dated_rate(house: Office) -> None:
    proposal = Proposal("Ticket", money=Money(900_000, "EUR"), named=(f"person:{house.who('grace').id}",))
    assert "no rate from EUR to SEK" in refused(lambda: house.do(lambda s: duty.ask(s, house.who("anna"), proposal)))
    house.do(
        lambda s: rates.load(
            s, "date,from,to,rate\n2026-11-01,EUR,SEK,11.00\n2026-11-20,EUR,SEK,11.42\n2027-01-01,EUR,SEK,20\n"
        )
    )
    made = house.do(lambda s: duty.ask(s, house.who("anna"), proposal))
    assert (made.home_amount, made.home_currency, made.rate, made.rate_on) == (
        10_278_000,
        "SEK",
        "11.42",
        date(2026, 11, 20),
    )
    assert len(made.route) == 3  # above 100,000 kr, which 9,000 EUR are


# Away, late, gone.


def test_what_waits_passes_to_the_cover_and_comes_back(house: Office) -> None:
    number = ask(house)
    away(house, "bjorn", 4, cover="david")
    assert holders(house, number) == {"david"} and told(house, "approvals.asked") == to(house, "bjorn", "david")
    house.do(lambda s: absences.back(s, house.who("bjorn")))
    assert holders(house, number) == {"bjorn"}


def test_what_is_asked_while_somebody_is_away_goes_to_the_cover_and_both_see_it(house: Office) -> None:
    away(house, "bjorn", 4, cover="david")
    number = ask(house)
    assert holders(house, number) == {"david"} and told(house, "approvals.covered") == to(house, "bjorn")
    approve(house, "david", number)
    seat = seats(house, number)[0]
    assert (seat.decided_by_id, seat.approver_id, seat.via) == (
        house.who("david").id,
        house.who("bjorn").id,
        SeatVia.COVER,
    )
    assert house.do(lambda s: last_step(s, approvals.get(s, number)))["who"] == "David Ortega"


def test_a_cover_who_has_not_answered_is_waited_for_one_working_day(house: Office) -> None:
    number = ask(house)
    person = house.who("bjorn")
    when = When(date(2026, 11, 23), None, person.zone, last_day=date(2026, 11, 30))
    house.do(lambda s: absences.plan(s, person, when, house.who("david")))
    assert holders(house, number) == {"bjorn"}
    later(days=1)
    house.do(duty.chase)
    assert holders(house, number) == {"maria"} and told(house, "approvals.chased") == []


def test_what_costs_nothing_is_not_asked_of_those_who_look_at_large_amounts(house: Office) -> None:
    number = ask(house, title="May I work from Portugal in June?", amount=None)
    assert len(one(house, number).route) == 1
    edit(house, number, title="May I work from Portugal in June?", amount="100000")
    assert len(one(house, number).route) == 2 and one(house, number).edition == 2


def test_nobody_stands_in_for_an_approver_who_asked_for_it(house: Office) -> None:
    away(house, "bjorn", 4, cover="anna")
    number = ask(house)
    assert holders(house, number) == {"maria"} and seats(house, number)[0].via is SeatVia.MANAGER


def test_whoever_stands_in_for_the_requester_does_not_decide(house: Office) -> None:
    number = ask(house, named=("frank",))
    away(house, "anna", 4, cover="frank")
    assert "stand in" in refused(lambda: approve(house, "frank", number))


def test_where_the_only_one_asked_stands_in_for_the_requester_another_is_asked(house: Office) -> None:
    number = ask(house, named=("frank",))
    away(house, "anna", 4, cover="frank")
    assert holders(house, number) == {"grace"}


def test_an_absent_approver_without_a_cover_does_not_stop_the_work(house: Office) -> None:
    number = ask(house)
    away(house, "bjorn", 4)
    assert holders(house, number) == {"maria"}
    house.do(lambda s: absences.back(s, house.who("bjorn")))
    assert holders(house, number) == {"bjorn"}


def test_a_cover_who_has_a_seat_of_their_own_does_not_count_twice(house: Office) -> None:
    number = ask(house, amount="100000")
    approve(house, "bjorn", number)
    away(house, "david", 4, cover="ines")
    assert holders(house, number) == {"frank", "ines", "david"}
    approve(house, "ines", number)
    refused(lambda: approve(house, "ines", number))
    assert one(house, number).state is S.WAITING


def test_an_approver_is_chased_on_working_days_and_then_it_goes_up(house: Office) -> None:
    number = ask(house)
    for day in range(1, 10):
        clock.move_to(clock.now() + timedelta(days=1))
        house.do(duty.chase)
        if day in (1, 2, 3, 6):
            assert len(told(house, "approvals.chased")) == {1: 1, 2: 1, 3: 2, 6: 2}[day]
    assert told(house, "approvals.chased")[:3] == to(house, "bjorn", "bjorn", "bjorn")
    assert holders(house, number) == {"maria"} and told(house, "approvals.escalated") == to(
        house, *sorted(["anna", "bjorn"], key=lambda handle: house.who(handle).id or 0)
    )
    # Both can now.
    assert approve(house, "bjorn", number).state is S.APPROVED


def test_after_a_standstill_one_is_reminded_once(house: Office) -> None:
    ask(house)
    later(days=5)
    house.do(duty.chase)
    house.do(duty.chase)
    assert len(told(house, "approvals.chased")) == 1


def test_a_snooze_does_not_stop_the_clock(house: Office) -> None:
    number = ask(house)
    before = seats(house, number)[0].due_at
    house.do(lambda s: duty.snooze(s, house.who("bjorn"), number, clock.now() + timedelta(days=20), "Europe/Stockholm"))
    assert seats(house, number)[0].due_at == before
    assert "over" in refused(
        lambda: house.do(lambda s: duty.snooze(s, house.who("bjorn"), number, clock.now() - timedelta(1), "UTC"))
    )


@pytest.mark.parametrize("standing", [Standing.DEACTIVATED, Standing.GUEST])
def test_whoever_leaves_or_becomes_a_guest_passes_it_on_at_once(house: Office, standing: Standing) -> None:
    number = ask(house)
    profile = Profile("U0BJORN", "Björn Ek", "bjorn", None, "sv-SE", "Europe/Stockholm", standing, False)
    house.do(lambda s: arrivals.meet(s, profile))
    assert holders(house, number) == {"maria"}
    refused(lambda: approve(house, "bjorn", number))


def test_what_nobody_touches_expires_and_can_be_asked_again(house: Office) -> None:
    number = ask(house)
    later(days=61)
    house.do(duty.expire)
    assert one(house, number).state is S.EXPIRED and holders(house, number) == set()
    house.do(lambda s: duty.reopen(s, house.who("anna"), number))
    assert one(house, number).state is S.WAITING and holders(house, number) == {"bjorn"}


def test_withdrawn_nobody_need_decide(house: Office) -> None:
    number = ask(house)
    house.do(lambda s: duty.withdraw(s, house.who("anna"), number))
    assert holders(house, number) == set() and told(house, "approvals.withdrawn") == to(house, "bjorn")


@pytest.mark.parametrize("to_whom", ["anna", "petra", "otto", "bjorn"])
def test_it_can_t_be_passed_to_whoever_may_not_decide(house: Office, to_whom: str) -> None:
    number = ask(house)
    refused(lambda: house.do(lambda s: duty.reassign(s, house.who("bjorn"), number, house.who(to_whom), "busy")))
    assert holders(house, number) == {"bjorn"}


def test_passing_it_on_says_why_to_everybody(house: Office) -> None:
    number = ask(house)
    house.do(lambda s: duty.reassign(s, house.who("bjorn"), number, house.who("ines"), "I sold them the chairs"))
    assert holders(house, number) == {"ines"} and told(house, "approvals.reassigned") == to(house, "anna")


# Requests that need an approval.


def test_a_cheap_one_needs_nobody(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "999.99")
    assert request_state(house, number) == (RequestState.OPEN, False) and told(house, "requests.card") == ["C0IT"]


def test_nothing_is_done_with_a_request_before_the_last_step(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "12000")
    assert request_state(house, number) == (RequestState.ON_HOLD, True) and told(house, "requests.card") == []
    for act in (request_duty.take, request_duty.resume):
        assert "waits for an approval" in refused(
            lambda act=act: house.do(lambda s: act(s, house.who("frank"), number))
        )  # type: ignore[misc]
    assert "waits for an approval" in refused(
        lambda: house.do(lambda s: request_duty.solve(s, house.who("frank"), number, "done"))
    )
    approval = house.do(lambda s: approvals.of_request(s, number))
    assert approval is not None and approval.id is not None
    approve(house, "bjorn", approval.id)
    assert request_state(house, number)[1] and told(house, "requests.card") == []
    approve(house, "frank", approval.id)
    assert request_state(house, number) == (RequestState.OPEN, False) and told(house, "requests.card") == ["C0IT"]


def test_what_is_rejected_is_not_done_and_opening_it_asks_again(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "5000")
    approval = house.do(lambda s: approvals.of_request(s, number))
    assert approval is not None and approval.id is not None
    house.do(lambda s: duty.reject(s, house.who("bjorn"), approval.id or 0, None, "no money"))
    assert request_state(house, number)[0] is RequestState.CANCELLED
    house.do(lambda s: request_duty.reopen(s, house.who("anna"), number))
    assert request_state(house, number) == (RequestState.ON_HOLD, True) and holders(house, approval.id) == {"bjorn"}


def test_a_dearer_laptop_after_the_approval_stops_the_work(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "5000")
    approval = house.do(lambda s: approvals.of_request(s, number))
    assert approval is not None and approval.id is not None
    approve(house, "bjorn", approval.id)
    house.do(lambda s: request_duty.take(s, house.who("frank"), number))
    dearer = Ask(
        types.get("new_equipment"), "A laptop", {"what": "laptop", "price": {"amount": "9000", "currency": "SEK"}}
    )
    house.do(lambda s: request_duty.edit(s, house.who("anna"), number, dearer))
    assert request_state(house, number) == (RequestState.ON_HOLD, True)
    approve(house, "bjorn", approval.id)
    assert request_state(house, number) == (RequestState.IN_PROGRESS, False)


def test_an_amount_that_rises_above_the_limit_begins_an_approval(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "500")
    dearer = Ask(
        types.get("new_equipment"), "A laptop", {"what": "laptop", "price": {"amount": "9000", "currency": "SEK"}}
    )
    house.do(lambda s: request_duty.edit(s, house.who("anna"), number, dearer))
    assert request_state(house, number) == (RequestState.ON_HOLD, True)


def test_below_the_limit_no_approval_is_needed_any_more(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "5000")
    other = Ask(types.get("new_equipment"), "A mouse", {"what": "other", "price": {"amount": "200", "currency": "SEK"}})
    house.do(lambda s: request_duty.edit(s, house.who("anna"), number, other))
    assert request_state(house, number) == (RequestState.OPEN, False)


def test_three_of_them_count_three_times(house: Office, types: Catalogue) -> None:
    answers = {"what": "screen", "how_many": "3", "price": {"amount": "4000", "currency": "SEK"}}
    number = house.do(
        lambda s: request_duty.log(s, house.who("anna"), Ask(types.get("new_equipment"), "Screens", answers))
    ).id
    approval = house.do(lambda s: approvals.of_request(s, number or 0))
    assert approval is not None and approval.amount == 1_200_000 and len(approval.route) == 2


def test_undoing_and_cancelling_are_no_way_round(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "5000")
    approval = house.do(lambda s: approvals.of_request(s, number))
    assert approval is not None and approval.id is not None
    house.do(lambda s: request_duty.cancel(s, house.who("anna"), number))
    assert one(house, approval.id).state is S.WITHDRAWN
    house.do(lambda s: undo.undo(s, types, house.who("anna")))
    assert request_state(house, number) == (RequestState.ON_HOLD, True) and one(house, approval.id).state is S.WAITING


def test_logging_can_be_undone_as_one_step(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "5000")
    approval = house.do(lambda s: approvals.of_request(s, number))
    assert approval is not None
    house.do(lambda s: undo.undo(s, types, house.who("anna"), ("request", number, 1)))
    assert request_state(house, number)[0] is RequestState.CANCELLED
    assert one(house, approval.id or 0).state is S.WITHDRAWN


def test_another_type_asks_those_of_that_type(house: Office, types: Catalogue) -> None:
    asked = Ask(types.get("it_fault"), "My screen flickers")
    number = house.do(lambda s: request_duty.log(s, house.who("anna"), asked)).id or 0
    assert request_state(house, number) == (RequestState.OPEN, False)
    house.do(lambda s: request_duty.retype(s, types, house.who("anna"), number, types.get("new_equipment")))
    assert request_state(house, number) == (RequestState.ON_HOLD, True)


def test_what_waits_goes_on_waiting_under_another_type(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "12000")
    house.do(lambda s: request_duty.retype(s, types, house.who("anna"), number, types.get("it_fault")))
    assert request_state(house, number) == (RequestState.ON_HOLD, True) and told(house, "requests.card") == []
    asked = approval_of(house, number)
    assert one(house, asked).edition == 2 and holders(house, asked) == {"bjorn"}
    approve(house, "bjorn", asked)
    approve(house, "frank", asked)
    assert request_state(house, number) == (RequestState.OPEN, False) and told(house, "requests.card") == ["C0IT"]


# Ways round it.


def test_once_somebody_has_answered_another_type_is_no_way_round(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "12000")
    approve(house, "bjorn", approval_of(house, number))
    said = refused(
        lambda: house.do(lambda s: request_duty.retype(s, types, house.who("anna"), number, types.get("it_fault")))
    )
    assert "decided on as what it is" in said


def test_other_answers_are_asked_again(house: Office, types: Catalogue) -> None:
    answers = {"what": "headset", "price": {"amount": "9000", "currency": "SEK"}}
    asked = Ask(types.get("new_equipment"), "For me", answers)
    number = house.do(lambda s: request_duty.log(s, house.who("anna"), asked)).id or 0
    approve(house, "bjorn", approval_of(house, number))
    other = {"what": "laptop", "how_many": "3", "price": {"amount": "3000", "currency": "SEK"}}
    house.do(
        lambda s: request_duty.edit(s, house.who("anna"), number, Ask(types.get("new_equipment"), "For me", other))
    )
    assert request_state(house, number) == (RequestState.ON_HOLD, True)


def test_one_word_more_is_asked_again_like_other_words(house: Office) -> None:
    number = ask(house, named=("frank", "grace"), text="Ten for the team.")
    approve(house, "frank", number)
    edit(house, number, text="Ten for the team. And a laptop for my son.")
    assert one(house, number).edition == 2 and holders(house, number) == {"frank", "grace"}
    edit(house, number, text="One for me.")
    assert one(house, number).edition == 3


def test_a_small_ask_that_grows_meets_the_offices_later_steps(house: Office) -> None:
    number = ask(house, amount="10")
    edit(house, number, amount="100000")
    assert len(one(house, number).route) == 2


def test_naming_somebody_else_keeps_the_offices_steps(house: Office) -> None:
    number = ask(house, amount="100000", named=("grace",))
    edit(house, number, amount="100000", named=(f"person:{house.who('maria').id}",))
    assert [step["who"] for step in one(house, number).route] == [
        [f"person:{house.who('maria').id}"],
        ["manager"],
        ["@frank", "@david", "@ines"],
    ]


@pytest.mark.parametrize("named", [("david", "frank"), ("frank", "david")])
def test_a_cover_who_is_asked_too_has_one_voice(house: Office, named: tuple[str, ...]) -> None:
    away(house, "david", 4, cover="frank")
    number = ask(house, named=named)
    approve(house, "frank", number)
    refused(lambda: approve(house, "frank", number))
    assert one(house, number).state is S.WAITING


def test_a_press_counts_for_the_step_that_its_card_showed(house: Office) -> None:
    house.do(lambda s: load(s, '[[people]]\nwho = "@anna"\nmanager = "@frank"\ndepartment = "Sales"\n'))
    number = ask(house, amount="100000")
    house.do(lambda s: duty.approve(s, house.who("frank"), number, 1, step=0))
    said = refused(lambda: house.do(lambda s: duty.approve(s, house.who("frank"), number, 1, step=0)))
    assert "gone on" in said and one(house, number).step == 1
    assert house.do(lambda s: duty.approve_several(s, house.who("frank"), [(number, 1, 0)]))[0][1] is not None


def test_what_has_been_done_can_t_be_withdrawn(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "5000")
    approve(house, "bjorn", approval_of(house, number))
    house.do(lambda s: request_duty.solve(s, house.who("frank"), number, "It is on your desk."))
    asked = approval_of(house, number)
    said = refused(lambda: house.do(lambda s: duty.withdraw(s, house.who("anna"), asked)))
    assert "done already" in said


def test_an_administrator_does_not_move_their_own_question_to_a_friend(house: Office) -> None:
    number = house.do(lambda s: duty.ask(s, house.who("maria"), Proposal("Coffee"))).id or 0
    refused(lambda: house.do(lambda s: duty.reassign(s, house.who("maria"), number, house.who("anna"), "quicker")))
    assert holders(house, number) == {"grace"}


def test_the_approval_of_a_request_is_changed_with_the_request_only(house: Office, types: Catalogue) -> None:
    number = approval_of(house, laptop(house, types, "5000"))
    assert "belongs to a request" in refused(lambda: edit(house, number, title="Pencil", amount="1"))


def test_a_rejection_can_t_be_undone_by_whoever_rejected(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "5000")
    asked = approval_of(house, number)
    house.do(lambda s: duty.reject(s, house.who("bjorn"), asked, None, "no"))
    assert "is not undone" in refused(lambda: house.do(lambda s: undo.undo(s, types, house.who("bjorn"))))


def test_two_who_are_needed_are_never_one(house: Office) -> None:
    # David reports to Frank: when David leaves, it is not Frank alone who is left.
    house.do(lambda s: load(s, '[[people]]\nwho = "@david"\nmanager = "@frank"\n'))
    number = ask(house, named=("frank", "david"))
    approve(house, "frank", number)
    gone = Profile("U0DAVID", "David", "david", None, "es-ES", "Europe/Madrid", Standing.DEACTIVATED, False)
    house.do(lambda s: arrivals.meet(s, gone))
    assert holders(house, number) == {"grace"} and one(house, number).state is S.WAITING


def test_whoever_said_no_or_passed_it_on_is_not_asked_again(house: Office) -> None:
    number = ask(house, amount="100000")
    approve(house, "bjorn", number)
    house.do(lambda s: duty.reject(s, house.who("frank"), number, None, "no"))
    house.do(lambda s: duty.reassign(s, house.who("ines"), number, house.who("maria"), "she knows"))
    gone = Profile("U0DAVID", "David", "david", None, "es-ES", "Europe/Madrid", Standing.DEACTIVATED, False)
    house.do(lambda s: arrivals.meet(s, gone))
    assert holders(house, number) == {"maria"} and one(house, number).stuck
    # One more is what is missing: the administrator adds somebody of whom the route could have asked, here Frank's
    # manager, and takes nobody's question away.
    house.do(lambda s: duty.reassign(s, house.who("maria"), number, house.who("grace"), "she is left"))
    assert holders(house, number) == {"maria", "grace"} and not one(house, number).stuck


def test_changes_that_were_answered_in_words_are_sent_again_as_they_are(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "5000")
    asked = approval_of(house, number)
    house.do(lambda s: duty.want_changes(s, house.who("bjorn"), asked, None, "why?"))
    same = Ask(
        types.get("new_equipment"), "A laptop", {"what": "laptop", "price": {"amount": "5000", "currency": "SEK"}}
    )
    house.do(lambda s: request_duty.edit(s, house.who("anna"), number, same))
    assert holders(house, approval_of(house, number)) == {"bjorn"}


def test_numbers_that_are_none_are_refused(house: Office) -> None:
    for number in (0, 2**31, 999_999_999_999):
        assert "no approval" in refused(lambda number=number: approve(house, "frank", number))  # type: ignore[misc]


def test_a_types_own_file_may_name_its_route_and_show_the_card_in_its_channel(house: Office, tmp_path: Path) -> None:
    (tmp_path / "stamp.toml").write_text(
        'title = { en = "A stamp" }\ndesk = "it"\napproval_in_channel = true\n[[approval]]\nwho = "@ines"\nhours = 4\n'
    )
    own = load_catalogue(tmp_path)
    number = (
        house.do(lambda s: request_duty.log(s, house.who("anna"), Ask(own.get("stamp"), "A stamp for Berlin"))).id or 0
    )
    assert told(house, "approvals.desk") == ["C0IT"] and holders(house, approval_of(house, number)) == {"ines"}
    # Reopening without the catalogue at hand asks the same people.
    house.do(lambda s: request_duty.cancel(s, house.who("anna"), number))
    house.do(lambda s: request_duty.reopen(s, house.who("anna"), number))
    assert holders(house, approval_of(house, number)) == {"ines"}


@pytest.mark.parametrize(
    "written", ['who = "boss"', 'who = "manager"\nneed = 0', 'who = "manager"\nlimit = 3', 'who = "role:king"']
)
def test_a_route_that_is_wrong_stops_the_start_with_a_sentence(tmp_path: Path, written: str) -> None:
    (tmp_path / "stamp.toml").write_text(f'title = {{ en = "A stamp" }}\ndesk = "it"\n[[approval]]\n{written}\n')
    with pytest.raises(CatalogueError, match=r"stamp.toml: approval: "):
        load_catalogue(tmp_path)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('[[routes]]\ntype = "yacht"\nsteps = []\n', "no request type"),
        ('[[routes]]\ntype = "ask"\nsteps = [{ who = "manager", department = "Sails" }]\n', "'Sails' is not known"),
        ('[[routes]]\ntype = "ask"\nsteps = [{ who = "person:9" }]\n', "names nobody"),
        ('[[budgets]]\ndepartment = "Sales"\nyear = 2026\namount = "much"\n', "expected an amount"),
        ('[[budgets]]\ndepartment = "Sales"\nyear = 2026\namount = 5\ncurrency = "XXQ"\n', "three letters"),
        ('[[budgets]]\ndepartment = "Sales"\nyear = 2026\namount = 5\nmode = "maybe"\n', "warn or stop"),
        ('[office]\nname = "N"\nfiscal_year_start = 13\n', "a month from 1 to 12"),
    ],
)
def test_an_office_file_that_is_wrong_names_its_line(house: Office, types: Catalogue, written: str, said: str) -> None:
    with pytest.raises(OfficeFileError, match=said) as wrong:
        house.do(lambda s: load(s, written, types.types))
    assert "line " in str(wrong.value)


def test_an_office_with_routes_and_budgets_is_written_as_it_was_read(house: Office) -> None:
    house.do(lambda s: load(s, '[[budgets]]\ndepartment = "Sales"\nyear = 2026\namount = "12.50"\ncurrency = "SEK"\n'))
    written = house.do(show)
    house.do(lambda s: load(s, written))
    assert house.do(show) == written and 'amount = "12.50"' in written and '"need" = 2' in written


def test_a_category_is_part_of_what_is_agreed_to(house: Office) -> None:
    house.do(
        lambda s: load(
            s, '[[budgets]]\ndepartment = "Sales"\nyear = 2026\ncategory = "travel"\namount = 9000\ncurrency = "SEK"\n'
        )
    )
    assert "no budget category" in refused(lambda: ask(house, category="made up"))
    number = ask(house, named=("frank", "grace"))
    approve(house, "frank", number)
    edit(house, number, category="travel")
    assert one(house, number).edition == 2 and holders(house, number) == {"frank", "grace"}


def test_who_wants_changes_and_then_agrees_has_one_voice_still(house: Office) -> None:
    number = ask(house, named=("frank", "ines"))
    for who in ("frank", "ines"):
        house.do(lambda s, who=who: duty.want_changes(s, house.who(who), number, None, "why?"))  # type: ignore[misc]
        edit(house, number, amount="440" if who == "frank" else "430")
        if who == "frank":
            approve(house, "frank", number)
    assert holders(house, number) == {"ines"}
    approve(house, "ines", number)
    assert approve(house, "bjorn", number).state is S.APPROVED


def test_whoever_said_no_does_not_say_yes_for_another(house: Office) -> None:
    number = ask(house, amount="100000")
    approve(house, "bjorn", number)
    house.do(lambda s: duty.reject(s, house.who("david"), number, None, "no"))
    away(house, "frank", 4, cover="david")
    assert "david" not in holders(house, number)


def test_a_cover_who_stands_in_for_the_requester_too_passes_it_on(house: Office) -> None:
    number = ask(house, named=("david",))
    away(house, "david", 4, cover="frank")
    assert holders(house, number) == {"frank"}
    house.do(lambda s: load(s, '[[people]]\nwho = "@david"\nmanager = "@grace"\n'))
    away(house, "anna", 3, cover="frank")
    assert holders(house, number) == {"grace"}


def test_a_reopened_request_reaches_its_desk_with_the_last_yes_and_once(house: Office, types: Catalogue) -> None:
    number = laptop(house, types, "5000")
    asked = approval_of(house, number)
    house.do(lambda s: duty.reject(s, house.who("bjorn"), asked, None, "no"))
    house.do(lambda s: request_duty.reopen(s, house.who("anna"), number))
    approve(house, "bjorn", asked)
    assert told(house, "requests.card") == ["C0IT"]
    dearer = Ask(
        types.get("new_equipment"), "A laptop", {"what": "laptop", "price": {"amount": "9000", "currency": "SEK"}}
    )
    house.do(lambda s: request_duty.edit(s, house.who("anna"), number, dearer))
    approve(house, "bjorn", asked)
    assert told(house, "requests.card") == ["C0IT"]


def test_whoever_makes_it_need_an_approval_does_not_give_it(house: Office, types: Catalogue) -> None:
    asked = Ask(types.get("it_fault"), "My screen flickers")
    number = house.do(lambda s: request_duty.log(s, house.who("anna"), asked)).id or 0
    house.do(lambda s: load(s, '[[routes]]\ntype = "new_equipment"\nsteps = [{ who = "@frank" }]\n'))
    house.do(lambda s: request_duty.retype(s, types, house.who("frank"), number, types.get("new_equipment")))
    assert holders(house, approval_of(house, number)) == {"grace"}
