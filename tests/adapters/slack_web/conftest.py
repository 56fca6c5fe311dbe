"""Slack's side of HTTP, and the bot's behind the real web host."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from yarl import URL

from adapters.chat.slack.api.people import People
from adapters.chat.slack.api.tokens import Tokens
from adapters.chat.slack.listening.bolt import SlackApp, make_app
from adapters.chat.slack.office import Office
from adapters.chat.slack.settings import SlackSettings
from adapters.chat.slack.web.door import Door
from adapters.chat.slack.web.http import make_asgi
from bot.app.workspaces import KeptWorkspaces
from bot.commands.replies import Notice, Tone
from bot.ports import Installation
from bot.storage.sealing import Keys
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.slack.server import SlackStandIn
from bot.testing.slack.world import Workspace

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()


@dataclass
class Slack:
    """Sends as Slack does, and otherwise; `ran` is what handlers were given."""

    clock: FakeClock
    ran: list[str] = field(default_factory=list)
    url: str = ""

    def signed(self, body: bytes | str, *, at: float = 0.0, secret: str = SECRET) -> dict[str, str]:
        raw = body.encode() if isinstance(body, str) else body
        stamp = str(int(self.clock.now().timestamp() + at))
        mark = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}", "Content-Type": FORM}

    async def posts(self, body: bytes | str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        raw = body.encode() if isinstance(body, str) else body
        given = self.signed(raw) if headers is None else headers
        async with (
            aiohttp.ClientSession() as client,
            client.post(f"{self.url}/slack/events", data=raw, headers=given) as answer,
        ):
            return answer.status, await answer.text()

    async def posts_raw(self, lines: list[bytes], body: bytes) -> int:
        """A request with header lines as no library would send them."""
        host, port = self.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = [b"POST /slack/events HTTP/1.1", b"Host: a", b"Connection: close", *lines]
        length = b"Content-Length: %d" % len(body)
        writer.write(b"\r\n".join([*head, length, b"", body]))
        try:
            return int((await reader.read()).split()[1])
        finally:
            writer.close()
            await writer.wait_closed()


def one_office(clock: FakeClock, **changes: object) -> Office:
    given = {"bot_token": SecretStr("xoxb-1"), "signing_secret": SecretStr(SECRET), **changes}
    settings = SlackSettings(_env_file=None, **given)
    tokens = Tokens(settings, None, clock)
    return Office(
        settings=settings,
        tokens=tokens,
        people=People(tokens, settings, clock),
        workspaces=None,
        clock=clock,
        commands=None,
    )


def listening(ran: list[str]) -> AsyncApp:
    async def authorize(**_given: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1")

    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    @app.command(re.compile(""))
    async def typed(ack, command) -> None:
        await ack()
        ran.append(command["text"])

    @app.action(re.compile(""))
    async def pressed(ack, action) -> None:
        await ack()
        ran.append(action["action_id"])

    @app.event("app_mention")
    async def mentioned(body) -> None:
        ran.append(body["event_id"])

    return app


@pytest.fixture
async def slack(served) -> AsyncIterator[Slack]:
    made = Slack(clock=FakeClock(datetime.now(UTC)))
    async with served(slack=make_asgi(one_office(made.clock), listening(made.ran))) as made.url:
        yield made


@pytest.fixture
def bench() -> SimpleNamespace:
    """What `slack` is made of, for tests that put it together otherwise."""
    return SimpleNamespace(Slack=Slack, office=one_office, listening=listening)


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies and follows no redirect unasked."""

    url: str
    client: aiohttp.ClientSession

    async def get(self, address: str) -> tuple[int, str]:
        async with self.client.get(URL(address, encoded=True), allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def begins(self, query: str = "") -> str:
        """Open the page to install; where its button leads."""
        status, page = await self.get(f"{self.url}/slack/install{query}")
        assert status == 200
        return unescape(page.split('class="next" href="')[1].split('"')[0])

    async def consents(self, authorize: str, *, team: str, answer: str = "allow") -> str:
        """Answer on Slack's page; where Slack sends the browser."""
        asked = {name: value[0] for name, value in parse_qs(urlsplit(authorize).query).items()}
        site = authorize.split("/oauth/", maxsplit=1)[0]
        form = {**asked, "team": team, "user": "ada", "answer": answer}
        async with self.client.post(f"{site}/oauth/v2/consent", data=form, allow_redirects=False) as back:
            return back.headers["Location"]

    async def installs(self, team: str, query: str = "") -> tuple[int, str]:
        return await self.get(await self.consents(await self.begins(query), team=team))


@dataclass
class Place:
    """The bot, its Slack, and its browsers."""

    clock: FakeClock
    slack: SlackStandIn
    office: Office
    url: str
    app: SlackApp
    ran: asyncio.Queue[str]
    opened: list[aiohttp.ClientSession] = field(default_factory=list)

    def browser(self) -> Browser:
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=self.url)
        self.opened.append(aiohttp.ClientSession(cookie_jar=jar))
        return Browser(url=self.url, client=self.opened[-1])

    async def posts(self, body: str) -> int:
        """What Slack sends, signed."""
        stamp = str(int(self.clock.now().timestamp()))
        mark = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}
        async with (
            aiohttp.ClientSession() as client,
            client.post(f"{self.url}/slack/events", data=body.encode(), headers=headers) as answer,
        ):
            return answer.status

    async def types(self, text: str, workspace: Workspace) -> int:
        """Somebody there types a command."""
        fields = {
            "command": "/papers",
            "text": text,
            "team_id": workspace.id,
            "user_id": workspace.person("ada").id,
            "channel_id": workspace.channel("papers").id,
            "trigger_id": f"trigger {text}",
            "response_url": f"{self.slack.state.base}nowhere",
        }
        return await self.posts(urlencode(fields))

    async def kept(self) -> dict[str, Installation]:
        return {one.workspace: one for one in await self.office.workspaces.installations("slack")}


