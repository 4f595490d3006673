"""What others must agree to before it happens."""

from office.duties.approvals.access import is_allowed, look, refuse_old
from office.duties.approvals.ask import Proposal, ask, edit, reopen
from office.duties.approvals.decide import approve, approve_several, pay, reject, unpay, want_changes
from office.duties.approvals.going_on import look_again
from office.duties.approvals.timers import chase, expire, turn_of_year
from office.duties.approvals.turns import reassign, snooze, withdraw

__all__ = [
    "Proposal", "approve", "approve_several", "ask", "chase", "edit", "expire", "is_allowed", "look", "look_again",
    "pay", "reassign", "refuse_old", "reject", "reopen", "snooze", "turn_of_year", "unpay", "want_changes", "withdraw",
]  # fmt: skip
