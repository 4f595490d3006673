"""Whether a delivery is signed by Slack, and what it means when none is any more.

https://docs.slack.dev/authentication/verifying-requests-from-slack: v0=HMAC-SHA256 of "v0:{time}:{body}".
"""

import hashlib
import hmac
import logging
import time
from collections.abc import Mapping

from office import clock

logger = logging.getLogger(__name__)

OLDEST_SECONDS = 300
# A log that says the same of each delivery hides everything else.
SAID_AGAIN_AFTER = 300.0


class Signatures:
    """Checks them, counts what was refused, and knows when it is the clocks that disagree."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self.refused = 0
        self._apart: float | None = None
        self._said_at: float | None = None

    def accepts(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether Slack has sent this, and lately."""
        sent_at = headers.get("x-slack-request-timestamp", "")
        is_time = sent_at.isascii() and sent_at.isdigit() and len(sent_at) < 12
        signed = is_time and self._is_signed(headers, sent_at, body)
        apart = clock.now().timestamp() - int(sent_at) if is_time else 0.0
        if signed and abs(apart) <= OLDEST_SECONDS:
            self._apart = None
            return True
        self.refused += 1
        if signed:
            # Only what carries the secret says something of the clocks: a stranger must not make us look unwell.
            self._apart = apart
            self._say(self.trouble())
        else:
            self._say("a delivery was refused: it is not signed with SLACK_SIGNING_SECRET")
        return False

    def trouble(self) -> str:
        """Why nothing of Slack's is accepted; empty when all is well."""
        if self._apart is None:
            return ""
        return f"Slack's clock and ours are {abs(self._apart):.0f} s apart: its deliveries are refused. Set the clock."

    def _is_signed(self, headers: Mapping[str, str], sent_at: str, body: bytes) -> bool:
        expected = "v0=" + hmac.new(self._secret, b"v0:" + sent_at.encode() + b":" + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), headers.get("x-slack-signature", "").encode())

    def _say(self, sentence: str) -> None:
        now = time.monotonic()
        if self._said_at is None or now - self._said_at > SAID_AGAIN_AFTER:
            self._said_at = now
            logger.warning("%s (%s refused so far)", sentence.rstrip("."), self.refused)
