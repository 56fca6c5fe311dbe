"""`paperround bench deliver`: messages through the ledger, beside simpler ways that promise less.

Every way makes the same HTTP calls to the same platform, which runs in a process of its own. Only the ledger renders,
keeps the order of a channel, and knows after a crash what was sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from bot.app.memory import keep_pauses_short
from bot.testing.postgres import PostgresServer

from .deliver_ledger import through_the_ledger
from .deliver_peers import Took, bare_loop, engine_jobs, outbox
from .far_side import ANSWER_SECONDS, far_side
from .postgres import HOW_TO_INSTALL, postgres

NAME = "deliver"
HELP = "Send messages through the ledger, against a bare loop, an outbox and one engine job per message."

MESSAGES, FULL_MESSAGES = 4_000, 20_000
ROUNDS = 3
BARE = "bare loop of the same HTTP calls"
Way: TypeAlias = Callable[[], Coroutine[Any, Any, Took]]


def run(*, full: bool = False, out: Callable[[str], object] = print) -> dict[str, object]:
    """Print the table and return its figures; medians of three interleaved rounds."""
    keep_pauses_short()  # as `paperround run` does
    messages = FULL_MESSAGES if full else MESSAGES
    out(
        f"{messages:,} messages, each one HTTP call that is answered after {ANSWER_SECONDS * 1000:.0f} ms;"
        f" median of {ROUNDS} interleaved rounds. CPU is this process's, without the database server's.\n"
    )
    took: dict[str, list[Took]] = {}
    for number in range(ROUNDS):
        with far_side() as url, postgres() as server, TemporaryDirectory() as folder:
            for name, way in _ways(url, server, Path(folder), messages, number).items():
                took.setdefault(name, []).append(asyncio.run(way()))
    return _told({name: _middle(times) for name, times in took.items()}, out)


def _ways(
    url: str, server: PostgresServer | None, folder: Path, messages: int, number: int
) -> dict[str, Way]:
    """Every way that can be tried here, each round beginning with another one."""
    ways: dict[str, Way] = {
        BARE: lambda: bare_loop(url, messages),
        "Paper Round, SQLite": lambda: through_the_ledger(url, f"sqlite:///{folder}/bench.db", messages),
    }
    if server is not None:
        empty = server.empty
        ways |= {
            "Paper Round, PostgreSQL": lambda: through_the_ledger(url, empty(), messages),
            "outbox with SKIP LOCKED, PostgreSQL": lambda: outbox(url, empty(), messages),
            "one procrastinate job per message": lambda: engine_jobs(url, empty(), messages),
        }
    names = list(ways)
    turned = names[number % len(names) :] + names[: number % len(names)]
    return {name: ways[name] for name in turned}


def _middle(times: list[Took]) -> Took:
    return Took(
        messages=times[0].messages,
        wall=median(one.wall for one in times),
        cpu=median(one.cpu for one in times),
    )


def _told(took: dict[str, Took], out: Callable[[str], object]) -> dict[str, object]:
    bare = took[BARE]
    out(f"{'way':<40} {'messages/s':>10} {'CPU ms each':>12} {'CPU, bare = 1':>14}")
    for name, one in took.items():
        out(f"{name:<40} {one.rate:>10,.0f} {one.cpu_ms:>12.3f} {one.cpu / bare.cpu:>14.1f}")
    if len(took) == 2:
        out(f"\n{HOW_TO_INSTALL}")
    return {
        name: asdict(one)
        | {
            "per_s": round(one.rate),
            "cpu_ms": round(one.cpu_ms, 3),
            "cpu_ratio": round(one.cpu / bare.cpu, 2),
        }
        for name, one in took.items()
    }
