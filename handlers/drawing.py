"""What a message is drawn from, at the moment when it is sent."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.blocks import Block
from handlers.i18n import Md, Reader, everywhere
from office.catalogue import Catalogue
from storage.tables import Outbox


@dataclass(frozen=True)
class Message:
    """`text` is what notifications and screen readers read; it stands beside the blocks always."""

    text: str
    blocks: tuple[Block, ...] = ()
    file: "Attachment | None" = None


@dataclass(frozen=True)
class Attachment:
    """A file that a message is. Its name holds the message's key, so that one that may have arrived can be found."""

    name: str
    title: str
    content: bytes
    type: str = "application/octet-stream"


@dataclass(frozen=True)
class Mail:
    """An e-mail: plain text and files. `calendar` is an invitation by RFC 5546, `method` what it asks."""

    subject: str
    text: str
    files: tuple[Attachment, ...] = ()
    reply_to: str = ""
    calendar: bytes = b""
    method: str = ""


@dataclass(frozen=True)
class Drawing:
    """`personal`: one reader, whose language and zone are known; else a channel, where each has their own zone."""

    session: Session
    catalogue: Catalogue
    reader: Reader
    row: Outbox
    personal: bool

    def moment(self, moment: object) -> Md:
        if not isinstance(moment, datetime):
            return Md("–")
        words = self.reader.moment(moment)
        return Md(words) if self.personal else everywhere(moment, words)
