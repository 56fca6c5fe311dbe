"""Drive the real bot through the Discord bench: `DISCORD_BENCH=FOLDER python tests/discord_bench/run.py WHAT`.

The bench plays Discord: its REST API, its gateway and people who click, each request and each answer judged by Discord's own
OpenAPI description and by the limits it writes of in prose. Its folder holds the package `discordbench`; whatever Python
runs this has aiohttp, jsonschema and discord.py. The project does not need it: its own tests play the same against
`bot.testing.discord`.

WHAT is `tour [SEED ...]` (everything people do; without seeds once with the usual limits, as with seed 0, and under
three random ones),
`gateway` (connections that end in every way, and two shards), `faults` (each kind around a post, in each kind of channel),
`kills N` (kill -9 while it posts), `slow` (a slow database), `crowd` (100,000 planned meanwhile) or `dead N` (so many dead
channels).
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "bench_kit"))
sys.path.append(os.environ.get("DISCORD_BENCH", ""))

from breaking import gateway
from dead import dead
from faulty import faults
from killing import kills
from straining import crowd, slow
from tour import tour

SEEDS = (1, 2, 3)
ALONE = {"gateway": gateway, "slow": slow, "crowd": crowd}


async def drive(what: str, rest: list[str]) -> bool:
    """Do it; whether everything held."""
    number = int(rest[0]) if rest and rest[0].isdigit() else 0
    match what:
        case "tour":
            seeds = [int(one) or None for one in rest] if rest else [None, *SEEDS]
            return all([await tour(seed) for seed in seeds])
        case "faults":
            return await faults(rest)
        case "kills":
            return await kills(number or 100)
        case "dead":
            return await dead(number or 5000)
    if what not in ALONE:
        sys.exit(__doc__)
    return await ALONE[what]()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the bot ends, too
    what, *rest = sys.argv[1:] or ["tour"]
    sys.exit(0 if asyncio.run(drive(what, rest)) else 1)
