"""The whole set-up of an office as one readable TOML file: read, checked, loaded at once, and written again."""

import calendar
import json
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from office.catalogue import LANGUAGES
from office.duties import budgets
from office.duties.approvals import default_route, vat
from office.duties.approvals.routes import OF_THE_OFFICE, written
from office.duties.budgets import BudgetSetup
from office.duties.meetings.rooms import RoomSetup, closed_written
from office.duties.meetings.rooms import save as save_room
from office.duties.offices import (
    DeskSetup,
    PersonSetup,
    PlaceSetup,
    name_office,
    save_department,
    save_desk,
    save_person,
    save_place,
    written_days,
    written_hours,
)
from office.duties.people import office_currency
from office.duties.supplies import draft, habits, invoices
from office.errors import Refusal
from office.rules import money
from office.rules.approval_routing import Step
from office.rules.money import Money
from office.when import weekday_named
from storage import approvals, facts, offices, people, rooms
from storage import budgets as budgets_stored
from storage.tables import Person
from storage.words import BudgetMode, Role, RoomKind

_KEYS: dict[str, dict[str, Any]] = {
    "office": {
        "name": str, "language": str, "fiscal_year_start": int, "approval_limit": (int, float, str),
        "amounts_with_vat": bool, "order_day": str, "order_hour": str, "invoice_reminder_days": int,
    },
    "places": {
        "name": str, "time_zone": str, "country": str, "currency": str, "hours": str, "days": str, "days_off": dict,
    },
    "departments": {"name": str},
    "people": {"who": str, "roles": list, "manager": str, "department": str, "place": str},
    "desks": {
        "key": str, "name": str, "channel": str, "language": str, "lead": str, "place": str, "members": list,
    },
    "rooms": {
        "name": str, "kind": str, "place": str, "seats": int, "features": list, "hours": str, "days": str,
        "notice": int, "ahead": int, "longest": int, "buffer": int, "bookers": list, "keeper": str, "needs_yes": bool,
        "check_in": bool, "closed": list,
    },
    "routes": {"type": str, "department": str, "steps": list},
    "budgets": {
        "department": str, "year": int, "category": str, "month": int, "amount": (int, float, str), "currency": str,
        "mode": str, "owner": str, "spent": (int, float, str),
    },
}  # fmt: skip
_NEEDED = {
    "places": "name",
    "departments": "name",
    "people": "who",
    "desks": "key",
    "rooms": "name",
    "routes": "type",
    "budgets": "department",
}


class OfficeFileError(Exception):
    """The file is wrong; names line and key, and what was expected. Nothing of it has been loaded."""


def load(session: Session, text: str, types: Collection[str] | None = None) -> dict[str, int]:
    """Loads an office file; the same file twice changes nothing more. Returns how many of each kind it names.
    `types`: the request types that there are, which routes must name.

    Raises OfficeFileError; the caller's transaction must then be given up, so that nothing is half loaded.
    """
    written = _parsed(text)
    office = written.get("office", {})
    name_office(session, office.get("name", "The office"), _language(text, office))
    if "fiscal_year_start" in office:
        _fiscal_year(session, text, office["fiscal_year_start"])
    steps: dict[str, Callable[[Mapping[str, Any]], object]] = {
        "places": lambda row: save_place(session, None, _place(row)),
        "departments": lambda row: save_department(session, None, row["name"]),
        "people": lambda row: save_person(session, None, _person(session, row)),
        "desks": lambda row: save_desk(session, None, _desk(session, row)),
        "rooms": lambda row: save_room(session, None, _room(session, row)),
        "routes": lambda row: _route(session, row, types),
        "budgets": lambda row: budgets.save(session, None, _budget(session, row)),
    }
    for table, step in steps.items():
        for number, row in enumerate(written.get(table, [])):
            _at(text, table, number, step, row)
    _approvals(session, text, office)
    _supplies(session, text, office)
    return {table: len(written.get(table, [])) for table in _NEEDED}


