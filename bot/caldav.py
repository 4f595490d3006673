"""A company's calendar server by CalDAV (RFC 4791): meetings are written to it, and busy times read from it."""

from datetime import UTC, datetime
from urllib.parse import quote

import urllib3

from bot.exchange import NoAnswer, exchange
from bot.settings import Settings
from bot.web_api import Result

_QUERY = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
<C:time-range start="{start:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"/>
</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"""


class CalDav:
    """`CALDAV_URL` is a calendar's address; "{email}" in it is filled in with each person's. Safe for threads."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.caldav_url
        user, password = settings.caldav_user, settings.caldav_password.get_secret_value()
        self._headers = dict(urllib3.make_headers(basic_auth=f"{user}:{password}")) if user else {}

    @property
    def is_personal(self) -> bool:
        return "{email}" in self._url

    def put(self, email: str, key: str, content: bytes) -> Result:
        """Writes one meeting; the same one twice is the same."""
        return self._call("PUT", self._of(email, key), content, "text/calendar; charset=utf-8")

    def delete(self, email: str, key: str) -> Result:
        """Takes a meeting away; one that is not there is no trouble."""
        result = self._call("DELETE", self._of(email, key))
        return Result({"ok": True}) if result.error == "caldav_refused: 404" else result

    def events(self, email: str, start: datetime, end: datetime) -> bytes:
        """The events of a calendar in a span, as the server has them: a multistatus. Raises OSError when it can't be
        read."""
        body = _QUERY.format(start=start.astimezone(UTC), end=end.astimezone(UTC))
        headers = {**self._headers, "Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        try:
            answer = exchange("REPORT", self._calendar(email), headers, body.encode())
        except NoAnswer as error:
            raise OSError(str(error)) from error
        if answer.status != 207:
            raise OSError(f"HTTP {answer.status}")
        return answer.content

    def check(self) -> str | None:
        """What keeps it from being used, for doctor; None when all is well. A personal one is not asked."""
        if self.is_personal:
            return None
        now = datetime.now(UTC)
        try:
            self.events("", now, now)
        except OSError as error:
            return str(error)
        return None

    def _calendar(self, email: str) -> str:
        url = self._url.replace("{email}", quote(email, safe="@"))
        return url if url.endswith("/") else f"{url}/"

    def _of(self, email: str, key: str) -> str:
        return f"{self._calendar(email)}{quote(key, safe='@')}.ics"

    def _call(self, method: str, url: str, body: bytes | None = None, kind: str = "") -> Result:
        headers = {**self._headers, **({"Content-Type": kind} if kind else {})}
        try:
            answer = exchange(method, url, headers, body)
        except NoAnswer as error:
            return Result({}, error=f"caldav_unreachable: {error}")
        if answer.status in (200, 201, 204):
            return Result({"ok": True})
        return Result({}, error=f"caldav_refused: {answer.status}")
