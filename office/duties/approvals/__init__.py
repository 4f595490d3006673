"""What others must agree to before it happens."""

from office.duties.approvals.access import is_allowed, look, refuse_old
from office.duties.approvals.ask import Proposal, ask, edit, reopen
from office.duties.approvals.decide import approve, approve_several, pay, reject, want_changes
from office.duties.approvals.timers import chase, expire
from office.duties.approvals.turns import reassign, snooze, withdraw

__all__ = [
    "Proposal", "approve", "approve_several", "ask", "chase", "edit", "expire", "is_allowed", "look", "pay",
    "reassign", "refuse_old", "reject", "reopen", "snooze", "want_changes", "withdraw",
]  # fmt: skip
