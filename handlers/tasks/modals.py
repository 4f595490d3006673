"""The forms of tasks: making and editing one, handing it over, snoozing it, and the whole sheet."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks, when_form
from handlers.blocks import Block, View
from handlers.i18n import Reader
from handlers.tasks import cards
from office.rules.snooze import Later
from storage import people, tasks
from storage.tables import Person
from storage.time_tables import Task
from storage.words import Closes, Holding, TaskAct

LONGEST_TITLE = 300


def form(
    reader: Reader,
    metadata: Mapping[str, Any],
    title: str = "",
    owners: list[str] | None = None,
    words: str = "",
    note: str = "",
) -> View:
    """A new task. `owners` are Slack ids, `words` what is known of its time."""
    return _form(reader, reader.say("New task"), metadata, [
        _title(reader, title),
        *when_form.fields(reader, words=words),
        *_people(reader, owners or [], Closes.ALL),
        blocks.field("note", reader.say("Note"), blocks.text_input(note[:3000], multiline=True)),
    ])  # fmt: skip


def _title(reader: Reader, filled: str) -> Block:
    entry = blocks.text_input(filled, longest=LONGEST_TITLE)
    return blocks.field("title", reader.say("What is to be done?"), entry, optional=False)


def edit_form(session: Session, reader: Reader, task: Task, metadata: Mapping[str, Any]) -> View:
    rows = [one for one in tasks.owners(session, task.id or 0) if one.holding is not Holding.OFFERED]
    known = people.by_ids(session, [one.person_id for one in rows])
    owners = [person.slack_id for person in known.values() if person.slack_id]
    repeats = (
        [
            blocks.context(
                reader.md("It repeats: {rhythm}. Other words replace that.", rhythm=cards.when_said(reader, task))
            )
        ]
        if task.rule
        else []
    )
    title = reader.say("Edit T{number}", number=task.id)
    day, at = _prefilled(reader, task)
    carried = {"id": task.id, "version": task.version, **when_form.shown(day, at), **metadata}
    return _form(reader, title, carried, [
        _title(reader, task.title),
        *repeats,
        *when_form.fields(reader, day=day, at=at),
        *_people(reader, owners, task.closes),
        blocks.field("note", reader.say("Note"), blocks.text_input(task.note[:3000], multiline=True)),
    ])  # fmt: skip


def act_form(reader: Reader, task: Task, act: TaskAct, metadata: Mapping[str, Any]) -> View:
    """To whom a task is handed, or until when it is snoozed."""
    parts: list[Block] = [blocks.words(blocks.cut(task.title, LONGEST_TITLE))]
    if act is TaskAct.OFFER:
        parts += [
            blocks.field("who", reader.say("To whom?"), blocks.person_select(), optional=False),
            blocks.field("why", reader.say("Why? (others read it)"), blocks.text_input("", multiline=True)),
        ]
    else:
        parts += snooze_fields(reader)
    return blocks.modal(
        "tasks.act",
        blocks.cut(f"T{task.id} {cards.labels(reader)[act]}", blocks.TITLE),
        parts,
        reader.say("Close"),
        reader.say("Send"),
        json.dumps({"id": task.id, "act": act.value, **metadata}),
    )


def snooze_fields(reader: Reader) -> list[Block]:
    choices = [
        blocks.option(reader.say("tonight"), Later.TONIGHT.value),
        blocks.option(reader.say("tomorrow"), Later.TOMORROW.value),
        blocks.option(reader.say("next week"), Later.NEXT_WEEK.value),
    ]
    return [
        blocks.field("later", reader.say("Until when?"), blocks.select(choices, kind="radio_buttons")),
        *when_form.fields(reader),
    ]


def sheet(session: Session, reader: Reader, viewer: Person, task: Task) -> View:
    shown = cards.card(session, reader, task, viewer, whole=True)
    title = reader.say("Task T{number}", number=task.id)
    return blocks.modal("tasks.sheet", title, shown, reader.say("Close"), metadata=json.dumps({"id": task.id}))


def _form(reader: Reader, title: str, metadata: Mapping[str, Any], parts: list[Block]) -> View:
    return blocks.modal("tasks.form", title, parts, reader.say("Close"), reader.say("Save"), json.dumps(metadata))


def _prefilled(reader: Reader, task: Task) -> tuple[date | None, str | None]:
    """A task's day and time as its reader's clock shows them; a repetition is shown in words instead."""
    if task.rule:
        return None, None
    if task.due_at is None:
        return task.due_on, None
    local = task.due_at.astimezone(reader.tz)
    return local.date(), f"{local:%H:%M}"


def _people(reader: Reader, owners: list[str], closes: Closes) -> list[Block]:
    several: Block = {"type": "multi_users_select"} | ({"initial_users": owners} if owners else {})
    return [
        blocks.field("owners", reader.say("Who does it?"), several, hint=reader.say("Nobody chosen: you.")),
        blocks.field(
            "closes",
            reader.say("With several people, done when"),
            blocks.select(cards.closes_options(reader), closes.value, kind="radio_buttons"),
        ),
    ]
