"""Documents of arXiv: Atom, RSS, the old RDF and the query API; what they say and whether it is what was due."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sources.arxiv import ArxivSource
from bot.domain.paper import Announcement, Batch, Freshness
from bot.errors import SourceError
from bot.ports import SourceContext
from bot.testing.clock import FakeClock
from bot.testing.fetcher import FakeFetcher

MONDAY = date(2026, 6, 1)
SPACES = 'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def entry(
    number: int = 1, kind: str = "new", day: str = "2026-06-01", more: str = "", title: str = ""
) -> str:
    return (
        f"<entry><id>oai:arXiv.org:2605.{number:05d}v1</id><title>{title or f'Knitting {number}'}</title>"
        f'<link href="https://arxiv.org/abs/2605.{number:05d}"/>'
        f"<summary>arXiv:2605.{number:05d}v1 Announce Type: {kind} \nAbstract: Robots\n knit at 5% of the cost.</summary>"
        '<category term="cs.RO"/><category term="cs.LG"/><category term="I.2.6"/>'
        f"<published>{day}T00:00:00-04:00</published><arxiv:announce_type>{kind}</arxiv:announce_type>"
        f"<dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights><dc:creator>Ada Ex\\'ample, Bo Muster</dc:creator>{more}</entry>"
    )


def atom(
    *entries: str, built: str = "2026-06-01T04:00:19.866337+00:00", title: str = "cs.RO updates on arXiv.org"
) -> bytes:
    head = f"<id>http://rss.arxiv.org/atom/cs.RO</id><title>{title}</title><updated>{built}</updated>"
    return f"<?xml version='1.0' encoding='UTF-8'?><feed {SPACES}>{head}{''.join(entries)}</feed>".encode()


def rss(item: str = "", built: str = "Mon, 01 Jun 2026 04:00:02 +0000") -> bytes:
    return (
        f'<rss version="2.0" {SPACES.replace("xmlns=", "xmlns:atom=")}><channel><title>cs.RO updates on arXiv.org</title>'
        f"<lastBuildDate>{built}</lastBuildDate><pubDate>Mon, 01 Jun 2026 00:00:00 -0400</pubDate>{item}</channel></rss>"
    ).encode()


def item(extra: str = "") -> str:
    return (
        "<item><title>Knitting</title><link>https://arxiv.org/abs/2605.00001</link>"
        "<description>arXiv:2605.00001v3 Announce Type: replace-cross \nAbstract: Robots knit.</description>"
        '<guid isPermaLink="false">oai:arXiv.org:2605.00001v3</guid><category>cs.LG</category>'
        f"<dc:creator>Ada Example</dc:creator>{extra}</item>"
    )


RDF = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://arxiv.org/"><title>cs.RO updates on arXiv.org</title>
<dc:date>2019-11-12T20:30:00-05:00</dc:date></channel><item rdf:about="http://arxiv.org/abs/1911.00001">
<title>Do Robots Knit?. (arXiv:1911.00001v2 [cs.RO] UPDATED)</title><link>http://arxiv.org/abs/1911.00001</link>
<description rdf:parseType="Literal">&lt;p&gt;Robots knit.&lt;/p&gt;</description>
<dc:creator>&lt;a href="http://arxiv.org/find/cs/1/au:+E_A"&gt;Ada Example&lt;/a&gt;, &lt;a href="x"&gt;Bo Muster&lt;/a&gt;</dc:creator></item></rdf:RDF>"""


def source() -> ArxivSource:
    clock = FakeClock(datetime(2026, 6, 9, 12, tzinfo=UTC))
    return ArxivSource(SourceContext(fetcher=FakeFetcher(), clock=clock, settings={}))


def parsed(body: bytes, day: date | None = None) -> Batch:
    return source().parse(body, day=day)


def outcome(body: bytes) -> str:
    """Whose batch it became, or the reason it became none."""
    try:
        return parsed(body).source
    except SourceError as error:
        return error.reason


def test_an_atom_entry_is_read_whole() -> None:
    more = "<arxiv:DOI>10.1234/KNIT</arxiv:DOI><arxiv:journal_reference>J. Knit. 5 (2026)</arxiv:journal_reference>"
    batch = parsed(atom(entry(more=more)))
    assert (batch.day, batch.origin, batch.freshness) == (MONDAY, "cs.RO", Freshness.FRESH)
    facts = batch.listings[0].facts
    assert facts.keys == ("arxiv:2605.00001", "doi:10.1234/knit")
    assert facts.abstract == "Robots knit at 5% of the cost."
    assert facts.authors == ("Ada Exámple", "Bo Muster")
    assert facts.categories == ("cs.RO", "cs.LG")
    assert (facts.announced, facts.submitted, facts.version) == (MONDAY, None, 1)
    assert (facts.doi, facts.venue) == ("10.1234/knit", "J. Knit. 5 (2026)")
    assert facts.license == "http://creativecommons.org/licenses/by/4.0/"
    assert facts.url == "https://arxiv.org/abs/2605.00001"


