"""Lists of approvals, a page at a time."""

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.approvals import cards
from handlers.blocks import Block
from handlers.context import Answer, Call
from office.errors import Refusal
from storage import approvals, people
from storage.money_tables import Approval
from storage.pages import Page

PAGE = 8


def show(call: Call, name: str, page: int = 1, replaces: bool = False) -> Answer:
    """One page of a list, with a button on each line and the way to the other pages and lists."""
    with call.reading() as session:
        found = find(session, call, name, page, PAGE)
        lines = [cards.line(session, call.reader, one, name, _about(session, call, name, one)) for one in found.rows]
    heading = _heading(call, name)
    shown: list[Block] = [blocks.header(heading), *(lines or [blocks.md(_empty(call, name))])]
    if found.last > 1:
        position = call.reader.say("Page {page} of {last}", page=found.number, last=found.last)
        total = call.reader.count("{count} approval", "{count} approvals", found.total)
        shown.append(blocks.context(f"{position} · {total}"))
    shown += blocks.actions([*_pages(call, name, found), *_others(call, name, found)])
    return Answer(heading, tuple(shown), replaces=replaces)


def find(session: Session, call: Call, name: str, page: int, size: int) -> Page[Approval]:
    me = call.person.id or 0
    match name:
        case "waiting":
            return approvals.waiting_for(session, me, page, size)
        case "mine":
            return approvals.asked_by(session, me, page, size)
        case "decided":
            return approvals.decided_by(session, me, page, size)
    raise Refusal("This button is from an older message. /approvals shows what waits for you.")


def _about(session: Session, call: Call, name: str, approval: Approval) -> str:
    """Who decided it in the reader's place."""
    if name != "decided":
        return ""
    seats = [one for one in approvals.seats(session, approval.id or 0) if one.decided_by_id is not None]
    if any(one.decided_by_id == call.person.id for one in seats):
        return ""
    mine = [one.decided_by_id for one in seats if one.approver_id == call.person.id]
    names = [one.known_as for one in people.by_ids(session, mine).values()]
    return call.reader.say("decided for you by {who}", who=names) if names else ""


def _heading(call: Call, name: str) -> str:
    headings = {
        "waiting": call.reader.say("Waiting for your decision"),
        "mine": call.reader.say("What you asked approval for"),
        "decided": call.reader.say("What you decided"),
    }
    return headings[name]


def _empty(call: Call, name: str) -> str:
    texts = {
        "waiting": call.reader.md("Nothing waits for your decision."),
        "mine": call.reader.md("You have asked for no approval: `/approvals ask @anna Conference ticket 450 EUR`"),
        "decided": call.reader.md("You have decided nothing yet."),
    }
    return texts[name]


def _pages(call: Call, name: str, found: Page[Approval]) -> list[Block]:
    row = []
    if found.number > 1:
        row.append(blocks.button(call.reader.say("Back"), "approvals.page:back", f"{name}|{found.number - 1}"))
    if found.number < found.last:
        row.append(blocks.button(call.reader.say("Next"), "approvals.page:next", f"{name}|{found.number + 1}"))
    return row


def _others(call: Call, name: str, found: Page[Approval]) -> list[Block]:
    labels = {
        "waiting": call.reader.say("Waiting for me"),
        "mine": call.reader.say("Mine"),
        "decided": call.reader.say("Decided"),
    }
    row = [blocks.button(label, f"approvals.page:{one}", f"{one}|1") for one, label in labels.items() if one != name]
    if name == "waiting" and found.total > 1:
        row.insert(0, blocks.button(call.reader.say("Approve several"), "approvals.several", style="primary"))
    return [*row, blocks.button(call.reader.say("Ask for approval"), "approvals.new")]
