"""The mail server and the sender, from `PAPERROUND_SMTP_URL` and `PAPERROUND_MAIL_*`; the core reads and keeps the values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from ipaddress import ip_address
from typing import NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

from bot.domain.mailbox import Mailbox, read_mailbox
from bot.errors import ConfigError, UserError

SMTP_URL, MAIL_FROM = "PAPERROUND_SMTP_URL", "PAPERROUND_MAIL_FROM"
PER_SECOND, CONNECTIONS = "PAPERROUND_MAIL_PER_SECOND", "PAPERROUND_MAIL_CONNECTIONS"
EXAMPLE = f"For example {SMTP_URL}=smtps://user:password@mail.example.org"
NAME = "Paper Round"
LONGEST_NAME = 60


class Security(StrEnum):
    """How the way to the server is encrypted, by the scheme of its address."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, kw_only=True, slots=True)
class MailSettings:
    """Where mail is handed over, and whom it comes from."""

    host: str
    port: int
    security: Security
    sender: Mailbox
    sender_name: str = NAME
    username: str = ""
    password: str = field(default="", repr=False)
    per_second: float = 10.0
    connections: int = 2

    @property
    def server(self) -> str:
        """The server as people name it."""
        return f"{self.host}:{self.port}"


def mail_settings(values: Mapping[str, str]) -> MailSettings:
    """The settings of mail; raises `ConfigError` when one is missing or cannot be used."""
    parts = _parts(values.get(SMTP_URL, "").strip())
    security = Security(parts.scheme)
    name, sender = _sender(values.get(MAIL_FROM, "").strip())
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    host = parts.hostname or ""
    if username and security is Security.NONE and not is_here(host):
        _refuse("it would send the password to another machine unencrypted", "Write smtp+starttls://...")
    return MailSettings(
        host=host,
        port=parts.port or PORTS[security],
        security=security,
        sender=sender,
        sender_name=name,
        username=username,
        password=password,
        per_second=float(values.get(PER_SECOND) or 10.0),
        connections=int(values.get(CONNECTIONS) or 2),
    )


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parts(url: str) -> SplitResult:
    if not url:
        raise ConfigError(f"{SMTP_URL} is not set.", fix="`paperround init email` asks for it.")
    try:
        parts = urlsplit(url)
        known = parts.scheme in set(Security) and bool(parts.hostname)
        valid = known and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is none, a bracket left open
        _refuse("it is no address", EXAMPLE)
    if not valid:
        _refuse("it does not begin with smtps://, smtp+starttls:// or smtp:// and a host", EXAMPLE)
    if parts.path.strip("/") or parts.query or parts.fragment:
        _refuse("something follows the host", "In a password, write / ? # as %2F %3F %23.")
    return parts


def _sender(text: str) -> tuple[str, Mailbox]:
    """`papers@example.org`, or the same in brackets behind a name."""
    if not text:
        raise ConfigError(f"{MAIL_FROM} is not set.", fix="`paperround init email` asks for it.")
    name, address = parseaddr(text)
    shown = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    try:
        return shown[:LONGEST_NAME] or NAME, read_mailbox(address)
    except UserError:
        raise ConfigError(
            f"{MAIL_FROM} cannot be used: it is no mail address.",
            fix=f"For example {MAIL_FROM}={NAME} <papers@example.org>",
        ) from None


def _refuse(reason: str, fix: str) -> NoReturn:
    """The value is not shown: it holds a password."""
    raise ConfigError(f"{SMTP_URL} cannot be used: {reason}.", fix=fix)
