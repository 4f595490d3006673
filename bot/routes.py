"""deskhand office route: who would be asked, before anything is."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy.orm import Session

from handlers import money
from handlers.approvals import routes_said
from handlers.i18n import reader_of
from office.catalogue import Catalogue
from office.duties.approvals import routes
from office.duties.approvals.ask import Proposal, draft, home_of
from office.errors import Refusal
from office.rules.approval_routing import Step
from storage import facts, people


def words(session: Session, catalogue: Catalogue, type_key: str, amount: str | None, by: str) -> Iterator[str]:
    """The steps that would apply, a line each, with the people who would be asked now. Raises Refusal."""
    person = people.find_named(session, by)
    if person is None:
        raise Refusal("There is nobody called {who}. Write a Slack handle, an e-mail address or a Slack id.", who=by)
    kind = catalogue.find(type_key)
    if kind is None and type_key not in routes.OF_THE_OFFICE:
        known = [*routes.OF_THE_OFFICE, *sorted(catalogue.types)]
        raise Refusal("“{type}” is not a request type. There are: {known}.", type=type_key, known=known)
    reader = replace(reader_of(person, facts.find(session, "language") or "en"), language="en")
    paid = money.read(reader, amount, home_of(session, person)) if amount else None
    category = kind.budget if kind is not None else ""
    asked = draft(session, person, Proposal(type_key, money=paid, category=category), type_key, kind)
    planned = routes.preview(session, asked, routes.plan(session, asked, expected=True), expected=True)
    if not planned:
        yield "Nobody needs to approve this."
    for number, one in enumerate(planned, start=1):
        said = routes_said.step_said(session, reader, one)
        time = f"{one.step.hours} working hours" if one.step.hours else "five working days"
        yield f"{number}. {said} ({', '.join(one.step.who)}; {time})"
    if paid is None and any(one.step.start is not None for one in planned):
        yield "Without an amount every step that begins at one is asked."
    yield from _unknown(session, [Step.read(one) for one in asked.steps])


def _unknown(session: Session, steps: list[Step]) -> Iterator[str]:
    """Who is named in a route and has never appeared in Slack: a slip of the pen would wait for nobody."""
    for who in dict.fromkeys(one for step in steps for one in step.who if "@" in one and not one.startswith("group:")):
        found = people.find_named(session, who)
        if found is None or found.slack_id is None:
            yield f"{who} has not appeared in Slack yet; until then their manager, or an administrator, is asked."
