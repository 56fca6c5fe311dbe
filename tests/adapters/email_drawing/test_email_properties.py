"""Any digest at all is a mail that is whole, below the size at which it is cut, and without a foreign link."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from adapters.chat.email.drawing.parts import part_of
from bot.domain.digest import Digest
from bot.testing.any_digest import digests

from .conftest import HERE, WEB, findings

quick = settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
many = settings(quick, max_examples=400)
thorough = settings(quick, max_examples=20_000)
ANY = digests(HERE, times=("", "09:00", "24:00", "x\r\nBcc: ben@example.org"))


def check(digest: Digest) -> None:
    assert findings(digest) == []
    part = part_of(digest, WEB, "papers@example.org")
    assert part == part_of(digest, WEB, "papers@example.org")
    assert part.papers == tuple(one.paper.id for one in digest.picks)


@quick
@given(digest=ANY)
def test_any_digest_is_a_good_mail(digest: Digest) -> None:
    check(digest)


@pytest.mark.slow
@many
@given(digest=ANY)
def test_any_of_many_digests_is_a_good_mail(digest: Digest) -> None:
    check(digest)


@pytest.mark.soak
@thorough
@given(digest=ANY)
def test_any_of_twenty_thousand_digests_is_a_good_mail(digest: Digest) -> None:
    check(digest)
