"""The forms of requests: choosing a type, filling it in, the whole sheet, and the words of one act."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel import numbers
from sqlalchemy.orm import Session

from handlers import blocks, money
from handlers.blocks import Block, View
from handlers.i18n import Reader
from handlers.requests import cards
from office.catalogue import Catalogue, RequestType, TypeField, in_language
from office.errors import Refusal
from storage import offices, people
from storage.tables import Desk, Person, Request
from storage.words import Act, FieldKind, Priority, Standing

# Slack puts no thousands of characters into one field; longer texts come by command or direct message.
LONGEST_FIELD = 3000


def chooser(reader: Reader, catalogue: Catalogue, person: Person) -> View:
    """The first step: what is it about? Choosing goes on to the type's form at once."""
    is_member = person.standing == Standing.MEMBER
    groups = [
        {"label": blocks.plain(name, 75), "options": options}
        for name, options in _types_by_desk(reader, catalogue, is_member).items()
    ]
    choice: Block = {
        "type": "static_select",
        "action_id": "requests.choose",
        "placeholder": blocks.plain(reader.say("Choose …"), 150),
        "option_groups": groups,
    }
    parts = [
        blocks.md(reader.md("*What do you need?*")) | {"block_id": "type", "accessory": choice},
        blocks.context(reader.md("Or type it right away: `/request The printer on floor 2 eats paper`")),
    ]
    return blocks.modal("requests.chooser", reader.say("New request"), parts, reader.say("Close"))


def form(
    reader: Reader,
    kind: RequestType,
    currency: str,
    metadata: Mapping[str, Any],
    filled: Mapping[str, Any] | None = None,
    title: str | None = None,
    route: str = "",
) -> View:
    """A type's form. `filled`: block_id -> what is in it already; `metadata` carries what the form is for; `route`
    says who must approve it."""
    given = filled or {}
    own = [_input(reader, one, currency, given.get(f"f_{one.key}")) for one in kind.fields]
    written = str(given.get("text", ""))
    about = blocks.field(
        "text",
        reader.say("What is it about?"),
        blocks.text_input(written, multiline=True, longest=LONGEST_FIELD),
        optional=False,
    )
    parts: list[Block] = [
        blocks.header(reader.titles(kind.title)),
        *([blocks.context(reader.titles(kind.help))] if kind.help else []),
        *([blocks.context(reader.md("Needs approval: {route}.", route=route))] if route else []),
        # A field would cut a longer text; it is changed by a comment instead.
        about if len(written) <= LONGEST_FIELD else blocks.words(written),
        *own,
        blocks.field(
            "priority",
            reader.say("Priority"),
            blocks.select(cards.priority_options(reader), str(given.get("priority", Priority.NORMAL.value))),
            optional=False,
        ),
        blocks.field("for", reader.say("For somebody else?"), blocks.person_select(given.get("for"))),
        blocks.field("needed_by", reader.say("Needed by"), blocks.date_picker(given.get("needed_by"))),
    ]
    return blocks.modal(
        "requests.form",
        title or reader.say("New request"),
        parts,
        reader.say("Close"),
        reader.say("Send"),
        json.dumps({"type": kind.key, **metadata}),
    )


def sheet(session: Session, catalogue: Catalogue, reader: Reader, viewer: Person, request: Request) -> View:
    return blocks.modal(
        "requests.sheet",
        reader.say("Request #{number}", number=request.id),
        cards.sheet(session, catalogue, reader, viewer, request),
        reader.say("Close"),
        metadata=json.dumps({"id": request.id}),
    )


def act_form(
    session: Session,
    catalogue: Catalogue,
    reader: Reader,
    request: Request,
    act: Act,
    metadata: Mapping[str, Any],
    text: str = "",
) -> View:
    """The words, the person or the choice that one act needs."""
    parts = _act_fields(session, catalogue, reader, request, act, text)
    return blocks.modal(
        "requests.act",
        blocks.cut(f"#{request.id} {cards.labels(reader)[act]}", blocks.TITLE),
        [blocks.words(blocks.cut(request.title, 300)), *parts],
        reader.say("Close"),
        reader.say("Send"),
        json.dumps({"act": act.value, "id": request.id, **metadata}),
    )


