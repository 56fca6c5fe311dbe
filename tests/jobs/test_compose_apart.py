"""What goes wrong for one destination is its own trouble; what many share is worked out once, off the event loop."""

import threading
from datetime import UTC, date, datetime

import pytest

from bot import compose
from bot.compose import Composer
from bot.domain.matching import Matcher
from bot.errors import StoreBusy

MONDAY = date(2026, 6, 1)
NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
async def channels(town):
    """One channel that will be trouble, and two that will not."""
    await town.lists(1)
    return [
        await town.channel("trouble", queries=("zeppelin",)),
        await town.channel("a", queries=("knitting",)),
        await town.channel("b", queries=("knitting", "weaving")),
    ]


async def met(town, channels) -> Composer:
    composer = await Composer.load(town.store, now=NINE)
    await composer.meet(channels)
    return composer


def only_the_first_fails(composer: Composer, channels) -> None:
    first, *others = channels
    with pytest.raises(ZeroDivisionError):
        composer.digest(first, day=MONDAY)
    assert [composer.digest(channel, day=MONDAY).shown for channel in others] == [1, 1]


async def test_a_query_that_breaks_the_parser_stops_its_own_channel_only(town, channels, monkeypatch):
    parse = compose.parse
    monkeypatch.setattr(
        compose, "parse", lambda text, topics: 1 / 0 if text == "zeppelin" else parse(text, topics)
    )
    only_the_first_fails(await met(town, channels), channels)


async def test_a_query_that_breaks_the_matching_stops_its_own_channel_only(town, channels, monkeypatch):
    add = Matcher.add
    monkeypatch.setattr(
        Matcher, "add", lambda self, query: 1 / 0 if query.key == "zeppelin" else add(self, query)
    )
    only_the_first_fails(await met(town, channels), channels)


async def test_a_channel_met_again_when_its_trouble_is_over_gets_its_digest(town, channels, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(compose, "parse", lambda *_: 1 / 0)
        composer = await met(town, channels)
    with pytest.raises(ZeroDivisionError):
        composer.digest(channels[1], day=MONDAY)
    await composer.meet(channels)
    assert composer.digest(channels[1], day=MONDAY).shown == 1


async def test_a_busy_store_is_everybodys_trouble(town, channels, monkeypatch):
    async def busy(*_, **__):
        raise StoreBusy("The database is busy.")

    monkeypatch.setattr(town.store, "pasts", busy)
    with pytest.raises(StoreBusy):
        await met(town, channels)


async def test_a_topic_that_cannot_be_read_leaves_out_only_what_names_it(town):
    await town.store.define_topic("w", "round", "topic:round", "ada", NINE)
    channel = await town.channel(queries=("knitting",))
    await town.store.subscribe(channel.id, "topic:round", created_by="ada", now=town.clock.now())
    await town.lists(1)
    digest = (await met(town, [channel])).digest(channel, day=MONDAY)
    assert digest.shown == 1
    assert "topic:round was left out" in " ".join(digest.notes)


async def test_what_channels_share_is_read_once_and_not_on_the_loop(town, channels, monkeypatch):
    read, parse = [], compose.parse

    def counted(text, topics):
        read.append((text, threading.current_thread() is threading.main_thread()))
        return parse(text, topics)

    monkeypatch.setattr(compose, "parse", counted)
    composer = await met(town, channels)
    await composer.meet(channels)
    assert sorted(read) == [("knitting", False), ("weaving", False), ("zeppelin", False)]
