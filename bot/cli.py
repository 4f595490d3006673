"""The command deskhand: one small function for each thing it can do."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from bot import logs, settings
from bot.settings import Settings, SettingsError
from office.catalogue import CatalogueError
from storage.database import CannotOpen
from storage.files import ours_alone

T = TypeVar("T")

app = typer.Typer(
    help="Deskhand, the back-office worker of your company, inside its Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
office_app = typer.Typer(help="The office's set-up as one readable file.", no_args_is_help=True)
audit_app = typer.Typer(help="The history of everything that was done.", no_args_is_help=True)
app.add_typer(office_app, name="office")
app.add_typer(audit_app, name="audit")
import_app = typer.Typer(help="Lists of items and suppliers, from Excel or CSV.", no_args_is_help=True)
export_app = typer.Typer(help="Items, suppliers and invoices, as Excel.", no_args_is_help=True)
app.add_typer(import_app, name="import")
app.add_typer(export_app, name="export")


@app.callback()
def _begin() -> None:
    ours_alone()


out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


@app.command()
def practice(
    port: Annotated[int, typer.Option(help="The page's port; 0 takes a free one.")] = 8787,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address and open nothing.")] = False,
    keep: Annotated[Path | None, typer.Option(help="A folder in which the company lives on after you stop.")] = None,
) -> None:
    """Try Deskhand in your browser: a practice company, no Slack account."""
    from bot.practising import practise

    logs.set_up("WARNING")
    _or_sentence(lambda: practise(port, not no_browser, keep, out.print))


@app.command()
def run() -> None:
    """Work in your Slack workspace, until stopped with Ctrl-C or SIGTERM."""
    from bot.running import serve

    found = _settings()
    _or_sentence(lambda: serve(found))


@app.command()
def setup(
    env_file: Annotated[Path, typer.Option(help="Where the settings are written.")] = Path(".env"),
    service: Annotated[
        bool, typer.Option("--service", help="Print a systemd unit for this folder, and ask nothing.")
    ] = False,
) -> None:
    """Make the Slack app, and write its tokens into .env."""
    from bot.service import unit
    from bot.setting_up import guide

    if service:
        sys.stdout.write(unit(env_file.parent))
        return
    _or_sentence(lambda: guide(env_file, out))


@app.command()
def doctor() -> None:
    """Look at everything that can be wrong, and say what to do about it."""
    from bot.doctor import examine

    wrong = False
    for finding in examine(_settings()):
        mark = "[red]✗[/]" if finding.wrong else "[yellow]·[/]" if finding.hint else "[green]✓[/]"
        out.print(f"{mark} [bold]{finding.what}[/]: {finding.text}")
        wrong = wrong or finding.wrong
    raise typer.Exit(1 if wrong else 0)


@app.command()
def manifest(
    check: Annotated[bool, typer.Option("--check", help="Compare it with what the code listens to and calls.")] = False,
    link: Annotated[bool, typer.Option("--link", help="Print the link that makes the app in Slack.")] = False,
) -> None:
    """Print the Slack app's manifest, or check it."""
    from bot import manifest as app_manifest

    if check:
        found = list(app_manifest.disagreements())
        for one in found:
            err.print(one)
        if found:
            raise typer.Exit(1)
        out.print("The manifest agrees with the code.")
    else:
        sys.stdout.write(app_manifest.creation_link() + "\n" if link else app_manifest.text())


@app.command()
def migrate() -> None:
    """Bring the database up to date. `run` does this by itself."""
    from bot.app import open_database

    found = _settings()
    database = _or_sentence(lambda: open_database(found))
    out.print(f"{database.shown} is at {database.schema_version()}.")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The new file to write.")]) -> None:
    """Copy the data into one file, while Deskhand runs."""
    from bot.app import open_database
    from bot.backup import back_up

    found = _settings()
    database = _or_sentence(lambda: open_database(found))
    with out.status("Copying …"):
        size = _or_sentence(lambda: back_up(database, file))
    out.print(f"{file}: {size / 1e6:.1f} MB. Keep it somewhere else; `deskhand restore` brings it back.")
    if not found.audit_key.get_secret_value():
        out.print(f"The key of its history is not in it: keep {escape(str(database.file))}.audit-key, too, elsewhere.")


