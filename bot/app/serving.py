"""HTTP where the operator asked for it: health, the archive, and every chat that is served, at /<platform>."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from importlib.util import find_spec

from bot.config import Settings
from bot.domain.mailing import PLATFORM
from bot.errors import ConfigError, PaperRoundError
from bot.ports import ASGIApp, ChatAdapter, Served

from .build import App
from .fetching import Say
from .hosting import archive_of, hosted
from .lag import LoopLag
from .roles import Role

NEEDED = ("jinja2", "starlette", "uvicorn")  # the extra `web`
TICKS_MISSED = timedelta(minutes=3)  # one comes each minute
NO_SIGNING_UP = "Nobody can sign up for mails there: PAPERROUND_WEB_URL, the address that links in mails begin with, is not set."
READ_SECONDS = 2.0  # a probe asks every few seconds, and counts no answer as a bad one


def chats_of(role: Role, adapters: Mapping[str, ChatAdapter]) -> dict[str, ChatAdapter]:
    """The chats that a process of this role runs."""
    served = mounts(adapters) if role in {Role.GATEWAY, Role.WEB} else {}
    return {
        name: adapter
        for name, adapter in adapters.items()
        if role is Role.ALL
        or (role is Role.WEB and name in served)
        or (role is Role.GATEWAY and name not in served)
    }


def mounts(adapters: Mapping[str, ChatAdapter]) -> dict[str, ASGIApp]:
    """What each chat that is served has served, by platform."""
    offered = {name: one.asgi() for name, one in adapters.items() if isinstance(one, Served)}
    return {name: app for name, app in offered.items() if app is not None}


def is_serving(role: Role, settings: Settings) -> bool:
    """Whether a process of this role serves HTTP."""
    return role.serves and settings.web_port is not None


def check_served(role: Role, settings: Settings, adapters: Mapping[str, ChatAdapter]) -> None:
    """Refuse a chat nobody could reach and a process nobody needs, and say what would work."""
    if not role.answers:
        return
    served = mounts(adapters)
    if served and role.serves and settings.web_port is None:
        raise _needs_port(next(iter(served)))
    if role is Role.GATEWAY and served and len(served) == len(adapters):
        raise ConfigError(
            "`--role gateway` has nobody to answer: every chat of PAPERROUND_CHAT takes its events over HTTP.",
            fix="Start `paperround run --role web` with PAPERROUND_WEB_PORT, or leave --role out.",
        )
    if is_serving(role, settings) and not all(map(find_spec, NEEDED)):
        raise ConfigError(
            "PAPERROUND_WEB_PORT is set, and what serves HTTP is not installed.",
            fix="Install paperround[web], or take the setting out.",
        )


async def serve_web(app: App, role: Role, say: Say) -> None:
    """Serve until cancelled; a `ConfigError` when the port cannot be had."""
    from adapters.web.server import serve  # noqa: PLC0415 - an extra, for those who serve

    chats, lag = mounts(app.adapters), LoopLag()
    host, port = app.settings.web_host, app.settings.web_port or 0
    where = f"[{host}]" if ":" in host else host
    archive = archive_of(app)
    beside = [
        asyncio.create_task(lag.watch(), name="event loop lag"),
        asyncio.create_task(archive.warm(), name="the archive's topics"),
    ]
    try:
        await serve(
            hosted(app, chats, ready=readiness(app, role), lag=lag, archive=archive),
            host=host,
            port=port,
            listening=lambda taken: _told(app.settings, f"http://{where}:{taken}", chats, say),
        )
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


def _told(settings: Settings, root: str, chats: Mapping[str, ASGIApp], say: Say) -> None:
    """Say where it is, and what of it cannot be used for want of a setting."""
    beside = ", ".join(("/livez", "/readyz", *(f"/{name}" for name in chats)))
    say(f"The archive is at {root}/; beside it are {beside}.")
    if PLATFORM in settings.chat and not settings.web_url:
        say(NO_SIGNING_UP)


def readiness(app: App, role: Role) -> Callable[[], Awaitable[str]]:
    """What `/readyz` asks: whether the database answers and, where this process plans, whether it still does."""
    started = app.clock.now()

    async def why_not() -> str:
        try:
            async with asyncio.timeout(READ_SECONDS):
                last = await app.store.last_run()
        except (PaperRoundError, TimeoutError):
            return "The database does not answer."
        silent = app.clock.now() - max(last or started, started)
        if role.plans and silent > TICKS_MISSED:
            return f"Nothing was planned for {silent // timedelta(minutes=1)} minutes."
        return ""

    return why_not


def _needs_port(platform: str) -> ConfigError:
    return ConfigError(
        f"PAPERROUND_CHAT has {platform}, which is set up to be reached over HTTP, and PAPERROUND_WEB_PORT is not set.",
        fix=f"Set it, for example PAPERROUND_WEB_PORT=8080, or set {platform} up without HTTP"
        f" (`paperround init {platform}`).",
    )
