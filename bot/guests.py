"""HTTP for those outside Slack: calendars to subscribe to, and the page on which a guest answers an invitation."""

import asyncio
import base64
import hashlib
import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.web import read_body
from handlers.context import House
from handlers.i18n import Reader, office_reader, reader_of
from handlers.meetings import calendars, cards, mails
from office import clock
from office.catalogue import LANGUAGES
from office.duties import reach
from office.duties.meetings import feeds, replying
from office.errors import Refusal
from storage import meetings, people
from storage.meeting_tables import Invitee, Meeting
from storage.words import MeetingState, Reply

LARGEST_FORM = 10_000
_SIGNED = re.compile(r"(\d{1,9})-([0-9a-f]{32})")
_PAGE = (Path(__file__).parent / "guest_page.html").read_text("utf-8")
_STYLE = _PAGE.partition("<style>")[2].partition("</style>")[0].replace("{{", "{").replace("}}", "}")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# The address of the page is its secret: it is kept by nobody, told to nobody, and shown in nobody's frame.
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}


def routes(house: House) -> list[Route]:
    """What is served beside Slack: /calendar/<token>.ics and /meeting/<invitation>."""
    pool = ThreadPoolExecutor(8, thread_name_prefix="guests")

    async def calendar(request: Request) -> Response:
        return await _in(pool, lambda: _calendar(house, str(request.path_params["token"])))

    async def answer(request: Request) -> Response:
        form: dict[str, list[str]] | None = None
        if request.method == "POST":
            body = await read_body(request, LARGEST_FORM)
            if body is None:
                return PlainTextResponse("too large", 413)
            form = parse_qs(body.decode("utf-8", "replace"))
        language = _language(request.headers.get("accept-language", ""))
        link = str(request.path_params["link"])
        return await _in(pool, lambda: _answer(house, link, form, language))

    return [
        Route(f"{feeds.PATH}{{token}}.ics", calendar),
        Route(f"{mails.ANSWER_PATH}{{link}}", answer, methods=["GET", "POST"]),
    ]


def _calendar(house: House, token: str) -> Response:
    with house.database.read() as session:
        feed = feeds.found(session, token)
        if feed is None:
            return PlainTextResponse("There is no calendar here.", 404)
        person = people.get(session, feed.person_id)
        reader = reader_of(person, house.office_language(session))
        content = calendars.calendar_of(session, person, feed.room_id, reader)
    # Nobody between us and the reader keeps a copy of it.
    return Response(content, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, no-store"})


def _answer(house: House, link: str, form: dict[str, list[str]] | None, language: str) -> Response:
    with house.database.read() as session:
        found = _invited(session, link)
        if found is None:
            return HTMLResponse(_page(language, "Deskhand", "<p>–</p>"), 404, _HEADERS)
        meeting, invitee = found
        reader = office_reader(language, meeting.zone)
    note = ""
    if form is not None:
        note = _recorded(house, reader, meeting, invitee, form)
    with house.database.read() as session:
        meeting, invitee = _invited(session, link) or found
        shown = _shown(session, reader, meeting, invitee, note)
        return HTMLResponse(_page(language, meeting.title, shown), headers=_HEADERS)


def _recorded(house: House, reader: Reader, meeting: Meeting, invitee: Invitee, form: dict[str, list[str]]) -> str:
    """Stores an answer; returns what the guest reads about it."""
    chosen = form.get("reply", [""])[0]
    if chosen not in (Reply.YES.value, Reply.NO.value, Reply.MAYBE.value):
        return ""
    # The same words again are no news.
    words = form.get("note", [""])[0].strip()
    words = "" if words == invitee.note else words

    def do(session: Session) -> None:
        replying.record(session, meetings.get(session, meeting.id or 0), invitee, Reply(chosen), note=words)

    try:
        house.database.write(do)
    except Refusal as refusal:
        return reader.say(refusal.text, **refusal.facts)
    house.wake()
    return reader.say("Thank you. {who} can see your answer.", who=_organiser(house, meeting))


def _shown(session: Session, reader: Reader, meeting: Meeting, invitee: Invitee, note: str) -> str:
    day = meetings.next_date(session, meeting.id or 0, clock.now())
    who = people.get(session, meeting.organiser_id).known_as
    parts = [f"<h1>{html.escape(meeting.title)}</h1>", f"<p>{html.escape(reader.say('Called by {who}', who=who))}</p>"]
    if note:
        parts.append(f'<p class="done">{html.escape(note)}</p>')
    if day is None or meeting.state is MeetingState.CANCELLED:
        over = reader.say("This meeting is over, or was cancelled.")
        return "".join([*parts, f"<p>{html.escape(over)}</p>"])
    parts.append(f"<p><b>{html.escape(cards.span_said(reader, day.starts_at, day.ends_at, meeting.zone))}</b></p>")
    if meeting.rule:
        parts.append(f"<p>{html.escape(cards.rhythm_said(reader, meeting))}</p>")
    if where := cards.rooms_said(session, reader, [day]):
        parts.append(f"<p>{html.escape(where)}</p>")
    labels = {Reply.YES: reader.say("Yes"), Reply.NO: reader.say("No"), Reply.MAYBE: reader.say("Maybe")}
    buttons = "".join(
        f'<button name="reply" value="{reply.value}"{" class=chosen" if invitee.reply is reply else ""}>'
        f"{html.escape(label)}</button>"
        for reply, label in labels.items()
    )
    ask = html.escape(reader.say("A word to whoever invites you, if you like"))
    parts.append(f'<form method="post"><textarea name="note" rows="2" placeholder="{ask}"></textarea>{buttons}</form>')
    return "".join(parts)


def _invited(session: Session, link: str) -> tuple[Meeting, Invitee] | None:
    """The meeting and the guest behind a link that we have signed."""
    found = _SIGNED.fullmatch(link)
    invitee = meetings.find_invitee(session, int(found[1])) if found is not None else None
    if found is None or invitee is None:
        return None
    meeting = meetings.get(session, invitee.meeting_id)
    return (meeting, invitee) if reach.is_signed(session, mails.link_name(meeting, invitee), found[2]) else None


def _organiser(house: House, meeting: Meeting) -> str:
    with house.database.read() as session:
        return people.get(session, meeting.organiser_id).known_as


def _language(wanted: str) -> str:
    """The first of a browser's languages that we speak."""
    for part in wanted.lower().split(","):
        if part.strip()[:2] in LANGUAGES:
            return part.strip()[:2]
    return "en"


def _page(language: str, title: str, body: str) -> str:
    return _PAGE.format(language=language, title=html.escape(title), body=body)


async def _in(pool: ThreadPoolExecutor, do: Callable[[], Response]) -> Response:
    return await asyncio.get_running_loop().run_in_executor(pool, do)
