"""Replies as Discord is sent them, and what stands in them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from itertools import count
from typing import Any

from adapters.chat.discord.drawing.buttons import Pressed, chosen, unpacked
from adapters.chat.discord.drawing.embeds import LINK, Message, size
from adapters.chat.discord.drawing.kept import Kept
from adapters.chat.discord.drawing.limits import EMBED_TEXT
from adapters.chat.discord.drawing.replies import reply_messages
from adapters.chat.discord.drawing.replies_fitting import MOST_MESSAGES
from adapters.chat.discord.drawing.text import link
from bot.commands import replies as r
from bot.domain.subscription import Subscription
from bot.testing.builders import SAMPLE_NOW
from bot.testing.discord_messages import discord_findings
from bot.testing.replies import every_reply

MARK = "Foreign"
WEB = {
    "https://arxiv.org/abs/2606.00001",
    "https://doi.org/10.1234/wool.1",
    "https://git.example/knit",
    "https://knit.example",
    "https://example.org/atom.xml",
}


def named() -> Iterator[tuple[str, r.Reply]]:
    """Each reply with a name of its own: "notice_1"."""
    numbers: dict[str, Iterator[int]] = {}
    for reply in every_reply():
        kind = type(reply).__name__.lower()
        yield f"{kind}_{next(numbers.setdefault(kind, count(1)))}", reply


def bodies(messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    return [one.body() for one in messages]


def fits(reply: r.Reply, links: Collection[str] = WEB) -> tuple[Message, ...]:
    messages = reply_messages(reply, Kept())
    assert 1 <= len(messages) <= MOST_MESSAGES
    for body in bodies(messages):
        assert discord_findings(body, links=links) == []
        assert size(body["embeds"]) <= EMBED_TEXT
    return messages


def instead(text: str, _plain: str) -> str:
    return text


def led_to(text: str) -> set[str]:
    """Where a text may lead, taken for an address or for a DOI."""
    return {link(text), link(f"https://doi.org/{text}")}


def words_of(messages: tuple[Message, ...]) -> str:
    return json.dumps(bodies(messages), ensure_ascii=False)


def components(messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    return [one for message in messages for row in message.components for one in row["components"]]


def pressed(messages: tuple[Message, ...], kept: Kept) -> list[Pressed | None]:
    """What each button, and each line of each menu, carries out."""
    every = [one for one in components(messages) if one.get("style") != LINK]
    buttons = [unpacked(one["custom_id"], kept) for one in every if "options" not in one]
    menus = [one for one in every if "options" in one]
    return [
        *buttons,
        *(chosen(one["custom_id"], line["value"], kept) for one in menus for line in one["options"]),
    ]


def labels(messages: tuple[Message, ...]) -> list[str]:
    return [one["label"] for one in components(messages) if "label" in one]


def subscriptions(number: int, query: str = "knit") -> tuple[Subscription, ...]:
    return tuple(
        Subscription(id=one, destination_id=1, query=query, created_by="U1", created_at=SAMPLE_NOW)
        for one in range(1, number + 1)
    )
