"""Feeds built to hurt: each costs its own child process, within its limits, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.sources.parsing import ParseLimits, parse_feed, read_feed
from bot import isolation
from bot.errors import SourceError

KIND_ERRORS = {"empty_body", "malformed", "not_the_expected_kind", "timeout", "too_large"}
ITEM = b"<item><title>x</title><link>https://lab.example/1</link></item>"


def rss(inside: bytes, before: bytes = b"<?xml version='1.0'?>") -> bytes:
    return before + b"<rss version='2.0'><channel><title>t</title>" + inside + b"</channel></rss>"


def lol(depth: int) -> bytes:
    inner = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, depth))
    return b'<!DOCTYPE rss [<!ENTITY e0 "lol">' + inner + b"]>"


XXE = b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "http://127.0.0.1:1/">]>'
PARAMETER = b'<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>'

HOSTILE: dict[str, bytes] = {
    "billion laughs": rss(b"<item><title>&e9;</title></item>", lol(10)),
    "quadratic entity": rss(
        b"<item><title>" + b"&a;" * 20_000 + b"</title></item>",
        b'<!DOCTYPE r [\n<!ENTITY a "%s">\n]>' % (b"a" * 5_000),
    ),
    "external entities": rss(b"<item><title>&x;&y;</title></item>", XXE),
    "parameter entity": rss(ITEM, PARAMETER),
    "xinclude": rss(
        b"<item><title>x</title><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/></item>"
    ),
    "newlines in the prolog": rss(ITEM, b"<?xml version='1.0'?>" + b"\n" * 80_000),
    "spaces in the prolog": rss(ITEM, b"<?xml version='1.0'?>" + b" \n\t" * 300_000),
    "declarations without end": rss(ITEM, b"\n<!ENTITY" * 100_000),
    "doctypes without end": rss(ITEM, b"\n<!DOCTYPE" * 100_000),
    "a comment of a megabyte": rss(ITEM, b"<!--" + b"-\n" * 500_000 + b"-->"),
    "one author of 62 KiB": rss(b"<item><title>x</title><author>" + b"a" * 63_488 + b"</author></item>"),
    "one author of 62 KiB in cdata": rss(
        b"<item><title>x</title><author><![CDATA[" + b"a" * 63_488 + b"]]></author></item>"
    ),
    "an author who never ends": rss(b"<item><title>x</title><author>" + b"a." * 500_000),
    "a thousand long authors": rss(
        (b"<item><title>x</title><author>" + b"a" * 2_500 + b"</author></item>") * 1_000
    ),
    "a hundred thousand authors who never end": rss(b"<item><title>x</title>" + b"<name>" * 100_000),
    "three thousand authors": rss(
        b"<item><title>x</title><author>" + b"Ada Example, " * 3_000 + b"Bo Muster</author></item>"
    ),
    "25,000 items": rss(ITEM * 25_000),
    "25,000 items in utf-16": rss(ITEM * 25_000, b"").decode().encode("utf-16"),
    "20,000 empty items": rss(b"<item/>" * 20_000),
    "deep elements": rss(b"<item><title>x</title>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</item>"),
    "deep elements without end": rss(b"<item><title>x</title><description>" + b"<div>" * 30_000),
    "deep html": rss(
        b"<item><title>x</title><description>" + b"&lt;div&gt;" * 100_000 + b"</description></item>"
    ),
    "items in items": rss(b"<item><title>x</title>" * 5_000 + b"</item>" * 5_000),
    "20,000 attributes": rss(
        b"<item " + b" ".join(b"a%d='1'" % n for n in range(20_000)) + b"><title>x</title></item>"
    ),
    "20,000 namespaces": rss(
        b"<item "
        + b" ".join(b"xmlns:a%d='u:%d'" % (n, n) for n in range(20_000))
        + b"><title>x</title></item>"
    ),
    "a title of four megabytes": rss(b"<item><title>" + b"title " * 700_000 + b"</title></item>"),
    "a summary of a megabyte": rss(
        b"<item><title>x</title><description>" + b"&lt;p&gt;word" * 100_000 + b"</description></item>"
    ),
    "20,000 categories": rss(b"<item><title>x</title>" + b"<category>c</category>" * 20_000 + b"</item>"),
    "open brackets": rss(b"<item><title>x</title>" + b"<" * 50_000),
    "ampersands": rss(b"<item><title>" + b"&" * 50_000 + b"</title></item>"),
    "cdata without end": rss(b"<item><title><![CDATA[" + b"]]" * 500_000),
    "comments without end": rss(b"<item><title>x</title>" + b"<!--" * 200_000),
    "a slow encoding": rss(
        b"<item><title>" + "ü".encode("latin-1") + b"a-" * 100_000 + b"</title></item>"
    ).replace(b"?>", b" encoding='punycode'?>"),
    "an encoding that is no text": rss(b"\xff" + ITEM, b"<?xml version='1.0' encoding='zlib'?>"),
    "nul bytes": b"\0" * 1_000_000,
    "noise": bytes(range(256)) * 4_000,
    "a date that never ends": rss(
        b"<item><title>x</title><pubDate>" + b"1-" * 200_000 + b"</pubDate></item>"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_feed_is_read_or_a_kind_error(name: str):
    try:
        feed = await parse_feed(HOSTILE[name], limits=ParseLimits(cpu_seconds=1))
    except SourceError as error:
        assert error.reason in KIND_ERRORS  # noqa: PT017 - either outcome is fine
        return
    assert len(feed.entries) <= 2_000
    assert all(len(entry.title) <= 1_000 and len(entry.summary) <= 20_000 for entry in feed.entries)


SURVIVORS = (
    "newlines in the prolog",
    "spaces in the prolog",
    "declarations without end",
    "a comment of a megabyte",
)
AUTHORS = (
    "20,000 attributes",
    "one author of 62 KiB",
    "one author of 62 KiB in cdata",
    "three thousand authors",
    "25,000 items",
)


@pytest.mark.parametrize("name", SURVIVORS + AUTHORS)
async def test_the_slow_corners_known_of_feedparser_are_cut_off_before_it_meets_them(name: str):
    feed = await parse_feed(HOSTILE[name], limits=ParseLimits(cpu_seconds=1))
    assert feed.entries[0].title == "x"


@pytest.mark.parametrize("name", ["external entities", "parameter entity", "xinclude", "billion laughs"])
def test_no_entity_brings_in_anything(name: str):
    for entry in read_feed(HOSTILE[name]).entries:
        assert "root:" not in entry.title + entry.summary
        assert "lollol" not in entry.title


SLOW = rss(
    b"<item><title>x</title>" + b"".join(b"<category>c%d</category>" % n for n in range(100_000)) + b"</item>"
)


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[asyncio.subprocess.Process]]:
    """The child processes that were started, with what they were given."""
    started: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def noted(*arguments: str, **options: Any) -> asyncio.subprocess.Process:
        assert set(options["env"]) <= {"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}
        started.append(await start(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(isolation.asyncio, "create_subprocess_exec", noted)
    yield started
    assert all(child.returncode is not None for child in started)


async def test_a_child_that_burns_its_seconds_is_ended_by_the_kernel(
    children: list[asyncio.subprocess.Process],
):
    with pytest.raises(SourceError) as caught:
        await parse_feed(SLOW, limits=ParseLimits(cpu_seconds=1, wall_seconds=60))
    assert caught.value.reason == "timeout"
    assert len(children) == 1


async def test_a_child_that_takes_too_long_is_ended_by_us(children: list[asyncio.subprocess.Process]):
    with pytest.raises(SourceError) as caught:
        await parse_feed(SLOW, limits=ParseLimits(cpu_seconds=60, wall_seconds=0.4))
    assert caught.value.reason == "timeout"
    assert len(children) == 1


async def test_a_child_dies_with_whoever_waits_for_it(children: list[asyncio.subprocess.Process]):
    task = asyncio.create_task(parse_feed(SLOW, limits=ParseLimits(cpu_seconds=60, wall_seconds=60)))
    while not children:  # noqa: ASYNC110 - nobody tells when a child has started
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children[0].returncode is not None


async def test_a_child_that_needs_too_much_memory_is_ended():
    with pytest.raises(SourceError) as caught:
        await parse_feed(HOSTILE["quadratic entity"], limits=ParseLimits(memory_mib=100))
    assert caught.value.reason == "too_large"


async def test_others_go_on_while_a_child_burns():
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    heart = asyncio.create_task(beat())
    slow = asyncio.create_task(parse_feed(SLOW, limits=ParseLimits(cpu_seconds=1)))
    assert (await parse_feed(rss(ITEM))).entries[0].title == "x"
    with pytest.raises(SourceError):
        await slow
    heart.cancel()
    assert beats >= 10


async def test_no_secret_of_the_environment_reaches_the_child(
    children: list[asyncio.subprocess.Process], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DISCORD_TOKEN", "canary")
    assert (await parse_feed(rss(ITEM))).entries
    assert children


async def test_a_machine_that_can_start_no_process_is_a_kind_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(isolation.sys, "executable", "/nowhere/python")
    with pytest.raises(SourceError, match="could not start a process"):
        await parse_feed(rss(ITEM))
