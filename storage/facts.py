"""What the office knows about itself, by name; and who this instance is."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.kept import forget_kept, kept
from storage.statements import insert_or_ignore, upsert
from storage.tables import Fact


@dataclass(frozen=True)
class Identity:
    """The instance that messages are named after, and until when this copy was restored from a backup."""

    instance: uuid.UUID
    restored_at: datetime | None

    def key(self, occurrence: str | None) -> str:
        """The name of one message: the same for the same occurrence on every copy, else a new one."""
        return str(uuid.uuid5(self.instance, occurrence) if occurrence else uuid.uuid4())


def find(session: Session, name: str) -> str | None:
    def load() -> str | None:
        return session.execute(select(col(Fact.value)).where(col(Fact.name) == name)).scalar()

    return kept(session, ("fact", name), load)


def put(session: Session, name: str, value: str) -> None:
    forget_kept(session)
    upsert(session, Fact, {"name": name, "value": value}, by=("name",))


def put_first(session: Session, name: str, value: str) -> bool:
    """Stores a fact unless there is one; says whether this call did."""
    forget_kept(session)
    return insert_or_ignore(session, Fact, {"name": name, "value": value})


def forget(session: Session, name: str) -> None:
    forget_kept(session)
    session.execute(delete(Fact).where(col(Fact.name) == name))


def identity(session: Session) -> Identity:
    put_first(session, "instance", str(uuid.uuid4()))
    restored = find(session, "restored_at")
    return Identity(uuid.UUID(find(session, "instance")), datetime.fromisoformat(restored) if restored else None)
