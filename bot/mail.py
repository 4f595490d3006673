"""E-mail by SMTP; failures are told apart by whether the server may have taken it."""

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr

from bot.settings import Settings
from bot.web_api import Result
from handlers.drawing import Mail

SECONDS = 20.0


class MailServer:
    """Sends over a new connection each: an office sends a few a day. Safe for threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.sender = settings.smtp_from

    def send(self, to: str, mail: Mail, key: str) -> Result:
        """`key` names the message in its Message-ID: a server or reader that gets it twice can know."""
        try:
            smtp = self._connected()
        except smtplib.SMTPAuthenticationError:
            return Result({}, error="mail_login_refused")
        except (OSError, smtplib.SMTPException) as error:
            return Result({}, error=f"mail_unreachable: {type(error).__name__}")
        try:
            refused = self._addressed(smtp, to)
            return refused or self._handed_over(smtp, self._message(to, mail, key))
        finally:
            _hang_up(smtp)

    def check(self) -> str | None:
        """What keeps it from sending, for doctor; None when all is well."""
        try:
            _hang_up(self._connected())
        except (OSError, smtplib.SMTPException) as error:
            return f"{type(error).__name__}: {error}"
        return None

    def _connected(self) -> smtplib.SMTP:
        found = self._settings
        smtp: smtplib.SMTP
        if found.smtp_security == "tls":
            context = ssl.create_default_context()
            smtp = smtplib.SMTP_SSL(found.smtp_host, found.smtp_port, timeout=SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(found.smtp_host, found.smtp_port, timeout=SECONDS)
        try:
            if found.smtp_security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if found.smtp_user:
                smtp.login(found.smtp_user, found.smtp_password.get_secret_value())
        except BaseException:
            _hang_up(smtp)
            raise
        return smtp

    def _addressed(self, smtp: smtplib.SMTP, to: str) -> Result | None:
        try:
            code, _ = smtp.mail(parseaddr(self.sender)[1])
            code = smtp.rcpt(to)[0] if code == 250 else code
        except UnicodeEncodeError:
            return Result({}, error="mail_refused")
        except (OSError, smtplib.SMTPException) as error:
            return Result({}, error=f"mail_unreachable: {type(error).__name__}")
        if code in (250, 251):
            return None
        return Result({}, error="mail_refused" if code >= 500 else f"mail_deferred: {code}")

    def _handed_over(self, smtp: smtplib.SMTP, message: EmailMessage) -> Result:
        try:
            code, _ = smtp.data(message.as_bytes(policy=SMTP))
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
        except (OSError, smtplib.SMTPException) as error:
            # From here on the server may have it, whatever became of its answer.
            return Result({}, error=f"mail_unclear: {type(error).__name__}", unclear=True)
        if code == 250:
            return Result({"ok": True})
        return Result({}, error="mail_refused" if code >= 500 else f"mail_deferred: {code}")

    def _message(self, to: str, mail: Mail, key: str) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = to
        # Header injection can't happen: EmailMessage refuses line breaks, and there are none left.
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = f"<{key}@{parseaddr(self.sender)[1].rpartition('@')[2]}>"
        if mail.reply_to:
            message["Reply-To"] = mail.reply_to
        message.set_content(mail.text)
        if mail.calendar:
            # RFC 6047: beside the text, so that readers without a calendar show that.
            message.add_alternative(
                mail.calendar.decode("utf-8"), subtype="calendar", params={"method": mail.method, "charset": "utf-8"}
            )
        for file in mail.files:
            kind, _, subtype = file.type.partition("/")
            message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
        return message


def _hang_up(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()
