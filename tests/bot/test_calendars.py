"""Calendars: feeds, the guest's page, answers by mailbox, a real CalDAV server, and other people's calendars."""

import socketserver
import threading
import time as clock_time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
import urllib3
import uvicorn
from icalendar import Calendar
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from bot import guests, mailbox, other_calendars
from bot.caldav import CalDav
from bot.running import bound
from bot.settings import Settings
from handlers.context import House
from handlers.meetings import ics
from handlers.meetings.mails import answer_path
from office import catalogue
from office.duties import reach
from office.duties.meetings import busy, changing, feeds, finding, inbound
from office.duties.meetings.finding import Wanted
from office.errors import Refusal
from office.foreign.reader import Reader, Unreadable
from storage import facts, history, meetings
from storage.meeting_tables import Meeting
from storage.words import Reply
from tests.conftest import Office
from tests.meetings import TUESDAY, at
from tests.meetings import House as Rooms

OURS = "https://desk.nordwind.example"


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def rooms(office: Office) -> Rooms:
    office.do(lambda s: facts.put(s, reach.PUBLIC_URL, OURS))
    office.do(lambda s: facts.put(s, reach.MAIL_FROM, "desk@nordwind.example"))
    office.do(reach.keep_secret)
    return Rooms(office)


class Site:
    """The pages for those outside Slack, on a port of their own."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._http = urllib3.PoolManager()

    def get(self, path: str, language: str = "en") -> tuple[int, str]:
        answer = self._http.request("GET", self._address + path, headers={"accept-language": language})
        return answer.status, answer.data.decode()

    def post(self, path: str, **fields: str) -> int:
        return self._http.request_encode_body("POST", self._address + path, fields, encode_multipart=False).status


@pytest.fixture
def site(rooms: Rooms) -> Iterator[Site]:
    with ThreadPoolExecutor(2) as pool:
        nothing = cast(Any, None)
        house = House(rooms.office.database, catalogue.load(), nothing, nothing, "U0BOT", lambda: None, pool)
        listening = bound("127.0.0.1", 0)
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=guests.routes(house)), log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            clock_time.sleep(0.01)
        yield Site(f"http://127.0.0.1:{listening.getsockname()[1]}")
        server.should_exit = True
        thread.join()


def test_a_feed_is_read_by_its_secret_and_ends_with_it(rooms: Rooms, site: Site) -> None:
    anna = rooms.office.who("anna")
    rooms.books("anna", "Weekly", rule="FREQ=WEEKLY;BYDAY=TU;COUNT=5")
    rooms.books("bjorn", "Not Anna's")
    address = rooms.office.do(lambda s: feeds.make(s, anna))
    assert address is not None and address.startswith(OURS)
    token = address.rpartition("/")[2]
    assert token.removesuffix(".ics") not in str(rooms.office.database.scalar("SELECT token FROM calendar_feeds"))
    status, text = site.get(f"/calendar/{token}")
    assert status == 200 and "Weekly" in text and "Not Anna" not in text
    assert "TZID:Europe/Stockholm" in text and "DTSTART;TZID=Europe/Stockholm:20261124T140000" in text
    rooms.office.do(lambda s: feeds.end(s, anna))
    assert site.get(f"/calendar/{token}")[0] == 404
    assert site.get("/calendar/guessed.ics")[0] == 404


def test_a_rooms_feed_hides_private_titles(rooms: Rooms, site: Site) -> None:
    goya, anna = rooms.keeps("Goya"), rooms.office.who("anna")
    rooms.books("bjorn", "Secret plan", goya, private=True)
    rooms.books("bjorn", "Open plan", goya, clock=time(16))
    address = rooms.office.do(lambda s: feeds.make(s, anna, goya.id)) or ""
    _, text = site.get(f"/calendar/{address.rpartition('/')[2]}")
    assert "Secret" not in text and "Busy" in text and "Open plan" in text


def test_a_guest_answers_by_link_and_nobody_else_can(rooms: Rooms, site: Site) -> None:
    meeting = rooms.books("anna", "Offer <b>", guests=("zoe@acme.example",)).meeting
    with rooms.office.database.read() as session:
        invitee = meetings.invitees(session, meeting.id or 0)[0]
        path = answer_path(session, meeting, invitee)
    status, text = site.get(path, "de-DE,de;q=0.9")
    assert status == 200 and "Offer &lt;b&gt;" in text and "Vielleicht" in text
    assert site.get(path[:-1] + ("0" if path[-1] != "0" else "1"))[0] == 404
    with rooms.office.database.read() as session:
        assert meetings.invitees(session, meeting.id or 0)[0].reply is Reply.ASKED, "looking answers nothing"
    assert site.post(path, reply="no", note="<script>x</script>") == 200
    with rooms.office.database.read() as session:
        assert meetings.invitees(session, meeting.id or 0)[0].reply is Reply.NO
    assert rooms.told("meetings.replied") == 1
    assert "<script>" not in site.get(path)[1]


def test_an_answer_in_the_mailbox_counts_for_whoever_it_is_known_to_be_from(rooms: Rooms) -> None:
    meeting = rooms.books("anna", "Offer", people=("frank",), guests=("zoe@acme.example",)).meeting
    with rooms.office.database.read() as session:
        uid = reach.uid(session, meeting.key, "zoe@acme.example")
    checked = "mx.nordwind.example; dmarc=pass header.from=nordwind.example"
    taken = read_mails(
        rooms,
        # Whoever has a guest's own UID is that guest, from whatever address they write.
        reply(uid, "zoe@acme.example", "ACCEPTED", sender="zoe@private.example"),
        reply(meeting.key, "frank@nordwind.example", "DECLINED", checked=checked),
        reply(meeting.key, "frank@nordwind.example", "ACCEPTED", sender="mallory@evil.example", checked=checked),
        b"From: x\r\n\r\nhello",
    )
    assert taken == [2, 0], "what was read is seen"
    assert answered(rooms, meeting) == [Reply.NO, Reply.YES]
    assert rooms.told("meetings.replied") == 1, "the organiser hears of the no"


@pytest.mark.parametrize(
    "checked",
    [
        "",
        "mx.evil.example; dmarc=pass header.from=nordwind.example",
        "mx.nordwind.example; dmarc=fail header.from=nordwind.example",
        "mx.nordwind.example; spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example",
        "mx.nordwind.example; none (dmarc=pass header.from=nordwind.example)",
        'mx.nordwind.example; dmarc=fail reason="dmarc=pass" header.from=nordwind.example',
    ],
)
def test_an_answer_in_somebodys_name_is_asked_and_changes_nothing(rooms: Rooms, checked: str) -> None:
    meeting = rooms.books("anna", "Offer", people=("frank",), guests=("zoe@acme.example",)).meeting
    taken = read_mails(
        rooms,
        reply(meeting.key, "frank@nordwind.example", "DECLINED", checked=checked),
        reply(meeting.key, "frank@nordwind.example", "DECLINED", checked=f"x; {checked}"),
        reply(meeting.key, "zoe@acme.example", "DECLINED", checked=checked),
        reply("0" * 32 + "." + meeting.key, "zoe@acme.example", "DECLINED", checked=checked),
    )
    assert taken[0] == 2 and answered(rooms, meeting) == [Reply.ASKED, Reply.ASKED]
    assert (rooms.told("meetings.doubted"), rooms.told("meetings.doubted_guest")) == (1, 1), "once a day each"
    with rooms.office.database.read() as session:
        doubts = [one.actor_id for one in history.of(session, "meeting", meeting.id or 0, 50) if one.act == "doubt"]
    assert doubts == [None, None], "nobody stands there as who has said it"


@pytest.mark.parametrize(
    "checked",
    ["mx.nordwind.example; dkim=pass header.d=nordwind.example", "mx.nordwind.example;\r\n spf=pass (a; b)"
     " smtp.mailfrom=frank@nordwind.example; dkim=none", "MX.nordwind.example 1; dmarc=pass (p=none)"],
)  # fmt: skip
def test_what_our_own_mail_server_has_checked_counts(rooms: Rooms, checked: str) -> None:
    meeting = rooms.books("anna", "Offer", people=("frank",)).meeting
    assert read_mails(rooms, reply(meeting.key, "frank@nordwind.example", "ACCEPTED", checked=checked)) == [1, 0]
    assert answered(rooms, meeting) == [Reply.YES]


def test_an_invitation_has_a_uid_of_each_guest_and_is_taken_back_by_it(rooms: Rooms) -> None:
    meeting = rooms.books("anna", "Offer", people=("frank",), guests=("zoe@acme.example", "eva@acme.example")).meeting
    with rooms.office.database.read() as session:
        known = [reach.uid(session, meeting.key, one) for one in ("zoe@acme.example", "eva@acme.example")]
        sent = [ics.of_meeting(session, meeting, guest=one) for one in ("zoe@acme.example", "eva@acme.example", "")]
        back = ics.taken_back(session, meeting, "zoe@acme.example")
    uids = [str(Calendar.from_ical(one).walk("VEVENT")[0]["uid"]) for one in [*sent, back]]
    assert uids == [*known, meeting.key, known[0]] and len(set(known)) == 2


def test_a_message_that_cannot_be_read_is_tried_three_times_and_set_aside(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = rooms.books("anna", "Offer", guests=("zoe@acme.example",)).meeting
    with rooms.office.database.read() as session:
        uid = reach.uid(session, meeting.key, "zoe@acme.example")
    good, poison = reply(uid, "zoe@acme.example", "ACCEPTED"), b"From: x\r\n\r\npoison"
    real = Reader.read

    def stops(self: Reader, what: str, content: bytes, **facts: str) -> Any:
        if b"poison" in content:
            raise Unreadable("it takes too long or too much", is_too_much=True)
        return real(self, what, content, **facts)

    monkeypatch.setattr(Reader, "read", stops)
    assert read_mails(rooms, poison, good, rounds=4) == [1, 0, 0, 0] and answered(rooms, meeting) == [Reply.YES]
    assert rooms.told("meetings.mail_set_aside") == 1


def test_an_answer_that_met_a_busy_database_is_taken_later(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = rooms.books("anna", "Offer", guests=("zoe@acme.example",)).meeting
    with rooms.office.database.read() as session:
        uid = reach.uid(session, meeting.key, "zoe@acme.example")

    def busy(*_: Any, **__: Any) -> bool:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    with mail_server([reply(uid, "zoe@acme.example", "ACCEPTED")]) as box, monkeypatch.context() as patched:
        settings = settings_for(imap_host="127.0.0.1", imap_port=box.port, imap_security="none")
        patched.setattr(inbound, "take", busy)
        for _ in range(5):
            with pytest.raises(OperationalError):
                mailbox.read(settings, rooms.office.database)
        patched.undo()
        assert mailbox.read(settings, rooms.office.database) == 1
    assert answered(rooms, meeting) == [Reply.YES]


def test_meetings_stand_on_a_real_calendar_server(rooms: Rooms, radicale: str) -> None:
    caldav = CalDav(settings_for(caldav_url=f"{radicale}nordwind/all/"))
    meeting = rooms.books("anna", "Weekly", rule="FREQ=WEEKLY;BYDAY=TU;COUNT=5").meeting
    with rooms.office.database.read() as session:
        content = ics.of_meeting(session, meeting, "")
    assert caldav.put("", meeting.key, content).ok and caldav.put("", meeting.key, content).ok
    assert caldav.events("", at(TUESDAY, 0), at(TUESDAY, 23)).count(b"SUMMARY:Weekly") == 1
    assert caldav.delete("", meeting.key).ok and caldav.delete("", meeting.key).ok
    assert b"Weekly" not in caldav.events("", at(TUESDAY, 0), at(TUESDAY, 23))


def test_busy_times_of_the_calendar_server_count_in_find(rooms: Rooms, radicale: str) -> None:
    frank, anna = rooms.office.who("frank"), rooms.office.who("anna")
    caldav = CalDav(settings_for(caldav_url=f"{radicale}nordwind/{{email}}/"))
    make_calendar(f"{radicale}nordwind/{frank.email}/")
    assert caldav.put(frank.email or "", "dentist", event("dentist", at(TUESDAY, 8), at(TUESDAY, 16))).ok
    other_calendars.read_due(rooms.office.database, caldav)
    wanted = Wanted(timedelta(hours=1), TUESDAY, TUESDAY, people=(frank.id or 0,))
    found = rooms.office.do(lambda s: finding.find(s, anna, wanted))
    assert found[0].slot.start == at(TUESDAY, 16)


@pytest.mark.parametrize(
    "url_", ["http://cal.example/x.ics", "https://127.0.0.1/x", "https://localhost/x", "file:///etc/passwd"]
)
def test_we_never_look_inside_the_companys_network(url_: str) -> None:
    with pytest.raises(other_calendars.CannotRead):
        other_calendars.fetched(url_)


def test_an_address_of_another_calendar_must_be_one(rooms: Rooms) -> None:
    anna = rooms.office.who("anna")
    for wrong in ("http://cal.example/x.ics", "calendar", "https://"):
        with pytest.raises(Refusal):
            rooms.office.do(lambda s, wrong=wrong: busy.choose(s, anna, wrong))  # type: ignore[misc]


def test_a_moved_date_has_its_recurrence_id_and_the_sequence_rises(rooms: Rooms) -> None:
    anna = rooms.office.who("anna")
    meeting = rooms.books("anna", "Weekly", rule="FREQ=WEEKLY;BYDAY=TU;COUNT=3", people=("frank",)).meeting
    second = rooms.dates(meeting)[1]
    rooms.office.do(lambda s: changing.move(s, anna, meeting.id or 0, second.id or 0, second.day, time(16)))
    with rooms.office.database.read() as session:
        now = meetings.get(session, meeting.id or 0)
        single: Any = Calendar.from_ical(ics.of_meeting(session, now, "REQUEST", second.id)).walk("VEVENT")
        whole: Any = Calendar.from_ical(ics.of_meeting(session, now, "REQUEST")).walk("VEVENT")
    assert len(single) == 1 and single[0]["recurrence-id"].dt == at(second.day, 14) and single[0]["sequence"] == 1
    assert single[0]["dtstart"].dt == at(second.day, 16)
    assert len(whole) == 2 and "rrule" in whole[0]


def test_hostile_names_stay_in_their_line(rooms: Rooms) -> None:
    title = 'Budget"\r\nATTENDEE:mailto:evil@x.example\nEND:VCALENDAR;:,\\'
    meeting = rooms.books("anna", title, guests=("zoe@acme.example",)).meeting
    with rooms.office.database.read() as session:
        text = ics.of_meeting(session, meeting, "REQUEST").decode()
    assert text.count("END:VCALENDAR") == 1 + text.count("SUMMARY") - 1 or "\nEND:VCALENDAR;" not in text
    found = Calendar.from_ical(text).walk("VEVENT")[0]
    assert str(found["attendee"]).endswith("zoe@acme.example")


def settings_for(**given: Any) -> Settings:
    usual = {"imap_user": "desk", "imap_password": SecretStr("x"), "imap_folder": "INBOX", "imap_authserv": "",
             "caldav_user": "",
             "caldav_password": SecretStr("")}  # fmt: skip
    return Settings.model_construct(**{**usual, **given})


def event(uid: str, start: datetime, end: datetime, more: str = "") -> bytes:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z",
        f"DTSTART:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}", f"DTEND:{end.astimezone(UTC):%Y%m%dT%H%M%SZ}", "SUMMARY:x",
        *([more] if more else []), "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def read_mails(rooms: Rooms, *found: bytes, rounds: int = 2) -> list[int]:
    """How many answers each look into a mailbox takes."""
    with mail_server(list(found)) as box:
        settings = settings_for(
            imap_host="127.0.0.1", imap_port=box.port, imap_security="none", imap_authserv="mx.nordwind.example"
        )
        return [mailbox.read(settings, rooms.office.database) for _ in range(rounds)]


def answered(rooms: Rooms, meeting: Meeting) -> list[Reply]:
    with rooms.office.database.read() as session:
        return [one.reply for one in meetings.invitees(session, meeting.id or 0)]


def reply(uid: str, who: str, status: str, sender: str = "", checked: str = "") -> bytes:
    """An answer as a calendar sends it."""
    content = "\r\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{uid}", "SEQUENCE:0",
        "DTSTAMP:20261123T080000Z", f"ATTENDEE;PARTSTAT={status}:mailto:{who}", "END:VEVENT", "END:VCALENDAR", "",
    ])  # fmt: skip
    message = EmailMessage()
    if checked:
        message["Authentication-Results"] = " ".join(checked.split())
    message["From"], message["To"], message["Subject"] = sender or who, "desk@nordwind.example", status
    message.set_content(status)
    message.add_alternative(content, subtype="calendar", params={"method": "REPLY"})
    return message.as_bytes()


class Box(socketserver.ThreadingTCPServer):
    """As much of IMAP as reading unseen messages needs."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, found: list[bytes]) -> None:
        self.found, self.seen = found, set[int]()
        super().__init__(("127.0.0.1", 0), Session)

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Session(socketserver.StreamRequestHandler):
    server: Box

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, verb, *rest = line.decode().split()
            for said in self._answers(verb.upper(), rest):
                self.wfile.write(said)
            self.wfile.write(f"{tag} OK done\r\n".encode())
            if verb.upper() == "LOGOUT":
                return

    def _answers(self, verb: str, rest: list[str]) -> Iterator[bytes]:
        match verb:
            case "CAPABILITY":
                yield b"* CAPABILITY IMAP4rev1\r\n"
            case "SELECT":
                yield f"* {len(self.server.found)} EXISTS\r\n".encode()
            case "SEARCH":
                unseen = [str(at) for at in range(1, len(self.server.found) + 1) if at not in self.server.seen]
                yield f"* SEARCH {' '.join(unseen)}\r\n".encode()
            case "FETCH":
                content = self.server.found[int(rest[0]) - 1]
                if "RFC822.SIZE" in rest[1]:
                    yield f"* {rest[0]} FETCH (RFC822.SIZE {len(content)})\r\n".encode()
                else:
                    yield f"* {rest[0]} FETCH (BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n"
            case "STORE":
                self.server.seen.add(int(rest[0]))


@contextmanager
def mail_server(found: list[bytes]) -> Iterator[Box]:
    with Box(found) as box:
        threading.Thread(target=box.serve_forever, daemon=True).start()
        yield box
        box.shutdown()


@pytest.fixture
def radicale(tmp_path: Path) -> Iterator[str]:
    """A real CalDAV server with one calendar, on a free port."""
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from radicale import config
    from radicale.app import Application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    settings = config.load()
    settings.update({
        "storage": {"filesystem_folder": str(tmp_path / "calendars")}, "auth": {"type": "none"},
        "rights": {"type": "from_file", "file": str(tmp_path / "rights")},
    }, "test", privileged=True)  # fmt: skip
    (tmp_path / "rights").write_text("[all]\nuser: .*\ncollection: .*\npermissions: RrWw\n")
    with make_server("127.0.0.1", 0, Application(settings), handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        make_calendar(f"{address}nordwind/", principal=True)
        make_calendar(f"{address}nordwind/all/")
        yield address
        server.shutdown()


def make_calendar(url: str, principal: bool = False) -> None:
    http = urllib3.PoolManager()
    made = http.request("MKCOL" if principal else "MKCALENDAR", url)
    assert made.status in (201, 405, 409), (made.status, made.data)
