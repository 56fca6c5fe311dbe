"""Two servers of the same shape, with the same people in them: neither sees nor changes anything of the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.commands.catalogue import REGISTRY
from bot.commands.context import Asker
from bot.commands.spec import AnyCommand, Kind
from bot.domain.subscription import Address
from bot.testing.builders import SAMPLE_DAY, make_batch, make_facts, make_listing
from bot.testing.discord import Interaction
from bot.testing.discord.world import Channel, Guild

from .conftest import NOW, Scene, read
from .forging import by_button, by_form, by_slash, custom_id, everything_of, ids_in, needed, text_of, with_id

SECRET = "sourdough"  # in every text that is the first server's own
LONG = "knitting OR " + " OR ".join(f"stitch{number}" for number in range(20))
IDS = ("1", "2", "#1", "*", SECRET, f"{SECRET} rolls", "crumbs", "topic:crumbs")
NOBODYS = "987654"


@pytest.fixture
async def both(scene: Scene) -> Scene:
    """The bot in two servers; ada rules both."""
    scene.driver.join(scene.discord.other)
    await scene.discord.until(lambda: ("installed", scene.discord.other.id) in scene.kept.told)
    await furnished(scene, scene.discord.home, SECRET)
    await furnished(scene, scene.discord.other, "bread")
    return scene


async def furnished(scene: Scene, guild: Guild, word: str) -> None:
    """Give a server subscriptions, a topic, a feed and a dismissed paper, and ada what she keeps there."""
    ada = Asker(user=guild.member("ada").id, name="ada", manager=True)
    place = Address(platform="discord", workspace=guild.id, channel=guild.channel("papers").id)
    topic = f'define crumbs = "{SECRET} crumbs"' if word == SECRET else "define toast = toast"
    lines = (f"subscribe {word}", f"subscribe {word} rolls", topic, f"mute {word.title()} Baker")
    for line in (*lines, "save 2606.00001", "dismiss 2606.00003"):
        await scene.commands(line, asker=ada, address=place, place="#papers")
    await scene.store.add_feed(
        guild.id, f"https://{word}.example/atom.xml", f"The {word} blog", ada.user, NOW
    )


def papers(scene: Scene, guild: Guild | None = None) -> Channel:
    return (guild or scene.discord.other).channel("papers")


async def of_home(scene: Scene) -> object:
    return await everything_of(scene, scene.discord.home.id, scene.discord.home.member("ada").id)


def every_way(one: AnyCommand, ids: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """A command with what it needs, and with every id of the first server wherever one can stand."""
    first = needed(one)
    yield first
    kinds = {Kind.SUBSCRIPTION, Kind.TOPIC, Kind.QUERY, Kind.TEXT}
    for param in (one for one in one.params if one.arg.kind in kinds and not one.arg.choices):
        for value in ids:
            if param.type is str and not says_it_again(param.arg.kind, value):
                yield {**first, param.name: value}
            elif param.type is int and value.isdigit():
                yield {**first, param.name: int(value)}


def says_it_again(kind: Kind, value: str) -> bool:
    """Whether an answer would only say again what was asked."""
    return SECRET in value and kind in {Kind.QUERY, Kind.SUBSCRIPTION, Kind.TOPIC}


async def nothing_crosses(scene: Scene, ids: tuple[str, ...]) -> None:
    before, ada = await of_home(scene), scene.discord.other.member("ada")
    for one in REGISTRY:
        for arguments in every_way(one, ids):
            said = text_of(await by_button(scene, ada, papers(scene), one.name, arguments))
            assert SECRET not in said, (one.name, arguments)
        assert await of_home(scene) == before, one.name


async def test_nothing_of_the_other_server_is_seen_or_changed_by_any_command(both: Scene) -> None:
    await nothing_crosses(both, ())


@pytest.mark.slow
async def test_nor_with_any_of_its_ids(both: Scene) -> None:
    await nothing_crosses(both, IDS)


async def test_the_first_server_itself_sees_what_is_its_own(both: Scene) -> None:
    ada = both.discord.home.member("ada")
    for name, arguments in (("list", {}), ("topics", {"text": "crumbs"}), ("feed list", {})):
        act = await by_slash(both, ada, papers(both, both.discord.home), name, arguments)
        assert SECRET in read(act), name


@pytest.mark.parametrize(
    ("name", "key", "theirs"),
    [
        ("unsubscribe", "which", "1"),
        ("pause", "which", "1"),
        ("edit", "which", "1"),
        ("feed remove", "feed", "1"),
        ("topic remove", "topic", "crumbs"),
    ],
)
async def test_an_id_of_the_other_server_is_as_unknown_as_one_nobody_has(
    both: Scene, name: str, key: str, theirs: str
) -> None:
    one, ada = REGISTRY.get(name), both.discord.other.member("ada")
    assert one is not None
    said = [
        text_of(await by_button(both, ada, papers(both), name, {**needed(one), key: value})).replace(
            value, "ID"
        )
        for value in (theirs, NOBODYS)
    ]
    assert said[0] == said[1]


async def test_a_form_about_the_others_subscription_finds_none(both: Scene) -> None:
    before, ada = await of_home(both), both.discord.other.member("ada")
    opened = await with_id(both, ada, papers(both), custom_id("edit", {"which": "1"}, "fm"))
    assert "no subscription 1" in text_of(opened)
    assert SECRET not in text_of(await by_form(both, ada, papers(both), "1", "knitting"))
    assert await of_home(both) == before


async def test_a_channel_of_the_other_server_is_no_place_to_move_to(both: Scene) -> None:
    before, ada = await of_home(both), both.discord.other.member("ada")
    theirs = papers(both, both.discord.home).id
    for to in (f"<#{theirs}>", f"<#{theirs}|papers>", theirs):
        act = await by_button(both, ada, papers(both), "move", {"to": to})
        assert "nothing was moved" in read(act) or "nothing was changed" in read(act)
    assert await of_home(both) == before


async def kept_by(scene: Scene, guild: Guild, who: str) -> str:
    """The id of a button that is too long for one, in somebody's private answer."""
    act: Interaction = await by_slash(
        scene, guild.member(who), papers(scene, guild), "search", {"query": LONG}
    )
    assert "Knitting" in read(act)
    broken = await by_form(scene, guild.member(who), papers(scene, guild), "1", f'"{LONG}')
    (found,) = [one for one in ids_in(broken.answers[-1]) if one.startswith("fm|*")]
    return found