def an_office(
    clock: FakeClock, store: Store, web_url: str, ran: asyncio.Queue[str], **settings: object
) -> Office:
    async def commands(line: str, **_given: object) -> Notice:
        ran.put_nowait(line)
        return Notice(kind=Tone.DONE, what="Done.")

    given = SlackSettings(_env_file=None, signing_secret=SecretStr(SECRET), **settings)
    workspaces = KeptWorkspaces(store, Keys.of(KEY), clock)
    tokens = Tokens(given, workspaces, clock)
    return Office(
        settings=given,
        tokens=tokens,
        people=People(tokens, given, clock),
        workspaces=workspaces,
        clock=clock,
        commands=commands,
        web_url=web_url,
    )


@pytest.fixture
def placed(served, tmp_path: Path):
    @asynccontextmanager
    async def put(*, rotating: bool = False, api_url: str = "", **changes: object) -> AsyncIterator[Place]:
        clock, door = FakeClock(datetime.now(UTC)), Door()
        async with (
            await Store.open(f"sqlite:///{tmp_path / 'papers.db'}") as store,
            SlackStandIn(clock=clock, rotating=rotating) as slack,
            served(slack=door) as url,
        ):
            ours = slack.state.app
            given = {
                "client_id": ours.client_id,
                "client_secret": SecretStr(ours.client_secret),
                "api_url": api_url or slack.api_url,
            }
            ran: asyncio.Queue[str] = asyncio.Queue()
            office = an_office(clock, store, url, ran, **(given | changes))
            app = make_app(office)
            place = Place(clock=clock, slack=slack, office=office, url=url, app=app, ran=ran)
            try:
                async with app:
                    with door.opened(make_asgi(office, app)):
                        yield place
            finally:
                await office.tokens.close()
                for one in place.opened:
                    await one.close()

    return put
