"""The connection over which Discord tells what people do: kept, resumed and shared out over shards by discord.py.

https://discord.com/developers/docs/events/gateway. One identify too many costs the token, so it is tried anew only after
waits that grow.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route
from yarl import URL

from adapters.chat.discord.api import error_codes
from adapters.chat.discord.api.attempt import counting
from adapters.chat.discord.api.budget import Budget
from adapters.chat.discord.api.errors import name_of
from adapters.chat.discord.api.pacer import Pacer
from adapters.chat.discord.drawing.embeds import Json
from adapters.chat.discord.office import Office
from adapters.chat.discord.settings import DiscordSettings
from bot.errors import AuthFailed

from .answering import FAILURES
from .events import Events
from .handling import Handling
from .happening import happening_of
from .rights import Rights
from .starts import Restless, Starts, seconds_to_rest
from .sync import synced
from .tree import commands

FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0  # between two tries to connect from the start
STEADY_SECONDS = 600.0  # a connection that held so long was a good one
LONGEST_LIMIT = 30.0  # the least discord.py takes
SYNC_WAITS = (5, 30, 120, 600, 3600)  # seconds between two tries to register the commands
NEW = timedelta(days=1)  # a server; whoever added the bot earlier has found out how to begin
REFUSED = frozenset({4004, 4010, 4011, 4012, 4013, 4014})  # closes after which it is not tried again
COMMANDS = "/applications/{application_id}/commands"
log = logging.getLogger(__name__)


class Gateway(discord.AutoShardedClient):
    """discord.py's client: who did what goes to `Handling`, what happened to servers to `Events`."""

    def __init__(self, office: Office, budget: Budget, pacer: Pacer) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_LIMIT,
            http_trace=counting(budget, pacer),
        )
        self._budget = budget
        self._clock = office.clock
        self._handling = Handling(office, self.call)
        self._events = Events(office)
        self._rights = Rights()
        self._starts = Starts(office.clock)
        self._syncing: asyncio.Task[None] | None = None

    async def call(self, method: str, path: str, body: Json, names: dict[str, str]) -> None:
        """Make one request for an answer; raises what `answering.FAILURES` names."""
        self._budget.check()
        await self.http.request(Route(method, path, **names), json=body)

    async def registered(self) -> list[Json]:
        """The commands that Discord shows now."""
        self._budget.check()
        found: Any = await self.http.request(Route("GET", COMMANDS, application_id=self.application_id))
        return list(found)

    async def register(self, wanted: Sequence[Json]) -> None:
        """Have it show these and no others."""
        await self.http.request(Route("PUT", COMMANDS, application_id=self.application_id), json=list(wanted))

    async def setup_hook(self) -> None:
        """Compare the commands beside everything else: people are answered meanwhile."""
        self._syncing = asyncio.create_task(self._synced(), name="discord commands")

    async def launch_shards(self) -> None:
        """Connect where this API says, every time: a session that cannot be resumed begins at discord.py's own address."""
        self.shard_count, address, limit = await self.http.get_bot_gateway()
        while wait := seconds_to_rest(limit, self.shard_count):
            log.error("the bot was connected anew too often today; it is tried again in %d s", wait)
            await self._clock.sleep(wait)
            self.shard_count, address, limit = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = URL(address)
        await super().launch_shards()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Begin no session too early, and not again and again."""
        await self._starts.begin(shard_id or 0, initial=initial)

    async def ended(self) -> None:
        """Let what runs come to its end, and close."""
        if self._syncing is not None:
            self._syncing.cancel()
        await self._handling.end()
        await self.close()
        await self._unbegun()
        state = self._connection
        for waiting in (state._ready_task, *state._ready_tasks.values()):  # noqa: SLF001 - which it leaves behind
            if waiting is not None:  # for servers that nobody tells of any more
                waiting.cancel()

    async def _unbegun(self) -> None:
        """Close what discord.py leaves open: shards that had only begun to connect."""
        beating = [one.ws for one in threading.enumerate() if isinstance(one, KeepAliveHandler)]
        for shard in beating:
            if shard._connection is self._connection and shard._keep_alive:  # noqa: SLF001 - nobody else knows them
                await shard.close()

    async def on_ready(self) -> None:
        """Everything is there."""
        log.info("Discord is connected: %d servers, %d shards", len(self.guilds), self.shard_count or 1)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Somebody did something."""
        happening = happening_of(interaction)
        if happening is not None:
            self._handling.take(happening)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """A server added the bot."""
        open_ones = self._looked(guild)
        await self._events.joined(str(guild.id), lambda: _who_added(guild))
        await self._events.reopened(str(guild.id), open_ones)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server the bot is in was told of when it connected; it may have been removed and added meanwhile."""
        open_ones = self._looked(guild)
        added = (lambda: _who_added(guild)) if self._is_new(guild) else _nobody
        await self._events.joined(str(guild.id), added, lately=True)
        await self._events.reopened(str(guild.id), open_ones)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server removed the bot."""
        self._rights.forget(guild.id)
        await self._events.left(str(guild.id))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone."""
        await self._events.deleted(str(channel.guild.id), str(channel.id))

    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """A channel was changed: its name, or who may do what in it."""
        if before.name != after.name:
            await self._events.renamed(str(after.guild.id), str(after.id), after.name)
        await self._look(after.guild, after)

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """A role was changed: what it may do, or only how it looks."""
        if before.permissions != after.permissions:
            await self._look(after.guild)

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """A role is gone, with what it allowed and denied; the bot may have had it."""
        me: discord.Member | None = role.guild.me
        if me is not None and me._roles.has(role.id):  # noqa: SLF001 - by these discord.py counts what is denied
            me._roles.remove(role.id)  # noqa: SLF001 - which it leaves there
        await self._look(role.guild)

    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """The bot was given roles, or lost them; of others nothing is heard."""
        if after == after.guild.me:
            await self._look(after.guild)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Whatever a handler here raised: a fault of ours, for the log."""
        log.exception(  # noqa: LOG004 - discord.py calls this within its own handler
            "what Discord told was not taken note of (%s)", event_method
        )

    def _is_new(self, guild: discord.Guild) -> bool:
        """Whether the bot was added so lately that nobody may have heard of it: while it did not run, as at first."""
        since: datetime | None = guild.me.joined_at if guild.me else None
        return since is not None and self._clock.now() - since < NEW

    async def _look(self, guild: discord.Guild, only: discord.abc.GuildChannel | None = None) -> None:
        self._events.changed(str(guild.id), str(only.id) if only else "")
        for channel, may in self._rights.look(guild, only):
            told = self._events.opened if may else self._events.closed
            await told(str(guild.id), str(channel))

    def _looked(self, guild: discord.Guild) -> frozenset[str]:
        """Remember how it is, and tell of nothing; the channels that are open."""
        self._rights.forget(guild.id)
        self._rights.look(guild)
        return self._rights.open_ones(guild.id)

    async def _synced(self) -> None:
        """Try it for an hour or two: without its commands nobody can ask the bot anything."""
        for wait in SYNC_WAITS:
            try:
                await synced(self, commands())
            except FAILURES as error:
                log.warning(
                    "Discord was not told of the commands: %s; tried again in %d s", name_of(error), wait
                )
                await self._clock.sleep(wait)
            else:
                return
        log.error("Discord was not told of the commands of this version; the next start tries it again")


