"""Draws the Discord pictures of docs/screens: `.venv/bin/python docs/make_discord_screens.py` (needs Chromium)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import discord_frames as frames
from photographing import drawn
from scene import Scene, scene

from adapters.chat.discord.drawing.digest import Drawn, digest_messages, title_of_digest, topics_of
from adapters.chat.discord.drawing.forms import EditForm, edit_modal, form_of
from adapters.chat.discord.drawing.kept import Kept
from adapters.chat.discord.drawing.replies import reply_messages
from bot.commands.replies import SubscriptionList

AT = "Today at 09:00"
NOW = "Today at 08:12"
WIDE = 'topic:llm OR diffusion OR "flow matching"'


async def pages(folder: Path) -> Mapping[str, str]:
    """Every picture as a page, by its name."""
    async with scene(folder, "discord") as bot:
        await bot.say("subscribe topic:llm at:9am tz:Berlin weekdays max:8")
        await bot.say('subscribe "flow matching" OR diffusion -survey')
        return {
            "discord-digest": await _digest(bot),
            "discord-thread": await _thread(bot),
            "discord-forum": await _forum(bot),
            "discord-search": await _answer(bot, f"search {WIDE} page:2", "papers search"),
            "discord-card": await _answer(bot, "show 2611.02001", "papers show"),
            "discord-status": await _answer(bot, "status", "papers status"),
            "discord-edit": await _edit(bot),
        }


async def _drawn(bot: Scene) -> tuple[Drawn, ...]:
    return digest_messages(await bot.digest())


async def _digest(bot: Scene) -> str:
    every = await _drawn(bot)
    replies = sum(one.in_thread for one in every)
    name = title_of_digest(await bot.digest())
    last = every[-1].message.content.replace("*", "")
    shown = frames.message(every[0].message.body(), AT, thread_name=name, replies=replies, last=last)
    return frames.page("discord-digest", frames.channel("ml-papers", shown, topic="What is new, at nine"))


async def _thread(bot: Scene) -> str:
    first = next(one for one in await _drawn(bot) if one.in_thread)
    shown = frames.message(first.message.body(), AT)
    name = title_of_digest(await bot.digest())
    return frames.page("discord-thread", frames.thread(name, "ml-papers", shown))


async def _forum(bot: Scene) -> str:
    digest = await bot.digest()
    first = (await _drawn(bot))[0].message
    shown = frames.message(replace(first, embeds=first.embeds[:2]).body(), AT)
    made = frames.post(title_of_digest(digest), topics_of(digest), shown)
    return frames.page("discord-forum", made)


async def _answer(bot: Scene, line: str, shown: str) -> str:
    messages = reply_messages(await bot.say(line), Kept())
    said = frames.answer([one.body() for one in messages], NOW, who="Ada", line=shown)
    return frames.page(line, frames.channel("ml-papers", said))


async def _edit(bot: Scene) -> str:
    state = cast("SubscriptionList", await bot.say("list")).state
    form = form_of(state, str(state.subscriptions[-1].id)) if state else None
    return frames.page("discord-edit", frames.modal(edit_modal(form or EditForm())))


if __name__ == "__main__":
    drawn(pages)
