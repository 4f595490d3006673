"""Documents as PDF: a title, pairs of facts, paragraphs and lines, in a font that knows the letters of Europe."""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from sqlalchemy.orm import Session

from handlers.i18n import escape as escape_mrkdwn
from handlers.slack_text import readable
from storage import people

_FONT = "NotoSans"
# Formatting of ours, and not a star that somebody typed: behind those stands a word joiner.
_STARS = re.compile("[*_](?!\u2060)")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")
# Signs that no text font has.
_PICTURES = re.compile("[\U0001f000-\U0001ffff\u2190-\u21ff\u2300-\u27bf\ufe0f\u2b50]")


def plain(session: Session, mrkdwn: str) -> str:
    """What people read in mrkdwn: names for mentions, and no marks."""
    named = _MENTION.sub(lambda found: _name(session, found[1]), mrkdwn)
    bare = _STARS.sub("", named).replace("\u2060", "").replace("→", "->")
    return _PICTURES.sub("", readable(session, bare)).strip()


@dataclass(frozen=True)
class Grid:
    """A table: headings, rows of as many texts, and how wide each column is, in mm; numbers stand to the right."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    numbers: frozenset[int] = frozenset()


def pdf(
    title: str,
    facts: Sequence[tuple[str, str]],
    sections: Sequence[tuple[str, Sequence[str]]],
    foot: str,
    grid: Grid | None = None,
) -> bytes:
    """`facts`: (label, value); `sections`: (heading, paragraphs). All texts are plain; `foot` stands on every page."""
    # Imported here: a bot that draws no document need not load the library (0.3 s).
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

    _register()
    body = ParagraphStyle("body", fontName=_FONT, fontSize=9.5, leading=13.5, spaceAfter=3)
    small = ParagraphStyle("small", parent=body, textColor=HexColor("#555555"))
    head = ParagraphStyle("head", parent=body, fontSize=12, leading=16, spaceBefore=10)
    right_body = ParagraphStyle("right", parent=body, alignment=2)
    top = ParagraphStyle("top", parent=head, fontSize=16, leading=21, spaceAfter=8)

    def words(text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(escape(text).replace("\n", "<br/>") or " ", style)

    story: list[Flowable] = [words(title, top)]
    rows = [[words(label, small), words(value, body)] for label, value in facts]
    if rows:
        style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)]
        table = Table(rows, colWidths=[38 * mm, None], hAlign="LEFT", style=style)
        story += [table, Spacer(1, 4 * mm)]
    if grid is not None:
        story.append(_table(grid, lambda text, right: words(text, right_body if right else body)))
    for heading, paragraphs in sections:
        story += [words(heading, head), *(words(one, body) for one in paragraphs)]

    def footed(canvas: object, document: object) -> None:
        canvas.setFont(_FONT, 7.5)  # type: ignore[attr-defined]
        canvas.setFillGray(0.4)  # type: ignore[attr-defined]
        canvas.drawString(20 * mm, 12 * mm, foot)  # type: ignore[attr-defined]
        canvas.drawRightString(190 * mm, 12 * mm, str(document.page))  # type: ignore[attr-defined]

    made = io.BytesIO()
    document = SimpleDocTemplate(
        made, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=20 * mm,
        title=title, author="Deskhand",
    )  # fmt: skip
    document.build(story, onFirstPage=footed, onLaterPages=footed)
    return made.getvalue()


def _table(grid: Grid, cell: Callable[[str, bool], Any]) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.units import mm
    from reportlab.platypus import Table

    rows = [[cell(text, at in grid.numbers) for at, text in enumerate(row)] for row in (grid.heads, *grid.rows)]
    style: Any = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("BACKGROUND", (0, 0), (-1, 0), HexColor("#e8eeee")),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#bbbbbb")), ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3), ("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1,
        -1), 2),
    ]  # fmt: skip
    # The headings stand on every page.
    return Table(rows, colWidths=[one * mm for one in grid.widths], repeatRows=1, hAlign="LEFT", style=style)


def _name(session: Session, slack_id: str) -> str:
    person = people.find_by_slack(session, slack_id)
    return escape_mrkdwn(person.known_as) if person is not None else slack_id


@lru_cache(maxsize=1)
def _register() -> None:
    import fontpkg
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont(_FONT, str(fontpkg.path("Noto Sans"))))
