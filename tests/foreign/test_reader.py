"""Foreign data is read by a child process: what comes back is plain, and what takes too long or too much is given up."""

import io
import os
import threading
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from office.errors import Refusal
from office.foreign import calendars, reader
from office.foreign.reader import Reader, Unreadable, reading

SPAN = {"start": "2026-11-24T00:00:00+00:00", "end": "2026-12-24T00:00:00+00:00", "zone": "Europe/Madrid"}


def calendar(*events: str, around: str = "") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *([around] if around else []), *events,
             "END:VCALENDAR", ""]  # fmt: skip
    return "\r\n".join(lines).encode("utf-8", "replace")


def event(*lines: str, uid: str = "a") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT"])


def zone(name: str, rule: str) -> str:
    """A definition of a zone by rules, which may be made to take for ever."""
    parts = [
        f"BEGIN:{kind}\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:{rule}\r\nEND:{kind}"
        for kind in ("STANDARD", "DAYLIGHT")
    ]
    return "\r\n".join(["BEGIN:VTIMEZONE", f"TZID:{name}", *parts, "END:VTIMEZONE"])


@pytest.fixture(scope="module")
def child() -> Iterator[Reader]:
    with reading(2.0) as one:
        yield one


@pytest.mark.parametrize(
    ("name", "hour", "unknown"),
    [
        ("Europe/Stockholm", 8, []),
        ('"/freeassociation.sourceforge.net/Europe/London"', 9, []),
        ("W. Europe Standard Time", 8, []),
        ("Eastern Standard Time", 14, []),
        ("America/New_York", 14, []),
        ("Kundenzeit", 8, ["Kundenzeit"]),
        ('"tzone://Microsoft/Custom"', 8, ["tzone://Microsoft/Custom"]),
    ],
)
def test_a_zone_is_known_by_its_name_else_it_is_the_owners(
    child: Reader, name: str, hour: int, unknown: list[str]
) -> None:
    lying = zone(name.strip('"'), "FREQ=SECONDLY")
    content = calendar(
        event(f"DTSTART;TZID={name}:20261125T090000", f"DTEND;TZID={name}:20261125T100000"), around=lying
    )
    found = child.read("busy", content, **SPAN)
    assert [datetime.fromisoformat(moment).astimezone(UTC).hour for moment in found["spans"][0]] == [hour, hour + 1]
    assert found["zones"] == unknown


def test_whole_days_and_times_without_a_zone_are_the_owners(child: Reader) -> None:
    found = child.read(
        "busy", calendar(event("DTSTART;VALUE=DATE:20261125"), event("DTSTART:20261127T090000", "DTEND:20261127T100000", uid="b")),
        **SPAN,
    )  # fmt: skip
    assert found["spans"] == [
        ["2026-11-24T23:00:00+00:00", "2026-11-25T23:00:00+00:00"],
        ["2026-11-27T08:00:00+00:00", "2026-11-27T09:00:00+00:00"],
    ]


def test_it_tells_when_somebody_is_busy_and_nothing_else() -> None:
    times = ("DTSTART:20261125T090000Z", "DTEND:20261125T100000Z")
    assert len(calendars.busy(calendar(event(*times, "RRULE:FREQ=WEEKLY")), **SPAN)["spans"]) == 5
    for more in ("TRANSP:TRANSPARENT", "STATUS:CANCELLED", "RRULE:FREQ=SECONDLY", "RRULE:FREQ=DAILY;BYSECOND=1,2,3"):
        assert calendars.busy(calendar(event(*times, more)), **SPAN)["spans"] == []
    ours = calendar(event(*times, uid="x@deskhand"))
    assert calendars.busy(ours, **SPAN)["spans"] == []
    with pytest.raises(ValueError):
        calendars.busy(b"no calendar", **SPAN)


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2"]
)
def test_an_answer_with_a_zone_of_its_own_is_read_at_once(child: Reader, rule: str) -> None:
    content = b"From: zoe@acme.example\r\nContent-Type: text/calendar\r\n\r\n" + calendar(
        event("DTSTART;TZID=evil:20270101T090000", "RECURRENCE-ID;TZID=evil:20270101T090000",
              "ATTENDEE;PARTSTAT=ACCEPTED:mailto:zoe@acme.example"),
        around=f"METHOD:COUNTER\r\n{zone('evil', rule)}",
    )  # fmt: skip
    began = time.monotonic()
    found = child.read("invitation answers", content)
    assert found["answers"][0]["start"] == "2027-01-01T09:00:00+00:00" and time.monotonic() - began < 2


