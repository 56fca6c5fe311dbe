"""The bot with a database of which each reading and each writing takes longer: `slow_main.py SECONDS run`."""

from __future__ import annotations

import asyncio
import sys

from bot.cli import main as paperround
from bot.storage.engine import Database


def slowed(method, seconds: float):
    async def later(self, *arguments, **named):
        await asyncio.sleep(seconds)
        return await method(self, *arguments, **named)

    return later


def main(seconds: float) -> None:
    for name in ("read", "write", "write_beside"):
        setattr(Database, name, slowed(getattr(Database, name), seconds))
    paperround()


if __name__ == "__main__":
    main(float(sys.argv.pop(1)))
