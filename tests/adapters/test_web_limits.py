"""How much one address may ask, and which address that is."""

from __future__ import annotations

from ipaddress import ip_address
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web import limits as limiting
from adapters.web.addresses import Addresses, counted_as
from adapters.web.host import make_host
from adapters.web.limits import FORMS, PAGES, SEARCHES, Limits, limited, rate_of

PROXIES = ("10.0.0.0/8", "::1")


class Watch:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def scope(peer: str | None, *forwarded: str, **others: str) -> dict[str, Any]:
    said = [("x-forwarded-for", one) for one in forwarded] + list(others.items())
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in said]
    return {"type": "http", "client": (peer, 1) if peer else None, "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.1", (), "192.0.2.1"),
        ("192.0.2.1", ("198.51.100.7",), "192.0.2.1"),
        ("10.0.0.1", ("198.51.100.7",), "198.51.100.7"),
        ("10.0.0.1", ("203.0.113.9, 198.51.100.7",), "198.51.100.7"),
        ("10.0.0.1", ("203.0.113.9", "198.51.100.7, 10.0.0.2"), "198.51.100.7"),
        ("10.0.0.1", ("198.51.100.7:4711",), "198.51.100.7"),
        ("10.0.0.1", ("[2001:db8::1]:4711",), "2001:db8::1"),
        ("10.0.0.1", ("198.51.100.7, unknown",), "10.0.0.1"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("::1", ("198.51.100.7",), "198.51.100.7"),
        ("::ffff:192.0.2.1", (), "192.0.2.1"),
        (None, ("198.51.100.7",), "0.0.0.0"),
    ],
    ids=count(),
)
def test_only_trusted_proxies_say_for_whom_they_ask(
    peer: str | None, forwarded: tuple[str, ...], expected: str
) -> None:
    assert Addresses.behind(PROXIES).of(scope(peer, *forwarded)) == ip_address(expected)


def test_one_who_has_a_whole_network_counts_once() -> None:
    one, other, third = (
        counted_as(ip_address(text)) for text in ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1")
    )
    assert one == other != third
    assert counted_as(ip_address("192.0.2.1")) != counted_as(ip_address("192.0.2.2"))


@pytest.mark.parametrize(
    ("asked", "here"),
    [
        (scope("127.0.0.1"), True),
        (scope("::1"), True),
        (scope("192.0.2.1"), False),
        (scope("10.0.0.1"), False),
        (scope("127.0.0.1", "127.0.0.1"), False),
        (scope("127.0.0.1", via="1.1 proxy"), False),
        (scope(None), False),
    ],
    ids=["loopback", "loopback6", "elsewhere", "private", "forwarded", "via", "nobody"],
)
def test_this_machine_is_told_from_a_proxy_on_it(asked: dict[str, Any], here: bool) -> None:
    assert Addresses.behind(PROXIES).is_here(asked) is here


@pytest.mark.parametrize(
    ("method", "path", "rate"),
    [
        ("GET", "/livez", None),
        ("GET", "/readyz", None),
        ("POST", "/slack/events", None),
        ("GET", "/", PAGES),
        ("GET", "/feeds/newest.atom", PAGES),
        ("GET", "/search", SEARCHES),
        ("GET", "/api/v1/search", SEARCHES),
        ("GET", "/feeds/search.atom", SEARCHES),
        ("GET", "/slack/install", FORMS),
        ("POST", "/mail", FORMS),
        ("DELETE", "/", FORMS),
        ("POST", "/mail/leave/token", PAGES),
    ],
)
def test_what_costs_more_is_allowed_less(method: str, path: str, rate: object) -> None:
    assert rate_of(method, path) is rate


def test_a_bucket_is_emptied_by_asking_and_fills_by_itself() -> None:
    watch = Watch()
    limits = Limits(now=watch)
    assert [limits.wait("a", FORMS) for _ in range(10)] == [0] * 10
    assert limits.wait("a", FORMS) == 20
    assert limits.wait("b", FORMS) == 0
    assert limits.wait("a", PAGES) == 0
    watch.at = 19.0
    assert limits.wait("a", FORMS) == 1
    watch.at = 20.0
    assert limits.wait("a", FORMS) == 0
    assert limits.wait("a", FORMS) == 20
    watch.at = 1e6
    assert [limits.wait("a", FORMS) for _ in range(11)] == [0] * 10 + [20]
    assert limits.refused == {"forms": 4}


def test_who_asked_longest_ago_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiting, "MOST_BUCKETS", 3)
    limits = Limits(now=Watch())
    for who in "abcabcdefg":
        limits.wait(who, PAGES)
        assert len(limits) <= 3


async def answered(path: str, **given: Any) -> httpx.Response:
    async def ready() -> str:
        return ""

    limits = Limits(now=Watch())
    host = make_host({}, ready=ready, wrapped=lambda app: limited(app, Addresses(), limits))
    transport = httpx.ASGITransport(app=host)
    async with httpx.AsyncClient(transport=transport, base_url="http://papers.example.org") as client:
        answers = [await client.request(given.get("method", "GET"), path) for _ in range(12)]
    return answers[-1]


async def test_too_many_forms_are_refused_with_when_to_come_again() -> None:
    refused = await answered("/mail", method="POST")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "20")
    assert "20 seconds" in refused.text
    assert refused.headers["cache-control"] == "no-store"


async def test_the_api_refuses_in_its_own_way() -> None:
    refused = await answered("/api/v1/topics", method="POST")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["status"] == 429


async def test_health_is_never_refused() -> None:
    assert (await answered("/livez")).status_code == 200


@given(st.lists(st.text(st.characters(max_codepoint=255)), max_size=4))
def test_whatever_stands_in_the_header_somebody_asks(lines: list[str]) -> None:
    headers = [(b"x-forwarded-for", line.encode("latin-1")) for line in lines]
    asked = {"type": "http", "client": ("10.0.0.1", 1), "headers": headers}
    assert counted_as(Addresses.behind(PROXIES).of(asked))
