"""How often a host is asked, and how long it is left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from adapters.sources.http import HttpFetcher
from adapters.sources.pacing import ARXIV, LANES_LIMIT, Pacing, lane_name
from bot.errors import SourceError
from bot.testing.clock import FakeClock
from bot.testing.http import FakeServer, Play, redirect, reply


async def here(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def fetcher(clock: FakeClock) -> HttpFetcher:
    return HttpFetcher(clock=clock, allow_private_networks=("127.0.0.0/8",), resolver=here)


def stamped(clock: FakeClock, moments: list[datetime], then: Play) -> Play:
    """Note the bot's time of each request, then answer."""

    async def play(request, writer) -> None:
        moments.append(clock.now())
        await then(request, writer)

    return play


def gaps(moments: list[datetime]) -> list[float]:
    return [(after - before).total_seconds() for before, after in pairwise(moments)]


@pytest.mark.parametrize(
    ("host", "pace", "lane"),
    [
        ("export.arxiv.org", "", "arxiv"),
        ("rss.arxiv.org", "", "arxiv"),
        ("oaipmh.arxiv.org", "", "arxiv"),
        ("arxiv.org", "", "arxiv"),
        ("notarxiv.org", "", "notarxiv.org"),
        ("127.0.0.1", "arxiv", "arxiv"),
        ("feed.example", "", "feed.example"),
    ],
)
def test_everything_arxiv_shares_one_lane(host: str, pace: str, lane: str):
    assert lane_name(host, pace) == lane


async def test_arxiv_is_asked_once_in_three_seconds_over_all_its_hosts_and_stand_ins():
    clock, moments = FakeClock(), []
    async with (
        FakeServer().on("/", stamped(clock, moments, reply(200, b"x"))) as server,
        fetcher(clock) as http,
    ):
        await http.get(server.url("/", "export.arxiv.org"))
        await http.get(server.url("/", "rss.arxiv.org"))
        await http.get(server.url("/", "stand-in.example"), pace="arxiv")
    assert gaps(moments) == [3.0, 3.0]


async def test_requests_at_the_same_time_take_turns():
    clock, moments = FakeClock(), []
    async with (
        FakeServer().on("/", stamped(clock, moments, reply(200, b"x"))) as server,
        fetcher(clock) as http,
    ):
        urls = [server.url("/", host) for host in ("export.arxiv.org", "arxiv.org", "rss.arxiv.org")]
        await asyncio.gather(*(http.get(url) for url in urls))
    assert server.together == 1
    assert gaps(moments) == [3.0, 3.0]


async def test_a_redirect_and_a_further_try_wait_for_their_turn_too():
    clock, moments = FakeClock(), []
    server = FakeServer().on("/a", stamped(clock, moments, redirect("/b")))
    server.on("/b", stamped(clock, moments, reply(500)), stamped(clock, moments, reply(200, b"x")))
    async with server, fetcher(clock) as http:
        await http.get(server.url("/a"), pace="arxiv")
    assert gaps(moments) == [3.0, ARXIV.backoff[0]]


async def test_other_hosts_are_asked_side_by_side_but_each_one_at_a_time():
    clock = FakeClock()
    async with FakeServer().on("/", reply(200, b"x")) as server, fetcher(clock) as http:
        started = clock.now()
        await asyncio.gather(*(http.get(server.url("/", f"h{n}.example")) for n in range(5)))
        assert clock.now() == started
        await asyncio.gather(*(http.get(server.url("/", "h0.example")) for _ in range(2)))
    assert clock.now() - started == timedelta(seconds=0.5)


def throttles(clock: FakeClock) -> list[tuple[Play, float]]:
    soon = format_datetime(clock.now() + timedelta(seconds=90), usegmt=True)
    past = format_datetime(clock.now() - timedelta(seconds=90), usegmt=True)
    return [
        (reply(429, retry_after="7"), 7),
        (reply(429, retry_after=soon), 90),
        (reply(429, retry_after=past), 0),
        (reply(503, retry_after="30"), 30),
        (reply(429, retry_after="86400"), 900),
        (reply(429, retry_after="soon"), 60),
        (reply(429, retry_after="-5"), 60),
        (reply(429, retry_after="9" * 400), 900),
        (reply(429), 60),
        (reply(429, ratelimit='"api";r=0;t=271'), 271),
        (reply(503, ratelimit='"api";r=0;t=20'), 20),
        (reply(200, b"Rate exceeded.\n"), 60),
    ]


