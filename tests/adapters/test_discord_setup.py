"""What `init discord` says, asks and tries, and what `doctor` finds: each is true, and the bad ones say what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from discord import Permissions

from adapters.chat.discord import invite
from adapters.chat.discord.adapter import DiscordAdapter
from adapters.chat.discord.drawing.embeds import Json
from adapters.chat.discord.examining import A_PAGE
from adapters.chat.discord.listening.tree import commands
from adapters.chat.discord.reached import of_application, of_gateway
from adapters.chat.discord.setup import PORTAL, DiscordSetup
from adapters.chat.discord.unanswered import TOKEN, patience, refusal
from bot.ports import ChatContext, Examined, Finding, Setup
from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn, Permission

MINIMAL = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 16 | 1 << 35 | 1 << 38  # what a digest needs, and threads
AUDIT_LOG = 1 << 7


@pytest.fixture
async def discord(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as stand_in:
        monkeypatch.setenv("DISCORD_API_URL", stand_in.api_url)
        yield stand_in


@pytest.fixture
async def adapter(discord: DiscordStandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordAdapter]:
    monkeypatch.setenv(TOKEN, discord.bot_token)
    made = DiscordAdapter(ChatContext(clock=FakeClock(), settings={}))
    yield made
    await made.close()


async def tried(token: str) -> list[Finding]:
    return [one async for one in DiscordSetup().check({TOKEN: token})]


async def found(adapter: DiscordAdapter) -> list[Finding]:
    return [one async for one in adapter.examine()]


def said(findings: list[Finding]) -> str:
    return "\n".join(one.what for one in findings)


def test_it_can_set_up() -> None:
    setup: Setup = DiscordAdapter.setup
    (question,) = setup.questions()
    assert question.variable == TOKEN
    assert question.secret
    assert question.required


def test_the_way_in_begins_with_the_portal_and_is_short() -> None:
    opening = list(DiscordSetup().opening())
    assert PORTAL in opening[2]
    assert len(opening) <= 10
    assert any("Reset Token" in line for line in opening)


def test_the_invite_link_asks_for_these_permissions_and_no_others() -> None:
    link = urlsplit(invite.invite_link("42"))
    asked = parse_qs(link.query)
    assert (link.scheme, link.hostname, link.path) == ("https", "discord.com", "/oauth2/authorize")
    assert asked["client_id"] == ["42"]
    assert asked["scope"] == ["bot applications.commands"]
    assert int(asked["permissions"][0]) == MINIMAL | AUDIT_LOG
    assert "%20" in link.query


def test_the_link_for_oneself_asks_for_commands_alone() -> None:
    asked = parse_qs(urlsplit(invite.own_link("42")).query)
    assert asked["scope"] == ["applications.commands"]
    assert "permissions" not in asked


def test_every_permission_has_its_name_and_its_reason_once() -> None:
    assert len({one.flag for one in invite.ALL}) == len(invite.ALL)
    assert all(one.why and getattr(Permissions.all(), one.flag) for one in invite.ALL)
    assert [one.needed for one in invite.ALL] == sorted((one.needed for one in invite.ALL), reverse=True)


def test_an_administrator_lacks_nothing_and_a_stranger_all() -> None:
    assert invite.lacking(Permissions(administrator=True)) == ()
    assert invite.lacking(Permissions.none()) == invite.IN_CHANNELS


async def test_a_good_token_names_the_bot_and_the_gateway_greets_it(discord: DiscordStandIn) -> None:
    findings = await tried(discord.bot_token)
    assert all(one.good and not one.fix for one in findings)
    assert "the bot is paperround" in said(findings)
    assert "the gateway answers: 1 shard, 1000 starts left today" in said(findings)
    assert not [kind for kind, _ in discord.gateway.seen if kind == "identify"]


async def test_the_word_bot_before_a_token_is_no_part_of_it(discord: DiscordStandIn) -> None:
    assert all(one.good for one in await tried(f"  Bot {discord.bot_token} "))


async def test_once_the_token_is_known_the_invite_link_is_said(discord: DiscordStandIn) -> None:
    setup = DiscordSetup()
    assert PORTAL in str(setup.closing())
    assert [one async for one in setup.check({TOKEN: discord.bot_token})]
    assert invite.invite_link(discord.state.bot.id) in setup.closing()


MISTAKES = {
    "a.b.c": "Discord does not know it",
    "123456789012345678": "an id, as that of the application",
    "0" * 64: "public key",
    "abcdefghijklmnopqrstuvwxyz-12345": "client secret",
    "mfa.abcdefg": "a person's own token",
}


@pytest.mark.parametrize(("token", "what"), MISTAKES.items(), ids=list(MISTAKES.values()))
async def test_what_is_no_token_of_a_bot_is_refused_and_named(
    discord: DiscordStandIn, token: str, what: str
) -> None:
    (finding,) = await tried(token)
    assert not finding.good
    assert not finding.passing
    assert f"{TOKEN} is refused" in finding.what
    assert what in finding.what
    assert "Reset Token" in finding.fix
    assert discord.state.journal[-1].status == 401


@pytest.mark.parametrize(
    "token", ["two words", "Bearer abc", "tok\u00e9n"], ids=["words", "bearer", "letters"]
)
async def test_what_cannot_be_a_token_is_told_before_discord_is_asked(
    discord: DiscordStandIn, token: str
) -> None:
    (finding,) = await tried(token)
    assert f"{TOKEN} cannot be used" in finding.what
    assert not discord.state.journal


async def test_a_discord_that_is_out_of_reach_is_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:9/api/v10")
    (finding,) = await tried("a.b.c")
    assert not finding.good
    assert finding.passing
    assert "no answer" in finding.what


@pytest.mark.parametrize("fault", ["html", "garbage", "500", "503", "reset"])
async def test_a_broken_answer_is_no_refusal(discord: DiscordStandIn, fault: str) -> None:
    discord.faults.add(fault, route="GET /users/@me", times=9)
    (finding,) = await tried(discord.bot_token)
    assert not finding.good
    assert finding.passing


@pytest.mark.parametrize(
    ("fault", "wait"), [("429", "30 seconds"), ("429-global", "30 seconds"), ("ban", "60 minutes")]
)
async def test_too_many_requests_are_told_with_the_time_to_wait(
    discord: DiscordStandIn, fault: str, wait: str
) -> None:
    discord.faults.add(fault, route="GET /users/@me", times=9, seconds=30)
    (finding,) = await tried(discord.bot_token)
    assert finding.passing
    assert finding.what == f"Discord asks for patience: {wait} more"
    assert "nothing is wrong with the token" in finding.fix


async def test_a_gateway_out_of_reach_is_told_apart_from_a_discord_out_of_reach(
    discord: DiscordStandIn,
) -> None:
    discord.gateway.refusals = 1
    finding = (await tried(discord.bot_token))[-1]
    assert finding.passing
    assert "gateway" in finding.what
    assert "443" in finding.fix


async def test_a_token_without_starts_for_today_says_how_long_it_rests() -> None:
    limit = {"total": 1000, "remaining": 1, "reset_after": 7_200_000}
    finding = await of_gateway({"url": "ws://127.0.0.1:9", "shards": 2, "session_start_limit": limit})
    assert finding.passing
    assert "2 hours" in finding.what


SWITCHES: dict[str, tuple[Json, bool, str]] = {
    "endpoint": ({"interactions_endpoint_url": "https://example.org"}, False, "never to the bot"),
    "grant": ({"bot_require_code_grant": True}, True, "invite link does not work"),
    "private": ({"bot_public": False}, True, "you alone can add it"),
    "own": ({"integration_types_config": {"0": {}}}, True, "their own apps"),
}


@pytest.mark.parametrize(("about", "good", "what"), SWITCHES.values(), ids=list(SWITCHES))
def test_a_switch_of_the_portal_that_stands_in_the_way_is_told(about: Json, good: bool, what: str) -> None:
    (finding,) = of_application(about)
    assert finding.good is good
    assert what in finding.what


def test_an_application_as_discord_makes_it_is_left_alone() -> None:
    about = {
        "bot_public": True,
        "interactions_endpoint_url": None,
        "integration_types_config": {"0": {}, "1": {}},
    }
    assert list(of_application(about)) == []


def test_it_offers_a_look_at_itself(adapter: DiscordAdapter) -> None:
    assert isinstance(adapter, Examined)


async def test_doctor_names_servers_commands_and_announcements(
    adapter: DiscordAdapter, discord: DiscordStandIn
) -> None:
    told = said(await found(adapter))
    assert "no command is registered yet" in told
    assert f"it is in 1 server: {discord.home.name}" in told
    assert "DISCORD_CROSSPOST" in told
    discord.state.commands[""] = [{**one, "id": "1"} for one in commands()]
    assert "the commands are registered" in said(await found(adapter))
    discord.state.commands[""] = [{**commands()[0], "name": "other"}]
    assert "other commands are registered" in said(await found(adapter))


async def test_doctor_says_what_the_role_lacks_in_a_server(
    adapter: DiscordAdapter, discord: DiscordStandIn
) -> None:
    discord.home.bot_permissions &= ~Permission.READ_MESSAGE_HISTORY
    discord.home.everyone &= ~Permission.READ_MESSAGE_HISTORY
    (finding,) = [one for one in await found(adapter) if "lacks" in one.what]
    assert finding.what == f"in {discord.home.name} it lacks Read Message History"
    assert "none comes twice" in finding.fix


async def test_a_bot_that_nobody_added_is_given_its_link(
    adapter: DiscordAdapter, discord: DiscordStandIn
) -> None:
    del discord.home.members[discord.state.bot.id]
    (finding,) = [one for one in await found(adapter) if "no server" in one.what]
    assert invite.invite_link(discord.state.bot.id) in finding.fix


async def test_of_very_many_servers_some_are_named(adapter: DiscordAdapter, discord: DiscordStandIn) -> None:
    for number in range(A_PAGE + 20):
        discord.state.add_guild(f"Server {number}", members=(discord.state.bot,))
    (told,) = [one.what for one in await found(adapter) if one.what.startswith("it is in")]
    assert told.endswith("at least 180 more")
    assert "Server 18" in told
    assert "Server 19" not in told


async def test_a_revoked_token_is_all_that_doctor_says(
    adapter: DiscordAdapter, discord: DiscordStandIn
) -> None:
    discord.state.token = "another"
    (finding,) = await found(adapter)
    assert not finding.good
    assert "is refused" in finding.what


async def test_what_discord_will_not_tell_does_not_end_the_look(
    adapter: DiscordAdapter, discord: DiscordStandIn
) -> None:
    discord.faults.add("error", route="GET /applications/*/commands", times=9)
    finding = (await found(adapter))[-1]
    assert finding.passing
    assert "50013" in finding.what


async def test_the_token_is_in_no_finding(discord: DiscordStandIn, adapter: DiscordAdapter) -> None:
    everything = [*await tried(discord.bot_token), *await tried("hush.hush.hush"), *await found(adapter)]
    assert discord.bot_token not in str(everything)
    assert "hush" not in str([*everything, refusal("hush"), patience(5)])