@lru_cache(maxsize=16)
def type_options(language: str, catalogue: Catalogue, is_member: bool) -> list[Block]:
    """Every type that somebody may choose; made once for each language."""
    return [
        blocks.option(in_language(one.title, language), one.key)
        for one in catalogue.types.values()
        if is_member or one.ask == "everyone"
    ]


def filled_from(session: Session, reader: Reader, request: Request, kind: RequestType) -> dict[str, Any]:
    """A request as its form holds it."""
    filled: dict[str, Any] = {"text": request.text, "priority": request.priority.value}
    beneficiary = people.find(session, request.beneficiary_id)
    if beneficiary and beneficiary.slack_id:
        filled["for"] = beneficiary.slack_id
    if request.needed_by:
        filled["needed_by"] = request.needed_by.isoformat()
    kinds = {one.key: one.kind for one in kind.fields}
    for key, value in request.answers.items():
        if kinds.get(key) is FieldKind.PERSON:
            person = people.find(session, int(value))
            value = person.slack_id if person else None
        elif kinds.get(key) is FieldKind.AMOUNT:
            value = reader.money(Decimal(value["amount"]), value["currency"])
        filled[f"f_{key}"] = value
    return filled


def answers_of(
    session: Session, reader: Reader, kind: RequestType, currency: str, held: Mapping[str, Any]
) -> tuple[dict[str, Any], list[dict[str, str]], dict[str, str]]:
    """What a form holds -> the answers, the files, and what is wrong by block."""
    answers: dict[str, Any] = {}
    files: list[dict[str, str]] = []
    errors: dict[str, str] = {}
    for one in kind.fields:
        value = held.get(f"f_{one.key}")
        if value is None:
            continue
        try:
            if one.kind is FieldKind.FILE:
                files += [file_of(each) for each in value]
            else:
                answers[one.key] = _read(session, reader, one, currency, value)
        except Refusal as refusal:
            errors[f"f_{one.key}"] = reader.say(refusal.text, **refusal.facts)
    return answers, files, errors


def file_of(slack_file: Mapping[str, Any]) -> dict[str, str]:
    """A file in Slack: we keep its id, its name as a label, and the address where Slack shows it."""
    return {
        "id": str(slack_file.get("id", "")),
        "name": str(slack_file.get("name") or slack_file.get("title") or "file")[:120],
        "url": str(slack_file.get("permalink") or ""),
    }


def _types_by_desk(reader: Reader, catalogue: Catalogue, is_member: bool) -> dict[str, list[Block]]:
    groups: dict[str, list[Block]] = {}
    for kind in catalogue.types.values():
        if kind.ask == "members" and not is_member:
            continue
        name = reader.desk(Desk(key=kind.desk))
        description = reader.titles(kind.help) if kind.help else ""
        groups.setdefault(name, []).append(blocks.option(reader.titles(kind.title), kind.key, description))
    return groups


def _input(reader: Reader, one: TypeField, currency: str, value: Any) -> Block:
    label = reader.titles(one.label)
    if one.kind is FieldKind.AMOUNT:
        label = f"{label} ({currency})"
    hint = reader.titles(one.help) if one.help else ""
    return blocks.field(f"f_{one.key}", label, _element(reader, one, value), not one.required, hint)


def _element(reader: Reader, one: TypeField, value: Any) -> Block:
    options = [blocks.option(reader.titles(choice.label), choice.key) for choice in one.choices]
    match one.kind:
        case FieldKind.CHOICE:
            return blocks.select(options, value)
        case FieldKind.CHOICES:
            few = len(options) <= 10
            return blocks.several(options, value or (), "checkboxes" if few else "multi_static_select")
        case FieldKind.YES_NO:
            yes_no = [blocks.option(reader.say("yes"), "yes"), blocks.option(reader.say("no"), "no")]
            return blocks.select(yes_no, value, "radio_buttons")
        case FieldKind.PERSON:
            return blocks.person_select(value)
        case FieldKind.DATE:
            return blocks.date_picker(value)
        case FieldKind.TIME:
            return blocks.time_picker(value)
        case FieldKind.FILE:
            return {"type": "file_input", "max_files": 5}
        case FieldKind.AMOUNT:
            return blocks.text_input(str(value or ""), longest=40)
        case FieldKind.QUANTITY:
            shown = reader.number(Decimal(value)) if value else ""
            return blocks.text_input(shown, longest=30)
        case _:
            longest = LONGEST_FIELD if one.kind is FieldKind.LONG_TEXT else 300
            return blocks.text_input(str(value or ""), one.kind is FieldKind.LONG_TEXT, longest)


