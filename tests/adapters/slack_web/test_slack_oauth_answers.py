"""Whatever Slack or the database answer, nothing is half installed and nothing is given away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.errors import StoreBusy
from bot.storage.store import Store


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
