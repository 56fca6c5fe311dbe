"""What `doctor` says of chats: what each adapter finds when it looks at its own tokens and rights."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.ports import ChatAdapter, Examined, Finding

from .build import App
from .check import Check, Verdict


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
