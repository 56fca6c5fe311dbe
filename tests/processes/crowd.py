"""A bot with a crowd: `crowd.py URL LANES CHANNELS`, plans and delivers under the run lock; figures as JSON at the end."""

from __future__ import annotations

import asyncio
import json
import sys

from bot.app.lock import run_lock
from bot.app.logs import start_logging
from bot.app.memory import keep_pauses_short
from bot.bench.herd import Herd
from bot.bench.scale import measured
from bot.storage.database import file_of


def told(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main(url: str, lanes: int, channels: int) -> None:
    keep_pauses_short()
    with run_lock(file_of(url)):
        figures = asyncio.run(measured(url, Herd(lanes=lanes, channels=channels), told))
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    start_logging("warning", for_good=True)
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
