"""Draws the Slack pictures of docs/screens: `.venv/bin/python docs/make_slack_screens.py` (needs Chromium)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

import slack_frames as frames
from photographing import drawn
from scene import Scene, scene

from adapters.chat.slack.drawing.blocks import Message
from adapters.chat.slack.drawing.digest import digest_messages
from adapters.chat.slack.drawing.replies import reply_messages
from adapters.chat.slack.drawing.views import EditForm, edit_view, form_of
from adapters.chat.slack.drawing.views_home import home_view
from bot.commands.replies import Overview, PaperList, SubscriptionList

AT = "09:00"


async def pages(folder: Path) -> Mapping[str, str]:
    """Every picture as a page, by its name."""
    async with scene(folder, "slack") as bot:
        subscribed = await bot.say("subscribe topic:llm at:9am tz:Berlin weekdays max:8")
        await bot.say('subscribe "flow matching" OR diffusion -survey')
        await bot.say("subscribe retrieval has:code at:8:30 tz:Berlin days:mon,thu", "reading-group")
        await bot.say("save 2611.02002")
        return {
            "slack-digest": await _digest(bot),
            "slack-thread": await _thread(bot),
            "slack-subscribe": _answer("slack-subscribe", reply_messages(subscribed)),
            "slack-search": _answer(
                "slack-search", reply_messages(await bot.say('search "language model" has:code'))
            ),
            "slack-home": await _home(bot),
            "slack-edit": await _edit(bot),
        }


async def _digest(bot: Scene) -> str:
    drawn = digest_messages(await bot.digest())
    replies = sum(one.in_thread for one in drawn)
    shown = frames.message(list(drawn[0].message.blocks), AT, replies=replies)
    return frames.page("slack-digest", frames.channel("ml-papers", shown, members=14))


async def _thread(bot: Scene) -> str:
    drawn = digest_messages(await bot.digest())
    shown = [frames.message(list(one.message.blocks), AT) for one in drawn if one.in_thread]
    return frames.page("slack-thread", frames.thread("ml-papers", "".join(shown[:1])))


def _answer(name: str, messages: Iterable[Message]) -> str:
    shown = "".join(frames.message(list(one.blocks), "08:12", private=True) for one in messages)
    return frames.page(name, frames.channel("ml-papers", shown, members=14))


async def _home(bot: Scene) -> str:
    overview = cast("Overview", await bot.say("overview"))
    saved = cast("PaperList", await bot.say("saved"))
    return frames.page("slack-home", frames.home(home_view(overview, saved)))


async def _edit(bot: Scene) -> str:
    state = cast("SubscriptionList", await bot.say("list")).state
    form = form_of(state, str(state.subscriptions[-1].id)) if state else None
    return frames.page("slack-edit", frames.modal(edit_view(form or EditForm())))


if __name__ == "__main__":
    drawn(pages)
