"""The judge of Discord's messages finds what is wrong with one, and nothing wrong with a good one."""

from __future__ import annotations

from typing import Any

import pytest

from bot.testing.discord_markdown import styled
from bot.testing.discord_messages import discord_findings

OURS = "https://arxiv.org/abs/1"
BUTTON = {"type": 2, "style": 2, "label": "Settings", "custom_id": "do|settings|"}
SELECT = {"type": 3, "custom_id": "paper|", "options": [{"label": "1", "value": "1"}]}


def message(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "content": f"**Papers** <t:1795161600:t> [one]({OURS})",
        "embeds": [{"title": "Knitting", "url": OURS, "description": f"[code]({OURS})"}],
        "components": [row(SELECT), row(BUTTON)],
        "allowed_mentions": {"parse": []},
    }
    return given | changes


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def test_a_good_message_is_one() -> None:
    assert discord_findings(message(), links=[OURS]) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"content": "x" * 2001},
        {"content": "@everyone"},
        {"content": "\\@everyone"},
        {"content": "\\<@80351110224678912>"},
        {"content": "</papers:1>"},
        {"content": "look :fire:"},
        {"content": "https://arxiv.org/abs/1"},
        {"content": "discord.gg/knit"},
        {"content": "[one](https://evil.example)"},
        {"content": "a \u202e b"},
        {"content": "", "embeds": [], "components": []},
        {"allowed_mentions": {"parse": ["users"]}},
        {"tts": True},
        {"embeds": [{"title": "x" * 257}]},
        {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]},
        {"embeds": [{"title": "x"}] * 11},
        {"embeds": [{"title": "x", "url": OURS}] * 2},
        {"embeds": [{"title": "x", "url": "https://evil.example"}]},
        {"embeds": [{"url": OURS}]},
        {"embeds": [{"title": "[x](https://evil.example)"}]},
        {"components": [row(BUTTON), row(BUTTON)]},
        {"components": [row(BUTTON, SELECT)]},
        {"components": [row(*({**BUTTON, "custom_id": str(n)} for n in range(6)))]},
        {"components": [row({**BUTTON, "custom_id": "x" * 101})]},
        {"components": [row({**SELECT, "options": [{"label": "1", "value": "1"}] * 2})]},
        {"components": [row({**BUTTON, "url": OURS})]},
    ],
)
def test_whatever_is_wrong_is_found(changes: dict[str, Any]) -> None:
    assert discord_findings(message(**changes), links=[OURS])


def test_an_escape_takes_the_meaning_away_and_within_code_nothing_has_one() -> None:
    assert discord_findings(message(content="\\[one\\](x) `[one](x)` ```\n[one](x)\n```"), links=[OURS]) == []
    assert discord_findings(message(content="\\\\[one](https://evil.example)"), links=[OURS])


@pytest.mark.parametrize("text", ["**x**", "a `b`", "# x", "- x", "1. x", "||x||", "> x"])
def test_a_style_is_seen(text: str) -> None:
    assert styled(text)
    assert not styled("".join(f"\\{char}" if char in "*`#->|." else char for char in text))