@pytest.mark.parametrize("extra", ["", "<pubDate>Mon, 01 Jun 2026 00:00:00 -0400</pubDate>"])
def test_rss_is_read_with_and_without_dates_on_its_items(extra: str) -> None:
    listing = parsed(rss(item(extra))).listings[0]
    assert (listing.day, listing.kind, listing.origin) == (MONDAY, Announcement.REPLACE_CROSS, "cs.LG")
    assert (listing.facts.version, listing.facts.abstract) == (3, "Robots knit.")


def test_the_old_rdf_keeps_its_facts_in_the_title() -> None:
    batch = parsed(RDF)
    listing = batch.listings[0]
    assert (listing.day, listing.kind, listing.origin) == (date(2019, 11, 13), Announcement.REPLACE, "cs.RO")
    assert (listing.facts.title, listing.facts.version) == ("Do Robots Knit?", 2)
    assert listing.facts.authors == ("Ada Example", "Bo Muster")
    assert listing.facts.abstract == "Robots knit."


def test_new_papers_rank_before_cross_lists_and_replacements_and_each_stands_once() -> None:
    batch = parsed(atom(entry(1, "replace"), entry(2, "cross"), entry(3), entry(3), entry(4)))
    assert [(each.rank, each.facts.keys[0][-1]) for each in batch.listings] == [
        (1, "3"),
        (2, "4"),
        (3, "2"),
        (4, "1"),
    ]


def test_the_day_a_feed_gives_wins_over_the_one_guessed_from_a_file_name() -> None:
    assert parsed(atom(entry()), day=date(2026, 1, 2)).listings[0].day == MONDAY
    undated = atom(entry()).replace(b"2026-06-01T00:00:00-04:00", b"")
    assert parsed(undated, day=date(2026, 1, 2)).listings[0].day == date(2026, 1, 2)


def test_yesterdays_batch_under_todays_build_date_is_stale() -> None:
    batch = parsed(atom(entry(day="2026-06-01"), built="2026-06-02T04:00:02+00:00"))
    assert batch.freshness is Freshness.STALE
    assert "cs.RO" in batch.note
    assert "2026-06-02" in batch.note


def test_a_date_far_ahead_is_not_believed_whoever_says_it() -> None:
    batch = parsed(atom(entry(day="2199-01-01"), entry(2), built="2199-01-01T04:00:00+00:00"))
    assert max(listing.day for listing in batch.listings) <= date(2026, 6, 12)


@pytest.mark.parametrize(
    ("built", "freshness"),
    [
        ("2026-06-06T04:00:02+00:00", Freshness.EMPTY_EXPECTED),  # a Saturday
        ("2026-01-19T04:00:02+00:00", Freshness.EMPTY_EXPECTED),  # Martin Luther King
        ("2026-06-02T04:00:02+00:00", Freshness.EMPTY_UNEXPECTED),
    ],
)
def test_an_empty_feed_is_judged_by_its_day(built: str, freshness: Freshness) -> None:
    batch = parsed(atom(built=built))
    assert batch.freshness is freshness
    assert batch.note


@pytest.mark.parametrize(
    "body",
    [
        atom(title="Feed error for query: cs.XX"),
        atom(
            "<entry><id>http://arxiv.org/api/errors#bad</id><title>Error</title><summary>bad id</summary></entry>"
        ),
    ],
)
def test_an_error_that_comes_as_a_feed_is_an_error(body: bytes) -> None:
    with pytest.raises(SourceError, match="error instead of papers"):
        parsed(body)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (entry(9, title=" \u200b "), "no_title"),
        ("<entry><id>http://arxiv.org/api/errors#x</id><title>Error</title></entry>", "error_entry"),
    ],
)
def test_a_bad_entry_is_rejected_and_the_rest_stands(bad: str, code: str) -> None:
    batch = parsed(atom(entry(1), bad, entry(2)))
    assert len(batch.listings) == 2
    assert [(each.where, each.code) for each in batch.rejected] == [("entry[1]", code)]


