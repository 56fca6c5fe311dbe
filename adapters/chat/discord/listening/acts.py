"""Something somebody did in Discord, and what can be done about it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import cast

from adapters.chat.discord.drawing.replies import reply_messages
from adapters.chat.discord.drawing.replies_pieces import PREFIX
from adapters.chat.discord.office import Office
from bot.commands.parsing import Call
from bot.commands.replies import Reply

from .answering import Answer
from .happening import Happening
from .memory import Memory
from .tree import spell


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """What happened, and the way to answer; who asks and what they may do is in the happening itself."""

    office: Office
    happening: Happening
    answer: Answer
    memory: Memory
    turn: asyncio.Semaphore  # of this server: a crowd in one keeps no other waiting

    async def ask(self, asked: Call | str) -> Reply:
        """Answer a line or a call as this person, with the rights that Discord says they have now."""
        here = self.happening
        async with self.turn:
            said = await self.office.commands(
                asked, asker=here.asker, address=here.address, place=here.place, prefix=PREFIX
            )
        reply = cast("Reply", said)
        if isinstance(asked, Call):
            self.memory.done(here.address, asked.command)
        self.memory.heard(here.address, reply)
        return spell(reply)

    async def reply(self, reply: Reply) -> None:
        """Show a reply to this person alone."""
        await self.answer.give(reply_messages(reply, kept=self.office.kept, locale=self.happening.locale))
