"""What an approval takes from budgets: of the year in which it is decided, and said where it takes from none."""

from sqlalchemy.orm import Session

from office.duties import budgets, notices
from office.errors import Refusal
from storage import budgets as budgets_stored
from storage import people
from storage.money_tables import Approval
from storage.words import ApprovalState, Role


def is_uncharged(session: Session, approval: Approval) -> bool:
    """Whether money was agreed to that no budget has given, in an office that keeps budgets."""
    if approval.state is not ApprovalState.APPROVED or approval.amount is None or not budgets.has_any(session):
        return False
    return not budgets_stored.touched_by(session, approval.id or 0)


def tell_uncharged(session: Session, approval: Approval) -> Approval:
    """Finance hears of what no budget has given."""
    if is_uncharged(session, approval):
        finance = [one.id for one in people.with_role(session, Role.FINANCE)]
        notices.tell(session, "approvals.uncharged", "approval", approval.id or 0, finance)
    return approval


def refuse_old_year(session: Session, approval: Approval) -> None:
    """A card that shows last year's budget is no question about this year's."""
    year = budgets.year_of(session, approval)
    if approval.year is not None and year is not None and year != approval.year:
        raise Refusal(
            "Another budget year has begun since this was asked. A{number} is being asked anew, with what is left of "
            "the new one: the next card shows it.",
            number=approval.id,
        )


def is_of_old_year(session: Session, approval: Approval) -> bool:
    year = budgets.year_of(session, approval)
    return approval.year is not None and year is not None and year > approval.year
