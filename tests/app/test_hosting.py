"""What one installation serves over HTTP: everything beside everything else, and who may see which of it."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import yaml

from bot.app.build import open_app
from bot.app.hosting import hosted
from bot.app.lag import LoopLag
from bot.app.mail_pages import digests_of
from bot.domain.subscription import Address, Schedule
from bot.ports import LaneLimits
from bot.testing.builders import make_secret_key

HERE = "http://papers.example.org"
# https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
LINE = re.compile(r'paperround_[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?\d+(\.\d+)?(e[+-]\d+)?')

EVERYTHING = (
    "/",
    "/feeds/newest.atom",
    "/sitemap.xml",
    "/robots.txt",
    "/api/v1/topics",
    "/api/openapi.json",
    "/livez",
    "/slack/events",
)


class Chat:
    limits = LaneLimits()

    def __init__(self, platform: str, to: str = "", refused: int = 3) -> None:
        self.platform, self.to, self.refused = platform, to, refused

    async def invite(self) -> str:
        return self.to

    def refused_lately(self) -> int:
        return self.refused


class Slow(Chat):
    async def invite(self) -> str:
        await asyncio.Event().wait()
        return ""


class Plain:
    limits = LaneLimits()
    platform = "console"


async def echo(scope: dict, _receive: object, send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["client"][0].encode()})


@asynccontextmanager
async def reading(installation, *chats: object, peer: str = "127.0.0.1", **changes: object):
    installation.source.lists(1)
    await installation.once()
    installation.changes.update(changes)
    async with open_app(installation.settings, clock=installation.clock, chat=False) as opened:
        named = {chat.platform: chat for chat in chats}
        app = replace(opened, adapters=named, fetch_seconds={"arxiv": 1.5})
        installation.running = app
        host = hosted(app, {"slack": echo}, ready=ready, lag=LoopLag())
        transport = httpx.ASGITransport(app=host, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            yield client


async def ready() -> str:
    return ""


async def test_everything_is_served_side_by_side(installation) -> None:
    async with reading(installation) as client:
        answers = {path: (await client.get(path)).status_code for path in EVERYTHING}
    assert set(answers.values()) == {200}, answers


async def test_figures_are_lines_that_name_nobody(installation) -> None:
    async with reading(installation, Chat("discord"), Plain()) as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    assert all(line.startswith(("# HELP ", "# TYPE ")) or LINE.fullmatch(line) for line in lines), lines
    assert 'paperround_invalid_requests{adapter="discord"} 3' in lines
    assert "paperround_papers 1" in lines
    assert 'paperround_source_fetch_seconds{source="arxiv"} 1.5' in lines
    labels = set(re.findall(r'[{,]([a-z_]+)="', answer.text))
    assert labels <= {"state", "adapter", "outcome", "source", "of", "kind", "version", "python"}
    names = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert len(names) == sum(line.startswith("# TYPE") for line in lines)


@pytest.mark.parametrize(
    ("who", "peer", "headers", "status"),
    [
        ("loopback", "127.0.0.1", {}, 200),
        ("loopback", "192.0.2.1", {}, 404),
        ("loopback", "127.0.0.1", {"x-forwarded-for": "192.0.2.1"}, 404),
        ("all", "192.0.2.1", {}, 200),
        ("off", "127.0.0.1", {}, 404),
    ],
    ids=["here", "elsewhere", "through-a-proxy", "all", "off"],
)
async def test_figures_are_for_this_machine_unless_its_operator_says_otherwise(
    installation, who: str, peer: str, headers: dict[str, str], status: int
) -> None:
    async with reading(installation, peer=peer, metrics=who) as client:
        assert (await client.get("/metrics", headers=headers)).status_code == status


async def test_a_chat_is_told_who_really_asks(installation) -> None:
    async with reading(installation, trusted_proxies=("127.0.0.1",)) as client:
        told = await client.get("/slack/events", headers={"x-forwarded-for": "198.51.100.7"})
    assert told.text == "198.51.100.7"


async def test_too_many_requests_are_refused_and_counted(installation) -> None:
    async with reading(installation) as client:
        answers = [await client.post("/nowhere") for _ in range(11)]
        assert [answer.status_code for answer in answers].index(429) == 10
        assert 'paperround_http_refused_total{kind="forms"} 1' in (await client.get("/metrics")).text


async def test_the_bot_is_added_elsewhere_where_its_chats_can_be(
    installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.pages.installing.PATIENCE_SECONDS", 0.01)
    chats = (
        Chat("slack", "/slack/install"),
        Chat("discord", "https://discord.com/oauth2/authorize?client_id=1&scope=bot"),
        Slow("other"),
    )
    async with reading(installation, *chats) as client:
        page = (await client.get("/install")).text
    assert 'href="/slack/install"' in page
    assert 'href="https://discord.com/oauth2/authorize?client_id=1&amp;scope=bot"' in page
    assert "Nobody can add it here just now" in page
    assert '<a href="/install" aria-current="true">' in page


async def test_there_is_no_such_page_where_no_chat_can_be(installation) -> None:
    async with reading(installation, Plain()) as client:
        assert (await client.get("/install")).status_code == 404
        assert "/install" not in (await client.get("/")).text


async def test_the_loop_is_watched_while_something_keeps_it() -> None:
    times = iter([0.0, 0.5, 0.5, 2.25, 2.25])
    looks, over = iter([0, 1]), asyncio.Event()

    async def sleep(_seconds: float) -> None:
        if next(looks, None) is None:
            over.set()
            await asyncio.Event().wait()

    lag = LoopLag(now=lambda: next(times), sleep=sleep)
    assert lag.worst == 0.0
    watching = asyncio.create_task(lag.watch())
    await over.wait()
    watching.cancel()
    assert lag.worst == 1.25


async def test_the_rules_that_are_shipped_ask_for_figures_that_are_told(installation) -> None:
    rules = (Path(__file__).parents[2] / "deploy" / "prometheus-alerts.yaml").read_text()
    yaml.safe_load(rules)
    async with reading(installation, Chat("discord")) as client:
        told = set(re.findall(r"# TYPE (\S+)", (await client.get("/metrics")).text))
    asked = set(re.findall(r"paperround_\w+", rules))
    assert asked <= told


async def test_a_destination_is_followed_by_its_link_and_by_no_other(installation) -> None:
    async with reading(installation, secret_key=make_secret_key()) as client:
        app, now = installation.running, installation.clock.now()
        home = await app.store.ensure_destination(
            Address(platform="slack", workspace="T1", channel="C1"),
            name="#papers",
            schedule=Schedule(),
            next_due_at=now,
            now=now,
        )
        token = digests_of(app).token(home.id)
        told = await client.get(f"/feeds/digest/{token}.atom")
        assert (told.status_code, told.headers["x-robots-tag"]) == (200, "noindex")
        assert "<title>Papers for #papers" in told.text
        assert (await client.get(f"/feeds/digest/{token[:-1]}.atom")).status_code == 404
        assert (await client.get(f"/feeds/digest/{home.id}.atom")).status_code == 404