async def listen(
    office: Office, settings: DiscordSettings, budget: Budget, pacer: Pacer | None = None
) -> None:
    """Answer people until cancelled, however often Discord is away; raises `AuthFailed` when it refuses the token.

    `budget` and `pacer` are shared with whatever else uses the token.
    """
    pacer = pacer or Pacer(office.clock)
    # Below these, discord.py logs whole events, and addresses that hold the token an interaction is answered with.
    logging.getLogger("discord.http").setLevel(logging.ERROR)
    logging.getLogger("discord.gateway").setLevel(logging.INFO)
    Route.BASE = settings.api_url  # where discord.py sends everything; it is told there where the gateway is
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody speaks here
    wait = FIRST_WAIT
    while True:
        begun = office.clock.monotonic()
        await _connected(office, settings, budget, pacer)
        wait = FIRST_WAIT if office.clock.monotonic() - begun > STEADY_SECONDS else wait
        await office.clock.sleep(wait)
        wait = min(LONGEST_WAIT, wait * 2)


async def _connected(office: Office, settings: DiscordSettings, budget: Budget, pacer: Pacer) -> None:
    """Connect and stay so; returns when discord.py gave up, and raises `AuthFailed`."""
    client = Gateway(office, budget, pacer)
    # A task of its own: while a shard connects anew, discord.py takes being cancelled for nothing, and goes on.
    connecting = asyncio.create_task(client.start(settings.token.get_secret_value()), name="discord gateway")
    try:
        await asyncio.wait({connecting})
        connecting.result()
    except discord.LoginFailure as error:
        raise AuthFailed("Discord does not take the bot's token.", fix=error_codes.REPLACE) from error
    except discord.ConnectionClosed as error:
        log.warning("Discord closed the connection: %s", error.code)
        if error.code in REFUSED:
            raise AuthFailed(
                f"Discord does not let the bot connect ({error.code}).", fix=error_codes.REPLACE
            ) from error
    except Restless:
        log.warning("Discord ended every session that was begun")
    except (*FAILURES, aiohttp.ClientError) as error:
        log.warning("Discord could not be reached (%s); it is tried again", name_of(error))
    except (
        Exception
    ):  # something Discord said that discord.py cannot read: a new connection may say it otherwise
        log.exception("the connection to Discord broke")
    finally:
        connecting.cancel()
        await client.ended()
        await asyncio.wait({connecting})


async def _nobody() -> str:
    """Nobody is told how to begin."""
    return ""


async def _who_added(guild: discord.Guild) -> str:
    """Whoever added the bot, where it may read that; its owner, where it may not."""
    owner = str(guild.owner_id or "")
    if guild.me is None or not guild.me.guild_permissions.view_audit_log:
        return owner
    try:
        async for entry in guild.audit_logs(action=discord.AuditLogAction.bot_add, limit=5):
            if getattr(entry.target, "id", None) == guild.me.id:
                return str(entry.user_id or owner)
    except FAILURES as error:
        log.info("who added the bot is not known: %s", name_of(error))
    return owner
