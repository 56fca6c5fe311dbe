"""The child process that parses one hostile feed: bytes in, JSON out, under limits it sets itself.

POSIX only (`resource`). Started by `parsing.py`; it holds no secrets, no files and no connections.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from typing import Any

from bot.errors import SourceError

MIB = 2**20
OUTPUT_LIMIT = 16 * MIB


def main() -> None:
    """Read a request line and a body from stdin, write `{"feed": ...}` or `{"error": ...}` to stdout."""
    request = json.loads(sys.stdin.buffer.readline())
    limit_self(cpu_seconds=request["cpu_seconds"], memory_mib=request["memory_mib"])
    answer = json.dumps(_answer(request, sys.stdin.buffer.read()), ensure_ascii=False).encode()
    if len(answer) > OUTPUT_LIMIT:
        answer = json.dumps(
            {"error": ["The feed holds more text than is kept of one.", "too_large", ""]}
        ).encode()
    sys.stdout.buffer.write(answer)


def limit_self(*, cpu_seconds: int, memory_mib: int) -> None:
    """Have the kernel end this process beyond these; it may also write no file and leave no core."""
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_AS, memory_mib * MIB)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)


def _limit(name: int, most: int) -> None:
    _, hard = resource.getrlimit(name)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    # macOS knows RLIMIT_AS and refuses to set it; the parent's clock still ends the process.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(name, (most, most))


def _answer(request: dict[str, Any], body: bytes) -> dict[str, Any]:
    from .feed_values import to_json  # noqa: PLC0415 - after the limits
    from .reading import read_feed  # noqa: PLC0415

    try:
        return {"feed": to_json(read_feed(body, request["content_type"], url=request["url"]))}
    except SourceError as error:
        return {"error": [error.what, error.reason, error.fix]}
    except MemoryError:
        return {"error": ["The feed needs more memory than one feed may have.", "too_large", ""]}
