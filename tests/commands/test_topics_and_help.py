"""topics, define, topic define, topic remove, help."""

from __future__ import annotations

import pytest

from bot.commands.catalogue import REGISTRY
from bot.commands.dispatch import dispatch
from bot.commands.parsing import Call
from bot.commands.replies import HelpPage, Notice, Tone, TopicList
from bot.storage.store import Store


async def test_topics_are_listed_and_found_by_what_they_say(ask) -> None:
    every, some = await ask("topics"), await ask("topics human feedback")
    assert isinstance(every, TopicList)
    assert "rlhf" in {one.name for one in some.topics}
    assert 0 < len(some.topics) < len(every.topics)
    assert "/papers subscribe topic:" in every.hint


async def test_an_unknown_topic_offers_to_make_one(ask) -> None:
    assert "/papers define NAME = zeppelins" in (await ask("topics zeppelins")).hint


async def test_a_defined_topic_is_used_by_its_name_and_tested(ask) -> None:
    reply = await ask('define fibre-arts = "knitting" OR crochet')
    assert reply.kind is Tone.DONE
    assert "0 0 2" in reply.lines[0]
    assert (await ask("search topic:fibre-arts")).total == 2
    assert (await ask("topics fibre")).topics[0].own
    every = (await ask("topics")).topics
    assert every[0].name == "fibre-arts"
    assert [one.category for one in every] == sorted(one.category for one in every)


async def test_defining_anew_can_be_undone(ask) -> None:
    await ask("topic define fibre-arts = knitting")
    again = await ask("define fibre-arts = crochet")
    assert "now means" in again.what
    undo = again.actions[-1]
    assert (undo.command, undo.arguments) == ("define", {"topic": "fibre-arts", "definition": "knitting"})


async def test_a_new_definition_can_be_undone(ask, context, store: Store) -> None:
    undo = (await ask("define fibre-arts = knitting")).actions[-1]
    gone = await dispatch(Call(undo.command, undo.arguments), context)
    assert "Removed `topic:fibre-arts`, which meant knitting" in gone.what
    assert await store.topics(context.workspace) == {}
    again = gone.actions[0]
    await dispatch(Call(again.command, again.arguments), context)
    assert await store.topics(context.workspace) == {"fibre-arts": "knitting"}


async def test_hiding_a_shipped_topic_is_told_and_taken_back(ask) -> None:
    hidden = await ask("define rag = foo")
    assert "This hides the shipped topic `rag` in this workspace." in hidden.lines
    assert hidden.actions[-1].command == "topic remove"
    assert "is the shipped topic `rag` again" in (await ask("topic remove rag")).lines[0]
    assert not any("hides" in one for one in (await ask("define fibre-arts = knitting")).lines)


async def test_removing_a_topic_names_the_subscriptions_it_takes_the_meaning_from(ask) -> None:
    await ask("define fibre-arts = knitting")
    await ask("subscribe topic:fibre-arts")
    assert (await ask("topic remove fibre-arts")).lines == (
        "Subscribed to, and no longer understood: topic:fibre-arts.",
    )


async def test_only_topics_of_ones_own_are_removed_and_only_by_managers(ask, context, store: Store) -> None:
    await store.define_topic("T2", "theirs", "zeppelin", "U9", context.now())
    for line in ("topic remove rag", "topic remove theirs", "topic remove nothing"):
        assert (await ask(line)).kind is Tone.ERROR
    assert await store.topics("T2") == {"theirs": "zeppelin"}
    await ask("define mine = knitting")
    assert (await ask("topic remove mine", manager=False)).kind is Tone.ERROR


@pytest.mark.parametrize(
    "line", ["define bad name = x", 'define "bad name" = x', "topic define bad name := x"]
)
async def test_a_space_in_a_name_is_named_as_the_fault(ask, context, store: Store, line: str) -> None:
    reply = await ask(line)
    assert "has no spaces, and `bad name` has" in reply.what
    assert "`bad-name`" in reply.fix
    assert await store.topics(context.workspace) == {}


async def test_topics_are_found_by_whole_words_and_their_beginnings(ask) -> None:
    rag = await ask("topics rag")
    assert rag.topics[0].name == "rag"
    assert "model-merging" not in {one.name for one in rag.topics}  # "weight averaging" holds the letters
    assert rag.hint.endswith("topic:rag`.")
    assert "diffusion-models" in {one.name for one in (await ask("topics diffus")).topics}


async def test_topics_named_so_come_before_those_that_only_say_so(ask) -> None:
    found = [one.name for one in (await ask("topics graph")).topics]
    named = ["graph" in name for name in found]
    assert named[0]
    assert named == sorted(named, reverse=True)


@pytest.mark.parametrize(
    "line", ["define a/b = x", "define loop = topic:loop OR x", "define x = catt:y", "define x =", "define x"]
)
async def test_a_bad_definition_stores_nothing(ask, context, store: Store, line: str) -> None:
    reply = await ask(line)
    assert isinstance(reply, Notice)
    assert reply.kind is Tone.ERROR
    assert await store.topics(context.workspace) == {}


async def test_topics_of_another_workspace_are_not_seen(ask, context, store: Store) -> None:
    await store.define_topic("T2", "secret", "zeppelin", "U9", context.now())
    assert (await ask("search topic:secret")).kind is Tone.ERROR


async def test_help_lists_every_verb(ask) -> None:
    reply = await ask("help")
    assert isinstance(reply, HelpPage)
    assert len(reply.entries) == len(list(REGISTRY))
    assert all(entry.usage.startswith("/papers ") for entry in reply.entries)


@pytest.mark.parametrize("verb", [one.name for one in REGISTRY])
async def test_help_for_a_verb_lists_every_option_with_its_default(ask, verb: str) -> None:
    reply = await ask(f"help {verb}")
    assert len(reply.options) == len(REGISTRY.get(verb).params)
    assert all(option.default for option in reply.options)
    assert reply.examples


async def test_help_explains_the_filters_where_a_query_is_taken(ask) -> None:
    assert any("cat:" in one.name for one in (await ask("help subscribe")).filters)
    assert (await ask("help status")).filters == ()


async def test_help_for_half_a_verb_lists_its_family(ask) -> None:
    assert {entry.usage.split()[2] for entry in (await ask("help feed")).entries} == {"add", "remove", "list"}


async def test_help_for_no_verb_names_the_nearest(ask) -> None:
    assert "subscribe" in (await ask("help subscirbe")).fix
