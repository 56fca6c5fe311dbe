"""What Discord says of a channel, as far as the bot goes by it: https://discord.com/developers/docs/resources/channel."""

from __future__ import annotations

from dataclasses import dataclass

from discord import ChannelType

from adapters.chat.discord.drawing.embeds import Json

TEXT = frozenset({ChannelType.text.value, ChannelType.voice.value, ChannelType.stage_voice.value})
NEWS = ChannelType.news.value
FORUMS = frozenset({ChannelType.forum.value, ChannelType.media.value})
THREADS = frozenset(
    {ChannelType.news_thread.value, ChannelType.public_thread.value, ChannelType.private_thread.value}
)
DIRECT = frozenset({ChannelType.private.value, ChannelType.group.value})
NEEDS_TAG = 1 << 4  # a flag of a forum


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a forum."""

    id: str
    name: str
    is_moderated: bool = False  # only for those who manage threads


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """A channel, a thread, or a conversation with one person."""

    id: str
    kind: int
    name: str = ""
    guild: str = ""  # "" for a direct message
    parent: str = ""  # of a thread: the channel it is in
    overwrites: tuple[Json, ...] = ()
    tags: tuple[Tag, ...] = ()
    needs_tag: bool = False
    recipient: str = ""  # whose direct messages

    @property
    def is_forum(self) -> bool:
        """Whether messages stand in posts of it only."""
        return self.kind in FORUMS

    @property
    def is_news(self) -> bool:
        """Whether what stands there can be published to other servers."""
        return self.kind == NEWS

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread, or a post of a forum."""
        return self.kind in THREADS

    @property
    def is_direct(self) -> bool:
        """Whether it belongs to no server."""
        return self.kind in DIRECT

    @property
    def is_secret(self) -> bool:
        """Whether seeing the channel it is in does not mean seeing it."""
        return self.kind == ChannelType.private_thread.value

    @property
    def takes_messages(self) -> bool:
        """Whether a digest can go there at all."""
        return self.kind in TEXT or self.is_forum or self.is_news or self.is_thread or self.is_direct

    @property
    def takes_threads(self) -> bool:
        """Whether a message there can have a thread."""
        return self.kind in {ChannelType.text.value, NEWS}


def channel_of(data: Json) -> Channel:
    """Read a channel; raises `ValueError` for what is none."""
    if not isinstance(data.get("id"), str) or not isinstance(data.get("type"), int):
        raise ValueError("Discord describes no channel")  # noqa: TRY004 - what is wrong is a value of theirs
    return Channel(
        id=data["id"],
        kind=data["type"],
        name=str(data.get("name") or ""),
        guild=str(data.get("guild_id") or ""),
        parent=str(data.get("parent_id") or ""),
        overwrites=tuple(data.get("permission_overwrites") or ()),
        tags=tuple(_tag(one) for one in data.get("available_tags") or ()),
        needs_tag=bool(int(data.get("flags") or 0) & NEEDS_TAG),
        recipient=next((str(one.get("id")) for one in data.get("recipients") or ()), ""),
    )


def _tag(data: Json) -> Tag:
    return Tag(str(data.get("id")), str(data.get("name") or ""), bool(data.get("moderated")))
