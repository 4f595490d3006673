"""The keys that seal the history, and the last seal that was seen: both kept outside the database."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# The first characters of what a key says about itself: enough to tell keys apart, nothing to guess one by.
NAME_LENGTH = 12


@dataclass(frozen=True)
class Anchor:
    """How far the chain had come at some time, kept where whoever has the database has no hand: `entries` is 0 where
    only the seal is known."""

    seal_id: int
    hash: str
    entries: int = 0

    def __str__(self) -> str:
        return f"{self.seal_id}:{self.hash}"


def anchor_of(text: str) -> Anchor:
    """An anchor as it was written into a file, or as a message says it. Raises ValueError."""
    text = text.strip()
    if text.startswith("{"):
        told = json.loads(text)
        return Anchor(int(told["seal"]), str(told["hash"]), int(told.get("entries", 0)))
    number, _, value = text.partition(":")
    if len(value) < 16:
        raise ValueError("not an anchor")
    return Anchor(int(number), value.strip())


class Keyring:
    """Seals with the first key, knows those of others. Without a key the chain is a plain hash: whoever can write into
    the database can compute it anew. `head` is a file in which the last seal is remembered."""

    def __init__(self, keys: Sequence[bytes] = (), head: Path | None = None) -> None:
        self._keys = {_name(key): key for key in keys if key}
        self._head = head

    @property
    def name(self) -> str:
        """Of the key that seals; empty without one."""
        return next(iter(self._keys), "")

    def knows(self, name: str) -> bool:
        return not name or name in self._keys

    def seal(self, name: str, words: str) -> str:
        """The hash of some words under the key of that name."""
        if not name:
            return hashlib.sha256(words.encode()).hexdigest()
        return hmac.new(self._keys[name], words.encode(), hashlib.sha256).hexdigest()

    def remember(self, anchor: Anchor) -> None:
        """Writes down the last seal beside the database."""
        if self._head is not None:
            write(self._head, json.dumps({"seal": anchor.seal_id, "hash": anchor.hash}))

    def remembered(self) -> Anchor | None:
        if self._head is not None:
            with suppress(OSError, ValueError, KeyError):
                return anchor_of(self._head.read_text("utf-8"))
        return None

    def forget(self) -> None:
        """After a backup was brought back the chain ends earlier, and that is right."""
        if self._head is not None:
            self._head.unlink(missing_ok=True)


def beside(database: Path, keys: Sequence[bytes] = ()) -> Keyring:
    """The keyring of a SQLite database: given keys, or one that is made once and lies beside the file."""
    head = database.with_name(f"{database.name}.audit-head")
    return Keyring(keys or [_kept(database.with_name(f"{database.name}.audit-key"))], head)


def write(file: Path, text: str) -> None:
    """Writes a whole file or none, readable by its owner alone."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text + "\n")
    fresh.replace(file)


def _kept(file: Path) -> bytes:
    """The key in a file; made when there is none. Two starts at once make one."""
    if not file.exists():
        fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
        write(fresh, secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(fresh, file)
        fresh.unlink()
    return file.read_text("utf-8").strip().encode()


def _name(key: bytes) -> str:
    return hmac.new(key, b"which key is this", hashlib.sha256).hexdigest()[:NAME_LENGTH]
