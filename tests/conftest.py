"""A small named cast, the same in every test, a movable clock, and a fresh database of each kind."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from office import catalogue, clock, office_file
from office.catalogue import Catalogue
from office.duties import arrivals, confidence, desk_channels
from office.duties.arrivals import Profile
from office.duties.desk_channels import Seen
from storage import offices, people
from storage.database import Database
from storage.tables import Person
from storage.words import Standing
from tests import examples, postgres

T = TypeVar("T")

MONDAY_NINE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 09:00 in Stockholm

CAST = {
    # handle: (name, language, zone, standing, workspace administrator)
    "anna": ("Anna Lindqvist", "en-GB", "Europe/Stockholm", Standing.MEMBER, False),
    "maria": ("María Torres", "en-GB", "Europe/Stockholm", Standing.MEMBER, True),
    "bjorn": ("Björn Ek", "sv-SE", "Europe/Stockholm", Standing.MEMBER, False),
    "frank": ("Frank Weber", "de-DE", "Europe/Berlin", Standing.MEMBER, False),
    "david": ("David Ortega", "es-ES", "Europe/Madrid", Standing.MEMBER, False),
    "ines": ("Inês Pires", "en-GB", "Europe/Lisbon", Standing.MEMBER, False),
    "grace": ("Grace Miller", "en-US", "America/New_York", Standing.MEMBER, True),
    "petra": ("Petra Novak", "en-GB", "Europe/Stockholm", Standing.GUEST, False),
    "zoe": ("Zoë Laurent", "en-GB", "Europe/Paris", Standing.EXTERNAL, False),
    "otto": ("Otto Falk", "sv-SE", "Europe/Stockholm", Standing.DEACTIVATED, False),
}

OFFICE = """
[office]
name = "Nordwind"
[[places]]
name = "Stockholm"
time_zone = "Europe/Stockholm"
country = "SE"
currency = "SEK"
hours = "08:00-17:00"
[[people]]
who = "@maria"
roles = ["admin", "office manager"]
place = "Stockholm"
[[people]]
who = "@ines"
roles = ["hr"]
[[desks]]
key = "it"
channel = "C0IT"
lead = "@frank"
members = ["@frank", "@david"]
[[desks]]
key = "facilities"
channel = "C0FAC"
lead = "@maria"
members = ["@bjorn"]
[[desks]]
key = "hr"
lead = "@ines"
members = ["@ines"]
[[desks]]
key = "office"
channel = "C0OFFICE"
members = ["@maria"]
[[desks]]
key = "finance"
members = []
"""


@pytest.fixture(autouse=True)
def monday_nine() -> Iterator[None]:
    """Every test begins on a Monday at nine, and moves the clock itself."""
    clock.move_to(MONDAY_NINE)
    yield
    clock.reset()


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    with postgres.server() as address:
        yield address


@pytest.fixture(scope="session")
def pg_template(pg_server: str) -> str:
    name = f"template_{uuid.uuid4().hex[:8]}"
    _admin(pg_server, f"CREATE DATABASE {name}")
    database = Database(pg_server.format(name))
    database.migrate()
    database.close()
    return name


@pytest.fixture(scope="session")
def pg_office(pg_server: str, pg_template: str) -> str:
    name = f"office_{uuid.uuid4().hex[:8]}"
    _admin(pg_server, f"CREATE DATABASE {name} TEMPLATE {pg_template}")
    _fill(pg_server.format(name))
    return name


@pytest.fixture
def pg_url(pg_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    template = request.getfixturevalue("pg_office" if "office" in request.fixturenames else "pg_template")
    _admin(pg_server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield pg_server.format(name)
    _admin(pg_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "empty.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.close()
    return file


@pytest.fixture(scope="session")
def sqlite_office(sqlite_template: Path) -> Path:
    """A file with the cast in it: meeting them takes a tenth of a second, which is spent once."""
    file = sqlite_template.with_name("office.db")
    shutil.copyfile(sqlite_template, file)
    _fill(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    file = tmp_path / "deskhand.db"
    template = request.getfixturevalue("sqlite_office" if "office" in request.fixturenames else "sqlite_template")
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--everything", action="store_true", help="every test on both databases, the long examples too")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--everything"):
        examples.go_far()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is written once runs on SQLite; what locks, races, orders or keeps JSON, marked so, on PostgreSQL too."""
    named = any("url" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "url" in metafunc.fixturenames and not named:
        both = metafunc.config.getoption("--everything") or metafunc.definition.get_closest_marker("both_databases")
        metafunc.parametrize("url", ["sqlite", "postgresql"] if both else ["sqlite"], indirect=True)


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pg_url")
    return found


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An empty database of one kind."""
    opened = Database(url)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def types() -> Catalogue:
    return catalogue.load()


class Office:
    """A database with the cast in it; `do` runs a duty in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def do(self, duty: Callable[[Session], T]) -> T:
        return self.database.write(duty)

    def who(self, handle: str) -> Person:
        with self.database.read() as session:
            person = people.find_named(session, f"@{handle}")
        assert person is not None
        return person


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def fill(session: Session) -> None:
    for handle, (name, locale, zone, standing, admin) in CAST.items():
        email = f"{handle}@nordwind.example"
        arrivals.meet(session, Profile(f"U0{handle.upper()}", name, handle, email, locale, zone, standing, admin))
    office_file.load(session, OFFICE)
    confidence.keep_desks(session, ["hr"])
    alone = [Seen(desk.channel, True, ()) for desk in offices.desks(session) if desk.channel]
    desk_channels.seen(session, alone)


def _fill(url: str) -> None:
    clock.move_to(MONDAY_NINE)
    database = Database(url)
    database.write(fill)
    database.close()


def later(**by: float) -> datetime:
    """Moves the clock and returns the new moment."""
    clock.move(timedelta(**by))
    return clock.now()


def _admin(server: str, statement: str) -> None:
    engine = create_engine(
        server.format("postgres").replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
