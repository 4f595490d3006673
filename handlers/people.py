"""People as cards show them: with a word where they are away."""

from sqlalchemy.orm import Session

from handlers.i18n import Md, Reader, escape, mention
from office import clock
from office.duties.absences import last_of
from storage import absences
from storage.tables import Person


def away_word(session: Session, reader: Reader, person: Person | None) -> str:
    """That somebody is away, for whoever asks something of them; empty while they are here."""
    away = absences.current(session, person.id, clock.now()) if person is not None and person.id is not None else None
    return reader.md("{who} is away until {when}.", who=mention(person), when=last_of(away)) if away else ""


def shown(session: Session, reader: Reader, person: Person | None) -> Md:
    """Somebody as Slack shows them, and until when they are away."""
    name = mention(person)
    away = absences.current(session, person.id, clock.now()) if person is not None and person.id is not None else None
    if away is None:
        return name
    word = reader.say("away until {when}", when=last_of(away))
    return Md(f"{name.text} ({escape(word)})")
