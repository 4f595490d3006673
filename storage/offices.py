"""Places, departments and desks."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.kept import forget_kept, kept
from storage.statements import add_all, maybe, one, rows, upsert
from storage.tables import Department, Desk, DeskMember, Place
from storage.words import Readers


def places(session: Session) -> list[Place]:
    def load() -> list[Place]:
        return rows(session, select(Place).order_by(col(Place.id)))

    return kept(session, ("places",), load)


def find_place(session: Session, place_id: int | None) -> Place | None:
    def load() -> Place | None:
        if place_id is None:
            return None
        return maybe(session, select(Place).where(col(Place.id) == place_id))

    return kept(session, ("place", place_id), load)


def place_named(session: Session, name: str) -> Place | None:
    return maybe(session, select(Place).where(col(Place.name) == name))


def first_place(session: Session) -> Place | None:
    def load() -> Place | None:
        return maybe(session, select(Place).order_by(col(Place.id)).limit(1))

    return kept(session, ("first place",), load)


def save_place(session: Session, name: str, values: Mapping[str, Any]) -> Place:
    forget_kept(session)
    upsert(session, Place, {"name": name, **values}, by=("name",))
    saved = place_named(session, name)
    assert saved is not None
    return saved


def departments(session: Session) -> list[Department]:
    return rows(session, select(Department).order_by(col(Department.id)))


def save_department(session: Session, name: str) -> Department:
    forget_kept(session)
    found = maybe(session, select(Department).where(col(Department.name) == name))
    if found is None:
        add_all(session, Department, [{"name": name}])
        found = one(session, select(Department).where(col(Department.name) == name))
    return found


def desks(session: Session) -> list[Desk]:
    def load() -> list[Desk]:
        return rows(session, select(Desk).order_by(col(Desk.id)))

    return kept(session, ("desks",), load)


def get_desk(session: Session, desk_id: int) -> Desk:
    def load() -> Desk:
        return one(session, select(Desk).where(col(Desk.id) == desk_id))

    return kept(session, ("desk", desk_id), load)


def find_desk(session: Session, key: str) -> Desk | None:
    def load() -> Desk | None:
        return maybe(session, select(Desk).where(col(Desk.key) == key))

    return kept(session, ("desk", key), load)


def desk_of_channel(session: Session, channel: str) -> Desk | None:
    def load() -> Desk | None:
        return maybe(session, select(Desk).where(col(Desk.channel) == channel).limit(1))

    return kept(session, ("desk of channel", channel), load)


def save_desk(session: Session, key: str, values: Mapping[str, Any]) -> Desk:
    forget_kept(session)
    upsert(session, Desk, {"key": key, **({"name": ""} | dict(values))}, by=("key",))
    saved = find_desk(session, key)
    assert saved is not None
    return saved


def channel_found(session: Session, name: str, channel: str) -> None:
    """A #name has been looked up: the desks that use it get its id."""
    forget_kept(session)
    session.execute(update(Desk).where(col(Desk.channel) == name).values(channel=channel, readers=Readers.UNKNOWN))


def members(session: Session, desk_id: int) -> set[int]:
    def load() -> set[int]:
        mine = select(col(DeskMember.person_id)).where(col(DeskMember.desk_id) == desk_id)
        return set(session.execute(mine).scalars())

    return kept(session, ("members", desk_id), load)


def is_staffed(session: Session, desk_id: int) -> bool:
    """Whether anybody would see what comes to a desk: in its channel, or as a member or lead."""
    desk = get_desk(session, desk_id)
    return bool(desk.channel or desk.lead_id or members(session, desk_id))


def desks_of(session: Session, person_id: int) -> set[int]:
    def load() -> set[int]:
        mine = select(col(DeskMember.desk_id)).where(col(DeskMember.person_id) == person_id)
        return set(session.execute(mine).scalars())

    return kept(session, ("desks of", person_id), load)


def set_members(session: Session, desk_id: int, people: Iterable[int]) -> None:
    forget_kept(session)
    session.execute(delete(DeskMember).where(col(DeskMember.desk_id) == desk_id))
    add_all(session, DeskMember, [{"desk_id": desk_id, "person_id": one} for one in sorted(set(people))])
