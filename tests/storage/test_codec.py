from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.digest import Digest, Folded, Group, Pick, Why
from bot.domain.paper import Paper
from bot.domain.subscription import Address
from bot.errors import SchemaError
from bot.storage import codec
from bot.testing.builders import make_paper

quick = settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))

texts = st.text(max_size=8)
scores = st.floats(allow_nan=False, allow_infinity=False)
papers = st.builds(
    Paper,
    id=st.integers(1, 10**15),
    first_seen=st.datetimes(timezones=st.just(UTC)),
    submitted=st.none() | st.dates(),
    provenance=st.dictionaries(texts, texts, max_size=3),
)
picks = st.builds(
    Pick,
    paper=papers,
    why=st.lists(st.builds(Why), max_size=2).map(tuple),
    score=scores,
)
digests = st.builds(
    Digest,
    address=st.builds(Address),
    groups=st.lists(st.builds(Group, picks=st.lists(picks, max_size=2).map(tuple)), max_size=2).map(tuple),
    folded=st.lists(st.builds(Folded, query=texts, score=scores), max_size=4).map(tuple),
)


@quick
@given(digest=digests)
def test_a_digest_comes_back_exactly_as_it_was_frozen(digest: Digest) -> None:
    assert codec.loads(codec.dumps(digest)) == digest


def frozen(digest: Digest) -> dict[str, object]:
    content: dict[str, object] = json.loads(codec.dumps(digest))
    return content


def a_digest() -> Digest:
    pick = Pick(
        paper=make_paper(1), why=(Why(query="knit", subscription_id=None, hits=("title knit",)),), score=0.5
    )
    return Digest(
        address=Address(platform="console", workspace="local", channel="terminal"),
        destination="this terminal",
        day=make_paper(1).first_seen.date(),
        tz="UTC",
        groups=(Group(title="knit", picks=(pick,)),),
    )


def test_a_field_that_a_later_version_added_gets_its_default() -> None:
    content = frozen(a_digest())
    del content["late"]
    del content["folded"]
    assert codec.loads(json.dumps(content)) == a_digest()


def test_a_field_that_a_later_version_dropped_is_passed_over() -> None:
    assert codec.loads(json.dumps(frozen(a_digest()) | {"mood": "fine"})) == a_digest()


def test_a_digest_frozen_with_whole_folded_papers_is_still_read() -> None:
    digest = replace(a_digest(), folded=(Folded(paper_id=make_paper(1).id, score=0.5, query="knit"),))
    content = frozen(digest)
    content["folded"] = content["groups"][0]["picks"]  # type: ignore[index]  # as version 1 wrote it
    assert codec.loads(json.dumps(content), 1) == digest


def test_a_thousand_folded_papers_freeze_into_few_letters() -> None:
    query = " OR ".join(f'"word {number}"' for number in range(40))
    many = tuple(Folded(paper_id=20260601_00000 + n, score=2.3219, query=query) for n in range(1_000))
    grown = len(codec.dumps(replace(a_digest(), folded=many))) - len(codec.dumps(a_digest()))
    assert grown < 40_000


def test_content_of_a_newer_kind_is_refused() -> None:
    with pytest.raises(SchemaError, match="newer version"):
        codec.loads(codec.dumps(a_digest()), codec.VERSION + 1)


def test_what_json_cannot_say_is_refused_when_it_is_frozen() -> None:
    odd = replace(a_digest(), tz=object())  # type: ignore[arg-type]  # that is the point
    with pytest.raises(TypeError, match="cannot hold"):
        codec.dumps(odd)
