"""Places, departments and desks."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import add_all, upsert
from storage.tables import Department, Desk, DeskMember, Place


def places(session: Session) -> list[Place]:
    return list(session.execute(select(Place).order_by(col(Place.id))).scalars())


def find_place(session: Session, place_id: int | None) -> Place | None:
    if place_id is None:
        return None
    return session.execute(select(Place).where(col(Place.id) == place_id)).scalar_one_or_none()


def place_named(session: Session, name: str) -> Place | None:
    return session.execute(select(Place).where(col(Place.name) == name)).scalar_one_or_none()


def first_place(session: Session) -> Place | None:
    return session.execute(select(Place).order_by(col(Place.id)).limit(1)).scalar_one_or_none()


def save_place(session: Session, name: str, values: Mapping[str, Any]) -> Place:
    upsert(session, Place, {"name": name, **values}, by=("name",))
    saved = place_named(session, name)
    assert saved is not None
    return saved


def departments(session: Session) -> list[Department]:
    return list(session.execute(select(Department).order_by(col(Department.id))).scalars())


def save_department(session: Session, name: str) -> Department:
    found = session.execute(select(Department).where(col(Department.name) == name)).scalar_one_or_none()
    if found is None:
        add_all(session, Department, [{"name": name}])
        found = session.execute(select(Department).where(col(Department.name) == name)).scalar_one()
    return found


def desks(session: Session) -> list[Desk]:
    return list(session.execute(select(Desk).order_by(col(Desk.id))).scalars())


def get_desk(session: Session, desk_id: int) -> Desk:
    return session.execute(select(Desk).where(col(Desk.id) == desk_id)).scalar_one()


def find_desk(session: Session, key: str) -> Desk | None:
    return session.execute(select(Desk).where(col(Desk.key) == key)).scalar_one_or_none()


def desk_of_channel(session: Session, channel: str) -> Desk | None:
    return session.execute(select(Desk).where(col(Desk.channel) == channel).limit(1)).scalar_one_or_none()


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
