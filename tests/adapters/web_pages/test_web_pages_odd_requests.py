"""Requests that no browser makes: hosts that are none, times no clock has."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette

from adapters.web.api import make_api
from adapters.web.feeds import feed_routes
from adapters.web.guard import TOKEN, guarded
from adapters.web.pages import Site
from bot.errors import StoreBusy
from bot.storage.store import Store

from .conftest import ADDRESS, NOW, reader_of

ODD_HOSTS = ("[", "[::1", "evil.example/x?", "a b", "")


def asker_of(app: object) -> httpx.AsyncClient:
    """Somebody who asks an application, and sees its mistakes as readers do."""
    transport = httpx.ASGITransport(app=guarded(app), raise_app_exceptions=False)  # type: ignore[arg-type]  # any ASGI
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS)


@pytest.mark.parametrize("host", ODD_HOSTS, ids=repr)
async def test_a_host_that_is_none_changes_nothing_where_the_address_is_known(site: Site, host: str) -> None:
    async with asker_of(make_api(site)) as asker:
        answer = await asker.get("/v1/search?q=knitting&size=1", headers={"host": host})
    assert answer.status_code == 200
    assert answer.json()["next"].startswith(f"{ADDRESS}/v1/search?")


async def test_a_host_that_is_none_gets_a_calm_page_when_the_store_is_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_asked: object, **_choices: object) -> None:
        raise StoreBusy("away")

    monkeypatch.setattr(site.archive, "search", away)
    async with reader_of(site) as reader:
        answer = await reader.get("/search?q=x", headers={"host": "["})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


@pytest.mark.parametrize(
    "since",
    ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 2026 00:00:00 +99999999999999999999"],
    ids=["year", "zone"],
)
async def test_a_time_no_clock_has_is_not_looked_at(site: Site, since: str) -> None:
    async with asker_of(Starlette(routes=feed_routes(site))) as asker:
        answer = await asker.get("/feeds/day/2026-05-29.atom", headers={"if-modified-since": since})
    assert answer.status_code == 200


def test_no_link_of_a_digest_is_short_enough_for_the_log() -> None:
    shortest = 23  # characters: one digit behind the sixteen bytes that seal it
    assert TOKEN.sub("...", f"/digest/{'a' * shortest}") == "/digest/..."


@pytest.mark.parametrize("name", ["w\u00f6l", "\u7f8a"])
async def test_the_next_page_of_a_topic_in_any_script_has_an_address(
    site: Site, store: Store, name: str
) -> None:
    await store.define_topic("local", name, "knitting", "U1", NOW)
    async with asker_of(make_api(site)) as asker:
        answer = await asker.get(f"/v1/topics/{quote(name)}?size=1")
        assert answer.status_code == 200, answer.text
        after = answer.json()["next"]
        assert after == f"{ADDRESS}/v1/topics/{quote(name)}?size=1&page=2"
        assert answer.headers["link"] == f'<{after}>; rel="next"'
        assert (await asker.get(after)).json()["page"] == 2
