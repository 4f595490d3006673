"""One way to an approval: through the permission table, and through its state and edition."""

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from office import clock
from office.duties.covers import stand_in_for
from office.errors import Refusal
from office.rules import approval_permissions as rule
from office.rules.approval_permissions import ApprovalParties
from office.rules.approval_terms import Terms
from office.rules.money import Money
from storage import approvals, budgets, history, people
from storage.approvals import agreed_by, open_seats
from storage.money_tables import Approval
from storage.tables import History, Person
from storage.words import ApprovalAct, ApprovalRelation, ApprovalState, Role, SeatState

# What tells of a verdict in history.
VERDICTS = (ApprovalAct.APPROVE.value, ApprovalAct.REJECT.value, ApprovalAct.CHANGES.value)


def look(session: Session, actor: Person, number: int, act: ApprovalAct = ApprovalAct.SEE) -> Approval:
    """An approval that somebody may do this with now. One that they may not see is refused like one that is not
    there."""
    approval = approvals.find(session, number)
    are = relations_of(session, actor, approval) if approval is not None else frozenset()
    if approval is None or not rule.may(ApprovalAct.SEE, are, approval.state):
        raise Refusal("There is no approval A{number} that you can see. /approvals lists yours.", number=number)
    if rule.may(act, are, approval.state):
        return approval
    answers = (*rule.DECISIONS, ApprovalAct.REASSIGN, ApprovalAct.SNOOZE)
    decided_then = act in answers and approval.state is not ApprovalState.WAITING
    if decided_then or rule.may_ever(act, are):
        raise Refusal(
            "A{number} is {state}: {who}, {when}. /approvals {number} shows it.",
            number=number,
            state=approval.state,
            **last_step(session, approval),
        )
    raise _others(session, actor, approval, act, are)


def is_allowed(session: Session, actor: Person, approval: Approval, act: ApprovalAct) -> bool:
    return rule.may(act, relations_of(session, actor, approval), approval.state)


def relations_of(session: Session, person: Person, approval: Approval) -> frozenset[ApprovalRelation]:
    assert person.id is not None
    parties = parties_of(session, approval)
    return rule.relations(person.id, person.standing, person.has(Role.ADMIN), person.has(Role.FINANCE), parties)


def parties_of(session: Session, approval: Approval) -> ApprovalParties:
    assert approval.id is not None
    seats = approvals.seats(session, approval.id)
    open_ones = [one for one in seats if one.state is SeatState.OPEN]
    owners = _budget_owners(session, approval)
    return ApprovalParties(
        requester_id=approval.requester_id,
        beneficiary_id=approval.beneficiary_id,
        editor_id=approval.editor_id,
        stand_ins=_stand_ins(session, approval),
        asked={one for seat in open_ones for one in (seat.holder_id, seat.approver_id)},
        decided={one for seat in seats for one in (seat.decided_by_id, seat.holder_id, seat.approver_id) if one},
        budget_owners=owners,
        payers=set(payers(session, approval)) if approval.state is ApprovalState.APPROVED else set(),
    )


def payers(session: Session, approval: Approval) -> list[int]:
    """Who books what was paid: finance, but nobody who has agreed to it or in whose place it was agreed to. Where all
    of finance have, those who run the office."""
    return payers_but(session, agreed_by(session, approval))


def payers_but(session: Session, agreed: Collection[int]) -> list[int]:
    for role in (Role.FINANCE, Role.OFFICE_MANAGER):
        found = [one.id or 0 for one in people.with_role(session, role) if one.id not in agreed]
        if found:
            return found
    return []


def barred(session: Session, approval: Approval) -> set[int]:
    """Who never decides about an approval: whoever asked, whoever it is for, whoever changed it last, their covers."""
    own = (approval.requester_id, approval.beneficiary_id, approval.editor_id)
    return {one for one in own if one is not None} | _stand_ins(session, approval)


def refuse_old(session: Session, approval: Approval, edition: int | None, step: int | None = None) -> None:
    """A press on a card that shows an older edition, or an earlier step, is no verdict on what is asked now."""
    if edition in (None, approval.edition):
        if step in (None, approval.step):
            return
        raise Refusal("A{number} has gone on since this card was drawn. Open it, and decide there.", number=approval.id)
    changed = last_edit(session, approval, approval.edition)
    who = people.find(session, who_did(changed)) if changed else None
    raise Refusal(
        "A{number} has changed since this card was sent, by {who}, {when}: look at version {edition} first. "
        "/approvals {number} shows what is new.",
        number=approval.id,
        who=who.known_as if who else "Deskhand",
        when=changed.at if changed else approval.moved_at,
        edition=approval.edition,
    )


def refuse_changed(session: Session, actor: Person, number: int, edition: int | None) -> None:
    """Whoever presses an older card of what still waits hears first what has changed, and then whose turn it is."""
    approval = approvals.find(session, number)
    waits = approval is not None and approval.state in (ApprovalState.WAITING, ApprovalState.CHANGES)
    if approval is not None and waits and edition is not None and edition < approval.edition:
        refuse_old(session, look(session, actor, number), edition)


