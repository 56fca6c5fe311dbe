"""Starting again after a pause: every date keeps its slot, and days without one get none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from adapters.chat.console import HERE
from bot.domain.delivery import SlotState
from bot.domain.digest import Digest
from bot.domain.schedule import next_due
from bot.domain.subscription import WEEKDAYS, Schedule

FRIDAY = datetime(2026, 6, 5, 6, 0, tzinfo=UTC)


async def slots(installation) -> dict[str, tuple[SlotState, str]]:
    async with await installation.store() as store:
        terminal = await store.destination(HERE)
        return {one.slot_key: (one.state, one.reason) for one in await store.slots(terminal.id)}


async def digest_of(installation, day: str) -> Digest:
    async with await installation.store() as store:
        slot = await store.slot((await store.destination(HERE)).id, day)
        return await store.digest(slot.id)


async def weekdays_only(installation) -> None:
    async with await installation.store() as store:
        terminal = await store.destination(HERE)
        weekdays = Schedule(tz="Europe/Berlin", days=frozenset(WEEKDAYS))
        monday = next_due(weekdays, installation.clock.now())[1]
        await store.update_destination(terminal.id, schedule=weekdays, next_due_at=monday)


async def test_dates_missed_while_nothing_ran_are_skipped_and_carried_by_todays(installation) -> None:
    installation.source.lists(1)
    await installation.once()
    installation.clock.advance(timedelta(days=3))  # Thursday, an hour before the digest's
    installation.source.lists(1, 2, day=installation.clock.now().date())
    await installation.once()
    assert await slots(installation) == {
        "2026-06-04": (SlotState.SENT, ""),
        "2026-06-03": (SlotState.SKIPPED, "late"),
        "2026-06-02": (SlotState.SKIPPED, "late"),
        "2026-06-01": (SlotState.SENT, ""),
    }
    digest = await digest_of(installation, "2026-06-04")
    assert digest.combined == (date(2026, 6, 2), date(2026, 6, 3))


async def test_a_slot_missed_by_less_than_the_window_is_caught_up_and_said_to_be_all(installation) -> None:
    installation.source.lists(1)
    await installation.once()
    installation.clock.advance(timedelta(days=1, hours=6))  # Tuesday, five hours late
    installation.source.lists(1, 2, day=installation.clock.now().date())
    _, out = await installation.once()
    assert "1 paper for this terminal" in out
    assert installation.said[-1] == "Next digest: Wed 3 Jun 2026, 09:00 Europe/Berlin."
    assert (await digest_of(installation, "2026-06-02")).late


async def test_a_day_the_schedule_leaves_out_gets_no_slot_and_shows_the_last_digest(installation) -> None:
    installation.clock.move_to(FRIDAY)
    installation.source.lists(1, day=FRIDAY.date())
    _, friday = await installation.once()
    await weekdays_only(installation)
    installation.clock.advance(timedelta(days=1))
    installation.source.lists(1, 2, day=FRIDAY.date())
    _, saturday = await installation.once()
    assert saturday == friday
    assert installation.said[-1] == (
        "Sent Fri 5 Jun 2026, 08:00 Europe/Berlin. Next digest: Mon 8 Jun 2026, 09:00 Europe/Berlin."
    )
    assert list(await slots(installation)) == ["2026-06-05"]


async def test_a_terminal_opened_for_the_first_time_on_such_a_day_reads_beside_the_schedule(
    installation, monkeypatch
) -> None:
    weekdays = Schedule(tz="Europe/Berlin", days=frozenset(WEEKDAYS))
    monkeypatch.setattr(type(installation.settings), "schedule", property(lambda _: weekdays))
    installation.clock.move_to(FRIDAY + timedelta(days=1))
    installation.source.lists(1, 2, day=FRIDAY.date())
    _, out = await installation.once()
    assert "2 papers for this terminal" in out
    (key,) = await slots(installation)
    assert key.startswith("manual:")
    assert installation.said[-1] == "Next digest: Mon 8 Jun 2026, 09:00 Europe/Berlin."


async def test_the_first_topics_are_announced_and_stay_dropped(installation) -> None:
    installation.source.lists(1)
    await installation.once()
    assert any("To begin with this terminal follows 7 topics" in line for line in installation.said)
    assert any("PAPERROUND_WEB_PORT=8080" in line for line in installation.said)
    async with await installation.store() as store:
        terminal = await store.destination(HERE)
        mine = (await store.subscriptions([terminal.id]))[terminal.id]
        await store.unsubscribe(terminal.id, [one.id for one in mine])
        await store.prune(installation.clock.now() + timedelta(days=400))
    installation.clock.advance(timedelta(days=1))
    await installation.once()
    async with await installation.store() as store:
        assert (await store.subscriptions([terminal.id]))[terminal.id] == ()
