"""HTTP beside everything else: who serves what, when a process is ready, and in which order it begins and ends."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bot.app.build import open_app
from bot.app.roles import Role
from bot.app.run import run
from bot.app.serving import chats_of, check_served, mounts, readiness, serve_web
from bot.app.staying import RUNNING, keep_on
from bot.config import Settings
from bot.errors import AuthFailed, ConfigError, StoreBusy
from bot.ports import LaneLimits


class Chat:
    """A chat that only says when it runs and when it ends."""

    limits = LaneLimits()

    def __init__(self, platform: str, *, error: Exception | None = None) -> None:
        self.platform = platform
        self.error = error
        self.runs, self.ended = asyncio.Event(), asyncio.Event()

    async def run(self, _commands: object) -> None:
        self.runs.set()
        if self.error:
            raise self.error
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()


class ServedChat(Chat):
    """One that is reached over HTTP, if it is to be; a request waits until it may be answered."""

    def __init__(self, platform: str = "slack", *, by_http: bool = True) -> None:
        super().__init__(platform)
        self.by_http = by_http
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()
        self.answered_while_running = False

    def asgi(self) -> object:
        return self._answer if self.by_http else None

    async def _answer(self, _scope: object, _receive: object, send) -> None:
        self.asked.set()
        await self.may_answer.wait()
        self.answered_while_running = self.runs.is_set() and not self.ended.is_set()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"taken"})


def settings(**changes: object) -> Settings:
    return Settings(database_url="postgresql://db/papers", _env_file=None, **changes)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def several() -> dict[str, Chat]:
    chats = [ServedChat("slack"), ServedChat("discord", by_http=False), Chat("console")]
    return {chat.platform: chat for chat in chats}


def test_each_role_runs_its_own_chats() -> None:
    ran = {role: set(chats_of(role, several())) for role in Role}
    assert ran == {
        Role.ALL: {"slack", "discord", "console"},
        Role.GATEWAY: {"discord", "console"},
        Role.WEB: {"slack"},
        Role.SCHEDULER: set(),
        Role.WORKER: set(),
    }


def test_only_what_offers_pages_is_mounted() -> None:
    assert list(mounts(several())) == ["slack"]


@pytest.mark.parametrize("role", [Role.ALL])
def test_a_chat_that_needs_http_names_both_settings(role: Role) -> None:
    with pytest.raises(ConfigError) as refused:
        check_served(role, settings(), several())
    assert "PAPERROUND_CHAT has slack" in str(refused.value)
    assert "PAPERROUND_WEB_PORT=8080" in str(refused.value)


@pytest.mark.parametrize("role", [Role.GATEWAY, Role.WORKER, Role.SCHEDULER])
def test_whoever_serves_nothing_needs_no_port(role: Role) -> None:
    check_served(role, settings(), several())


def test_the_archive_is_served_beside_any_chat_or_none() -> None:
    for chats in ({}, {"console": Chat("console")}, several()):
        check_served(Role.WEB, settings(web_port=8080), chats)


def test_a_gateway_needs_somebody_who_is_not() -> None:
    with pytest.raises(ConfigError, match="nobody to answer"):
        check_served(Role.GATEWAY, settings(), {"slack": ServedChat()})


def test_what_serves_http_has_to_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.serving.NEEDED", ("no_such_package",))
    with pytest.raises(ConfigError, match=r"paperround\[web\]"):
        check_served(Role.ALL, settings(web_port=8080), several())
    check_served(Role.ALL, settings(), {"console": Chat("console")})


@asynccontextmanager
async def an_app(installation, *chats: Chat):
    installation.source.lists(1)
    await installation.once()
    async with open_app(installation.settings, clock=installation.clock, chat=False) as app:
        yield replace(app, adapters={chat.platform: chat for chat in chats})


async def ended(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def asked(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as client, client.get(url) as answer:
        return answer.status, await answer.text()


async def test_a_process_that_plans_is_ready_while_it_does(installation) -> None:
    async with an_app(installation) as app:
        plans, serves = readiness(app, Role.ALL), readiness(app, Role.WEB)
        assert await plans() == ""
        installation.clock.advance(timedelta(minutes=4))
        assert await plans() == "Nothing was planned for 4 minutes."
        assert await serves() == ""
        assert await app.store.cron_run("plan", "now", "me", installation.clock.now())
        assert await plans() == ""


async def test_a_process_without_its_database_is_not_ready(
    installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy() -> None:
        raise StoreBusy("The database did not answer in time.")

    async with an_app(installation) as app:
        ready = readiness(app, Role.WEB)
        monkeypatch.setattr(type(app.store), "last_run", lambda _store: busy())
        assert await ready() == "The database does not answer."
        monkeypatch.setattr("bot.app.serving.READ_SECONDS", 0.01)
        monkeypatch.setattr(type(app.store), "last_run", lambda _store: asyncio.Event().wait())
        assert await ready() == "The database does not answer."


async def test_health_and_chats_are_served_where_a_port_is_set(installation) -> None:
    port, said, chat = free_port(), asyncio.Queue(), ServedChat()
    installation.changes["web_port"] = port
    chat.may_answer.set()
    async with an_app(installation, chat) as app:
        serving = asyncio.create_task(serve_web(app, Role.ALL, said.put_nowait))
        assert (
            await said.get()
            == f"The archive is at http://127.0.0.1:{port}/; beside it are /livez, /readyz, /slack."
        )
        status, page = await asked(f"http://127.0.0.1:{port}/")
        assert (status, "<h1>" in page) == (200, True)
        assert await asked(f"http://127.0.0.1:{port}/readyz") == (200, "ok")
        assert await asked(f"http://127.0.0.1:{port}/slack/events") == (200, "taken")
        await ended(serving)


@pytest.mark.parametrize("role", [Role.ALL, Role.WEB])
async def test_a_port_that_is_taken_ends_it_with_its_name(installation, role: Role) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        installation.changes["web_port"] = taken.getsockname()[1]
        async with an_app(installation, ServedChat()) as app:
            with pytest.raises(ConfigError, match="PAPERROUND_WEB_PORT"):
                await keep_on(app, installation.said.append, role=role)


@pytest.mark.parametrize("role", [Role.GATEWAY, Role.WORKER, Role.SCHEDULER])
async def test_other_roles_leave_the_port_alone(installation, role: Role) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        installation.changes["web_port"] = taken.getsockname()[1]
        async with an_app(installation, Chat("discord"), ServedChat()) as app:
            running = asyncio.create_task(keep_on(app, installation.said.append, role=role))
            await asyncio.sleep(0)
            assert installation.said[-1] == RUNNING
            await ended(running)


async def test_a_request_under_way_at_the_end_is_answered_by_a_chat_that_still_runs(installation) -> None:
    chat = ServedChat()
    installation.changes["web_port"] = free_port()
    async with an_app(installation, chat) as app:
        up = asyncio.Event()
        running = asyncio.create_task(
            keep_on(app, lambda line: up.set() if line.startswith("The archive") else None, role=Role.WEB)
        )
        await up.wait()
        asking = asyncio.create_task(asked(f"http://127.0.0.1:{app.settings.web_port}/slack/events"))
        await chat.asked.wait()
        running.cancel()
        await asyncio.sleep(0)
        chat.may_answer.set()
        assert await asking == (200, "taken")
        await asyncio.gather(running, return_exceptions=True)
        assert chat.answered_while_running
        assert chat.ended.is_set()


async def started(installation, monkeypatch: pytest.MonkeyPatch, *chats: Chat) -> asyncio.Task[int]:
    """`paperround run` with these chats, and sources that never answer."""

    async def stalls(*, since: object):
        await asyncio.Event().wait()
        yield since

    monkeypatch.setattr(installation.source, "fetch", stalls)
    monkeypatch.setattr(
        "bot.app.build.plugins.chat_adapters", lambda *_given: {chat.platform: chat for chat in chats}
    )
    return asyncio.create_task(
        run(installation.settings, say=installation.said.append, clock=installation.clock)
    )


async def test_chats_are_answered_while_the_sources_are_still_asked(
    installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = ServedChat()
    installation.changes["web_port"] = free_port()
    running = await started(installation, monkeypatch, chat)
    await chat.runs.wait()
    assert RUNNING in installation.said
    assert not running.done()
    await ended(running)
    assert chat.ended.is_set()
    assert not [line for line in installation.said if "nothing new" in line]


async def test_a_chat_that_cannot_begin_ends_it_without_waiting_for_sources(
    installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await started(installation, monkeypatch, Chat("slack", error=AuthFailed("No.")))
    with pytest.raises(AuthFailed):
        await running


async def test_nothing_is_planned_before_the_first_papers(
    installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = asyncio.Event()

    async def plan_due(*_given: object, **_named: object) -> None:
        planned.set()

    monkeypatch.setattr("jobs.rounds.plan_due", plan_due)
    papers = asyncio.Event()

    @asynccontextmanager
    async def opening(_app: object, _say: object):
        await papers.wait()
        yield None

    async with an_app(installation, Chat("slack")) as app:
        running = asyncio.create_task(keep_on(app, installation.said.append, opening))
        await app.adapters["slack"].runs.wait()
        for _ in range(50):
            await asyncio.sleep(0)
        assert not planned.is_set()
        papers.set()
        await planned.wait()
        await ended(running)


async def test_a_chat_that_needs_http_is_refused_before_anything_runs(
    installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = ServedChat()
    running = await started(installation, monkeypatch, chat)
    with pytest.raises(ConfigError, match="PAPERROUND_WEB_PORT"):
        await running
    assert not chat.runs.is_set()
