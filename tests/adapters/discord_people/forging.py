"""What no client of Discord's would send: any command, by any way, as anybody, from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import quote_plus, urlencode

from adapters.chat.discord.listening.tree import GROUP, SUBCOMMAND, TYPES, path_of
from bot.commands.catalogue import REGISTRY
from bot.commands.spec import AnyCommand, Kind, Param
from bot.testing.discord import Interaction, Said
from bot.testing.discord.interactions import COMMAND, COMPONENT, MODAL
from bot.testing.discord.world import Channel, Person

from .conftest import Scene, read

Arguments: TypeAlias = Mapping[str, Any]
BUTTON, MENU = 2, 3
GIVEN: Mapping[Kind, str] = {
    Kind.PAPER: "2606.00001",
    Kind.SUBSCRIPTION: "1",
    Kind.QUERY: "knitting",
    Kind.CHANNEL: "<#1|general>",
    Kind.TOPIC: "mine",
    Kind.COMMAND: "today",
    Kind.DATE: "2026-06-01",
    Kind.URL: "https://example.org/atom.xml",
    Kind.AUTHOR: "Ada Example",
}


def needed(one: AnyCommand) -> dict[str, Any]:
    """A value for everything a command cannot do without."""
    return {param.name: _value(param) for param in one.params if param.required}


def custom_id(command: str, arguments: Arguments, press: str = "do") -> str:
    return f"{press}|{quote_plus(command)}|{urlencode(arguments)}"


async def by_button(
    scene: Scene, person: Person, place: Channel, command: str, arguments: Arguments
) -> Interaction:
    return await with_id(scene, person, place, custom_id(command, arguments))


async def by_menu(
    scene: Scene, person: Person, place: Channel, command: str, arguments: Arguments
) -> Interaction:
    """Choose a line that no menu offers."""
    data = {"custom_id": "papers", "component_type": MENU, "values": [custom_id(command, arguments)]}
    return await _component(scene, person, place, data)


async def by_slash(
    scene: Scene, person: Person, place: Channel, command: str, arguments: Arguments
) -> Interaction:
    """Use a command, also one that this person is not shown."""
    one = REGISTRY.get(command)
    assert one is not None
    name, *path = path_of(one)
    params = {param.name: param for param in one.params}
    given: list[dict[str, Any]] = [
        {"name": key, "type": TYPES[params[key].type], "value": value} for key, value in arguments.items()
    ]
    for depth, word in enumerate(reversed(path)):
        given = [{"name": word, "type": GROUP if depth else SUBCOMMAND, "options": given}]
    data = {"id": "1", "name": name, "type": 1, "options": given}
    return await scene.driver.forge(COMMAND, data, person=person, place=place, alone=is_guest(scene, place))


async def by_form(scene: Scene, person: Person, place: Channel, which: str, query: str) -> Interaction:
    """Send off a form that nobody opened."""
    field = {"type": 18, "component": {"type": 4, "custom_id": "query", "value": query}}
    data = {"custom_id": custom_id("edit", {"which": which}, "fm"), "components": [field]}
    return await scene.driver.forge(MODAL, data, person=person, place=place, alone=is_guest(scene, place))


async def with_id(scene: Scene, person: Person, place: Channel, forged: str) -> Interaction:
    return await _component(scene, person, place, {"custom_id": forged, "component_type": BUTTON})


async def _component(scene: Scene, person: Person, place: Channel, data: dict[str, Any]) -> Interaction:
    said = scene.discord.state.say(place, scene.discord.state.bot, {"content": "Papers"}, via="system")
    return await scene.driver.forge(
        COMPONENT, data, person=person, place=place, source=said, alone=is_guest(scene, place)
    )


def is_guest(scene: Scene, place: Channel) -> bool:
    """Whether the bot is there as one person's own app only."""
    if place.guild is not None:
        return scene.discord.state.bot.id not in place.guild.members
    return place.name == "theirs"


def text_of(act: Interaction) -> str:
    """All that was answered, privately; a form that was opened, too."""
    if act.modal is not None:
        return str(act.modal)
    return read(act)


def ids_in(said: Said) -> list[str]:
    return [one["custom_id"] for row in said.components for one in row["components"] if "custom_id" in one]


async def everything_of(scene: Scene, workspace: str, *people: str) -> object:
    """All that is kept of a workspace, and of people in it."""
    homes = await scene.store.destinations(workspace=workspace)
    return (
        homes,
        await scene.store.subscriptions([one.id for one in homes]),
        await scene.store.topics(workspace),
        await scene.store.feeds(workspace),
        await scene.store.dismissed([one.id for one in homes]),
        [await scene.store.saved(workspace, one) for one in people],
        [await scene.store.muted(workspace, one) for one in people],
    )


def _value(param: Param) -> str | int:
    return 1 if param.type is int else GIVEN[param.arg.kind]
