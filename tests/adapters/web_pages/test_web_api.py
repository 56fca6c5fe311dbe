"""The API: what it answers, what it refuses and how, and that its document says what it does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from adapters.web.api import make_api
from adapters.web.host import make_host
from adapters.web.pages import Site
from bot.commands.archive import Archive
from bot.errors import StoreBusy
from bot.ports import ASGIApp
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.hostile import HOSTILE

from .conftest import NOW
from .test_web_pages_hostile import Shelves

HERE = "https://papers.example.org"
Asked = Callable[..., Awaitable[httpx.Response]]


def served_api(site: Site) -> ASGIApp:
    async def ready() -> str:
        return ""

    return make_host({"/api": make_api(site)}, ready=ready)


def client_of(site: Site) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=served_api(site), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=HERE)


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(site) as made:
        yield made


@pytest.fixture
async def document(client: httpx.AsyncClient) -> dict[str, Any]:
    return (await client.get("/api/openapi.json")).json()


def is_as_described(answer: httpx.Response, document: dict[str, Any], path: str) -> None:
    described = document["paths"][path]["get"]["responses"][str(answer.status_code)]
    if "$ref" in described:
        described = document["components"]["responses"][str(answer.status_code)]
    kind = answer.headers["content-type"]
    Draft202012Validator(
        {**described["content"][kind]["schema"], "components": document["components"]}
    ).validate(answer.json())


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/api/v1/papers/2026060100001", "/api/v1/papers/{id}"),
        ("/api/v1/papers/2606.00001", "/api/v1/papers/{id}"),
        ("/api/v1/papers/https://arxiv.org/abs/2606.00001", "/api/v1/papers/{id}"),
        ("/api/v1/papers/nobody", "/api/v1/papers/{id}"),
        ("/api/v1/papers/no%0Abody", "/api/v1/papers/{id}"),
        ("/api/v1/search?q=knitting&code=true&since=2026-05-01", "/api/v1/search"),
        ("/api/v1/search", "/api/v1/search"),
        ("/api/v1/search?q=votes%3E%3D", "/api/v1/search"),
        ("/api/v1/search?page=0&colour=red&votes=many&q=a&q=b", "/api/v1/search"),
        ("/api/v1/days/2026-06-01", "/api/v1/days/{day}"),
        ("/api/v1/days/2026-06-01?topic=no-such-topic", "/api/v1/days/{day}"),
        ("/api/v1/days/yesterday", "/api/v1/days/{day}"),
        ("/api/v1/topics", "/api/v1/topics"),
        ("/api/v1/topics?q=robots", "/api/v1/topics"),
        ("/api/v1/topics/robotics", "/api/v1/topics/{name}"),
        ("/api/v1/topics/no-such-topic", "/api/v1/topics/{name}"),
    ],
)
async def test_every_answer_is_as_the_document_says(
    client: httpx.AsyncClient, document: dict[str, Any], asked: str, path: str
) -> None:
    is_as_described(await client.get(asked), document, path)


@pytest.mark.parametrize(
    "asked",
    [
        "search?q=%00abc",
        "search?q=%ED%A0%80",
        "search?q=knitting&page=1000000&size=100",
        "search?votes=1000000000",
        "papers/%00",
        "papers/99999999999999999999999999",
        "days/0001-01-01",
        "days/9999-12-31",
        "days/2026-06-01?page=1000000&size=100",
        "days/2026-06-01?source=%00",
        "topics/%00",
        "topics?q=%00",
    ],
)
async def test_what_is_far_out_is_no_fault_of_ours(client: httpx.AsyncClient, asked: str) -> None:
    assert (await client.get(f"/api/v1/{asked}")).status_code in {200, 404, 422}


async def test_a_paper_is_told_with_everything(client: httpx.AsyncClient) -> None:
    told = (await client.get("/api/v1/papers/2606.00001")).json()
    assert told["paper"]["title"] == "Flow Matching for Knitting Robots"
    assert told["paper"]["page"] == f"{HERE}/paper/2026060100001"
    assert "robotics" in told["paper"]["topics"]
    assert told["citations"]["bibtex"].startswith("@")


async def test_pages_lead_to_each_other(client: httpx.AsyncClient) -> None:
    first = await client.get("/api/v1/search", params={"q": "knitting", "size": 1})
    assert first.json()["previous"] is None
    assert f'<{first.json()["next"]}>; rel="next"' in first.headers["link"]
    second = await client.get(first.json()["next"])
    assert second.json()["next"] is None
    assert second.json()["previous"] == f"{HERE}/api/v1/search?size=1&q=knitting"
    titles = [answer.json()["papers"][0]["title"] for answer in (first, second)]
    assert len(set(titles)) == 2


async def test_mistakes_are_all_named_at_once(client: httpx.AsyncClient) -> None:
    refused = await client.get("/api/v1/search?page=0&colour=red&votes=many&q=a&q=b&code=1&since=2026-02-30")
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    named = {one["name"] for one in refused.json()["mistakes"]}
    assert named == {"page", "colour", "votes", "q", "code", "since"}


async def test_a_query_that_cannot_be_read_says_what_to_try(client: httpx.AsyncClient) -> None:
    refused = (await client.get("/api/v1/search", params={"q": "votes>="})).json()
    assert refused["status"] == 422
    assert refused["detail"]
    assert refused["code"] == "P-QUERY"


async def test_every_site_may_read_it_and_none_may_do_more(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/topics")).headers["access-control-allow-origin"] == "*"
    asked = await client.options("/api/v1/topics", headers={"origin": "https://other.example"})
    assert (asked.status_code, asked.headers["access-control-allow-methods"]) == (204, "GET, HEAD")
    refused = await client.post("/api/v1/topics")
    assert refused.status_code == 405
    assert "GET" in refused.headers["allow"]
    assert (await client.get("/api/v2/topics")).json()["status"] == 404


async def test_whoever_has_it_is_sent_nothing(client: httpx.AsyncClient) -> None:
    first = await client.get("/api/v1/topics/robotics")
    again = await client.get("/api/v1/topics/robotics", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


class Broken(Archive):
    def __init__(self, error: Exception) -> None:
        self.error = error

    async def topics(self, text: str = "") -> Any:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"),
    [(StoreBusy("A secret."), 503), (RuntimeError("a secret"), 500)],
    ids=["busy", "broken"],
)
async def test_when_nothing_can_be_read_it_says_so_and_no_more(error: Exception, status: int) -> None:
    async with client_of(Site(archive=Broken(error))) as client:
        told = await client.get("/api/v1/topics")
    assert told.json()["status"] == told.status_code == status
    assert "secret" not in told.text


async def test_hostile_words_are_words(document: dict[str, Any]) -> None:
    text = "".join(HOSTILE) + "\ud800\x00\u202e]]>"
    async with client_of(Site(archive=Shelves(text), address=HERE)) as client:
        for path in ("/api/v1/papers/1", "/api/v1/search?q=a"):
            told = await client.get(path)
            assert told.status_code == 200
            assert not {"\x00", "\u202e", "\ud800"} & set(json.dumps(told.json(), ensure_ascii=False))


async def test_below_another_site_its_addresses_have_the_root(site: Site, store: Store) -> None:
    below = replace(site, archive=Archive(store=store, clock=FakeClock(NOW)), address=f"{HERE}/papers")
    async with client_of(below) as client:
        told = (await client.get("/api/v1/search?q=knitting&size=1")).json()
        described = (await client.get("/api/openapi.json")).json()
    assert told["next"] == f"{HERE}/papers/api/v1/search?size=1&q=knitting&page=2"
    assert described["servers"] == [{"url": "/papers"}]
