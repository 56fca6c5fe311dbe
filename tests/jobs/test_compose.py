from datetime import UTC, date, datetime, timedelta

from bot.compose import Composer, compose
from bot.domain import matching
from bot.domain.subscription import Address, Schedule

MONDAY = date(2026, 6, 1)
NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


def titles(digest) -> list[str]:
    return [pick.paper.title for pick in digest.picks]


async def composer_for(town, *channels) -> Composer:
    composer = await Composer.load(town.store, now=NINE)
    await composer.meet(channels)
    return composer


async def test_what_two_channels_both_want_is_explained_once(town, monkeypatch):
    asked, explain = [], matching.explain

    def counted(query, paper):
        asked.append((query.canonical, paper.id))
        return explain(query, paper)

    monkeypatch.setattr(matching, "explain", counted)
    channels = [await town.channel(name) for name in ("a", "b", "c")]
    await town.lists(1, 2)
    composer = await composer_for(town, *channels)
    digests = [composer.digest(channel, day=MONDAY) for channel in channels]
    assert [titles(digest) for digest in digests] == [["knitting 1", "knitting 2"]] * 3
    assert len(asked) == 2


async def test_channels_met_later_are_answered_from_the_same_papers(town):
    first, second = await town.channel("a"), await town.channel("b", queries=("weaving",))
    await town.lists(1)
    await town.lists(2, word="weaving")
    composer = await composer_for(town, first)
    await composer.meet([second])
    assert titles(composer.digest(first, day=MONDAY)) == ["knitting 1"]
    assert titles(composer.digest(second, day=MONDAY)) == ["weaving 2"]


async def test_a_topic_means_what_its_workspace_says(town):
    now, channels = town.clock.now(), []
    for workspace, definition in (("w", "knitting"), ("other", "weaving")):
        await town.store.define_topic(workspace, "crafts", definition, "ada", now)
        made = await town.store.ensure_destination(
            Address(platform="fake", workspace=workspace, channel="c"),
            name="#c",
            schedule=Schedule(),
            next_due_at=NINE,
            now=now,
        )
        await town.store.subscribe(made.id, "topic:crafts", created_by="ada", now=now)
        channels.append(made)
    await town.lists(1)
    await town.lists(2, word="weaving")
    composer = await composer_for(town, *channels)
    assert [titles(composer.digest(channel, day=MONDAY)) for channel in channels] == [
        ["knitting 1"],
        ["weaving 2"],
    ]


async def test_a_dismissed_paper_stays_away(town):
    channel = await town.channel()
    await town.lists(1, 2)
    (paper, _) = await town.store.recent(3, now=NINE)
    await town.store.dismiss(channel.id, paper.id, "ada", NINE)
    digest = await compose(town.store, channel, day=MONDAY, now=NINE)
    assert paper.title not in titles(digest)
    assert digest.matched == 1


async def test_a_paper_older_than_the_window_is_not_news(town):
    channel = await town.channel()
    await town.lists(1, day=MONDAY - timedelta(days=15))
    await town.lists(2, day=MONDAY - timedelta(days=14))
    assert titles(await compose(town.store, channel, day=MONDAY, now=NINE)) == ["knitting 2"]


async def test_until_ends_the_window(town):
    channel = await town.channel()
    await town.lists(1, day=date(2026, 5, 4), backfill=True)
    await town.lists(2, day=date(2026, 5, 6), backfill=True)
    since, until = date(2026, 5, 1), date(2026, 5, 5)
    digest = await compose(town.store, channel, day=MONDAY, now=NINE, since=since, until=until)
    assert titles(digest) == ["knitting 1"]


async def test_a_paper_listed_again_later_still_belongs_to_its_first_day(town):
    channel = await town.channel()
    for day in (4, 8):
        await town.lists(1, day=date(2026, 5, day), backfill=True)
    first = date(2026, 5, 4)
    assert titles(await compose(town.store, channel, day=first, now=NINE, since=first, until=first)) == [
        "knitting 1"
    ]


async def test_every_pick_of_a_digest_carries_a_summary(town):
    channel = await town.channel()
    await town.lists(1, abstract="Robots rarely knit. We teach a walking robot to knit a scarf in an hour.")
    (pick,) = (await compose(town.store, channel, day=MONDAY, now=NINE)).picks
    assert pick.paper.summary
