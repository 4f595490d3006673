"""The words of storage as people read them."""

from collections.abc import Mapping
from enum import Enum

from storage.words import (
    Act,
    ApprovalState,
    BudgetMode,
    ClockKind,
    Closes,
    CommentKind,
    MoveKind,
    Priority,
    RequestState,
    Role,
    TaskState,
    Wanted,
)


def N_(text: str) -> str:
    """Marks a text that is translated where it is shown."""
    return text


_TERMS: list[tuple[Enum, str]] = [
    (RequestState.OPEN, N_("open")),
    (RequestState.IN_PROGRESS, N_("in progress")),
    (RequestState.WAITING, N_("waiting for an answer")),
    (RequestState.ON_HOLD, N_("on hold")),
    (RequestState.SOLVED, N_("solved")),
    (RequestState.CLOSED, N_("closed")),
    (RequestState.CANCELLED, N_("cancelled")),
    (Priority.LOW, N_("low")),
    (Priority.NORMAL, N_("normal")),
    (Priority.HIGH, N_("high")),
    (Role.ADMIN, N_("administrator")),
    (Role.OFFICE_MANAGER, N_("office manager")),
    (Role.FINANCE, N_("finance")),
    (Role.HR, N_("HR")),
    (Role.APPROVER, N_("approver")),
    (CommentKind.COMMENT, N_("Comment")),
    (CommentKind.NOTE, N_("Note for the desk")),
    (CommentKind.QUESTION, N_("Question")),
    (CommentKind.ANSWER, N_("Answer")),
    (CommentKind.SOLUTION, N_("Solution")),
    (ClockKind.ANSWER, N_("first answer")),
    (ClockKind.SOLVE, N_("solution")),
    (ApprovalState.WAITING, N_("waiting")),
    (ApprovalState.CHANGES, N_("changes wanted")),
    (ApprovalState.APPROVED, N_("approved")),
    (ApprovalState.REJECTED, N_("rejected")),
    (ApprovalState.WITHDRAWN, N_("withdrawn")),
    (ApprovalState.EXPIRED, N_("expired")),
    (BudgetMode.WARN, N_("warns")),
    (BudgetMode.STOP, N_("stops")),
    (MoveKind.SET, N_("set up")),
    (MoveKind.RAISE, N_("changed")),
    (MoveKind.MOVE, N_("moved")),
    (MoveKind.ALLOW, N_("allowed beyond")),
    (MoveKind.COMMIT, N_("committed")),
    (MoveKind.RELEASE, N_("released")),
    (MoveKind.SPEND, N_("spent")),
    (TaskState.OPEN, N_("to do")),
    (TaskState.DONE, N_("done")),
    (TaskState.DELETED, N_("deleted")),
    (Closes.ALL, N_("all have done it")),
    (Closes.ANY, N_("one of them has done it")),
    (Wanted.NOW, N_("at once")),
    (Wanted.DIGEST, N_("in the digest")),
    (Wanted.OFF, N_("not at all")),
]
# By kind and word: two kinds may have a word in common, and as texts those are equal.
TERMS: Mapping[tuple[type[Enum], Enum], str] = {(type(word), word): text for word, text in _TERMS}

# The desks of the shipped catalogue; an office may name them otherwise.
DESKS: Mapping[str, str] = {
    "it": N_("IT"),
    "facilities": N_("Facilities"),
    "hr": N_("HR"),
    "finance": N_("Finance"),
    "office": N_("Office"),
}

# What a line of history says somebody did.
DONE: Mapping[Act, str] = {
    Act.LOG: N_("{who} asked for it"),
    Act.TAKE: N_("{who} took it"),
    Act.ASSIGN: N_("{who} gave it to {owner}"),
    Act.HAND_OVER: N_("{who} offered it to {offered}"),
    Act.MOVE_DESK: N_("{who} moved it to the desk {desk}"),
    Act.ACCEPT: N_("{who} accepted it"),
    Act.HAND_BACK: N_("{who} handed it back"),
    Act.COMMENT: N_("{who} commented"),
    Act.NOTE: N_("{who} wrote a note"),
    Act.ASK: N_("{who} asked a question"),
    Act.REPLY: N_("{who} answered"),
    Act.PRIORITISE: N_("{who} set the priority to {priority}"),
    Act.RETYPE: N_("{who} made it “{type}”"),
    Act.HOLD: N_("{who} put it on hold"),
    Act.RESUME: N_("{who} took it up again"),
    Act.SOLVE: N_("{who} solved it"),
    Act.CONFIRM: N_("{who} confirmed that it works"),
    Act.REOPEN: N_("{who} opened it again"),
    Act.CANCEL: N_("{who} cancelled it"),
    Act.EDIT: N_("{who} changed what it says"),
    Act.FOLLOW: N_("{who} counted themselves in"),
    Act.CLOSE: N_("{who} closed it"),
    Act.UNDO: N_("{who} undid their last step"),
    Act.AWAIT: N_("It waits for an approval"),
    Act.ALLOW: N_("It is approved, or needs no approval"),
}
