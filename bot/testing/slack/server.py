"""The stand-in itself: `async with SlackStandIn() as slack:` and the bot's SLACK_API_URL is `slack.api_url`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeAlias

from aiohttp import web

from bot.app.clock import SystemClock
from bot.ports import Clock

from .api import Api
from .checking import message_problems, view_problems
from .faults import Faults
from .messages import Said
from .oauth import authorize, consent
from .rates import Rates
from .responses import Responses
from .sockets import Sockets
from .state import App, Check, State
from .stock import stock
from .tokens import SCOPES, Token, Vault
from .views import View, Views
from .world import Workspace

BOT_TOKEN, APP_TOKEN = "xoxb-stand-in-bot", "xapp-1-stand-in-app"
Condition: TypeAlias = Callable[[], object]


class SlackStandIn:
    """Slack on loopback, with two workspaces; the bot is installed in the first by `bot_token`."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        rates: bool = False,
        scopes: tuple[str, ...] = SCOPES,
        rotating: bool = False,
        check_message: Check | None = None,
        check_view: Check | None = None,
        seed: int = 0,
    ) -> None:
        """Make one; `rates=True` enforces the posting limit, `scopes` are the bot token's."""
        clock, workspaces = clock or SystemClock(), stock()
        self.state = State(
            clock=clock,
            workspaces={one.id: one for one in workspaces},
            app=App(scopes=scopes),
            vault=Vault(rotating=rotating),
            faults=Faults(seed=seed),
            rates=Rates(clock=clock, enforced=rates),
            views=Views(clock=clock),
            responses=Responses(clock=clock),
        )
        self.state.check_message = check_message or message_problems
        self.state.check_view = check_view or view_problems
        self.home, self.other = workspaces
        self.bot_token, self.app_token = BOT_TOKEN, APP_TOKEN
        self.state.vault.keep(Token(secret=BOT_TOKEN, workspace=self.home.id, scopes=scopes))
        self.sockets = Sockets(state=self.state, app_token=APP_TOKEN)
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
        self._runner = web.AppRunner(self._routes(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.state.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"

    async def stop(self) -> None:
        """End every connection."""
        for socket in list(self.sockets.connections):
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """The bot's SLACK_API_URL."""
        return f"{self.state.base}api/"

    @property
    def faults(self) -> Faults:
        """What goes wrong from now on."""
        return self.state.faults

    def environment(self, *, transport: str = "socket", oauth: bool = False) -> dict[str, str]:
        """The bot's SLACK_* settings for Socket Mode ("socket") or for HTTP ("http"), by one token or by OAuth."""
        app = self.state.app
        way = {"socket": {"SLACK_APP_TOKEN": APP_TOKEN}, "http": {"SLACK_SIGNING_SECRET": app.signing_secret}}
        many = {"SLACK_CLIENT_ID": app.client_id, "SLACK_CLIENT_SECRET": app.client_secret}
        return {
            "SLACK_API_URL": self.api_url,
            **way[transport],
            **(many if oauth else {"SLACK_BOT_TOKEN": BOT_TOKEN}),
        }

    def messages(self, channel: str, workspace: Workspace | None = None) -> list[Said]:
        """What was said in a channel, oldest first."""
        return (workspace or self.home).channel(channel).messages

    def posted(self, channel: str, workspace: Workspace | None = None) -> list[Said]:
        """What the bot said there by chat.postMessage."""
        return [
            one for one in self.messages(channel, workspace) if one.bot_id and one.via == "chat.postMessage"
        ]

    def private_to(self, who: str, workspace: Workspace | None = None) -> list[Said]:
        """What only one person sees: ephemeral messages, also those by a response_url."""
        person = (workspace or self.home).person(who)
        return [one for one in self.state.private if one.only_for == person.id]

    def modal(self, who: str, workspace: Workspace | None = None) -> View | None:
        """The modal somebody has on top."""
        return self.state.views.modal((workspace or self.home).person(who).id)

    def home_of(self, who: str, workspace: Workspace | None = None) -> View | None:
        """What somebody's App Home shows."""
        place = workspace or self.home
        return self.state.views.homes.get((place.id, place.person(who).id))

    def calls(self, method: str) -> int:
        """How often a method was called."""
        return sum(one.method == method for one in self.state.journal)

    def token(self, *scopes: str, workspace: Workspace | None = None) -> str:
        """Make another bot token."""
        made = Token(
            secret=f"xoxb-{len(self.state.vault.tokens)}",
            workspace=(workspace or self.home).id,
            scopes=scopes,
        )
        return self.state.vault.keep(made).secret

    async def until(self, true: Condition, *, seconds: float = 20.0) -> None:
        """Wait until something is so, or raise TimeoutError."""
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - anything at all may be waited for
                await asyncio.sleep(0.01)

    def _routes(self) -> web.Application:
        app, api = web.Application(client_max_size=4 * 1024 * 1024), Api(self.state, self.sockets)
        app.router.add_route("*", "/api/{method}", api.answer)
        app.router.add_post("/response/{id}", api.respond)
        app.router.add_get("/socket/{ticket}", self.sockets.serve)
        app.router.add_get("/oauth/v2/authorize", self._with_state(authorize))
        app.router.add_post("/oauth/v2/consent", self._with_state(consent))
        if self.more_routes is not None:
            self.more_routes(app)
        return app

    def _with_state(
        self, page: Callable[[State, web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handler(request: web.Request) -> web.Response:
            return await page(self.state, request)

        return handler
