"""The menu of zones under a first subscription."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.chat.discord.drawing.buttons import Press, chosen
from adapters.chat.discord.drawing.kept import Kept
from adapters.chat.discord.drawing.replies import reply_messages
from adapters.chat.discord.drawing.zones import EVERYWHERE, SPOKEN
from bot.commands.parsing import Call
from bot.commands.replies import Subscribed
from bot.domain.when import is_zone
from bot.testing.discord_messages import discord_findings
from bot.testing.replies import every_reply

from .conftest import WEB, bodies

FIRST = replace(next(one for one in every_reply() if isinstance(one, Subscribed)), asks_zone=True)


def options(locale: str) -> list[dict[str, Any]]:
    (message,) = reply_messages(FIRST, Kept(), locale=locale)
    assert discord_findings(message.body(), links=WEB) == []
    menu: dict[str, Any] = message.components[0]["components"][0]
    return list(menu["options"])


@pytest.mark.parametrize("locale", ["", "tlh", *sorted(SPOKEN)])
def test_each_language_has_its_own_zones_first_and_everybody_the_form(locale: str) -> None:
    *zones, form = options(locale)
    pressed = [chosen("menu|zone", one["value"]) for one in zones]
    named = [one.call.arguments["tz"] for one in pressed if one and one.call.command == "settings"]
    own = [zone for zone in SPOKEN.get(locale, "").split() if zone != "Europe/Berlin"]
    assert named[: len(own)] == own
    assert len(named) == len(zones) >= 19
    opened = chosen("menu|zone", form["value"])
    assert opened
    assert (opened.press, opened.call) == (Press.FORM, Call("edit", {"which": "7"}))


def test_a_zone_is_shown_with_its_offset() -> None:
    assert options("ja")[0] == {
        "label": "Tokyo (Asia/Tokyo)",
        "value": "do|settings|tz=Asia/Tokyo",
        "description": "UTC+09:00",
    }


def test_every_zone_is_one() -> None:
    every = f"{' '.join(SPOKEN.values())} {EVERYWHERE}".split()
    assert [zone for zone in every if not is_zone(zone)] == []


def test_nobody_is_asked_twice() -> None:
    (message,) = reply_messages(replace(FIRST, asks_zone=False), Kept())
    assert all("options" not in one for row in message.components for one in row["components"])


def test_messages_of_the_menu_name_the_zone_that_holds() -> None:
    assert "is in Europe/Berlin, as nobody said otherwise" in str(bodies(reply_messages(FIRST, Kept())))
