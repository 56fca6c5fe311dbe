"""One connection to the mail server: opened, one mail after another, and what is certain when it breaks."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from aiosmtplib import SMTP, errors

from adapters.chat.email.message import Envelope
from adapters.chat.email.settings import MailSettings, Security
from bot.errors import DestinationGone, Transient, Unknown

from .certain import said
from .errors import Stage, Untrusted, error_of, shown

STEP_SECONDS = 10.0  # for one answer
HANDING_SECONDS = 18.0  # for everything up to the dot that ends a mail
TAKING_SECONDS = (
    30.0  # for the answer to it: with waiting for a turn it is within the minute that a sender has
)
ENDING_SECONDS = 2.0
LOOK_SECONDS = 0.02
START_INPUT, COMPLETED = 354, 250
REFUSING = (422, 600)  # answers after which a server goes on; 421 is its last
LINE_START = re.compile(rb"(?m)^\.")


class Connection:
    """A way to the mail server, opened when it is needed."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._client: SMTP | None = None

    @property
    def is_open(self) -> bool:
        """Whether it was open when last heard of."""
        return self._client is not None and self._client.is_connected

    async def open(self) -> SMTP:
        """Connect, encrypt and authenticate; raises a `DeliveryError`."""
        settings = self._settings
        client = SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=STEP_SECONDS,
            use_tls=settings.security is Security.TLS,
            start_tls=False,  # begun below, where its failure can be told from others
            tls_context=_tls(),
            local_hostname=settings.sender.domain,
        )
        try:
            await _entered(client, settings)
        except BaseException:
            client.close()
            raise
        self._client = client
        return client

    async def deliver(self, envelope: Envelope) -> str:
        """Hand a mail over; what the server said. Raises a `DeliveryError`; only after a refusal it stays open."""
        try:
            async with asyncio.timeout(HANDING_SECONDS):
                client = await self._ready()
                await self._begun(client, envelope)
        except TimeoutError as error:
            self.drop()
            raise Transient(f"The mail server {self._settings.server} did not answer in time.") from error
        except BaseException as error:
            if not _is_refusal(error.__cause__):
                self.drop()
            raise
        return await self._taken(client)

    async def _ready(self) -> SMTP:
        """The connection, opened anew when the server has closed it meanwhile."""
        if self._client is not None and self._client.is_connected:
            with suppress(errors.SMTPException, OSError):
                await self._client.rset()
                return self._client
        self.drop()
        return await self.open()

    async def _begun(self, client: SMTP, envelope: Envelope) -> None:
        """Everything up to the dot that ends a mail: whatever breaks here, nothing was sent."""
        options, encoding = (
            [f"SIZE={len(envelope.content)}"] if client.supports_extension("size") else [],
            "ascii",
        )
        if envelope.needs_utf8:
            options, encoding = [*options, *_utf8(client)], "utf-8"
        with said(Stage.SENDER, self._settings):
            await client.mail(str(envelope.sender), options=options, encoding=encoding)
        with said(Stage.RECIPIENT, self._settings):
            await client.rcpt(str(envelope.recipient), encoding=encoding)
        with said(Stage.CONTENT, self._settings):
            started = await client.execute_command(b"DATA")
            if started.code != START_INPUT:
                raise errors.SMTPDataError(started.code, started.message)
            await self._written(client, LINE_START.sub(b"..", envelope.content))

    async def _written(self, client: SMTP, content: bytes) -> None:
        """Write all but the dot, and wait until it left this process: a connection that broke before took nothing."""
        if client.protocol is None or client.transport is None:
            raise errors.SMTPServerDisconnected("Connection lost")
        client.protocol.write(content)
        while client.is_connected and _waiting(client.transport):  # noqa: ASYNC110 - a transport has no event for it
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.sleep(0)  # what the server closed meanwhile is known now
        if not client.is_connected:
            raise errors.SMTPServerDisconnected("Connection lost")

    async def _taken(self, client: SMTP) -> str:
        """Write the dot, and read whether the mail was taken: without an answer nobody knows."""
        protocol = client.protocol
        if protocol is None or client.transport is None or client.transport.is_closing():
            self.drop()
            raise Transient(f"The mail server {self._settings.server} closed the connection.")
        try:
            protocol.write(b".\r\n")
            answer = await protocol.read_response(timeout=TAKING_SECONDS)
        except (errors.SMTPException, OSError) as error:
            self.drop()
            raise Unknown(
                f"The mail server {self._settings.server} did not say whether it took the mail."
            ) from error
        except BaseException:
            self.drop()
            raise
        if answer.code != COMPLETED:
            if not REFUSING[0] <= answer.code < REFUSING[1]:
                self.drop()
            raise error_of(Stage.CONTENT, answer.code, answer.message)
        return shown(answer.message)

    async def close(self) -> None:
        """Take leave of the server."""
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(errors.SMTPException, OSError, TimeoutError):
            async with asyncio.timeout(ENDING_SECONDS):
                await client.quit()
        client.close()

    def drop(self) -> None:
        """Close it without a word: nobody knows what the next answer would be to."""
        client, self._client = self._client, None
        if client is not None:
            client.close()


async def _entered(client: SMTP, settings: MailSettings) -> None:
    """Call, encrypt, and say who we are."""
    with said(Stage.CONNECT, settings):
        await client.connect()
        if settings.security is Security.STARTTLS:
            await _encrypted(client, settings)
        await client.ehlo()
    if settings.username:
        with said(Stage.AUTH, settings):
            await client.login(settings.username, settings.password)


async def _encrypted(client: SMTP, settings: MailSettings) -> None:
    await client.ehlo()
    if not client.supports_extension("starttls"):
        raise Untrusted(
            f"The mail server {settings.server} offers no encryption, so nothing was sent there.",
            fix="If it is on this machine, smtp:// needs none; else ask whoever runs it.",
        )
    await client.starttls()


def _is_refusal(error: BaseException | None) -> bool:
    """Whether a server said no, and is ready for the next mail."""
    return isinstance(error, errors.SMTPResponseException) and REFUSING[0] <= error.code < REFUSING[1]


def _utf8(client: SMTP) -> list[str]:
    if not client.supports_extension("smtputf8"):
        raise DestinationGone(
            "The mail server takes no address with letters beyond ASCII.",
            fix="It takes a server with SMTPUTF8, or another address.",
        )
    return ["SMTPUTF8", "BODY=8BITMIME"]


def _waiting(transport: asyncio.BaseTransport) -> bool:
    """Whether bytes are still in this process."""
    size: Callable[[], int] = getattr(transport, "get_write_buffer_size", lambda: 0)
    return not transport.is_closing() and size() > 0


@cache
def _tls() -> ssl.SSLContext:
    """Certificates are checked, by the machine's own authorities; reading them takes a while."""
    return ssl.create_default_context()
