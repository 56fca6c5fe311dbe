"""Real commands about real papers, every word of both somebody's attempt: what is answered pings, links and breaks nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice, product
from pathlib import Path

import pytest

from adapters.chat.discord.drawing.forms import edit_modal, form_of
from adapters.chat.discord.drawing.kept import Kept
from adapters.chat.discord.drawing.replies import reply_messages
from adapters.chat.discord.drawing.text import link
from bot.commands.catalogue import REGISTRY
from bot.commands.context import Asker, Context, Services
from bot.commands.dispatch import dispatch
from bot.commands.parsing import Call
from bot.commands.replies import Channel, Citation, Notice, PaperCard, PaperList, Reply, WhyView
from bot.domain.subscription import Address
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.builders import SAMPLE_DAY, make_batch, make_facts, make_listing
from bot.testing.discord_messages import discord_findings
from bot.testing.hostile import HOSTILE, in_sentences

HERE = Address(platform="discord", workspace="7", channel="70")
ADA = Asker(user="1", name="Ada", manager=True, admin=True, tz="Europe/Berlin")
NOW = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
NUMBERS = range(1, 61)
GIVEN = {"query": "knitting", "paper": "2606.00001", "topic": "yarn", "definition": "knitting", "which": "1"}
WHERE = [(one.name, param.name) for one in REGISTRY for param in one.params if param.type is str]
BARE = [(one.name, "") for one in REGISTRY]
CORPUS = [text for text in HOSTILE if len(text) < 3000 and text.isprintable()]


def papers() -> Iterator[str]:
    return islice(
        (text for text in in_sentences() if len(text) < 3000), 0, None, len(HOSTILE) // len(NUMBERS)
    )


async def stored(path: Path) -> Store:
    """A database of papers with hostile titles, abstracts and authors, which a channel follows."""
    store = await Store.open(f"sqlite:///{path}/papers.db")
    listings = [
        make_listing(
            number, facts=make_facts(number, title=text, abstract=f"{text}. {text}", authors=(text, text))
        )
        for number, text in zip(NUMBERS, papers(), strict=False)
    ]
    await store.add_batch(make_batch(*listings, day=SAMPLE_DAY), now=NOW)
    return store


def context_of(store: Store, name: str) -> Context:
    services = Services(prefix="/papers ")
    return Context(store=store, clock=FakeClock(NOW), asker=ADA, address=HERE, place=name, services=services)


def check(reply: Reply, text: str) -> int:
    own = {f"https://arxiv.org/abs/2606.{number:05}" for number in NUMBERS}
    links = {*own, link(text), "https://git.example/knit"}
    messages = reply_messages(reply, Kept())
    for message in messages:
        body = json.loads(json.dumps(message.body()))
        assert discord_findings(body, links=links) == [], (type(reply).__name__, text)
    state = getattr(reply, "state", None)
    if isinstance(state, Channel) and (form := form_of(state)):
        json.dumps(edit_modal(form)).encode()
    return len(messages)


async def all_said(path: Path, where: Sequence[tuple[str, str]], texts: Sequence[str]) -> int:
    said = 0
    async with await stored(path) as store:
        for at, text in enumerate(texts):
            context = context_of(store, f"#{text[:60]}")
            for command, param in [*where, *(BARE if at == 0 else [])]:
                known = REGISTRY.get(command)
                assert known
                sane = {name: value for name, value in GIVEN.items() if known.param(name)}
                given = {**sane, **({param: text} if param else {})}
                said += check(await dispatch(Call(command, given), context), text)
    return said


async def test_whatever_is_typed_into_a_command_the_answer_is_one_that_discord_takes(tmp_path: Path) -> None:
    assert await all_said(tmp_path, WHERE, CORPUS[::80]) >= len(WHERE) * 4


@pytest.mark.slow
async def test_whatever_a_paper_is_made_of_every_answer_about_it_is_one_that_discord_takes(
    tmp_path: Path,
) -> None:
    async with await stored(tmp_path) as store:
        context, kinds = context_of(store, "#papers"), set[type[Reply]]()
        check(await dispatch(Call("subscribe", {"query": "knitting"}), context), "")
        for number, text in zip(NUMBERS, papers(), strict=False):
            for command in ("show", "similar", "why", "cite", "save", "dismiss"):
                reply = await dispatch(Call(command, {"paper": f"2606.{number:05}"}), context)
                kinds.add(type(reply))
                check(reply, text)
        for command, page in product(("saved", "today", "trending"), (1, 2, 3)):
            check(await dispatch(Call(command, {"page": page}), context), "")
        assert kinds >= {PaperCard, PaperList, WhyView, Citation, Notice}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(3))
async def test_whatever_of_the_corpus_is_typed_the_answer_is_one_that_discord_takes(
    tmp_path: Path, part: int
) -> None:
    assert await all_said(tmp_path, WHERE[part::3], CORPUS[part::3]) >= len(CORPUS) * len(WHERE) // 9 - 99
