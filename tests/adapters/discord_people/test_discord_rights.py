"""Who may do what: every command there is, by every way there is, from everybody there is."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from bot.commands.catalogue import REGISTRY
from bot.commands.spec import AnyCommand, Who
from bot.testing.discord import Permission
from bot.testing.discord.world import DM, THREAD, Channel, Person

from .conftest import Scene, read
from .forging import by_button, by_form, by_menu, by_slash, everything_of, needed, text_of, with_id

REFUSED = re.compile(r"is for the (managers of|admins of) .*; nothing was changed\.")
WAYS = {"button": by_button, "menu": by_menu, "slash": by_slash}
MANAGERS = frozenset(
    {"owner", "administrator", "manages channels", "manages channels, in a thread", "in their own messages"}
)
ADMINS = frozenset({"owner", "administrator", "manages the server"})
OTHERS = frozenset(
    {
        "member",
        "member, in a thread",
        "managed channels once",
        "guest by an app of their own",
        "in somebody else's messages",
        "of another server",
        "bot",
    }
)
ROLES = sorted(MANAGERS | ADMINS | OTHERS)
NOTHING = Permission(0)
FEW = ("list", "unsubscribe", "topic define")  # one for everybody, for managers, for admins
TWICE = {"define"}  # another name, without a line of its own


@dataclass
class Somebody:
    """Who acts, and where."""

    person: Person
    place: Channel


def cast(scene: Scene, role: str) -> Somebody:
    """Somebody of that role at the place where it matters."""
    home, papers = scene.discord.home, scene.discord.home.channel("papers")
    home.owner = "0"
    person = _person(scene, role.partition(",")[0])
    place = _place(scene, role, person)
    if place is papers and role == "managed channels once":
        person.permissions = Permission(0)
    return Somebody(person, place)


def _person(scene: Scene, role: str) -> Person:
    home, named = scene.discord.home, {"administrator": "ada", "member": "ben"}
    if role in {"owner", "bot"}:
        made = _member(scene, role, NOTHING, bot=role == "bot")
        home.owner = made.id  # who may do everything there
        return made
    if role == "manages the server":
        return _member(scene, "sue", Permission.MANAGE_GUILD)
    if role == "of another server":
        return scene.discord.state.add_person("otto", permissions=Permission.ADMINISTRATOR)
    if role.startswith("manage"):
        return home.member("mia")
    return home.member("ada" if role.startswith("guest") else named.get(role, "ben"))


def _place(scene: Scene, role: str, person: Person) -> Channel:
    state, papers = scene.discord.state, scene.discord.home.channel("papers")
    if role.endswith("in a thread"):
        return state.add_channel(papers.guild, "thread", kind=THREAD, parent=papers)
    if role == "in their own messages":
        return state.direct(person)
    if role == "in somebody else's messages":
        return state.add_channel(None, "theirs", kind=DM, person=scene.discord.home.member("mia"))
    return scene.discord.other.channel("papers") if role.startswith("guest") else papers


def _member(scene: Scene, name: str, rights: Permission, *, bot: bool = False) -> Person:
    made = scene.discord.state.add_person(name, permissions=rights, bot=bot)
    scene.discord.home.members[made.id] = made
    return made


def may(role: str, one: AnyCommand) -> bool:
    allowed = {Who.ANYONE: frozenset(ROLES), Who.MANAGERS: MANAGERS, Who.ADMINS: ADMINS}
    return role in allowed[one.who]


async def checked(scene: Scene, role: str, ways: list[str], names: list[str]) -> None:
    """Have somebody try these commands by these ways; where they may not, nothing is changed."""
    await scene.subscribe("knitting")
    who = cast(scene, role)
    before = await everything_of(scene, scene.discord.home.id)
    done, told = {}, {}
    # What they may not do comes first, while all is as it was.
    for one in sorted(map(REGISTRY.get, names), key=lambda one: may(role, one)):
        for way in ways:
            if way == "slash" and one.name in TWICE:
                continue
            said = text_of(await WAYS[way](scene, who.person, who.place, one.name, needed(one)))
            done[one.name, way], told[one.name, way] = not REFUSED.search(said), may(role, one)
        if not may(role, one):
            assert await everything_of(scene, scene.discord.home.id) == before, one.name
    assert done == told


@pytest.mark.parametrize("role", ROLES)
async def test_a_command_of_each_kind_is_for_whom_it_says(scene: Scene, role: str) -> None:
    await checked(scene, role, list(WAYS), list(FEW))


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
async def test_every_command_is_for_whom_it_says(scene: Scene, role: str) -> None:
    await checked(scene, role, list(WAYS), [one.name for one in REGISTRY])


@pytest.mark.parametrize("role", sorted(OTHERS | {"manages the server"}))
async def test_a_form_that_nobody_opened_changes_nothing(scene: Scene, role: str) -> None:
    number = await scene.subscribe("knitting")
    who = cast(scene, role)
    before = await everything_of(scene, scene.discord.home.id)
    for which in (number, ""):
        assert REFUSED.search(text_of(await by_form(scene, who.person, who.place, which, "bread")))
    assert await everything_of(scene, scene.discord.home.id) == before


async def test_a_button_is_pressed_with_the_rights_of_now(scene: Scene) -> None:
    number, mia = await scene.subscribe("knitting"), scene.discord.home.member("mia")
    asked = await scene.driver.slash("papers list", user="mia")
    label = next(
        one["custom_id"]
        for row in asked.answers[0].components
        for one in row["components"]
        if "unsubscribe" in one.get("custom_id", "")
    )
    mia.permissions = Permission(0)
    question = await scene.driver.press(asked.answers[0], label, user="mia")
    sure = question.answers[0].components[0]["components"][0]["custom_id"]
    assert REFUSED.search(read(await scene.driver.press(question.answers[0], sure, user="mia")))
    assert number in await scene.slash("papers list")


async def test_the_commands_of_the_server_are_asked_about_although_everybody_was_let_use_them(
    scene: Scene,
) -> None:
    ben, papers = scene.discord.home.member("ben"), scene.discord.home.channel("papers")
    for one in (one for one in REGISTRY if one.who is Who.ADMINS and one.name not in TWICE):
        assert "for the admins" in text_of(await by_slash(scene, ben, papers, one.name, needed(one)))


@pytest.mark.parametrize(
    "forged",
    [
        "do|unsubscribe",
        "do|unsubscribe|which=1&which=2",
        "do|unsubscribe|which=1&sure=yes",
        "do|list|%ff",
        "do|drop|",
        "xx|list|",
        "do|",
        "",
        "do|*",
        "do|*000000000000000000000000",
        f"do|list|{'x' * 200}",
        "paper|1",
        "papers",
        "no|unsubscribe|which=1",
        "ask|unsubscribe|which=1",
    ],
    ids=range(15),
)
async def test_ids_that_are_none_of_ours_do_nothing(scene: Scene, forged: str) -> None:
    await scene.subscribe("knitting")
    mia, papers = scene.discord.home.member("mia"), scene.discord.home.channel("papers")
    before = await everything_of(scene, scene.discord.home.id)
    assert read(await with_id(scene, mia, papers, forged))
    assert await everything_of(scene, scene.discord.home.id) == before