@pytest.mark.parametrize("case", range(12))
async def test_a_host_that_asks_for_patience_gets_it(case: int):
    clock = FakeClock()
    play, seconds = throttles(clock)[case]
    async with FakeServer().on("/", play, reply(200, b"x")) as server, fetcher(clock) as http:
        with pytest.raises(SourceError) as caught:
            await http.get(server.url("/"))
        assert (caught.value.reason, caught.value.retry_after) == ("throttled", seconds)
        if seconds > 1:
            clock.advance(timedelta(seconds=seconds - 1))
            with pytest.raises(SourceError) as again:
                await http.get(server.url("/"))
            assert (again.value.reason, again.value.retry_after) == ("throttled", 1.0)
        assert len(server.requests) == 1
        clock.advance(timedelta(seconds=1))
        assert (await http.get(server.url("/"))).body == b"x"


@pytest.mark.parametrize("play", [reply(429), reply(429, retry_after="1"), reply(503, retry_after="1")])
async def test_a_storm_of_refusals_is_a_dozen_calls_an_hour_and_touches_no_other_host(play: Play):
    clock = FakeClock()
    async with FakeServer().on("/angry", play).on("/", reply(200, b"x")) as server, fetcher(clock) as http:
        for _ in range(1000):
            with pytest.raises(SourceError, match="pause"):
                await http.get(server.url("/angry", "angry.example"))
            clock.advance(timedelta(seconds=3.6))
        assert 2 <= len(server.requests) <= 12
        assert (await http.get(server.url("/", "calm.example"))).body == b"x"


async def test_those_who_wait_in_line_behind_a_refusal_are_told_too():
    clock = FakeClock()
    async with FakeServer().on("/", reply(429)) as server, fetcher(clock) as http:
        outcomes = await asyncio.gather(
            *(http.get(server.url("/")) for _ in range(5)), return_exceptions=True
        )
    assert all(isinstance(error, SourceError) and error.reason == "throttled" for error in outcomes)
    assert len(server.requests) == 1


async def test_a_good_answer_ends_the_memory_of_refusals():
    clock = FakeClock()
    plays = (reply(429), reply(200, b"x"), reply(429))
    async with FakeServer().on("/", *plays) as server, fetcher(clock) as http:
        waits = []
        for _ in range(3):
            try:
                await http.get(server.url("/"))
            except SourceError as error:
                waits.append(error.retry_after)
            clock.advance(timedelta(seconds=60))
    assert waits == [60, 60]


async def test_a_clock_set_back_holds_nobody_for_long():
    clock = FakeClock()
    async with FakeServer().on("/", reply(429), reply(200, b"x")) as server, fetcher(clock) as http:
        with pytest.raises(SourceError):
            await http.get(server.url("/"))
        clock.advance(-timedelta(days=400))
        with pytest.raises(SourceError) as caught:
            await http.get(server.url("/"))
    assert caught.value.retry_after == 900


def test_hosts_named_by_redirects_do_not_pile_up():
    pacing = Pacing(FakeClock())
    for number in range(3 * LANES_LIMIT):
        pacing.lane(f"h{number}.example")
        pacing.found_down(f"h{number}.example", SourceError("down", reason="unreachable"))
    assert len(pacing._lanes) <= LANES_LIMIT
    assert len(pacing._down) <= LANES_LIMIT


async def test_a_lane_in_use_is_not_forgotten_with_the_others():
    pacing = Pacing(FakeClock())
    angry = pacing.lane("angry.example")
    angry.throttled("wait", None)
    async with pacing.lane("busy.example").turn():
        for number in range(2 * LANES_LIMIT):
            pacing.lane(f"h{number}.example")
        assert pacing.lane("angry.example") is angry
        assert not pacing.lane("busy.example").idle
