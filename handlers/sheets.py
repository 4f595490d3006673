"""SHEETS: the window that shows one thing in full, by its kind; drawn again when a form above it was sent."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from handlers.approvals import modals as approval_modals
from handlers.blocks import View
from handlers.context import Call
from handlers.requests import modals as request_modals
from handlers.supplies import cards as supply_cards
from handlers.supplies import commands as supply_commands
from handlers.supplies import modals as supply_modals
from handlers.tasks import modals as task_modals
from office.duties import approvals, requests, tasks
from office.duties.supplies import access as supply_access
from storage import supplies
from storage.words import SupplyAct


def request(session: Session, call: Call, number: int) -> View:
    found = requests.look(session, call.person, number)
    return request_modals.sheet(session, call.catalogue, call.reader, call.person, found)


def task(session: Session, call: Call, number: int) -> View:
    found = tasks.look(session, call.person, number)
    return task_modals.sheet(session, call.reader, call.person, found)


def approval(session: Session, call: Call, number: int) -> View:
    found = approvals.look(session, call.person, number)
    return approval_modals.sheet(session, call.catalogue, call.reader, call.person, found)


def supplies_sheet(letter: str) -> Callable[[Session, Call, int], View]:
    """The sheet of an order, an order to a supplier, or an invoice."""

    def draw(session: Session, call: Call, number: int) -> View:
        heading, shown = supply_commands.shown(session, call, letter, number, supply_modals.MOST_SHOWN)
        subject = {"S": "supply_order", "P": "purchase", "I": "invoice"}[letter]
        return supply_modals.sheet(call.reader, heading, shown, subject, number)

    return draw


def item(session: Session, call: Call, number: int) -> View:
    supply_access.refuse_unless(session, call.person, SupplyAct.ASK)
    shown = supply_cards.item_card(session, call.reader, supplies.get(session, number), call.person)
    return supply_modals.sheet(call.reader, call.reader.say("Item"), shown, "item", number)


SHEETS: Mapping[str, Callable[[Session, Call, int], View]] = {
    "request": request,
    "task": task,
    "approval": approval,
    "item": item,
    "supply_order": supplies_sheet("S"),
    "purchase": supplies_sheet("P"),
    "invoice": supplies_sheet("I"),
}
