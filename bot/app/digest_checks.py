"""What `doctor` says of each channel's digest; of very many channels what is wrong with some, and how many are well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.commands.wording import count
from bot.domain.delivery import Slot
from bot.domain.subscription import Destination
from bot.storage.installations import ENDED

from .build import App
from .check import Check, Verdict

DIGEST_AGE = timedelta(days=4)  # a long weekend
MOST_TOLD = 20  # lines of one kind; nobody reads a hundred thousand


async def digests(app: App) -> list[Check]:
    """A line for each channel, while there are few; else for those with trouble, and one for the others."""
    last, now = await app.store.last_digests(), app.clock.now()
    # Where the bot was removed there is nothing to mend: it comes back, or is forgotten after 30 days.
    homes = [one for one in await app.store.destinations() if one.paused_reason != ENDED]
    checks = [_digest(one, last.get(one.id), now) for one in homes]
    well = [one for one in checks if one.verdict is Verdict.OK]
    return [*_well(well), *_troubled([one for one in checks if one.verdict is not Verdict.OK])]


def _well(checks: Sequence[Check]) -> Sequence[Check]:
    if len(checks) <= MOST_TOLD:
        return checks
    what = f"as they should be: {count(len(checks), 'channel')}"
    return [Check(name="digests", verdict=Verdict.OK, what=what)]


def _troubled(checks: Sequence[Check]) -> Sequence[Check]:
    if len(checks) <= MOST_TOLD:
        return checks
    what = f"paused or overdue: {count(len(checks) - MOST_TOLD, 'more channel')}"
    fix = "Resume what is paused; `paperround list` names a channel's reason."
    return [*checks[:MOST_TOLD], Check(name="digests", verdict=Verdict.WARN, what=what, fix=fix)]


def _digest(destination: Destination, last: Slot | None, now: datetime) -> Check:
    name = f"digest of {destination.name}"
    if destination.paused:
        what = f"paused: {destination.paused_reason}"
        return Check(name=name, verdict=Verdict.WARN, what=what, fix="resume it")
    if last is None:
        return Check(name=name, verdict=Verdict.OK, what="no digest was due yet")
    if now - last.due_at > DIGEST_AGE:
        what = f"the last one was due on {last.due_at:%Y-%m-%d}"
        return Check(name=name, verdict=Verdict.WARN, what=what, fix="Start `paperround run`.")
    return Check(name=name, verdict=Verdict.OK, what=f"{last.slot_key[:10]}: {last.state.value}")
