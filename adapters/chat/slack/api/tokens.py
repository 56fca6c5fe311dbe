"""The bot's tokens: the one of `SLACK_BOT_TOKEN`, or those of every workspace that installed the bot."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack.settings import SlackSettings
from bot.errors import AuthFailed, DeliveryError, PaperRoundError, Throttled, Transient
from bot.ports import Clock, Installation, Workspaces

from .client import Wire, make_client
from .error_codes import REINSTALL
from .errors import error_of
from .identity import Identity, of_installation, of_token
from .rotating import has_expired, is_due, renewed

log = structlog.get_logger()

PLATFORM = "slack"
INSTALL = "Somebody there has to install the app again."
SOON_SECONDS = 1.0  # a window must open within three, and a message goes as well with the token there is
END_SECONDS = 5.0  # for a token that is being renewed when the bot stops
RELOAD_SECONDS = 60.0  # what another process installed or removed is known by then
STALE_SECONDS = 300.0  # and where nobody reloads, as in a process that only sends


@dataclass(kw_only=True, slots=True)
class _Known:
    """One workspace, as far as this process knows."""

    identity: Identity
    installation: Installation | None = None  # None for the token of `SLACK_BOT_TOKEN`
    tested_at: datetime | None = None  # when Slack took that token
    read_at: float = 0.0  # when the installation was, on the monotonic clock
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # for renewing


class Tokens:
    """Who the bot is where, and the client to call Slack with; everything in memory, read anew in the background."""

    def __init__(
        self,
        settings: SlackSettings,
        workspaces: Workspaces | None,
        clock: Clock,
        *,
        wire: Wire | None = None,
    ) -> None:
        self._settings = settings
        self._workspaces = workspaces
        self.clock = clock
        self._wire = wire or Wire()
        self._known: dict[str, _Known] = {}
        self._renewing: set[asyncio.Task[_Known]] = set()
        self._asking = asyncio.Lock()  # one auth.test, however many want to know

    async def start(self) -> None:
        """Learn who the bot is, everywhere; raises `AuthFailed` when the one token is refused."""
        if self._settings.by_oauth:
            await self._loaded()
        else:
            await self._own()

    async def keep(self) -> None:
        """Go on learning of workspaces, and renew their tokens, until cancelled; one token is known already."""
        while self._settings.by_oauth:
            await self.clock.sleep(RELOAD_SECONDS)
            await asyncio.sleep(0)  # a clock of a test may not wait at all
            try:
                await self.start()
                await self._renew_all()
            except PaperRoundError as error:
                log.warning("slack.tokens_not_read", reason=str(error))
            except Exception:
                log.exception("slack.tokens_not_read")

    def known(self, workspace: str) -> Identity | None:
        """Who the bot is in a workspace; None when it is not installed there, as far as is known in memory."""
        known = self._known.get(workspace or self._only())
        return known.identity if known else None

    def tested_at(self, workspace: str) -> datetime | None:
        """When Slack took `SLACK_BOT_TOKEN` for the token of a workspace; None when it did not."""
        known = self._known.get(workspace)
        return known.tested_at if known else None

    def identities(self) -> tuple[Identity, ...]:
        """Who the bot is in every workspace known in memory."""
        return tuple(known.identity for known in self._known.values())

    def scopes(self, workspace: str) -> frozenset[str]:
        """What the bot was granted there, as far as is known in memory."""
        identity = self.known(workspace)
        return identity.scopes if identity else frozenset()

    async def identity(self, workspace: str) -> Identity:
        """Who the bot is in a workspace, asked for when it is not known; raises a `DeliveryError`."""
        return (await self._ready(workspace)).identity

    async def client(self, workspace: str) -> AsyncWebClient:
        """A client with a token that is good now; raises `AuthFailed` when there is none, else `Transient`."""
        return make_client(self._settings, (await self._ready(workspace)).identity.token, wire=self._wire)

    async def another(self, workspace: str, refused: str, *, renew: bool) -> AsyncWebClient | None:
        """A client with another token than the one Slack refused, when one is kept or (`renew`) Slack gives one."""
        if not self._settings.by_oauth:
            return None
        found = await self._fetched(workspace)
        rotates = found.installation is not None and found.installation.refresh_token != ""
        if renew and rotates and found.identity.token == refused:
            found = await asyncio.shield(self._renewing_of(found, refused=True))
        if found.identity.token == refused:
            return None
        return make_client(self._settings, found.identity.token, wire=self._wire)

    async def learn(self, installation: Installation) -> None:
        """Go by an installation from now on."""
        self._take(installation)

    async def forget(self, workspace: str) -> None:
        """Go by nothing known of a workspace any more: the bot is gone from it."""
        self._known.pop(workspace, None)

    async def close(self) -> None:
        """Close the connections, when what is being renewed is; the next call opens new ones."""
        if self._renewing:
            _, late = await asyncio.wait(self._renewing, timeout=END_SECONDS)
            for task in late:
                task.cancel()
        await self._wire.close()

    def _only(self) -> str:
        return next(iter(self._known)) if len(self._known) == 1 else ""

    def _take(self, installation: Installation) -> _Known:
        known = self._known.get(installation.workspace)
        identity = of_installation(installation)
        if known is None:
            known = self._known[installation.workspace] = _Known(identity=identity)
        known.identity, known.installation, known.read_at = identity, installation, self.clock.monotonic()
        return known

    async def _ready(self, workspace: str) -> _Known:
        if not self._settings.by_oauth:
            return _same(await self._own(), workspace)
        known = self._known.get(workspace or self._only())
        if known is None or self.clock.monotonic() - known.read_at > STALE_SECONDS:
            known = await self._read_anew(workspace, known)
        if known.installation and is_due(known.installation, self.clock):
            return await self._renewed_soon(known, known.installation)
        return known

    async def _read_anew(self, workspace: str, known: _Known | None) -> _Known:
        """What is kept of it now; what is known will do while the database is busy."""
        try:
            return await self._fetched(known.identity.workspace if known else workspace)
        except Transient:
            if known is None:
                raise
            return known

    async def _renewed_soon(self, known: _Known, installation: Installation) -> _Known:
        """The workspace with a newer token if there is one soon; as long as the old one lasts, nobody waits for it."""
        renewing = self._renewing_of(known)
        over = has_expired(installation, self.clock)
        await asyncio.wait({renewing}, timeout=None if over else SOON_SECONDS)
        return renewing.result() if renewing.done() else known

    async def _own(self) -> _Known:
        """The one workspace of `SLACK_BOT_TOKEN`; Slack is asked once."""
        async with self._asking:
            if not self._known:
                identity = await self._tested()
                await self._take_over(identity.workspace)
                self._known[identity.workspace] = _Known(identity=identity, tested_at=self.clock.now())
            return next(iter(self._known.values()))

    async def _take_over(self, workspace: str) -> None:
        """Say that `SLACK_BOT_TOKEN` serves this workspace now, should it once have removed the bot."""
        if self._workspaces is None:
            return
        now = self.clock.now()
        served = Installation(platform=PLATFORM, workspace=workspace, token="", installed_at=now)
        try:
            await self._workspaces.installed(served)
        except PaperRoundError as error:
            raise error_of(error, self.clock) from error

    async def _tested(self) -> Identity:
        token = self._settings.bot_token.get_secret_value()
        try:
            identity = await of_token(make_client(self._settings, token, wire=self._wire), token)
        except Exception as error:
            raise _untested(error_of(error, self.clock)) from error
        if not identity.workspace:
            raise Transient("Slack did not say which workspace SLACK_BOT_TOKEN belongs to.")
        return identity

    async def _loaded(self) -> None:
        try:
            found = await self._kept().installations(PLATFORM)
        except PaperRoundError as error:
            raise error_of(error, self.clock) from error
        for gone in self._known.keys() - {one.workspace for one in found}:
            del self._known[gone]
        for one in found:
            self._take(one)

    async def _fetched(self, workspace: str) -> _Known:
        """What is kept of a workspace now; raises `AuthFailed` when nothing is."""
        try:
            found = await self._kept().installation(PLATFORM, workspace)
        except PaperRoundError as error:
            raise error_of(error, self.clock) from error
        if found is None:
            self._known.pop(workspace, None)
            raise AuthFailed("The bot is not installed in that workspace.", fix=INSTALL)
        return self._take(found)

    async def _renew_all(self) -> None:
        for known in list(self._known.values()):
            if known.installation and is_due(known.installation, self.clock):
                try:
                    await asyncio.shield(self._renewing_of(known))
                except DeliveryError as error:
                    log.warning(
                        "slack.token_not_renewed", workspace=known.identity.workspace, reason=str(error)
                    )

    async def _renewed(self, known: _Known, *, refused: bool = False) -> _Known:
        """The workspace with a newer token; with the old one while that lasts and nobody can renew it."""
        token = known.identity.token
        async with known.turn:
            installation = known.installation
            if installation is None or known.identity.token != token:  # somebody here just did
                return known
            try:
                newer = await renewed(
                    installation, self._kept(), settings=self._settings, wire=self._wire, clock=self.clock
                )
            except PaperRoundError as error:
                if refused or has_expired(installation, self.clock):
                    raise error_of(error, self.clock) from error
                log.warning("slack.token_not_renewed", workspace=installation.workspace, reason=str(error))
                return known
            return self._take(newer)

    def _renewing_of(self, known: _Known, *, refused: bool = False) -> asyncio.Task[_Known]:
        """`_renewed`, to its end even when whoever needs it is cancelled: Slack tells a new token once."""
        renewing = asyncio.create_task(self._renewed(known, refused=refused))
        self._renewing.add(renewing)
        renewing.add_done_callback(self._ended)
        return renewing

    def _ended(self, renewing: asyncio.Task[_Known]) -> None:
        self._renewing.discard(renewing)
        if not renewing.cancelled():
            renewing.exception()  # whoever needed it may have gone, and it would be reported as never looked at

    def _kept(self) -> Workspaces:
        if self._workspaces is None:
            raise AuthFailed("Nothing is kept of workspaces here.", fix="Ask the bot where it runs.")
        return self._workspaces


def _same(known: _Known, workspace: str) -> _Known:
    """The one workspace, if it is the one that is meant; "" means whichever it is."""
    if workspace in {"", known.identity.workspace}:
        return known
    name = known.identity.name or known.identity.workspace
    raise AuthFailed(
        f"SLACK_BOT_TOKEN belongs to the workspace {name}, and this is for {workspace}.",
        fix="Set the token of that workspace, or unsubscribe what is left of it.",
    )


def _untested(error: DeliveryError) -> DeliveryError:
    """Why the token could not be tried; nothing was posted."""
    match error:
        case AuthFailed():
            return AuthFailed(f"SLACK_BOT_TOKEN is not accepted: {error.what}", fix=error.fix or REINSTALL)
        case Throttled() | Transient():
            return error
    return Transient(f"Slack could not be asked whose SLACK_BOT_TOKEN is: {error.what}")
