"""Bodies that are bombs, never end, or come in a dress nobody asked for."""

from __future__ import annotations

import gzip
import random
import tracemalloc
import zlib

import pytest

from adapters.sources.http import HttpFetcher
from adapters.sources.inflate import body_for
from bot.errors import SourceError
from bot.testing.clock import FakeClock
from bot.testing.http import FakeServer, Play, endless, raw, reply

MIB = 2**20


def bomb(mebibytes: int) -> bytes:
    """A gzip stream of zeros, some thousand times smaller than what it inflates to (its end is left out)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * mebibytes


def fetcher(deadline: float = 5.0) -> HttpFetcher:
    return HttpFetcher(clock=FakeClock(), allow_private_networks=("127.0.0.0/8",), deadline=deadline)


async def failure(play: Play, deadline: float = 5.0) -> SourceError:
    async with FakeServer().on("/", play) as server, fetcher(deadline) as http:
        with pytest.raises(SourceError) as caught:
            await http.get(server.url("/"))
    return caught.value


async def test_a_gzip_body_is_inflated():
    play = reply(200, gzip.compress(b"<rss/>" * 1000), content_encoding="gzip")
    async with FakeServer().on("/", play) as server, fetcher() as http:
        assert (await http.get(server.url("/"))).body == b"<rss/>" * 1000


async def test_a_bomb_of_a_thousand_mebibytes_costs_a_few():
    packed = bomb(1000)
    assert len(packed) < 2 * MIB
    tracemalloc.start()
    error = await failure(reply(200, packed, content_encoding="gzip"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.reason == "too_large"
    assert peak < 32 * MIB


async def test_a_body_one_byte_over_the_limit_is_too_large_and_one_at_it_is_not():
    server = FakeServer().on("/plain", reply(200, b"x" * 1000))
    server.on("/gzip", reply(200, gzip.compress(b"x" * 1000), content_encoding="gzip"))
    async with server, fetcher() as http:
        for path in ("/plain", "/gzip"):
            assert len((await http.get(server.url(path), limit=1000)).body) == 1000
            with pytest.raises(SourceError) as caught:
                await http.get(server.url(path), limit=999)
            assert caught.value.reason == "too_large"


async def test_a_body_that_says_it_is_too_large_is_not_even_read():
    error = await failure(reply(200, b"x", framed=False, content_length=str(10**12)))
    assert error.reason == "too_large"


async def test_an_endless_body_ends_at_the_limit():
    assert (await failure(endless(b"x" * 65_536))).reason == "too_large"


async def test_an_endless_chunked_body_ends_at_the_limit():
    start = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    error = await failure(endless(b"10000\r\n" + b"x" * 65_536 + b"\r\n", start=start))
    assert error.reason == "too_large"


async def test_endless_headers_are_malformed():
    error = await failure(endless(b"x-more: " + b"y" * 60_000 + b"\r\n", start=b"HTTP/1.1 200 OK\r\n"))
    assert error.reason == "malformed"


async def test_endless_announcements_of_an_answer_end_at_the_deadline():
    hint = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    assert (await failure(endless(hint, every=0.01, start=hint), deadline=0.3)).reason == "timeout"


async def test_a_slow_drip_ends_at_the_deadline():
    assert (await failure(endless(b"x", every=0.02), deadline=0.3)).reason == "timeout"


async def test_a_slow_drip_of_headers_ends_at_the_deadline():
    error = await failure(endless(b"x: y\r\n", every=0.02, start=b"HTTP/1.1 200 OK\r\n"), deadline=0.3)
    assert error.reason == "timeout"


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "compress", "gzip, gzip", "utf-8"])
async def test_a_compression_nobody_asked_for_is_not_read(encoding: str):
    error = await failure(reply(200, b"x", content_encoding=encoding))
    assert error.reason == "malformed"
    assert "compression" in str(error)


@pytest.mark.parametrize(
    "body",
    [b"not gzip", gzip.compress(b"<rss/>" * 100)[:-9], gzip.compress(b"x")[:5]],
    ids=["no gzip", "its end is missing", "its head alone"],  # the bytes hold the time of day
)
async def test_a_broken_gzip_body_is_malformed(body: bytes):
    assert (await failure(reply(200, body, content_encoding="gzip"))).reason == "malformed"


def test_gzip_members_in_a_row_are_one_body_however_they_are_cut():
    packed = gzip.compress(b"one ") + gzip.compress(b"two ") + gzip.compress(b"three")
    for size in (1, 2, 7, 30, len(packed)):
        body = body_for("gzip", host="h", limit=100)
        for start in range(0, len(packed), size):
            body.add(packed[start : start + size])
        assert body.finished() == b"one two three"


def test_a_million_empty_gzip_members_are_not_read():
    body = body_for("gzip", host="h", limit=MIB)
    with pytest.raises(SourceError):
        body.add(gzip.compress(b"") * 20_000)


ANSWERS = (
    b'HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\netag: "a"\r\ncontent-length: 5\r\n\r\nhello',
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 0\r\n\r\n",
    b"HTTP/1.1 429 No\r\nretry-after: 10\r\ncontent-length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 25\r\n\r\n" + gzip.compress(b"hello"),
)
SCRAPS = (
    b"\r\n",
    b"\n",
    b"http://[::1",
    b"//",
    b"9" * 30,
    b"-1",
    b"\xff",
    b": ",
    b"\0",
    b"\r\nlocation: http://a b/\r\n",
)


@pytest.mark.parametrize("seed", range(50))
async def test_whatever_a_server_sends_is_a_page_or_a_kind_error(seed: int):
    chance = random.Random(seed)
    answer = bytearray(chance.choice(ANSWERS))
    for _ in range(chance.randrange(1, 5)):
        place = chance.randrange(len(answer))
        answer[place : place + chance.randrange(5)] = chance.choice(SCRAPS)
    server = FakeServer().on("/", raw(bytes(answer))).on("/there", reply(200, b"there"))
    async with server, fetcher(deadline=0.5) as http:
        try:
            page = await http.get(server.url("/"))
        except SourceError as error:
            assert "\n" not in str(error)  # noqa: PT017 - most end so
            return
    assert page.body
