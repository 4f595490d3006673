"""Home tabs: drawn and published where what they show has changed."""

import logging
import time
from concurrent.futures import Executor

from bot.web_api import WebApi
from handlers import fitting, home, marks
from handlers.context import House
from handlers.i18n import reader_of
from office.installation import epoch_of
from storage import facts, people

logger = logging.getLogger(__name__)

AT_ONCE = 10
# When Slack says nothing of how long it wants to be left alone.
PAUSE_SECONDS = 5.0


class Homes:
    """Draws stale home tabs, some at a time, on the threads of whoever delivers."""

    def __init__(self, house: House, api: WebApi, pool: Executor) -> None:
        self._house = house
        self._database = house.database
        self._api = api
        self._pool = pool
        self._free_at = 0.0

    def publish(self) -> None:
        if time.monotonic() < self._free_at:
            return
        with self._database.read() as session:
            if not people.any_stale_home(session):
                return
        for person in self._database.write(lambda session: people.claim_stale_homes(session, limit=AT_ONCE)):
            self._pool.submit(self._publish, person.id or 0, person.slack_id or "")

    def _publish(self, person_id: int, slack_id: str) -> None:
        try:
            with self._database.read() as session:
                person = people.get(session, person_id)
                reader = reader_of(person, facts.find(session, "language") or "en")
                view = home.view(session, self._house, person, reader)
                marked = marks.view(view, epoch_of(session))
            result = self._api.call("views.publish", {"user_id": slack_id, "view": marked})
            if result.error in ("invalid_arguments", "view_too_large"):
                logger.error("the home tab of person %s is not taken as it is; it is drawn short", person_id)
                shown = fitting.short(marked["blocks"])
                result = self._api.call("views.publish", {"user_id": slack_id, "view": {**marked, "blocks": shown}})
        except Exception:
            logger.exception("the home tab of person %s could not be made", person_id)
            return
        if not result.ok and (result.retry_after or result.unclear or (result.error or "").startswith("unreachable")):
            # Drawn again when Slack may take it.
            self._free_at = time.monotonic() + (result.retry_after or PAUSE_SECONDS)
            self._database.write(lambda session: people.change(session, person_id, {"home_stale": True}))
        elif not result.ok:
            logger.warning("the home tab of person %s was refused: %s", person_id, result.error)
