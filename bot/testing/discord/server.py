"""The stand-in itself: `async with DiscordStandIn() as discord:` and the bot's DISCORD_API_URL is `discord.api_url`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeAlias

from aiohttp import web

from bot.app.clock import SystemClock
from bot.ports import Clock

from .api import Api
from .checking import Check, message_problems
from .faults import Faults
from .gateway import Gateway
from .permissions import Permission
from .rates import Rates
from .state import State
from .stock import deny, stock
from .world import Channel, Guild, Said

BOT_TOKEN = "c3RhbmQtaW4.Stand1.in-for-discord-and-nobodys-token"  # noqa: S105 - nobody's
Condition: TypeAlias = Callable[[], object]


class DiscordStandIn:
    """Discord on loopback, with two servers; the bot is in the first."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        rates: bool = False,
        check_message: Check = message_problems,
        shards: int = 1,
        invalid_limit: int = 10_000,
        heartbeat: float = 41.25,
        seed: int = 0,
    ) -> None:
        """Make one; `rates=True` enforces buckets and the fifty a second."""
        clock = clock or SystemClock()
        self.state = State(
            clock=clock,
            token=BOT_TOKEN,
            faults=Faults(seed=seed),
            rates=Rates(clock=clock, enforced=rates, invalid_limit=invalid_limit),
            check_message=check_message,
            shards=shards,
        )
        self.home, self.other = stock(self.state)
        self.bot_token = BOT_TOKEN
        self.gateway = Gateway(self.state, heartbeat=heartbeat)
        self.more_routes: Callable[[web.Application], None] | None = None  # more routes, before it starts
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; port 0 is any free one."""
        self.gateway.start()
        self._runner = web.AppRunner(self._routes(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.state.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """End every connection."""
        await self.gateway.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """The bot's DISCORD_API_URL."""
        return f"{self.state.base}/api/v10"

    @property
    def faults(self) -> Faults:
        """What goes wrong from now on."""
        return self.state.faults

    def environment(self) -> dict[str, str]:
        """The bot's DISCORD_* settings."""
        return {"DISCORD_TOKEN": BOT_TOKEN, "DISCORD_API_URL": self.api_url}

    def channel(self, which: str, guild: Guild | None = None) -> Channel:
        """A channel by name or id; "@ada" is her direct message with the bot."""
        if which.startswith("@"):
            return self.state.direct(self.home.member(which[1:]))
        return (guild or self.home).channel(which)

    def deny(self, channel: str, *rights: Permission) -> None:
        """Take these permissions from the bot in a channel of the first server; none: give all back."""
        lost = Permission(0)
        for one in rights:
            lost |= one
        deny(self.state, self.home, channel, lost)

    def messages(self, channel: str, guild: Guild | None = None) -> list[Said]:
        """What was said in a channel for everybody, oldest first."""
        return [one for one in self.channel(channel, guild).messages if not one.ephemeral]

    def posted(self, channel: str, guild: Guild | None = None) -> list[Said]:
        """What the bot posted there by itself."""
        own = self.state.bot.id
        return [one for one in self.messages(channel, guild) if one.author == own and one.via == "api"]

    def private_to(self, who: str) -> list[Said]:
        """What only one person sees, in any channel."""
        person = self.home.member(who)
        return [one for one in self.state.everything_said() if one.only_for == person.id]

    def threads(self, channel: str, guild: Guild | None = None) -> list[Channel]:
        """Threads or posts of a channel, oldest first."""
        parent = self.channel(channel, guild)
        return [one for one in self.state.channels.values() if one.parent is parent]

    def calls(self, route: str) -> int:
        """How often a route was called, as "POST /channels/{channel}/messages"."""
        return sum(one.route == route for one in self.state.journal)

    async def until(self, true: Condition, *, seconds: float = 20.0) -> None:
        """Wait until something is so, or raise TimeoutError."""
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - anything at all may be waited for
                await asyncio.sleep(0.01)

    def _routes(self) -> web.Application:
        app, api = web.Application(client_max_size=16 * 1024 * 1024), Api(self.state)
        app.router.add_route("*", "/api/v10/{tail:.*}", api.answer)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        if self.more_routes is not None:
            self.more_routes(app)
        return app
