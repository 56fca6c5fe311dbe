"""Installing the bot in a workspace, in a browser, against a Slack on loopback."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.chat.slack.scopes import BOT


async def test_the_button_leads_to_slack_with_what_the_bot_asks_for(placed) -> None:
    async with placed() as place:
        address = urlsplit(await place.browser().begins())
        asked = {name: value[0] for name, value in parse_qs(address.query).items()}
        assert address.path == "/oauth/v2/authorize"
        assert f"{address.scheme}://{address.netloc}/" == place.slack.state.base
        assert asked["scope"].split(",") == list(BOT)
        assert asked["redirect_uri"] == f"{place.url}/slack/oauth_redirect"
        assert len(asked["state"]) >= 32


async def test_a_workspace_installs_the_bot_and_is_told_what_to_do_next(placed) -> None:
    async with placed() as place:
        home = place.slack.home
        status, page = await place.browser().installs(home.id)
        assert status == 200
        assert f"Paper Round is in {home.name}" in page
        assert "/papers subscribe topic:llm" in page
        one = (await place.kept())[home.id]
        assert (one.name, one.bot_user, one.scopes) == (home.name, home.bot_user, frozenset(BOT))
        assert one.installed_by == home.person("ada").id
        assert one.details["bot_id"]
        assert (one.refresh_token, one.expires_at) == ("", None)
        assert place.office.tokens.known(home.id).token == one.token


async def test_a_token_that_rotates_is_kept_with_what_renews_it(placed) -> None:
    async with placed(rotating=True) as place:
        await place.browser().installs(place.slack.home.id)
        one = (await place.kept())[place.slack.home.id]
        assert one.refresh_token in place.slack.state.vault.refreshes
        lasts = one.expires_at - place.clock.now()
        assert abs(lasts - place.slack.state.vault.lifetime) <= timedelta(seconds=1)


async def test_two_workspaces_are_two_installations(placed) -> None:
    async with placed() as place:
        home, other = place.slack.home.id, place.slack.other.id
        await place.browser().installs(home)
        first = (await place.kept())[home]
        await place.browser().installs(other)
        assert (await place.kept()).keys() == {home, other}
        assert (await place.kept())[home] == first


async def test_whoever_begins_for_one_workspace_and_consents_in_another_installs_in_that(placed) -> None:
    async with placed() as place:
        home, other = place.slack.home.id, place.slack.other.id
        await place.browser().installs(home)
        before = (await place.kept())[home]
        status, page = await place.browser().installs(other, f"?team={home}")
        assert status == 200
        assert place.slack.other.name in page
        assert (await place.kept())[home] == before


async def test_installing_again_replaces_the_token_and_nothing_else(placed) -> None:
    async with placed() as place:
        home = place.slack.home.id
        await place.browser().installs(home)
        before = (await place.kept())[home]
        assert (await place.browser().installs(home))[0] == 200
        after = (await place.kept())[home]
        assert after.token != before.token
        assert replace(after, token=before.token, installed_at=before.installed_at) == before
        assert place.office.tokens.known(home).token == after.token


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked"])
async def test_after_slack_says_that_the_bot_was_removed_nothing_runs_for_that_workspace(
    placed, kind: str
) -> None:
    async with placed() as place:
        home, other = place.slack.home, place.slack.other
        await place.browser().installs(home.id)
        await place.browser().installs(other.id)
        assert await place.types("list", home) == 200
        assert await place.ran.get() == "list"
        place.clock.advance(timedelta(minutes=1))
        event = {"type": kind, "tokens": {"bot": [home.bot_user], "oauth": []}}
        told = {"type": "event_callback", "event_id": "Ev1", "team_id": home.id, "event": event}
        told["event_time"] = int(place.clock.now().timestamp())
        assert await place.posts(json.dumps(told)) == 200
        await place.app.end()
        assert (await place.kept()).keys() == {other.id}
        assert await place.types("status", home) == 200
        await place.app.end()
        assert place.ran.empty()
        assert await place.types("list", other) == 200
        assert await place.ran.get() == "list"
