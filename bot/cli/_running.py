"""`run`, done: until Ctrl-C, or until the system asks it to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from threading import Timer
from types import FrameType

from bot.app.logs import start_logging
from bot.app.roles import Role
from bot.app.run import run
from bot.config import Settings, load_settings

from ._loading import source_bars
from ._typer import say

# What is being sent may take 20 s to finish, and lanes are released after that; whatever hangs, a service manager's
# patience (deploy/) is longer than this.
LONGEST_STOP = 24.0
STOPPED_LATE = 1


def run_bot(*, once: bool, role: Role = Role.ALL) -> int:
    """Run the bot; 0 when it was asked to stop (SIGTERM), as service managers expect."""
    settings = load_settings()
    start_logging(settings.log_level, for_good=not once)
    late = Timer(LONGEST_STOP, _leave)
    late.daemon = True
    on_stop = signal.getsignal(signal.SIGTERM)
    try:
        return asyncio.run(_until_told(settings, late, once=once, role=role))
    finally:
        late.cancel()
        signal.signal(signal.SIGTERM, on_stop)


async def _until_told(settings: Settings, late: Timer, *, once: bool, role: Role) -> int:
    task, loop, told = asyncio.current_task(), asyncio.get_running_loop(), list[int]()
    on_interrupt = signal.getsignal(signal.SIGINT)

    def stop(number: int, frame: FrameType | None) -> None:
        if not late.is_alive():
            late.start()
        if number == signal.SIGINT and callable(on_interrupt):
            on_interrupt(number, frame)  # asyncio's own: the exit code is that of Ctrl-C
        elif task is not None:
            told.append(number)
            loop.call_soon_threadsafe(task.cancel)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        return await run(settings, role=role, once=once, say=say, watching=source_bars)
    except asyncio.CancelledError:
        if not told:  # Ctrl-C: `asyncio.run` makes a KeyboardInterrupt of it
            raise
        say("Stopped.")
        return 0
    finally:
        signal.signal(signal.SIGINT, on_interrupt)


def _leave() -> None:
    """End the process; called from a thread of its own, for the loop may be what hangs."""
    sys.stderr.write(
        "Not everything came to its end in time; what was being sent is looked up at the next start.\n"
    )
    sys.stderr.flush()
    os._exit(STOPPED_LATE)