async def test_what_is_kept_for_a_button_is_there_for_whom_it_was_kept_alone(both: Scene) -> None:
    home, other = both.discord.home, both.discord.other
    found = await kept_by(both, home, "ada")
    own = await with_id(both, home.member("ada"), papers(both, home), found)
    assert "stitch19" in text_of(own)
    for person, place in (
        (other.member("ada"), papers(both)),  # another server
        (home.member("ada"), home.channel("general")),  # another channel
        (home.member("mia"), papers(both, home)),  # another person
        (home.member("ada"), both.discord.state.direct(home.member("ada"))),
    ):
        act = await with_id(both, person, place, found)
        assert "Run the command again" in text_of(act)
        assert "stitch" not in text_of(act)


async def test_while_somebody_types_nothing_of_the_other_server_is_offered(both: Scene) -> None:
    facts = make_facts(9, title="Old yarn", abstract="We study yarn.", authors=("A Hermit",))
    listing = make_listing(9, facts=facts, day=SAMPLE_DAY - timedelta(days=30))
    await both.store.add_batch(make_batch(listing), now=NOW)
    ada, place = both.discord.home.member("ada"), papers(both, both.discord.home)
    await by_button(both, ada, place, "list", {})
    await by_slash(both, ada, place, "show", {"paper": "2606.00009"})
    driver = both.driver
    at_home = (await driver.autocomplete("papers my mute", "author", "")).choices
    driver.guild = both.discord.other
    elsewhere = (await driver.autocomplete("papers my mute", "author", "")).choices
    assert "A Hermit" in str(at_home)
    assert "A Hermit" not in str(elsewhere)  # only who wrote what everybody sees today
    for line, option in (("papers unsubscribe", "which"), ("papers topics", "text")):
        offered = (await driver.autocomplete(line, option, "")).choices
        assert SECRET not in str(offered), line
        assert "crumbs" not in str(offered), line


async def test_the_end_in_one_server_leaves_the_other_alone(both: Scene) -> None:
    before = await of_home(both)
    both.driver.kick(both.discord.other)
    await both.discord.until(lambda: ("uninstalled", both.discord.other.id) in both.kept.told)
    assert await of_home(both) == before
    act = await by_slash(both, both.discord.home.member("ada"), papers(both, both.discord.home), "list", {})
    assert SECRET in read(act)
