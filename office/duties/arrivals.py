"""Who comes and goes: people as the workspace shows them, and what a leaver had in hand."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from office import clock
from office.duties import absences, digests, notices, reminders, tasks
from office.duties.approvals import seats
from office.duties.meetings import changing as meetings
from office.duties.minutes import leaving as minutes
from office.duties.requests.work import let_go
from office.rules.words import clean_line
from storage import history, people
from storage.tables import Person
from storage.words import Standing

_GONE = (Standing.DEACTIVATED, Standing.EXTERNAL)


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
    was, zone = person.standing, person.zone
    people.change(session, person.id, _known(session, person, profile))
    met = people.get(session, person.id)
    if met.standing in _GONE and was not in _GONE:
        _pass_on(session, met)
    elif was is Standing.MEMBER and met.standing is not Standing.MEMBER:
        # A guest goes on with their own tasks; the work of a desk is done by members.
        absences.forget_leaver(session, met)
        seats.let_go(session, met)
        let_go(session, met)
    elif met.zone != zone:
        reminders.follow_zone(session, met)
        absences.follow_zone(session, met)
        digests.replan(session, met)
    return met


def _pass_on(session: Session, leaver: Person) -> None:
    """What a leaver had in hand moves on at once, and their manager hears of all of it in one message."""
    assert leaver.id is not None
    absences.forget_leaver(session, leaver)
    manager = people.find(session, leaver.manager_id)
    heirs = [manager.id] if manager is not None and manager.standing is Standing.MEMBER else notices.admins(session)
    heir_id = next((one for one in heirs if one is not None and one != leaver.id), None)
    moved = {
        "requests": let_go(session, leaver),
        "tasks": tasks.pass_on(session, leaver, heir_id) if heir_id else [],
        "meetings": meetings.let_go(session, leaver, heir_id),
        "reminders": reminders.pass_on(session, leaver, heir_id),
        "approvals": seats.let_go(session, leaver),
        "minutes": minutes.let_go(session, leaver, heir_id),
    }
    entry = history.record(session, clock.now(), None, "left", "person", leaver.id, after=moved)
    if any(moved.values()):
        notices.tell(session, "leavers.left", "person", leaver.id, [heir_id], detail_id=entry)


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
