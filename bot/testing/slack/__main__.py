"""`python -m bot.testing.slack --port 0`: the stand-in as a process of its own; it prints its address and its settings."""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import suppress

from .control import Control
from .driver import Driver
from .server import SlackStandIn


async def main() -> None:
    """Serve until stopped; the bot's own address is needed for HTTP only."""
    parser = argparse.ArgumentParser(prog="python -m bot.testing.slack")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--bot", default="", help="where the bot takes events, as http://127.0.0.1:8080/slack/events"
    )
    parser.add_argument(
        "--oauth", action="store_true", help="print the settings of a bot for many workspaces"
    )
    parser.add_argument("--no-rates", action="store_true", help="enforce no posting limit")
    given = parser.parse_args()
    slack = SlackStandIn(rates=not given.no_rates)
    transport = "http" if given.bot else "socket"
    driver = Driver(slack, transport=transport, url=given.bot)
    slack.more_routes = Control(slack, driver).add_to
    await slack.start(given.port)
    for name, value in slack.environment(transport=transport, oauth=given.oauth).items():
        sys.stdout.write(f"{name}={value}\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await slack.stop()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main())
