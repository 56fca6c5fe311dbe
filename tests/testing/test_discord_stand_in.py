"""The stand-in for Discord behaves as discord.py's own HTTP client expects, and as Discord's pages say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import aiohttp
import pytest

from bot.testing.discord import DiscordStandIn, Permission
from bot.testing.discord.messages import CROSSPOSTED


class Rest:
    """A plain client: what it asks is what the stand-in gets."""

    def __init__(self, discord: DiscordStandIn, session: aiohttp.ClientSession) -> None:
        self._discord, self._session = discord, session

    async def __call__(self, line: str, body: object = None, *, token: str = "") -> tuple[int, object]:
        method, path = line.split(" ", 1)
        headers = {"Authorization": f"Bot {token or self._discord.bot_token}"}
        url = self._discord.api_url + path
        async with self._session.request(method, url, json=body, headers=headers) as answer:
            return answer.status, await answer.json() if answer.status != 204 else None


@asynccontextmanager
async def rest_of(discord: DiscordStandIn) -> AsyncIterator[Rest]:
    async with aiohttp.ClientSession() as session:
        yield Rest(discord, session)


@pytest.fixture
async def rest(discord: DiscordStandIn) -> AsyncIterator[Rest]:
    async with rest_of(discord) as one:
        yield one


def place(discord: DiscordStandIn, channel: str) -> str:
    return f"/channels/{discord.channel(channel).id}"


async def test_the_bot_is_known_by_its_token(discord: DiscordStandIn, rest: Rest) -> None:
    status, me = await rest("GET /users/@me")
    assert (status, me["id"]) == (200, discord.state.bot.id)
    assert (await rest("GET /users/@me", token="nobodys"))[0] == 401
    assert len(discord.state.rates.invalid) == 1


async def test_what_is_posted_is_read_back_without_its_nonce(discord: DiscordStandIn, rest: Rest) -> None:
    where = place(discord, "papers")
    status, posted = await rest(f"POST {where}/messages", {"content": "one", "nonce": "k1"})
    assert (status, posted["nonce"]) == (200, "k1")
    await rest(f"POST {where}/messages", {"content": "two"})
    _, read = await rest(f"GET {where}/messages?limit=10")
    assert [one["content"] for one in read] == ["two", "one"]
    assert "nonce" not in read[1]
    _, later = await rest(f"GET {where}/messages?after={posted['id']}")
    assert [one["content"] for one in later] == ["two"]


async def test_an_enforced_nonce_gives_back_the_message_it_made(discord: DiscordStandIn, rest: Rest) -> None:
    line, body = f"POST {place(discord, 'papers')}/messages", {"content": "x", "nonce": "k1"}
    first = (await rest(line, {**body, "enforce_nonce": True}))[1]
    second = (await rest(line, {**body, "enforce_nonce": True}))[1]
    assert first["id"] == second["id"]
    third = (await rest(line, body))[1]
    assert third["id"] != first["id"]
    assert len(discord.posted("papers")) == 2


async def test_a_nonce_is_forgotten_after_some_minutes(discord: DiscordStandIn, rest: Rest) -> None:
    discord.state.nonce_window = -1
    line, body = f"POST {place(discord, 'papers')}/messages", {"content": "x", "nonce": "k1"}
    for _ in range(2):
        await rest(line, {**body, "enforce_nonce": True})
    assert len(discord.posted("papers")) == 2


@pytest.mark.parametrize(
    ("channel", "status", "code"), [("hidden", 403, 50001), ("hushed", 403, 50013), ("reading", 400, 50008)]
)
async def test_a_channel_that_does_not_take_messages_says_why(
    discord: DiscordStandIn, rest: Rest, channel: str, status: int, code: int
) -> None:
    got, said = await rest(f"POST {place(discord, channel)}/messages", {"content": "x"})
    assert (got, said["code"]) == (status, code)


async def test_an_unknown_channel_and_message_are_told_apart(discord: DiscordStandIn, rest: Rest) -> None:
    assert (await rest("GET /channels/1"))[1]["code"] == 10003
    assert (await rest(f"GET {place(discord, 'papers')}/messages/1"))[1]["code"] == 10008
    assert (await rest(f"GET /guilds/{discord.other.id}"))[1]["code"] == 10004


async def test_embeds_vanish_without_a_word_where_they_are_not_allowed(
    discord: DiscordStandIn, rest: Rest
) -> None:
    discord.deny("papers", Permission.EMBED_LINKS)
    body = {"content": "x", "embeds": [{"title": "t"}]}
    status, said = await rest(f"POST {place(discord, 'papers')}/messages", body)
    assert (status, said["embeds"]) == (200, [])
    assert discord.state.counters["embeds_dropped"] == 1


async def test_history_is_empty_where_it_may_not_be_read(discord: DiscordStandIn, rest: Rest) -> None:
    await rest(f"POST {place(discord, 'papers')}/messages", {"content": "x"})
    discord.deny("papers", Permission.READ_MESSAGE_HISTORY)
    assert await rest(f"GET {place(discord, 'papers')}/messages") == (200, [])


async def test_a_thread_has_the_id_of_the_message_it_starts_at(discord: DiscordStandIn, rest: Rest) -> None:
    where = place(discord, "papers")
    _, posted = await rest(f"POST {where}/messages", {"content": "x"})
    status, thread = await rest(f"POST {where}/messages/{posted['id']}/threads", {"name": "Abstracts"})
    assert (status, thread["id"], thread["parent_id"]) == (201, posted["id"], where.split("/")[2])
    again = await rest(f"POST {where}/messages/{posted['id']}/threads", {"name": "Abstracts"})
    assert again[1]["code"] == 160004
    assert (await rest(f"POST /channels/{thread['id']}/messages", {"content": "in it"}))[0] == 200
    assert [one.text for one in discord.threads("papers")[0].messages] == ["", "in it"]


async def test_a_forum_takes_posts_with_its_tags(discord: DiscordStandIn, rest: Rest) -> None:
    where, forum = place(discord, "reading"), discord.channel("reading")
    body = {"name": "Papers", "message": {"content": "first"}, "applied_tags": [forum.tags[0]["id"]]}
    status, post = await rest(f"POST {where}/threads", body)
    assert (status, post["message"]["id"]) == (201, post["id"])
    assert post["applied_tags"] == [forum.tags[0]["id"]]
    forum.needs_tag = True
    refused = await rest(f"POST {where}/threads", {**body, "applied_tags": []})
    assert refused[1]["code"] == 40067
    assert (await rest(f"POST {where}/threads", {**body, "applied_tags": ["1"]}))[1]["code"] == 50035


async def test_active_threads_are_listed_for_who_looks_for_a_post(
    discord: DiscordStandIn, rest: Rest
) -> None:
    await rest(f"POST {place(discord, 'reading')}/threads", {"name": "One", "message": {"content": "x"}})
    _, found = await rest(f"GET /guilds/{discord.home.id}/threads/active")
    assert [one["name"] for one in found["threads"]] == ["One"]


async def test_only_an_announcement_is_crossposted_and_only_once(discord: DiscordStandIn, rest: Rest) -> None:
    for channel, codes in (("papers", [50024]), ("news", [0, 40033])):
        where = place(discord, channel)
        _, posted = await rest(f"POST {where}/messages", {"content": "x"})
        line = f"POST {where}/messages/{posted['id']}/crosspost"
        assert [(await rest(line))[1].get("code", 0) for _ in codes] == codes
    assert discord.posted("news")[0].raw["flags"] & CROSSPOSTED


async def test_only_own_messages_are_edited(discord: DiscordStandIn, rest: Rest) -> None:
    channel = discord.channel("papers")
    theirs = discord.state.say(channel, discord.home.member("ada"), {"content": "hers"}, via="person")
    refused = await rest(f"PATCH /channels/{channel.id}/messages/{theirs.id}", {"content": "x"})
    assert refused[1]["code"] == 50005
    _, own = await rest(f"POST /channels/{channel.id}/messages", {"content": "a", "embeds": [{"title": "t"}]})
    _, edited = await rest(f"PATCH /channels/{channel.id}/messages/{own['id']}", {"content": "b"})
    assert (edited["content"], len(edited["embeds"])) == ("b", 1)


async def test_a_closed_direct_message_refuses(discord: DiscordStandIn, rest: Rest) -> None:
    ben = discord.home.member("ben")
    _, opened = await rest("POST /users/@me/channels", {"recipient_id": ben.id})
    line = f"POST /channels/{opened['id']}/messages"
    assert (await rest(line, {"content": "x"}))[0] == 200
    ben.dms_open = False
    assert (await rest(line, {"content": "x"}))[1]["code"] == 50007


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 50006),
        ({"content": "x" * 2001}, 50035),
        ({"content": "x", "nonce": "n" * 26}, 50035),
        ({"embeds": [{"title": "t" * 257}]}, 50035),
        ({"embeds": [{"description": "d" * 4000}, {"description": "d" * 2001}]}, 50035),
        ({"embeds": [{"title": "t"}] * 11}, 50035),
        ({"embeds": [{"title": "t", "url": "javascript:x"}]}, 50035),
        ({"content": "x", "components": [{"type": 2}]}, 50035),
        (
            {
                "content": "x",
                "components": [
                    {
                        "type": 1,
                        "components": [{"type": 2, "style": 2, "label": "a", "custom_id": "same"}] * 2,
                    }
                ],
            },
            50035,
        ),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, 50035),
    ],
)
async def test_what_discord_would_refuse_is_refused_and_kept(
    discord: DiscordStandIn, rest: Rest, body: dict[str, object], code: int
) -> None:
    status, said = await rest(f"POST {place(discord, 'papers')}/messages", body)
    assert (status, said["code"]) == (400, code)
    assert discord.state.findings


async def test_a_ping_is_seen_unless_mentions_are_off(discord: DiscordStandIn, rest: Rest) -> None:
    line, text = f"POST {place(discord, 'papers')}/messages", "@everyone <@1> <@&2>"
    await rest(line, {"content": text})
    await rest(line, {"content": text, "allowed_mentions": {"parse": []}})
    assert [one.pings for one in discord.posted("papers")] == [("everyone", "1", "2"), ()]


async def test_archived_threads_come_a_page_at_a_time(discord: DiscordStandIn, rest: Rest) -> None:
    where = place(discord, "reading")
    for name in ("one", "two", "three"):
        _, post = await rest(f"POST {where}/threads", {"name": name, "message": {"content": "x"}})
        await rest(f"PATCH /channels/{post['id']}", {"archived": True})
    _, page = await rest(f"GET {where}/threads/archived/public?limit=2")
    assert ([one["name"] for one in page["threads"]], page["has_more"]) == (["three", "two"], True)
    before = quote(page["threads"][-1]["thread_metadata"]["archive_timestamp"])
    _, rest_of_them = await rest(f"GET {where}/threads/archived/public?limit=2&before={before}")
    assert ([one["name"] for one in rest_of_them["threads"]], rest_of_them["has_more"]) == (["one"], False)


async def test_posting_opens_an_archived_thread_and_a_locked_one_refuses(
    discord: DiscordStandIn, rest: Rest
) -> None:
    _, post = await rest(
        f"POST {place(discord, 'reading')}/threads", {"name": "n", "message": {"content": "x"}}
    )
    thread = discord.channel(post["id"])
    thread.archived = True
    assert (await rest(f"PATCH /channels/{thread.id}/messages/{thread.id}", {"content": "y"}))[1][
        "code"
    ] == 50083
    assert (await rest(f"POST /channels/{thread.id}/messages", {"content": "y"}))[0] == 200
    assert not thread.archived
    thread.locked = True
    assert (await rest(f"POST /channels/{thread.id}/messages", {"content": "z"}))[1]["code"] == 50083


async def test_who_added_the_bot_is_told_to_who_may_read_the_log(discord: DiscordStandIn, rest: Rest) -> None:
    line, mia = f"GET /guilds/{discord.home.id}/audit-logs?action_type=28", discord.home.member("mia")
    assert (await rest(line))[1]["code"] == 50013
    discord.home.bot_permissions |= Permission.VIEW_AUDIT_LOG
    discord.home.added_by = mia.id
    assert [one["user_id"] for one in (await rest(line))[1]["audit_log_entries"]] == [mia.id]
