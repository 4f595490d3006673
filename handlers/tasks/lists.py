"""Lists of tasks, a page at a time."""

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.tasks import cards
from office import clock
from office.errors import Refusal
from storage import tasks
from storage.pages import Page
from storage.time_tables import Task

PAGE = 8


def show(call: Call, name: str, page: int = 1, replaces: bool = False) -> Answer:
    """One page of a list, with a menu on each line and buttons to the other pages and lists."""
    with call.reading() as session:
        found = _find(session, call, name, page)
        lines = lines_of(session, call, found, name)
    heading = _heading(call, name)
    shown: list[Block] = [blocks.header(heading), *(lines or [blocks.md(_empty(call, name))])]
    if found.last > 1:
        position = call.reader.say("Page {page} of {last}", page=found.number, last=found.last)
        total = call.reader.count("{count} task", "{count} tasks", found.total)
        shown.append(blocks.context(f"{position} · {total}"))
    shown += blocks.actions([*_pages(call, name, found), *_others(call, name)])
    return Answer(heading, tuple(shown), replaces=replaces)


def lines_of(session: Session, call: Call, found: Page[Task], place: str) -> list[Block]:
    owners = tasks.owners_of(session, [one.id or 0 for one in found.rows])
    return [cards.line(session, call.reader, one, owners[one.id or 0], call.person, place) for one in found.rows]


def _find(session: Session, call: Call, name: str, page: int) -> Page[Task]:
    me = call.person.id or 0
    match name:
        case "mine":
            return tasks.of_person(session, me, page, PAGE)
        case "given":
            return tasks.given_by(session, me, page, PAGE)
        case "overdue":
            return tasks.overdue(session, me, page, PAGE, clock.now(), call.reader.today())
        case "list":
            return tasks.seen_by(session, me, page, PAGE)
    raise Refusal("This button is from an older message. /task list shows your tasks.")


def _heading(call: Call, name: str) -> str:
    headings = {
        "mine": call.reader.say("Your tasks"),
        "given": call.reader.say("Tasks you gave"),
        "overdue": call.reader.say("Overdue tasks"),
        "list": call.reader.say("All your tasks, and those you gave"),
    }
    return headings[name]


def _empty(call: Call, name: str) -> str:
    if name == "overdue":
        return call.reader.md("Nothing is overdue. Well done.")
    return call.reader.md("Nothing to do here. Type `/task` and what is to be done.")


def _pages(call: Call, name: str, found: Page[Task]) -> list[Block]:
    row = []
    if found.number > 1:
        row.append(blocks.button("‹ " + call.reader.say("Back"), "tasks.page:back", f"{name}|{found.number - 1}"))
    if found.number < found.last:
        row.append(blocks.button(call.reader.say("Next") + " ›", "tasks.page:next", f"{name}|{found.number + 1}"))
    return row


def _others(call: Call, name: str) -> list[Block]:
    titles = {
        "mine": call.reader.say("My tasks"),
        "given": call.reader.say("Given"),
        "overdue": call.reader.say("Overdue"),
    }
    others = [blocks.button(title, f"tasks.page:{one}", f"{one}|1") for one, title in titles.items() if one != name]
    return [*others, blocks.button(call.reader.say("New task"), "tasks.new")]
