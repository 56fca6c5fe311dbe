"""Installing the bot in a workspace, in a browser, against a Slack on loopback."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr
from yarl import URL

from adapters.chat.slack.bolt import SlackApp, make_app
from adapters.chat.slack.door import Door
from adapters.chat.slack.http import make_asgi
from adapters.chat.slack.oauth_store import Installations
from adapters.chat.slack.office import Office
from adapters.chat.slack.people import People
from adapters.chat.slack.scopes import BOT
from adapters.chat.slack.settings import SlackSettings
from adapters.chat.slack.tokens import Tokens
from adapters.chat.slack.web_url import check_installable, checked_web_url
from bot.app.workspaces import KeptWorkspaces
from bot.commands.replies import Notice, Tone
from bot.errors import ConfigError, StoreBusy
from bot.ports import Installation
from bot.storage.sealing import Keys
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.slack.server import SlackStandIn
from bot.testing.slack.world import Workspace

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()


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


async def test_the_button_leads_to_slack_with_what_the_bot_asks_for(placed) -> None:
    async with placed() as place:
        address = urlsplit(await place.browser().begins())
        asked = {name: value[0] for name, value in parse_qs(address.query).items()}
        assert address.path == "/oauth/v2/authorize"
        assert f"{address.scheme}://{address.netloc}/" == place.slack.state.base
        assert asked["scope"].split(",") == list(BOT)
        assert asked["redirect_uri"] == f"{place.url}/slack/oauth_redirect"
        assert len(asked["state"]) >= 32


async def test_a_workspace_installs_the_bot_and_is_told_what_to_do_next(placed) -> None:
    async with placed() as place:
        home = place.slack.home
        status, page = await place.browser().installs(home.id)
        assert status == 200
        assert f"Paper Round is in {home.name}" in page
        assert "/papers subscribe topic:llm" in page
        one = (await place.kept())[home.id]
        assert (one.name, one.bot_user, one.scopes) == (home.name, home.bot_user, frozenset(BOT))
        assert one.installed_by == home.person("ada").id
        assert one.details["bot_id"]
        assert (one.refresh_token, one.expires_at) == ("", None)
        assert place.office.tokens.known(home.id).token == one.token


async def test_a_token_that_rotates_is_kept_with_what_renews_it(placed) -> None:
    async with placed(rotating=True) as place:
        await place.browser().installs(place.slack.home.id)
        one = (await place.kept())[place.slack.home.id]
        assert one.refresh_token in place.slack.state.vault.refreshes
        lasts = one.expires_at - place.clock.now()
        assert abs(lasts - place.slack.state.vault.lifetime) <= timedelta(seconds=1)


async def test_two_workspaces_are_two_installations(placed) -> None:
    async with placed() as place:
        home, other = place.slack.home.id, place.slack.other.id
        await place.browser().installs(home)
        first = (await place.kept())[home]
        await place.browser().installs(other)
        assert (await place.kept()).keys() == {home, other}
        assert (await place.kept())[home] == first


async def test_whoever_begins_for_one_workspace_and_consents_in_another_installs_in_that(placed) -> None:
    async with placed() as place:
        home, other = place.slack.home.id, place.slack.other.id
        await place.browser().installs(home)
        before = (await place.kept())[home]
        status, page = await place.browser().installs(other, f"?team={home}")
        assert status == 200
        assert place.slack.other.name in page
        assert (await place.kept())[home] == before


async def test_installing_again_replaces_the_token_and_nothing_else(placed) -> None:
    async with placed() as place:
        home = place.slack.home.id
        await place.browser().installs(home)
        before = (await place.kept())[home]
        assert (await place.browser().installs(home))[0] == 200
        after = (await place.kept())[home]
        assert after.token != before.token
        assert replace(after, token=before.token, installed_at=before.installed_at) == before
        assert place.office.tokens.known(home).token == after.token


async def test_a_page_is_good_once(placed) -> None:
    async with placed() as place:
        browser = place.browser()
        authorize = await browser.begins()
        first = await browser.consents(authorize, team=place.slack.home.id)
        second = await browser.consents(authorize, team=place.slack.other.id)
        cookies = [(one.key, one.value) for one in browser.client.cookie_jar]
        assert (await browser.get(first))[0] == 200
        browser.client.cookie_jar.update_cookies(dict(cookies), URL(place.url))
        status, page = await browser.get(second)
        assert status == 401
        assert "This page is over" in page
        assert (await place.kept()).keys() == {place.slack.home.id}


async def test_a_page_is_good_for_ten_minutes(placed) -> None:
    async with placed() as place:
        browser = place.browser()
        back = await browser.consents(await browser.begins(), team=place.slack.home.id)
        place.clock.advance(timedelta(minutes=10, seconds=1))
        status, page = await browser.get(back)
        assert status == 401
        assert "This page is over" in page
        assert await place.kept() == {}


async def test_nobody_ends_in_their_browser_what_began_in_another(placed) -> None:
    async with placed() as place:
        theirs, ours = place.browser(), place.browser()
        back = await theirs.consents(await theirs.begins(), team=place.slack.home.id)
        await ours.begins()
        for browser in (ours, place.browser()):
            status, page = await browser.get(back)
            assert status == 400
            assert "This did not begin in this browser" in page
        assert await place.kept() == {}
        assert (await theirs.get(back))[0] == 200


@pytest.mark.parametrize("query", ["", "?code=x", "?state=", "?state=%00&code=x", "?state[]=1&code=%ff"])
async def test_a_way_back_without_its_mark_is_refused(placed, query: str) -> None:
    async with placed() as place:
        browser = place.browser()
        await browser.begins()
        assert (await browser.get(f"{place.url}/slack/oauth_redirect{query}"))[0] == 400
        assert await place.kept() == {}


async def test_whoever_says_no_on_slacks_page_reads_that_nothing_happened(placed) -> None:
    async with placed() as place:
        browser = place.browser()
        back = await browser.consents(await browser.begins(), team=place.slack.home.id, answer="cancel")
        status, page = await browser.get(back)
        assert status == 200
        assert "Nothing was installed" in page
        assert await place.kept() == {}


@pytest.mark.parametrize("error", ["<script>alert(1)</script>", "unheard_of", "%00", "invalid_scope"])
async def test_what_an_address_says_is_not_repeated_on_the_page(placed, error: str) -> None:
    async with placed() as place:
        status, page = await place.browser().get(f"{place.url}/slack/oauth_redirect?error={error}")
        assert status == 400
        assert error not in page
        assert "Nothing was installed" in page


@pytest.mark.parametrize("team", ["T1&redirect_uri=https://evil.example", "t0", "T", "T" * 100])
async def test_nothing_can_be_put_into_the_way_to_slack(placed, team: str) -> None:
    async with placed() as place:
        authorize = await place.browser().begins(f"?team={team.replace('&', '%26')}")
        assert "evil" not in authorize
        assert "team=" not in authorize


async def test_a_code_that_slack_does_not_know_installs_nothing(placed) -> None:
    async with placed() as place:
        browser = place.browser()
        state = parse_qs(urlsplit(await browser.begins()).query)["state"][0]
        status, page = await browser.get(f"{place.url}/slack/oauth_redirect?state={state}&code=made-up")
        assert status == 401
        assert "Slack did not take the code" in page


async def test_a_secret_that_is_wrong_is_the_operators_to_mend(placed) -> None:
    async with placed(client_secret=SecretStr("wrong")) as place:
        status, page = await place.browser().installs(place.slack.home.id)
        assert status == 500
        assert "SLACK_CLIENT_SECRET" in page


@pytest.mark.parametrize("kind", ["500", "503", "html", "reset", "reset_after", "garbage"])
async def test_a_slack_that_does_not_answer_installs_nothing_and_says_so(placed, kind: str) -> None:
    async with placed() as place:
        place.slack.faults.add(kind, method="oauth.v2.access")
        status, page = await place.browser().installs(place.slack.home.id)
        assert status == 502
        assert "Slack did not answer" in page
        assert await place.kept() == {}


async def test_a_bot_whose_name_cannot_be_asked_is_installed_all_the_same(placed) -> None:
    async with placed() as place:
        place.slack.faults.add("500", method="auth.test")
        assert (await place.browser().installs(place.slack.home.id))[0] == 200
        assert "bot_id" not in (await place.kept())[place.slack.home.id].details


async def test_a_database_that_does_not_take_it_is_named_and_no_trace_shown(
    placed, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_given: object) -> None:
        raise StoreBusy("The database did not answer in time.")

    async with placed() as place:
        for name in ("save_installation", "add_state"):
            browser = place.browser()
            back = await browser.consents(await browser.begins(), team=place.slack.home.id)
            with monkeypatch.context() as patch:
                patch.setattr(Store, name, busy)
                address = back if name == "save_installation" else f"{place.url}/slack/install"
                status, page = await browser.get(address)
            assert status == 503
            assert "It could not be written down" in page
            assert "Traceback" not in page


async def test_no_code_token_or_secret_comes_into_a_log(
    placed, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    async with placed(rotating=True) as place:
        browser = place.browser()
        back = await browser.consents(await browser.begins(), team=place.slack.home.id)
        await browser.get(back)
        await browser.get(back)
        await browser.get(f"{place.url}/slack/oauth_redirect?error=odd&code=c0de&state=st4te")
        one = (await place.kept())[place.slack.home.id]
        secrets = {name: value[0] for name, value in parse_qs(urlsplit(back).query).items()}
        secrets |= {"token": one.token, "refresh": one.refresh_token, "c": "c0de", "s": "st4te"}
    said = "\n".join(
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(("adapters", "slack", "uvicorn"))
    )
    said += "".join(capsys.readouterr())
    assert [name for name, secret in secrets.items() if secret in said] == []


async def test_a_workspace_that_removed_the_bot_is_unknown_from_then_on(placed) -> None:
    async with placed() as place:
        home = place.slack.home.id
        await place.browser().installs(home)
        await Installations(place.office).async_delete_all(enterprise_id=None, team_id=home)
        assert await place.kept() == {}
        assert place.office.tokens.known(home) is None


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked"])
async def test_after_slack_says_that_the_bot_was_removed_nothing_runs_for_that_workspace(
    placed, kind: str
) -> None:
    async with placed() as place:
        home, other = place.slack.home, place.slack.other
        await place.browser().installs(home.id)
        await place.browser().installs(other.id)
        assert await place.types("list", home) == 200
        assert await place.ran.get() == "list"
        place.clock.advance(timedelta(minutes=1))
        event = {"type": kind, "tokens": {"bot": [home.bot_user], "oauth": []}}
        told = {"type": "event_callback", "event_id": "Ev1", "team_id": home.id, "event": event}
        told["event_time"] = int(place.clock.now().timestamp())
        assert await place.posts(json.dumps(told)) == 200
        await place.app.end()
        assert (await place.kept()).keys() == {other.id}
        assert await place.types("status", home) == 200
        await place.app.end()
        assert place.ran.empty()
        assert await place.types("list", other) == 200
        assert await place.ran.get() == "list"


async def test_what_bolt_asks_its_store_is_what_was_kept(placed) -> None:
    async with placed(rotating=True) as place:
        home, store = place.slack.home.id, Installations(place.office)
        await place.browser().installs(home)
        one = (await place.kept())[home]
        bot = await store.async_find_bot(enterprise_id=None, team_id=home)
        assert (bot.bot_token, bot.bot_refresh_token) == (one.token, one.refresh_token)
        assert bot.bot_token_expires_at == int(one.expires_at.timestamp())
        assert await store.async_find_bot(enterprise_id=None, team_id="T0NOBODY") is None
        assert (
            await store.async_find_bot(enterprise_id="E1", team_id=home, is_enterprise_install=True) is None
        )


@asynccontextmanager
async def answering(**answers: dict[str, object]) -> AsyncIterator[tuple[str, list[str]]]:
    """A Slack that says what a test wants; and what it was asked."""
    asked: list[str] = []

    async def method(request: web.Request) -> web.Response:
        asked.append(request.match_info["method"])
        return web.json_response(answers.get(asked[-1].replace(".", "_"), {"ok": True}))

    app = web.Application()
    app.router.add_route("*", "/api/{method}", method)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/", asked
    finally:
        await runner.cleanup()


GIVEN = {"ok": True, "access_token": "xoxb-9", "token_type": "bot", "scope": "commands", "team": {"id": "T9"}}


@pytest.mark.parametrize(
    ("answer", "status", "title"),
    [
        (
            {"is_enterprise_install": True, "team": None, "enterprise": {"id": "E1"}},
            400,
            "One workspace at a time",
        ),
        ({"team": None}, 400, "One workspace at a time"),
        ({"access_token": None}, 400, "Slack gave no bot token"),
        ({"token_type": "user"}, 400, "Slack gave no bot token"),
        ({"ok": False, "error": "code_already_used"}, 401, "Slack did not take the code"),
        ({"ok": False}, 502, "Slack did not answer"),
    ],
)
async def test_an_answer_that_is_no_workspaces_bot_is_not_kept(
    placed, answer: dict[str, object], status: int, title: str
) -> None:
    async with (
        answering(oauth_v2_access={**GIVEN, **answer}) as (api_url, asked),
        placed(api_url=api_url) as place,
    ):
        browser = place.browser()
        state = parse_qs(urlsplit(await browser.begins()).query)["state"][0]
        back = await browser.get(f"{place.url}/slack/oauth_redirect?state={state}&code=c")
        assert back[0] == status
        assert title in back[1]
        assert await place.kept() == {}
        assert ("auth.revoke" in asked) == (title == "One workspace at a time")


async def test_a_token_that_belongs_elsewhere_than_slack_said_is_not_kept(placed) -> None:
    who = {"ok": True, "team_id": "T8", "bot_id": "B8", "user_id": "U8"}
    async with (
        answering(oauth_v2_access=GIVEN, auth_test=who) as (api_url, _),
        placed(api_url=api_url) as place,
    ):
        browser = place.browser()
        state = parse_qs(urlsplit(await browser.begins()).query)["state"][0]
        assert (await browser.get(f"{place.url}/slack/oauth_redirect?state={state}&code=c"))[0] == 400
        assert await place.kept() == {}


async def test_a_workspace_may_be_called_anything(placed) -> None:
    named = {**GIVEN, "team": {"id": "T9", "name": "<script>alert(1)</script>"}}
    async with answering(oauth_v2_access=named) as (api_url, _), placed(api_url=api_url) as place:
        browser = place.browser()
        state = parse_qs(urlsplit(await browser.begins()).query)["state"][0]
        status, page = await browser.get(f"{place.url}/slack/oauth_redirect?state={state}&code=c")
        assert status == 200
        assert "<script" not in page


async def test_the_mark_in_the_browser_is_kept_from_scripts_and_other_sites(placed) -> None:
    async with placed() as place:
        async with place.browser().client.get(f"{place.url}/slack/install") as answer:
            cookie = answer.headers["Set-Cookie"]
            policy = answer.headers["Content-Security-Policy"]
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"} <= set(cookie.split("; "))
        assert policy.startswith("default-src 'none'; style-src 'sha256-")


@pytest.mark.parametrize("web_url", ["", "http://papers.example.org", "http://10.0.0.1:8080"])
async def test_an_address_to_which_slack_sends_nobody_is_refused_at_the_start(web_url: str) -> None:
    with pytest.raises(ConfigError, match="PAPERROUND_WEB_URL"):
        checked_web_url(web_url)


@pytest.mark.parametrize("web_url", ["https://papers.example.org/", "http://127.0.0.1:1", "http://[::1]:1"])
async def test_an_address_with_a_certificate_or_on_this_machine_is_taken(web_url: str) -> None:
    assert checked_web_url(web_url) == web_url.rstrip("/")


async def test_tokens_that_could_not_be_sealed_are_not_asked_for() -> None:
    with pytest.raises(ConfigError, match="PAPERROUND_SECRET_KEY"):
        check_installable("https://papers.example.org", can_seal=False)
    check_installable("https://papers.example.org", can_seal=True)
