"""What guests of the workspace may do: one table, denying whatever it does not name.

It is about what somebody begins by themselves. For what they are part of, having asked, been invited or given a task,
there is the table of that duty; docs/guests.md shows both.
"""

from enum import StrEnum

from storage.words import Standing


class Deed(StrEnum):
    """What somebody may begin, or look at, without being part of it."""

    LOG_REQUESTS = "make requests, except of types that are for members"
    ASK_FOR_SUPPLIES = "ask for supplies"
    OWN_TASKS = "have tasks of one's own"
    OWN_REMINDERS = "be reminded of what one has noted"
    OWN_CALENDAR = "subscribe to one's own calendar, and name one to be read"
    GIVE_TASKS = "give tasks to others"
    REMIND_OTHERS = "remind others, or a channel"
    BOOK = "call meetings and book rooms"
    ROOM_CALENDARS = "subscribe to the calendar of a room"
    ASK_FOR_APPROVAL = "ask for an approval"
    SEE_BUDGETS = "see budgets"
    SEE_OTHERS = "find what others have asked for, decided or planned"
    STAND_IN = "stand in for somebody"
    WORK_FOR_A_DESK = "take what a desk has to do"
    DECIDE = "decide on an approval"


GUESTS = frozenset({Deed.LOG_REQUESTS, Deed.ASK_FOR_SUPPLIES, Deed.OWN_TASKS, Deed.OWN_REMINDERS, Deed.OWN_CALENDAR})


def may(standing: Standing, deed: Deed) -> bool:
    """Members may all of it, guests what the table says; strangers and those who left nothing. Of whom Slack can't tell
    us anything is a guest until it does."""
    if standing is Standing.MEMBER:
        return True
    return standing in (Standing.GUEST, Standing.UNKNOWN) and deed in GUESTS
