"""A company's calendar server by CalDAV (RFC 4791): meetings are written to it, and busy times read from it."""

from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree.ElementTree import Element

import urllib3
from defusedxml import ElementTree
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from bot.settings import Settings
from bot.web_api import Result

CONNECT_SECONDS, READ_SECONDS = 5.0, 15.0
_DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"
_QUERY = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
<C:time-range start="{start:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"/>
</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"""


class CalDav:
    """`CALDAV_URL` is a calendar's address; "{email}" in it is filled in with each person's. Safe for threads."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.caldav_url
        timeout = Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        user, password = settings.caldav_user, settings.caldav_password.get_secret_value()
        headers = urllib3.make_headers(basic_auth=f"{user}:{password}") if user else {}
        self._http = urllib3.PoolManager(timeout=timeout, retries=False, headers=headers)

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

    def events(self, email: str, start: datetime, end: datetime) -> list[bytes]:
        """The events of a calendar in a span, each as a calendar of its own. Raises OSError when it can't be read."""
        body = _QUERY.format(start=start.astimezone(UTC), end=end.astimezone(UTC))
        headers = {**self._http.headers, "Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        try:
            answer = self._http.request("REPORT", self._calendar(email), body=body.encode(), headers=headers)
        except HTTPError as error:
            raise OSError(type(error).__name__) from error
        if answer.status != 207:
            raise OSError(f"HTTP {answer.status}")
        found: Element = ElementTree.fromstring(answer.data)
        return [(one.text or "").encode() for one in found.iter(_DATA)]

    def check(self) -> str | None:
        """What keeps it from being used, for doctor; None when all is well. A personal one is not asked."""
        if self.is_personal:
            return None
        now = datetime.now(UTC)
        try:
            self.events("", now, now)
        except (OSError, ElementTree.ParseError) as error:
            return str(error)
        return None

    def _calendar(self, email: str) -> str:
        url = self._url.replace("{email}", quote(email, safe="@"))
        return url if url.endswith("/") else f"{url}/"

    def _of(self, email: str, key: str) -> str:
        return f"{self._calendar(email)}{quote(key, safe='@')}.ics"

    def _call(self, method: str, url: str, body: bytes = b"", kind: str = "") -> Result:
        headers = {**self._http.headers, **({"Content-Type": kind} if kind else {})}
        try:
            answer = self._http.request(method, url, body=body or None, headers=headers)
        except HTTPError as error:
            return Result({}, error=f"caldav_unreachable: {type(error).__name__}")
        if answer.status in (200, 201, 204):
            return Result({"ok": True})
        return Result({}, error=f"caldav_refused: {answer.status}")
