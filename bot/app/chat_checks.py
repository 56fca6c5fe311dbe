"""What `doctor` says of chats: what each adapter finds when it looks at its own tokens and rights."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from bot.errors import ConfigError
from bot.ports import ChatAdapter, Examined, Finding
from jobs.engines import is_sqlite

from .build import App
from .check import Check, Verdict
from .roles import Role
from .serving import check_served


def reachable(app: App) -> Iterator[Check]:
    """What `run` refuses of a chat over HTTP; beside PostgreSQL another process may be the one that serves."""
    try:
        check_served(Role.ALL, app.settings, app.adapters)
    except ConfigError as error:
        verdict = Verdict.FAIL if is_sqlite(app.settings.database_url) else Verdict.WARN
        yield Check(name="web", verdict=verdict, what=error.what, fix=error.fix)


async def chats(app: App) -> AsyncIterator[Check]:
    """Every finding of every adapter that offers any."""
    for name, adapter in app.adapters.items():
        async for finding in _findings(adapter):
            yield Check(name=name, verdict=_verdict(finding), what=finding.what, fix=finding.fix)


async def _findings(adapter: ChatAdapter) -> AsyncIterator[Finding]:
    if not isinstance(adapter, Examined):
        return
    try:
        async for finding in adapter.examine():
            yield finding
    except Exception as error:  # noqa: BLE001 - a stranger's adapter may raise anything; doctor says so and goes on
        yield Finding(good=False, what=f"it could not look at itself: {type(error).__name__}", fix="Mend it.")


def _verdict(finding: Finding) -> Verdict:
    """What could be better, or is perhaps well again soon, is a warning."""
    if finding.good:
        return Verdict.WARN if finding.fix else Verdict.OK
    return Verdict.WARN if finding.passing else Verdict.FAIL