def test_what_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    times = ("DTSTART:19700101T090000Z", "DTEND:19700101T100000Z", "RRULE:FREQ=DAILY")
    daily = [event(*times, uid=str(number)) for number in range(900)]
    with reading(1.0) as one:
        for _ in range(2):
            with pytest.raises(Unreadable) as error:
                one.read("busy", calendar(*daily), **SPAN)
            assert error.value.is_too_much
            assert len(one.read("busy", calendar(event("DTSTART;VALUE=DATE:20261125")), **SPAN)["spans"]) == 1


def test_a_reader_has_nothing_of_ours_and_ends_with_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    with reading() as one:
        one.read("table", b"a;b\n1;2\n", name="x.csv")
        assert one._process is not None
        pid = one._process.pid
        its = Path(f"/proc/{pid}")
        assert not its.exists() or b"secret" not in (its / "environ").read_bytes()
    assert one._process is None and not its.exists()


def packed(sheet: bytes, strings: bytes = b"") -> bytes:
    """A workbook of one sheet, as small as it gets."""
    made = io.BytesIO()
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        spread = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        archive.writestr("[Content_Types].xml", (
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{spread}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{spread}.sharedStrings+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{spread}.worksheet+xml"/></Types>'
        ))  # fmt: skip
        archive.writestr("_rels/.rels", (
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Target="xl/workbook.xml"'
            f' Type="{kinds}/officeDocument"/></Relationships>'
        ))  # fmt: skip
        archive.writestr("xl/_rels/workbook.xml.rels", (
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Target="worksheets/sheet1.xml"'
            f' Type="{kinds}/worksheet"/><Relationship Id="r2" Target="sharedStrings.xml" Type="{kinds}/sharedStrings"/>'
            "</Relationships>"
        ))  # fmt: skip
        archive.writestr("xl/workbook.xml", (
            f'<workbook {main} xmlns:r="{kinds}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
        ))  # fmt: skip
        archive.writestr("xl/sharedStrings.xml", f"<sst {main}>".encode() + strings + b"</sst>")
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet {main}>".encode() + sheet + b"</worksheet>")
    return made.getvalue()


BOMBS = {
    "cells": packed(b"<sheetData>" + b"<row>" + b"<c><v>1</v></c>" * 3_000_000 + b"</row></sheetData>"),
    "texts": packed(b"<sheetData/>", b"<si><t>a</t></si>" * 2_500_000),
    "empty elements": packed(b"<sheetData>" + b"<row/>" * 6_000_000 + b"</sheetData>"),
    "gigabytes": packed(b" " * 100_000_000),
    "a million columns": b";" * 1_000_000,
}


@pytest.mark.parametrize("kind", list(BOMBS))
def test_a_small_file_that_is_large_inside_is_not_read_whole_and_this_process_stays_small(
    kind: str,
) -> None:
    assert len(BOMBS[kind]) < 1_100_000
    before, began = memory(), time.monotonic()
    name = "list.csv" if kind == "a million columns" else "list.xlsx"
    try:
        found = reader.table(name, BOMBS[kind], seconds=2.0)
    except Refusal:
        found = []
    assert len(found) <= 1 and len(found[0] if found else []) <= 60
    assert memory() - before < 50_000_000 and time.monotonic() - began < 25


def memory() -> int:
    """What this process holds, in bytes."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_others_go_on_while_something_is_read() -> None:
    longest = [0.0]
    ended = threading.Event()

    def ticks() -> None:
        last = time.monotonic()
        while not ended.is_set():
            time.sleep(0.002)
            longest[0], last = max(longest[0], time.monotonic() - last), time.monotonic()

    thread = threading.Thread(target=ticks)
    thread.start()
    reader.table("x.csv", b"name;price\n" + b"Pens;12,50\n" * 20_000)
    ended.set()
    thread.join()
    # On a busy machine a tick is late by itself: what would hold everybody up is the reading itself, of seconds.
    assert longest[0] < 0.5
