"""Logging to standard error, with everything secret taken out."""

import logging
import re
import sys
import threading
import time
from collections.abc import Callable

# Tokens of Slack; passwords in addresses, before the host and behind it; secret parts of addresses of ours.
_TOKEN = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+")
_USER = re.compile(r"(?<=://)([^:/@\s]*):[^/\s]+(?=@)")
_PARAMETER = re.compile(r"(?i)\b(\w*(?:pass|secret|token|key)\w*=)[^&\s]+")
_PATH = re.compile(r"(/calendar/|/meeting/\d+-)[\w-]{12,}")


# From which level on these say nothing of what people write.
_LEAST = {"slack_bolt": logging.ERROR, "slack_sdk": logging.WARNING, "sqlalchemy": logging.WARNING}


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
        text = _USER.sub(r"\1:***", _TOKEN.sub("***", text))
        return _PATH.sub(r"\1***", _PARAMETER.sub(r"\1***", text))


class Repetition(logging.Filter):
    """One traceback for one fault: the same again is counted, and said in a line now and then."""

    def __init__(self, line_after: float = 60.0, whole_after: float = 3600.0) -> None:
        super().__init__()
        self._line_after, self._whole_after = line_after, whole_after
        self._seen: dict[tuple[object, ...], _Fault] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.exc_info or record.exc_info[0] is None:
            return True
        with self._lock:
            return self._passes(record, time.monotonic())

    def _passes(self, record: logging.LogRecord, now: float) -> bool:
        fault = self._seen.get(_kind(record))
        if fault is None or now - fault.whole_at > self._whole_after:
            # What is not seen any more is forgotten, or a long life would remember every fault it has had.
            self._seen = {kind: one for kind, one in self._seen.items() if now - one.said_at < self._whole_after}
            self._seen[_kind(record)] = _Fault(now)
            return True
        fault.again += 1
        if now - fault.said_at < self._line_after:
            return False
        name = getattr(record.exc_info and record.exc_info[0], "__name__", "")
        record.msg = f"{record.getMessage()} ({name}, {fault.again} times since it was last said)"
        record.args, record.exc_info, record.exc_text = (), None, None
        fault.said_at, fault.again = now, 0
        return True


class _Fault:
    def __init__(self, now: float) -> None:
        self.whole_at = self.said_at = now
        self.again = 0


def _kind(record: logging.LogRecord) -> tuple[object, ...]:
    """What makes two faults one: who says it, which error, and where it was raised."""
    assert record.exc_info
    kind, _, traceback = record.exc_info
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    where = (traceback.tb_frame.f_code.co_filename, traceback.tb_lineno) if traceback is not None else None
    return (record.name, record.lineno, kind, where)


class Counting(logging.Handler):
    """Counts errors for whoever sets an alarm on them."""

    def __init__(self, count: Callable[[], None]) -> None:
        super().__init__(logging.ERROR)
        self._count = count

    def emit(self, record: logging.LogRecord) -> None:
        self._count()


def _no_chatter(record: logging.LogRecord) -> bool:
    """Bolt's loggers take the root's level for themselves, and print every answer at DEBUG; it also warns that it does
    not use the token that it found in the environment by itself. What SQLAlchemy and slack_sdk print below a warning is
    rows and messages: people's words."""
    least = next((level for name, level in _LEAST.items() if record.name.startswith(name)), logging.NOTSET)
    return record.levelno >= least


def set_up(level: str, secrets: tuple[str, ...] = ()) -> None:
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    # Two processes, or a machine that moved, must not have to be compared by their time zones.
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(_no_chatter)
    handler.addFilter(Repetition())
    handler.addFilter(Redaction(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # These tell every request and every frame at INFO.
    for noisy in ("slack_sdk", "apscheduler", "websockets", "urllib3", "uvicorn", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # A tick that comes while the one before still works is left out: what is due stands in tables, so nothing is lost.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
