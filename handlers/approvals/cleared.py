"""Why something may be done: it was approved, by whom and when; or nobody need agree to it, and why."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers.i18n import Md, Reader, mention
from office.catalogue import RequestType
from office.duties.approvals.ask import home_of
from office.duties.approvals.routes import steps_for
from office.rules.approval_routing import Step
from storage import approvals, people
from storage.money_tables import Approval
from storage.tables import Request
from storage.words import ApprovalState, SeatState


def of_request(session: Session, reader: Reader, request: Request, kind: RequestType) -> str:
    """The same for a request that does not wait; nothing for what nobody is ever asked about."""
    approval = approvals.of_request(session, request.id or 0)
    if approval is not None:
        return said(session, reader, approval)
    requester = people.get(session, request.requester_id)
    steps = steps_for(session, kind.key, requester.department_id, kind)
    return needless_said(reader, steps, home_of(session, requester)) if steps else ""


def said(session: Session, reader: Reader, approval: Approval) -> str:
    if approval.state is not ApprovalState.APPROVED:
        return ""
    seats = approvals.seats(session, approval.id or 0)
    given = [one for one in seats if one.state is SeatState.APPROVED and one.edition == approval.edition]
    if not given:
        return needless_said(reader, [Step.read(one) for one in approval.steps], approval.home_currency)
    parts = [
        reader.md("{who}, {when}", who=mention(people.find(session, one.decided_by_id)), when=one.decided_at)
        for one in given
    ]
    return reader.md("✅ A{number} is approved: {verdicts}", number=approval.id, verdicts=Md("; ".join(parts)))


def needless_said(reader: Reader, steps: Sequence[Step], currency: str) -> str:
    """That nobody need agree to it, and why."""
    limits = [step.start for step in steps if step.start is not None]
    if not steps:
        return reader.md("No approval is needed: the office asks nobody about this.")
    if len(limits) == len(steps):
        least = reader.money(min(limits), currency)
        return reader.md("No approval is needed: it is below {amount}.", amount=least)
    return reader.md("No approval is needed: what the office wants asked does not apply.")
