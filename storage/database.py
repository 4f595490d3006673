"""The engine, the one way to write, the one way to read, and migrations on start."""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from storage import facts
from storage.files import inode
from storage.kept import Kept
from storage.keyring import Keyring
from storage.text import fold

# The newest migration. Known here so that a start against a current database need not import Alembic (0.3 s);
# a test holds it equal to what Alembic finds.
HEAD = "0011"

# How long a write waits for another process; below Slack's 3 s, so that the person gets words and no time-out.
BUSY_MILLISECONDS = 2000
# How long PostgreSQL lets somebody hold a transaction open and do nothing, and a network say nothing.
IDLE_MILLISECONDS = 10_000

# How PostgreSQL lists our connections.
APPLICATION = "deskhand"
# A start waits so long for another that brings the tables up to date.
PATIENCE_SECONDS = 300.0
# Of the parameters in an address: sslpassword, password, passfile.
_SECRET_PARAMETERS = ("pass", "secret", "token", "key")

T = TypeVar("T")
logger = logging.getLogger(__name__)


class CannotOpen(Exception):
    """The database cannot be used; the text is a sentence for whoever starts Deskhand."""


class Database:
    """One database. `write` runs a function in a transaction of its own; `read` gives a session that only reads."""

    def __init__(self, url: str) -> None:
        self.url = _understood(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        try:
            self._engine = _sqlite(self.url) if self.is_sqlite else _postgres(self.url)
        except ModuleNotFoundError as error:
            raise CannotOpen(
                "DATABASE_URL names PostgreSQL, whose driver is not installed: pip install 'deskhand[postgres]'."
            ) from error
        self._readers = _sqlite_readers(self.url) if self.is_sqlite else self._engine
        self._kept = Kept()
        self._info: dict[str, Any] = {"kept": self._kept}
        self._inode: int | None = None
        self._train = Train(self._engine, self._info) if self.is_sqlite else None

    def write(self, do: Callable[[Session], T]) -> T:
        """Runs `do` with a session, commits, and returns what it returned; when it raises, nothing has happened.

        On SQLite, writers that come while another commit is under way share the next one, each behind a
        savepoint of its own: one fsync for all of them.
        """
        if self._train is not None:
            if self.is_displaced:
                raise OperationalError("BEGIN", {}, Exception("unable to open: the database's file was exchanged"))
            return self._train.ride(do)
        with self._engine.begin() as connection:
            result, forgets = _run(connection, do, self._info)
        if forgets:
            self._kept.forget()
        return result

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for drawing; what it writes is refused or thrown away."""
        with _session(self._readers, self._info) as session:
            yield session

    def check(self) -> None:
        """Opens the database once; raises CannotOpen with a sentence."""

        def look() -> None:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))

        try:
            self._patiently(look)
        except SQLAlchemyError as error:
            raise CannotOpen(
                f"The database {self.shown} cannot be opened: {_reason(error)}. {self._advice(error)}"
            ) from error
        self._inode = inode(self.file)

    @property
    def is_displaced(self) -> bool:
        """Whether the file was deleted or exchanged since it was opened: what is written now is written to nowhere."""
        return self._inode is not None and inode(self.file) != self._inode

    @property
    def shown(self) -> str:
        """The address without its password."""
        hidden = {name: "***" for name in self.url.query if any(word in name.lower() for word in _SECRET_PARAMETERS)}
        return self.url.update_query_dict(hidden).render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    def schema_version(self) -> str | None:
        with self._engine.connect() as connection:
            if not self._engine.dialect.has_table(connection, "alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def migrate(self) -> str:
        """Brings the tables up to date; returns the version. Several processes may start at once. Raises CannotOpen
        for a database that a newer version has written."""
        version = self._patiently(self.schema_version)
        if version is not None and version > HEAD:
            raise CannotOpen(
                f"The database {self.shown} was written by a newer Deskhand (its tables are at {version}, this one's at"
                f" {HEAD}). Install the newer one again."
            )
        if version != HEAD:
            self._patiently(self._upgrade)
        self._info["identity"] = self.write(facts.identity)
        return HEAD

    def _upgrade(self) -> None:
        from storage.migrations import upgrade

        with self._engine.connect() as connection:
            upgrade(connection)

    def seal_with(self, keys: Keyring) -> None:
        """Which keys seal the history from now on."""
        self._info["keys"] = keys

    def differences(self) -> list[str]:
        """What is missing of the tables, a few words each: a version number alone says little."""
        from storage.health import differences

        with self._engine.connect() as connection:
            return list(differences(connection))

    def missing_guards(self) -> list[str]:
        """The triggers that keep the history as it was written, where they are gone."""
        from storage.health import missing_guards

        with self._engine.connect() as connection:
            return list(missing_guards(connection))

    def guard_again(self) -> None:
        from storage.health import guard_again

        with self._engine.begin() as connection:
            guard_again(connection)

    def damage(self) -> str:
        """What a quick look at every page has found; empty when all is well."""
        from storage.health import damage

        with self._readers.connect() as connection:
            return damage(connection)

    def _patiently(self, do: Callable[[], T]) -> T:
        """What another start, or a backup, may hold up for minutes; a command waits seconds only."""
        until, said = time.monotonic() + PATIENCE_SECONDS, False
        while True:
            try:
                return do()
            except OperationalError as error:
                if not _is_held(error) or time.monotonic() > until:
                    raise
                if not said:
                    said = True
                    logger.warning("another program holds the database, perhaps a start that brings it up to date")
                time.sleep(1.0)

    def _advice(self, error: SQLAlchemyError) -> str:
        reason = _reason(error)
        if isinstance(error, OperationalError) and _is_held(error):
            return "Another program holds it. Wait for it, or stop it, and start again."
        if self.file is not None and self.file.exists() and not os.access(self.file.parent, os.W_OK):
            return "The folder can't be written to, which SQLite needs. Look at its owner and how its disk is mounted."
        if "not a database" in reason or "malformed" in reason:
            return "The file is damaged. Put it aside and bring a backup back with `deskhand restore`."
        return "Check DATABASE_URL."

    def scalar(self, statement: str) -> Any:
        """One value of one statement, for doctor and metrics."""
        with self._readers.connect() as connection:
            return connection.exec_driver_sql(statement).scalar()

    def backup(self, target: Path) -> None:
        """Copies a SQLite database while it is in use. VACUUM INTO ends even under a steady writer."""
        with closing(sqlite3.connect(str(self.file), isolation_level=None)) as connection:
            connection.create_function("fold", 1, fold, deterministic=True)
            connection.execute("VACUUM INTO ?", (str(target),))

    def close(self) -> None:
        self._engine.dispose()
        self._readers.dispose()


class Train:
    """Several writers, one commit. Who comes first drives; who comes while it is under way takes the next one
    together with all others that wait, and the first of those drives it."""

    LONGEST = 64

    def __init__(self, engine: Engine, info: dict[str, Any]) -> None:
        self._engine = engine
        self._info = info
        self._platform = threading.Lock()
        self._under_way = False
        self._waiting: list[_Ticket] = []

    def ride(self, do: Callable[[Session], T]) -> T:
        ticket = _Ticket(do)
        with self._platform:
            self._waiting.append(ticket)
            drives, self._under_way = not self._under_way, True
        if not drives:
            ticket.called.wait()
        if not ticket.arrived:
            self._depart()
        if ticket.error is not None:
            raise ticket.error
        result: T = ticket.result
        return result

    def _depart(self) -> None:
        with self._platform:
            aboard, self._waiting = self._waiting[: self.LONGEST], self._waiting[self.LONGEST :]
        try:
            with self._engine.begin() as connection:
                for ticket in aboard:
                    self._seat(connection, ticket, alone=len(aboard) == 1)
        except BaseException as error:
            for ticket in aboard:
                ticket.error = ticket.error or error
        finally:
            if any(ticket.forgets for ticket in aboard):
                self._info["kept"].forget()
            with self._platform:
                self._under_way = bool(self._waiting)
                following = self._waiting[:1]
            for ticket in aboard:
                ticket.arrived = True
            for ticket in [*following, *aboard]:
                ticket.called.set()

    def _seat(self, connection: Connection, ticket: "_Ticket", alone: bool) -> None:
        if alone:
            ticket.result, ticket.forgets = _run(connection, ticket.do, self._info)
            return
        connection.exec_driver_sql("SAVEPOINT seat")
        try:
            ticket.result, ticket.forgets = _run(connection, ticket.do, self._info)
        except Exception as error:
            ticket.error = error
            connection.exec_driver_sql("ROLLBACK TO seat")
        connection.exec_driver_sql("RELEASE seat")


class _Ticket:
    def __init__(self, do: Callable[[Session], Any]) -> None:
        self.do = do
        self.result: Any = None
        self.error: BaseException | None = None
        self.forgets = False
        self.arrived = False
        self.called = threading.Event()  # its commit is done, or it is its turn to drive


def _run(connection: Connection, do: Callable[[Session], T], info: dict[str, Any]) -> tuple[T, bool]:
    """The result, and whether what is kept is to be forgotten with the commit."""
    with _session(connection, info) as session:
        session.info["connection"] = connection
        result = do(session)
        session.flush()
        return result, bool(session.info.get("forgets"))


def _session(bind: Engine | Connection, info: dict[str, Any]) -> Session:
    return Session(
        bind,
        expire_on_commit=False,
        join_transaction_mode="rollback_only",
        info=info,
    )


def _understood(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise CannotOpen(
            "DATABASE_URL is not an address of a database. Examples: sqlite:///deskhand.db, "
            "postgresql://user:password@host/deskhand."
        ) from error
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return parsed
    raise CannotOpen(f"DATABASE_URL names {backend}; Deskhand keeps its data in SQLite or PostgreSQL.")


def _sqlite(url: URL) -> Engine:
    if url.database in (None, "", ":memory:"):
        raise CannotOpen("DATABASE_URL names no file; for example: sqlite:///deskhand.db.")
    try:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotOpen(f"The folder of {url.database} cannot be made: {error.strerror}.") from error
    # One writer connection a process: SQLite before 3.51.3 can damage a WAL that two connections reset at once.
    engine = create_engine(
        url, pool_size=1, max_overflow=0, hide_parameters=True, connect_args={"check_same_thread": False}
    )
    _listen(engine, begin="BEGIN IMMEDIATE")
    return engine


def _sqlite_readers(url: URL) -> Engine:
    engine = create_engine(
        url, pool_size=16, max_overflow=32, hide_parameters=True, connect_args={"check_same_thread": False}
    )
    _listen(engine, begin=None, query_only=True)
    return engine


def _listen(engine: Engine, begin: str | None, query_only: bool = False) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        # SQLAlchemy's own transaction handling for SQLite loses updates silently; we say BEGIN ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        _to_wal(cursor)
        for pragma in (
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_MILLISECONDS}",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        if query_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()
        connection.create_function("fold", 1, fold, deterministic=True)

    if begin is not None:

        @event.listens_for(engine, "begin")
        def on_begin(connection: Connection) -> None:
            connection.exec_driver_sql(begin)


def _to_wal(cursor: sqlite3.Cursor) -> None:
    """Two that open a new file at once both want it to themselves for a moment, and SQLite lets neither of them wait:
    https://www.sqlite.org/wal.html#sometimes_queries_return_sqlite_busy_in_wal_mode"""
    until = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _postgres(url: URL) -> Engine:
    return create_engine(
        url,
        pool_size=20,
        max_overflow=20,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={
            "application_name": APPLICATION,
            "connect_timeout": 5,
            # A process that is frozen, or a host that is gone, must not hold its locks for the others to wait for.
            "options": (
                f"-c lock_timeout={BUSY_MILLISECONDS} -c timezone=UTC"
                f" -c idle_in_transaction_session_timeout={IDLE_MILLISECONDS}"
            ),
            "keepalives": 1,
            "keepalives_idle": 5,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "tcp_user_timeout": IDLE_MILLISECONDS,
        },
    )


def _is_held(error: OperationalError) -> bool:
    said = str(error.orig)
    return "database is locked" in said or "lock timeout" in said


def _reason(error: SQLAlchemyError) -> str:
    first = str(getattr(error, "orig", None) or error).strip().splitlines()
    return first[0].rstrip(".") if first else type(error).__name__
