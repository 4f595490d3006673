"""A route in words: "María Torres, then Grace Miller"."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers.i18n import Reader
from office.duties import budgets as budget_duty
from office.duties.approvals import routes
from office.duties.approvals.routes import Planned, department_name
from office.rules import fiscal
from office.rules.approval_routing import OVER_BUDGET
from storage import people
from storage.money_tables import Approval, Budget


def route(session: Session, reader: Reader, approval: Approval) -> str:
    """Who is asked, in order, as the office stands now."""
    return planned(session, reader, routes.preview(session, approval))


def planned(session: Session, reader: Reader, steps: Sequence[Planned]) -> str:
    said = [step_said(session, reader, one) for one in steps]
    if not said:
        return reader.say("nobody needs to approve it")
    text = said[0]
    for one in said[1:]:
        text = reader.say("{before}, then {next}", before=text, next=one)
    return text


def step_said(session: Session, reader: Reader, planned_step: Planned) -> str:
    step, asked = planned_step.step, planned_step.asked
    names = [person.known_as for person in people.by_ids(session, asked.approvers).values()]
    if not names:
        return reader.say("nobody yet: an administrator names somebody")
    if len(names) == 1:
        who = names[0]
    elif step.need == "all" or asked.needed >= len(names):
        who = reader.say("{who} together", who=names)
    elif asked.needed == 1:
        who = reader.say("one of {who}", who=names)
    else:
        who = reader.say("{count} of {who}", count=asked.needed, who=names)
    return reader.say("{who} (exceeds the budget)", who=who) if step.kind == OVER_BUDGET else who


def budget_name(session: Session, reader: Reader, budget: Budget) -> str:
    """ "Sales 2026, equipment, March" """
    year = fiscal.name_of(budget.year, budget_duty.first_month(session))
    parts = [f"{department_name(session, budget.department_id)} {year}", budget.category]
    if budget.month:
        parts.append(str(reader.locale.months["stand-alone"]["wide"][budget.month]))
    return ", ".join(part for part in parts if part)
