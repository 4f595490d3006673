"""Who comes and goes: people as the workspace shows them, and what a leaver had in hand."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from office import clock
from office.duties.requests.work import let_go
from office.rules.words import clean_line
from storage import history, people
from storage.tables import Person
from storage.words import Standing


@dataclass(frozen=True)
class Profile:
    """Somebody as the workspace shows them. `locale` like "sv-SE", `zone` an IANA name."""

    slack_id: str
    name: str
    handle: str
    email: str | None
    locale: str
    zone: str
    standing: Standing
    workspace_admin: bool


def meet(session: Session, profile: Profile) -> Person:
    """Stores what Slack tells of somebody, joining them with the one an office file named by e-mail or handle."""
    person = people.find_by_slack(session, profile.slack_id)
    if person is None and profile.standing is Standing.MEMBER:
        # Only one of our own becomes whom an office file named: anybody can call themselves by a handle elsewhere.
        person = people.expected_as(session, profile.email, profile.handle)
    if person is None:
        person = people.appear(session, profile.slack_id)
    assert person.id is not None
    was = person.standing
    people.change(session, person.id, _known(session, person, profile))
    met = people.get(session, person.id)
    if was == Standing.MEMBER and met.standing != Standing.MEMBER:
        let_go(session, met)
        history.record(session, clock.now(), None, "left", "person", person.id)
    return met


def _known(session: Session, person: Person, profile: Profile) -> dict[str, object]:
    values: dict[str, object] = {
        "slack_id": profile.slack_id,
        "name": clean_line(profile.name)[:120],
        "handle": profile.handle.lower(),
        # user_change tells no locale; what is known stands.
        "locale": profile.locale or person.locale,
        "zone": profile.zone or person.zone,
        "standing": profile.standing,
        "workspace_admin": profile.workspace_admin,
        "profile_read_at": clock.now(),
    }
    if profile.email:
        other = people.find_named(session, profile.email)
        if other is None or other.id == person.id:
            values["email"] = profile.email.lower()
    return values
