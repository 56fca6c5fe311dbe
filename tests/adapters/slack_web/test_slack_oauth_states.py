"""An installation ends once, in time, and in the browser in which it began."""

from __future__ import annotations

from datetime import timedelta

import pytest
from yarl import URL


async def test_a_page_is_good_once(placed) -> None:
    async with placed() as place:
        browser = place.browser()
        authorize = await browser.begins()
        first = await browser.consents(authorize, team=place.slack.home.id)
        second = await browser.consents(authorize, team=place.slack.other.id)
        cookies = [(one.key, one.value) for one in browser.client.cookie_jar]
        assert (await browser.get(first))[0] == 200
        browser.client.cookie_jar.update_cookies(dict(cookies), URL(place.url))
        status, page = await browser.get(second)
        assert status == 401
        assert "This page is over" in page
        assert (await place.kept()).keys() == {place.slack.home.id}


async def test_a_page_is_good_for_ten_minutes(placed) -> None:
    async with placed() as place:
        browser = place.browser()
        back = await browser.consents(await browser.begins(), team=place.slack.home.id)
        place.clock.advance(timedelta(minutes=10, seconds=1))
        status, page = await browser.get(back)
        assert status == 401
        assert "This page is over" in page
        assert await place.kept() == {}


async def test_nobody_ends_in_their_browser_what_began_in_another(placed) -> None:
    async with placed() as place:
        theirs, ours = place.browser(), place.browser()
        back = await theirs.consents(await theirs.begins(), team=place.slack.home.id)
        await ours.begins()
        for browser in (ours, place.browser()):
            status, page = await browser.get(back)
            assert status == 400
            assert "This did not begin in this browser" in page
        assert await place.kept() == {}
        assert (await theirs.get(back))[0] == 200


@pytest.mark.parametrize("query", ["", "?code=x", "?state=", "?state=%00&code=x", "?state[]=1&code=%ff"])
async def test_a_way_back_without_its_mark_is_refused(placed, query: str) -> None:
    async with placed() as place:
        browser = place.browser()
        await browser.begins()
        assert (await browser.get(f"{place.url}/slack/oauth_redirect{query}"))[0] == 400
        assert await place.kept() == {}


async def test_whoever_says_no_on_slacks_page_reads_that_nothing_happened(placed) -> None:
    async with placed() as place:
        browser = place.browser()
        back = await browser.consents(await browser.begins(), team=place.slack.home.id, answer="cancel")
        status, page = await browser.get(back)
        assert status == 200
        assert "Nothing was installed" in page
        assert await place.kept() == {}


@pytest.mark.parametrize("error", ["<script>alert(1)</script>", "unheard_of", "%00", "invalid_scope"])
async def test_what_an_address_says_is_not_repeated_on_the_page(placed, error: str) -> None:
    async with placed() as place:
        status, page = await place.browser().get(f"{place.url}/slack/oauth_redirect?error={error}")
        assert status == 400
        assert error not in page
        assert "Nothing was installed" in page


@pytest.mark.parametrize("team", ["T1&redirect_uri=https://evil.example", "t0", "T", "T" * 100])
async def test_nothing_can_be_put_into_the_way_to_slack(placed, team: str) -> None:
    async with placed() as place:
        authorize = await place.browser().begins(f"?team={team.replace('&', '%26')}")
        assert "evil" not in authorize
        assert "team=" not in authorize


async def test_the_mark_in_the_browser_is_kept_from_scripts_and_other_sites(placed) -> None:
    async with placed() as place:
        async with place.browser().client.get(f"{place.url}/slack/install") as answer:
            cookie = answer.headers["Set-Cookie"]
            policy = answer.headers["Content-Security-Policy"]
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"} <= set(cookie.split("; "))
        assert policy.startswith("default-src 'none'; style-src 'sha256-")


async def test_whoever_only_looks_at_the_page_begins_nothing(placed) -> None:
    async with placed() as place, place.browser().client.head(f"{place.url}/slack/install") as answer:
        assert answer.status == 200
        assert "Set-Cookie" not in answer.headers
