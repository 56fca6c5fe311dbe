"""One process of the bot, whose chat is at a socket: `process.py '{"url": ..., "socket": ...}'`, until SIGTERM."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace

from bot.app import open_app
from bot.app.lock import run_lock
from bot.app.logs import start_logging
from bot.app.roles import Role
from bot.app.run import take_up
from bot.app.staying import keep_on
from bot.config import Settings
from bot.ports import LaneLimits
from bot.testing.platforms import RemoteChat
from jobs.deliver import Sender
from jobs.engines import make_engine


async def main(job: SimpleNamespace) -> None:
    task = asyncio.current_task()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    settings = Settings(
        database_url=job.url, chat=(), sources=(), engine=job.engine, backfill_days=0, _env_file=None
    )
    limits = LaneLimits(rate_per_s=job.rate, concurrency=4)
    chat = RemoteChat(Path(job.socket), platform=job.platform, limits=limits, papers_per_part=1)
    async with open_app(settings, adapters={chat.platform: chat}) as opened:
        with run_lock(opened.store.path):
            await take_up(opened)
            sender = Sender(
                opened.store,
                opened.adapters,
                clock=opened.clock,
                settle=timedelta(seconds=job.settle),
                **({"lease_seconds": job.lease} if job.lease else {}),
            )
            engine = make_engine(job.engine, job.url)
            if job.lose:
                engine.wake = losing(engine.wake, Random(job.lose))
            sys.stdout.write(f"{sender._tools.leases.owner}\n")
            sys.stdout.flush()
            await keep_on(replace(opened, sender=sender, engine=engine), note, role=Role(job.role))


def losing(wake, chance: Random):
    """Half of all wake-ups never arrive."""

    async def sometimes(kind, keys):
        await wake(kind, [key for key in keys if chance.random() < 0.5])

    return sometimes


def note(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    start_logging("warning", for_good=True)
    with suppress(asyncio.CancelledError):
        asyncio.run(main(SimpleNamespace(**json.loads(sys.argv[1]))))
