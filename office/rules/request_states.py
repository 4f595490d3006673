"""The life of a request: one table of who-may-follow-whom, and nothing else decides it."""

from storage.words import UNFINISHED, Act, RequestState

OPEN, BUSY, WAITING, HELD, SOLVED, CLOSED, CANCELLED = (
    RequestState.OPEN,
    RequestState.IN_PROGRESS,
    RequestState.WAITING,
    RequestState.ON_HOLD,
    RequestState.SOLVED,
    RequestState.CLOSED,
    RequestState.CANCELLED,
)

# (act, state before) -> state after. What is not here cannot be done.
MOVES: dict[tuple[Act, RequestState], RequestState] = {
    (Act.TAKE, OPEN): BUSY,
    (Act.TAKE, BUSY): BUSY,
    (Act.TAKE, WAITING): WAITING,
    (Act.TAKE, HELD): BUSY,
    (Act.ACCEPT, OPEN): BUSY,
    (Act.ACCEPT, BUSY): BUSY,
    (Act.ACCEPT, WAITING): WAITING,
    (Act.ACCEPT, HELD): HELD,
    (Act.ASK, OPEN): WAITING,
    (Act.ASK, BUSY): WAITING,
    (Act.ASK, WAITING): WAITING,
    (Act.ASK, HELD): WAITING,
    (Act.REPLY, WAITING): BUSY,
    (Act.HOLD, OPEN): HELD,
    (Act.HOLD, BUSY): HELD,
    (Act.HOLD, WAITING): HELD,
    (Act.RESUME, HELD): BUSY,
    (Act.RESUME, WAITING): BUSY,
    (Act.CONFIRM, SOLVED): CLOSED,
    (Act.CLOSE, SOLVED): CLOSED,
    (Act.REOPEN, SOLVED): BUSY,
    (Act.REOPEN, CLOSED): BUSY,
    (Act.REOPEN, CANCELLED): OPEN,
    **{(Act.SOLVE, state): SOLVED for state in UNFINISHED},
    **{(Act.CANCEL, state): CANCELLED for state in UNFINISHED},
    # These change something else and leave the state as it is.
    **{
        (act, state): state
        for act in (
            Act.ASSIGN,
            Act.HAND_OVER,
            Act.HAND_BACK,
            Act.PRIORITISE,
            Act.RETYPE,
            Act.EDIT,
            Act.FOLLOW,
        )
        for state in UNFINISHED
    },
    **{(act, state): state for act in (Act.COMMENT, Act.NOTE, Act.SEE, Act.SEE_NOTES) for state in RequestState},
    # Another desk begins afresh: nobody there has taken it.
    **{(Act.MOVE_DESK, state): OPEN for state in UNFINISHED},
}

# What can't be done while an approval is awaited: nothing of it happens before the last one has agreed.
HELD_BACK = frozenset(
    {
        Act.TAKE, Act.ASSIGN, Act.HAND_OVER, Act.MOVE_DESK, Act.ACCEPT, Act.ASK, Act.REPLY, Act.HOLD, Act.RESUME,
        Act.SOLVE, Act.CONFIRM,
    }
)  # fmt: skip

# The clocks run while the desk can do something about it.
RUNNING = (OPEN, BUSY)


def after(act: Act, state: RequestState) -> RequestState | None:
    """The state that an act leads to; None when it cannot be done in this state."""
    return MOVES.get((act, state))


def settled(state: RequestState, owned: bool) -> RequestState:
    """In progress means that somebody is on it: without an owner it is open."""
    return OPEN if state == BUSY and not owned else state
