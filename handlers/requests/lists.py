"""Lists of requests, a page at a time, however many there are."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.requests import cards
from office.duties.people import sight_of
from office.errors import Refusal
from office.rules.words import tokens
from storage import requests
from storage.pages import Page
from storage.requests import Sight
from storage.tables import Request

PAGE = 8

Lister = Callable[[Session, Sight, int, int], Page[Request]]
LISTS: dict[str, Lister] = {
    "mine": requests.mine,
    "all_mine": lambda session, sight, page, size: requests.mine(session, sight, page, size, finished=True),
    "desk": requests.of_desks,
    "waiting": requests.waiting_for,
    "list": requests.visible,
}


def show(call: Call, name: str, page: int = 1, words: str = "", replaces: bool = False) -> Answer:
    """One page of a list, with buttons to the other pages and the other lists."""
    words = " ".join(tokens(words)[:8])[:200]
    if name == "find" and not words:
        raise Refusal("Say what to look for: /request find printer.")
    with call.reading() as session:
        sight = sight_of(session, call.person)
        found = _find(session, sight, name, page, words)
        lines = [cards.line(session, call.catalogue, call.reader, one) for one in found.rows]
    heading = _heading(call, name, words)
    shown: list[Block] = [blocks.header(heading)]
    shown += lines or [blocks.md(_empty(call, name))]
    if found.last > 1:
        position = call.reader.say("Page {page} of {last}", page=found.number, last=found.last)
        total = call.reader.count("{count} request", "{count} requests", found.total)
        shown.append(blocks.context(f"{position} · {total}"))
    shown += blocks.actions([*_pages(call, name, words, found), *_others(call, name)])
    return Answer(heading, tuple(shown), replaces=replaces)


def _find(session: Session, sight: Sight, name: str, page: int, words: str) -> Page[Request]:
    if name == "find":
        return requests.search(session, sight, tokens(words), page, PAGE)
    if name not in LISTS:
        raise Refusal("This button is from an older message. /request mine lists what you asked for.")
    return LISTS[name](session, sight, page, PAGE)


def _heading(call: Call, name: str, words: str) -> str:
    headings = {
        "mine": call.reader.say("What you asked for"),
        "all_mine": call.reader.say("Everything you asked for"),
        "desk": call.reader.say("Your desks' requests"),
        "waiting": call.reader.say("Waiting for you"),
        "list": call.reader.say("Open requests"),
        "find": call.reader.say("Requests with “{words}”", words=words),
    }
    return headings[name]


def _empty(call: Call, name: str) -> str:
    empty = {
        "mine": call.reader.md("Nothing is open. Type `/request` and what you need."),
        "all_mine": call.reader.md("You have not asked for anything yet. Type `/request` and what you need."),
        "desk": call.reader.md("Nothing is open at your desks."),
        "waiting": call.reader.md("Nothing waits for you. Well done."),
        "list": call.reader.md("Nothing is open that you can see."),
        "find": call.reader.md("Nothing found. Try fewer words, or a part of the number."),
    }
    return empty[name]


def _pages(call: Call, name: str, words: str, found: Page[Request]) -> list[Block]:
    buttons = []
    if found.number > 1:
        value = f"{name}|{found.number - 1}|{words}"
        buttons.append(blocks.button("‹ " + call.reader.say("Back"), "requests.page:back", value))
    if found.number < found.last:
        value = f"{name}|{found.number + 1}|{words}"
        buttons.append(blocks.button(call.reader.say("Next") + " ›", "requests.page:next", value))
    return buttons


def _others(call: Call, name: str) -> list[Block]:
    titles = {
        "mine": call.reader.say("Mine"),
        "waiting": call.reader.say("Waiting for me"),
        "desk": call.reader.say("My desk"),
        "list": call.reader.say("All open"),
    }
    others = [blocks.button(title, f"requests.page:{one}", f"{one}|1|") for one, title in titles.items() if one != name]
    return [*others, blocks.button(call.reader.say("New request"), "requests.new")]
