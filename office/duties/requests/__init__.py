"""What people ask for, and what is done about it."""

from office.duties.requests.access import is_allowed, look, refuse_impossible
from office.duties.requests.log import Ask, edit, follow, log, prioritise, retype, similar_to
from office.duties.requests.replies import hear, reply
from office.duties.requests.talk import ask, comment, note
from office.duties.requests.timers import close_old, ring_clocks
from office.duties.requests.work import (
    accept,
    assign,
    cancel,
    confirm,
    hand_back,
    hand_over,
    hold,
    move_desk,
    reopen,
    resume,
    solve,
    take,
)

__all__ = [
    "Ask", "accept", "ask", "assign", "cancel", "close_old", "comment", "confirm", "edit", "follow", "hand_back",
    "hand_over", "hear", "hold", "is_allowed", "log", "look", "move_desk", "note", "prioritise", "refuse_impossible",
    "reopen", "reply", "resume", "retype", "ring_clocks", "similar_to", "solve", "take",
]  # fmt: skip
