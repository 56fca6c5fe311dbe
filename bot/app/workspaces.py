"""The workspaces that installed the bot, as chat adapters see them: tokens are sealed on the way in, opened on the way out."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from bot.config import Settings
from bot.domain.subscription import Address
from bot.errors import ConfigError
from bot.ports import Clock, Installation
from bot.storage.sealing import Keys, Place
from bot.storage.store import Store

STATE_BYTES = 32

log = structlog.get_logger()


def keys(settings: Settings) -> Keys:
    """The keys that tokens are sealed with; ConfigError when what is set is none."""
    return Keys.of(settings.secret_key.get_secret_value())


@dataclass(frozen=True, slots=True)
class KeptWorkspaces:
    """`bot.ports.Workspaces` over the store."""

    store: Store
    keys: Keys
    clock: Clock
    _told: set[str] = field(default_factory=set, repr=False)  # said once: adapters list them every minute

    async def installations(self, platform: str) -> tuple[Installation, ...]:
        """List every workspace that has the bot installed now.

        One whose tokens cannot be opened is left out and logged, so that it stops nobody else; ConfigError when none can.
        """
        tried = [self._tried(kept) for kept in await self.store.installations(platform)]
        opened = tuple(one for one in tried if isinstance(one, Installation))
        refused = [one for one in tried if isinstance(one, ConfigError)]
        if refused and not opened:
            raise refused[0]
        return opened

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        """Find one; None when it never installed the bot, or removed it. ConfigError when its token cannot be opened."""
        kept = await self.store.installation(platform, workspace)
        return None if kept is None else self._opened(kept)

    async def installed(self, installation: Installation) -> None:
        """Remember an installation, the newest of its workspace; one that was gone goes on where it stopped.

        One without a token is not kept: it says that the operator's own token serves a workspace now.
        """
        now = self.clock.now()
        if installation.token:
            await self.store.save_installation(self._sealed(installation), now)
        else:
            await self.store.forget_end(installation.platform, installation.workspace, now)

    async def renewing(self, platform: str, workspace: str) -> bool:
        """Ask to be the one process that renews a token now; False when another is at it."""
        return await self.store.claim_renewal(platform, workspace)

    async def renewed(self, installation: Installation) -> None:
        """Remember a renewed token; an installation that ended meanwhile stays ended."""
        await self.store.renew_installation(self._sealed(installation))

    async def uninstalled(self, platform: str, workspace: str) -> None:
        """Forget a workspace's tokens and send nothing there; what it subscribed to is kept for 30 days."""
        await self.store.end_installation(platform, workspace, self.clock.now())

    async def new_state(self) -> str:
        """Make a single-use mark for an installation that begins now; it is good for ten minutes."""
        state = secrets.token_urlsafe(STATE_BYTES)
        await self.store.add_state(state, self.clock.now())
        return state

    async def used_state(self, state: str) -> bool:
        """Use such a mark up; False when it was never made, was used already, or is too old."""
        return await self.store.use_state(state, self.clock.now())

    async def channel_gone(self, address: Address, reason: str) -> None:
        """Send nothing to a channel that is gone, archived or closed to the bot, and have its people told once."""
        await self.store.channel_gone(address, reason)

    async def channel_lacks(self, address: Address, what: str) -> None:
        """Have its people told once what makes digests worse there, unless whoever subscribed was told then."""
        await self.store.channel_lacks(address, what)

    async def channel_back(self, address: Address) -> None:
        """Send there again, if it was paused for being gone."""
        await self.store.channel_back(address, self.clock.now())

    async def channels_shut(self, platform: str, workspace: str) -> Mapping[str, str]:
        """Channels to which nothing is sent as they could not be posted in, and the reason of each."""
        return await self.store.channels_shut(platform, workspace)

    async def channel_renamed(self, address: Address, name: str) -> None:
        """Call a channel by its new name, as "#papers"."""
        await self.store.channel_renamed(address, name)

    async def reseal(self) -> int:
        """Seal anew what an older key sealed, so that the operator may drop that key; how many workspaces it was."""
        return sum([await self._resealed(old) for old in await self.store.installations()])

    async def _resealed(self, old: Installation) -> bool:
        if self.keys.is_current(old.token) and self.keys.is_current(old.refresh_token):
            return False
        opened = self._tried(old)
        if isinstance(opened, ConfigError):
            return False
        return await self.store.reseal_installation(old, self._sealed(opened))

    def _tried(self, kept: Installation) -> Installation | ConfigError:
        try:
            return self._opened(kept)
        except ConfigError as error:
            self._complain(kept, error)
            return error

    def _complain(self, kept: Installation, error: ConfigError) -> None:
        tokens = kept.token + kept.refresh_token
        if tokens not in self._told:
            self._told.add(tokens)
            where = {"platform": kept.platform, "workspace": kept.workspace}
            log.error("workspaces.not_opened", **where, error=str(error))

    def _sealed(self, installation: Installation) -> Installation:
        return _with_tokens(installation, self.keys.seal)

    def _opened(self, installation: Installation) -> Installation:
        return _with_tokens(installation, self.keys.open)


def _with_tokens(installation: Installation, change: Callable[[str, Place], str]) -> Installation:
    def changed(field: str) -> str:
        place = Place(platform=installation.platform, workspace=installation.workspace, field=field)
        return change(getattr(installation, field), place)

    return replace(installation, token=changed("token"), refresh_token=changed("refresh_token"))
