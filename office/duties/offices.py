"""Setting up the office: places, departments, people's parts in it, and desks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from rapidfuzz import process
from sqlalchemy.orm import Session

from office import clock, zones
from office.duties import notices
from office.duties.approvals.office_changes import follow_person
from office.duties.people import refuse_unless_admin
from office.errors import Refusal
from office.rules.words import clean_line
from office.when import weekday_named
from storage import facts, history, offices, people, requests
from storage.tables import Desk, Person, Place
from storage.words import Readers, Role, Standing

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class PlaceSetup:
    """A place as typed. `hours` like "08:00-17:00" or "08:00-12:00, 13:00-17:00"; `days` like "mon-fri"."""

    name: str
    zone: str
    country: str = ""
    currency: str = "EUR"
    hours: str = "08:00-17:00"
    days: str = "mon-fri"
    days_off: Mapping[str, str] | None = None
    is_new: bool = False  # made by a form for new ones, which must not write over another


@dataclass(frozen=True)
class PersonSetup:
    person_id: int
    roles: tuple[Role, ...] = ()
    manager_id: int | None = None
    department: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class DeskSetup:
    key: str
    name: str = ""
    channel: str | None = None
    language: str | None = None
    lead_id: int | None = None
    place: str | None = None
    members: tuple[int, ...] = ()
    is_new: bool = False


def is_claimed(session: Session) -> bool:
    return facts.find(session, "claimed") is not None


def claim(session: Session, actor: Person) -> None:
    """Makes the first workspace administrator who asks the administrator of Deskhand."""
    assert actor.id is not None
    if not actor.workspace_admin or actor.standing != Standing.MEMBER:
        raise Refusal("Deskhand is claimed by an administrator of this Slack workspace. Ask one of them to open it.")
    if not facts.put_first(session, "claimed", str(actor.id)):
        raise Refusal("Deskhand has an administrator already. /desk help says who.")
    roles = sorted({*actor.roles, Role.ADMIN.value})
    people.change(session, actor.id, {"roles": roles, "home_stale": True})
    history.record(session, clock.now(), actor.id, "claim", "office", 0)


def save_place(session: Session, actor: Person | None, setup: PlaceSetup) -> Place:
    _refuse_others(actor)
    name = _named(setup.name)
    if setup.is_new and offices.place_named(session, name) is not None:
        raise Refusal("There is “{name}” already. Close this and edit it instead.", name=name)
    values = {
        "zone": checked_zone(setup.zone),
        "country": checked_country(setup.country),
        "currency": checked_currency(setup.currency),
        "hours": checked_hours(setup.hours, setup.days),
        "days_off": checked_days_off(setup.days_off or {}),
    }
    place = offices.save_place(session, name, values)
    assert place.id is not None
    _record(session, actor, "place", place.id, values)
    return place


def save_department(session: Session, actor: Person | None, name: str) -> int:
    _refuse_others(actor)
    if actor is not None and any(one.name == _named(name) for one in offices.departments(session)):
        raise Refusal("There is “{name}” already. Close this and edit it instead.", name=_named(name))
    department = offices.save_department(session, _named(name))
    assert department.id is not None
    return department.id


def save_person(session: Session, actor: Person | None, setup: PersonSetup) -> None:
    """What somebody is in the office. The last administrator stays one."""
    _refuse_others(actor)
    person = people.get(session, setup.person_id)
    if setup.manager_id is not None:
        _refuse_circle(session, setup.person_id, setup.manager_id)
    losing_admin = person.has(Role.ADMIN) and Role.ADMIN not in setup.roles
    if losing_admin and [one.id for one in people.with_role(session, Role.ADMIN)] == [person.id]:
        raise Refusal("{who} is the only administrator. Make somebody else one first.", who=person.known_as)
    values = {
        "roles": sorted(role.value for role in setup.roles),
        "manager_id": setup.manager_id,
        "department_id": offices.save_department(session, _named(setup.department)).id if setup.department else None,
        "place_id": _place_id(session, setup.place),
    }
    people.change(session, setup.person_id, values)
    people.stale_homes(session, [setup.person_id], clock.now() - notices.HOME_KEPT)
    follow_person(session, actor, person, people.get(session, setup.person_id))
    if Role.ADMIN in setup.roles:
        facts.put_first(session, "claimed", str(setup.person_id))
    _record(session, actor, "person", setup.person_id, values)


def _refuse_who_cannot_work(session: Session, setup: DeskSetup) -> None:
    """Guests, people of other companies and those who have left see no requests, and could answer none."""
    for one in people.by_ids(session, [*setup.members, *([setup.lead_id] if setup.lead_id else [])]).values():
        if one.standing != Standing.MEMBER:
            raise Refusal(
                "{who} can't work at a desk: not a full member of the workspace. Leave them out.", who=one.known_as
            )


def save_desk(session: Session, actor: Person | None, setup: DeskSetup) -> Desk:
    """A desk; when it gets a channel, the cards of its unfinished requests are posted there."""
    _refuse_others(actor)
    before = offices.find_desk(session, setup.key)
    if setup.is_new and before is not None:
        raise Refusal("There is “{key}” already. Close this and edit it instead.", key=setup.key)
    if actor is not None:
        _refuse_who_cannot_work(session, setup)
    values: dict[str, Any] = {
        "name": clean_line(setup.name),
        "channel": setup.channel,
        "language": setup.language,
        "lead_id": setup.lead_id,
        "place_id": _place_id(session, setup.place),
    }
    if before is None or _is_read_anew(session, before, setup):
        values["readers"] = Readers.UNKNOWN
    desk = offices.save_desk(session, setup.key, values)
    assert desk.id is not None
    before_members = offices.members(session, desk.id)
    offices.set_members(session, desk.id, setup.members)
    people.stale_homes(session, before_members | set(setup.members), clock.now() - notices.HOME_KEPT)
    _record(session, actor, "desk", desk.id, values | {"members": sorted(setup.members)})
    if desk.channel and (before is None or not before.channel):
        for request in requests.without_card(session, desk.id):
            assert request.id is not None
            notices.post_card(session, "requests.card", "request", request.id, desk)
    return desk


def _is_read_anew(session: Session, before: Desk, setup: DeskSetup) -> bool:
    """Whether another channel, or other people of the desk, make it unknown who else reads along."""
    own = offices.members(session, before.id or 0) | {before.lead_id}
    return before.channel != setup.channel or own != {*setup.members, setup.lead_id}


def name_office(session: Session, name: str, language: str) -> None:
    facts.put(session, "name", _named(name))
    facts.put(session, "language", language)


def checked_zone(zone: str) -> str:
    """An IANA time zone. One that is not known is refused with the nearest that are."""
    if zone in zones.known():
        ZoneInfo(zone)
        return zone
    # People name the city; what stands before the slash would only lead astray.
    cities = {one: one.rpartition("/")[2] for one in sorted(zones.known())}
    near = [found[2] for found in process.extract(zone.rpartition("/")[2], cities, limit=3)]
    raise Refusal("“{zone}” is not a time zone. Write it like Europe/Madrid; near are: {near}.", zone=zone, near=near)


def checked_country(country: str) -> str:
    """An ISO 3166 code of two letters, or nothing: no public holidays then."""
    code = country.strip().upper()
    if (code and code not in Locale("en").territories) or (code and (len(code) != 2 or code.isdigit())):
        raise Refusal(
            "“{country}” is not a country code. Write two letters, such as SE, DE, ES or US.", country=country
        )
    return code


def checked_currency(currency: str) -> str:
    code = currency.strip().upper()
    if code not in Locale("en").currencies:
        raise Refusal(
            "“{currency}” is not a currency. Write three letters, such as EUR, SEK or USD.", currency=currency
        )
    return code


def checked_hours(hours: str, days: str) -> dict[str, list[list[str]]]:
    spans = []
    for span in hours.split(","):
        start, dash, end = span.strip().partition("-")
        try:
            if not dash or time.fromisoformat(start.strip()) >= time.fromisoformat(end.strip()):
                raise ValueError
        except ValueError:
            raise Refusal(
                "“{hours}” is not a valid time. Write working hours like 08:00-17:00, or 08:00-12:00, 13:00-17:00.",
                hours=hours,
            ) from None
        spans.append([start.strip(), end.strip()])
    if any(one[1] > other[0] for one, other in zip(spans, spans[1:], strict=False)):
        raise Refusal("The working hours “{hours}” overlap. Write the earlier ones first.", hours=hours)
    return {str(day): spans for day in checked_days(days)}


def checked_days(days: str) -> list[int]:
    """ "mon-fri", "sun-thu" or "mån, ons, fre" -> weekdays from 0, Monday."""
    chosen: set[int] = set()
    for part in days.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        start, end = weekday_named(first), weekday_named(last if dash else first)
        if start is None or end is None:
            raise Refusal("“{days}” are not weekdays. Write them like mon-fri, or mon, wed, fri.", days=days)
        chosen |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    return sorted(chosen)


def checked_days_off(days: Mapping[str, str]) -> dict[str, str]:
    for day in days:
        try:
            date.fromisoformat(day)
        except ValueError:
            raise Refusal("“{day}” is not a date. Write days off like 2026-12-31.", day=day) from None
    return {day: clean_line(name) for day, name in sorted(days.items())}


def written_days(hours: Mapping[str, Iterable[Any]]) -> str:
    """Weekdays as an office file writes them."""
    days = sorted(int(day) for day, spans in hours.items() if spans)
    if days and days == list(range(days[0], days[-1] + 1)) and len(days) > 1:
        return f"{WEEKDAYS[days[0]]}-{WEEKDAYS[days[-1]]}"
    return ", ".join(WEEKDAYS[day] for day in days)


def written_hours(hours: Mapping[str, list[list[str]]]) -> str:
    return ", ".join("-".join(span) for span in next(iter(hours.values()), []))


def _refuse_others(actor: Person | None) -> None:
    # None: whoever has the machine itself, by `deskhand office load`.
    if actor is not None:
        refuse_unless_admin(actor)


def _refuse_circle(session: Session, person_id: int, manager_id: int) -> None:
    above: int | None = manager_id
    seen = set()
    while above is not None and above not in seen:
        if above == person_id:
            raise Refusal(
                "{who} can't be their own manager, directly or in a circle.",
                who=people.get(session, person_id).known_as,
            )
        seen.add(above)
        above = people.get(session, above).manager_id


def _place_id(session: Session, name: str | None) -> int | None:
    if not name:
        return None
    place = offices.place_named(session, name)
    if place is None:
        known = [one.name for one in offices.places(session)]
        raise Refusal("There is no place “{place}”. There are: {known}.", place=name, known=known)
    return place.id


def _named(name: str) -> str:
    cleaned = clean_line(name)[:80]
    if not cleaned:
        raise Refusal("A name is missing. Write one.")
    return cleaned


def _record(session: Session, actor: Person | None, subject: str, subject_id: int, after: Mapping[str, Any]) -> None:
    history.record(session, clock.now(), actor.id if actor else None, "set_up", subject, subject_id, after=after)
