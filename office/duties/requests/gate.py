"""Which requests need an approval, and how the two follow each other."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from office.catalogue import RequestType, TypeField
from office.duties import notices
from office.duties.approvals.ask import Proposal, amend, ask_again
from office.duties.approvals.ask import begin as begin_approval
from office.duties.approvals.ending import ALIVE, drop
from office.duties.approvals.routes import steps_for
from office.duties.requests import held
from office.errors import Refusal
from office.rules import money
from office.rules.money import Money
from storage import approvals, offices, people, requests
from storage.money_tables import Approval
from storage.tables import Person, Request
from storage.words import UNFINISHED, ApprovalState, FieldKind


def begin(session: Session, actor: Person, request: Request, kind: RequestType) -> Request:
    """Asks those who must agree to a new request, if its route has any. What need not be agreed to and costs something
    takes its money from the budget all the same."""
    if not _is_looked_at(session, request, kind):
        return request
    made = begin_approval(session, actor, kind, request.id or 0, proposal_of(session, request, kind))
    if made is None or made.state is ApprovalState.APPROVED:
        return request
    _show_to_desk(session, request, kind, made)
    return held.hold_new(session, request, made.id or 0)


def _show_to_desk(session: Session, request: Request, kind: RequestType, approval: Approval) -> None:
    if kind.approval_in_channel:
        desk = offices.get_desk(session, request.desk_id)
        notices.post_card_once(session, "approvals.desk", "approval", approval.id or 0, desk)


def lock(session: Session, number: int) -> None:
    """Called before a request with an approval changes: whoever decides takes the approval first, too."""
    approval = approvals.of_request(session, number) if 0 < number < 2**31 else None
    if approval is not None:
        approvals.lock(session, approval.id or 0)


def refuse_retype(session: Session, request: Request) -> None:
    """Once somebody has answered, another type would be a way round their answer."""
    approval = approvals.of_request(session, request.id or 0)
    if approval is not None and any(one.decided_at for one in approvals.seats(session, approval.id or 0)):
        raise Refusal(
            "#{number} has been decided on as what it is. Cancel it, and log what you need as another request.",
            number=request.id,
        )


def edited(session: Session, actor: Person, request: Request, kind: RequestType, anew: bool = False) -> Request:
    """A request says something else, or is of another type (`anew`): what was agreed to may be void now. What waits
    does not become free by another type: whoever was asked says so."""
    approval = approvals.of_request(session, request.id or 0)
    if approval is None:
        return _begin_late(session, actor, request, kind)
    changed = amend(session, actor, approval, proposal_of(session, request, kind), kind, anew, stays=anew)
    if changed.state in (ApprovalState.WITHDRAWN, ApprovalState.APPROVED):
        held.approved(session, actor, changed)
    elif changed.state is ApprovalState.WAITING and request.awaits_id is None:
        held.hold(session, actor, request, changed.id or 0)
    return requests.get(session, request.id or 0)


def _begin_late(session: Session, actor: Person, request: Request, kind: RequestType) -> Request:
    """A request that had no approval may need one now."""
    if not _is_looked_at(session, request, kind):
        return request
    requester = people.get(session, request.requester_id)
    asked = proposal_of(session, request, kind)
    made = begin_approval(session, requester, kind, request.id or 0, asked, editor=actor)
    if made is None or made.state is ApprovalState.APPROVED:
        return request
    _show_to_desk(session, request, kind, made)
    return held.hold(session, actor, request, made.id or 0)


def cancelled(session: Session, actor: Person, request: Request, why: str = "") -> None:
    """Nobody need decide any more, and the budget gets its money back."""
    approval = approvals.of_request(session, request.id or 0)
    if approval is not None and approval.state in ALIVE:
        drop(session, actor, approval, ApprovalState.WITHDRAWN, why)


def reopened(session: Session, actor: Person, request: Request) -> Request:
    """What was refused or taken back is asked again, whichever way the request came to life."""
    approval = approvals.of_request(session, request.id or 0)
    dead = approval is not None and approval.state not in ALIVE
    if approval is None or not dead or request.state not in UNFINISHED:
        return request
    asker = actor.id in (request.requester_id, request.beneficiary_id)
    again = ask_again(session, actor, approval, {"editor_id": actor.id} if asker else {})
    if again.state is ApprovalState.WAITING:
        return held.hold(session, actor, request, again.id or 0)
    held.approved(session, actor, again)
    return requests.get(session, request.id or 0)


def proposal_of(session: Session, request: Request, kind: RequestType) -> Proposal:
    """What a request's approvers are shown and agree to."""
    return Proposal(
        title=request.title,
        text=request.text if request.text != request.title else "",
        money=amount_of(kind, request.answers),
        supplier=str(request.answers.get("supplier") or ""),
        beneficiary_id=request.beneficiary_id,
        department_id=people.get(session, request.requester_id).department_id,
        category=kind.budget,
        day=request.needed_by,
        files=tuple(request.files),
        answers=_terms_of(kind, request.answers),
    )


def amount_of(kind: RequestType, answers: dict[str, Any]) -> Money | None:
    """What a form's answers come to: its first amount, as many times as its `times` field says."""
    field = _money_field(kind, answers)
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


def amount_carried(
    old: RequestType, had: Mapping[str, Any], new: RequestType, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """What it costs, as the answer to the question for it of another type that has none yet."""
    asks = next((one for one in new.fields if one.kind is FieldKind.AMOUNT), None)
    total = amount_of(old, dict(had))
    if asks is None or asks.key in answers or total is None:
        return {}
    return {asks.key: {"amount": str(total.decimal), "currency": total.currency}}


def _money_field(kind: RequestType, answers: dict[str, Any]) -> TypeField | None:
    return next((one for one in kind.fields if one.kind is FieldKind.AMOUNT and one.key in answers), None)


def _terms_of(kind: RequestType, answers: dict[str, Any]) -> dict[str, Any]:
    """Every answer is part of what is agreed to, but for the amount, which is compared by itself."""
    compared = _money_field(kind, answers)
    return {key: value for key, value in answers.items() if compared is None or key != compared.key}


def _is_looked_at(session: Session, request: Request, kind: RequestType) -> bool:
    """Whether a route or a budget may have anything to do with a request."""
    department = people.get(session, request.requester_id).department_id
    return bool(steps_for(session, kind.key, department, kind)) or amount_of(kind, request.answers) is not None
