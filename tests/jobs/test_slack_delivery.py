"""Digests through the ledger to Slack: each arrives once, whatever becomes of Slack's answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.chat.slack.adapter import SlackAdapter
from bot.domain.delivery import Status
from bot.ports import ChatContext
from bot.storage.store import Store
from bot.testing.slack import SlackStandIn
from jobs.deliver import deliver_due

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
FAULTS = [
    "429",
    "500",
    "503",
    "html",
    "error",
    "reset",
    "hang",
    "reset_after",
    "close_after",
    "500_after",
    "error_after",
    "garbage",
]
REPEATED = "(repeated after a restart)"


@pytest.fixture
async def store(tmp_path):
    async with await Store.open(f"sqlite:///{tmp_path / 'paperround.db'}") as opened:
        yield opened


@pytest.fixture
async def slack(town):
    async with SlackStandIn(clock=town.clock) as made:
        yield made


@pytest.fixture
async def adapter(town, slack, monkeypatch):
    made = adapter_of(town, slack, monkeypatch)
    yield made
    await made.close()


def adapter_of(town, slack, monkeypatch, **changes):
    for name, value in {**slack.environment(), **changes}.items():
        monkeypatch.setenv(name, value)
    return SlackAdapter(ChatContext(clock=town.clock, settings={}))


@pytest.fixture
async def due(town, slack):
    """A digest that is due now in #papers, long enough for a thread."""
    channel = slack.home.channel("papers").id
    await town.channel(channel, platform="slack", workspace=slack.home.id)
    await town.lists(*range(1, 13), abstract="Scarves are knitted by robots. " * 30)
    town.clock.move_to(NINE)
    await town.plan()


async def delivered(town, adapter, *, hours=3):
    """Deliver again and again, as the sweep does, until nothing is left to do."""
    for _ in range(hours * 60):
        await deliver_due(town.store, {"slack": adapter}, clock=town.clock, jitter=lambda: 1.0)
        if await over(town):
            return
        town.clock.advance(timedelta(minutes=1))
    raise AssertionError(await town.store.deliveries())


async def over(town):
    ended = {Status.SENT, Status.DEAD, Status.HELD}
    return all(one.status in ended for one in await town.store.deliveries())


async def test_a_digest_is_a_message_and_its_thread(town, slack, adapter, due):
    await delivered(town, adapter)
    parent, *rest = slack.posted("papers")
    assert rest
    assert parent.thread_ts in {"", parent.ts}
    assert {one.thread_ts for one in rest} == {parent.ts}
    assert {one.remote_id for one in await town.store.deliveries()} == {
        f"{one.channel}/{one.ts}" for one in slack.posted("papers")
    }
    assert not slack.state.findings


@pytest.mark.parametrize("after", [0, 1], ids=["first part", "second part"])
@pytest.mark.parametrize("kind", FAULTS)
async def test_whatever_becomes_of_an_answer_every_part_is_posted_once(
    town, slack, adapter, due, kind, after
):
    slack.faults.add(kind, after=after, seconds=0.01 if kind == "hang" else 2)
    await delivered(town, adapter)
    keys = [one.metadata["event_payload"]["key"] for one in slack.posted("papers")]
    deliveries = await town.store.deliveries()
    assert sorted(keys) == sorted(one.key for one in deliveries)
    assert {one.status for one in deliveries} == {Status.SENT}
    assert not any(REPEATED in one.text for one in slack.posted("papers"))


@pytest.mark.parametrize("kind", ["reset", "reset_after"])
async def test_where_history_cannot_be_read_a_part_comes_twice_at_most_and_says_so(
    town, slack, due, monkeypatch, kind
):
    token = slack.token("chat:write", "channels:read", "groups:read", "users:read", "commands")
    adapter = adapter_of(town, slack, monkeypatch, SLACK_BOT_TOKEN=token)
    slack.faults.add(kind)
    await delivered(town, adapter)
    (first,) = [one.key for one in await town.store.deliveries() if one.part_no == 0]
    copies = [one for one in slack.posted("papers") if one.metadata["event_payload"]["key"] == first]
    assert len(copies) == (2 if kind == "reset_after" else 1)
    assert REPEATED in copies[-1].text
    assert {one.status for one in await town.store.deliveries()} == {Status.SENT}
    await adapter.close()


async def test_a_channel_that_was_archived_is_held_with_a_reason(town, slack, adapter, due):
    slack.home.channel("papers").archived = True
    await deliver_due(town.store, {"slack": adapter}, clock=town.clock)
    (held,) = [one for one in await town.store.deliveries() if one.status is Status.HELD]
    assert "Unarchive it" in held.last_error
    assert (slack.posted("papers"), slack.calls("chat.postMessage")) == ([], 1)


async def test_a_token_taken_back_pauses_the_workspace_and_loses_nothing(town, slack, adapter, due):
    slack.state.vault.void(slack.home.id, "token_revoked")
    await deliver_due(town.store, {"slack": adapter}, clock=town.clock)
    assert not await over(town)
    assert slack.calls("chat.postMessage") == 0
    (lane,) = [one for one in await town.store.lanes() if one.platform == "slack"]
    assert lane.paused
    assert "SLACK_BOT_TOKEN" in lane.paused_reason