def show(session: Session) -> str:
    """The set-up as a file that `load` takes."""
    lines = ["[office]", f"name = {_quoted(facts.find(session, 'name') or '')}"]
    lines.append(f"language = {_quoted(facts.find(session, 'language') or 'en')}")
    lines.append(f"fiscal_year_start = {facts.find(session, 'fiscal_year_start') or 1}")
    lines.append(f"approval_limit = {_quoted(str(default_route.limit(session).decimal))}")
    if (meant := vat.with_vat(session)) is not None:
        lines.append(f"amounts_with_vat = {_quoted(meant)}")
    lines.append(f"order_day = {_quoted(calendar.day_name[habits.order_day(session)].lower())}")
    lines.append(f"order_hour = {_quoted(habits.order_hour(session).isoformat('minutes'))}")
    lines.append(f"invoice_reminder_days = {habits.remind_before(session)}")
    place_names = {place.id: place.name for place in offices.places(session)}
    departments = {one.id: one.name for one in offices.departments(session)}
    everyone = {person.id: person for person in people.everyone(session)}
    for place in offices.places(session):
        lines += _table("places", {
            "name": place.name, "time_zone": place.zone, "country": place.country, "currency": place.currency,
            "hours": written_hours(place.hours), "days": written_days(place.hours), "days_off": place.days_off,
        })  # fmt: skip
    for name in departments.values():
        lines += _table("departments", {"name": name})
    for person in everyone.values():
        if person.roles or person.manager_id or person.department_id or person.place_id:
            lines += _table("people", {
                "who": _written_name(person), "roles": person.roles,
                "manager": _written_name(everyone.get(person.manager_id)),
                "department": departments.get(person.department_id), "place": place_names.get(person.place_id),
            })  # fmt: skip
    for desk in offices.desks(session):
        assert desk.id is not None
        lines += _table("desks", {
            "key": desk.key, "name": desk.name, "channel": desk.channel, "language": desk.language,
            "lead": _written_name(everyone.get(desk.lead_id)), "place": place_names.get(desk.place_id),
            "members": [_written_name(everyone.get(one)) for one in sorted(offices.members(session, desk.id))],
        })  # fmt: skip
    lines += _shown_rooms(session, place_names, everyone)
    lines += _shown_money(session, departments, everyone)
    return "\n".join(lines) + "\n"


def _shown_rooms(
    session: Session, places: Mapping[int | None, str], everyone: Mapping[int | None, Person]
) -> list[str]:
    lines = []
    for room in rooms.everything(session):
        lines += _table("rooms", {
            "name": room.name, "kind": room.kind.value, "place": places.get(room.place_id), "seats": room.seats,
            "features": room.features, "hours": written_hours(room.hours),
            "days": written_days(room.hours) if room.hours else "", "notice": room.notice, "ahead": room.ahead,
            "longest": room.longest, "buffer": room.buffer, "bookers": room.bookers,
            "keeper": _written_name(everyone.get(room.keeper_id)), "needs_yes": room.needs_yes,
            "check_in": room.check_in, "closed": closed_written(room).splitlines(),
        })  # fmt: skip
    return lines


def _shown_money(
    session: Session, departments: Mapping[int | None, str], everyone: Mapping[int | None, Person]
) -> list[str]:
    lines = []
    for route in approvals.routes(session):
        steps = [{key: value for key, value in one.items() if key != "kind"} for one in route.steps]
        lines += _table("routes", {
            "type": route.type, "department": departments.get(route.department_id), "steps": steps,
        })  # fmt: skip
    for one in budgets_stored.everything(session):
        before = budgets.spent_before(session, one.id or 0)
        lines += _table("budgets", {
            "department": departments[one.department_id], "year": one.year, "category": one.category,
            "month": one.month, "amount": str(Money(one.amount, one.currency).decimal), "currency": one.currency,
            "mode": one.mode.value, "owner": _written_name(everyone.get(one.owner_id)),
            "spent": str(Money(before, one.currency).decimal) if before else "",
        })  # fmt: skip
    return lines


def _parsed(text: str) -> dict[str, Any]:
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OfficeFileError(f"This is not TOML: {error}.") from error
    for table, rows in written.items():
        if table not in _KEYS:
            raise OfficeFileError(f"line {_line(text, table)}: [{table}] is not known; there are {_listed(_KEYS)}.")
        if isinstance(rows, list) == (table == "office"):
            wanted = "[office]" if table == "office" else f"[[{table}]], once for each"
            raise OfficeFileError(f"line {_line(text, table)}: expected {wanted}.")
        for number, row in enumerate(rows if isinstance(rows, list) else [rows]):
            _check_row(text, table, number, row)
    return written


def _check_row(text: str, table: str, number: int, row: Mapping[str, Any]) -> None:
    for key, value in row.items():
        line = _line(text, table, number, key)
        if key not in _KEYS[table]:
            raise OfficeFileError(f"line {line}: {key!r} is not known in {table}; there are {_listed(_KEYS[table])}.")
        wanted = _KEYS[table][key]
        if not isinstance(value, wanted):
            words = {str: "a text in quotes", list: "a list in [brackets]", dict: "a table in {braces}"}
            expected = words.get(wanted, "true or false" if wanted is bool else "a number")
            raise OfficeFileError(f"line {line}: {key}: expected {expected}, found {value!r}.")
    needed = _NEEDED.get(table)
    if needed and not row.get(needed):
        raise OfficeFileError(f"line {_line(text, table, number)}: {table}: {needed!r} is missing.")


