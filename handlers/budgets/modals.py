"""The forms of budgets: setting one up, raising it, moving money."""

import json
from typing import Any

from babel import dates
from sqlalchemy.orm import Session

from handlers import blocks, forms, money
from handlers.approvals.routes_said import budget_name
from handlers.blocks import Block, View
from handlers.context import Call
from handlers.i18n import Reader
from office.duties import budgets as duty
from office.errors import Refusal
from office.rules import fiscal
from office.rules.money import Money
from storage import offices, people
from storage.money_tables import Budget
from storage.words import BudgetMode


def form_of(session: Session, call: Call, name: str, budget: Budget) -> View:
    match name:
        case "edit":
            return set_up(session, call.reader, duty.this_year(session, call.reader.today()), budget)
        case "raise":
            return _change(session, call.reader, budget, "raise", [_amount(call.reader, budget), _up(call.reader)])
        case "move":
            others = [one for one in duty.seen_by(session, call.person, budget.year) if one.id != budget.id]
            if not others:
                raise Refusal("There is no other budget that you can see, to move money to.")
            options = [blocks.option(budget_name(session, call.reader, one), str(one.id)) for one in others]
            target = blocks.field("to", call.reader.say("To which budget?"), blocks.select(options), optional=False)
            return _change(session, call.reader, budget, "move", [_amount(call.reader, budget), target])
    raise forms.old_button()


def set_up(session: Session, reader: Reader, year: int, budget: Budget | None = None) -> View:
    """A new budget, or one with another amount, owner or mode."""
    departments = [blocks.option(one.name, str(one.id)) for one in offices.departments(session)]
    if not departments:
        raise Refusal("There are no departments yet. An administrator makes them with /desk office.")
    first = duty.first_month(session)
    years = [blocks.option(fiscal.name_of(one, first), str(one)) for one in range(year - 1, year + 3)]
    months = [blocks.option(reader.say("the whole year"), "0")]
    months += [
        blocks.option(dates.format_skeleton("MMMM", one, locale=reader.locale), str(one.month))
        for one in fiscal.months_of(year, first)
    ]
    modes = [
        blocks.option(reader.say("stops: its owner must allow it"), BudgetMode.STOP.value),
        blocks.option(reader.say("warns, and lets it through"), BudgetMode.WARN.value),
    ]
    owner = people.find(session, budget.owner_id) if budget else None
    amount = money.typed(reader, Money(budget.amount, budget.currency)) if budget else ""
    had = duty.spent_before(session, budget.id or 0) if budget else 0
    before = money.typed(reader, Money(had, budget.currency)) if budget and had else ""
    new = [
        blocks.field("department", reader.say("Department"), blocks.select(departments), optional=False),
        blocks.field("year", reader.say("Year"), blocks.select(years, str(year)), optional=False),
        blocks.field(
            "category", reader.say("Category"), blocks.text_input(longest=60),
            hint=reader.say("Empty: everything. Requests of a type with a category take from it, too."),
        ),
        blocks.field("month", reader.say("Month"), blocks.select(months, "0")),
    ]  # fmt: skip
    parts: list[Block] = [
        *([blocks.header(budget_name(session, reader, budget))] if budget else new),
        blocks.field("amount", reader.say("Amount"), blocks.text_input(amount, longest=40), optional=False),
        blocks.field(
            "mode",
            reader.say("When it is used up, it"),
            blocks.select(modes, budget.mode.value if budget else BudgetMode.STOP.value, "radio_buttons"),
        ),
        blocks.field(
            "spent", reader.say("Spent before Deskhand came"), blocks.text_input(before, longest=40),
            hint=reader.say("What was paid of it already and stands in no approval here."),
        ),
        blocks.field("owner", reader.say("Owner"), blocks.person_select(owner.slack_id if owner else None)),
        _why(reader, optional=True),
    ]  # fmt: skip
    carried: dict[str, Any] = {"act": "edit" if budget else "new", "id": budget.id if budget else 0}
    return blocks.modal(
        "budgets.form", reader.say("Budget"), parts, reader.say("Close"), reader.say("Save"), json.dumps(carried)
    )


def _change(session: Session, reader: Reader, budget: Budget, act: str, parts: list[Block]) -> View:
    left = reader.md("{left} left", left=Money(budget.left, budget.currency))
    head = [blocks.header(budget_name(session, reader, budget)), blocks.context(left)]
    titles = {"raise": reader.say("Raise or lower"), "move": reader.say("Move money")}
    return blocks.modal(
        "budgets.form", titles[act], [*head, *parts, _why(reader, optional=False)], reader.say("Close"),
        reader.say("Save"), json.dumps({"act": act, "id": budget.id}),
    )  # fmt: skip


def _amount(reader: Reader, budget: Budget) -> Block:
    label = reader.say("How much? ({currency})", currency=budget.currency)
    return blocks.field("amount", label, blocks.text_input(longest=40), optional=False)


def _up(reader: Reader) -> Block:
    ways = [blocks.option(reader.say("more"), "up"), blocks.option(reader.say("less"), "down")]
    return blocks.field("way", reader.say("More or less?"), blocks.select(ways, "up", "radio_buttons"), optional=False)


def _why(reader: Reader, optional: bool) -> Block:
    return blocks.field("why", reader.say("Why? (others read it)"), blocks.text_input("", multiline=True), optional)
