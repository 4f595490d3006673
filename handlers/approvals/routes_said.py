"""A route in words: "María Torres, then Grace Miller"."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers.i18n import Reader
from office.catalogue import RequestType
from office.duties import budgets as budget_duty
from office.duties.approvals import routes
from office.duties.approvals.ask import Proposal, draft, home_of
from office.duties.approvals.routes import Planned, department_name
from office.rules import fiscal
from office.rules.approval_routing import OVER_BUDGET
from storage import people
from storage.money_tables import Approval, Budget
from storage.tables import Person


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
        who = reader.say("all of {who}", who=names)
    elif asked.needed == 1:
        who = reader.say("one of {who}", who=names)
    else:
        who = reader.say("{count} of {who}", count=asked.needed, who=names)
    return reader.say("{who} (exceeds the budget)", who=who) if step.kind == OVER_BUDGET else who


def declared(session: Session, reader: Reader, person: Person, kind: RequestType) -> str:
    """Whom the office asks about a type, and from which amount on; empty where nobody is asked."""
    steps = routes.steps_for(session, kind.key, person.department_id, kind)
    if not steps:
        return ""
    home = home_of(session, person)
    asked = draft(session, person, Proposal(kind.key, category=kind.budget), kind.key, kind)
    said = []
    for one in routes.preview(session, asked, steps):
        who = step_said(session, reader, one)
        if one.step.start is not None:
            who = reader.say("{who} from {amount} on", who=who, amount=reader.money(one.step.start, home))
        if one.step.below is not None:
            who = reader.say("{who} below {amount}", who=who, amount=reader.money(one.step.below, home))
        said.append(who)
    text = said[0]
    for following in said[1:]:
        text = reader.say("{before}, then {next}", before=text, next=following)
    return text


def budget_name(session: Session, reader: Reader, budget: Budget) -> str:
    """ "Sales 2026, equipment, March" """
    year = fiscal.name_of(budget.year, budget_duty.first_month(session))
    parts = [f"{department_name(session, budget.department_id)} {year}", budget.category]
    if budget.month:
        parts.append(str(reader.locale.months["stand-alone"]["wide"][budget.month]))
    return ", ".join(part for part in parts if part)
