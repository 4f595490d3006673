"""deskhand audit: whether the history is as it was written, and what can be kept outside to show it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from office import clock
from storage import history, seals
from storage.database import Database
from storage.keyring import Anchor, anchor_of, write


class AuditError(Exception):
    """What can't be compared, and what to give instead."""


@dataclass(frozen=True)
class Report:
    """What is wrong, a sentence each; how many entries have a seal; what would help to be surer."""

    wrong: list[str]
    entries: int
    hints: list[str]


def verify(database: Database, anchors: Sequence[Anchor]) -> Report:
    with database.read() as session:
        wrong = list(seals.verify(session, anchors))
        known = seals.anchor(session)
        has_key = bool(seals.keys_of(session).name)
    hint = (
        "Without AUDIT_KEY whoever can write into the database can compute the chain anew. Set it, or give an anchor."
    )
    return Report(wrong, known.entries if known is not None else 0, [] if has_key or anchors else [hint])


def anchors(files: Sequence[Path], typed: Sequence[str]) -> list[Anchor]:
    """Anchors from files and as typed. Raises AuditError, OSError."""
    texts = [*((str(file), file.read_text("utf-8")) for file in files), *((one, one) for one in typed)]
    found = []
    for name, text in texts:
        try:
            found.append(anchor_of(text))
        except (ValueError, KeyError, TypeError) as error:
            raise AuditError(f"{name} is no anchor: one looks like 1234:0a1b2c….") from error
    return found


def write_anchor(database: Database, file: Path) -> Anchor:
    """Writes down the newest seal. Raises AuditError while there is none."""
    if file.exists():
        raise AuditError(f"{file} is there already. Choose another name; anchors are never written over.")
    with database.read() as session:
        known = seals.anchor(session)
    if known is None:
        raise AuditError("The history has no seal yet: a running Deskhand sets one within seconds.")
    told = {"entries": known.entries, "seal": known.seal_id, "hash": known.hash, "at": clock.now().isoformat()}
    write(file, json.dumps(told))
    return known


def guard(database: Database) -> list[str]:
    """Puts missing triggers back; returns their names. The history says that they were gone."""
    missing = database.missing_guards()
    if missing:
        database.guard_again()

        def tell(session: Session) -> None:
            history.record(session, clock.now(), None, "guard", "history", 0, after={"missing": missing})

        database.write(tell)
    return missing
