"""The mail server itself: aiosmtpd within the event loop of the test."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Self
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from .certificate import server_context
from .faults import Fault, Faults
from .state import Received, State

READ_BEFORE_CUT = 64  # bytes of a mail
TAKEN = "250 2.0.0 Taken"


class _Speaker(SMTP):
    """One connection; hands faults their turn where aiosmtpd's hooks have none."""

    def __init__(self, handler: _Handler, **given: object) -> None:
        super().__init__(handler, **given)  # type: ignore[arg-type]  # as `SmtpStandIn` gives them
        self.stand_in = handler.stand_in

    async def _handle_client(self) -> None:
        self.stand_in.state.connections += 1
        self.stand_in.speakers.append(self)
        said = await self.stand_in.struck(self, "connect", "")
        if said:
            await self.push(said)
            self._writer.close()
            return
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's own name
        to = self.envelope.rcpt_tos[0] if self.envelope and self.envelope.rcpt_tos else ""
        if said := await self.stand_in.struck(self, "data", to):
            await self.push(said)
            return
        if fault := self.stand_in.faults.draw("body", to):
            await self.push("354 Go on")
            await self._reader.read(READ_BEFORE_CUT)
            await self.stand_in.strike(self, fault)
        await super().smtp_DATA(arg)

    def cut(self) -> None:
        """End the connection without a word."""
        if self.transport is not None:
            self.transport.abort()  # type: ignore[attr-defined]  # any that writes has it


class _Handler:
    """What aiosmtpd asks at each step of a mail."""

    def __init__(self, stand_in: SmtpStandIn) -> None:
        self.stand_in = stand_in

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's own name, as below
        self, server: _Speaker, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := await self.stand_in.struck(server, "mail", ""):
            return said
        if self.stand_in.has_users and not session.authenticated:
            return "530 5.7.0 Say who you are first"
        envelope.mail_from, envelope.mail_options = address, options
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: _Speaker, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if said := await self.stand_in.struck(server, "rcpt", address):
            self.stand_in.state.refused[address] += 1
            return said
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: _Speaker, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        to = envelope.rcpt_tos[0]
        if said := await self.stand_in.struck(server, "dot", to):
            return said
        content = envelope.original_content or b""
        self.stand_in.state.encrypted += bool(
            server.transport and server.transport.get_extra_info("sslcontext")
        )
        for one in envelope.rcpt_tos:
            mail = Received(
                sender=envelope.mail_from or "", to=one, content=content, options=tuple(envelope.mail_options)
            )
            self.stand_in.state.keep(mail)
        return await self.stand_in.struck(server, "taken", to) or TAKEN


class SmtpStandIn:
    """`async with SmtpStandIn() as smtp:` - a mail server on a free port of loopback, at `smtp.url`."""

    def __init__(
        self,
        *,
        scheme: str = "smtp",
        certificate: Path | None = None,  # for smtps and smtp+starttls
        user: str = "",
        password: str = "",
        utf8: bool = True,
        seed: int = 0,
    ) -> None:
        self.state, self.faults = State(), Faults(seed=seed)
        self.speakers: list[_Speaker] = []
        self._scheme, self._utf8 = scheme, utf8
        self._user, self._password = user, password
        self._tls = server_context(certificate) if certificate else None
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        if self._server is None:
            raise AssertionError("it does not run")
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """What PAPERROUND_SMTP_URL is to be."""
        who = f"{quote(self._user, safe='')}:{quote(self._password, safe='')}@" if self._user else ""
        return f"{self._scheme}://{who}localhost:{self.port}"

    @property
    def has_users(self) -> bool:
        """Whether it takes mail only from those it knows."""
        return bool(self._user)

    @property
    def open(self) -> int:
        """How many connections are open."""
        return sum(one.transport is not None and not one.transport.is_closing() for one in self.speakers)

    def hang_up(self) -> None:
        """End every connection, as a server does with those that are idle."""
        for speaker in self.speakers:
            speaker.cut()
        self.speakers.clear()

    def mailbox(self, address: str) -> list[Received]:
        """What lies in a mailbox, in the order it came."""
        return list(self.state.mailboxes[address].values())

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.get_running_loop().create_server(
            self._speaker, "127.0.0.1", 0, ssl=self._tls if self._scheme == "smtps" else None
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening, and end what is still open."""
        if self._server is not None:
            self._server.close()
        self.hang_up()
        await asyncio.sleep(0)

    async def struck(self, server: _Speaker, stage: str, to: str) -> str:
        """What a fault has it say at that point; "" when nothing is wrong."""
        fault = self.faults.draw(stage, to)
        return await self.strike(server, fault) if fault else ""

    async def strike(self, server: _Speaker, fault: Fault) -> str:
        """Let a fault strike; its answer, if it has one."""
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "cut":
            server.cut()
            await asyncio.get_running_loop().create_future()  # cancelled by the loss of the connection
        return fault.answer

    def _speaker(self) -> _Speaker:
        return _Speaker(
            _Handler(self),
            hostname="localhost",
            enable_SMTPUTF8=self._utf8,
            tls_context=self._tls if self._scheme == "smtp+starttls" else None,
            require_starttls=self._scheme == "smtp+starttls" and self._tls is not None,
            auth_require_tls=False,
            authenticator=self._checked if self._user else None,
            loop=asyncio.get_running_loop(),
        )

    def _checked(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
    ) -> AuthResult:
        self.state.tried.append(given.login.decode() if isinstance(given, LoginPassword) else "")
        known = LoginPassword(self._user.encode(), self._password.encode())
        return AuthResult(success=given == known, handled=False)
