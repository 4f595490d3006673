"""Answers to invitations, read from a mailbox by IMAP."""

import email
import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import suppress
from email.message import Message
from email.utils import parseaddr
from functools import partial

from bot.settings import Settings
from handlers.meetings import ics_read
from office.duties.meetings import inbound
from office.duties.meetings.inbound import Inbound
from storage.database import Database

logger = logging.getLogger(__name__)

SECONDS = 20
AT_ONCE, LARGEST = 50, 5_000_000


def read(settings: Settings, database: Database) -> int:
    """Takes the answers out of the messages that are not seen yet; returns how many there were.

    A message is marked as seen when its answers are stored: one that is read twice changes nothing the second time.
    """
    box = _opened(settings)
    taken = 0
    try:
        _, found = box.search(None, "UNSEEN")
        for number in (found[0] or b"").split()[:AT_ONCE]:
            try:
                for one in _answers(box, number):
                    taken += database.write(partial(inbound.take, one=one))
            except Exception as error:
                # Anybody can write to a mailbox: what can't be read must not stand before what can.
                logger.info("a message in the mailbox could not be read: %s", type(error).__name__)
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


def answers_in(message: Message) -> Iterator[Inbound]:
    """The answers in one message. Only the owner of an address answers for it."""
    sender = parseaddr(str(message.get("From", "")))[1].lower()
    for part in message.walk():
        if part.get_content_type() in ("text/calendar", "application/ics"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield from (one for one in ics_read.answers(content) if one.email == sender)


def _opened(settings: Settings) -> imaplib.IMAP4:
    box: imaplib.IMAP4
    if settings.imap_security == "tls":
        context = ssl.create_default_context()
        box = imaplib.IMAP4_SSL(settings.imap_host, settings.imap_port, ssl_context=context, timeout=SECONDS)
    else:
        box = imaplib.IMAP4(settings.imap_host, settings.imap_port, timeout=SECONDS)
    box.login(settings.imap_user, settings.imap_password.get_secret_value())
    box.select(settings.imap_folder)
    return box


def _answers(box: imaplib.IMAP4, number: bytes) -> list[Inbound]:
    _, sizes = box.fetch(number.decode(), "(RFC822.SIZE)")
    digits = "".join(letter for letter in str(sizes[0]).partition("RFC822.SIZE")[2] if letter.isdigit())
    if int(digits or 0) > LARGEST:
        return []
    # PEEK: what we could not store stays unseen.
    _, parts = box.fetch(number.decode(), "(BODY.PEEK[])")
    content = next((one[1] for one in parts if isinstance(one, tuple)), b"")
    return list(answers_in(email.message_from_bytes(content)))
