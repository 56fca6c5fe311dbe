"""What `doctor` looks at: each check says what it found and, when that is bad, what to do."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.commands.wording import count
from bot.config import Settings, load_settings, unknown_names
from bot.domain.delivery import Status
from bot.domain.schedule import zone
from bot.errors import PaperRoundError

from .build import App, open_app
from .chat_checks import chats, reachable
from .check import Check, Verdict
from .digest_checks import digests
from .lock import is_running
from .watching import Watched

ENV_FILE = Path(".env")
LOW_DISK = 200 * 1024**2
TICKS_MISSED = timedelta(minutes=3)  # a running bot ticks each minute


async def all_checks(*, offline: bool = False) -> AsyncGenerator[Check, None]:
    """Every check, in order; those that need a database are left out when there is none to open.

    `offline` asks no source and no chat anything.
    """
    try:
        settings = load_settings()
    except PaperRoundError as error:
        yield Check(name="settings", verdict=Verdict.FAIL, what=error.what, fix=error.fix)
        return
    for check in (*_settings(settings), *_files(), *_zones(settings)):
        yield check
    try:
        async with open_app(settings) as app, aclosing(_inside(app, offline=offline)) as inside:
            async for check in inside:
                yield check
    except PaperRoundError as error:
        yield Check(name="start", verdict=Verdict.FAIL, what=error.what, fix=error.fix)


async def _inside(app: App, *, offline: bool) -> AsyncGenerator[Check, None]:
    for warning in app.warnings():
        yield Check(name="plug-ins", verdict=Verdict.WARN, what=warning, fix="Mend or uninstall it.")
    for check in (*await _database(app), *_disk(app), await _process(app)):
        yield check
    for check in (*reachable(app), *await digests(app), *await _deliveries(app)):
        yield check
    if offline:
        return
    async for check in chats(app):
        yield check
    for source in await app.sources():
        yield await _source(app, Watched(source))


def _settings(settings: Settings) -> Iterator[Check]:
    chat = ", ".join(settings.chat) or "no chat"
    yield Check(
        name="settings",
        verdict=Verdict.OK,
        what=f"read; chat: {chat}; sources: {', '.join(settings.sources)}",
    )
    for name in unknown_names():
        yield Check(
            name="settings",
            verdict=Verdict.WARN,
            what=f"{name} is no setting of Paper Round's own",
            fix="A plug-in's, or a typing mistake; .env.example lists every name.",
        )


def _files() -> Iterator[Check]:
    if not ENV_FILE.exists():
        yield Check(name="file modes", verdict=Verdict.OK, what="no .env here; the environment is used")
        return
    mode = stat.S_IMODE(ENV_FILE.stat().st_mode)
    if mode & 0o077:
        yield Check(
            name="file modes",
            verdict=Verdict.WARN,
            what=f".env can be read by others (mode {mode:o})",
            fix="chmod 600 .env",
        )
        return
    yield Check(name="file modes", verdict=Verdict.OK, what=".env is readable by you alone")


def _zones(settings: Settings) -> Iterator[Check]:
    try:
        tzdata = version("tzdata")
    except PackageNotFoundError:
        tzdata = "the system's"
    zone(settings.timezone)
    yield Check(name="time zones", verdict=Verdict.OK, what=f"{settings.timezone} is known (tzdata {tzdata})")


async def _database(app: App) -> list[Check]:
    counts = await app.store.counts()
    held = f"{count(counts['papers'], 'paper')}, {count(counts['subscriptions'], 'subscription')}"
    problems = await app.store.check()
    if problems:
        return [
            Check(
                name="database",
                verdict=Verdict.FAIL,
                what=f"damaged: {problems[0]}",
                fix="Stop the bot and put back the last backup.",
            )
        ]
    what = f"{app.store.name} is whole and of this version; {held}"
    return [Check(name="database", verdict=Verdict.OK, what=what)]


def _disk(app: App) -> Iterator[Check]:
    """The disk of the file; a server looks after its own, and says so when it is full."""
    if app.store.path is None:
        return
    folder = app.store.path.resolve().parent
    free = shutil.disk_usage(folder).free
    low = free < LOW_DISK or not os.access(folder, os.W_OK)
    yield Check(
        name="disk",
        verdict=Verdict.FAIL if low else Verdict.OK,
        what=f"{free // 1024**2:,} MB free in {folder}",
        fix="Make room, or move the database." if low else "",
    )


async def _process(app: App) -> Check:
    running = is_running(app.store.path) if app.store.path else await _has_ticked(app)
    what = "`paperround run` is running" if running else "`paperround run` is not running"
    fix = "" if running else "Digests come on time only while it runs."
    return Check(name="process", verdict=Verdict.OK if running else Verdict.WARN, what=what, fix=fix)


async def _has_ticked(app: App) -> bool:
    """Whether some process on some host ran a periodic job lately; a server's database has no lock file."""
    last = await app.store.last_run()
    return last is not None and app.clock.now() - last < TICKS_MISSED


async def _deliveries(app: App) -> list[Check]:
    dead = await app.store.deliveries(status=[Status.DEAD, Status.HELD], limit=1000)
    waiting = await app.store.deliveries(
        status=[Status.PENDING, Status.SENDING, Status.UNCERTAIN], limit=1000
    )
    if dead:
        return [
            Check(
                name="deliveries",
                verdict=Verdict.WARN,
                what=f"{len(dead)} dead or held: {dead[0].last_error}",
                fix="`paperround deliveries list --status dead`, then replay or drop them.",
            )
        ]
    doubtful = [one for one in waiting if one.status is Status.UNCERTAIN]
    if doubtful:
        return [
            Check(
                name="deliveries",
                verdict=Verdict.WARN,
                what=f"of {len(doubtful)} it is not known whether they arrived: {doubtful[0].last_error}",
                fix="A running bot asks the platform; `paperround run --once` does it once.",
            )
        ]
    return [Check(name="deliveries", verdict=Verdict.OK, what=f"{len(waiting)} waiting, none dead")]


async def _source(app: App, watched: Watched) -> Check:
    """Ask the source for today; what it says is not stored."""
    today = app.clock.now().date()
    try:
        async for _ in watched.fetch(since=today - timedelta(days=1)):
            if watched.listings:
                break
    except Exception as error:  # noqa: BLE001 - a stranger's source may raise anything; doctor says so and goes on
        watched.failures.append(f"{type(error).__name__}: {error}")
    if watched.failures and not watched.good:
        return Check(
            name=watched.title,
            verdict=Verdict.FAIL,
            what=watched.failures[0],
            fix="The bot goes on with what it has and asks again each hour.",
        )
    return Check(name=watched.title, verdict=Verdict.OK, what="answers and can be read")
