"""Files with what people wrote in them: only their owner reads them, and one at a time brings back a backup."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path


def ours_alone() -> None:
    """What this process makes from now on only its owner may read: databases, backups, exports."""
    os.umask(0o077)


def is_open_to_others(file: Path) -> bool:
    """Whether other accounts of the machine may read a file, or write it."""
    with suppress(OSError):
        return bool(file.stat().st_mode & 0o077)
    return False


class InUse:
    """Marks a SQLite file as in use by this process, for as long as it lives: a lock on a file beside it."""

    def __init__(self, file: Path) -> None:
        self._path = file.with_name(f"{file.name}.in-use")
        self._descriptor: int | None = None

    def share(self) -> bool:
        """Several may work with one file; False while somebody brings back a backup."""
        return self._locked(fcntl.LOCK_SH)

    def alone(self) -> bool:
        """False while anybody works with it."""
        return self._locked(fcntl.LOCK_EX)

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _locked(self, kind: int) -> bool:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True


def inode(file: Path | None) -> int | None:
    """Which file stands under a name; None where there is none."""
    if file is not None:
        with suppress(OSError):
            return file.stat().st_ino
    return None
