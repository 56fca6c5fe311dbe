"""Who may do what, as Slack says who people and channels are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.chat.remembering import Remembered
from adapters.chat.slack.api.people import NOT_ASKED, People
from adapters.chat.slack.api.profiles import channel_of, members_of, person_of
from adapters.chat.slack.api.tokens import Tokens
from adapters.chat.slack.settings import SlackSettings
from bot.domain.subscription import Address
from bot.testing import FakeClock
from bot.testing.slack import SlackStandIn

ALL = ("ada", "olga", "ben", "mia", "gus", "una", "sam", "robo")
READS = ("channels:read", "groups:read", "users:read", "chat:write", "chat:write.public")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def slack(clock: FakeClock) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(clock=clock) as made:
        yield made


@pytest.fixture
async def people(slack: SlackStandIn) -> AsyncIterator[People]:
    made, tokens = people_of(slack)
    yield made
    await tokens.close()


def people_of(slack: SlackStandIn, *scopes: str, managers: tuple[str, ...] = ()) -> tuple[People, Tokens]:
    token = slack.token(*scopes) if scopes else slack.bot_token
    settings = SlackSettings.load(
        api_url=slack.api_url, bot_token=token, app_token=slack.app_token, managers=managers
    )
    tokens = Tokens(settings, None, slack.state.clock)
    return People(tokens, settings, slack.state.clock), tokens


def address(slack: SlackStandIn, channel: str) -> Address:
    place = slack.home.direct(channel[1:]) if channel[0] == "@" else slack.home.channel(channel)
    return Address(platform="slack", workspace=slack.home.id, channel=place.id)


async def managing(people: People, slack: SlackStandIn, channel: str) -> set[str]:
    """Who manages a channel, of everybody."""
    where = address(slack, channel)
    found = set()
    for name in ALL:
        person = slack.home.person(name)
        asker = await people.asker(slack.home.id, person.id, where.channel)
        assert asker.manager == await people.manages(where, person.id)
        found |= {name} if asker.manager else set()
    return found


async def reading(people: People, slack: SlackStandIn, channel: str) -> set[str]:
    """Who may see what is subscribed in a channel, of everybody."""
    where = address(slack, channel)
    return {name for name in ALL if await people.may_read(where, slack.home.person(name).id)}


async def test_admins_owners_and_the_channels_creator_manage(slack: SlackStandIn, people: People) -> None:
    assert await managing(people, slack, "general") == {"ada", "olga"}
    assert await managing(people, slack, "papers") == {"ada", "olga", "ben"}
    assert await managing(people, slack, "secret-papers") == {"ada", "olga", "mia"}


async def test_whoever_is_listed_manages_everywhere_but_no_guest_and_no_stranger(slack: SlackStandIn) -> None:
    listed = tuple(slack.home.person(name).id for name in ("mia", "gus", "una", "sam", "robo"))
    people, tokens = people_of(slack, managers=listed)
    assert await managing(people, slack, "general") == {"ada", "olga", "mia"}
    await tokens.close()


async def test_a_guest_who_made_a_channel_does_not_manage_it(slack: SlackStandIn, people: People) -> None:
    slack.home.channel("papers").creator = slack.home.person("gus").id
    assert await managing(people, slack, "papers") == {"ada", "olga"}


async def test_everybody_manages_their_own_direct_messages_and_nobody_elses(
    slack: SlackStandIn, people: People
) -> None:
    assert await managing(people, slack, "@ben") == {"ben"}
    assert await managing(people, slack, "@gus") == set()
    assert await reading(people, slack, "@ben") == {"ben"}


async def test_without_the_right_to_look_direct_messages_belong_to_whoever_asked_there_first(
    slack: SlackStandIn,
) -> None:
    people, tokens = people_of(slack, *READS)
    ben, mia, home = slack.home.person("ben").id, slack.home.person("mia").id, slack.home.id
    where = address(slack, "@ben")
    assert not await people.manages(where, ben)
    assert (await people.asker(home, ben, where.channel)).manager
    assert not (await people.asker(home, mia, where.channel)).manager
    assert (await people.may_read(where, ben), await people.may_read(where, mia)) == (True, False)
    assert await people.why_not_post(where) == ""
    await tokens.close()


async def test_public_channels_are_read_by_the_workspace_and_private_ones_by_their_members(
    slack: SlackStandIn, people: People
) -> None:
    assert await reading(people, slack, "general") == {"ada", "olga", "ben", "mia", "gus"}
    assert await reading(people, slack, "papers") == {"ada", "olga", "ben", "mia", "gus", "una", "sam"}
    assert await reading(people, slack, "secret-papers") == {"ada", "ben", "mia"}
    assert await reading(people, slack, "closed-circle") == set()


async def test_members_are_read_page_by_page() -> None:
    assert members_of({"members": ["U1", 7], "response_metadata": {"next_cursor": "x"}}) == (["U1"], "x")
    assert members_of({"members": None}) == ([], None)
    assert members_of("nonsense") == ([], None)


async def test_an_asker_has_their_name_and_zone(slack: SlackStandIn, people: People) -> None:
    olga = slack.home.person("olga")
    asker = await people.asker(slack.home.id, olga.id, address(slack, "papers").channel)
    assert (asker.user, asker.name, asker.tz, asker.manager) == (olga.id, "olga", "Asia/Tokyo", True)


@pytest.mark.parametrize("method", ["users.info", "conversations.info"])
async def test_while_slack_cannot_be_asked_nobody_manages_and_reading_goes_on(
    slack: SlackStandIn, people: People, method: str
) -> None:
    slack.faults.add("503", method=method, times=None)
    ben = slack.home.person("ben").id
    asker = await people.asker(slack.home.id, ben, address(slack, "papers").channel)
    assert (asker.user, asker.manager, asker.tz) == (ben, False, "")
    assert not await people.manages(address(slack, "papers"), ben)
    assert not await people.may_read(address(slack, "papers"), ben)


async def test_what_failed_is_asked_again_at_once(slack: SlackStandIn, people: People) -> None:
    slack.faults.add("503", method="users.info")
    ben, where = slack.home.person("ben").id, address(slack, "papers")
    assert [await people.manages(where, ben), await people.manages(where, ben)] == [False, True]


async def test_without_the_right_to_know_people_only_listed_ones_and_creators_manage(
    slack: SlackStandIn,
) -> None:
    rights = tuple(scope for scope in READS if scope != "users:read")
    people, tokens = people_of(slack, *rights, managers=(slack.home.person("mia").id,))
    assert await managing(people, slack, "papers") == {"mia", "ben"}
    await tokens.close()


async def test_slack_is_asked_once_in_five_minutes(
    slack: SlackStandIn, people: People, clock: FakeClock
) -> None:
    ben, where = slack.home.person("ben"), address(slack, "papers")
    for _ in range(3):
        await people.asker(slack.home.id, ben.id, where.channel)
    assert (slack.calls("users.info"), slack.calls("conversations.info")) == (1, 1)
    clock.advance(timedelta(minutes=5))
    await people.asker(slack.home.id, ben.id, where.channel)
    assert (slack.calls("users.info"), slack.calls("conversations.info")) == (2, 2)
    people.forget_channel(slack.home.id, where.channel)
    await people.channel(slack.home.id, where.channel)
    assert slack.calls("conversations.info") == 3


async def test_what_stands_in_the_way_of_posting_is_one_thing_to_do(
    slack: SlackStandIn, people: People
) -> None:
    assert await people.why_not_post(address(slack, "papers")) == ""
    assert await people.why_not_post(address(slack, "lobby")) == ""  # chat:write.public
    assert await people.why_not_post(address(slack, "@ben")) == ""
    assert "Unarchive" in await people.why_not_post(address(slack, "attic"))
    assert "/invite @paperround" in await people.why_not_post(address(slack, "closed-circle"))


async def test_a_bot_that_was_just_invited_may_post_at_once(slack: SlackStandIn, people: People) -> None:
    where = address(slack, "closed-circle")
    assert await people.why_not_post(where)
    slack.home.channel("closed-circle").members.add(slack.home.bot_user)
    assert await people.why_not_post(where) == ""


async def test_a_public_channel_needs_an_invitation_where_the_bot_may_not_post_uninvited(
    slack: SlackStandIn,
) -> None:
    rights = tuple(scope for scope in READS if scope != "chat:write.public")
    people, tokens = people_of(slack, *rights)
    assert "/invite @paperround" in await people.why_not_post(address(slack, "lobby"))
    assert await people.why_not_post(address(slack, "papers")) == ""
    await tokens.close()


async def test_when_slack_does_not_say_nobody_pretends_to_know(slack: SlackStandIn, people: People) -> None:
    slack.faults.add("503", method="conversations.info")
    assert await people.why_not_post(address(slack, "papers")) == NOT_ASKED


async def test_places_are_called_as_people_call_them(slack: SlackStandIn, people: People) -> None:
    home = slack.home.id
    assert await people.place(home, address(slack, "papers").channel) == "#papers"
    assert await people.place(home, address(slack, "secret-papers").channel) == "#secret-papers"
    assert await people.place(home, address(slack, "@ben").channel) == "this conversation"
    assert await people.place(home, "C0NOWHERE") == "this conversation"
    slack.faults.add("500", method="conversations.info")
    assert await people.place(home, address(slack, "general").channel) == "this channel"


async def test_another_workspaces_people_and_channels_are_not_asked_about(
    slack: SlackStandIn, people: People
) -> None:
    ada = slack.home.person("ada").id
    there = Address(platform="slack", workspace=slack.other.id, channel=slack.other.channel("papers").id)
    assert not await people.manages(there, ada)
    assert not await people.may_read(there, ada)
    assert await people.why_not_post(there) == NOT_ASKED
    assert slack.calls("users.info") + slack.calls("conversations.info") == 0


PEOPLE: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"is_admin": True}, "is_admin"),
    ({"is_owner": True}, "is_admin"),
    ({"is_restricted": True}, "is_guest"),
    ({"is_ultra_restricted": True}, "is_guest"),
    ({"is_stranger": True}, "is_stranger"),
    ({"team_id": "T2"}, "is_stranger"),
    ({"team_id": "T2", "enterprise_user": {"teams": ["T1"]}}, ""),
    ({"is_bot": True}, "is_bot"),
    ({"deleted": True}, "is_deleted"),
    ({"is_admin": "yes", "is_restricted": 1}, ""),
]


@pytest.mark.parametrize(("said", "mark"), PEOPLE, ids=str)
def test_a_person_is_what_slack_says_and_no_more(said: dict[str, Any], mark: str) -> None:
    person = person_of({"id": "U1", "team_id": "T1", **said}, "U1", "T1")
    marks = ("is_admin", "is_guest", "is_stranger", "is_bot", "is_deleted")
    assert [one for one in marks if getattr(person, one)] == ([mark] if mark else [])


@pytest.mark.parametrize("said", [None, [], "x", {"profile": "x", "name": 7}])
def test_nonsense_about_a_person_gives_them_no_rights(said: object) -> None:
    person = person_of(said, "U1", "T1")
    assert (person.id, person.name, person.is_admin) == ("U1", "", False)


@pytest.mark.parametrize("said", [None, {}, {"is_private": "no"}, {"is_im": True, "is_private": False}])
def test_a_channel_that_does_not_say_it_is_public_is_private(said: object) -> None:
    assert channel_of(said, "C1").is_private


def test_what_is_remembered_is_bounded(clock: FakeClock) -> None:
    some: Remembered[int] = Remembered(clock, most=2)
    for number in range(3):
        some.put(("T", str(number)), number)
    assert [some.get(("T", str(number))) for number in range(3)] == [None, 1, 2]