@app.command()
def restore(
    file: Annotated[Path | None, typer.Argument(help="A file that `deskhand backup` wrote.")] = None,
    done: Annotated[bool, typer.Option("--done", help="PostgreSQL: pg_restore has been run already.")] = False,
) -> None:
    """Bring a backup back, here or on another machine. Nothing that was sent is sent again."""
    from bot import backup as copies
    from storage.database import Database

    url = _settings().database_url.get_secret_value()
    if (file is None) != done:
        _fail("Name the file to restore, or say --done after pg_restore.")
    if file is None:
        in_doubt = _or_sentence(lambda: copies.settle(Database(url)))
    else:
        in_doubt = _or_sentence(lambda: copies.restore(file, url))
    out.print(f"Restored. {in_doubt} messages may have left since; each is looked up in Slack before it is sent.")


@office_app.command("load")
def office_load(file: Annotated[Path, typer.Argument(help="The office as TOML; `office show` writes one.")]) -> None:
    """Load places, departments, people and desks. The same file twice changes nothing more."""
    from bot import desk_channels
    from bot.app import open_database
    from office import catalogue, office_file

    found = _settings()
    text = _or_sentence(lambda: file.read_text("utf-8"))
    database = _or_sentence(lambda: open_database(found))
    types = _or_sentence(lambda: catalogue.load(found.deskhand_catalogue).types)
    counts = _or_sentence(
        lambda: database.write(lambda session: office_file.load(session, text, types)), prefix=f"{file}: "
    )
    out.print("Loaded: " + ", ".join(f"{number} {name}" for name, number in counts.items()) + ".")
    for sentence in _or_sentence(lambda: list(desk_channels.warnings(found, database))):
        out.print(f"[yellow]·[/] {escape(sentence)}")


@office_app.command("show")
def office_show() -> None:
    """Print the set-up as a file that `office load` takes."""
    from bot.app import open_database
    from office import office_file

    found = _settings()
    database = _or_sentence(lambda: open_database(found))
    with database.read() as session:
        sys.stdout.write(office_file.show(session))


@office_app.command("route")
def office_route(
    type_key: Annotated[str, typer.Argument(metavar="TYPE", help="A request type, or “ask” for what has none.")],
    by: Annotated[str, typer.Option(help="Who would ask: a Slack handle, e-mail address or id.")],
    amount: Annotated[str | None, typer.Option(help="How much, such as 520 or “520 EUR”.")] = None,
) -> None:
    """Say who would have to approve something, before anybody is asked."""
    from bot import routes
    from bot.app import open_database
    from office import catalogue

    found = _settings()
    types = _or_sentence(lambda: catalogue.load(found.deskhand_catalogue))
    database = _or_sentence(lambda: open_database(found))
    with database.read() as session:
        lines = _or_sentence(lambda: list(routes.words(session, types, type_key, amount, by)))
    for one in lines:
        out.print(escape(one))


@office_app.command("rates")
def office_rates(file: Annotated[Path, typer.Argument(help="CSV with the columns date, from, to, rate.")]) -> None:
    """Load exchange rates. The same file twice changes nothing more."""
    from bot.app import open_database
    from office.duties import rates

    found = _settings()
    text = _or_sentence(lambda: file.read_text("utf-8"))
    database = _or_sentence(lambda: open_database(found))
    count = _or_sentence(lambda: database.write(lambda session: rates.load(session, text)), prefix=f"{file}: ")
    out.print(f"Loaded: {count} rates.")


