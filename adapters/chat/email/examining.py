"""A look at the mail server: for `init` and `doctor`. Nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiosmtplib import SMTP, errors

from bot.errors import AuthFailed, DeliveryError
from bot.ports import Finding

from .settings import MAIL_FROM, MailSettings, Security, is_here
from .smtp.certain import reason_of
from .smtp.connection import Connection
from .smtp.errors import Untrusted, shown

TRYING_SECONDS = 30.0
NO_WEB = "Readers leave by one click once PAPERROUND_WEB_PORT and PAPERROUND_WEB_URL are set."


async def examined(settings: MailSettings, *, has_web: bool = True) -> AsyncIterator[Finding]:
    """Whether the server lets us in and takes the sender; raises nothing."""
    connection = Connection(settings)
    try:
        async with asyncio.timeout(TRYING_SECONDS):
            client = await connection.open()
            found = [_entered(settings), await _sender(client, settings)]
    except TimeoutError:
        found = [_unheard(f"the mail server {settings.server} does not answer")]
    except DeliveryError as error:
        found = [_refused(error)]
    except (errors.SMTPException, OSError) as error:
        found = [_unheard(f"the mail server {settings.server} closed the connection: {reason_of(error)}")]
    finally:
        await connection.close()
    for finding in found:
        yield finding
    if not has_web and all(finding.good for finding in found):
        yield Finding(good=True, what="mails have no link by which to leave", fix=NO_WEB)


def _entered(settings: MailSettings) -> Finding:
    way = "unencrypted" if settings.security is Security.NONE else "encrypted"
    who = f" as {settings.username}" if settings.username else ""
    exposed = settings.security is Security.NONE and not is_here(settings.host)
    return Finding(
        good=True,
        what=f"the mail server {settings.server} lets the bot in{who}, {way}",
        fix="Anybody between can read the mails: smtps:// or smtp+starttls:// encrypts them."
        if exposed
        else "",
    )


async def _sender(client: SMTP, settings: MailSettings) -> Finding:
    """Whether it takes mail from that address: told, and taken back."""
    try:
        plain = settings.sender.is_ascii
        options = [] if plain else ["SMTPUTF8"]
        await client.mail(str(settings.sender), options=options, encoding="ascii" if plain else "utf-8")
        await client.rset()
    except errors.SMTPResponseException as error:
        return Finding(
            good=False,
            what=f"it takes no mail from {settings.sender}: {error.code} {shown(error.message)}",
            fix=f"Set {MAIL_FROM} to an address that this user may send from.",
            passing=400 <= error.code < 500,
        )
    return Finding(good=True, what=f"it takes mail from {settings.sender}")


def _refused(error: DeliveryError) -> Finding:
    if isinstance(error, AuthFailed | Untrusted):
        return Finding(good=False, what=_begun(error.what), fix=error.fix or "Look at PAPERROUND_SMTP_URL.")
    return _unheard(_begun(error.what))


def _unheard(what: str) -> Finding:
    fix = "Look at the host and port of PAPERROUND_SMTP_URL, and try again."
    return Finding(good=False, what=what, fix=fix, passing=True)


def _begun(text: str) -> str:
    """A sentence as it goes on within another."""
    return f"{text[:1].lower()}{text[1:].rstrip('.')}" if text.startswith("The ") else text.rstrip(".")
