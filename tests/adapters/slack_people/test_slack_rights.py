"""Who may do what: every command there is, pressed by everybody there is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from adapters.chat.slack.api.people import People
from adapters.chat.slack.listening.bolt import make_app
from bot.commands.catalogue import REGISTRY
from bot.commands.spec import AnyCommand, Kind, Param, Who
from bot.testing.slack import Person, Said

from .conftest import Scene, everything

REFUSED = "; nothing was changed."
ROLES = {
    "admin": "ada",
    "owner": "olga",
    "creator of the channel": "ben",
    "configured manager": "max",
    "member": "mia",
    "guest": "gus",
    "guest of one channel": "una",
    "guest that is configured": "gil",
    "stranger": "sam",
    "bot": "robo",
}
MANAGERS = frozenset({"admin", "owner", "creator of the channel", "configured manager"})
MAY = {
    Who.ANYONE: frozenset(ROLES),
    Who.MANAGERS: MANAGERS,
    Who.ADMINS: MANAGERS - {"creator of the channel"},
}
GIVEN: Mapping[Kind, str] = {
    Kind.PAPER: "2606.00001",
    Kind.SUBSCRIPTION: "1",
    Kind.QUERY: "knitting",
    Kind.CHANNEL: "#lobby",
    Kind.TOPIC: "mine",
    Kind.COMMAND: "today",
    Kind.DATE: "2026-06-01",
    Kind.URL: "https://example.org/atom.xml",
    Kind.AUTHOR: "Ada Example",
}


@pytest.mark.parametrize("role", ROLES)
async def test_every_command_is_for_whom_it_says(scene: Scene, role: str) -> None:
    _appoint(scene, "max", "gil")
    await scene.subscribe("knitting")
    done = {one.name: await _may(scene, ROLES[role], one) for one in REGISTRY}
    assert done == {one.name: role in MAY[one.who] for one in REGISTRY}


@pytest.mark.parametrize(("user", "may"), [("mia", True), ("gus", False), ("una", False), ("sam", False)])
async def test_in_ones_own_conversation_one_manages(scene: Scene, user: str, may: bool) -> None:
    said = await scene.slash("subscribe knitting", user=user, channel="@bot")
    assert ("Subscribed" in said, REFUSED in said) == (may, not may)


async def test_whoever_manages_one_channel_manages_no_other(scene: Scene) -> None:
    await scene.subscribe("knitting", channel="general")
    for channel, may in (("papers", True), ("general", False)):  # ben made the first
        said = await scene.slash("subscribe bread", user="ben", channel=channel)
        assert (REFUSED not in said) is may


async def test_what_holds_for_every_channel_is_not_changed_from_ones_own_conversation(scene: Scene) -> None:
    for line in ('define yarn = "yarn" OR wool', "feed add https://example.org/atom.xml"):
        assert "for the admins of this workspace" in await scene.slash(line, user="mia", channel="@bot")
    assert await scene.store.topics(scene.slack.home.id) == {}
    assert await scene.store.feeds(scene.slack.home.id) == ()


async def test_somebody_without_rights_changes_nothing_by_any_button(scene: Scene) -> None:
    await scene.subscribe("knitting")
    before = await _everything_kept(scene)
    for one in REGISTRY:
        if one.who is not Who.ANYONE:
            await _may(scene, "mia", one)
    assert await _everything_kept(scene) == before


async def _may(scene: Scene, user: str, one: AnyCommand) -> bool:
    said = _posted(scene, [one.name, {param.name: _given(param) for param in one.params if param.required}])
    driver = scene.driver()
    ack = await driver.press(said, "do:0", user=user)
    await scene.settled()
    view = scene.slack.modal(user)  # a form, where the command asks for one
    return REFUSED not in everything(
        [[one.blocks for one in driver.answers(ack)], view.blocks if view else []]
    )


def _given(param: Param) -> str:
    return "1" if param.type is int else GIVEN[param.arg.kind]


def _posted(scene: Scene, value: object) -> Said:
    home = scene.slack.home
    text = {"type": "plain_text", "text": "Press"}
    button = {"type": "button", "action_id": "do:0", "text": text, "value": json.dumps(value)}
    block = {"type": "actions", "elements": [button]}
    return scene.slack.state.say(home, home.channel("papers"), user=home.bot_user, text="x", blocks=[block])


def _appoint(scene: Scene, manager: str, guest: str) -> None:
    """Name two people in SLACK_MANAGERS, one of them a guest."""
    home = scene.slack.home
    for name, is_guest in ((manager, False), (guest, True)):
        person = Person(id=f"U{name.upper()}", name=name, team=home.id, guest=is_guest)
        home.people[person.id] = person
    settings = scene.office.settings.model_copy(update={"managers": ("UMAX", "UGIL")})
    scene.people = People(scene.tokens, settings, scene.clock)
    scene.office = replace(scene.office, settings=settings, people=scene.people)
    scene.bot = make_app(scene.office)


async def _everything_kept(scene: Scene) -> object:
    homes = await scene.store.destinations()
    home = scene.slack.home.id
    return (
        homes,
        await scene.store.subscriptions([one.id for one in homes]),
        await scene.store.topics(home),
        await scene.store.feeds(home),
        await scene.store.dismissed([one.id for one in homes]),
    )
