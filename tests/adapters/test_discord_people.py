"""Who may do what in which channel of Discord."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from adapters.chat.discord.api.errors import Refused
from adapters.chat.discord.api.people import People
from adapters.chat.discord.api.permissions import in_channel
from adapters.chat.discord.api.places import channel_of
from adapters.chat.discord.api.wire import Wire
from adapters.chat.discord.settings import DiscordSettings
from bot.domain.subscription import Address
from bot.errors import Transient
from bot.ports import Clock
from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn, Permission, routes_people
from bot.testing.discord.objects import guild_json
from bot.testing.discord.world import Person

NOBODY = "999999999999999999"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def discord() -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as made:
        yield made


@pytest.fixture
async def people(discord: DiscordStandIn, clock: FakeClock) -> AsyncIterator[People]:
    wire = wire_to(discord, clock)
    yield People(wire, clock)
    await wire.close()


def wire_to(discord: DiscordStandIn, clock: Clock) -> Wire:
    return Wire(DiscordSettings.load(api_url=discord.api_url, token=discord.bot_token), clock)


def address_of(discord: DiscordStandIn, channel: str) -> Address:
    workspace = f"@{discord.home.member(channel[1:]).id}" if channel.startswith("@") else discord.home.id
    return Address(platform="discord", workspace=workspace, channel=discord.channel(channel).id)


async def test_of_a_server_with_much_in_it_little_is_remembered(
    discord: DiscordStandIn, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    emoji = [{"name": f"e{number}", "roles": [], "animated": False} for number in range(500)]
    described = Person.described
    monkeypatch.setattr(routes_people, "guild_json", lambda guild: {**guild_json(guild), "emojis": emoji})
    monkeypatch.setattr(Person, "described", lambda person: {**described(person), "banner": "b" * 5000})
    address = address_of(discord, "papers")
    assert await people.manages(address, discord.home.member("mia").id)
    assert not await people.manages(address, discord.home.member("ben").id)
    kept = [value for kind in (people._guilds, people._members) for _, value in kind._kept.values()]
    assert len(kept) == 3
    assert len(json.dumps(kept)) < 3000


@pytest.mark.parametrize("channel", ["papers", "news", "reading", "@ben"])
async def test_nothing_stands_in_the_way_where_the_bot_may_post(
    discord: DiscordStandIn, people: People, channel: str
) -> None:
    assert await people.why_not_post(address_of(discord, channel)) == ""


@pytest.mark.parametrize(
    ("channel", "lost", "named"),
    [
        ("papers", Permission.SEND_MESSAGES, '"Send Messages" in #papers'),
        ("papers", Permission.EMBED_LINKS, '"Embed Links" in #papers'),
        ("reading", Permission.SEND_MESSAGES_IN_THREADS, '"Send Messages in Threads" in #reading'),
    ],
)
async def test_the_permission_the_bot_lacks_is_named_and_asked_anew_each_time(
    discord: DiscordStandIn, people: People, channel: str, lost: Permission, named: str
) -> None:
    discord.deny(channel, lost)
    assert named in await people.why_not_post(address_of(discord, channel))
    discord.deny(channel)
    assert await people.why_not_post(address_of(discord, channel)) == ""


async def test_a_channel_the_bot_cannot_see_or_that_is_gone_is_said_to_be_so(
    discord: DiscordStandIn, people: People
) -> None:
    gone = Address(platform="discord", workspace=discord.home.id, channel=NOBODY)
    for address in (address_of(discord, "hidden"), gone):
        assert "cannot see" in await people.why_not_post(address)


async def test_who_threw_the_bot_out_is_told_to_add_it(discord: DiscordStandIn, people: People) -> None:
    del discord.home.members[discord.state.bot.id]
    assert "add it to the server" in await people.why_not_post(address_of(discord, "papers"))


async def test_when_discord_does_not_answer_nobody_knows_and_nobody_may(
    discord: DiscordStandIn, people: People
) -> None:
    discord.faults.add("503", route="GET *", times=None)
    address, ada = address_of(discord, "papers"), discord.home.member("ada").id
    assert "could not be asked" in await people.why_not_post(address)
    assert not await people.manages(address, ada)
    assert not await people.may_read(address, ada)
    assert await people.place(address.channel) == "this channel"


@pytest.mark.parametrize(("who", "manages"), [("ada", True), ("mia", True), ("ben", False)])
async def test_whoever_manages_channels_manages_what_is_subscribed_there(
    discord: DiscordStandIn, people: People, who: str, manages: bool
) -> None:
    address, person = address_of(discord, "papers"), discord.home.member(who).id
    assert await people.manages(address, person) is manages
    assert await people.may_read(address, person)


async def test_a_stranger_manages_and_reads_nothing(discord: DiscordStandIn, people: People) -> None:
    address = address_of(discord, "papers")
    assert not await people.manages(address, NOBODY)
    assert not await people.may_read(address, NOBODY)


async def test_a_channel_of_another_server_is_nobodys_business_in_this_one(
    discord: DiscordStandIn, people: People
) -> None:
    elsewhere = Address(platform="discord", workspace="1", channel=discord.channel("papers").id)
    assert not await people.manages(elsewhere, discord.home.member("ada").id)


async def test_direct_messages_are_ones_own(discord: DiscordStandIn, people: People) -> None:
    address = address_of(discord, "@ben")
    ada, ben = (discord.home.member(who).id for who in ("ada", "ben"))
    assert await people.manages(address, ben)
    assert await people.may_read(address, ben)
    assert not await people.manages(address, ada)
    assert not await people.may_read(address, ada)
    assert await people.place(address.channel) == "this conversation"


async def test_an_address_that_joins_ones_own_messages_with_another_place_leads_nowhere(
    discord: DiscordStandIn, people: People
) -> None:
    ada = discord.home.member("ada").id
    for channel in ("papers", "@ben"):
        forged = Address(platform="discord", workspace=f"@{ada}", channel=discord.channel(channel).id)
        assert not await people.manages(forged, ada)
        assert not await people.may_read(forged, ada)
        assert await people.why_not_post(forged)


async def test_what_was_asked_is_known_for_five_minutes(
    discord: DiscordStandIn, people: People, clock: FakeClock
) -> None:
    address, mia = address_of(discord, "papers"), discord.home.member("mia").id
    for _ in range(3):
        await people.manages(address, mia)
    assert await people.place(address.channel) == "#papers"
    assert discord.calls("GET /guilds/{guild}/channels") == 1
    assert discord.calls("GET /guilds/{guild}/members/{user}") == 1
    await clock.sleep(301)
    await people.manages(address, mia)
    assert discord.calls("GET /guilds/{guild}/channels") == 2


async def test_a_channel_that_is_not_there_is_refused_and_an_answer_that_names_none_changes_nothing(
    people: People,
) -> None:
    with pytest.raises(Refused):
        await people.channel(NOBODY)
    with pytest.raises(Transient):
        people.learn({"id": 3})


GUILD = {
    "id": "1",
    "owner_id": "90",
    "roles": [
        {"id": "1", "permissions": str(int(Permission.VIEW_CHANNEL))},
        {"id": "2", "permissions": str(int(Permission.SEND_MESSAGES))},
        {"id": "3", "permissions": str(int(Permission.ADMINISTRATOR))},
    ],
}
SEND = str(int(Permission.SEND_MESSAGES))
VIEW = str(int(Permission.VIEW_CHANNEL))


def rule(who: str, *, allow: str = "0", deny: str = "0") -> dict[str, str]:
    return {"id": who, "allow": allow, "deny": deny}


@pytest.mark.parametrize(
    ("user", "roles", "overwrites", "may"),
    [
        ("80", ["2"], [], True),
        ("80", [], [], False),
        ("80", [], [rule("1", allow=SEND)], True),
        ("80", ["2"], [rule("1", deny=SEND)], False),
        ("80", ["2"], [rule("1", deny=SEND), rule("2", allow=SEND)], True),
        ("80", ["2", "4"], [rule("4", allow=SEND), rule("2", deny=SEND)], True),  # given wins over taken
        ("80", ["2"], [rule("2", allow=SEND), rule("80", deny=SEND)], False),
        ("80", ["2"], [rule("1", deny=VIEW)], False),  # who sees nothing does nothing
        ("80", ["3"], [rule("1", deny=SEND), rule("80", deny=VIEW)], True),
        ("90", [], [rule("90", deny=SEND)], True),  # who owns the server
    ],
)
def test_overwrites_go_by_everyone_then_roles_then_the_member(
    user: str, roles: list[str], overwrites: list[dict[str, str]], may: bool
) -> None:
    member = {"user": {"id": user}, "roles": roles}
    assert in_channel(GUILD, member, overwrites).send_messages is may


def test_what_is_no_channel_is_refused_and_what_is_left_out_is_nothing() -> None:
    with pytest.raises(ValueError, match="no channel"):
        channel_of({})
    bare = channel_of({"id": "1", "type": 4})
    assert not bare.takes_messages
    assert not bare.takes_threads
