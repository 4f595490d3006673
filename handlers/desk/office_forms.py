"""/desk office: places, departments, people and desks, by forms."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block, View
from handlers.context import Answer, Call
from handlers.desk import channels
from handlers.i18n import Md, Reader, mention
from office.catalogue import LANGUAGES
from office.duties import offices as duty
from office.duties.people import refuse_unless_admin
from office.errors import Refusal
from storage import facts, offices, people
from storage.tables import Desk, Person, Place
from storage.words import Role

Sent = Mapping[str, Any]


def overview(call: Call) -> Answer:
    """The whole set-up at a glance, each part with a button that opens its form."""
    refuse_unless_admin(call.person)
    heading = call.reader.say("Set up the office")
    with call.reading() as session:
        parts = [
            *_desks(session, call.reader),
            *_places(session, call.reader),
            *_people(session, call.reader),
        ]
        departments = ", ".join(one.name for one in offices.departments(session))
        name = facts.find(session, "name") or call.reader.say("The office")
    say = call.reader.say
    buttons = [
        blocks.button(say("Add a person"), "desk.person", "-", style="primary"),
        blocks.button(say("Add a place"), "desk.place", "-"),
        blocks.button(say("Add a department"), "desk.department", "-"),
        blocks.button(say("Add a desk"), "desk.desk", "-"),
        blocks.button(say("Name and language"), "desk.name", "-"),
        blocks.button(say("Approval routes"), "approvals.routes"),
        blocks.button(say("Budgets"), "budgets.overview"),
    ]
    about = call.reader.md("*{name}* · departments: {departments}", name=name, departments=departments or "–")
    hint = call.reader.md("All of it at once, as a file: `deskhand office show` and `deskhand office load FILE.toml`.")
    return Answer(
        heading,
        (blocks.header(heading), blocks.md(about), *parts[:40], *blocks.actions(buttons), blocks.context(hint)),
    )


def open_name(call: Call) -> Answer:
    refuse_unless_admin(call.person)
    with call.reading() as session:
        name = facts.find(session, "name") or ""
        language = call.house.office_language(session)
    languages = [blocks.option(one, one) for one in LANGUAGES]
    parts = [
        blocks.field("name", call.reader.say("Name"), blocks.text_input(name, longest=80), optional=False),
        blocks.field(
            "language",
            call.reader.say("Language of channels"),
            blocks.select(languages, language),
            optional=False,
            hint=call.reader.say("Everyone's own messages come in their own language."),
        ),
    ]
    return _form(call, "desk.name", call.reader.say("Name and language"), parts)


def open_place(call: Call) -> Answer:
    refuse_unless_admin(call.person)
    with call.reading() as session:
        place = offices.find_place(session, int(call.value)) if call.value.isdigit() else None
    parts = _place_fields(call.reader, place, call.person.zone)
    return _form(call, "desk.place", call.reader.say("Place"), parts, metadata=place.name if place else "")


def open_department(call: Call) -> Answer:
    refuse_unless_admin(call.person)
    parts = [blocks.field("name", call.reader.say("Name"), blocks.text_input(longest=80), optional=False)]
    return _form(call, "desk.department", call.reader.say("Department"), parts)


def open_person(call: Call) -> Answer:
    refuse_unless_admin(call.person)
    with call.reading() as session:
        person = people.find(session, int(call.value)) if call.value.isdigit() else None
        parts = _person_fields(session, call.reader, person)
    return _form(call, "desk.person", call.reader.say("Role in the office"), parts)


def open_desk(call: Call) -> Answer:
    refuse_unless_admin(call.person)
    with call.reading() as session:
        desk = next((one for one in offices.desks(session) if str(one.id) == call.value), None)
        parts = _desk_fields(session, call.reader, desk)
    return _form(call, "desk.desk", call.reader.say("Desk"), parts, metadata=desk.key if desk else "")


def name_sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        refuse_unless_admin(call.person)
        duty.name_office(session, held.get("name", ""), held.get("language", "en"))
        return Answer()

    return _saved(call, do, held)


def place_sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])
    setup = duty.PlaceSetup(
        # A place keeps its name: people and desks are tied to it in office files.
        name=call.body["view"].get("private_metadata") or held.get("name", ""),
        zone=held.get("zone", ""),
        country=held.get("country", ""),
        currency=held.get("currency", "EUR"),
        hours=held.get("hours", ""),
        days=held.get("days", ""),
        days_off=_days_off(held.get("days_off", "")),
        is_new=not call.body["view"].get("private_metadata"),
    )

    def do(session: Session) -> Answer:
        duty.save_place(session, call.person, setup)
        return Answer()

    return _saved(call, do, held)


def department_sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        duty.save_department(session, call.person, held.get("name", ""))
        return Answer()

    return _saved(call, do, held)


def person_sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        duty.save_person(
            session,
            call.person,
            duty.PersonSetup(
                person_id=_person_id(session, held["who"]),
                roles=tuple(Role(one) for one in held.get("roles", [])),
                manager_id=_person_id(session, held["manager"]) if held.get("manager") else None,
                department=held.get("department"),
                place=held.get("place"),
            ),
        )
        return Answer()

    return _saved(call, do, held)


def desk_sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])
    key = call.body["view"].get("private_metadata") or held.get("key", "")

    def do(session: Session) -> Answer:
        duty.save_desk(
            session,
            call.person,
            duty.DeskSetup(
                key=_key(key),
                name=held.get("name", ""),
                channel=held.get("channel"),
                language=held.get("language"),
                lead_id=_person_id(session, held["lead"]) if held.get("lead") else None,
                place=held.get("place"),
                members=tuple(_person_id(session, one) for one in held.get("members", [])),
                is_new=not call.body["view"].get("private_metadata"),
            ),
        )
        return Answer()

    answer = _saved(call, do, held)
    call.house.later("a look at the desks' channels", lambda: channels.look(call.house))
    return answer


def _form(call: Call, callback_id: str, title: str, parts: list[Block], metadata: str = "") -> Answer:
    view: View = blocks.modal(callback_id, title, parts, call.reader.say("Close"), call.reader.say("Save"), metadata)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def _saved(call: Call, do: Any, held: Sent) -> Answer:
    """Saves, or says beside the field what is wrong with it: a refusal's facts have the names of the fields."""
    try:
        answer: Answer = call.perform(do)
        return answer
    except Refusal as refusal:
        named = ["days_off" if fact == "day" else fact for fact in refusal.facts]
        wrong = next((block for block in held if block in named), None)
        if wrong is None:
            raise
        return Answer(errors={wrong: call.reader.say(refusal.text, **refusal.facts)})


