"""What `paperround init email` says, asks and tries."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from bot.errors import ConfigError
from bot.ports import Finding, Question

from .installed import INSTALL, is_installed
from .settings import MAIL_FROM, SMTP_URL, mail_settings


class EmailSetup:
    """The way from a mail server to digests by mail."""

    def opening(self) -> Sequence[str]:
        """What is needed."""
        return (
            "Paper Round hands its mails to a mail server of yours, as any mail program does. Two things:",
            "",
            "1. The server, as one address: smtps://user:password@mail.example.org",
            "   (smtp+starttls:// for port 587, smtp:// for a server on this machine; write @ in a user name as %40).",
            "2. The address digests come from, as Paper Round <papers@example.org>.",
            "",
            "Both are tried at once; nothing is sent.",
            "",
        )

    def questions(self) -> Sequence[Question]:
        """The server and the sender."""
        return (
            Question(variable=SMTP_URL, prompt="Mail server"),
            Question(variable=MAIL_FROM, prompt="Digests come from", secret=False),
        )

    async def check(self, values: Mapping[str, str]) -> AsyncIterator[Finding]:
        """Connect, encrypt, log in, and ask whether the sender is taken."""
        if not is_installed():
            yield Finding(good=False, what="What sends mail is not installed", fix=INSTALL)
            return
        from .examining import examined  # noqa: PLC0415 - aiosmtplib, of which `init slack` needs nothing

        try:
            settings = mail_settings(values)
        except ConfigError as error:
            yield Finding(good=False, what=error.what.rstrip("."), fix=error.fix)
            return
        async for finding in examined(settings):
            yield finding

    def closing(self) -> Sequence[str]:
        """How a mailbox is subscribed."""
        return (
            "Then: paperround subscribe topic:llm --channel email:local:ada@example.org",
            "and, to see one now: paperround digest --channel email:local:ada@example.org",
            "Readers leave by one click once PAPERROUND_WEB_PORT and PAPERROUND_WEB_URL are set.",
        )
