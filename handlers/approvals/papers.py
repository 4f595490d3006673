"""The history of one approval as a PDF: who was asked when, what they saw, what they answered, for whom, and why."""

from sqlalchemy.orm import Session

from handlers import paper
from handlers.approvals import cards, routes_said
from handlers.approvals import evidence as story
from handlers.drawing import Attachment
from handlers.i18n import Reader
from handlers.times import moment_said
from office import clock
from office.catalogue import Catalogue
from office.duties.approvals.routes import department_name
from storage import facts, people
from storage.money_tables import Approval


def evidence(session: Session, catalogue: Catalogue, reader: Reader, approval: Approval, key: str) -> Attachment:
    """`key` is the message's own, and makes its name one of its kind."""
    title = reader.say("Approval A{number}: {title}", number=approval.id, title=approval.title)
    office = facts.find(session, "name") or "Deskhand"
    made = reader.say("{office} · made by Deskhand, {when}", office=office, when=moment_said(reader, clock.now()))
    lines = [paper.plain(session, one) for one in story.lines(session, catalogue, reader, approval, full=True)]
    sections = [(reader.say("What happened"), lines)]
    if approval.text:
        sections.insert(0, (reader.say("Why?"), approval.text.split("\n")))
    content = paper.pdf(title, _facts(session, catalogue, reader, approval), sections, made)
    return Attachment(f"A{approval.id}-{key[:8]}.pdf", title, content)


def _facts(session: Session, catalogue: Catalogue, reader: Reader, approval: Approval) -> list[tuple[str, str]]:
    requester, beneficiary = people.find(session, approval.requester_id), people.find(session, approval.beneficiary_id)
    kind = catalogue.find(approval.type)
    found = [
        (reader.say("State"), reader.term(approval.state)),
        (reader.say("Decided"), moment_said(reader, approval.decided_at) if approval.decided_at else ""),
        (reader.say("From"), requester.known_as if requester else ""),
        (reader.say("For"), beneficiary.known_as if beneficiary else ""),
        (reader.say("Type"), reader.titles(kind.title) if kind is not None else ""),
        (reader.say("Request"), f"#{approval.request_id}" if approval.request_id is not None else ""),
        (reader.say("Amount"), cards.amount_or_none(session, reader, approval)),
        (reader.say("Budget category"), approval.category),
        (reader.say("Supplier"), approval.supplier),
        (reader.say("Department"), department_name(session, approval.department_id)),
        (reader.say("Needed by"), reader.day(approval.day) if approval.day else ""),
        (reader.say("Route"), routes_said.route(session, reader, approval)),
        (reader.say("Version"), str(approval.edition)),
        (reader.say("Files"), ", ".join(one.get("name", "") for one in approval.files)),
    ]
    return [(label, value) for label, value in found if value]
