"""Papers as items of feeds: the name each has for ever, and what becomes of hostile words."""

from __future__ import annotations

import re

import feedparser
import pytest

from adapters.web.feeds.atom import atom
from adapters.web.feeds.items import Feed, items_of, lasting_id, line
from adapters.web.feeds.json_feed import json_feed
from bot.commands.archive import Entries, Entry
from bot.domain.digest import Pick, Why
from bot.testing.builders import make_paper
from bot.testing.hostile import HOSTILE

from .feed_rules import checked_atom, checked_json

HERE = "https://papers.example.org"


def hostile_entry(text: str) -> Entry:
    paper = make_paper(
        1,
        **dict.fromkeys(("key", "title", "abstract", "url", "doi", "venue", "comment", "summary"), text),
        **dict.fromkeys(("code_url", "project_url", "thumbnail", "organization", "license"), text),
        **dict.fromkeys(("authors", "categories", "keywords", "sources"), (text, text)),
    )
    why = Why(query=text, subscription_id=None, hits=(text,))
    return Entry(pick=Pick(paper=paper, why=(why,), score=1.0), topics=(text,))


ODD = (
    "\x00\x08\x0b",
    "]]>",
    "\ud800",
    "\udfff tail",
    "\u202eright to left",
    "\ufffe\uffff",
    "",
    " ",
    "&amp;lt;",
    "\u05d0" * 99,
)


def feed_of(text: str) -> Feed:
    """A feed with a text in every field."""
    items = items_of(Entries(title=text, papers=(hostile_entry(text),)), f"{HERE}/paper/")
    return Feed(
        title=line(text) or "t",
        self_url=f"{HERE}/feeds/a.atom",
        other_url=f"{HERE}/feeds/a.json",
        home=f"{HERE}/",
        updated=items[0].updated,
        items=items,
    )


def test_hostile_words_stay_words_in_both_formats() -> None:
    texts = [*HOSTILE, *ODD]
    assert len(texts) > 200
    for text in texts:
        feed = feed_of(text)
        parsed = feedparser.parse(atom(feed))
        assert parsed.bozo == 0, ascii(text)
        checked_atom(atom(feed))
        item = checked_json(json_feed(feed))["items"][0]
        _links_nowhere_else(item["content_html"], text)


def _links_nowhere_else(html: str, text: str) -> None:
    tags = set(re.findall(r"<\s*/?\s*([a-z!?]+)", html))
    assert tags <= {"p", "a"}, ascii(text)
    assert all(re.match(r"https?://", one) for one in re.findall(r'href="([^"]*)"', html)), ascii(text)
    assert len(re.findall("<a ", html)) <= 3


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("arxiv:2606.00001", "https://arxiv.org/abs/2606.00001"),
        ("arxiv:math/0309136", "https://arxiv.org/abs/math/0309136"),
        ("doi:10.1000/a<b>", "https://doi.org/10.1000/a%3Cb%3E"),
        ("openreview:abc_-1", "https://openreview.net/forum?id=abc_-1"),
        ("acl:2020.acl-main.1", "https://aclanthology.org/2020.acl-main.1"),
        ("url:https://example.org/x", "https://example.org/x"),
        ("url:javascript:x", "urn:uuid:"),
        ("title:something", "urn:uuid:"),
    ],
    ids=["arxiv", "old-arxiv", "doi", "openreview", "acl", "url", "script", "other"],
)
def test_a_paper_has_one_name_for_ever(key: str, expected: str) -> None:
    made = lasting_id(make_paper(1, key=key))
    assert made.startswith(expected)
    assert made == lasting_id(make_paper(2, key=key, title="Another title"))
