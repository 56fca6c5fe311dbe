"""A server in the bench's Discord with people in it, and the real bot beside it."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from botprocess import BotProcess
from discordbench import fake as bench
from discordbench.fake import ANNOUNCEMENT, FORUM, TEXT, Channel, FakeDiscord, Guild, User
from press import Press

MANAGE_CHANNELS, MANAGE_SERVER = 1 << 4, 1 << 5
KEY = re.compile(r"\|k:([^|]+)$")  # a delivery's key, behind a custom_id
WAITING = "SELECT count(*) FROM delivery WHERE status IN ('pending', 'sending', 'uncertain')"
STARTS = 60.0
TAGS = [
    {"id": "11", "name": "Weaving", "moderated": False, "emoji_id": None, "emoji_name": None},
    {"id": "12", "name": "Other", "moderated": False, "emoji_id": None, "emoji_name": None},
]
NEEDS_TAG = 1 << 4


class World:
    """One server: `digest` and `general` are text, `news` announcements, `forum` and `tagged` (a tag is required) forums."""

    def __init__(self, fake: FakeDiscord, bot: BotProcess, press: Press) -> None:
        self.fake, self.bot, self.press = fake, bot, press
        self.guild: Guild = fake.add_guild()
        self.channels: dict[str, Channel] = {
            name: fake.add_channel(self.guild, name, kind)
            for name, kind in (("digest", TEXT), ("general", TEXT), ("news", ANNOUNCEMENT))
        }
        self.channels["forum"] = fake.add_channel(self.guild, "forum", FORUM, tags=TAGS)
        self.channels["tagged"] = fake.add_channel(self.guild, "tagged", FORUM, tags=TAGS, flags=NEEDS_TAG)
        self.ana = self.person("ana", MANAGE_CHANNELS)
        self.bob = self.person("bob")
        self.chief = self.person("chief", MANAGE_CHANNELS | MANAGE_SERVER)

    def person(self, name: str, permissions: int = 0) -> User:
        """Somebody in the server."""
        return self.fake.add_user(name, permissions=permissions, guild=self.guild)

    def post_in(self, forum: str) -> Channel:
        """A post of somebody's in a forum: commands are typed there."""
        parent = self.channels[forum]
        made = Channel(self.fake.snowflake(), parent.guild, "a post", bench.PUBLIC_THREAD, parent=parent)
        self.guild.channels[made.id] = self.fake.channels[made.id] = made
        return made

    async def start(self, *command: str) -> None:
        """Start the bot, and wait until it has connected and people can type."""
        before = self.connections
        self.bot.start(*command)
        await self.until(lambda: self.connections > before and self.is_connected, STARTS)
        await self.until(lambda: len(self.fake.commands[None]) >= 3, STARTS)

    @property
    def connections(self) -> int:
        """How often it began or resumed a session."""
        return self.fake.counters["identifies"] + self.fake.counters["resumes"]

    @property
    def is_connected(self) -> bool:
        """Whether every shard has a connection."""
        held = {one.shard[0] for one in self.fake.sessions.values() if one.ready and one.conn}
        return len(held) == self.fake.shards

    async def until(self, so: Callable[[], object], seconds: float = 30, every: float = 0.05) -> bool:
        """Wait until something is so; whether it came to be. A bot that has died is an error."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if so():
                return True
            if self.bot.process is not None and self.bot.process.poll() is not None:
                raise RuntimeError(f"the bot died: {self.log(2000)}")
            await asyncio.sleep(every)
        return False

    async def verb(self, *words: str) -> Any:
        """A verb of the command line, while the bench goes on."""
        return await asyncio.to_thread(self.bot.verb, *words)

    async def fetched(self, papers: int = 20) -> None:
        """Wait until the bot has papers."""
        asked = "SELECT count(*) FROM paper"
        if not await self.until(lambda: self.bot.ask(asked)[0][0] >= papers, 90, 0.3):
            raise RuntimeError(f"no papers were fetched: {self.log(2000)}")

    async def printed(self) -> None:
        """Another day's papers are there."""
        self.press.edition += 1
        await self.verb("ingest")

    async def drained(self, seconds: float = 120) -> bool:
        """Wait until nothing waits to be sent or asked about."""
        return await self.until(lambda: not self.bot.ask(WAITING)[0][0], seconds, 0.3)

    def copies(self) -> dict[str, list[dict[str, Any]]]:
        """Every message of a digest that is there, by the delivery's key in it."""
        found: dict[str, list[dict[str, Any]]] = {}
        for message in list(self.fake.messages.values()):
            for key in keys_of(message) if message["author"]["id"] == self.fake.me.id else ():
                found.setdefault(key, []).append(message)
        return found

    def copies_in(self, channel: str) -> list[dict[str, Any]]:
        """Those of one channel, in order."""
        found = [one for each in self.copies().values() for one in each if one["channel_id"] == channel]
        return sorted(found, key=lambda one: int(one["id"]))

    def log(self, characters: int = 3000) -> str:
        """The end of what the bot said."""
        return self.bot.log.read_text(errors="replace")[-characters:] if self.bot.log.exists() else ""


def keys_of(message: dict[str, Any]) -> set[str]:
    """The delivery keys in a message."""
    inner = [one for row in message["components"] for one in row.get("components", ())]
    return {found[1] for one in inner if (found := KEY.search(one.get("custom_id") or ""))}


@asynccontextmanager
async def world(
    *, papers: int = 30, environment: dict[str, str] | None = None, **how: Any
) -> AsyncIterator[World]:
    """A bench and a bot that is not started yet; both end with it."""
    press = Press(papers=papers)
    more = {"heartbeat": 5.0, "max_seconds": 7200.0, **how}
    async with FakeDiscord(**more) as fake:
        with tempfile.TemporaryDirectory() as folder:
            chat = {
                "PAPERROUND_CHAT": "discord",
                "DISCORD_TOKEN": fake.token,
                "DISCORD_API_URL": f"{fake.base}/api/v10",
                **(environment or {}),
            }
            bot = BotProcess(Path(folder), press.url, chat)
            try:
                yield World(fake, bot, press)
            finally:
                bot.kill()
                press.close()


def _listed(threads: list[Channel], fake: FakeDiscord) -> dict[str, Any]:
    return {"threads": [fake.raw_channel(one) for one in threads], "members": [], "has_more": False}


@bench.route("GET", "/guilds/{guild_id}/threads/active")
async def _active(
    fake: FakeDiscord, _p: Any, _b: Any, _files: Any, _c: Any, guild: Guild, *_: Any
) -> tuple[int, Any]:
    """What the bench does without: the open threads of a server."""
    return 200, _listed([one for one in guild.channels.values() if one.type in (10, 11)], fake)


@bench.route("GET", "/channels/{channel_id}/threads/archived/public")
async def _archived(
    fake: FakeDiscord, _p: Any, _b: Any, _files: Any, channel: Channel, *_: Any
) -> tuple[int, Any]:
    """And the archived ones of a channel: there is none."""
    return 200, _listed([], fake)
