"""`python -m bot.testing.discord --port 0`: the stand-in as a process of its own; it prints its address and its settings."""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import suppress

from .control import Control
from .driver import Driver
from .server import DiscordStandIn


async def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m bot.testing.discord")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--no-rates", action="store_true", help="enforce no limits")
    given = parser.parse_args()
    discord = DiscordStandIn(rates=not given.no_rates)
    discord.more_routes = Control(discord, Driver(discord)).add_to
    await discord.start(given.port)
    for name, value in discord.environment().items():
        sys.stdout.write(f"{name}={value}\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await discord.stop()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main())
