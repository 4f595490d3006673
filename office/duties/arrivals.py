"""Who comes and goes: people as the workspace shows them, and what a leaver had in hand."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from office import clock
from office.duties.requests.change import change
from office.rules.words import clean_line
from storage import history, people, requests
from storage.tables import Person
from storage.words import Act, Standing


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
    if person is None:
        person = people.expected_as(session, profile.email, profile.handle)
    if person is None:
        person = people.appear(session, profile.slack_id)
    assert person.id is not None
    was = person.standing
    people.change(session, person.id, _known(session, person, profile))
    met = people.get(session, person.id)
    if was == Standing.MEMBER and met.standing != Standing.MEMBER:
        _let_go(session, met)
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


def _let_go(session: Session, person: Person) -> None:
    """What a leaver had in hand goes back to its desk, so that somebody else takes it."""
    assert person.id is not None
    now = clock.now()
    for request in requests.open_of(session, person.id):
        owner = None if request.owner_id == person.id else request.owner_id
        offered = None if request.offered_to_id == person.id else request.offered_to_id
        change(session, None, request, Act.HAND_BACK, {"owner_id": owner, "offered_to_id": offered}, why="left")
    history.record(session, now, None, "left", "person", person.id)
