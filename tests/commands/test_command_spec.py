"""What adapters build their native commands from."""

from __future__ import annotations

import re
from typing import Annotated

import pytest

from bot.commands.catalogue import FILTERS, REGISTRY
from bot.commands.context import Context
from bot.commands.parsing import parse_line
from bot.commands.replies import Notice, Reply, Tone
from bot.commands.spec import SUMMARY_LIMIT, AnyCommand, Arg, Place, Who, command
from bot.domain.topics import Topics

EVERY = list(REGISTRY)
DESIGNED = {
    "subscribe", "unsubscribe", "pause", "resume", "move", "settings", "topic define", "topic remove", "list", "topics", "help",
    "status", "overview", "why", "search", "show", "today", "trending", "similar", "preview", "catchup", "cite", "save",
    "unsave", "saved", "mute", "unmute", "dismiss", "edit", "define", "feed add", "feed remove", "feed list",
    "post now", "more", "email",
}  # fmt: skip
FOR_MANAGERS = {
    "subscribe", "unsubscribe", "pause", "resume", "move", "settings", "dismiss", "edit", "post now",
}  # fmt: skip
FOR_ADMINS = {"topic define", "topic remove", "define", "feed add", "feed remove"}


def test_every_verb_of_the_design_is_there() -> None:
    assert {one.name for one in EVERY} == DESIGNED


def test_managers_alone_change_what_a_channel_gets() -> None:
    assert {one.name for one in EVERY if one.who is Who.MANAGERS} == FOR_MANAGERS


def test_the_admins_of_a_workspace_alone_change_what_holds_for_every_channel() -> None:
    assert {one.name for one in EVERY if one.who is Who.ADMINS} == FOR_ADMINS


@pytest.mark.parametrize("one", EVERY, ids=lambda one: str(one.name))
def test_a_summary_fits_a_discord_description(one: AnyCommand) -> None:
    assert 0 < len(one.summary) <= SUMMARY_LIMIT
    assert one.summary.endswith(".")
    assert all(0 < len(param.arg.help) <= SUMMARY_LIMIT for param in one.params)


@pytest.mark.parametrize("one", EVERY, ids=lambda one: str(one.name))
def test_a_name_is_at_most_two_words_and_required_options_come_first(one: AnyCommand) -> None:
    assert len(one.name.split()) <= 2
    assert [param.required for param in one.params] == sorted((p.required for p in one.params), reverse=True)


@pytest.mark.parametrize("one", EVERY, ids=lambda one: str(one.name))
def test_every_example_is_a_line_that_parses_to_its_own_verb(one: AnyCommand) -> None:
    assert one.examples
    for example in one.examples:
        assert parse_line(example, REGISTRY).command == one.name


def test_the_signature_is_the_specification() -> None:
    @command()
    async def knit(
        context: Context,
        what: Annotated[str, Arg("What to knit", place=Place.REST)],
        rows: Annotated[int | None, Arg("How many rows")] = None,
        purl_: Annotated[bool, Arg("Purl instead")] = False,
    ) -> Reply:
        """Knit something."""
        return Notice(kind=Tone.DONE, what=what)

    assert knit.usage == "knit WHAT [rows:N] [purl:TEXT]"
    assert [(param.name, param.type, param.required) for param in knit.params] == [
        ("what", str, True),
        ("rows", int, False),
        ("purl", bool, False),
    ]


def test_a_parameter_of_another_type_is_refused_at_once() -> None:
    async def knit(context: Context, what: Annotated[float, Arg("How much")]) -> Reply:
        return Notice(kind=Tone.DONE, what=str(what))

    with pytest.raises(TypeError, match="str, int or bool"):
        command()(knit)


def test_every_topic_an_example_names_is_there() -> None:
    texts = [example for one in EVERY for example in one.examples] + [one[2] + one[1] for one in FILTERS]
    named = {name for text in texts for name in re.findall(r"topic:([a-z-]+)", text)}
    assert named
    assert [name for name in sorted(named) if Topics.shipped().get(name) is None] == []