def belongs_to_request(approval: Approval) -> Refusal:
    return Refusal(
        "A{number} belongs to a request, and is changed there: /request edit {request}.",
        number=approval.id,
        request=str(approval.request_id),
    )


def refuse_linked(approval: Approval) -> None:
    """What belongs to something else is changed there."""
    if approval.request_id is not None:
        raise belongs_to_request(approval)
    if approval.purchase_id is not None:
        raise Refusal(
            "A{number} belongs to an order to a supplier, and is changed there: /supplies P{purchase}.",
            number=approval.id,
            purchase=str(approval.purchase_id),
        )
    if approval.invoice_id is not None:
        raise Refusal(
            "A{number} belongs to an invoice, and is asked anew there: /supplies I{invoice}.",
            number=approval.id,
            invoice=str(approval.invoice_id),
        )


def terms_of(approval: Approval) -> Terms:
    """What is agreed to, as its approvers are shown it."""
    home = Money(approval.home_amount, approval.home_currency) if approval.home_amount is not None else None
    return Terms(
        approval.title,
        Money(approval.amount, approval.currency) if approval.amount is not None else None,
        home,
        approval.supplier,
        approval.beneficiary_id,
        approval.department_id,
        approval.day,
        approval.category,
        approval.text,
        approval.answers,
        tuple((one.get("url", ""), one.get("name", "")) for one in approval.files),
        approval.year,
    )


def last_edit(session: Session, approval: Approval, edition: int | None = None) -> History | None:
    """The newest change of what is asked; of those that made an edition the one that made this."""
    entries = [one for one in history.of(session, "approval", approval.id or 0) if one.act == "edit"]
    return next((one for one in entries if edition is None or one.after.get("edition") == edition), None)


def last_step(session: Session, approval: Approval) -> dict[str, object]:
    """Who brought an approval where it is, and when; a cover is named with whom they stand in for."""
    newest = next((one for one in history.of(session, "approval", approval.id or 0, 20) if one.act != "asked"), None)
    if newest is None:
        return {"who": "Deskhand", "when": approval.created_at}
    actor = people.find(session, who_did(newest))
    return {"who": actor.known_as if actor else "Deskhand", "when": newest.at}


def who_did(entry: History) -> int | None:
    """Whoever acted; also where it followed from what they did with a request."""
    found: int | None = entry.actor_id or entry.after.get("by")
    return found


def names(session: Session, ids: Iterable[int | None]) -> list[str]:
    return [person.known_as for person in people.by_ids(session, ids).values()]


def _last_verdict(session: Session, approval: Approval) -> History | None:
    return next((one for one in history.of(session, "approval", approval.id or 0) if one.act in VERDICTS), None)


def _stand_ins(session: Session, approval: Approval) -> set[int]:
    own = people.by_ids(session, [approval.requester_id, approval.beneficiary_id, approval.editor_id])
    found = [stand_in_for(session, person, clock.now()) for person in own.values()]
    return {one.id for one in found if one is not None and one.id is not None}


def _budget_owners(session: Session, approval: Approval) -> set[int]:
    if approval.department_id is None or approval.amount is None:
        return set()
    year = {clock.now().year, clock.now().year - 1}
    found = [one for each in year for one in budgets.of_departments(session, [approval.department_id], each)]
    return {one.owner_id for one in found if one.owner_id is not None}


def _others(
    session: Session, actor: Person, approval: Approval, act: ApprovalAct, are: frozenset[ApprovalRelation]
) -> Refusal:
    holders = names(session, sorted({one.holder_id for one in open_seats(session, approval)})) or ["–"]
    verdict = _last_verdict(session, approval)
    if act in rule.DECISIONS and ApprovalRelation.DECIDED in are and verdict is not None:
        return Refusal(
            "{who} has answered on A{number} already, {when}. It is with {holders} now.",
            number=approval.id,
            who=(names(session, [verdict.actor_id]) or ["Deskhand"])[0],
            when=verdict.at,
            holders=holders,
        )
    if act in rule.DECISIONS and ApprovalRelation.REQUESTER in are:
        return Refusal(
            "You asked for A{number} yourself, so somebody else decides: {who}.", number=approval.id, who=holders
        )
    if act in rule.DECISIONS and rule.BARRED & are:
        return Refusal(
            "A{number} is for you, you changed it last, or you stand in for whoever asked: so somebody else decides. "
            "It is with {who}.",
            number=approval.id,
            who=holders,
        )
    if act in rule.DECISIONS or act in (ApprovalAct.REASSIGN, ApprovalAct.SNOOZE):
        return Refusal("A{number} is not yours to decide. It is with {who}.", number=approval.id, who=holders)
    if act in (ApprovalAct.PAY, ApprovalAct.UNPAY):
        who = names(session, payers(session, approval)) or ["–"]
        if actor.id in agreed_by(session, approval):
            return Refusal(
                "You agreed to A{number}, so somebody else books what was paid: {who}.", number=approval.id, who=who
            )
        return Refusal("What has been paid is booked by finance. Ask {who}.", who=who)
    requester = people.get(session, approval.requester_id)
    return Refusal("This is for whoever asked for A{number}: {who}.", number=approval.id, who=requester.known_as)
