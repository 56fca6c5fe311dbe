"""Something somebody did in Slack, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from adapters.chat.latest import Latest
from adapters.chat.seen import Seen
from adapters.chat.slack.api.tokens import PLATFORM
from adapters.chat.slack.drawing.blocks import Json
from adapters.chat.slack.drawing.replies import reply_messages
from adapters.chat.slack.drawing.replies_pieces import PREFIX
from adapters.chat.slack.office import Office
from bot.commands.context import Asker
from bot.commands.parsing import Call
from bot.commands.replies import Reply
from bot.domain.subscription import Address
from bot.errors import NotAllowed

from .answering import Answer

HOME = "your Home"


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Who did it, where, the whole payload, and the way to answer; `channel` is "" in App Home."""

    office: Office
    workspace: str
    user: str
    channel: str
    body: Json
    answer: Answer
    seen: Seen
    latest: Latest

    async def ask(self, asked: Call | str, *, about: str = "") -> Reply:
        """Answer a line or a call as this person, whose rights are asked anew; `about` is a channel a button claims.

        In App Home it is answered as in a place of the person's own, in which nothing can be subscribed.
        """
        where = about or self.channel or self.user
        if about and about != self.channel:  # first: a conversation is taken for that of whoever asks there
            await self._need_to_be_in(about)
        asker = await self.office.people.asker(self.workspace, self.user, where)
        place = HOME if where == self.user else await self.office.people.place(self.workspace, where)
        return await self._said(asked, asker, where, place)

    async def look_up(self, asked: Call) -> Reply:
        """Answer a call that changes nothing, here, without asking Slack anything about the person or the channel."""
        return await self._said(asked, Asker(user=self.user, name=self.user), self.channel, "this channel")

    async def reply(self, reply: Reply, *, replace: bool = False, about: str = "") -> None:
        """Show a reply to this person alone."""
        await self.answer.give(
            reply_messages(reply, prefix=PREFIX), replace=replace, about=about or self.channel
        )

    def address(self, channel: str) -> Address:
        """A channel of the workspace that Slack itself says this came from."""
        return Address(platform=PLATFORM, workspace=self.workspace, channel=channel)

    async def _said(self, asked: Call | str, asker: Asker, channel: str, place: str) -> Reply:
        said = await self.office.commands(
            asked, asker=asker, address=self.address(channel), place=place, prefix=PREFIX
        )
        return cast("Reply", said)

    async def _need_to_be_in(self, channel: str) -> None:
        if not await self.office.people.may_read(self.address(channel), self.user):
            raise NotAllowed(
                "You are not in that channel, so nothing was done.", fix="Join it, and try once more."
            )
