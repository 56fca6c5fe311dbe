"""`run`, done: until Ctrl-C, or until the system asks it to stop."""

from __future__ import annotations

import asyncio
import signal

from bot.app.logs import start_logging
from bot.app.run import run
from bot.config import Settings, load_settings

from ._loading import source_bars
from ._typer import say


def run_bot(*, once: bool) -> int:
    """Run the bot; 0 when it was asked to stop (SIGTERM), as service managers expect."""
    settings = load_settings()
    start_logging(settings.log_level)
    return asyncio.run(_until_told(settings, once=once))


async def _until_told(settings: Settings, *, once: bool) -> int:
    task = asyncio.current_task()
    told: list[int] = []

    def stop() -> None:
        told.append(signal.SIGTERM)
        if task is not None:
            task.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    try:
        return await run(settings, once=once, say=say, watching=source_bars)
    except asyncio.CancelledError:
        if not told:  # Ctrl-C: `asyncio.run` makes a KeyboardInterrupt of it
            raise
        say("Stopped.")
        return 0
