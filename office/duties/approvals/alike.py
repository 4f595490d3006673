"""Orders that look like one purchase: of the same supplier, or for the same thing, within some days."""

from datetime import timedelta

from sqlalchemy.orm import Session

from office.rules.similar import similar
from storage import approvals
from storage.money_tables import Approval
from storage.text import fold

WITHIN = timedelta(days=7)


def together_with(session: Session, approval: Approval) -> list[Approval]:
    """Other approvals with an amount that an approver should see beside this one, newest first."""
    if approval.amount is None:
        return []
    near = [one for one in approvals.alike(session, approval, approval.created_at - WITHIN) if one.amount]
    titles = similar(approval.title, {one.id or 0: one.title for one in near}, most=10)
    supplier = fold(approval.supplier)
    same = [one for one in near if one.id in titles or (supplier and fold(one.supplier) == supplier)]
    return [one for one in same if abs(one.created_at - approval.created_at) <= WITHIN]
