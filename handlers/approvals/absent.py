"""Why somebody's question is with another: the true reason, in words."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from handlers.i18n import Md, Reader, mention
from storage import people
from storage.words import NoCover


def said(session: Session, reader: Reader, approver_id: int, absent: Mapping[str, Any] | None) -> Md:
    """ "@luis is away, and @tomas, who stands in, asked for it": a clause of mrkdwn."""
    who = mention(people.find(session, approver_id))
    known = absent or {}
    cover = mention(people.find(session, known.get("cover")))
    why = NoCover(known.get("why", NoCover.NONE.value))
    texts = {
        NoCover.NONE: reader.md("{who} is away with nobody standing in", who=who),
        NoCover.UNANSWERED: reader.md(
            "{who} is away, and {cover} has not said whether they stand in", who=who, cover=cover
        ),
        NoCover.REFUSED: reader.md("{who} is away, and {cover} can't stand in", who=who, cover=cover),
        NoCover.AWAY: reader.md("{who} is away, and so is {cover}, who stands in", who=who, cover=cover),
        NoCover.BARRED: reader.md(
            "{who} is away, and {cover}, who stands in, may not decide on this: it is by them or for them",
            who=who, cover=cover,
        ),
        NoCover.TAKEN: reader.md(
            "{who} is away, and {cover}, who stands in, has a voice of their own in it", who=who, cover=cover
        ),
    }  # fmt: skip
    return Md(texts[why])
