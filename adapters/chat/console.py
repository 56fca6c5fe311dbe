"""The terminal as a chat platform: digests are printed, and a prompt takes the commands."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import TextIO, cast

from rich.console import Console

from bot.commands.context import Asker
from bot.commands.replies import Reply
from bot.domain.digest import Digest
from bot.domain.subscription import Address
from bot.errors import Unknown
from bot.ports import (
    Answer,
    CannotTell,
    ChatContext,
    Commands,
    Found,
    LaneLimits,
    Part,
    Receipt,
)

from .console_digest import front_page
from .console_document import decode, document, encode
from .console_replies import actions_blocks, reply_blocks, typed_at_prompt
from .console_sheet import draw, line

HERE = Address(platform="console", workspace="local", channel="terminal")
PLACE = "this terminal"
PROMPT = "papers> "
WELCOME = "Type `help` for what you can ask, `quit` to leave."
LEAVE = {"quit", "exit", "bye", "q"}
LONGEST_LINE = 4096
REPEATED = "(repeated after a restart)"


class ConsoleAdapter:
    """Prints digests and answers at a prompt; nothing is kept but the keys it has printed."""

    platform = "console"
    limits = LaneLimits(rate_per_s=1000.0, concurrency=1)

    def __init__(
        self, context: ChatContext, *, console: Console | None = None, typed: TextIO | None = None
    ) -> None:
        self._clock = context.clock
        self._console = console or Console(highlight=False)
        self._typed = typed or sys.stdin
        self._printed: dict[str, str] = {}
        self._prompting = False

    async def run(self, commands: Commands) -> None:
        """Answer what is typed until the person leaves (Ctrl-D, `quit`); with no terminal, wait to be cancelled."""
        if self._typed is None or not self._typed.isatty():
            await asyncio.Event().wait()
        self._prompting = True
        draw(self._console, [line(WELCOME, "dim")])
        self._ask()
        async for typed in _lines(self._typed.fileno()):
            if typed.strip().lower() in LEAVE:
                break
            if typed.strip():
                self.show(cast("Reply", await commands(typed, asker=me(), address=HERE, place=PLACE)))
            self._ask()
        self._prompting = False

    def render(self, digest: Digest) -> Sequence[Part]:
        """One part; it is drawn at the terminal's width when it is sent."""
        papers = tuple(pick.paper.id for pick in digest.picks)
        channel = digest.address.channel
        return (Part(number=0, payload=encode(document(digest)), channel=channel, papers=papers),)

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Print it; a terminal takes everything, unless it is a full disk or a closed pipe."""
        try:
            if self._prompting:
                self._console.print()
            self.print_part(part)
        except OSError as error:
            raise Unknown(f"The digest could not be printed in full: {error.strerror}.") from error
        self._printed[key] = f"printed-{key}"
        self._ask()
        return Receipt(remote_id=self._printed[key])

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:  # noqa: ARG002 - the port's signature
        """Whether this process printed it; what stands on another process's screen nobody can tell."""
        return Found(self._printed[key]) if key in self._printed else CannotTell()

    def print_part(self, part: Part) -> None:
        """Draw a part, without a receipt."""
        if part.repeated:
            draw(self._console, [line(REPEATED, "dim")])
        draw(self._console, front_page(decode(part.payload), more=self._more()))

    def show(self, reply: Reply) -> None:
        """Draw a reply."""
        draw(self._console, reply_blocks(reply, more=self._more()))
        draw(self._console, actions_blocks(reply, typed_at_prompt))

    def _more(self) -> str:
        return "type `more`" if self._prompting else "`paperround more`"

    def _ask(self) -> None:
        if self._prompting:
            self._console.print(PROMPT, end="", style="bold", soft_wrap=True)


def me() -> Asker:
    """Whoever sits at the terminal; it is their bot."""
    return Asker(user="local", name="you", manager=True)


async def _lines(descriptor: int) -> AsyncIterator[str]:
    """Lines as they are typed, until the end of input; no thread, so that Ctrl-C ends it at once.

    The read happens in the callback itself: there, and only there, it is certain not to block. An event set in the
    callback and read later may find the input gone, and a blocked read stops the whole bot.
    """
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[bytes] = asyncio.Queue()
    loop.add_reader(descriptor, lambda: arrived.put_nowait(_read(descriptor)))
    try:
        left = b""
        while chunk := await arrived.get():
            *whole, left = (left + chunk).split(b"\n")
            for one in whole:
                yield one.decode(errors="replace")
    finally:
        loop.remove_reader(descriptor)


def _read(descriptor: int) -> bytes:
    """What has been typed; nothing once the terminal is gone."""
    try:
        return os.read(descriptor, LONGEST_LINE)
    except OSError:
        return b""
