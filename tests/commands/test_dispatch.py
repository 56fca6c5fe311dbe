"""The one door: every answer is a reply."""

from __future__ import annotations

import logging

import pytest

from bot.commands.catalogue import REGISTRY
from bot.commands.context import Context
from bot.commands.dispatch import dispatch
from bot.commands.parsing import Call
from bot.commands.replies import HelpPage, Notice, PaperList, Tone
from bot.commands.spec import Registry, Who, command


def error_of(reply: object) -> Notice:
    assert isinstance(reply, Notice)
    assert reply.kind is Tone.ERROR
    return reply


async def test_a_button_is_a_call_with_ids(context: Context) -> None:
    reply = await dispatch(Call("search", {"query": "knitting", "page": 1}), context)
    assert isinstance(reply, PaperList)
    assert reply.total == 2


async def test_a_stranger_may_not_manage_and_is_told_whom_to_ask(ask) -> None:
    for one in REGISTRY:
        if one.who is Who.MANAGERS:
            reply = error_of(await ask(one.examples[0], manager=False))
            assert reply.code == "P-NOT-ALLOWED"
            assert "nothing was changed" in reply.what
            assert "managers of #knitting" in reply.what


async def test_whoever_manages_one_channel_does_not_change_every_channel(ask) -> None:
    for one in REGISTRY:
        if one.who is Who.ADMINS:
            reply = error_of(await ask(one.examples[0], manager=True, admin=False))
            assert reply.code == "P-NOT-ALLOWED"
            assert "admins of this workspace; nothing was changed" in reply.what


async def test_everybody_may_read(ask) -> None:
    for line in (
        "search knitting",
        "today",
        "trending",
        "topics",
        "help",
        "status",
        "list",
        "saved",
        "feed list",
    ):
        reply = await ask(line, manager=False)
        assert not isinstance(reply, Notice), line


async def test_a_bad_query_names_what_is_bad(ask) -> None:
    reply = error_of(await ask("search catt:cs.CV"))
    assert "catt" in reply.what
    assert reply.code == "P-QUERY"
    assert reply.exit_code == 2


async def test_an_unknown_option_of_a_call_is_refused(context: Context) -> None:
    reply = error_of(await dispatch(Call("settings", {"colour": "red"}), context))
    assert "no option `colour`" in reply.what


async def test_an_unknown_verb_of_a_call_is_refused(context: Context) -> None:
    assert "I don't know `knit`" in error_of(await dispatch(Call("knit"), context)).what


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("settings max:many", "whole number"),
        ("settings empty:loud", "`silent`, `note`"),
        ("trending decade", "`day`, `week`, `month`"),
        ("show", "/papers show 2401.00001"),
        ("search knitting page:99", "page:1"),
        ("search knitting page:0", "page:1"),
    ],
)
async def test_a_bad_value_says_what_would_do(ask, line: str, part: str) -> None:
    await ask("subscribe knitting")
    reply = error_of(await ask(line))
    assert part in f"{reply.what} {reply.fix}"


async def test_a_fault_of_ours_is_logged_with_the_mark_the_person_sees(
    context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    @command("break")
    async def broken(context: Context) -> HelpPage:
        """Break."""
        raise RuntimeError("boom")

    with caplog.at_level(logging.ERROR):
        reply = error_of(await dispatch(Call("break"), context, Registry([broken])))
    mark = reply.fix.split()[-1].rstrip(".")
    assert mark in caplog.text
    assert "boom" in caplog.text
    assert "boom" not in reply.what
