"""What somebody may see of the office, and what they choose for themselves."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.calendars import calendar_of
from office.errors import Refusal
from office.rules.guests import Deed, may
from office.rules.working_time import Calendar
from storage import offices, people
from storage.requests import Sight
from storage.tables import Person
from storage.words import Role, Standing

# How old what we know of somebody may be when they decide something.
FRESH = timedelta(minutes=5)


def sight_of(session: Session, person: Person) -> Sight:
    """What somebody may see in lists, counts and searches; nobody outside the company sees anything of others."""
    assert person.id is not None
    if not may(person.standing, Deed.SEE_OTHERS):
        return Sight(person.id, frozenset(), wide=False)
    return Sight(person.id, frozenset(offices.desks_of(session, person.id)), wide=True)


def refuse_strangers(person: Person) -> None:
    """Only this company's people are served."""
    if person.standing == Standing.EXTERNAL:
        raise Refusal("Deskhand works for the people of this company only. Ask your contact there to do it for you.")
    if person.standing == Standing.DEACTIVATED:
        raise Refusal("Your account here is deactivated, so Deskhand can do nothing for you. Ask your administrator.")


def refuse_unless_may(person: Person, deed: Deed, refusal: Refusal) -> None:
    """Refuses what is not for guests, with words that say what to do instead. Whoever Slack can't tell us about
    is asked to try again: they may well be of the company."""
    if may(person.standing, deed):
        return
    refuse_strangers(person)
    if person.standing is Standing.UNKNOWN:
        raise Refusal("Slack does not tell me right now who you are. Try again in a minute.")
    raise refusal


def refuse_unless_admin(person: Person) -> None:
    if person.standing != Standing.MEMBER or not person.has(Role.ADMIN):
        raise Refusal("Only an administrator of Deskhand can do this. Ask one of them; /desk help says who they are.")


def choose_language(session: Session, person: Person, language: str | None) -> None:
    """A language of one's own, or None for the one set in Slack."""
    assert person.id is not None
    people.change(session, person.id, {"language": language})
    people.stale_homes(session, [person.id], clock.now() - timedelta(days=1))


def open_home(session: Session, person: Person) -> None:
    assert person.id is not None
    people.open_home(session, person.id, clock.now())


def calendar_of_person(session: Session, person: Person) -> Calendar:
    """When somebody works: the hours and holidays of their place, else of the first."""
    return calendar_of(offices.find_place(session, person.place_id) or offices.first_place(session))


def office_calendar(session: Session) -> Calendar:
    """What happens for the office as a whole happens in the time of its first place."""
    return calendar_of(offices.first_place(session))


def office_today(session: Session) -> date:
    return office_calendar(session).local(clock.now()).date()


def office_currency(session: Session) -> str:
    place = offices.first_place(session)
    return place.currency if place is not None else "EUR"


def is_fresh(person: Person, now: datetime) -> bool:
    return person.profile_read_at is not None and abs(now - person.profile_read_at) < FRESH
