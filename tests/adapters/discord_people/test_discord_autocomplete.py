"""What is offered while somebody types."""

from __future__ import annotations

import asyncio

from adapters.chat.discord.drawing.text import HOLDERS, safe
from adapters.chat.discord.listening.autocomplete import _parted, choices
from bot.commands.replies import PaperList
from bot.domain.digest import Pick
from bot.testing.builders import make_paper
from bot.testing.hostile import HOSTILE

from .conftest import Scene


async def offered(scene: Scene, line: str, option: str, typed: str, **more: str) -> list[str]:
    act = await scene.driver.autocomplete(line, option, typed, **more)
    assert act.finished
    return [one["value"] for one in act.choices]


async def test_a_city_becomes_its_zone(scene: Scene) -> None:
    assert (await offered(scene, "papers settings", "tz", "berl"))[0] == "Europe/Berlin"


async def test_a_topic_is_found_by_the_beginning_of_its_name(scene: Scene) -> None:
    assert (await offered(scene, "papers topics", "text", "llm"))[0] == "large-language-models"


async def test_the_last_term_of_a_query_is_completed(scene: Scene) -> None:
    found = await offered(scene, "papers search", "query", "knitting cat:cs.c")
    assert found[0] == "knitting cat:cs.c"
    assert "knitting cat:cs.CV" in found


async def test_one_more_category_is_completed(scene: Scene) -> None:
    assert "cat:cs.CV,cs.LG" in await offered(scene, "papers search", "query", "cat:cs.CV,cs.L")


async def test_a_topic_in_a_query_is_completed(scene: Scene) -> None:
    assert "robot topic:llm-judge" in await offered(scene, "papers search", "query", "robot topic:ll")


async def test_authors_are_those_that_were_shown(scene: Scene) -> None:
    await scene.slash("papers search", query="knitting")
    found = await offered(scene, "papers my mute", "author", "")
    assert found
    word = found[0].split()[-1][:3]
    assert found[0] in await offered(scene, "papers my mute", "author", word)


async def test_the_subscriptions_of_this_channel_are_offered(scene: Scene) -> None:
    number = await scene.subscribe("knitting")
    elsewhere = await scene.subscribe("bread", channel="general")
    found = await offered(scene, "papers unsubscribe", "which", "")
    assert number in found
    assert elsewhere not in found


async def test_what_was_asked_lately_is_not_asked_again(scene: Scene) -> None:
    await scene.subscribe("knitting")
    await scene.slash("papers list")
    before = len(scene.asked)
    assert await offered(scene, "papers unsubscribe", "which", "kni")
    assert len(scene.asked) == before


async def test_a_subscription_just_changed_is_offered_as_it_is(scene: Scene) -> None:
    number = await scene.subscribe("knitting")
    await scene.slash("papers list")
    await scene.slash("papers edit", which=number, query="crochet")
    act = await scene.driver.autocomplete("papers unsubscribe", "which", "")
    assert [one["name"] for one in act.choices] == [f"{number}: crochet"]


async def test_a_subscription_just_dropped_is_not_offered(scene: Scene) -> None:
    number = await scene.subscribe("knitting")
    await scene.slash("papers list")
    await scene.slash("papers unsubscribe", which=number)
    assert number not in await offered(scene, "papers resume", "which", "")


async def test_a_topic_of_the_servers_own_is_offered_first(scene: Scene) -> None:
    assert "woollen" not in await offered(scene, "papers topics", "text", "wool")
    await scene.slash("papers-admin topic define", user="ada", topic="woollen", definition="= knitting")
    assert (await offered(scene, "papers topics", "text", "wool"))[0] == "woollen"
    assert "robot topic:woollen" in await offered(scene, "papers search", "query", "robot topic:wool")
    asked = len(scene.asked)
    assert "-topic:woollen" in await offered(scene, "papers search", "query", "-topic:w")
    assert len(scene.asked) == asked


async def test_authors_of_today_are_offered_before_anything_was_shown(scene: Scene) -> None:
    assert "Ada Example" in await offered(scene, "papers my mute", "author", "exa")
    asked = len(scene.asked)
    assert 'author:"Ada Example"' in await offered(scene, "papers search", "query", "author:ada")
    assert await offered(scene, "papers my mute", "author", "nobody") == []
    assert len(scene.asked) == asked


async def test_times_days_dates_and_verbs_are_offered(scene: Scene) -> None:
    assert (await offered(scene, "papers settings", "at", "9"))[0] == "09:00"
    assert "weekdays" in await offered(scene, "papers settings", "days", "week")
    assert "2026-05-31" in await offered(scene, "papers catchup", "since", "sun")
    assert "subscribe" in await offered(scene, "papers help", "verb", "subs")


async def test_never_more_than_discord_takes(scene: Scene) -> None:
    for typed in ("", "a", "cs", "cat:", "topic:", 'author:"', "x" * 300, "\u202e", "🧶" * 60):
        for line, option in (("papers search", "query"), ("papers settings", "tz"), ("papers help", "verb")):
            act = await scene.driver.autocomplete(line, option, typed)
            assert len(act.choices) <= 25
            assert all(1 <= len(one["name"]) <= 100 and 1 <= len(one["value"]) <= 100 for one in act.choices)


def test_no_two_choices_are_alike() -> None:
    assert choices([("a", "1"), ("b", "1"), ("", "2"), ("c", "x" * 101)]) == [{"name": "b", "value": "1"}]


def test_nothing_that_is_offered_hides_reverses_or_is_too_long() -> None:
    for text in HOSTILE:
        for one in choices([(text, "value")]):
            assert one["name"] == safe(one["name"], 100)
            assert one["name"].strip(HOLDERS)


async def test_an_author_whose_name_cannot_be_shown_as_it_is_is_not_offered(scene: Scene) -> None:
    papers = [Pick(paper=make_paper(1, authors=(text, text)), why=(), score=1.0) for text in HOSTILE]
    scene.instead = PaperList(title="Papers", papers=(*papers, *papers[:1]), total=9)
    await scene.slash("papers search", query="knitting")
    for typed in ("", "a", "@", "<", "discord", "\u202e"):
        act = await scene.driver.autocomplete("papers my mute", "author", typed)
        assert all(one["name"] == one["value"] == safe(one["value"]) for one in act.choices)


def test_a_quotation_that_is_open_is_one_term() -> None:
    assert _parted('robots author:"yang so') == ("robots ", 'author:"yang so')
    assert _parted('"flow matching" topic:l') == ('"flow matching" ', "topic:l")
    assert _parted("robots -cat:cs") == ("robots -", "cat:cs")
    assert _parted("(robot") == ("(", "robot")


async def test_a_slow_database_keeps_nobody_waiting(scene: Scene) -> None:
    await scene.subscribe("knitting")
    original = scene.commands

    async def slow(*asked: object, **given: object) -> object:
        await asyncio.sleep(30)
        return await original(*asked, **given)  # type: ignore[arg-type]  # as it was given

    scene.commands = slow  # type: ignore[method-assign,assignment]  # a database that hangs
    assert await offered(scene, "papers unsubscribe", "which", "") == []
    assert await offered(scene, "papers topics", "text", "llm")  # what comes along, and nobody waits again
