"""The child process that parses one hostile feed: bytes in, JSON out, under limits it sets itself.

Started by `parsing.py`; it holds no secrets, no files and no connections.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bot.errors import SourceError
from bot.isolation import limit_self

MIB = 2**20
OUTPUT_LIMIT = 16 * MIB


def main() -> None:
    """Read a request line and a body from stdin, write `{"feed": ...}` or `{"error": ...}` to stdout."""
    request = json.loads(sys.stdin.buffer.readline())
    limit_self(cpu_seconds=request["cpu_seconds"], memory=request["memory_mib"] * MIB)
    answer = json.dumps(_answer(request, sys.stdin.buffer.read()), ensure_ascii=False).encode()
    if len(answer) > OUTPUT_LIMIT:
        answer = json.dumps(
            {"error": ["The feed holds more text than is kept of one.", "too_large", ""]}
        ).encode()
    sys.stdout.buffer.write(answer)


def _answer(request: dict[str, Any], body: bytes) -> dict[str, Any]:
    from .feed_values import to_json  # noqa: PLC0415 - after the limits
    from .reading import read_feed  # noqa: PLC0415

    try:
        return {"feed": to_json(read_feed(body, request["content_type"], url=request["url"]))}
    except SourceError as error:
        return {"error": [error.what, error.reason, error.fix]}
    except MemoryError:
        return {"error": ["The feed needs more memory than one feed may have.", "too_large", ""]}
