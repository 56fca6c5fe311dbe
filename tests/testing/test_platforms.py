"""Each trouble a fake platform promises really happens, and each platform has its own way of telling copies."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.subscription import Address
from bot.errors import AuthFailed, DestinationGone, Rejected, Throttled, Transient, Unknown
from bot.ports import CannotTell, Found, NotFound, Part
from bot.testing import FakeClock, check_chat_adapter
from bot.testing.platforms import (
    CommitLate,
    Deny,
    FakeDiscord,
    FakePlatform,
    FakeSlack,
    FakeSmtp,
    Faults,
    Form,
    LoseAnswer,
    Lost,
    Refuse,
    Reject,
    Slow,
    Throttle,
    Vanish,
)

KEY = "abcdefghijklmnopqrstuvwxy"
START = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)


def part(channel="C1", *, repeated=False, text="#crafts 2026-06-01 (1/1)\nknitting 1"):
    return Part(number=0, payload=text.encode(), channel=channel, repeated=repeated)


def on(kind=FakePlatform, faults=None, **settings):
    return kind(clock=FakeClock(START), faults=faults, **settings)


PLATFORMS = [
    lambda: on(FakePlatform),
    lambda: on(FakeSlack),
    lambda: on(FakeSlack, history=False),
    lambda: on(FakeDiscord),
    lambda: on(FakeSmtp),
]


@pytest.mark.parametrize("make", PLATFORMS, ids=["plain", "slack", "slack blind", "discord", "smtp"])
async def test_every_fake_keeps_the_contract_of_a_chat(make):
    await check_chat_adapter(make())


async def test_what_is_accepted_is_kept_with_all_that_came_with_it():
    platform = on()
    receipt = await platform.send(part(repeated=True), key=KEY)
    (message,) = platform.messages
    assert (message.remote_id, message.channel, message.key) == (receipt.remote_id, "C1", KEY)
    assert (message.repeated, message.at, platform.titles("C1")) == (True, START, ["knitting 1"])


@pytest.mark.parametrize(
    ("how", "error"),
    [(Lost.CONNECTION, Unknown), (Lost.SERVER_ERROR, Unknown), (Lost.TIMEOUT, TimeoutError)],
)
async def test_a_lost_answer_comes_after_the_message_was_accepted(how, error):
    platform = on(faults=Faults().then(LoseAnswer(how=how)))
    with pytest.raises(error):
        await platform.send(part(), key=KEY)
    assert [message.key for message in platform.messages] == [KEY]


async def test_what_vanishes_was_never_accepted():
    platform = on(faults=Faults().then(Vanish()))
    with pytest.raises(Unknown):
        await platform.send(part(), key=KEY)
    platform.clock.advance(timedelta(days=1))
    assert platform.messages == ()


async def test_a_late_commit_is_accepted_when_its_caller_is_gone():
    platform = on(FakeSlack, Faults().then(CommitLate(seconds=4)))
    with pytest.raises(TimeoutError):
        await platform.send(part(), key=KEY)
    assert await platform.find(part(), key=KEY, since=START) == NotFound()
    assert (platform.messages, platform.on_their_way) == ((), 1)
    platform.clock.advance(timedelta(seconds=10))
    assert [message.at for message in platform.messages] == [START + timedelta(seconds=4)]
    assert isinstance(await platform.find(part(), key=KEY, since=START), Found)


async def test_a_refused_connection_is_certainly_not_posted():
    platform = on(faults=Faults().then(Refuse()))
    with pytest.raises(Transient):
        await platform.send(part(), key=KEY)
    assert (platform.messages, platform.requests, platform.refused) == ((), [], 1)


@pytest.mark.parametrize(
    ("form", "asked"), [(Form.SECONDS, 3.0), (Form.FLOAT, 2.5), (Form.DATE, 3.0)], ids=str
)
async def test_patience_is_asked_for_in_each_form_there_is(form, asked):
    platform = on(faults=Faults().then(Throttle(seconds=2.5, form=form)))
    with pytest.raises(Throttled) as raised:
        await platform.send(part(), key=KEY)
    assert (raised.value.retry_after, raised.value.whole_lane) == (asked, False)
    platform.clock.advance(timedelta(seconds=asked))
    await platform.send(part(), key=KEY)


async def test_a_throttled_channel_leaves_the_others_alone_and_a_throttled_lane_does_not():
    platform = on(faults=Faults().then(Throttle(seconds=5), channel="T1/C1"))
    with pytest.raises(Throttled):
        await platform.send(part("T1/C1"), key=KEY)
    await platform.send(part("T1/C2"), key=KEY)
    platform.faults.then(Throttle(seconds=5, whole_lane=True))
    for channel in ("T1/C2", "T1/C3"):
        with pytest.raises(Throttled) as raised:
            await platform.send(part(channel), key=KEY)
        assert raised.value.whole_lane
    await platform.send(part("T2/C1"), key=KEY)


async def test_who_disregards_patience_is_counted_and_who_was_on_the_way_is_not():
    platform = on(faults=Faults().then(Throttle(seconds=5)))
    for later in (0.0, 0.5, 3.0, 5.0):
        platform.clock.move_to(START + timedelta(seconds=later))
        if later < 5.0:
            with pytest.raises(Throttled):
                await platform.send(part(), key=KEY)
            continue
        await platform.send(part(), key=KEY)
    assert [request.early for request in platform.requests] == [False, False, True, False]


async def test_an_outage_refuses_everything_until_it_is_over():
    platform = on(FakeSlack, Faults().outage(after=10, seconds=60))
    await platform.send(part(), key=KEY)
    platform.clock.advance(timedelta(seconds=10))
    with pytest.raises(Transient):
        await platform.send(part(), key=KEY)
    with pytest.raises(Transient):
        await platform.find(part(), key=KEY, since=START)
    platform.clock.advance(timedelta(seconds=60))
    await platform.send(part(), key=KEY)
    platform.goes_down(5)
    with pytest.raises(Transient):
        await platform.tell(Address(platform="slack", workspace="T1", channel="C1"), "ada", "hello")


async def test_an_archived_channel_is_gone_until_it_is_back():
    platform = on(faults=Faults().gone("C1"))
    with pytest.raises(DestinationGone):
        await platform.send(part(), key=KEY)
    await platform.send(part("C2"), key=KEY)
    platform.faults.back("C1")
    await platform.send(part(), key=KEY)


async def test_a_revoked_token_fails_everything_until_it_is_accepted_again():
    platform = on(faults=Faults().revoked())
    with pytest.raises(AuthFailed):
        await platform.send(part(), key=KEY)
    platform.faults.calm()
    await platform.send(part(), key=KEY)


@pytest.mark.parametrize(("fault", "error"), [(Reject(), Rejected), (Deny(), AuthFailed)])
async def test_a_refusal_is_for_one_request(fault, error):
    platform = on(faults=Faults().then(fault))
    with pytest.raises(error):
        await platform.send(part(), key=KEY)
    await platform.send(part(), key=KEY)
    assert len(platform.messages) == 1


async def test_a_slow_platform_takes_its_time_before_and_after():
    platform = on(faults=Faults().then(Slow(before=2, after=3)))
    await platform.send(part(), key=KEY)
    assert platform.clock.now() == START + timedelta(seconds=5)
    assert platform.messages[0].at == START + timedelta(seconds=2)


async def test_chance_draws_the_same_troubles_from_the_same_seed():
    def troubles(seed):
        faults = Faults(seed=seed).sometimes(LoseAnswer(), chance=0.2).sometimes(Refuse(), chance=0.1)
        return [faults.draw("C1") for _ in range(2000)]

    assert troubles(1) == troubles(1) != troubles(2)
    assert 300 < sum(isinstance(fault, LoseAnswer) for fault in troubles(1)) < 500
    assert 130 < sum(isinstance(fault, Refuse) for fault in troubles(1)) < 270


def test_what_struck_is_counted():
    faults = Faults().then(Refuse(), times=2).sometimes(LoseAnswer(), chance=1.0)
    for _ in range(3):
        faults.draw("C1")
    assert faults.met == {"Refuse": 2, "LoseAnswer": 1}


async def test_slack_posts_twice_and_finds_by_key_once_its_history_shows_it():
    platform = on(FakeSlack, history_lag=8)
    for _ in range(2):
        await platform.send(part(), key=KEY)
    assert len(platform.messages) == 2
    assert await platform.find(part(), key=KEY, since=START) == NotFound()
    platform.clock.advance(timedelta(seconds=8))
    assert await platform.find(part(), key=KEY, since=START) == Found(platform.messages[0].remote_id)
    assert await platform.find(part("C2"), key=KEY, since=START) == NotFound()
    assert await platform.find(part(), key=KEY, since=START + timedelta(minutes=1)) == NotFound()


async def test_slack_without_the_scope_cannot_tell_and_sends_one_at_a_time():
    platform = on(FakeSlack, history=False)
    await platform.send(part(), key=KEY)
    assert await platform.find(part(), key=KEY, since=START) == CannotTell()
    assert platform.limits.concurrency == 1


async def test_a_nonce_gives_back_the_first_message_for_a_few_minutes():
    platform = on(FakeDiscord)
    first = await platform.send(part(), key=KEY)
    platform.clock.advance(timedelta(seconds=179))
    assert await platform.send(part(), key=KEY) == first
    assert (len(platform.messages), platform.deduplicated) == (1, 1)
    platform.clock.advance(timedelta(seconds=2))
    assert await platform.find(part(), key=KEY, since=START) == Found(first.remote_id)
    assert await platform.send(part(), key=KEY) != first
    assert len(platform.messages) == 2


async def test_a_late_commit_and_its_repetition_are_one_message_to_a_nonce():
    platform = on(FakeDiscord, Faults().then(CommitLate(seconds=30)))
    with pytest.raises(TimeoutError):
        await platform.send(part(), key=KEY)
    assert await platform.find(part(), key=KEY, since=START) == NotFound()
    await platform.send(part(), key=KEY)
    platform.clock.advance(timedelta(minutes=1))
    assert len(platform.messages) == 1


async def test_a_nonce_too_long_is_refused():
    platform = on(FakeDiscord)
    with pytest.raises(Rejected):
        await platform.send(part(), key="x" * 26)


async def test_a_mailbox_keeps_one_message_per_id_and_recipient():
    platform = on(FakeSmtp)
    for channel in ("ada@example.org", "ada@example.org", "bo@example.org"):
        await platform.send(part(channel), key=KEY)
    assert (platform.transactions, len(platform.messages)) == (3, 2)
    assert await platform.find(part("ada@example.org"), key=KEY, since=START) == NotFound()