def _desks(session: Session, reader: Reader) -> list[Block]:
    parts = []
    for desk in offices.desks(session):
        assert desk.id is not None
        members = people.by_ids(session, offices.members(session, desk.id))
        names = ", ".join(mention(one).text for one in members.values())
        channel = Md(f"<#{desk.channel}>") if (desk.channel or "").startswith(("C", "G")) else desk.channel or "–"
        text = reader.md(
            "*Desk {name}* · channel {channel} · people {people}",
            name=reader.desk(desk),
            channel=channel,
            people=Md(names or "–"),
        )
        parts.append(blocks.md(text, blocks.button(reader.say("Edit"), f"desk.desk:{desk.id}", str(desk.id))))
    return parts


def _places(session: Session, reader: Reader) -> list[Block]:
    return [
        blocks.md(
            reader.md(
                "*Place {name}* · {zone} · {days} {hours}",
                name=place.name,
                zone=place.zone,
                days=duty.written_days(place.hours),
                hours=duty.written_hours(place.hours),
            ),
            blocks.button(reader.say("Edit"), f"desk.place:{place.id}", str(place.id)),
        )
        for place in offices.places(session)
    ]


def _people(session: Session, reader: Reader) -> list[Block]:
    with_parts = [one for one in people.everyone(session) if one.roles]
    return [
        blocks.md(
            reader.md("{who} · {roles}", who=mention(one), roles=[Role(role) for role in one.roles]),
            blocks.button(reader.say("Edit"), f"desk.person:{one.id}", str(one.id)),
        )
        for one in with_parts
    ]


