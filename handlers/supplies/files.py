"""A list of items or suppliers that was sent to Deskhand: read, shown with what will change, taken over on a yes."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import urllib3
from sqlalchemy.orm import Session
from urllib3.util import parse_url

from handlers import blocks
from handlers.context import Answer, Call
from handlers.drawing import Drawing, Message
from handlers.i18n import Md, Reader, escape
from office import clock
from office.duties import notices
from office.duties.supplies import access, imports, table_files
from office.duties.supplies.table_files import CannotRead
from office.errors import Refusal
from storage import drafts, supply_imports
from storage.supply_tables import Import
from storage.words import ImportState, SupplyAct

logger = logging.getLogger(__name__)

LARGEST = 12_000_000
SHOWN = 15
_KINDS = (".xlsx", ".xlsm", ".csv", ".tsv")


def is_list(call: Call) -> bool:
    """Whether a direct message is nothing but a table, from somebody who looks after supplies."""
    files: list[dict[str, Any]] = call.body["event"].get("files") or []
    if len(files) != 1 or call.text.strip() or not str(files[0].get("name", "")).lower().endswith(_KINDS):
        return False
    with call.reading() as session:
        return access.may(session, call.person, SupplyAct.KEEP)


def received(call: Call) -> Answer:
    """The file is fetched and read off the acknowledgement's way: a long one takes seconds."""
    file = call.body["event"]["files"][0]

    first: list[bool] = []

    def do(session: Session) -> Answer:
        # A repeat of the delivery does not come here: the same file is read once.
        first.append(True)
        return Answer()

    call.perform(do)
    if first:
        call.house.background.submit(_read, call, dict(file))
    return Answer()


def preview(drawing: Drawing) -> Message | None:
    """What would change, what is wrong by row and column, and the question whether to do it."""
    found = supply_imports.find(drawing.session, drawing.row.subject_id)
    if found is None:
        return None
    reader, about = drawing.reader, found.found
    head = reader.say("{name}: what will change", name=found.name)
    lines = [
        reader.md("*{count}* new", count=about["new"]), reader.md("*{count}* changed", count=about["changed"]),
        reader.md("*{count}* as they are", count=about["same"]),
    ]  # fmt: skip
    shown = [blocks.header(head), blocks.md(" · ".join(lines))]
    if about["errors"]:
        wrong = [_wrong(reader, one) for one in about["wrong"][:SHOWN]]
        count = reader.count(
            "{count} row is wrong and is left out:", "{count} rows are wrong and are left out:", about["errors"]
        )
        shown.append(blocks.md("\n".join([f"⚠️ *{escape(count)}*", *wrong])))
    return Message(head, (*shown, *_choice(drawing, found)))


def _wrong(reader: Reader, one: Mapping[str, Any]) -> str:
    """One wrong cell, in the reader's words: its refusal was kept as it is."""
    text, facts = str(one["text"]), one["facts"]
    why = Md(escape(reader.say(text, **facts)))
    return reader.md("• row {row}, {column}: {why}", row=str(one["row"]), column=one["column"], why=why)


def _choice(drawing: Drawing, found: Import) -> list[blocks.Block]:
    reader = drawing.reader
    if found.state is ImportState.SHOWN and found.rows:
        label = reader.count("Take over {count} row", "Take over {count} rows", len(found.rows))
        return blocks.actions([
            blocks.button(label, "supplies.import_yes", str(found.id), style="primary"),
            blocks.button(reader.say("Drop it"), "supplies.import_no", str(found.id)),
        ])  # fmt: skip
    return []


def _read(call: Call, file: Mapping[str, Any]) -> None:
    name = str(file.get("name") or "list.csv")
    try:
        content = _fetched(call, file)
        with call.reading() as session:
            found = imports.understood(session, table_files.table_of(name, content))
        call.write(lambda session: _offered(session, call, name, found))
    except CannotRead as error:
        _say(call, error.refusal)
    except Refusal as refusal:
        _say(call, refusal)
    except Exception:
        logger.exception("a list that was sent could not be read")
        _say(
            call,
            Refusal("I could not read {name}. Send it again; if that does not help, save it as CSV.", name=name[:60]),
        )


def _offered(session: Session, call: Call, name: str, found: imports.Found) -> Answer:
    kept = imports.offer(session, call.person, name, found)
    notices.tell(session, "supplies.preview", "import", kept.id or 0, [call.person.id], is_card=True)
    return Answer()


def _say(call: Call, refusal: Refusal) -> None:
    text = call.reader.say(refusal.text, **refusal.facts)

    def do(session: Session) -> Answer:
        number = drafts.keep(session, call.person.id or 0, {"refused": text}, clock.now())
        notices.tell(session, "desk.refused", "draft", number, [call.person.id], detail_id=number)
        return Answer()

    call.write(do)


def _fetched(call: Call, file: Mapping[str, Any]) -> bytes:
    """A file's bytes from Slack, and from nowhere else: the token goes along."""
    base = call.house.client.base_url
    address = urljoin(base, str(file.get("url_private_download") or file.get("url_private") or ""))
    # As the library that fetches it reads it: others see another host in "https://evil.example\\@files.slack.com".
    asked, api = parse_url(address), parse_url(base)
    slacks = asked.scheme == "https" and asked.auth is None and (asked.host or "").endswith(".slack.com")
    if not slacks and (asked.scheme, asked.netloc) != (api.scheme, api.netloc):
        raise Refusal("I can only read files that are in Slack itself. Upload it here.")
    if int(file.get("size") or 0) > LARGEST:
        raise Refusal("This file is too large. Split it.")
    with urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=20), retries=2) as pool:
        answer = pool.request(
            "GET", address, headers={"Authorization": f"Bearer {call.house.client.token}"}, preload_content=False,
            redirect=False,
        )  # fmt: skip
        content = answer.read(LARGEST + 1)
        answer.release_conn()
    if answer.status != 200 or len(content) > LARGEST:
        raise Refusal(
            "I could not read {name}. Send it again; if that does not help, save it as CSV.",
            name=str(file.get("name"))[:60],
        )
    return bytes(content)