def _read(session: Session, reader: Reader, one: TypeField, currency: str, value: Any) -> Any:
    match one.kind:
        case FieldKind.PERSON:
            person = people.find_by_slack(session, value) or people.appear(session, value)
            return person.id
        case FieldKind.AMOUNT:
            return _amount(reader, value, currency)
        case FieldKind.QUANTITY:
            return str(_decimal(reader, value))
        case _:
            return value


def _amount(reader: Reader, text: str, currency: str) -> dict[str, str]:
    """An amount as people write it, with its currency or in that of their place. Nothing to pay is an amount, too."""
    if text.strip() in ("0", "0,00", "0.00"):
        return {"amount": "0", "currency": currency}
    paid = money.read(reader, text, currency)
    return {"amount": str(paid.decimal), "currency": paid.currency}


def _decimal(reader: Reader, text: str) -> Decimal:
    """A number as people of this language write it; strict, so that "12,5" is never read as 125."""
    bare = text.replace("\u00a0", " ").strip(" €$£kr").replace(" ", "")
    try:
        number = Decimal(numbers.parse_decimal(bare, locale=reader.locale, strict=True))
    except (numbers.NumberFormatError, InvalidOperation):
        example = reader.number(Decimal("1250.5"))
        raise Refusal("“{typed}” is not a number. Write it like {example}.", typed=text, example=example) from None
    if number < 0 or number > 10**9:
        raise Refusal("“{typed}” is too small or too large. Write a number from 0 to {most}.", typed=text, most=10**9)
    return number


def _act_fields(
    session: Session, catalogue: Catalogue, reader: Reader, request: Request, act: Act, text: str
) -> list[Block]:
    say_why = reader.say("Why? (others read it)")
    match act:
        case Act.ASSIGN:
            options = _desk_people(session, request)
            if options:
                return [blocks.field("choice", reader.say("Who?"), blocks.select(options), optional=False)]
            return [blocks.field("who", reader.say("Who?"), blocks.person_select(), optional=False)]
        case Act.HAND_OVER:
            return [
                blocks.field("who", reader.say("To whom?"), blocks.person_select(), optional=False),
                blocks.field("text", say_why, blocks.text_input(text, multiline=True)),
            ]
        case Act.MOVE_DESK:
            desks = [
                blocks.option(reader.desk(desk), desk.key)
                for desk in offices.desks(session)
                if desk.id != request.desk_id
            ]
            return [
                blocks.field("choice", reader.say("Which desk?"), blocks.select(desks), optional=False),
                blocks.field("text", say_why, blocks.text_input(text, multiline=True)),
            ]
        case Act.PRIORITISE:
            options = cards.priority_options(reader)
            return [
                blocks.field(
                    "choice", reader.say("Priority"), blocks.select(options, request.priority.value), optional=False
                )
            ]
        case Act.RETYPE:
            types = type_options(reader.language, catalogue, is_member=True)
            return [blocks.field("choice", reader.say("Type"), blocks.select(types, request.type), optional=False)]
        case Act.HOLD | Act.CANCEL | Act.REOPEN:
            return [blocks.field("text", say_why, blocks.text_input(text, multiline=True))]
        case _:
            return [
                blocks.field("text", _words_label(reader, act), blocks.text_input(text, multiline=True), optional=False)
            ]


def _words_label(reader: Reader, act: Act) -> str:
    labels = {
        Act.SOLVE: reader.say("How was it solved? Whoever asked reads this."),
        Act.ASK: reader.say("What do you need to know?"),
        Act.REPLY: reader.say("Your answer"),
        Act.NOTE: reader.say("A note that only the desk reads"),
    }
    return labels.get(act, reader.say("What do you want to say?"))


def _desk_people(session: Session, request: Request) -> list[Block]:
    members = people.by_ids(session, offices.members(session, request.desk_id))
    named = sorted(members.values(), key=lambda one: one.known_as)
    return [blocks.option(one.known_as, str(one.id)) for one in named if one.id != request.owner_id]
