from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.digest import Digest, Folded, Group, Pick, Why
from bot.domain.paper import Paper
from bot.domain.subscription import Address
from bot.errors import SchemaError
from bot.storage import codec
from bot.storage.codec import Freezer, Frozen
from bot.storage.plain import plain
from bot.testing.builders import make_paper

quick = settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))

texts = st.text(max_size=8)
scores = st.floats(allow_nan=False, allow_infinity=False)
ids = st.integers(1, 2**63 - 1)  # as a database has them
papers = st.builds(
    Paper,
    id=st.integers(1, 10**15),
    first_seen=st.datetimes(timezones=st.just(UTC)),
    submitted=st.none() | st.dates(),
    votes=ids,
    comments=ids,
    stars=st.none() | ids,
    provenance=st.dictionaries(texts, texts, max_size=3),
)
picks = st.builds(
    Pick,
    paper=papers,
    why=st.lists(st.builds(Why, subscription_id=st.none() | ids), max_size=2).map(tuple),
    score=scores,
)
digests = st.builds(
    Digest,
    address=st.builds(Address),
    groups=st.lists(st.builds(Group, picks=st.lists(picks, max_size=2).map(tuple)), max_size=2).map(tuple),
    deferred=st.lists(ids, max_size=3).map(tuple),
    folded=st.lists(st.builds(Folded, paper_id=ids, query=texts, score=scores), max_size=4).map(tuple),
)


DAY = date(2026, 6, 1)


def thawed(frozen: Frozen, version: int = codec.VERSION) -> Digest:
    pieces = {key: codec.piece_of(body) for key, body in frozen.pieces.items()}
    return codec.digest_of(codec.opened(frozen.text, version), version, pieces)


@quick
@given(digest=digests)
def test_a_digest_comes_back_exactly_as_it_was_frozen(digest: Digest) -> None:
    assert thawed(Freezer().freeze(digest, DAY)) == digest


def frozen(digest: Digest) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Freezer().freeze(digest, DAY).text)
    return content


def read_anew(content: dict[str, Any]) -> Digest:
    """A digest whose own text is this, with the pieces of `a_digest`."""
    pieces = Freezer().freeze(a_digest(), DAY).pieces
    return thawed(Frozen(text=json.dumps(content), pieces=pieces))


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
    assert read_anew(content) == a_digest()


def test_a_field_that_a_later_version_dropped_is_passed_over() -> None:
    assert read_anew(frozen(a_digest()) | {"mood": "fine"}) == a_digest()


def test_what_two_digests_share_is_frozen_under_one_key() -> None:
    mine, freezer = a_digest(), Freezer()
    first = freezer.freeze(mine, DAY)
    other = freezer.freeze(replace(mine, destination="another terminal"), DAY)
    assert first.pieces == other.pieces
    assert len(first.pieces) == 1
    assert first.text != other.text


def test_a_piece_has_another_key_on_another_day() -> None:
    freezer = Freezer()
    first, second = (freezer.freeze(a_digest(), DAY + timedelta(days=number)).pieces for number in (0, 1))
    assert first.keys().isdisjoint(second)
    assert [*first.values()] == [*second.values()]


def test_two_freezers_give_a_piece_the_same_key() -> None:
    assert Freezer().freeze(a_digest(), DAY) == Freezer().freeze(a_digest(), DAY)


def test_a_digest_frozen_whole_is_still_read() -> None:
    digest = replace(a_digest(), folded=(Folded(paper_id=make_paper(1).id, score=0.5, query="knit"),))
    whole = plain(digest)
    picks = whole["groups"][0]["picks"]
    packed = {"queries": ["knit"], "papers": [[make_paper(1).id, 0.5, 0]]}
    for version, folded in ((1, picks), (2, packed)):  # as these versions wrote it
        text = json.dumps(whole | {"folded": folded})
        assert thawed(Frozen(text=text, pieces={}), version) == digest


def test_a_thousand_folded_papers_freeze_into_few_letters() -> None:
    query = " OR ".join(f'"word {number}"' for number in range(40))
    many = tuple(Folded(paper_id=20260601_00000 + n, score=2.3219, query=query) for n in range(1_000))
    frozen_many = Freezer().freeze(replace(a_digest(), folded=many), DAY)
    assert len(frozen_many.text) < 1_000
    assert sum(map(len, frozen_many.pieces.values())) < 40_000


def test_content_of_a_newer_kind_is_refused() -> None:
    with pytest.raises(SchemaError, match="newer version"):
        codec.opened("{}", codec.VERSION + 1)


def test_a_digest_whose_paper_is_gone_says_so() -> None:
    frozen_digest = Freezer().freeze(a_digest(), DAY)
    with pytest.raises(SchemaError, match="is missing"):
        thawed(Frozen(text=frozen_digest.text, pieces={}))


def test_what_json_cannot_say_is_refused_when_it_is_frozen() -> None:
    odd = replace(a_digest(), tz=object())  # type: ignore[arg-type]  # that is the point
    with pytest.raises(TypeError, match="cannot hold"):
        Freezer().freeze(odd, DAY)
