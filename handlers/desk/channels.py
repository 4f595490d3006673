"""Looks in Slack who reads the desks' channels."""

import logging

from handlers.context import House
from handlers.directory import Directory
from office.duties import desk_channels
from office.duties.desk_channels import Seen
from storage import offices

logger = logging.getLogger(__name__)


def look(house: House) -> None:
    """Asks Slack about every desk's channel. One that can't be seen stays as it is known, or as unknown."""
    with house.database.read() as session:
        channels = sorted({desk.channel for desk in offices.desks(session) if desk.channel})
    found = [seen for one in channels if (seen := ask(house.directory, one, house.bot_user_id)) is not None]
    if house.database.write(lambda session: desk_channels.seen(session, found)):
        house.wake()


def ask(directory: Directory, channel: str, bot: str) -> Seen | None:
    """What Slack says of one channel; None where it does not say."""
    if channel.startswith("#"):
        return None  # its id has not been found yet
    try:
        is_private, people = directory.reads(channel)
    except Exception as error:
        logger.info("who reads %s is not known: %s; it is asked again", channel, type(error).__name__)
        return None
    return Seen(channel, is_private, tuple(one for one in people if one != bot))
