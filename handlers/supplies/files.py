"""A list of items or suppliers that was sent to Deskhand: read, shown with what will change, taken over on a yes."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

import urllib3
from sqlalchemy.orm import Session
from urllib3.util import parse_url

from handlers.context import Answer, Call
from office import clock
from office.duties import notices
from office.duties.supplies import access, imports
from office.errors import Refusal
from office.foreign import reader
from storage import drafts
from storage.words import SupplyAct

logger = logging.getLogger(__name__)

LARGEST = 12_000_000
_KINDS = (".xlsx", ".xlsm", ".csv", ".tsv")
# Tables of other programs, and papers, which may be lists as well.
_OTHER_TABLES, _PAPERS = (".xls", ".xlsb", ".ods", ".numbers"), (".pdf",)


def is_list(call: Call) -> bool:
    """Whether a direct message brings a table, from somebody who looks after supplies; with words beside it, too."""
    name = _name_of_only_file(call)
    kinds = (*_KINDS, *_OTHER_TABLES, *(() if call.text.strip() else _PAPERS))
    return name.endswith(kinds) and _keeps(call)


def _keeps(call: Call) -> bool:
    with call.reading() as session:
        return access.may(session, call.person, SupplyAct.KEEP)


def _name_of_only_file(call: Call) -> str:
    files: list[dict[str, Any]] = call.body["event"].get("files") or []
    return str(files[0].get("name", "")).lower() if len(files) == 1 else ""


def received(call: Call) -> Answer:
    """The file is fetched and read off the acknowledgement's way: a long one takes seconds."""
    file = call.body["event"]["files"][0]
    if not _name_of_only_file(call).endswith(_KINDS):
        raise Refusal(
            "I read lists as Excel (.xlsx) or CSV, and {name} is neither. Save it as one of them and send it again; "
            "for a request, write in a few words what is to be done with it.",
            name=str(file.get("name"))[:60],
        )
    first: list[bool] = []

    def do(session: Session) -> Answer:
        # A repeat of the delivery does not come here: the same file is read once.
        first.append(True)
        return Answer()

    call.perform(do)
    if first:
        call.house.background.submit(_read, call, dict(file))
    return Answer()


def _read(call: Call, file: Mapping[str, Any]) -> None:
    name = str(file.get("name") or "list.csv")
    try:
        content = _fetched(call, file)
        cells = reader.table(name, content)
        with call.reading() as session:
            found = imports.understood(session, cells)
        call.write(lambda session: offered(session, call, name, cells, found))
    except Refusal as refusal:
        _say(call, refusal)
    except Exception:
        logger.exception("a list that was sent could not be read")
        _say(
            call,
            Refusal("I could not read {name}. Send it again; if that does not help, save it as CSV.", name=name[:60]),
        )


def offered(session: Session, call: Call, name: str, cells: Sequence[Sequence[str]], found: imports.Found) -> Answer:
    """Shows what a list would do, in a direct message."""
    kept = imports.offer(session, call.person, name, cells, found)
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
