"""The fetcher against real loopback servers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from adapters.sources.http import HttpFetcher
from bot.domain.paper import Validator
from bot.errors import SourceError
from bot.testing.clock import FakeClock
from bot.testing.http import FakeServer, Play, raw, redirect, reply, silent, unless_known

LAB = ("127.0.0.0/8",)


def fetcher(clock: FakeClock | None = None, **options: object) -> HttpFetcher:
    return HttpFetcher(clock=clock or FakeClock(), allow_private_networks=LAB, **options)  # type: ignore[arg-type]


async def failure(play: Play, *more: Play, **options: object) -> SourceError:
    async with FakeServer().on("/", play, *more) as server, fetcher(**options) as http:
        with pytest.raises(SourceError) as caught:
            await http.get(server.url("/?token=secret"))
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


async def test_a_page_comes_with_its_body_and_what_makes_the_next_get_conditional():
    clock = FakeClock()
    play = reply(
        200, b"<rss/>", etag='"a"', last_modified="Mon, 01 Jun 2026 00:00:00 GMT", content_type="text/xml"
    )
    async with FakeServer().on("/feed", play) as server, fetcher(clock) as http:
        page = await http.get(server.url("/feed"))
    assert (page.status, page.body, page.content_type) == (200, b"<rss/>", "text/xml")
    assert page.validator.etag == '"a"'
    assert page.validator.last_modified == "Mon, 01 Jun 2026 00:00:00 GMT"
    assert page.validator.fetched_at == clock.now()


async def test_it_says_who_it_is_and_asks_for_gzip_only():
    async with (
        FakeServer().on("/", reply(200, b"x")) as server,
        fetcher(contact="https://bot.example") as http,
    ):
        await http.get(server.url("/"), accept="application/json")
    sent = server.requests[0].headers
    assert sent["user-agent"].startswith("paperround/")
    assert "+https://bot.example" in sent["user-agent"]
    assert sent["accept-encoding"] == "gzip"
    assert sent["accept"] == "application/json"
    assert server.requests[0].method == "GET"


async def test_cookies_are_neither_kept_nor_sent():
    async with FakeServer().on("/", reply(200, b"x", set_cookie="id=1; Path=/")) as server, fetcher() as http:
        await http.get(server.url("/"))
        await http.get(server.url("/"))
    assert "cookie" not in server.requests[1].headers


async def test_an_unchanged_page_is_a_304_without_a_body():
    async with FakeServer().on("/feed", unless_known('"v1"', b"<rss/>")) as server, fetcher() as http:
        first = await http.get(server.url("/feed"))
        again = await http.get(server.url("/feed"), validator=first.validator)
    assert (again.status, again.body) == (304, b"")
    assert again.validator == first.validator


@pytest.mark.parametrize("etag", ['"caf\xe9"', '"' + "x" * 600 + '"', '"a\tb"'])
async def test_an_etag_that_cannot_be_sent_back_is_not_kept(etag: str):
    async with FakeServer().on("/", reply(200, b"x", etag=etag)) as server, fetcher() as http:
        page = await http.get(server.url("/"))
        assert page.validator.etag == ""
        await http.get(server.url("/"), validator=page.validator)
    assert "if-none-match" not in server.requests[1].headers


async def test_last_modified_alone_makes_a_get_conditional():
    validator = Validator(url="", last_modified="Mon, 01 Jun 2026 00:00:00 GMT")
    async with FakeServer().on("/", reply(304)) as server, fetcher() as http:
        assert (await http.get(server.url("/"), validator=validator)).status == 304
    assert server.requests[0].headers["if-modified-since"] == validator.last_modified


async def test_a_server_stuck_on_304_is_asked_without_conditions_after_a_day():
    clock = FakeClock()
    async with FakeServer().on("/feed", unless_known('"v1"', b"<rss/>")) as server, fetcher(clock) as http:
        validator = (await http.get(server.url("/feed"))).validator
        clock.advance(timedelta(hours=23))
        still = await http.get(server.url("/feed"), validator=validator)
        clock.advance(timedelta(hours=2))
        after = await http.get(server.url("/feed"), validator=still.validator)
    assert (still.status, after.status) == (304, 200)


async def test_a_304_nobody_asked_for_is_a_failure():
    assert (await failure(reply(304))).status == 304


async def test_a_redirect_is_followed_and_the_page_says_where_it_was_found():
    server = FakeServer().on("/old", redirect("/new?x=1", 301)).on("/new", reply(200, b"here"))
    async with server, fetcher() as http:
        page = await http.get(server.url("/old"))
        assert page.url == server.url("/new?x=1")
        assert page.validator.url == server.url("/old")
    assert page.body == b"here"


async def test_five_redirects_are_followed_and_a_sixth_is_not():
    server = FakeServer().on("/6", reply(200, b"end"))
    for hop in range(6):
        server.on(f"/{hop}", redirect(f"/{hop + 1}"))
    async with server, fetcher() as http:
        assert (await http.get(server.url("/1"))).body == b"end"
        with pytest.raises(SourceError, match="more than 5") as caught:
            await http.get(server.url("/0"))
    assert caught.value.reason == "too_many_redirects"


@pytest.mark.parametrize(
    "location",
    ["javascript:alert(1)", "http://127.0.0.1:99999/", "http://[::1", "http://xn--a/", "mailto:a@b.example"],
)
async def test_a_redirect_to_what_is_no_url_is_an_error_like_any_other(location: str):
    assert (await failure(redirect(location))).reason in {"malformed", "refused_address"}


async def test_a_redirect_in_a_circle_is_seen_at_once():
    server = FakeServer().on("/a", redirect("/b")).on("/b", redirect("/a#other"))
    async with server, fetcher() as http:
        with pytest.raises(SourceError) as caught:
            await http.get(server.url("/a"))
    assert caught.value.reason == "too_many_redirects"
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [204, 206, 301, 400, 401, 403, 404, 410, 418, 799])
async def test_any_other_status_is_an_error_that_names_it(status: int):
    error = await failure(reply(status))
    assert (error.reason, error.status) == ("bad_status", status)
    assert str(status) in str(error)


async def test_an_empty_answer_is_a_failure():
    assert (await failure(reply(200, b""))).reason == "empty_body"


async def test_a_stumbling_server_is_tried_twice_more():
    plays = (reply(500), reply(502), reply(200, b"well again"))
    async with FakeServer().on("/", *plays) as server, fetcher() as http:
        assert (await http.get(server.url("/"))).body == b"well again"


async def test_a_server_that_stays_down_is_asked_three_times_and_no_more():
    async with FakeServer().on("/", reply(503)) as server, fetcher() as http:
        with pytest.raises(SourceError) as caught:
            await http.get(server.url("/"))
    assert (caught.value.reason, caught.value.status) == ("bad_status", 503)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"a" * 200_000,
        b"HTTP/9.9 what\r\n\r\n",
    ],
)
async def test_what_is_not_http_or_cut_short_is_malformed(data: bytes):
    assert (await failure(raw(data))).reason == "malformed"


async def test_a_silent_server_is_left_at_the_deadline():
    assert (await failure(silent(), deadline=0.2)).reason == "timeout"


async def test_a_host_that_is_down_is_left_alone_for_a_little():
    clock = FakeClock()
    async with FakeServer() as server:
        url = server.url("/")
    async with fetcher(clock) as http:
        with pytest.raises(SourceError) as caught:
            await http.get(url)
        before = clock.now()
        with pytest.raises(SourceError):
            await http.get(url)
    assert caught.value.reason == "unreachable"
    assert clock.now() == before


async def test_a_name_that_cannot_be_looked_up_is_asked_for_once_in_a_while():
    asked = []

    async def resolver(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        raise OSError("no such name")

    async with fetcher(resolver=resolver) as http:
        for _ in range(3):
            with pytest.raises(SourceError, match="looked up") as caught:
                await http.get("http://nowhere.example/")
    assert caught.value.reason == "unreachable"
    assert asked == ["nowhere.example"]


async def test_nothing_of_the_environment_sends_a_request_elsewhere(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with FakeServer().on("/", reply(200, b"x")) as server, fetcher() as http:
        assert (await http.get(server.url("/"))).body == b"x"


async def test_the_time_of_the_last_fetch_is_the_clocks():
    clock = FakeClock(datetime(2030, 1, 1, tzinfo=UTC))
    async with FakeServer().on("/", reply(200, b"x")) as server, fetcher(clock) as http:
        assert (await http.get(server.url("/"))).validator.fetched_at == datetime(2030, 1, 1, tzinfo=UTC)


async def test_a_server_without_sound_tls_is_not_asked_again_and_the_error_says_why():
    connections = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        writer.write(b"220 this is a mail server\r\n")

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server, fetcher() as http:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(SourceError, match="TLS") as caught:
            await http.get(f"https://127.0.0.1:{port}/")
    for writer in connections:
        writer.close()
    assert caught.value.reason == "unreachable"
    assert len(connections) == 1
