"""The real bot as a process of its own with its web pages; a mail server and a browser in this one."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.testing.beside import Beside, beside
from bot.testing.smtp import Received, SmtpStandIn
from bot.testing.whole_bot import WholeBot

TODAY, BEFORE = 34, 4  # papers; a page has thirty


@dataclass(kw_only=True)
class Paperboy(WholeBot):
    """The bot, the mail server it is told of, and where it serves."""

    smtp: SmtpStandIn
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def of_chat(self) -> Mapping[str, str]:
        return {
            "PAPERROUND_CHAT": "email",
            "PAPERROUND_SMTP_URL": self.smtp.url,
            "PAPERROUND_MAIL_FROM": "Paper Round <papers@example.org>",
            "PAPERROUND_WEB_PORT": str(self.port),
            "PAPERROUND_WEB_URL": self.url,
        }

    async def answers(self) -> bool:
        async with httpx.AsyncClient() as client:
            try:
                return (await client.get(f"{self.url}/readyz")).is_success
            except httpx.TransportError:
                return False

    def is_gone(self) -> bool:
        return True


@dataclass(frozen=True, kw_only=True)
class Town:
    """The bot and the mailboxes, told what to do while a browser waits, and asked what came of it."""

    do: Beside
    bot: Paperboy

    @property
    def url(self) -> str:
        return self.bot.url

    def opens(self) -> None:
        """Have papers of two days, and start the bot."""
        self.do(self.bot.papers(BEFORE, about="knitting", first=101, days_ago=3))
        self.do(self.bot.papers(TODAY))
        self.do(self.bot.start())

    def next_day(self) -> None:
        """Let every digest be due, as a bot that was off at its hour finds it."""
        assert self.do(self.bot.end()) == 0, self.bot.said()
        self.do(self.bot.make_due())
        self.do(self.bot.start())

    def mail(self, to: str, number: int) -> Received:
        """The first, second ... mail in a mailbox, waited for."""
        self.do(self.bot.until(lambda: len(self.mails(to)) >= number, seconds=60))
        return self.mails(to)[number - 1]

    def mails(self, to: str) -> list[Received]:
        return self.bot.smtp.mailbox(to)

    def followed(self, mailbox: str) -> set[str]:
        """What is mailed to a mailbox, by the database."""
        rows = self.bot.ask(
            "SELECT channel_id, text FROM subscription JOIN destination ON destination.id = destination_id "
            "JOIN query ON query.id = query_id"
        )
        return {str(query) for channel, query in rows if channel == mailbox}

    def one_click(self, mail: Received) -> int:
        """What a mail program does for whoever presses its own button (RFC 8058): no cookie, no page, one POST."""
        message = mail.message
        (link,) = re.findall(r"<(http[^>]+)>", str(message["List-Unsubscribe"]))
        name, _, value = str(message["List-Unsubscribe-Post"]).partition("=")
        return httpx.post(link, data={name: value}).status_code


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A bot that is not started yet, and a mail server that runs."""
    with beside() as do:
        smtp = do(_listening())
        bot = Paperboy(folder=tmp_path, smtp=smtp, port=free_port())
        try:
            yield Town(do=do, bot=bot)
        finally:
            do(bot.cleared_away())
            do(smtp.__aexit__())


async def _listening() -> SmtpStandIn:
    return await SmtpStandIn().__aenter__()


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
