"""Discord is told of the commands when it has others."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from adapters.chat.discord.drawing.embeds import Json
from adapters.chat.discord.listening import tree
from adapters.chat.discord.listening.sync import digest_of, synced

from .conftest import Scene


class Shown:
    """Discord's side: what it shows, and how often it was told."""

    def __init__(self, commands: Sequence[Json] = ()) -> None:
        self.commands = list(commands)
        self.told = 0

    async def registered(self) -> list[Json]:
        return self.commands

    async def register(self, wanted: Sequence[Json]) -> None:
        self.told += 1
        self.commands = [as_discord_says(one) for one in wanted]


def as_discord_says(one: Json) -> Json:
    kept = copy.deepcopy(one)
    own: Json = {"id": "1", "version": "2", "application_id": "3", "nsfw": False, "dm_permission": True}
    usual: Json = {"description": "", "default_member_permissions": None, "name_localizations": None}
    if "contexts" in kept:
        kept["contexts"] = kept["contexts"][::-1]
    for option in kept.get("options", []):
        option["name_localizations"] = None
    return {**usual, **kept, **own}


async def test_the_first_start_tells_discord() -> None:
    shown = Shown()
    assert await synced(shown, tree.commands())
    assert shown.told == 1


async def test_the_next_start_tells_it_nothing() -> None:
    shown = Shown()
    await synced(shown, tree.commands())
    shown.commands.reverse()
    assert not await synced(shown, tree.commands())
    assert shown.told == 1


async def test_a_changed_option_is_told() -> None:
    shown = Shown()
    await synced(shown, tree.commands())
    changed = tree.commands()
    changed[0]["options"][0]["options"][0]["required"] = False
    assert await synced(shown, changed)


async def test_a_command_that_is_gone_is_told() -> None:
    shown = Shown([*tree.commands(), {"type": 1, "name": "old", "description": "Old"}])
    assert await synced(shown, tree.commands())


def test_a_number_is_the_same_with_a_point() -> None:
    assert digest_of([{"name": "a", "max_value": 5.0}]) == digest_of([{"name": "a", "max_value": 5}])


async def test_connecting_tells_it_once(scene: Scene) -> None:
    assert scene.discord.state.synced == 1
    assert {one["name"] for one in scene.discord.state.commands[""]} == {
        "papers",
        "papers-admin",
        "Look up papers",
    }
