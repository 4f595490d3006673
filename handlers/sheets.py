"""SHEETS: the window that shows one thing in full, by its kind; drawn again when a form above it was sent."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from handlers.approvals import modals as approval_modals
from handlers.blocks import View
from handlers.context import Call
from handlers.meetings import modals as meeting_modals
from handlers.minutes import agenda_forms
from handlers.minutes import modals as minutes_modals
from handlers.requests import modals as request_modals
from handlers.supplies import by_number
from handlers.tasks import modals as task_modals
from office.duties import approvals, requests, tasks
from office.duties.meetings import access


def request(session: Session, call: Call, number: int) -> View:
    found = requests.look(session, call.person, number)
    return request_modals.sheet(session, call.catalogue, call.reader, call.person, found)


def task(session: Session, call: Call, number: int) -> View:
    found = tasks.look(session, call.person, number)
    return task_modals.sheet(session, call.reader, call.person, found)


def approval(session: Session, call: Call, number: int) -> View:
    found = approvals.look(session, call.person, number)
    return approval_modals.sheet(session, call.catalogue, call.reader, call.person, found)


def meeting(session: Session, call: Call, number: int) -> View:
    return meeting_modals.sheet(session, call, access.look(session, call.person, number))


def supplies(letter: str) -> Callable[[Session, Call, int], View]:
    """The sheet of an order, an order to a supplier, or an invoice."""
    return lambda session, call, number: by_number.window(session, call, letter, number)


SHEETS: Mapping[str, Callable[[Session, Call, int], View]] = {
    "request": request,
    "task": task,
    "approval": approval,
    "meeting": meeting,
    "minutes": minutes_modals.sheet_of,
    "attendance": minutes_modals.attendance_of,
    "agenda": agenda_forms.agenda_of,
    "item": by_number.item_window,
    "supply_order": supplies("S"),
    "purchase": supplies("P"),
    "invoice": supplies("I"),
}
