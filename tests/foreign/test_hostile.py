"""A thousand hostile calendars, mails and sheets: each is read or given up, none takes this process's time or memory."""

import random
import time
from collections.abc import Callable, Iterator

import pytest

from office.errors import Refusal
from office.foreign.reader import Reader, Unreadable, reading
from tests import examples
from tests.foreign.test_reader import SPAN, calendar, event, memory, packed, zone

TRIED = examples.of(1_000, 20_000)
RULES = [
    "FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=1", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=99999999999", "FREQ=",
    "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=2", "FREQ=DAILY;BYHOUR=1;BYMINUTE=1", "FREQ=WEEKLY;UNTIL=99991231T235959Z",
    "FREQ=DAILY;UNTIL=19700101", "FREQ=MONTHLY;BYDAY=99MO", "FREQ=DAILY;BYSETPOS=-366", "COUNT=1", "FREQ=DAILY;FREQ=DAILY",
    "FREQ=YEARLY;BYMONTH=13", "FREQ=DAILY;INTERVAL=99999999999999999999",
]  # fmt: skip
MOMENTS = [
    "00010101T000000", "99991231T235959", "20261125T250000", "20261332", "19700101T000000Z", "20261125", "", "-1",
    "20261125T090000Z", "2026-11-25T09:00:00", "٢٠٢٦١١٢٥", "20260329T023000", "20261025T023000",
]  # fmt: skip
NAMES = [
    "",
    "Europe/Madrid",
    "evil",
    "../../etc/passwd",
    "Europe/../Madrid",
    "\x00",
    "Z" * 5_000,
    "UTC",
    "localtime",
    "tz:é",
]
WORDS = [
    "x",
    "\U0001f4a3" * 300,
    "a" * 9_000,
    "\u202e",
    "<b>",
    "=cmd()",
    "%s{0}",
    "\\n\\,",
    "\r\nEND:VCALENDAR",
    "\ud800",
]


def hostile_calendar(dice: random.Random) -> bytes:
    """What any guest may let stand at an address: rules, zones, moments and names as nobody means them."""
    events = [
        event(
            f"DTSTART;TZID={dice.choice(NAMES)}:{dice.choice(MOMENTS)}",
            f"{dice.choice(['DTEND', 'DURATION', 'RECURRENCE-ID'])}:{dice.choice([*MOMENTS, '-P9999999D', 'P1D'])}",
            f"RRULE:{dice.choice(RULES)}", f"{dice.choice(['EXDATE', 'RDATE', 'COMMENT'])}:{dice.choice(MOMENTS)}",
            f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{dice.choice(WORDS)}", f"SUMMARY:{dice.choice(WORDS)}",
            uid=dice.choice(["a", "b", "", "x@deskhand"]),
        )
        for _ in range(dice.randrange(4))
    ]  # fmt: skip
    around = "\r\n".join([
        f"METHOD:{dice.choice(['REPLY', 'COUNTER', 'x', ''])}", zone(dice.choice(NAMES), dice.choice(RULES)),
        f"X-WR-TIMEZONE:{dice.choice(NAMES)}",
    ])  # fmt: skip
    return damaged(dice, calendar(*events, around=around))


def hostile_mail(dice: random.Random) -> bytes:
    kind = dice.choice(
        ["text/calendar", "multipart/mixed; boundary=b", "application/ics", "message/rfc822", "text/x; a=\x00"]
    )
    sender = dice.choice(["zoe@acme.example", "a@b, c@d", "<" * 500, "\xff", "=?utf-8?b?////?=", "x@" + "y." * 900])
    coding = dice.choice(["7bit", "base64", "quoted-printable", "x-uuencode", "no such thing"])
    check = dice.choice(["", "x; dmarc=pass", "(" * 900, "a; " + "spf=pass " * 900, ";;;=;="])
    inner = hostile_calendar(dice)
    parts = b"--b\r\nContent-Type: text/calendar\r\n\r\n" * dice.randrange(200) if "multipart" in kind else b""
    head = (
        f"From: {sender}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {coding}\r\n"
        f"Authentication-Results: {check}\r\n\r\n"
    )
    return damaged(dice, head.encode("utf-8", "replace") + parts + inner)


def hostile_sheet(dice: random.Random) -> bytes:
    if dice.random() < 0.3:
        text = dice.choice([";", ",", "\t", '"', "\x00", "\r", "é;", '"a\n']) * dice.randrange(20_000)
        return damaged(dice, text.encode(dice.choice(["utf-8", "utf-16", "cp1252"]), "replace"))
    value = dice.choice(["1", "1e999", "NaN", "9" * 400, "#REF!", "", "=1+1", "&#0;", "45000.5"])
    where = dice.choice(["A1", "XFD1048576", "ZZZZ1", "", "A0", "1A"])
    kind = dice.choice(["n", "s", "b", "e", "d", "str", "inlineStr", "?"])
    cell = f'<c r="{where}" t="{kind}"><v>{value}</v></c>'
    extra = dice.choice(
        [
            "",
            '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
            "<mergeCells>" + '<mergeCell ref="A1:XFD20"/>' * 50 + "</mergeCells>",
            '<dimension ref="A1:XFD1048576"/>',
        ]
    )
    rows = f'<row r="{dice.choice([1, 0, 1048576, -1])}">{cell * dice.randrange(50)}</row>' * dice.randrange(20)
    return damaged(dice, packed(f"<sheetData>{rows}</sheetData>{extra}".encode()))


def damaged(dice: random.Random, content: bytes) -> bytes:
    """Half of them with some bytes changed, or cut off."""
    if dice.random() < 0.5 or not content:
        return content
    found = bytearray(content)
    for _ in range(dice.randrange(1, 8)):
        found[dice.randrange(len(found))] = dice.randrange(256)
    return bytes(found[: dice.randrange(1, len(found) + 1)] if dice.random() < 0.3 else found)


@pytest.fixture(scope="module")
def child() -> Iterator[Reader]:
    with reading(1.0) as one:
        yield one


@pytest.mark.parametrize(
    ("what", "make", "facts"),
    [
        ("busy", hostile_calendar, SPAN), ("invitation answers", hostile_mail, {}), ("table", hostile_sheet, {"name": "x.xlsx"}),
        ("table", hostile_sheet, {"name": "x.csv"}),
    ],
    ids=["calendars", "mails", "sheets", "sheets as text"],
)  # fmt: skip
def test_nothing_that_is_sent_stops_the_reading(
    child: Reader, what: str, make: Callable[[random.Random], bytes], facts: dict[str, str]
) -> None:
    dice = random.Random(15)
    given_up = 0
    before = memory()
    for _ in range(TRIED if facts.get("name") != "x.csv" else TRIED // 10):
        content, began = make(dice), time.thread_time()
        try:
            child.read(what, content, **facts)
        except Refusal:
            pass
        except Unreadable as error:
            given_up += error.is_too_much
        assert time.thread_time() - began < 0.05, "the reading costs this process nothing but the handing over"
    assert memory() - before < 50_000_000
    # Limits are for what nobody has thought of: what is known here is told at once.
    assert given_up <= TRIED // 100
