"""How the world outside is reached: e-mail, an address of our own, video links; told by the settings at each start."""

import hashlib
import hmac
import secrets

from sqlalchemy.orm import Session

from storage import facts

# Names of facts; all but the last are settings, written at each start.
MAIL_FROM, PUBLIC_URL, VIDEO_URL = "mail_from", "public_url", "video_url"
# "personal": a calendar for each person; "shared": one for all; empty: there is no calendar server.
CALDAV, LINK_SECRET = "caldav", "link_secret"


def has_mail(session: Session) -> bool:
    return bool(facts.find(session, MAIL_FROM))


def caldav(session: Session) -> str:
    return facts.find(session, CALDAV) or ""


def mail_from(session: Session) -> str:
    return facts.find(session, MAIL_FROM) or ""


def address(session: Session) -> str | None:
    """Our own address as others reach it, without a slash at its end; None where there is none."""
    return (facts.find(session, PUBLIC_URL) or "").rstrip("/") or None


def video_link(session: Session, key: str) -> str:
    """A link to a video room of one meeting, by the pattern of the settings: "{id}" is filled in."""
    pattern = facts.find(session, VIDEO_URL) or ""
    return pattern.replace("{id}", hashlib.sha256(key.encode()).hexdigest()[:12]) if pattern else ""


def keep_secret(session: Session) -> None:
    """What links are signed with; made once."""
    facts.put_first(session, LINK_SECRET, secrets.token_hex(32))


def signature(session: Session, what: str) -> str:
    """HMAC-SHA256 over what a link names, 32 hex digits: whoever has the link may answer, nobody can guess another."""
    secret = facts.find(session, LINK_SECRET) or ""
    return hmac.new(secret.encode(), what.encode(), hashlib.sha256).hexdigest()[:32] if secret else ""


def is_signed(session: Session, what: str, sign: str) -> bool:
    mine = signature(session, what)
    return bool(mine) and hmac.compare_digest(mine.encode(), sign.encode())


def uid(session: Session, key: str, email: str) -> str:
    """The UID by which one guest has a meeting in their calendar: nobody else can answer to it."""
    sign = signature(session, _uid(key, email))
    return f"{sign}.{key}" if sign else key


def is_signed_uid(session: Session, key: str, email: str, sign: str) -> bool:
    return is_signed(session, _uid(key, email), sign)


def _uid(key: str, email: str) -> str:
    return f"uid:{key}:{email.lower()}"
