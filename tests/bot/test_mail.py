"""E-mail through a real SMTP server: it arrives once with its files, and trouble is told apart."""

import asyncio
import email
import socket
from collections.abc import Iterator
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr

from bot.mail import MailServer
from bot.settings import Settings, SettingsError, read
from handlers.drawing import Attachment, Mail

MAIL = Mail(
    "Order\r\nBcc: everybody@example.com",
    "Hej Åsa",
    (Attachment("P1.pdf", "P1", b"%PDF-1", "application/pdf"),),
    "m@x.example",
)


class Inbox:
    """Keeps what it is sent, or answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[Message] = []
        self.answer = "250 OK"
        self.recipient = "250 OK"
        self.hangs_up = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.got.append(email.message_from_bytes(envelope.content))
        if self.hangs_up:
            server.transport.close()
            await asyncio.sleep(0.2)
        return self.answer


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, MailServer]]:
    kept = Inbox()
    controller = Controller(kept, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings = Settings.model_construct(
        smtp_host="127.0.0.1", smtp_port=controller.port, smtp_security="none", smtp_user="",
        smtp_password=SecretStr(""), smtp_from="Nordwind <office@nordwind.example>",
    )  # fmt: skip
    yield kept, MailServer(settings)
    controller.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_an_order_arrives_with_its_files_and_no_injected_header(inbox: tuple[Inbox, MailServer]) -> None:
    kept, server = inbox
    assert server.check() is None
    assert server.send("orders@supplier.example", MAIL, "key-1").ok
    (message,) = kept.got
    assert message["Subject"] == "Order Bcc: everybody@example.com" and message["Bcc"] is None
    assert message["Message-ID"] == "<key-1@nordwind.example>" and message["Reply-To"] == "m@x.example"
    text, file = message.get_payload()  # type: ignore[misc]
    assert text.get_payload(decode=True).decode().strip() == "Hej Åsa"  # type: ignore[union-attr]
    assert file.get_filename() == "P1.pdf" and file.get_payload(decode=True) == b"%PDF-1"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("recipient", "answer", "error"),
    [
        ("550 no such user", "250 OK", "mail_refused"),
        ("450 try later", "250 OK", "mail_deferred: 450"),
        ("250 OK", "554 spam", "mail_refused"),
        ("250 OK", "451 try later", "mail_deferred: 451"),
    ],
)
def test_a_refusal_is_final_and_a_delay_is_not(
    inbox: tuple[Inbox, MailServer], recipient: str, answer: str, error: str
) -> None:
    kept, server = inbox
    kept.recipient, kept.answer = recipient, answer
    result = server.send("orders@supplier.example", MAIL, "key-1")
    assert result.error == error and not result.unclear


def test_a_server_that_hangs_up_after_the_message_is_unclear(inbox: tuple[Inbox, MailServer]) -> None:
    kept, server = inbox
    kept.hangs_up = True
    assert server.send("orders@supplier.example", MAIL, "key-1").unclear


def test_a_server_that_is_down_is_tried_again() -> None:
    settings = Settings.model_construct(
        smtp_host="127.0.0.1", smtp_port=free_port(), smtp_security="none", smtp_user="",
        smtp_password=SecretStr(""), smtp_from="office@nordwind.example",
    )  # fmt: skip
    result = MailServer(settings).send("orders@supplier.example", MAIL, "key-1")
    assert result.error == "mail_unreachable: ConnectionRefusedError" and not result.unclear
    assert "ConnectionRefusedError" in (MailServer(settings).check() or "")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("SMTP_HOST", "mail.example", "SMTP_FROM is needed"), ("SMTP_SECURITY", "ssl3", "starttls, tls, none")],
)
def test_wrong_settings_stop_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said):
        read(_env_file=None)
