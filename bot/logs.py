"""Logging to standard error, with everything secret taken out."""

import logging
import re
import sys

# Tokens of Slack, and passwords in addresses.
_SECRET = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=://)([^:/@\s]+):[^@/\s]+(?=@)")


class Redaction(logging.Filter):
    """Takes secrets out of every record, arguments and tracebacks included."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 6)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self.redacted(record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.redacted(record.exc_text)
        return True

    def redacted(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _SECRET.sub(lambda found: f"{found[1]}:***" if found[1] else "***", text)


def _no_chatter_of_bolt(record: logging.LogRecord) -> bool:
    """Bolt's loggers take the root's level for themselves, and print every answer at DEBUG; it also warns that it does
    not use the token that it found in the environment by itself."""
    return record.levelno >= logging.ERROR or not record.name.startswith("slack_bolt")


def set_up(level: str, secrets: tuple[str, ...] = ()) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_no_chatter_of_bolt)
    handler.addFilter(Redaction(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # These tell every request and every frame at INFO.
    for noisy in ("slack_sdk", "apscheduler", "websockets", "urllib3", "uvicorn", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # A tick that comes while the one before still works is left out: what is due stands in tables, so nothing is lost.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
