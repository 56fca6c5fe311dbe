"""Any digest at all is drawn within Discord's limits, whole, the same each time, and without a mention or a foreign link."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings

from adapters.chat.discord.drawing import limits
from adapters.chat.discord.drawing.embeds import size
from adapters.chat.discord.drawing.parts import decoded, marked_repeated, parts_of, plainer
from adapters.chat.discord.drawing.text import link
from bot.domain.digest import Digest
from bot.domain.subscription import Address
from bot.testing.any_digest import digests
from bot.testing.discord_messages import discord_findings

quick = settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
many = settings(quick, max_examples=2_000)
thorough = settings(quick, max_examples=20_000)

ANY = digests(Address(platform="discord", workspace="7", channel="70"), times=("", "09:00", "24:00", "<@1>"))


def check(digest: Digest) -> None:
    own = [url for one in digest.picks for url in (one.paper.url, one.paper.code_url, one.paper.thumbnail)]
    links = {link(url) for url in own} - {""}
    parts = parts_of(digest)
    assert [paper for part in parts for paper in part.papers] == [one.paper.id for one in digest.picks]
    assert [part.payload for part in parts] == [part.payload for part in parts_of(digest)]
    for part in parts:
        posting = decoded(part.payload)
        assert not (posting.in_thread and part.papers)
        message = posting.message
        for one in (message, marked_repeated(message), plainer(message, 1), plainer(message, 2)):
            assert one is not None
            body = json.loads(json.dumps(one.body()))
            assert discord_findings(body, links=links) == []
            assert size(one.embeds) <= limits.EMBED_TEXT


@quick
@given(digest=ANY)
def test_any_digest_is_one_that_discord_takes(digest: Digest) -> None:
    check(digest)


@pytest.mark.slow
@many
@given(digest=ANY)
def test_any_of_many_digests_is_one_that_discord_takes(digest: Digest) -> None:
    check(digest)


@pytest.mark.soak
@thorough
@given(digest=ANY)
def test_any_of_twenty_thousand_digests_is_one_that_discord_takes(digest: Digest) -> None:
    check(digest)
