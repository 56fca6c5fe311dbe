"""Any digest at all is drawn within Slack's limits, whole, the same each time, and without a mention or a foreign link."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings

from adapters.chat.slack.drawing import limits
from adapters.chat.slack.drawing.blocks import size
from adapters.chat.slack.drawing.parts import decoded, marked_repeated, parts_of, plainer
from adapters.chat.slack.drawing.text import link
from bot.domain.digest import Digest
from bot.domain.subscription import Address
from bot.testing.any_digest import digests
from bot.testing.slack_blocks import slack_findings

quick = settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
many = settings(quick, max_examples=2_000)
thorough = settings(quick, max_examples=20_000)

ANY = digests(Address(platform="slack", workspace="T1", channel="C1"))


def check(digest: Digest) -> None:
    own = [url for one in digest.picks for url in (one.paper.url, one.paper.code_url, one.paper.thumbnail)]
    links = {link(url) for url in own} - {""}
    parts = parts_of(digest)
    assert [paper for part in parts for paper in part.papers] == [one.paper.id for one in digest.picks]
    assert [part.payload for part in parts] == [part.payload for part in parts_of(digest)]
    for part in parts:
        posting = decoded(part.payload)
        assert posting.in_thread == (part.number > 0)
        message = posting.message
        for one in (message, marked_repeated(message), plainer(message, 1), plainer(message, 2)):
            assert one is not None
            blocks = json.loads(json.dumps(one.blocks))
            assert slack_findings({"text": one.text, "blocks": blocks}, links=links) == []
            assert size(one.blocks) <= limits.MESSAGE_TEXT


@quick
@given(digest=ANY)
def test_any_digest_is_one_that_slack_takes(digest: Digest) -> None:
    check(digest)


@pytest.mark.slow
@many
@given(digest=ANY)
def test_any_of_many_digests_is_one_that_slack_takes(digest: Digest) -> None:
    check(digest)


@pytest.mark.soak
@thorough
@given(digest=ANY)
def test_any_of_twenty_thousand_digests_is_one_that_slack_takes(digest: Digest) -> None:
    check(digest)
