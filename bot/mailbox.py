"""Answers to invitations, read from a mailbox by IMAP."""

import hashlib
import imaplib
import logging
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.settings import Settings
from office import clock
from office.duties import notices
from office.duties.meetings import inbound
from office.duties.meetings.inbound import Inbound
from office.foreign.reader import Reader, reading
from storage import foreign, history
from storage.database import Database
from storage.words import Reply

logger = logging.getLogger(__name__)

SECONDS = 20
AT_ONCE, LARGEST = 50, 5_000_000
_REPLIES = {"ACCEPTED": Reply.YES, "DECLINED": Reply.NO, "TENTATIVE": Reply.MAYBE}


def read(settings: Settings, database: Database) -> int:
    """Takes the answers out of the messages that are not seen yet; returns how many there were.

    A message is marked as seen when its answers are stored: one that is read twice changes nothing the second time.
    One that can't be read is tried three times, and then set aside.
    """
    box = _opened(settings)
    taken = 0
    try:
        _, found = box.search(None, "UNSEEN")
        with reading() as reader:
            for number in (found[0] or b"").split()[:AT_ONCE]:
                content = _content(box, number)
                # Too large for an answer.
                done = 0 if content is None else _take(settings, database, reader, content)
                if done is not None:
                    taken += done
                    box.store(number.decode(), "+FLAGS", "\\Seen")
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            box.logout()
    return taken


def check(settings: Settings) -> str | None:
    """What keeps it from reading, for doctor; None when all is well."""
    try:
        _opened(settings).logout()
    except (imaplib.IMAP4.error, OSError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def answers_in(found: Mapping[str, Any], authserv: str) -> Iterator[Inbound]:
    """The answers in one message, as office.foreign.mails has read it. Only the owner of an address answers for it;
    whether it is theirs says our own mail server, by the name `authserv`."""
    verified = bool(authserv) and found["passed_at"] == authserv.lower()
    for one in found["answers"]:
        if one["email"] == found["sender"] or "." in one["uid"]:
            yield Inbound(
                uid=one["uid"],
                email=found["sender"],
                reply=_REPLIES.get(one["status"]),
                verified=verified,
                recurrence=_moment(one["recurrence"]),
                start=_moment(one["start"]),
                note=one["note"],
            )


def _take(settings: Settings, database: Database, reader: Reader, content: bytes) -> int | None:
    """Reads one message and stores its answers; None: it is to be tried again."""
    key = f"mail:{hashlib.sha256(content).hexdigest()}"
    # Before the work: what takes this process with it is met three times and not at every start.
    tries = database.write(lambda session: foreign.try_it(session, key, clock.now()))
    try:
        found = reader.read("invitation answers", content) if tries <= foreign.MOST_TRIES else {"answers": []}
        answers = list(answers_in(found, settings.imap_authserv))
        taken = sum([database.write(partial(inbound.take, one=one)) for one in answers])
    except OperationalError:
        # The database is busy or away, for which the message can do nothing.
        with suppress(OperationalError):
            database.write(lambda session: foreign.forget(session, key, clock.now()))
        raise
    except Exception as error:
        # Anybody can write to a mailbox: what can't be read must not stand before what can.
        logger.info("a message in the mailbox could not be read: %s", type(error).__name__)
        if tries < foreign.MOST_TRIES:
            return None
        taken = 0
    if tries >= foreign.MOST_TRIES:
        database.write(_tell_of_poison)
    database.write(lambda session: foreign.forget(session, key, clock.now()))
    return taken


def _tell_of_poison(session: Session) -> None:
    entry = history.record(session, clock.now(), None, "mail_set_aside", "office", 0)
    notices.tell(session, "meetings.mail_set_aside", "office", 0, notices.admins(session), detail_id=entry)


def _opened(settings: Settings) -> imaplib.IMAP4:
    box: imaplib.IMAP4
    if settings.imap_security == "tls":
        context = ssl.create_default_context()
        box = imaplib.IMAP4_SSL(settings.imap_host, settings.imap_port, ssl_context=context, timeout=SECONDS)
    else:
        box = imaplib.IMAP4(settings.imap_host, settings.imap_port, timeout=SECONDS)
    if settings.imap_security == "starttls":
        box.starttls(ssl_context=ssl.create_default_context())
    box.login(settings.imap_user, settings.imap_password.get_secret_value())
    box.select(settings.imap_folder)
    return box


def _content(box: imaplib.IMAP4, number: bytes) -> bytes | None:
    """A message; None for one that is too large to be an answer."""
    _, sizes = box.fetch(number.decode(), "(RFC822.SIZE)")
    digits = "".join(letter for letter in str(sizes[0]).partition("RFC822.SIZE")[2] if letter.isdigit())
    if int(digits or 0) > LARGEST:
        return None
    # PEEK: what we could not store stays unseen.
    _, parts = box.fetch(number.decode(), "(BODY.PEEK[])")
    return next((one[1] for one in parts if isinstance(one, tuple)), b"")


def _moment(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
