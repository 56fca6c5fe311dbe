"""Feeds parsed in a child process with CPU, memory and time limits, so that a hostile one costs only itself.

feedparser can be kept busy for minutes by a small feed (see `taming.py`); the child is the last resort. POSIX only.
"""

from __future__ import annotations

import asyncio
import json
import signal
from dataclasses import dataclass

from bot.errors import SourceError
from bot.isolation import start_child

from .feed_values import ParsedEntry, ParsedFeed, from_json
from .reading import read_feed

__all__ = ["USUAL_LIMITS", "ParseLimits", "ParsedEntry", "ParsedFeed", "parse_feed", "read_feed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ParseLimits:
    """What one feed may cost."""

    cpu_seconds: int = 2
    memory_mib: int = 512
    wall_seconds: float = 5.0


USUAL_LIMITS = ParseLimits()


async def parse_feed(
    body: bytes, *, content_type: str = "", url: str = "", limits: ParseLimits = USUAL_LIMITS
) -> ParsedFeed:
    """`read_feed` in a child process; also raises `SourceError` (timeout, too_large) when the limits end it."""
    request = {
        "content_type": content_type,
        "url": url,
        "cpu_seconds": limits.cpu_seconds,
        "memory_mib": limits.memory_mib,
    }
    child = await _start()
    try:
        async with asyncio.timeout(limits.wall_seconds):
            output, _ = await child.communicate(json.dumps(request).encode() + b"\n" + body)
    except TimeoutError as error:
        raise _took_too_long() from error
    finally:
        await _end(child)
    return _answer(output, child.returncode)


async def _start() -> asyncio.subprocess.Process:
    try:
        return await start_child("adapters.sources.child")
    except OSError as error:
        raise SourceError(
            f"This machine could not start a process to parse the feed ({error.strerror}).",
            reason="unreachable",
            fix="It may be out of memory or processes.",
        ) from error


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.kill()
        await child.wait()


def _answer(output: bytes, exit_status: int | None) -> ParsedFeed:
    if exit_status in (-signal.SIGXCPU, -signal.SIGKILL):
        raise _took_too_long()
    if exit_status != 0:
        raise SourceError(
            "The feed broke the parser; it may be built to, or need too much memory.", reason="malformed"
        )
    answer = json.loads(output)
    if "error" in answer:
        what, reason, fix = answer["error"]
        raise SourceError(what, reason=reason, fix=fix)
    return from_json(answer["feed"])


def _took_too_long() -> SourceError:
    return SourceError("The feed took too long to parse; it may be built to.", reason="timeout")
