"""The schema of RFC 4287 itself takes every feed, whatever words are in it, and would not take just anything."""

from __future__ import annotations

import pytest

from adapters.web.feeds.atom import atom
from bot.testing.hostile import HOSTILE

from .relax_ng import is_valid_atom
from .test_web_feed_items import ODD, feed_of
from .test_web_feeds import Asked, follow  # noqa: F401 - a fixture

FEED = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><id>http://example.org/</id><title>t</title>'
    b"<updated>2026-01-01T00:00:00Z</updated>%b</feed>"
)


@pytest.mark.parametrize(
    "path",
    [
        "newest.atom",
        "day/2026-05-28.atom",
        "day/2026-05-30.atom",
        "topic/robotics.atom",
        "search.atom?q=knitting",
    ],
)
async def test_every_feed_is_valid(follow: Asked, path: str) -> None:  # noqa: F811 - the fixture
    assert is_valid_atom((await follow(f"/feeds/{path}")).content)


def test_hostile_words_leave_it_valid() -> None:
    for text in (*HOSTILE, *ODD):
        assert is_valid_atom(atom(feed_of(text))), ascii(text)


@pytest.mark.parametrize(
    ("more", "valid"),
    [
        (b"", True),
        (b'<link href="http://example.org/"/><category term="x"/><author><name>n</name></author>', True),
        (b'<x:more xmlns:x="urn:x" a="b"><x:c/>words</x:more>', True),
        (b"<id>http://example.org/2</id>", False),
        (b"<author/>", False),
        (b"<link/>", False),
        (b'<link href="x" type="nonsense"/>', False),
        (b'<category label="x"/>', False),
        (b"<entry/>", False),
        (b"<entry><id>i</id><title>t</title><updated>yesterday</updated></entry>", False),
        (
            b'<entry><id>i</id><title type="odd">t</title><updated>2026-01-01T00:00:00Z</updated></entry>',
            False,
        ),
        (b"<invented/>", False),
        (b"<unclosed>", False),
    ],
    ids=[
        "least",
        "more",
        "foreign",
        "two-ids",
        "author",
        "link",
        "type",
        "category",
        "entry",
        "date",
        "title",
        "unknown",
        "torn",
    ],
)
def test_the_schema_tells_feeds_from_others(
    capfd: pytest.CaptureFixture[str], more: bytes, valid: bool
) -> None:
    assert is_valid_atom(FEED % more) is valid
    capfd.readouterr()  # libxml2 says on stderr why not
