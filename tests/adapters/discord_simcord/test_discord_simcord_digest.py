"""What people do under a digest that everybody sees: each has an answer of their own, and the digest stays as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import discord
from discord.http import Route

from adapters.chat.discord.drawing.digest import digest_messages
from bot.commands.context import Asker
from bot.commands.parsing import Call
from bot.commands.replies import DigestView
from bot.domain.subscription import Address
from jobs.plan import plan_due

from .conftest import Stage, many, shown, texts


async def digest_in(stage: Stage) -> discord.Message:
    """Plan a digest of three papers, with twenty more behind it, and post it."""
    await many(stage)
    await stage.slash("papers subscribe", query="knitting", max=3, tz="UTC")
    mia = Asker(user=str(stage.mia.id), name="mia", manager=True)
    here = Address(platform="discord", workspace=str(stage.guild.id), channel=str(stage.papers.id))
    view = cast("DigestView", await stage.commands(Call("preview"), asker=mia, address=here, place="#papers"))
    stage.clock.advance(timedelta(hours=4))
    await plan_due(stage.store, clock=stage.clock)
    body: dict[str, Any] = digest_messages(view.digest)[0].message.body()
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=stage.papers.id)
    await stage.env.bot.http.request(route, json=body)
    posted = stage.papers.last_message
    assert posted is not None
    return posted


async def test_more_papers_are_paged_privately(stage: Stage) -> None:
    posted = await digest_in(stage)
    label = next(
        one.label
        for row in posted.components
        for one in getattr(row, "children", [])
        if isinstance(one, discord.Button) and str(one.label).endswith(" more")
    )
    first = shown(await stage.ben.click(posted, label=label))
    assert "Page 1 of" in texts(first)
    turned = await stage.ben.click(first, label="Next")
    assert turned.response is not None
    assert (turned.response.id, turned.response.ephemeral) == (first.id, True)
    assert "Page 2 of" in texts(turned.response)
    now = stage.papers.last_message
    assert now is not None
    assert (now.id, now.embeds) == (posted.id, posted.embeds)


async def test_a_paper_of_it_is_looked_at_privately_after_a_restart_too(stage: Stage) -> None:
    posted = await digest_in(stage)
    await stage.env.restart_bot(stage.client())
    menu = next(
        one for row in posted.components for one in getattr(row, "children", []) if hasattr(one, "options")
    )
    card = shown(await stage.ben.select(posted, [menu.options[0].value], custom_id=menu.custom_id))
    assert "Knitting" in texts(card)
    assert "Saved" in texts(shown(await stage.ben.click(card, label="Save")))