@import_app.command("items")
def import_items(
    file: Annotated[Path, typer.Argument(help="Excel or CSV; `export items` writes one.")],
    only_right: Annotated[
        bool, typer.Option("--only-right", help="Take over what is right where rows are wrong.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Take items over from a list. The same list twice changes nothing more."""
    _import(file, "items", only_right, dry_run)


@import_app.command("suppliers")
def import_suppliers(
    file: Annotated[Path, typer.Argument(help="Excel or CSV; `export suppliers` writes one.")],
    only_right: Annotated[
        bool, typer.Option("--only-right", help="Take over what is right where rows are wrong.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Take suppliers over from a list. The same list twice changes nothing more."""
    _import(file, "suppliers", only_right, dry_run)


def _import(file: Path, kind: str, only_right: bool, dry_run: bool) -> None:
    from bot import lists
    from bot.app import open_database

    found = _settings()
    content = _or_sentence(file.read_bytes)
    database = _or_sentence(lambda: open_database(found))
    listed = _or_sentence(lambda: lists.look(database, file.name, content, kind), prefix=f"{file}: ")
    for sentence in lists.errors(listed):
        err.print(escape(sentence))
    out.print(f"{listed.new} new, {listed.changed} changed, {listed.same} as they are, {len(listed.wrong)} wrong.")
    if listed.wrong and not only_right:
        _fail("Nothing was taken over. Correct the rows, or say --only-right to leave them out.")
    if not dry_run:
        with out.status("Taking over …"):
            failed = _or_sentence(lambda: lists.take_over(database, listed))
        for row in failed:
            err.print(f"row {row} could not be taken over; the log says why.")
        out.print(f"Taken over: {len(listed.rows) - len(failed)} rows.")


@export_app.command("items")
def export_items(file: Annotated[Path, typer.Argument(help="The new Excel file.")]) -> None:
    """Write all items into an Excel file that `import items` takes back."""
    _export(file, "items")


@export_app.command("suppliers")
def export_suppliers(file: Annotated[Path, typer.Argument(help="The new Excel file.")]) -> None:
    """Write all suppliers into an Excel file."""
    _export(file, "suppliers")


@export_app.command("invoices")
def export_invoices(file: Annotated[Path, typer.Argument(help="The new Excel file.")]) -> None:
    """Write all invoices into an Excel file, for the accountant."""
    _export(file, "invoices")


def _export(file: Path, kind: str) -> None:
    from bot import lists
    from bot.app import open_database

    found = _settings()
    database = _or_sentence(lambda: open_database(found))
    content = _or_sentence(lambda: lists.written(database, kind))
    _or_sentence(lambda: file.write_bytes(content))
    out.print(f"{file}: written.")


@audit_app.command("verify")
def audit_verify(
    files: Annotated[list[Path] | None, typer.Argument(help="Anchors that `audit anchor` or `backup` wrote.")] = None,
    anchor: Annotated[
        list[str] | None, typer.Option(help="An anchor as Deskhand's weekly message says it, number:seal.")
    ] = None,
) -> None:
    """Check that nothing in the history was changed or removed."""
    from bot import auditing
    from bot.app import open_database

    found = _settings()
    kept = _or_sentence(lambda: auditing.anchors(files or [], anchor or []))
    database = _or_sentence(lambda: open_database(found))
    with out.status("Reading the history …"):
        report = auditing.verify(database, kept)
    for one in report.wrong:
        err.print(escape(one))
    if report.wrong:
        raise typer.Exit(1)
    out.print(f"The history is whole: {report.entries} entries, each as written.")
    for one in report.hints:
        out.print(escape(one))


@audit_app.command("anchor")
def audit_anchor(
    file: Annotated[Path, typer.Argument(help="The new file.")],
) -> None:
    """Write down how far the history has come, to verify it against some day."""
    from bot import auditing
    from bot.app import open_database

    found = _settings()
    database = _or_sentence(lambda: open_database(found))
    known = _or_sentence(lambda: auditing.write_anchor(database, file))
    out.print(f"{file}: {known.entries} entries, last seal {known.seal_id}. Keep it where nobody here can write.")


@audit_app.command("guard")
def audit_guard() -> None:
    """Put back the triggers that keep the history as it was written."""
    from bot import auditing
    from bot.app import open_database

    found = _settings()
    missing = _or_sentence(lambda: auditing.guard(open_database(found)))
    out.print(f"Put back: {', '.join(missing)}." if missing else "Nothing was missing.")


def _settings() -> Settings:
    """The settings of this process, with logging set up so that no secret reaches it."""
    try:
        found = settings.read()
    except SettingsError as error:
        _fail(str(error))
    logs.set_up(found.log_level, tuple(getattr(found, name).get_secret_value() for name in settings.SECRETS[:-1]))
    return found


def _or_sentence(do: Callable[[], T], prefix: str = "") -> T:
    """Runs a step; what is wrong with a setting, a file or the database ends as a sentence, never a traceback."""
    from bot.auditing import AuditError
    from bot.backup import BackupError
    from office.duties.rates import RatesFileError
    from office.errors import Refusal
    from office.office_file import OfficeFileError

    known = (
        SettingsError,
        CannotOpen,
        CatalogueError,
        OfficeFileError,
        RatesFileError,
        AuditError,
        BackupError,
        Refusal,
        OSError,
        UnicodeDecodeError,
    )
    try:
        return do()
    except known as error:
        logging.getLogger(__name__).debug("stopped", exc_info=True)
        _fail(f"{prefix}{error}")


def _fail(sentence: str) -> NoReturn:
    err.print("[red]deskhand:[/]", escape(sentence))
    raise typer.Exit(1)
