"""People, as Slack shows them and as the office knows them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.kept import forget_kept, kept
from storage.statements import add, changed, insert_or_ignore, maybe, rows
from storage.tables import Person
from storage.words import Role, Standing


def get(session: Session, person_id: int) -> Person:
    person = find(session, person_id)
    assert person is not None, f"there is no person {person_id}"
    return person


def find(session: Session, person_id: int | None) -> Person | None:
    if person_id is None:
        return None

    def load() -> Person | None:
        return maybe(session, select(Person).where(col(Person.id) == person_id))

    return kept(session, ("person", person_id), load)


def find_by_slack(session: Session, slack_id: str) -> Person | None:
    def load() -> Person | None:
        return maybe(session, select(Person).where(col(Person.slack_id) == slack_id))

    return kept(session, ("person", slack_id), load)


def find_named(session: Session, who: str) -> Person | None:
    """Somebody by Slack id, e-mail or @handle, as an office file names them."""
    name = who.removeprefix("@")
    named = or_(col(Person.slack_id) == name, col(Person.email) == name.lower(), col(Person.handle) == name.lower())
    return maybe(session, select(Person).where(named).order_by(col(Person.id)).limit(1))


def by_ids(session: Session, ids: Iterable[int | None]) -> dict[int, Person]:
    found = {one: find(session, one) for one in ids if one is not None}
    return {one: person for one, person in found.items() if person is not None}


def everyone(session: Session) -> list[Person]:
    return rows(session, select(Person).order_by(col(Person.name), col(Person.id)))


def with_role(session: Session, role: Role) -> list[Person]:
    """Active people with a role. A company has a few hundred people, so roles are not indexed."""

    def load() -> list[Person]:
        here = select(Person).where(col(Person.standing) == Standing.MEMBER).order_by(col(Person.id))
        return [person for person in rows(session, here) if person.has(role)]

    return kept(session, ("role", role), load)


def appear(session: Session, slack_id: str) -> Person:
    """Somebody whom nobody has met yet; their profile is read as soon as Slack answers."""
    forget_kept(session)
    insert_or_ignore(session, Person, {"slack_id": slack_id, "standing": Standing.UNKNOWN, "roles": [], **_BLANK})
    person = find_by_slack(session, slack_id)
    assert person is not None
    return person


def expect(session: Session, who: str) -> Person:
    """Somebody named in an office file who has not appeared in Slack yet."""
    forget_kept(session)
    name = who.removeprefix("@")
    column = "email" if "@" in name else "slack_id" if _looks_like_slack_id(name) else "handle"
    add(
        session,
        Person,
        {
            column: name if column == "slack_id" else name.lower(),
            "standing": Standing.UNKNOWN,
            "roles": [],
            **_BLANK,
        },
    )
    found = find_named(session, who)
    assert found is not None
    return found


def change(session: Session, person_id: int, values: Mapping[str, Any]) -> bool:
    forget_kept(session)
    return changed(session.execute(update(Person).where(col(Person.id) == person_id).values(**values))) == 1


def direct_channel(session: Session, person_id: int, channel: str) -> None:
    """Where direct messages to somebody go. Nothing that is kept for others depends on it."""
    mine = update(Person).where(col(Person.id) == person_id, col(Person.direct_channel).is_(None))
    session.execute(mine.values(direct_channel=channel))


def lock(session: Session, person_id: int) -> None:
    """Lets one change of somebody's plans follow the other. SQLite has one writer at a time anyway."""
    session.execute(select(col(Person.id)).where(col(Person.id) == person_id).with_for_update())


def expected_as(session: Session, email: str | None, handle: str | None) -> Person | None:
    """Somebody an office file named and who has no Slack id yet; an e-mail address says more than a handle."""
    for column, name in ((col(Person.email), email), (col(Person.handle), handle)):
        if name:
            waiting = select(Person).where(column == name.lower(), col(Person.slack_id).is_(None))
            found = maybe(session, waiting.order_by(col(Person.id)).limit(1))
            if found is not None:
                return found
    return None


def with_email(session: Session, email: str) -> Person | None:
    return maybe(session, select(Person).where(col(Person.email) == email.lower()))


def open_home(session: Session, person_id: int, now: datetime) -> None:
    change(session, person_id, {"home_opened_at": now, "home_stale": True})


def stale_homes(session: Session, ids: Iterable[int], since: datetime) -> None:
    """Marks the home tabs of people who have looked at theirs lately, to be drawn again."""

    def lookers() -> frozenset[int | None]:
        return frozenset(rows(session, select(col(Person.id)).where(col(Person.home_opened_at) >= since)))

    looking = kept(session, ("lookers",), lookers).intersection(ids)
    if not looking:
        return
    session.execute(
        update(Person)
        .where(
            col(Person.id).in_(set(ids)),
            col(Person.home_opened_at) >= since,
            col(Person.home_stale).is_(False),
        )
        .values(home_stale=True)
    )


def any_stale_home(session: Session) -> bool:
    return session.execute(select(col(Person.id)).where(col(Person.home_stale).is_(True)).limit(1)).scalar() is not None


def claim_stale_homes(session: Session, limit: int) -> list[Person]:
    stale = select(Person).where(col(Person.home_stale).is_(True)).limit(limit)
    claimed = []
    for person in rows(session, stale):
        mine = update(Person).where(col(Person.id) == person.id, col(Person.home_stale).is_(True))
        if changed(session.execute(mine.values(home_stale=False))):
            claimed.append(person)
    return claimed


_BLANK: dict[str, Any] = {
    "name": "",
    "locale": "",
    "zone": "UTC",
    "workspace_admin": False,
    "home_stale": False,
}


def _looks_like_slack_id(name: str) -> bool:
    return len(name) >= 5 and name[0] in "UW" and name.isalnum() and name.isupper()
