"""What is confidential or secret is typed everywhere it can be, and then looked for everywhere it must not be."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from prometheus_client import generate_latest
from sqlalchemy import text

from bot import doctor, lists, logs
from bot.practising import settings_for
from office import office_file
from office.catalogue import TypeField
from storage.words import FieldKind
from tests.walks.conftest import Walk, person

MARK = "zxmarkzx"
CONFIDENTIAL = ("payroll", "hr_question", "certificate", "personal_data")
OTHERS = ("maria", "bjorn", "karin", "frank", "greta", "carla", "david", "grace", "omar", "petra")


@pytest.fixture
def log(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a service logs, at its loudest."""
    root, written = logging.getLogger(), io.StringIO()
    before, level = list(root.handlers), root.level
    with monkeypatch.context() as here:
        here.setattr("sys.stderr", written)
        logs.set_up("DEBUG")
    named = [logging.getLogger(name) for name in list(root.manager.loggerDict)]
    levels = {one: one.level for one in named}
    for one in named:
        one.setLevel(logging.DEBUG)
    yield written
    for one, was in levels.items():
        one.setLevel(was)
    root.handlers, root.level = before, level


def typed(walk: Walk, field: TypeField) -> str | list[str] | None:
    """Something that a field takes, with the mark in it where it takes words."""
    match field.kind:
        case FieldKind.TEXT | FieldKind.LONG_TEXT:
            return f"{MARK} {field.key}"
        case FieldKind.CHOICE:
            return field.choices[0].key
        case FieldKind.CHOICES:
            return [field.choices[0].key]
        case FieldKind.DATE:
            return "2026-12-24"
        case FieldKind.YES_NO:
            return "yes"
        case FieldKind.AMOUNT:
            return "12 SEK"
        case FieldKind.QUANTITY:
            return "3"
        case _:
            return None


def seen_by_others(walk: Walk) -> Iterator[tuple[str, str]]:
    """(where, what) for everything that Slack shows to those who may not read it."""
    space = walk.workspace
    others = [person(handle) for handle in OTHERS]
    for other in others:
        for channel in space.channels.values():
            if space.may_see(other, channel["id"]):
                yield f"{channel['name']} for {other}", json.dumps(space.messages.get(channel["id"], []))
        yield f"home of {other}", json.dumps(space.homes.get(other, {}))
        yield f"windows of {other}", json.dumps([space.views[one] for one in space.stacks.get(other, [])])
    yield "answers", json.dumps([one for one in space.ephemerals if one["to"] in others])


def told_by_the_machine(walk: Walk) -> Iterator[tuple[str, str]]:
    database = walk.database
    yield "metrics", generate_latest(walk.deskhand.metrics.registry).decode()
    yield "readyz", json.dumps(walk.deskhand.readiness.wrong())
    url = database.url.render_as_string(hide_password=False)
    yield "doctor", " ".join(one.text for one in doctor.examine(settings_for(walk.practice, url)))
    for kind in ("items", "suppliers", "invoices"):
        yield f"export of {kind}", lists.written(database, kind).decode("latin-1")
    with database.read() as session:
        yield "office show", office_file.show(session)
        drafts = "SELECT words FROM drafts JOIN people ON people.id = person_id WHERE handle NOT IN ('anna', 'ines')"
        yield "drafts", str(session.execute(text(drafts)).all())
        yield "news", str(session.execute(text("SELECT * FROM news")).all())


def test_what_is_confidential_is_in_no_sink_of_others(walk: Walk, log: io.StringIO) -> None:
    walk.workspace.channels[walk.place("hr-desk")]["is_private"] = False
    walk.deskhand.look_at_channels()
    types = walk.deskhand.catalogue
    for key in CONFIDENTIAL:
        walk.says("anna", "general", "/request")
        walk.chooses_type("anna", key)
        answers = {f"f_{field.key}": typed(walk, field) for field in types.get(key).fields}  # type: ignore[union-attr]
        assert walk.fills("anna", text=f"{MARK} {key}", **{k: v for k, v in answers.items() if v is not None}) == {}
    for verb in ("note", "ask", "comment"):
        walk.says("ines", "general", f"/request {verb} 1 {MARK} {verb}")
    walk.says("anna", "general", f"/request reply 1 {MARK} reply")
    walk.says("ines", "general", f"/request solve 1 {MARK} solved")
    walk.says("anna", "general", f"/request reopen 1 {MARK} reopened")
    walk.says("anna", "general", f"/meeting private {MARK} with @ines tomorrow 10:00 for 30m")
    walk.says("anna", "general", f"/desk remind me {MARK} in 20 minutes")
    walk.says("anna", "general", f"/task {MARK} for myself tomorrow")
    walk.settled(90)
    for handle in OTHERS:
        walk.opens_home(handle)
        for line in ("/request list", "/request desk", "/request 1", "/meeting today", "/desk search pay"):
            walk.says(handle, "general", line)
    walk.settled(90)
    found = [where for where, what in [*seen_by_others(walk), *told_by_the_machine(walk)] if MARK in what]
    assert not found
    assert MARK in json.dumps(walk.direct("ines")), "it was said where it may be"
    assert "DEBUG" in log.getvalue() and MARK not in log.getvalue()


def test_an_error_of_the_database_says_no_word(walk: Walk, log: io.StringIO) -> None:
    trap = "CREATE TRIGGER trap BEFORE INSERT ON requests BEGIN SELECT RAISE(ABORT, 'trapped'); END"
    walk.database.write(lambda session: session.execute(text(trap)))
    walk.says("anna", "general", f"/request Question about my payslip {MARK}")
    assert "trapped" in log.getvalue() and MARK not in log.getvalue()


def test_the_address_of_a_calendar_is_shown_once_and_kept_nowhere(walk: Walk) -> None:
    from office.duties import reach
    from storage import facts

    walk.database.write(lambda session: facts.put(session, reach.PUBLIC_URL, "https://desk.example.com"))
    walk.says("anna", "general", "/meeting calendar")
    shown = json.dumps(walk.answer("anna")["blocks"])
    token = shown.partition("/calendar/")[2].partition(".ics")[0]
    assert len(token) > 20
    with walk.database.read() as session:
        tables = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
        for table in list(tables):
            assert token not in str(session.execute(text(f'SELECT * FROM "{table}"')).all()), table
