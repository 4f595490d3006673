"""What the office has chosen: when orders are drawn up, and how long before it is due an invoice is spoken of."""

from datetime import time

from sqlalchemy.orm import Session

from office import clock
from office.duties.supplies import access
from office.errors import Refusal
from storage import facts, history
from storage.tables import Person
from storage.words import SupplyAct

DAY, HOUR, REMIND = "supplies_order_day", "supplies_order_hour", "invoice_reminder_days"
# Thursday at nine, so that what is in stock is on its shelf for Monday; three working days suffice for a bank transfer.
SHIPPED_DAY, SHIPPED_HOUR, SHIPPED_REMIND = 3, time(9), 3
MOST_DAYS = 30


def order_day(session: Session) -> int:
    """The weekday, 0 is Monday."""
    return int(facts.find(session, DAY) or SHIPPED_DAY)


def order_hour(session: Session) -> time:
    """In the time of the office."""
    written = facts.find(session, HOUR)
    return time.fromisoformat(written) if written else SHIPPED_HOUR


def remind_before(session: Session) -> int:
    """Working days."""
    return int(facts.find(session, REMIND) or SHIPPED_REMIND)


def choose(
    session: Session, actor: Person | None, day: int | None = None, hour: time | None = None, remind: int | None = None
) -> None:
    """Chooses what is given. `actor`: None for an office file."""
    if actor is not None:
        access.refuse_unless(session, actor, SupplyAct.KEEP if remind is None else SupplyAct.ENTER)
    if remind is not None and not 1 <= remind <= MOST_DAYS:
        raise Refusal("Write a whole number of working days from {least} to {most}.", least=1, most=MOST_DAYS,
                      remind=remind)  # fmt: skip
    chosen = {
        DAY: str(day) if day is not None else None,
        HOUR: hour.isoformat("minutes") if hour is not None else None,
        REMIND: str(remind) if remind is not None else None,
    }
    after = {name: value for name, value in chosen.items() if value is not None}
    for name, value in after.items():
        facts.put(session, name, value)
    history.record(session, clock.now(), actor.id if actor else None, "habits", "office", 0, after=after)