def _at(
    text: str, table: str, number: int, step: Callable[[Mapping[str, Any]], object], row: Mapping[str, Any]
) -> None:
    """Runs a step of loading; what it refuses is told with its line."""
    try:
        step(row)
    except ValueError as error:
        raise OfficeFileError(f"line {_line(text, table, number)}: {error}.") from error
    except Refusal as refusal:
        key = _key_of(row, refusal)
        named = f"{key}: " if key else ""
        raise OfficeFileError(f"line {_line(text, table, number, key)}: {named}{refusal}") from refusal


def _key_of(row: Mapping[str, Any], refusal: Refusal) -> str | None:
    facts_named = [str(fact) for fact in refusal.facts.values()]
    return next((key for key, value in row.items() if str(value) in facts_named), None)


def _place(row: Mapping[str, Any]) -> PlaceSetup:
    return PlaceSetup(
        name=row["name"],
        zone=row.get("time_zone", "UTC"),
        country=row.get("country", ""),
        currency=row.get("currency", "EUR"),
        hours=row.get("hours", "08:00-17:00"),
        days=row.get("days", "mon-fri"),
        days_off=row.get("days_off", {}),
    )


def _person(session: Session, row: Mapping[str, Any]) -> PersonSetup:
    roles = []
    for role in row.get("roles", []):
        if role not in list(Role):
            raise Refusal("“{role}” is not a role. There are: {known}.", role=role, known=[one.value for one in Role])
        roles.append(Role(role))
    manager = _who(session, row["manager"]) if row.get("manager") else None
    return PersonSetup(_who(session, row["who"]), tuple(roles), manager, row.get("department"), row.get("place"))


def _desk(session: Session, row: Mapping[str, Any]) -> DeskSetup:
    return DeskSetup(
        key=row["key"],
        name=row.get("name", ""),
        channel=row.get("channel"),
        language=row.get("language"),
        lead_id=_who(session, row["lead"]) if row.get("lead") else None,
        place=row.get("place"),
        members=tuple(_who(session, one) for one in row.get("members", [])),
    )


def _room(session: Session, row: Mapping[str, Any]) -> RoomSetup:
    kind = row.get("kind", RoomKind.ROOM.value)
    if kind not in list(RoomKind):
        raise ValueError(f"kind: expected room or equipment, found {kind!r}")
    return RoomSetup(
        row["name"], RoomKind(kind), row.get("place"), row.get("seats", 0), tuple(row.get("features", ())),
        row.get("hours", ""), row.get("days", "mon-fri"), row.get("notice", 0), row.get("ahead", 0),
        row.get("longest", 0), row.get("buffer", 0), tuple(_booker(session, one) for one in row.get("bookers", ())),
        _who(session, row["keeper"]) if row.get("keeper") else None, row.get("needs_yes", False),
        row.get("check_in", False), "\n".join(row.get("closed", ())),
    )  # fmt: skip


def _booker(session: Session, who: str) -> str:
    """A user group as it is written, a person by their Slack id where they have one."""
    if who.startswith("group:"):
        return who
    person = people.find_named(session, who)
    return person.slack_id if person is not None and person.slack_id else who


def _route(session: Session, row: Mapping[str, Any], types: Collection[str] | None) -> None:
    """Steps for a request type, or for "ask"; none take the route away. A name that nobody has yet is expected."""
    if types is not None and row["type"] not in (*OF_THE_OFFICE, *types):
        known = _listed([*OF_THE_OFFICE, *sorted(types)])
        raise ValueError(f"type: {row['type']!r} is no request type; there are {known}")
    steps = [Step.declared(one) for one in row.get("steps", [])]
    known_departments = [one.name for one in offices.departments(session)]
    for name in (name for step in steps for name in step.departments if name not in known_departments):
        raise ValueError(f"department: {name!r} is not known; there are {_listed(known_departments)}")
    for one in (one for step in steps for one in step.who if "@" in one and not one.startswith("group:")):
        _who(session, one)
    department = offices.save_department(session, row["department"]).id if row.get("department") else None
    approvals.save_route(session, row["type"], department, written(steps))


def _budget(session: Session, row: Mapping[str, Any]) -> BudgetSetup:
    department = offices.save_department(session, row["department"])
    place = offices.first_place(session)
    currency = str(row.get("currency") or (place.currency if place else "EUR")).upper()
    mode = row.get("mode", BudgetMode.STOP.value)
    if not money.is_currency(currency):
        raise ValueError(f"currency: expected three letters such as EUR, found {currency!r}")
    if mode not in list(BudgetMode):
        raise ValueError(f"mode: expected warn or stop, found {mode!r}")
    if "year" not in row or "amount" not in row:
        raise ValueError("budgets: 'year' and 'amount' are needed")
    spent = _amount(row, "spent", currency, least=0) if "spent" in row else None
    return BudgetSetup(
        department.id or 0, row["year"], _amount(row, "amount", currency), row.get("category", ""),
        row.get("month", 0), BudgetMode(mode), _who(session, row["owner"]) if row.get("owner") else None, spent,
    )  # fmt: skip


