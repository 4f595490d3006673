"""What doctor and `office load` say of desks that take confidential requests in channels that others read."""

from collections.abc import Iterator

from bot.app import web_client
from bot.settings import Settings, check_tokens
from handlers.desk.channels import ask
from handlers.directory import Directory
from office import catalogue
from storage import offices, people
from storage.database import Database
from storage.tables import Desk

_ADVICE = "Its words are not said there: take a private channel with nobody but the desk's people."


def warnings(settings: Settings, database: Database) -> Iterator[str]:
    """A sentence for each such desk; without a Slack that answers, for each that could be one."""
    try:
        yield from read_by_others(settings, database)
    except Exception:
        for desk in _confidential(settings, database):
            yield f"The desk {desk.key} takes confidential requests: keep {desk.channel} private, for its people alone."


def read_by_others(settings: Settings, database: Database) -> Iterator[str]:
    """A sentence for each such desk, as Slack says now. Raises what the network and Slack raise, and SettingsError."""
    desks = _confidential(settings, database)
    if not desks:
        return
    check_tokens(settings)
    client = web_client(settings, settings.slack_bot_token.get_secret_value(), 10)
    me = client.auth_test()
    directory = Directory(client, str(me["team_id"]))
    ids = dict(directory.channels())
    for desk in desks:
        seen = ask(directory, ids.get(str(desk.channel), str(desk.channel)), str(me["user_id"]))
        what = f"{desk.channel} of the desk {desk.key}, which takes confidential requests"
        if seen is None:
            yield f"It is not known who reads {what}."
        elif not seen.is_private:
            yield f"Everybody can read {what}. {_ADVICE}"
        elif others := len(set(seen.slack_ids) - _own(database, desk)):
            yield f"{others} others read {what}. {_ADVICE}"


def _confidential(settings: Settings, database: Database) -> list[Desk]:
    types = catalogue.load(settings.deskhand_catalogue).types.values()
    keys = {kind.desk for kind in types if kind.confidential}
    with database.read() as session:
        return [desk for desk in offices.desks(session) if desk.key in keys and desk.channel]


def _own(database: Database, desk: Desk) -> set[str | None]:
    with database.read() as session:
        ids = [*offices.members(session, desk.id or 0), desk.lead_id]
        return {person.slack_id for person in people.by_ids(session, ids).values()}
