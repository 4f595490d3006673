"""Clicks on budgets, and their forms."""

from sqlalchemy.orm import Session

from handlers import blocks, forms, money
from handlers.budgets import commands, modals
from handlers.context import Answer, Call, FormErrors
from office.duties import budgets as duty
from office.duties.approvals.ask import home_of
from office.errors import Refusal
from office.rules.money import Money
from storage import people
from storage.words import BudgetMode


def overview(call: Call) -> Answer:
    return commands.budget(call, call.value if call.value.isdecimal() else "")


def new(call: Call) -> Answer:
    with call.reading() as session:
        view = modals.set_up(session, call.reader, duty.this_year(session, call.reader.today()))
    return Answer(modal=view, how="push" if call.in_modal else "open")


def rates(call: Call) -> Answer:
    return commands.rate(call)


def form_sent(call: Call) -> Answer:
    metadata = call.metadata
    held = blocks.values(call.body["view"])
    call.meet([forms.text(held, "owner")])

    def do(session: Session) -> Answer:
        _SENT.get(str(metadata.get("act")), _refuse)(session, call, held, forms.number(metadata, "id"))
        return Answer()

    return call.perform_form(do)


def _set_up(session: Session, call: Call, held: forms.Held, number: int) -> None:
    owner_id = _owner(session, held)
    mode = forms.choice(held, "mode", BudgetMode) or BudgetMode.STOP
    why = forms.text(held, "why")
    if number:
        old = duty.look(session, call.person, number)
        amount = _amount(call, held, old.currency)
        setup = duty.BudgetSetup(
            old.department_id, old.year, amount, old.category, old.month, mode, owner_id,
            _spent(call, held, old.currency),
        )  # fmt: skip
    else:
        amount = _amount(call, held, home_of(session, call.person))
        setup = duty.BudgetSetup(
            forms.number(held, "department"), forms.number(held, "year"), amount, forms.text(held, "category"),
            forms.number(held, "month") if held.get("month") else 0, mode, owner_id,
            _spent(call, held, amount.currency),
        )  # fmt: skip
    duty.save(session, call.person, setup, why, is_new=not number)


def _raise(session: Session, call: Call, held: forms.Held, number: int) -> None:
    budget = duty.look(session, call.person, number)
    up = forms.text(held, "way") != "down"
    duty.raise_by(session, call.person, number, _amount(call, held, budget.currency), up, forms.text(held, "why"))


def _move(session: Session, call: Call, held: forms.Held, number: int) -> None:
    budget = duty.look(session, call.person, number)
    amount = _amount(call, held, budget.currency)
    duty.move(session, call.person, number, forms.number(held, "to"), amount, forms.text(held, "why"))


def _refuse(session: Session, call: Call, held: forms.Held, number: int) -> None:
    raise forms.old_form()


_SENT = {"new": _set_up, "edit": _set_up, "raise": _raise, "move": _move}


def _spent(call: Call, held: forms.Held, currency: str) -> Money | None:
    """What was spent before; an empty field, and one that an older form does not have, say nothing."""
    typed = forms.text(held, "spent").strip()
    if not typed:
        return None
    if not typed.strip("0.,- ") and "0" in typed:
        return Money(0, currency)
    try:
        return money.read(call.reader, typed, currency)
    except Refusal as refusal:
        raise FormErrors({"spent": call.reader.say(refusal.text, **refusal.facts)}) from refusal


def _amount(call: Call, held: forms.Held, currency: str) -> Money:
    try:
        return money.read(call.reader, forms.text(held, "amount"), currency)
    except Refusal as refusal:
        raise FormErrors({"amount": call.reader.say(refusal.text, **refusal.facts)}) from refusal


def _owner(session: Session, held: forms.Held) -> int | None:
    slack_id = forms.text(held, "owner")
    found = people.find_by_slack(session, slack_id) if slack_id else None
    return found.id if found is not None else None
