"""Places, departments and desks."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import add_all, maybe, one, rows, upsert
from storage.tables import Department, Desk, DeskMember, Place


def places(session: Session) -> list[Place]:
    return rows(session, select(Place).order_by(col(Place.id)))


def find_place(session: Session, place_id: int | None) -> Place | None:
    if place_id is None:
        return None
    return maybe(session, select(Place).where(col(Place.id) == place_id))


def place_named(session: Session, name: str) -> Place | None:
    return maybe(session, select(Place).where(col(Place.name) == name))


def first_place(session: Session) -> Place | None:
    return maybe(session, select(Place).order_by(col(Place.id)).limit(1))


def save_place(session: Session, name: str, values: Mapping[str, Any]) -> Place:
    upsert(session, Place, {"name": name, **values}, by=("name",))
    saved = place_named(session, name)
    assert saved is not None
    return saved


def departments(session: Session) -> list[Department]:
    return rows(session, select(Department).order_by(col(Department.id)))


def save_department(session: Session, name: str) -> Department:
    found = maybe(session, select(Department).where(col(Department.name) == name))
    if found is None:
        add_all(session, Department, [{"name": name}])
        found = one(session, select(Department).where(col(Department.name) == name))
    return found


def desks(session: Session) -> list[Desk]:
    return rows(session, select(Desk).order_by(col(Desk.id)))


def get_desk(session: Session, desk_id: int) -> Desk:
    return one(session, select(Desk).where(col(Desk.id) == desk_id))


def find_desk(session: Session, key: str) -> Desk | None:
    return maybe(session, select(Desk).where(col(Desk.key) == key))


def desk_of_channel(session: Session, channel: str) -> Desk | None:
    return maybe(session, select(Desk).where(col(Desk.channel) == channel).limit(1))


def save_desk(session: Session, key: str, values: Mapping[str, Any]) -> Desk:
    upsert(session, Desk, {"key": key, **({"name": ""} | dict(values))}, by=("key",))
    saved = find_desk(session, key)
    assert saved is not None
    return saved


def channel_found(session: Session, name: str, channel: str) -> None:
    """A #name has been looked up: the desks that use it get its id."""
    session.execute(update(Desk).where(col(Desk.channel) == name).values(channel=channel))


def members(session: Session, desk_id: int) -> set[int]:
    mine = select(col(DeskMember.person_id)).where(col(DeskMember.desk_id) == desk_id)
    return set(session.execute(mine).scalars())


def desks_of(session: Session, person_id: int) -> set[int]:
    mine = select(col(DeskMember.desk_id)).where(col(DeskMember.person_id) == person_id)
    return set(session.execute(mine).scalars())


def set_members(session: Session, desk_id: int, people: Iterable[int]) -> None:
    session.execute(delete(DeskMember).where(col(DeskMember.desk_id) == desk_id))
    add_all(session, DeskMember, [{"desk_id": desk_id, "person_id": one} for one in sorted(set(people))])
