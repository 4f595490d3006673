"""Whether the amounts that people write in approvals are meant with or without VAT: asked once, said on each card."""

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.errors import Refusal
from storage import facts, history, people
from storage.money_tables import Approval
from storage.tables import Person
from storage.words import Role, Standing

MEANT, ASKED = "amounts_with_vat", "vat_asked"


def with_vat(session: Session) -> bool | None:
    """None while nobody has said."""
    written = facts.find(session, MEANT)
    return None if written is None else written == "yes"


def is_with_vat(session: Session, approval: Approval) -> bool | None:
    """The same for one approval: orders to suppliers are looked at without VAT, whatever people write otherwise."""
    if approval.purchase_id is not None or approval.invoice_id is not None:
        return False
    return with_vat(session)


def choose(session: Session, actor: Person | None, meant: bool) -> None:
    """`actor`: None for an office file."""
    if actor is not None and not _may_say(actor):
        raise Refusal("Whether amounts are with VAT is said by finance or an administrator. Ask one of them.")
    facts.put(session, MEANT, "yes" if meant else "no")
    history.record(session, clock.now(), actor.id if actor else None, "vat", "office", 0, after={"with_vat": meant})
    notices.redraw(session, "office", 0, [])


def ask_once(session: Session) -> None:
    """Asks finance, else the administrators, with the first amount that somebody writes."""
    if with_vat(session) is not None or not facts.put_first(session, ASKED, clock.now().isoformat()):
        return
    finance = [one.id for one in people.with_role(session, Role.FINANCE)]
    notices.tell(session, "approvals.vat", "office", 0, finance or notices.admins(session), is_card=True)


def _may_say(actor: Person) -> bool:
    return actor.standing is Standing.MEMBER and (actor.has(Role.FINANCE) or actor.has(Role.ADMIN))