def test_an_entry_without_an_arxiv_id_is_known_by_its_link() -> None:
    body = atom("<entry><id>tag:x</id><title>Knit</title><link href='https://example.org/knit'/></entry>")
    facts = parsed(body).listings[0].facts
    assert (facts.keys, facts.url) == (("url:https://example.org/knit",), "https://example.org/knit")


@pytest.mark.parametrize(
    "said", ["2026-06-01T00:00:00-05:00", "2026-06-01T00:00:00Z", "2026-06-01T04:00:00Z"]
)
def test_the_feeds_day_is_read_however_its_midnight_is_written(said: str) -> None:
    body = atom(entry()).replace(b"2026-06-01T00:00:00-04:00", said.encode())
    assert parsed(body).listings[0].day == MONDAY


@pytest.mark.parametrize("said", ["never", "2099-01-01T00:00:00Z", "2026-13-45T00:00:00Z", ""])
def test_an_absurd_or_missing_date_is_replaced_by_the_feeds_own(said: str) -> None:
    body = atom(entry()).replace(b"2026-06-01T00:00:00-04:00", said.encode())
    assert parsed(body).listings[0].day == MONDAY


def test_a_cut_feed_keeps_its_whole_entries() -> None:
    whole = atom(entry(1), entry(2))
    batch = parsed(whole[: whole.rindex(b"<dc:rights>")])
    assert [listing.facts.keys[0] for listing in batch.listings] == ["arxiv:2605.00001"]
    assert batch.rejected[-1].code == "cut_off"
    assert "broke off" in batch.note


@pytest.mark.parametrize("end", range(0, 2_200, 37))
def test_a_feed_cut_anywhere_is_a_batch_or_a_typed_error(end: int) -> None:
    assert outcome(atom(entry(1), entry(2))[:end]) in {"arxiv", "empty_body", "not_the_expected_kind"}


@pytest.mark.parametrize(
    ("found", "put"),
    [
        (b"Knitting 1", b"Knit\x0bting 1"),
        (b"Knitting 1", b"Knitting\xe9 1"),
        (b"Knitting 1", b"Knitting&nbsp;1"),
        (b"Knitting 1", b"Knit & purl &foo; 1"),
        (b"<?xml", b"\xef\xbb\xbf\n<?xml"),
    ],
)
def test_what_xml_does_not_allow_costs_no_paper(found: bytes, put: bytes) -> None:
    batch = parsed(atom(entry(1), entry(2)).replace(found, put, 1))
    assert len(batch.listings) == 2
    assert batch.rejected == ()


def test_a_saved_feed_that_does_not_say_when_it_was_built_is_not_called_stale() -> None:
    body = atom(entry(day="2024-01-02")).replace(b"updated>", b"x>")
    assert parsed(body).freshness is Freshness.FRESH


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty_body"),
        (b"<html><body>Busy</body></html>", "not_the_expected_kind"),
        (b"Rate exceeded.", "not_the_expected_kind"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><feed>&a;</feed>', "malformed"),
        (b'<?xml version="1.0" encoding="klingon"?><feed/>', "malformed"),
    ],
)
def test_what_is_no_feed_of_arxiv_is_a_typed_error(body: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        parsed(body)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("notice", "withdrawn"),
    [("This paper has been withdrawn by the author.", True), ("We study withdrawn yarn.", False)],
)
def test_a_notice_instead_of_an_abstract_means_withdrawn(notice: str, withdrawn: bool) -> None:
    body = atom(entry()).replace(b"Robots\n knit at 5% of the cost.", notice.encode())
    assert parsed(body).listings[0].facts.withdrawn is withdrawn


@pytest.mark.parametrize(
    ("body", "known"),
    [
        (atom(), True),
        (rss(), True),
        (RDF, True),
        (b"<?xml version='1.0'?><feed><link href='https://arxiv.org/abs/2605.00001'/></feed>", False),
        (b"<html>updates on arXiv.org</html>", False),
        (b"<feed xmlns:arxiv='http://arxiv.org/schemas/atom'><title>Knitting news</title></feed>", False),
        (b"", False),
    ],
)
def test_only_arxivs_own_documents_are_recognised(body: bytes, known: bool) -> None:
    assert source().recognises(body[:4096], "a.xml") is known


@given(st.binary(max_size=200))
def test_any_bytes_are_a_batch_or_a_typed_error(body: bytes) -> None:
    assert outcome(b"<feed>" + body) in {"arxiv", "malformed", "not_the_expected_kind"}
