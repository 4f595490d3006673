"""What counts as one sum: what one person asks within some days, and what several ask for one supplier or purpose."""

from datetime import timedelta

from sqlalchemy.orm import Session

from office.duties import rates
from office.errors import Refusal
from office.rules.money import Money
from office.rules.similar import similar
from storage import approvals
from storage.money_tables import Approval
from storage.text import fold

WITHIN = timedelta(days=7)


def together_with(session: Session, approval: Approval) -> list[Approval]:
    """Other approvals with an amount that are one sum with this one, newest first: routes look at all of it, and
    whoever decides sees it. An order to a supplier is no wish of whoever places it, so it is looked at by supplier and
    purpose only; and what an invoice is higher is looked at with the whole of its order already."""
    if approval.amount is None or approval.invoice_id is not None:
        return []
    near = approvals.near(session, approval, approval.created_at - WITHIN, approval.created_at + WITHIN)
    near = [one for one in near if one.invoice_id is None]
    alike = similar(approval.title, {one.id or 0: one.title for one in near}, most=len(near))
    return [one for one in near if one.id in alike or _is_one_with(approval, one)]


def whole_of(session: Session, approval: Approval) -> int | None:
    """Minor units of the whole sum that an approval is part of, in the currency of its requester's place; None where
    some of it can't be compared for want of a rate."""
    own = approval.weight if approval.weight is not None else approval.home_amount
    if own is None:
        return None
    found = [_at_home(session, approval, one) for one in together_with(session, approval)]
    return None if None in found else own + sum(one or 0 for one in found)


def look_at_siblings(session: Session, approval: Approval) -> None:
    """The cards of the others show the sum as it is now."""
    waiting = [one.id or 0 for one in together_with(session, approval) if one.state in approvals.STILL]
    approvals.look_at(session, waiting)


def _is_one_with(approval: Approval, other: Approval) -> bool:
    supplier = fold(approval.supplier)
    if supplier and fold(other.supplier) == supplier:
        return True
    orders = (approval.purchase_id, other.purchase_id)
    return approval.requester_id == other.requester_id and orders == (None, None)


def _at_home(session: Session, approval: Approval, other: Approval) -> int | None:
    if other.home_currency == approval.home_currency and other.home_amount is not None:
        return other.home_amount
    try:
        asked = Money(other.amount or 0, other.currency)
        day = other.rate_on or other.created_at.date()
        return rates.convert(session, asked, approval.home_currency, day).money.minor
    except Refusal:
        return None
