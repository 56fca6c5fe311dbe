import asyncio
from datetime import UTC, date, datetime

import pytest

from bot.compose import compose
from bot.domain.delivery import SlotState
from bot.domain.query import parse
from bot.errors import UserError
from jobs.plan import plan_now

MONDAY = date(2026, 6, 1)
NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


async def now(town, channel, **asked):
    return await plan_now(town.store, channel, clock=town.clock, **asked)


def titles(planned) -> list[str]:
    return [pick.paper.title for pick in planned.digest.picks]


async def test_a_digest_on_request_is_delivered_and_shown_no_second_time(town):
    channel = await town.channel()
    await town.lists(1, 2)
    first, second = await now(town, channel), await now(town, channel)
    assert titles(first) == ["knitting 1", "knitting 2"]
    assert first.slot.slot_key.startswith("manual:")
    assert (titles(second), second.slot) == ([], None)
    await town.deliver()
    await town.at(NINE)
    assert town.chat.titles() == ["knitting 1", "knitting 2"]


async def test_a_digest_on_request_claims_no_time_of_the_schedule(town):
    channel = await town.channel()
    await town.lists(1)
    assert (await now(town, channel)).digest.at == ""


async def test_a_trial_run_writes_nothing(town):
    channel = await town.channel()
    await town.lists(1)
    planned = await now(town, channel, dry_run=True)
    assert (titles(planned), planned.slot) == (["knitting 1"], None)
    assert await town.store.slots(channel.id) == ()
    assert titles(await now(town, channel)) == ["knitting 1"]


async def test_a_query_stands_in_for_the_subscriptions(town):
    channel = await town.channel(queries=())
    await town.lists(1)
    await town.lists(2, word="weaving")
    planned = await now(town, channel, query=parse("weaving"))
    assert titles(planned) == ["weaving 2"]
    assert planned.digest.groups[0].title == "weaving"


async def test_since_takes_imports_and_old_days_too(town):
    channel = await town.channel(max_papers=1)
    await town.lists(1, 2, day=date(2025, 1, 3), backfill=True)
    await town.lists(3)
    without = await now(town, channel, query=parse("knitting"), dry_run=True)
    planned = await now(town, channel, query=parse("knitting"), since=date(2000, 1, 1))
    assert titles(without) == ["knitting 3"]
    digest = planned.digest
    assert digest.shown + len(digest.folded) + len(digest.deferred) == digest.matched == 3
    again = await now(town, channel, query=parse("knitting"), since=date(2000, 1, 1))
    assert titles(again) == []


async def test_a_day_alone_takes_what_was_listed_on_it(town):
    channel = await town.channel()
    for number, day in ((1, date(2026, 5, 27)), (2, date(2026, 5, 28)), (3, MONDAY)):
        await town.lists(number, day=day, backfill=True)
    planned = await now(town, channel, day=date(2026, 5, 28))
    assert (titles(planned), planned.digest.day) == (["knitting 2"], date(2026, 5, 28))


async def test_two_at_once_share_no_paper(town):
    channel = await town.channel()
    await town.lists(1, 2)
    both = await asyncio.gather(now(town, channel), now(town, channel))
    assert sorted(title for planned in both if planned.slot for title in titles(planned)) == [
        "knitting 1",
        "knitting 2",
    ]


async def test_a_preview_writes_nothing_and_shows_what_would_come(town):
    channel = await town.channel()
    await town.lists(1)
    digest = await compose(town.store, channel, day=MONDAY, now=town.clock.now())
    assert [pick.paper.title for pick in digest.picks] == ["knitting 1"]
    assert digest.picks[0].why[0].hits
    assert await town.store.slots(channel.id) == ()


async def test_a_digest_on_request_leaves_the_schedule_alone(town):
    channel = await town.channel()
    await town.lists(1)
    await now(town, channel)
    await town.lists(2)
    await town.at(NINE)
    slots = {slot.slot_key[:10]: slot.state for slot in await town.store.slots(channel.id)}
    assert slots["2026-06-01"] is SlotState.SENT
    assert sorted(town.chat.titles()) == ["knitting 1", "knitting 2"]


async def test_a_bare_title_waits_one_slot_for_the_source_that_is_late(town):
    channel = await town.channel()
    await town.lists(1, abstract="")
    await town.lists(2)
    await town.fails("arxiv")
    digest = await compose(town.store, channel, day=MONDAY, now=NINE)
    assert [pick.paper.title for pick in digest.picks] == ["knitting 2"]
    assert len(digest.deferred) == 1
    assert digest.notes == ("arXiv did not answer; its papers will come with the next digest.",)
    await town.at(NINE)
    await town.at(datetime(2026, 6, 2, 9, tzinfo=UTC))
    assert town.chat.titles() == ["knitting 2", "knitting 1"]


async def test_another_workspace_s_failing_feed_is_not_told(town):
    channel = await town.channel()
    await town.lists(1)
    await town.store.add_feed("other", "https://secret.example/feed", "Secret", "bo", town.clock.now())
    await town.store.add_feed("w", "https://ours.example/feed", "Ours", "ada", town.clock.now())
    await town.fails("feed", "https://secret.example/feed")
    await town.fails("feed", "https://ours.example/feed")
    digest = await compose(town.store, channel, day=MONDAY, now=NINE)
    assert digest.notes == (
        "The feed of ours.example did not answer; its papers will come with the next digest.",
    )


async def test_a_race_that_is_lost_again_and_again_says_so(town, monkeypatch):
    channel = await town.channel()
    await town.lists(1)

    async def always_refused(_plan):
        return None

    monkeypatch.setattr(town.store, "plan", always_refused)
    with pytest.raises(UserError, match="same papers"):
        await now(town, channel)
