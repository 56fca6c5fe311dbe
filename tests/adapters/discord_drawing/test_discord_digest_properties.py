"""Any digest at all is drawn within Discord's limits, whole, the same each time, and without a mention or a foreign link."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.chat.discord.drawing import limits
from adapters.chat.discord.drawing.embeds import size
from adapters.chat.discord.drawing.parts import decoded, marked_repeated, parts_of, plainer
from adapters.chat.discord.drawing.text import link
from bot.domain.digest import Digest, Folded, Group, Pick, Why
from bot.domain.paper import Paper
from bot.domain.subscription import Address
from bot.testing.builders import make_paper
from bot.testing.discord_messages import discord_findings
from bot.testing.hostile import HOSTILE

quick = settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
many = settings(quick, max_examples=2_000)
thorough = settings(quick, max_examples=20_000)

REPEATED = st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=6), st.integers(1, 1500))
TEXTS = st.text(max_size=40) | st.sampled_from(HOSTILE) | REPEATED
SHORT = st.text(max_size=20) | st.sampled_from(HOSTILE)
ADDRESSES = st.sampled_from(("", "https://papers.example/1", "http://b\u00fccher.example/2")) | SHORT
NAMES = st.lists(SHORT, max_size=4).map(tuple)
COUNTS = st.integers(0, 10**9)


@st.composite
def papers(draw: st.DrawFn, number: int) -> Paper:
    texts = {name: draw(TEXTS) for name in ("title", "abstract", "summary", "venue")}
    addresses = {name: draw(ADDRESSES) for name in ("url", "code_url", "thumbnail")}
    lists = {name: draw(NAMES) for name in ("authors", "categories", "sources")}
    counts = {"votes": draw(COUNTS), "stars": draw(st.none() | COUNTS), "withdrawn": draw(st.booleans())}
    return make_paper(number, **texts, **addresses, **lists, **counts)


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    sizes = draw(st.lists(st.integers(1, 12), max_size=4))
    drawn, groups = [draw(papers(number)) for number in range(1, 4)], []
    for at in sizes:
        hits = Why(query=draw(SHORT), subscription_id=1, hits=draw(NAMES))
        picks = [Pick(paper=draw(st.sampled_from(drawn)), why=(hits,), score=1.0) for _ in range(at)]
        groups.append(Group(title=draw(SHORT), picks=tuple(picks)))
    return Digest(
        address=Address(platform="discord", workspace="7", channel="70"),
        destination=draw(SHORT),
        day=draw(st.dates(min_value=date(1000, 1, 1))),
        tz="Europe/Berlin",
        groups=tuple(groups),
        folded=(Folded(paper_id=1, score=1.0),) * draw(st.integers(0, 3)),
        deferred=(7,) * draw(st.integers(0, 2)),
        notes=tuple(draw(st.lists(TEXTS, max_size=3))),
        late=draw(st.booleans()),
        combined=(date(2026, 11, 1),) * draw(st.integers(0, 2)),
        sample=draw(st.booleans()),
        at=draw(st.sampled_from(("", "09:00", "24:00", "<@1>"))),
    )


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
@given(digest=digests())
def test_any_digest_is_one_that_discord_takes(digest: Digest) -> None:
    check(digest)


@pytest.mark.slow
@many
@given(digest=digests())
def test_any_of_many_digests_is_one_that_discord_takes(digest: Digest) -> None:
    check(digest)


@pytest.mark.soak
@thorough
@given(digest=digests())
def test_any_of_twenty_thousand_digests_is_one_that_discord_takes(digest: Digest) -> None:
    check(digest)
