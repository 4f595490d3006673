"""Which requests need an approval, and how the two follow each other."""

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from office.catalogue import RequestType
from office.duties import notices
from office.duties.approvals.ask import Proposal, amend, ask_again
from office.duties.approvals.ask import begin as begin_approval
from office.duties.approvals.ending import ALIVE, drop
from office.duties.approvals.routes import steps_for
from office.duties.requests import held
from office.rules import money
from office.rules.approval_routing import Step
from office.rules.money import Money
from storage import approvals, offices, people, requests
from storage.tables import Person, Request
from storage.words import UNFINISHED, ApprovalState, FieldKind


def begin(session: Session, actor: Person, request: Request, kind: RequestType) -> Request:
    """Asks those who must agree to a new request, if its route has any."""
    steps = _steps(session, request, kind)
    if not steps:
        return request
    made = begin_approval(session, actor, kind, request.id or 0, proposal_of(session, request, kind), steps)
    if made is None:
        return request
    if kind.approval_in_channel:
        desk = offices.get_desk(session, request.desk_id)
        notices.post_card(session, "approvals.desk", "approval", made.id or 0, desk)
    return held.hold_new(session, request, made.id or 0)


def edited(session: Session, actor: Person, request: Request, kind: RequestType, anew: bool = False) -> Request:
    """A request says something else, or is of another type (`anew`): what was agreed to may be void now."""
    steps = _steps(session, request, kind)
    approval = approvals.of_request(session, request.id or 0)
    if approval is None:
        made = (
            begin_approval(session, _requester(session, request), kind, request.id or 0,
                      proposal_of(session, request, kind), steps)
            if steps
            else None
        )  # fmt: skip
        return request if made is None else held.hold(session, actor, request, made.id or 0)
    approvals.lock(session, approval.id or 0)
    changed = amend(
        session, actor, approvals.get(session, approval.id or 0), proposal_of(session, request, kind), steps, anew
    )
    if changed.state is ApprovalState.WITHDRAWN:
        held.release(session, actor, changed)
    elif changed.state is ApprovalState.WAITING and request.awaits_id is None:
        held.hold(session, actor, request, changed.id or 0)
    return requests.get(session, request.id or 0)


def cancelled(session: Session, actor: Person, request: Request, why: str = "") -> None:
    """Nobody need decide any more, and the budget gets its money back."""
    approval = approvals.of_request(session, request.id or 0)
    if approval is not None and approval.state in ALIVE:
        drop(session, actor, approval, ApprovalState.WITHDRAWN, why)


def reopened(session: Session, actor: Person, request: Request) -> Request:
    """What was refused or taken back is asked again."""
    approval = approvals.of_request(session, request.id or 0)
    if approval is None or approval.state in ALIVE or request.state not in UNFINISHED:
        return request
    again = ask_again(session, actor, approval, {"editor_id": actor.id})
    if again.state is ApprovalState.WAITING:
        return held.hold(session, actor, request, again.id or 0)
    held.release(session, actor, again)
    return requests.get(session, request.id or 0)


def proposal_of(session: Session, request: Request, kind: RequestType) -> Proposal:
    """What a request's approvers are shown and agree to."""
    return Proposal(
        title=request.title,
        text=request.text if request.text != request.title else "",
        money=amount_of(kind, request.answers),
        supplier=str(request.answers.get("supplier") or ""),
        beneficiary_id=request.beneficiary_id,
        department_id=_requester(session, request).department_id,
        category=kind.budget,
        day=request.needed_by,
        files=tuple(request.files),
        answers=request.answers,
    )


def amount_of(kind: RequestType, answers: dict[str, Any]) -> Money | None:
    """What a form's answers come to: its first amount, as many times as its `times` field says."""
    field = next((one for one in kind.fields if one.kind is FieldKind.AMOUNT and one.key in answers), None)
    if field is None or not isinstance(answers[field.key], dict):
        return None
    each = Decimal(str(answers[field.key]["amount"]))
    count = Decimal(str(answers.get(field.times) or 1)) if field.times else Decimal(1)
    try:
        exact = each * max(count, Decimal(1))
        return money.of(exact.quantize(Decimal(1).scaleb(-money.digits(answers[field.key]["currency"]))),
                        answers[field.key]["currency"])  # fmt: skip
    except money.NotMoney:
        return None


def _steps(session: Session, request: Request, kind: RequestType) -> list[Step]:
    return steps_for(session, kind.key, _requester(session, request).department_id, kind)


def _requester(session: Session, request: Request) -> Person:
    return people.get(session, request.requester_id)
