"""What `doctor` says of digests: a line for each channel, while somebody can read them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Any

from bot.app.check import Verdict
from bot.app.digest_checks import MOST_TOLD, digests
from bot.domain.delivery import Slot, SlotState
from bot.domain.subscription import Address, Destination, Schedule
from bot.storage.installations import ENDED
from bot.testing.builders import SAMPLE_NOW


@dataclass
class Installation:
    """The two questions and the clock that are asked."""

    homes: list[Destination]
    ended: dict[int, Slot]

    @property
    def store(self) -> Any:
        return self

    @property
    def clock(self) -> Any:
        return self

    def now(self) -> Any:
        return SAMPLE_NOW

    async def destinations(self) -> tuple[Destination, ...]:
        return tuple(self.homes)

    async def last_digests(self) -> dict[int, Slot]:
        return self.ended


def slot(home: Destination, days_ago: int) -> Slot:
    due_at = SAMPLE_NOW - timedelta(days=days_ago)
    return Slot(
        id=home.id,
        destination_id=home.id,
        slot_key=f"{due_at:%Y-%m-%d}",
        due_at=due_at,
        state=SlotState.SENT,
        reason="",
    )


def channels(count: int, *, paused: bool = False) -> list[Destination]:
    return [
        Destination(
            id=number,
            address=Address(platform="slack", workspace="T1", channel=f"C{number}"),
            name=f"#room-{number}",
            schedule=Schedule(at=time(9), tz="UTC"),
            max_papers=10,
            paused=paused,
            paused_reason="archived" if paused else "",
            next_due_at=SAMPLE_NOW,
            created_at=SAMPLE_NOW,
        )
        for number in range(1, count + 1)
    ]


async def said(
    homes: list[Destination], ended: dict[int, Slot] | None = None
) -> list[tuple[str, Verdict, str]]:
    checks = await digests(Installation(homes, ended or {}))  # type: ignore[arg-type]  # what an App is asked here
    assert all(one.fix for one in checks if one.verdict is not Verdict.OK)
    return [(one.name, one.verdict, one.what) for one in checks]


async def test_each_of_a_few_channels_has_its_line() -> None:
    homes = channels(3)
    assert await said(homes, {1: slot(homes[0], 1), 2: slot(homes[1], 9)}) == [
        ("digest of #room-1", Verdict.OK, "2026-05-31: sent"),
        ("digest of #room-3", Verdict.OK, "no digest was due yet"),
        ("digest of #room-2", Verdict.WARN, "the last one was due on 2026-05-23"),
    ]


async def test_where_the_bot_was_removed_there_is_nothing_to_mend() -> None:
    there, gone = channels(2)
    gone = replace(gone, paused=True, paused_reason=ENDED)
    assert await said([there, gone]) == [("digest of #room-1", Verdict.OK, "no digest was due yet")]


async def test_very_many_channels_that_are_well_share_a_line() -> None:
    (line,) = await said(channels(100_000))
    assert line == ("digests", Verdict.OK, "as they should be: 100,000 channels")


async def test_of_very_many_channels_in_trouble_some_are_named_and_the_others_counted() -> None:
    lines = await said(channels(1_000, paused=True))
    assert len(lines) == MOST_TOLD + 1
    assert lines[0] == ("digest of #room-1", Verdict.WARN, "paused: archived")
    assert lines[-1] == ("digests", Verdict.WARN, "paused or overdue: 980 more channels")
