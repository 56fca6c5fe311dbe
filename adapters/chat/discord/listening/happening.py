"""One interaction as it came: who did what, where, and the way to answer.

https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import discord

from adapters.chat.discord.drawing.embeds import Json
from adapters.chat.discord.office import PLATFORM
from bot.commands.context import Asker
from bot.domain.subscription import Address


class Kind(IntEnum):
    """What somebody did."""

    COMMAND = 2
    COMPONENT = 3  # pressed a button, or chose a line of a menu
    TYPING = 4
    MODAL = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """Everything that Discord says of one interaction; all of it but `data` is Discord's own word."""

    id: str
    token: str = field(repr=False)
    application: str
    kind: Kind
    data: Json
    user: str
    name: str
    channel: str
    channel_name: str = ""
    guild: str = ""  # "" outside of servers
    locale: str = ""  # of the person: "de", "en-US"
    permissions: int = 0  # of the person, in that channel
    is_in_guild: bool = False  # whether the bot is a member of the server, not only of the person's own apps
    is_own: bool = False  # in the person's direct messages with the bot
    is_private: bool = False  # what was pressed is an answer that only this person sees

    @property
    def is_guest(self) -> bool:
        """Whether the bot is there only as this person's own app, and can post nothing."""
        return not self.is_in_guild and not self.is_own

    @property
    def address(self) -> Address:
        """Where it was asked; as a guest, a place of the person's own, in which nothing is ever subscribed."""
        workspace = self.guild if self.is_in_guild else f"@{self.user}"
        return Address(platform=PLATFORM, workspace=workspace, channel=self.channel)

    @property
    def asker(self) -> Asker:
        """Who asks, with the rights that Discord says they have in this channel now."""
        rights = discord.Permissions(self.permissions)
        rules = self.is_in_guild and (rights.administrator or rights.manage_guild)
        manages = self.is_in_guild and (rights.administrator or rights.manage_channels)
        return Asker(user=self.user, name=self.name, manager=manages or self.is_own, admin=rules)

    @property
    def place(self) -> str:
        """The place as people call it."""
        if self.is_in_guild:
            return f"#{self.channel_name}" if self.channel_name else "this channel"
        return "this conversation" if self.is_own else "this place, where the bot is no member"


def happening_of(interaction: discord.Interaction[Any]) -> Happening | None:
    """What an interaction says; None for a kind that nothing here answers, as the ping of another transport."""
    if interaction.type.value not in set(Kind):
        return None
    guild, message = interaction.guild_id, interaction.message
    channel, channel_name = _channel(interaction)
    known = guild is not None and interaction.client.get_guild(guild) is not None
    return Happening(
        id=str(interaction.id),
        token=interaction.token,
        application=str(interaction.application_id),
        kind=Kind(interaction.type.value),
        data=dict(interaction.data or {}),
        user=str(interaction.user.id),
        name=interaction.user.display_name,
        channel=channel,
        channel_name=channel_name,
        guild=str(guild or ""),
        locale=str(interaction.locale.value),
        permissions=0 if interaction.user.bot else interaction.permissions.value,
        is_in_guild=guild is not None and (known or interaction.is_guild_integration()),
        is_own=guild is None and bool(interaction.context.dm_channel) and not interaction.user.bot,
        is_private=message is not None and message.flags.ephemeral,
    )


def _channel(interaction: discord.Interaction[Any]) -> tuple[str, str]:
    """Where it happened, and what that is called: of a thread the channel it belongs to.

    A digest's thread is about the channel, and in a forum there is no other place to ask anything in than its posts.
    """
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return str(channel.parent_id), channel.parent.name if channel.parent else ""
    return str(interaction.channel_id or ""), str(getattr(channel, "name", None) or "")
