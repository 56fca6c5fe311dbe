"""What is read out of a feed, and what is no feed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.sources.feed_values import from_json, to_json
from adapters.sources.kinds import looks_like_a_feed
from adapters.sources.parsing import ParsedEntry, ParsedFeed, parse_feed, read_feed
from adapters.sources.reading import SUMMARY_LIMIT, TITLE_LIMIT
from adapters.sources.taming import ITEMS_LIMIT
from bot.errors import SourceError

NAMES = "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:arxiv='http://arxiv.org/schemas/atom'"


def rss(*items: str, title: str = "A Feed") -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f"<?xml version='1.0'?><rss version='2.0' {NAMES}><channel><title>{title}</title>{body}</channel></rss>".encode()


def atom(*entries: str) -> bytes:
    body = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f"<feed xmlns='http://www.w3.org/2005/Atom' {NAMES}><title>An Atom</title>{body}</feed>".encode()


def only(body: bytes, content_type: str = "", url: str = "") -> ParsedEntry:
    (entry,) = read_feed(body, content_type, url=url).entries
    return entry


FULL = rss(
    "<title>Knitting &amp; Walking\n  Robots</title><link>\n https://lab.example/p/1 \n</link>"
    "<guid isPermaLink='false'>oai:arXiv.org:2606.00001v2</guid><pubDate>Mon, 01 Jun 2026 00:00:00 -0400</pubDate>"
    "<description>&lt;p&gt;We knit.&lt;/p&gt;&lt;p&gt;It walks.&lt;/p&gt;</description><dc:creator>Ada Example, Bo Muster</dc:creator>"
    "<category>cs.RO</category><category>cs.LG</category><arxiv:announce_type>cross</arxiv:announce_type>"
    "<arxiv:DOI>10.1234/knit</arxiv:DOI><dc:rights>https://license.example/by</dc:rights>",
    "<title>Second</title><link>https://lab.example/p/2</link>",
)


def test_an_entry_comes_with_all_its_feed_says():
    feed = read_feed(FULL)
    assert feed == ParsedFeed(
        title="A Feed",
        entries=(
            ParsedEntry(
                id="oai:arXiv.org:2606.00001v2",
                link="https://lab.example/p/1",
                title="Knitting & Walking Robots",
                summary="We knit.  It walks.",
                authors=("Ada Example", "Bo Muster"),
                published=date(2026, 6, 1),
                tags=("cs.RO", "cs.LG"),
                extra={
                    "doi": "10.1234/knit",
                    "announce_type": "cross",
                    "rights": "https://license.example/by",
                },
            ),
            ParsedEntry(link="https://lab.example/p/2", title="Second"),
        ),
    )


async def test_the_child_process_reads_the_same():
    assert await parse_feed(FULL) == read_feed(FULL)


def test_a_feed_goes_through_json_and_back():
    feed = read_feed(FULL)
    assert from_json(to_json(feed)) == feed


def test_atom_and_rdf_are_read_too():
    entry = only(
        atom(
            "<title type='html'>In vivo CO&lt;sub&gt;2&lt;/sub&gt;</title><link href='https://lab.example/1'/>"
            "<updated>2026-06-01T23:30:00-02:00</updated><author><name>Ada Example</name></author>"
            "<author><name>Bo Muster</name></author><summary>Short.</summary><content>Long.</content>"
        )
    )
    assert (entry.title, entry.link, entry.summary) == ("In vivo CO2", "https://lab.example/1", "Short.")
    assert (entry.updated, entry.published) == (date(2026, 6, 2), None)
    assert entry.authors == ("Ada Example", "Bo Muster")
    rdf = (
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
        b"<channel><title>R</title></channel><item><title>One</title><link>https://lab.example/1</link></item></rdf:RDF>"
    )
    assert only(rdf).title == "One"


@pytest.mark.parametrize(
    ("given_text", "text"),
    [
        ("for x&lt;b and y&gt;c", "for x<b and y>c"),
        ("a &lt;picture of a man&gt; walks", "a <picture of a man> walks"),
        ("&lt;p&gt;one&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;", "one  two"),
        ("H&lt;sub&gt;2&lt;/sub&gt;O &amp;amp; CO", "H2O & CO"),
        ("&lt;script&gt;evil()&lt;/script&gt;good &lt;b&gt;bold&lt;/b&gt;", "good bold"),
        ("<![CDATA[<p>cdata <i>too</i></p>]]>", "cdata too"),
        ("$a_1$ and \\alpha", "$a_1$ and \\alpha"),
    ],
)
def test_html_becomes_text_and_text_stays(given_text: str, text: str):
    assert only(rss(f"<title>t</title><description>{given_text}</description>")).summary == text


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://good.example@evil.example/", ""),
        ("ftp://lab.example/", ""),
        ("https://lab.example/" + "x" * 3000, ""),
        ("/p/1", "https://feeds.example/p/1"),
        ("http://lab.example/1?a=1&amp;b=2", "http://lab.example/1?a=1&b=2"),
    ],
)
def test_only_plain_links_are_kept_and_relative_ones_resolved(link: str, kept: str):
    body = rss(f"<title>t</title><link>{link}</link>")
    assert only(body, url="https://feeds.example/rss").link == kept


@pytest.mark.parametrize(
    "date_text", ["yesterday", "Mon, 99 Foo 2026", "the 1st of June", "", "mar., 06 janv. 2026"]
)
def test_a_date_that_cannot_be_read_is_none(date_text: str):
    assert only(rss(f"<title>t</title><pubDate>{date_text}</pubDate>")).published is None


UMLAUT = rss("<title>Größe “naïve” 機械</title>").decode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (UMLAUT.encode(), ""),
        (UMLAUT.encode(), "text/xml"),
        (UMLAUT.encode(), "text/xml; charset=iso-8859-1"),
        (UMLAUT.replace("?>", " encoding='iso-8859-1'?>").encode(), "application/xml; charset=utf-8"),
        (b"\xef\xbb\xbf\n\n" + UMLAUT.encode(), ""),
        (UMLAUT.encode("utf-16"), ""),
        (UMLAUT.replace("?>", " encoding='utf-16'?>").encode("utf-16"), "text/xml; charset=utf-16"),
        (UMLAUT.encode("utf-16-be"), ""),
        (UMLAUT.encode("utf-32"), ""),
        (UMLAUT.encode("gb18030"), "text/xml; charset=gb18030"),
        (UMLAUT.replace("?>", " encoding='gb18030'?>").encode("gb18030"), "text/html; charset=no-such-thing"),
    ],
)
def test_titles_are_read_in_whatever_encoding_they_come(body: bytes, content_type: str):
    assert only(body, content_type).title == "Größe “naïve” 機械"


def test_bytes_that_contradict_their_declaration_are_read_as_well_as_can_be():
    body = rss("<title>“Smart” quotes – dash</title>").decode().replace("?>", " encoding='utf-8'?>")
    assert only(body.encode("windows-1252")).title == "“Smart” quotes – dash"


def test_control_characters_and_lone_surrogates_are_left_out():
    body = rss("<title>A\x00B\x07C&#x1b;D&#xD800;&#99999999999;\x1b</title>")
    assert only(body).title == "ABCD"


def test_long_fields_and_long_feeds_are_cut():
    entry = only(rss(f"<title>{'t' * 5000}</title><description>{'d ' * 20_000}</description>"))
    assert len(entry.title) == TITLE_LIMIT
    assert SUMMARY_LIMIT - 1 <= len(entry.summary) <= SUMMARY_LIMIT
    feed = read_feed(rss(*(f"<title>{n}</title>" for n in range(ITEMS_LIMIT + 7))))
    assert (len(feed.entries), feed.left_out, feed.cut, feed.note) == (ITEMS_LIMIT, 7, False, "")
    assert feed.entries[-1].title == str(ITEMS_LIMIT - 1)


NOT_FEEDS = [
    (b"", "empty_body"),
    (b" \r\n\t ", "empty_body"),
    (b"\xef\xbb\xbf", "empty_body"),
    (b"Rate exceeded.", "not_the_expected_kind"),
    (b'{"error": "no"}', "not_the_expected_kind"),
    (b"[]", "not_the_expected_kind"),
    (b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>", "not_the_expected_kind"),
    (b"<html><body><item><title>no</title></item></body></html>", "not_the_expected_kind"),
    (b"<!doctype html><p>Sign in", "not_the_expected_kind"),
    (
        b"<opml version='2.0'><body><outline xmlUrl='https://x.example'/></body></opml>",
        "not_the_expected_kind",
    ),
    (b"<catalog><book/></catalog>", "not_the_expected_kind"),
    (b"\x1f\x8b\x08\x00binary", "not_the_expected_kind"),
    (b"%PDF-1.7 <<", "not_the_expected_kind"),
    (b"<rss version='2.0'><channel><title>Cut he", "malformed"),
]


@pytest.mark.parametrize(("body", "reason"), NOT_FEEDS)
def test_what_is_not_a_feed_is_a_failure_and_never_an_empty_day(body: bytes, reason: str):
    with pytest.raises(SourceError) as caught:
        read_feed(body)
    assert caught.value.reason == reason
    assert looks_like_a_feed(body) == (reason == "malformed")


async def test_the_child_process_says_the_same_of_what_is_not_a_feed():
    with pytest.raises(SourceError, match="OPML") as caught:
        await parse_feed(NOT_FEEDS[9][0])
    assert caught.value.reason == "not_the_expected_kind"


def test_white_space_before_a_feed_does_not_matter():
    assert only(b"\n " * 10_000 + rss("<title>x</title>")).title == "x"


def test_a_feed_without_entries_is_a_feed():
    assert read_feed(rss()).entries == ()


@pytest.mark.parametrize(
    "root",
    [
        b"<rss>",
        b"<RSS version='2.0'>",
        b"<feed xmlns='x'>",
        b"<rdf:RDF x='y'>",
        b"<!-- c --><CHANNEL HREF='x'>",
    ],
)
def test_the_roots_of_feeds_are_recognised(root: bytes):
    assert looks_like_a_feed(b"\xef\xbb\xbf<?xml version='1.0'?>\n<!DOCTYPE html>" + root)
    assert looks_like_a_feed(root.decode().encode("utf-16"))


def test_a_feed_cut_anywhere_never_gives_a_half_read_entry():
    for whole in (FULL, atom("<title>One</title><id>urn:1</id>", "<title>Two</title><summary>x</summary>")):
        entries = read_feed(whole).entries
        for end in range(len(whole)):
            try:
                cut = read_feed(whole[:end])
            except SourceError as error:
                assert error.reason in {"empty_body", "malformed", "not_the_expected_kind"}  # noqa: PT017 - many ends
                continue
            assert cut.entries == entries[: len(cut.entries)]
            assert cut.cut == (
                b"<item>" in whole[:end].split(b"</item>")[-1]
                or b"<entry>" in whole[:end].split(b"</entry>")[-1]
            )


def test_a_feed_that_is_merely_crooked_loses_nothing():
    body = rss("<title>One &nbsp; &undefined;</title>", "<title>Two & three</title>")
    feed = read_feed(body)
    assert [entry.title for entry in feed.entries][1] == "Two & three"
    assert not feed.cut
    assert feed.note


@settings(deadline=None)  # a busy machine is no failure
@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_a_kind_error(body: bytes):
    for candidate in (body, b"<rss><channel><item><title>" + body, rss("<title>x</title>") + body):
        try:
            read_feed(candidate)
        except SourceError as error:
            assert error.reason in {"empty_body", "malformed", "not_the_expected_kind"}  # noqa: PT017 - any of them
