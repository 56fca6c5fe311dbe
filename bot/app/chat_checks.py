"""What `doctor` says of chats: what each adapter finds when it looks at its own tokens and rights."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice

from bot.domain.subscription import Address, Destination
from bot.errors import ConfigError
from bot.ports import Adviser, ChatAdapter, Doorkeeper, Examined, Finding
from jobs.engines import is_sqlite

from .build import App
from .check import Check, Verdict
from .roles import Role
from .serving import check_served

MOST_PLACES = 20  # channels of a chat; the others tell of themselves when a digest cannot be posted there


def reachable(app: App) -> Iterator[Check]:
    """What `run` refuses of a chat over HTTP; beside PostgreSQL another process may be the one that serves."""
    try:
        check_served(Role.ALL, app.settings, app.adapters)
    except ConfigError as error:
        verdict = Verdict.FAIL if is_sqlite(app.settings.database_url) else Verdict.WARN
        yield Check(name="web", verdict=verdict, what=error.what, fix=error.fix)


async def chats(app: App) -> AsyncIterator[Check]:
    """Every finding of every adapter that offers any, of itself and of the first channels that digests go to."""
    for name, adapter in app.adapters.items():
        is_well = True
        async for finding in _findings(adapter):
            is_well = is_well and finding.good
            yield _check(name, finding)
        if is_well and isinstance(adapter, Adviser):
            async for check in _places(name, adapter, await app.store.destinations()):
                yield check


async def _places(name: str, adapter: Adviser, destinations: Iterable[Destination]) -> AsyncIterator[Check]:
    """What stands in the way of digests in channels, or makes them worse."""
    here = (one for one in destinations if one.address.platform == name and not one.paused)
    for destination in islice(here, MOST_PLACES):
        try:
            what, fix = await _wrong(adapter, destination.address)
        except Exception as error:  # noqa: BLE001 - as in `_findings`
            yield _check(name, _broken(error))
            return
        if fix:
            yield Check(name=f"{name} {destination.name}", verdict=Verdict.WARN, what=what, fix=fix)


async def _wrong(adapter: Adviser, address: Address) -> tuple[str, str]:
    """What is wrong with a channel and what to do about it; nothing to do where all is well."""
    why = await adapter.why_not_post(address) if isinstance(adapter, Doorkeeper) else ""
    if why:
        return "something stands in the way of digests there", why
    return "digests could be better there", await adapter.what_is_lacking(address)


def _check(name: str, finding: Finding) -> Check:
    return Check(name=name, verdict=_verdict(finding), what=finding.what, fix=finding.fix)


async def _findings(adapter: ChatAdapter) -> AsyncIterator[Finding]:
    if not isinstance(adapter, Examined):
        return
    try:
        async for finding in adapter.examine():
            yield finding
    except Exception as error:  # noqa: BLE001 - a stranger's adapter may raise anything; doctor says so and goes on
        yield _broken(error)


def _broken(error: Exception) -> Finding:
    return Finding(good=False, what=f"it could not look at itself: {type(error).__name__}", fix="Mend it.")


def _verdict(finding: Finding) -> Verdict:
    """What could be better, or is perhaps well again soon, is a warning."""
    if finding.good:
        return Verdict.WARN if finding.fix else Verdict.OK
    return Verdict.WARN if finding.passing else Verdict.FAIL
