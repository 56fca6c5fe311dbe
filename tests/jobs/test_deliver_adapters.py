"""An adapter that draws nonsense, or nothing at all, or allows nonsense: one digest's trouble, or one lane's, is its own."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from structlog.testing import capture_logs

from bot.domain.delivery import Status
from bot.ports import LaneLimits, Part
from bot.testing.fake_chat import FakeChat
from jobs.deliver import Sender

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
LANE = "fake:w"


@pytest.fixture
async def channels(town):
    """Three channels with a digest each, planned at nine."""
    made = [await town.channel(name) for name in ("crafts", "kilns", "looms")]
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    return made


def sender(town, **adapters):
    return Sender(
        town.store, {"fake": town.chat, **adapters}, clock=town.clock, jitter=lambda: 1.0, turn_seconds=3600.0
    )


async def status_of(town, channel):
    homes = {one.id: one.address.channel for one in await town.store.destinations()}
    (found,) = [one for one in await town.store.deliveries() if homes[one.destination_id] == channel]
    return found.status


def draws_for(town, channel, nonsense):
    render = town.chat.render
    town.chat.render = lambda digest: (
        nonsense(digest) if digest.address.channel == channel else render(digest)
    )


NONSENSE = {
    "nothing": lambda _: [],
    "None": lambda _: None,
    "a list of None": lambda _: [None],
    "no bytes": lambda _: [Part(number=0, payload="text", channel="kilns")],
    "papers that are none": lambda _: [Part(number=0, payload=b"text", channel="kilns", papers=None)],
    "papers by name": lambda _: [Part(number=0, payload=b"text", channel="kilns", papers=("a",))],
}


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE)
async def test_nonsense_drawn_for_one_digest_stops_no_other(town, channels, nonsense):
    draws_for(town, "kilns", nonsense)
    assert await sender(town).drain(LANE) is False
    assert {message.channel for message in town.chat.sent} == {"crafts", "looms"}
    assert await status_of(town, "kilns") in {Status.PENDING, Status.DEAD}


@pytest.fixture
def hangs(monkeypatch):
    """A `render` that does not end before the test does, and how often it was begun."""
    monkeypatch.setattr("jobs.drawing.DRAW_SECONDS", 0.3)
    end, begun = threading.Event(), []

    def draw(digest):
        begun.append(digest)
        end.wait(60)
        return []

    yield draw, begun
    end.set()


async def test_a_digest_that_is_drawn_for_ever_stops_no_other(town, channels, hangs):
    draw, begun = hangs
    draws_for(town, "kilns", draw)
    ours = sender(town)
    assert await ours.drain(LANE) is False
    assert {message.channel for message in town.chat.sent} == {"crafts", "looms"}
    assert await status_of(town, "kilns") is Status.PENDING
    await town.channel("mill", at=time(9, 30))
    town.clock.advance(timedelta(minutes=30))
    await town.plan()
    assert await ours.drain(LANE) is False
    assert {message.channel for message in town.chat.sent} == {"crafts", "looms", "mill"}
    assert len(begun) == 1, "it is not begun again while it is still being drawn"


class NotYet(FakeChat):
    """Knows its limits only when it is connected."""

    @property
    def limits(self):
        raise ConnectionError("not connected yet")

    @limits.setter
    def limits(self, _value):
        pass


def allowing(limits):
    chat = FakeChat("other")
    chat.limits = limits
    return chat


@pytest.mark.parametrize(
    "bad",
    [
        NotYet("other"),
        allowing(None),
        allowing(LaneLimits(rate_per_s=0)),
        allowing(LaneLimits(rate_per_s=float("nan"))),
        allowing(LaneLimits(concurrency="ten")),
        allowing(LaneLimits(gap_ms=-1)),
    ],
)
async def test_a_lane_whose_adapter_allows_nonsense_is_told_of_and_stops_no_other(town, bad):
    await town.channel("attic", platform="other")
    await town.channel("crafts")
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    ours = sender(town, other=bad)
    with capture_logs() as logs:
        assert (await ours.drain_due()).sent == 1
    told = [line for line in logs if line["event"] == "lane.not_opened"]
    assert told
    assert {(line["lane"], "exc_info" in line) for line in told} == {("other:w", False)}
    assert await town.store.take_lane("other:w", owner="another", seconds=5) is not None, "it was released"
    assert await status_of(town, "attic") is Status.PENDING


async def test_later_parts_know_what_the_platform_calls_the_first_and_each_digest_its_own(town):
    town.chat._papers_per_part = 1
    await town.channel("crafts")
    await town.channel("kilns")
    await town.lists(1, 2)
    town.clock.move_to(NINE)
    await town.plan()
    openings = {}
    send = town.chat.send

    async def watched(part, *, key):
        receipt = await send(part, key=key)
        openings.setdefault(part.channel, []).append((part.number, part.opening, receipt.remote_id))
        return receipt

    town.chat.send = watched
    while await sender(town).drain(LANE):
        pass
    assert set(openings) == {"crafts", "kilns"}
    for sent in openings.values():
        (_, _, first), *_ = sent
        assert [(number, opening) for number, opening, _ in sent] == [(0, ""), (1, first)]


async def test_a_question_about_a_later_part_names_the_first_too(town):
    await town.channel("crafts")
    await town.lists(1, 2)
    town.clock.move_to(NINE)
    await town.plan()
    asked = []

    class LosesTheSecondAnswer(FakeChat):
        async def send(self, part, *, key):
            if part.number == 1 and not asked:
                self.loses_answers()
            return await super().send(part, key=key)

        async def find(self, part, *, key, since):
            asked.append((part.number, part.opening))
            return await super().find(part, key=key, since=since)

    town.chat = LosesTheSecondAnswer(papers_per_part=1)
    for _ in range(5):
        await sender(town).drain(LANE)
        town.clock.advance(timedelta(minutes=2))
    assert asked == [(1, "message-1")]
    assert len(town.chat.sent) == 2


async def test_a_workspace_may_have_limits_of_its_own(town, channels):
    asked = []

    class Paced(FakeChat):
        def limits_in(self, workspace):
            asked.append(workspace)
            return LaneLimits(rate_per_s=1000.0, concurrency=1)

    town.chat = Paced()
    await Sender(town.store, {"fake": town.chat}, clock=town.clock, jitter=lambda: 1.0).drain(LANE)
    assert set(asked) == {"w"}
    assert len(town.chat.sent) == 3
