"""Minutes as a PDF and as Markdown: a version as it was sent, in the frame of the reader's language."""

from sqlalchemy.orm import Session

from handlers import paper
from handlers.drawing import Attachment
from handlers.i18n import Reader
from handlers.minutes import cards, said
from handlers.times import moment_said
from office.duties.minutes import documents
from storage import facts
from storage.minute_tables import Edition, Minutes


def pdf(
    session: Session, reader: Reader, found: Minutes, edition: Edition, person_id: int | None, key: str
) -> Attachment:
    title, pairs, sections, foot = _parts(session, reader, found, edition, person_id)
    drawn = [
        (one.heading, [": ".join(part for part in (text.bold, text.text) if part) for text in one.paragraphs])
        for one in sections
    ]
    content = paper.pdf(title, pairs, drawn, foot)
    return Attachment(f"{_file(found, edition)}{_part(key)}.pdf", title, content, "application/pdf")


def markdown(
    session: Session, reader: Reader, found: Minutes, edition: Edition, person_id: int | None, key: str
) -> Attachment:
    title, pairs, sections, foot = _parts(session, reader, found, edition, person_id)
    content = said.markdown(title, pairs, sections, foot).encode("utf-8")
    return Attachment(f"{_file(found, edition)}{_part(key)}.md", title, content, "text/markdown")


def _parts(
    session: Session, reader: Reader, found: Minutes, edition: Edition, person_id: int | None
) -> tuple[str, list[tuple[str, str]], list[said.Section], str]:
    """What both are made of: only what this reader may see."""
    document = documents.as_seen(edition.content, person_id)
    office = facts.find(session, "name") or "Deskhand"
    pairs = [
        *said.facts_of(reader, document),
        (reader.say("Version"), f"{cards.version_said(reader, edition)}, {moment_said(reader, edition.at)}"),
        (reader.say("State"), cards.state_said(session, reader, found)),
    ]
    sections = said.sections_of(reader, document)
    changes = documents.changes_seen(edition.changes, person_id)
    if changes:
        sections.insert(0, said.Section(reader.say("Changed in this version"), said.changes_said(reader, changes)))
    foot = reader.say("{office} · minutes {name}, {version}", office=office, name=found.name,
                      version=cards.version_said(reader, edition))  # fmt: skip
    return said.title_of(reader, document), pairs, sections, foot


def _file(found: Minutes, edition: Edition) -> str:
    addenda = f"-{edition.addenda}" if edition.addenda else ""
    return f"{found.name}-v{edition.number}{addenda}"


def _part(key: str) -> str:
    return f"-{key[:8]}" if key else ""
