"""The real bot as a process of its own, a mail server in this one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.subscription import Address
from bot.testing.smtp import SmtpStandIn
from bot.testing.whole_bot import WholeBot


@dataclass(kw_only=True)
class Mailing(WholeBot):
    """The bot, and the mail server it is told of."""

    smtp: SmtpStandIn

    def of_chat(self) -> Mapping[str, str]:
        return {
            "PAPERROUND_CHAT": "email",
            "PAPERROUND_SMTP_URL": self.smtp.url,
            "PAPERROUND_MAIL_FROM": "Paper Round <papers@example.org>",
            "PAPERROUND_MAIL_PER_SECOND": "50",
            "PAPERROUND_MAIL_CONNECTIONS": "4",
        }

    async def answers(self) -> bool:
        """Nobody is answered; what it sends is waited for."""
        return True

    def is_gone(self) -> bool:
        return True

    async def subscribe(self, readers: Iterable[str]) -> None:
        """Have mailboxes follow papers of today, with digests that are due."""
        await self.papers(6)
        places = [(Address(platform="email", workspace="local", channel=one), one) for one in readers]
        await self.follow(places, by="ada")

    def states(self) -> dict[str, str]:
        """How the mail to each mailbox stands."""
        rows = self.ask(
            "SELECT destination.channel_id, delivery.status FROM delivery "
            "JOIN slot ON slot.id = delivery.slot_id JOIN destination ON destination.id = slot.destination_id"
        )
        return {str(channel): str(status) for channel, status in rows}

    def nothing_moves(self) -> bool:
        """Whether every mail is sent, or waits for a person."""
        waits = "SELECT count(*) FROM delivery WHERE status IN ('pending', 'sending', 'uncertain')"
        return self.is_planned() and self.ask(waits) == [(0,)]


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Mailing]:
    """A mail server and a bot that is not started yet."""
    async with SmtpStandIn() as smtp:
        one = Mailing(folder=tmp_path, smtp=smtp)
        try:
            yield one
        finally:
            await one.cleared_away()