def _place_fields(reader: Reader, place: Place | None, zone: str) -> list[Block]:
    days_off = "\n".join(f"{day} {name}" for day, name in place.days_off.items()) if place else ""

    def line(key: str, label: str, value: str, hint: str = "", optional: bool = False, many: bool = False) -> Block:
        return blocks.field(key, label, blocks.text_input(value, multiline=many, longest=2000), optional, hint)

    country_hint = reader.say("Two letters, for its public holidays: SE, DE, ES …")
    hours_hint = reader.say("08:00-17:00, or 08:00-12:00, 13:00-17:00.")
    off_hint = reader.say("One a line: 2026-12-31 Inventory.")
    days = duty.written_days(place.hours) if place else "mon-fri"
    hours = duty.written_hours(place.hours) if place else "08:00-17:00"
    return [
        line("name", reader.say("Name"), place.name if place else ""),
        line("zone", reader.say("Time zone"), place.zone if place else zone, reader.say("Like Europe/Stockholm.")),
        line("country", reader.say("Country"), place.country if place else "", country_hint, optional=True),
        line("currency", reader.say("Currency"), place.currency if place else "EUR"),
        line("days", reader.say("Working days"), days, reader.say("mon-fri, or mon, wed, fri.")),
        line("hours", reader.say("Working hours"), hours, hours_hint),
        line("days_off", reader.say("Own days off"), days_off, off_hint, optional=True, many=True),
    ]


def _person_fields(session: Session, reader: Reader, person: Person | None) -> list[Block]:
    manager = people.find(session, person.manager_id) if person else None
    department = next((d.name for d in offices.departments(session) if person and d.id == person.department_id), None)
    place = offices.find_place(session, person.place_id) if person else None
    roles = [blocks.option(reader.term(role), role.value) for role in Role]
    parts = [
        blocks.field(
            "who", reader.say("Who?"), blocks.person_select(person.slack_id if person else None), optional=False
        ),
        blocks.field("roles", reader.say("Roles"), blocks.several(roles, person.roles if person else (), "checkboxes")),
        blocks.field("manager", reader.say("Manager"), blocks.person_select(manager.slack_id if manager else None)),
    ]
    if departments := [blocks.option(one.name, one.name) for one in offices.departments(session)]:
        parts.append(blocks.field("department", reader.say("Department"), blocks.select(departments, department)))
    return [*parts, *_place_choice(session, reader, place.name if place else None)]


def _desk_fields(session: Session, reader: Reader, desk: Desk | None) -> list[Block]:
    members = people.by_ids(session, offices.members(session, desk.id)) if desk and desk.id else {}
    lead = people.find(session, desk.lead_id) if desk else None
    channel: Block = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    if desk and (desk.channel or "").startswith(("C", "G")):
        channel["initial_conversation"] = desk.channel
    several: Block = {"type": "multi_users_select"}
    if ids := [one.slack_id for one in members.values() if one.slack_id]:
        several["initial_users"] = ids
    languages = [blocks.option(one, one) for one in LANGUAGES]
    place = offices.find_place(session, desk.place_id) if desk else None
    key = [] if desk else [
        blocks.field("key", reader.say("Short name"), blocks.text_input(longest=40), optional=False,
                     hint=reader.say("As request types name it: small letters, such as it or facilities."))
    ]  # fmt: skip
    return [
        *key,
        blocks.field("name", reader.say("Name"), blocks.text_input(desk.name if desk else "", longest=80)),
        blocks.field(
            "channel",
            reader.say("Channel"),
            channel,
            hint=reader.say(
                "Best a private one with nobody but the desk's people; type /invite @deskhand there. Where others read"
                " along, what only the desk may read shows as a number."
            ),
        ),
        blocks.field("members", reader.say("People"), several),
        blocks.field("lead", reader.say("Lead"), blocks.person_select(lead.slack_id if lead else None)),
        blocks.field(
            "language", reader.say("Language of its channel"), blocks.select(languages, desk.language if desk else None)
        ),
        *_place_choice(session, reader, place.name if place else None),
    ]


def _place_choice(session: Session, reader: Reader, chosen: str | None) -> list[Block]:
    places = [blocks.option(one.name, one.name) for one in offices.places(session)]
    return [blocks.field("place", reader.say("Place"), blocks.select(places, chosen))] if places else []


def _days_off(text: str) -> dict[str, str]:
    pairs = (line.strip().partition(" ") for line in text.splitlines() if line.strip())
    return {day: name.strip() for day, _, name in pairs}


def _person_id(session: Session, slack_id: str) -> int:
    person = people.find_by_slack(session, slack_id) or people.appear(session, slack_id)
    assert person.id is not None
    return person.id


def _key(typed: str) -> str:
    key = typed.strip().lower().replace(" ", "_")
    if not key or not all(letter.isalnum() or letter in "_-" for letter in key) or len(key) > 40:
        raise Refusal(
            "“{key}” can't be a short name. Use small letters and digits, such as it or front_desk.", key=typed
        )
    return key
