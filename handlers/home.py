"""The home tab: what waits, what one asked for, one's desks, and the way to everything else."""

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.approvals import cards as approval_cards
from handlers.blocks import Block, View
from handlers.context import Answer, Call, House
from handlers.desk.commands import menu_blocks
from handlers.i18n import Reader
from handlers.meetings import home as meetings_home
from handlers.minutes import home as minutes_home
from handlers.requests import cards
from handlers.supplies import home as supplies_home
from handlers.tasks import lists as task_lists
from office.duties.people import open_home, sight_of
from storage import approvals, requests, tasks
from storage.pages import Page
from storage.tables import Person, Request
from storage.words import ApprovalState, Standing

SHOWN = 5


def opened(call: Call) -> Answer:
    """Somebody looks at their home tab: it is drawn now, and kept current while they may be looking."""
    if call.body["event"].get("tab") != "home":
        return Answer()

    def do(session: Session) -> Answer:
        open_home(session, call.person)
        return Answer()

    return call.perform(do)


def view(session: Session, house: House, person: Person, reader: Reader) -> View:
    """The whole tab, at most 100 blocks."""
    call = Call(house, person, reader, key="", body={})
    if person.standing in (Standing.EXTERNAL, Standing.DEACTIVATED):
        text = reader.md("Deskhand works for the people of this company only.")
        return {"type": "home", "blocks": [blocks.md(text)]}
    sight = sight_of(session, person)
    shown = [
        blocks.header(reader.say("Hello {name}!", name=person.known_as)),
        *menu_blocks(session, call),
        *_approvals(session, call),
        *meetings_home.shown(session, call),
        *minutes_home.shown(session, call),
        *supplies_home.shown(session, call),
        *_tasks(session, call),
        *_list(session, call, reader.say("Waiting for you"), "waiting", requests.waiting_for(session, sight, 1, SHOWN)),
        *_list(session, call, reader.say("What you asked for"), "mine", requests.mine(session, sight, 1, SHOWN)),
    ]
    if sight.desk_ids:
        page = requests.of_desks(session, sight, 1, 2 * SHOWN)
        shown += _list(session, call, reader.say("Your desks' requests"), "desk", page)
    return {"type": "home", "blocks": shown[:100]}


def _approvals(session: Session, call: Call) -> list[Block]:
    """What somebody is to decide, and how what they asked for stands; nothing where there is neither."""
    reader, me = call.reader, call.person.id or 0
    shown: list[Block] = []
    asked = approvals.asked_by(session, me, 1, SHOWN)
    open_ones = [one for one in asked.rows if one.state in (ApprovalState.WAITING, ApprovalState.CHANGES)]
    waiting = approvals.waiting_for(session, me, 1, SHOWN)
    for heading, name, rows, total in (
        (reader.say("Waiting for your decision"), "waiting", waiting.rows, waiting.total),
        (reader.say("What you asked approval for"), "mine", open_ones, len(open_ones)),
    ):
        if rows:
            shown += [blocks.divider(), blocks.header(heading)]
            shown += [approval_cards.line(session, reader, one, f"home_{name}") for one in rows]
        if total > len(rows):
            button = blocks.button(reader.say("Show all {count}", count=total), f"approvals.page:{name}", f"{name}|1")
            shown += blocks.actions([button])
    return shown


def _tasks(session: Session, call: Call) -> list[Block]:
    """What somebody has to do, the earliest due first."""
    reader = call.reader
    page = tasks.of_person(session, call.person.id or 0, 1, SHOWN)
    shown: list[Block] = [blocks.divider(), blocks.header(reader.say("Your tasks"))]
    shown += task_lists.lines_of(session, call, page, "home") or [blocks.context(reader.md("Nothing here."))]
    if page.total > len(page.rows):
        button = blocks.button(reader.say("Show all {count}", count=page.total), "tasks.page:home", "mine|1")
        shown += blocks.actions([button])
    return shown


def _list(session: Session, call: Call, heading: str, name: str, page: Page[Request]) -> list[Block]:
    reader = call.reader
    shown: list[Block] = [blocks.divider(), blocks.header(heading)]
    shown += [_line(session, call, name, one) for one in page.rows]
    if not page.rows:
        shown.append(blocks.context(reader.md("Nothing here.")))
    if page.total > len(page.rows):
        button = blocks.button(reader.say("Show all {count}", count=page.total), f"requests.page:{name}", f"{name}|1|")
        shown += blocks.actions([button])
    return shown


def _line(session: Session, call: Call, name: str, request: Request) -> Block:
    line = cards.line(session, call.catalogue, call.reader, request)
    # The same request may stand in two lists of one view, where action ids must differ.
    line["accessory"]["action_id"] = f"requests.open:{name}.{request.id}"
    return line
