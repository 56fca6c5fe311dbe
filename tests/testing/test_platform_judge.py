"""The judge finds what was planted, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.delivery import Delivery, Status
from bot.ports import Part
from bot.testing import FakeClock
from bot.testing.platforms import (
    FakeDiscord,
    FakePlatform,
    FakeSlack,
    Faults,
    Rate,
    Throttle,
    expected,
    judge,
)

WANTED = {"C1": ("a", "b", "c"), "C2": ("d", "e")}


async def arriving(platform: FakePlatform, *sent: str) -> FakePlatform:
    """Send "C1 a", "C2 d marked", ... one after the other."""
    for one in sent:
        channel, key, *marked = one.split()
        await platform.send(Part(number=0, payload=b"x", channel=channel, repeated=bool(marked)), key=key)
    return platform


def platform():
    return FakePlatform(clock=FakeClock())


async def test_all_in_order_is_kept():
    verdict = judge(await arriving(platform(), "C1 a", "C2 d", "C1 b", "C2 e", "C1 c"), WANTED)
    assert verdict.kept
    assert str(verdict).startswith("arrived 5 · lost 0 · ")


async def test_what_did_not_arrive_is_lost_also_when_it_arrived_elsewhere():
    verdict = judge(await arriving(platform(), "C1 a", "C1 b", "C1 c", "C2 d", "C1 e"), WANTED)
    assert (verdict.lost, verdict.strangers, verdict.kept) == ((("C2", "e"),), (("C1", "e"),), False)


async def test_a_second_copy_is_repeated_and_forgiven_only_when_it_says_so():
    sent = await arriving(platform(), "C1 a", "C1 a", "C1 b", "C1 b marked", "C1 c marked", "C2 d", "C2 e")
    verdict = judge(sent, WANTED)
    assert [copy.key for copy in verdict.repeated] == ["a"]
    assert [copy.key for copy in verdict.marked] == ["b"]
    assert not verdict.kept


async def test_an_overtaken_part_is_named_with_who_overtook_it():
    verdict = judge(await arriving(platform(), "C1 a", "C1 c", "C1 b", "C2 d", "C2 e"), WANTED)
    assert [(one.channel, one.key, one.by) for one in verdict.overtaken] == [("C1", "b", "c")]
    assert not verdict.kept


async def test_a_late_second_copy_is_no_disorder():
    sent = await arriving(platform(), "C1 a", "C1 b", "C1 a marked", "C1 c", "C2 d", "C2 e")
    assert judge(sent, WANTED).overtaken == ()


async def test_fifty_a_second_is_discord_s_limit_whatever_the_channels():
    clock = FakeClock()
    discord = FakeDiscord(clock=clock)
    await arriving(discord, *(f"C{number} k{number}" for number in range(50)))
    assert judge(discord, {}).too_fast == ()
    clock.advance(timedelta(seconds=0.5))
    await arriving(discord, "C99 k99")
    (excess,) = judge(discord, {}).too_fast
    assert (excess.channel, excess.rate) == ("", Rate(count=50, seconds=1.0))


async def test_a_message_a_second_and_channel_is_slack_s_limit_with_short_bursts():
    clock = FakeClock()
    slack = FakeSlack(clock=clock)
    for number in range(60):
        await arriving(slack, f"C1 k{number}", f"C2 k{number}")
        clock.advance(timedelta(seconds=1))
    assert judge(slack, {}).too_fast == ()
    await arriving(slack, *(f"C1 x{number}" for number in range(4)))
    assert {excess.channel for excess in judge(slack, {}).too_fast} == {"C1"}


async def test_lanes_are_judged_apart():
    clock = FakeClock()
    slack = FakeSlack(clock=clock)
    for number in range(301):
        await arriving(slack, f"T1/C{number} k", f"T2/C{number % 100} k{number}")
        clock.advance(timedelta(seconds=0.19))
    assert {(one.lane, one.channel) for one in judge(slack, {}).too_fast} == {("T1", ""), ("T2", "")}
    calm = FakeSlack(clock=clock)
    for number in range(300):
        await arriving(calm, f"T1/C{number} k", f"T2/C{number} k")
    assert judge(calm, {}).too_fast == ()


async def test_requests_during_a_pause_are_early():
    clock = FakeClock()
    slack = FakeSlack(clock=clock, faults=Faults().then(Throttle(seconds=30)))
    for _ in range(2):
        with pytest.raises(Exception, match="429"):
            await arriving(slack, "C1 a")
        clock.advance(timedelta(seconds=10))
    assert judge(slack, {}).early == 1


def test_the_ledger_says_what_to_expect_by_slot_and_part():
    one = Delivery(
        id=1,
        key="a",
        destination_id=7,
        lane_id="fake:w",
        slot_id=3,
        slot_key="2026-06-01",
        part_no=0,
        n_parts=2,
        status=Status.SENT,
    )
    second = replace(one, id=9, key="b", part_no=1)
    next_day = replace(one, id=5, key="c", slot_id=4)
    elsewhere = replace(one, id=2, key="d", destination_id=8)
    wanted = expected([next_day, elsewhere, second, one], {7: "C1", 8: "C2"})
    assert wanted == {"C1": ["a", "b", "c"], "C2": ["d"]}