def _amount(row: Mapping[str, Any], key: str, currency: str, least: int = 1) -> Money:
    try:
        written = Decimal(str(row[key]))
        return money.of(written, currency) if written or least else Money(0, currency)
    except (ArithmeticError, money.NotMoney) as error:
        raise ValueError(f"{key}: expected an amount like 12000 or 12000.50, found {row[key]!r}") from error


def _approvals(session: Session, text: str, office: Mapping[str, Any]) -> None:
    """What the office says of approvals as a whole; after its places, whose first has the office's currency."""
    if "amounts_with_vat" in office:
        vat.choose(session, None, office["amounts_with_vat"])
    if "approval_limit" in office:
        try:
            limit = _amount(office, "approval_limit", office_currency(session), least=0)
        except ValueError as error:
            raise OfficeFileError(f"line {_line(text, 'office', 0, 'approval_limit')}: {error}.") from error
        default_route.choose_limit(session, None, limit)


def _supplies(session: Session, text: str, office: Mapping[str, Any]) -> None:
    """When orders are drawn up, and when those who pay are reminded."""
    day = hour = None
    if "order_day" in office and (day := weekday_named(office["order_day"])) is None:
        raise _expected(text, "order_day", "a weekday", office["order_day"])
    if "order_hour" in office:
        try:
            hour = time.fromisoformat(office["order_hour"])
        except ValueError:
            raise _expected(text, "order_hour", "a time like 09:00", office["order_hour"]) from None
    if day is not None or hour is not None:
        draft.choose_day(session, None, day, hour)
    if "invoice_reminder_days" in office:
        try:
            invoices.choose_reminder(session, None, office["invoice_reminder_days"])
        except Refusal:
            found = office["invoice_reminder_days"]
            raise _expected(text, "invoice_reminder_days", f"1 to {habits.MOST_DAYS}", found) from None


def _expected(text: str, key: str, what: str, found: object) -> OfficeFileError:
    return OfficeFileError(f"line {_line(text, 'office', 0, key)}: {key}: expected {what}, found {found!r}.")


def _fiscal_year(session: Session, text: str, month: int) -> None:
    if not 1 <= month <= 12:
        line = _line(text, "office", 0, "fiscal_year_start")
        raise OfficeFileError(f"line {line}: fiscal_year_start: expected a month from 1 to 12, found {month}.")
    facts.put(session, "fiscal_year_start", str(month))


def _who(session: Session, who: str) -> int:
    person = people.find_named(session, who) or people.expect(session, who)
    assert person.id is not None
    return person.id


def _language(text: str, office: Mapping[str, Any]) -> str:
    language = str(office.get("language", "en"))
    if language not in LANGUAGES:
        line = _line(text, "office", 0, "language")
        raise OfficeFileError(f"line {line}: language: expected one of {_listed(LANGUAGES)}, found {language!r}.")
    return language


def _line(text: str, table: str, number: int = 0, key: str | None = None) -> int:
    """The line on which a table begins, or the line of a key in it; tomllib does not tell."""
    heading = re.compile(rf"^\s*\[\[?\s*{re.escape(table)}\s*\]\]?")
    lines = text.splitlines()
    starts = [at for at, line in enumerate(lines) if heading.match(line)]
    start = starts[number] if number < len(starts) else 0
    if key is not None:
        for at in range(start + 1, len(lines)):
            if lines[at].lstrip().startswith("["):
                break
            if re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", lines[at]):
                return at + 1
    return start + 1


def _table(name: str, values: Mapping[str, Any]) -> list[str]:
    return ["", f"[[{name}]]", *(f"{key} = {_quoted(value)}" for key, value in values.items() if value)]


def _quoted(value: Any) -> str:
    if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        return "[\n" + "".join(f"    {_quoted(one)},\n" for one in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_quoted(key)} = {_quoted(one)}" for key, one in value.items()) + " }"
    # A JSON text is a TOML basic string, and a JSON list of texts a TOML array.
    return json.dumps(value, ensure_ascii=False)


def _written_name(person: Person | None) -> str:
    if person is None:
        return ""
    return person.email or (f"@{person.handle}" if person.handle else "") or person.slack_id or ""


def _listed(names: Any) -> str:
    return ", ".join(names)
