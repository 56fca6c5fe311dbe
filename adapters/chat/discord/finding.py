"""Whether Discord has a message already: the history of its place is read for the key in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from discord.utils import parse_time, time_snowflake

from bot.ports import Answer, CannotTell, Found, NotFound, Part

from .api import error_codes as codes
from .api.errors import Refused
from .api.people import People
from .api.places import Channel
from .api.wire import Wire
from .drawing import limits
from .drawing.embeds import Json
from .drawing.text import escaped
from .marking import holds
from .publishing import Publishing
from .sending import MESSAGES, posting_of
from .threads import opening_of, thread_of

EARLIER = timedelta(seconds=5)  # Discord's clock and ours
A_PAGE = 100
MOST_PAGES = 20
ABSENT = frozenset({codes.UNKNOWN_CHANNEL, codes.UNKNOWN_MESSAGE})


class _Unread(Exception):
    """There is more than is read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LookingUp:
    """Looks messages up, where the bot may read history."""

    wire: Wire
    people: People
    publishing: Publishing | None = None

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:
        """Whether the part is there; `NotFound` only after everything since then was read."""
        try:
            return await self._found(part, key, since)
        except _Unread:
            return CannotTell()
        except Refused as error:
            if error.code in ABSENT:  # and so is whatever was posted there
                return NotFound()
            if error.code in codes.CLOSED:
                return CannotTell()
            raise error.told() from error

    async def was_told(self, person: str, text: str) -> bool:
        """Whether the newest direct messages with a person have that line; raises a `DeliveryError`."""
        try:
            opened = self.people.learn(await self.wire.post("/users/@me/channels", {"recipient_id": person}))
            newest = await self.wire.get(MESSAGES, {"limit": A_PAGE}, channel_id=opened.id)
        except Refused as error:
            raise error.told() from error
        said = escaped(text, limits.CONTENT)
        return any(isinstance(one, dict) and one.get("content") == said for one in _objects(newest))

    async def _found(self, part: Part, key: str, since: datetime) -> Answer:
        channel = await self.people.channel_at(part.workspace, part.channel)
        may = await self.people.own(channel)
        if not (may.view_channel and may.read_message_history):  # without it every history is empty
            return CannotTell()
        async for place in self._places(part, channel, since):
            if message := await self._holding(place, key, since):
                if place == channel.id and self.publishing is not None:  # whoever was interrupted did not
                    self.publishing.begin(channel, message)
                return Found(f"{place}/{message['id']}")
        return NotFound()

    async def _places(self, part: Part, channel: Channel, since: datetime) -> AsyncIterator[str]:
        """Where a part may be: where it belongs, and where it goes when there is no such place."""
        if not channel.is_forum:
            if thread := thread_of(part, posting_of(part), channel):
                yield thread
            yield channel.id
            return
        if post := opening_of(part)[0]:
            yield post
        async for post in self._posts(channel, since):
            yield post

    async def _holding(self, place: str, key: str, since: datetime) -> Json | None:
        """The message with this key; None when none there has it."""
        try:
            async for message in self._history(place, since):
                if holds(message, key):
                    return message
        except Refused as error:
            if error.code not in ABSENT:
                raise
        return None

    async def _history(self, place: str, since: datetime) -> AsyncIterator[Json]:
        """Every message since then, a page at a time, newer pages first: what is in doubt was posted just now."""
        first, before = _snowflake(since), dict[str, str | int]()
        for _ in range(MOST_PAGES):
            page = _objects(await self.wire.get(MESSAGES, {**before, "limit": A_PAGE}, channel_id=place))
            for message in page:
                if int(message["id"]) > first:
                    yield message
            oldest = min((int(message["id"]) for message in page), default=0)
            if oldest <= first:
                return
            before = {"before": str(oldest)}
        raise _Unread

    async def _posts(self, forum: Channel, since: datetime) -> AsyncIterator[str]:
        """The bot's own posts since then, open ones and archived ones."""
        own, first = str((await self.wire.me()).get("id")), _snowflake(since)
        async for post in self._threads(forum, since):
            is_own = post.get("parent_id") == forum.id and str(post.get("owner_id")) == own
            if is_own and int(post["id"]) > first:
                yield str(post["id"])

    async def _threads(self, forum: Channel, since: datetime) -> AsyncIterator[Json]:
        open_ones = await self.wire.get("/guilds/{guild_id}/threads/active", guild_id=forum.guild)
        for thread in _listed(open_ones):
            yield thread
        before: dict[str, str | int] = {}
        for _ in range(MOST_PAGES):
            path = "/channels/{channel_id}/threads/archived/public"
            page = await self.wire.get(path, {"limit": A_PAGE, **before}, channel_id=forum.id)
            threads = _listed(page)
            for thread in threads:
                yield thread
            last = _archived(threads[-1]) if threads else ""
            if not (isinstance(page, dict) and page.get("has_more")) or _is_before(last, since):
                return
            before = {"before": last}
        raise _Unread


def _snowflake(since: datetime) -> int:
    """The id before which everything is older."""
    return time_snowflake(since - EARLIER)


def _objects(page: object) -> list[Json]:
    """A page of messages; raises `_Unread` for what is none."""
    if not isinstance(page, list) or not all(isinstance(one, dict) and "id" in one for one in page):
        raise _Unread
    return page


def _listed(page: object) -> list[Json]:
    return _objects(page.get("threads") if isinstance(page, dict) else None)


def _archived(thread: Json) -> str:
    """When a thread was archived last, as Discord writes it."""
    about = thread.get("thread_metadata")
    return str(about.get("archive_timestamp") or "") if isinstance(about, dict) else ""


def _is_before(moment: str, since: datetime) -> bool:
    """Whether all that follows is older: the newest come first."""
    try:
        found = parse_time(moment)
    except ValueError:
        return True
    return found is None or found < since - EARLIER
