"""One work, one key, in whatever form its identifier comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.identity import arxiv_id_of, canonical_url, doi_of, identity_keys, title_key

FORMS = [
    "2606.00001",
    "2606.00001v2",
    " 2606.00001v12 ",
    "2606.00001.pdf",
    "arXiv:2606.00001",
    "arxiv: 2606.00001v1 [cs.RO]",
    "http://arxiv.org/abs/2606.00001v3",
    "https://www.arxiv.org/pdf/2606.00001v1.pdf",
    "https://arxiv.org/html/2606.00001",
    "https://export.arxiv.org/abs/2606.00001?context=cs",
    "https://huggingface.co/papers/2606.00001",
    "hf.co/papers/2606.00001",
    "https://www.alphaxiv.org/abs/2606.00001",
    "https://ar5iv.labs.arxiv.org/html/2606.00001",
    "10.48550/arXiv.2606.00001",
    "https://doi.org/10.48550/ARXIV.2606.00001",
    "oai:arXiv.org:2606.00001v2",
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_an_arxiv_id_is_read(form: str) -> None:
    assert arxiv_id_of(form) == "2606.00001"


@pytest.mark.parametrize(
    ("form", "identifier"),
    [
        ("0704.0001", "0704.0001"),
        ("hep-th/9711200v2", "hep-th/9711200"),
        ("https://arxiv.org/abs/hep-th/9711200", "hep-th/9711200"),
        ("math.GT/0309136", "math/0309136"),
        ("oai:arXiv.org:math/0309136v1", "math/0309136"),
        ("https://arxiv.org/pdf/math.GT/0309136", "math/0309136"),
    ],
)
def test_old_ids_lose_their_subject_class(form: str, identifier: str) -> None:
    assert arxiv_id_of(form) == identifier


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2613.00001",
        "260.0001",
        "see 2606.00001 there",
        "10.1234/2606.00001",
        "https://example.org/2606.00001",
        "https://arxiv.org/list/cs.RO/new",
        "nonsense/0309136",
    ],
)
def test_what_is_no_arxiv_id_is_none(text: str) -> None:
    assert arxiv_id_of(text) is None


@pytest.mark.parametrize(
    ("link", "doi"),
    [
        ("https://doi.org/10.1234/KNIT.5", "10.1234/knit.5"),
        ("doi:10.1/x", "10.1/x"),
        ("https://dl.acm.org/doi/abs/10.1145/1111.2222", "10.1145/1111.2222"),
        ("https://onlinelibrary.wiley.com/doi/full/10.1002/knit.7", "10.1002/knit.7"),
        ("https://link.springer.com/article/10.1007/s1-2/fulltext.html?a=b", "10.1007/s1-2/fulltext.html"),
        ("https://www.nature.com/articles/s41586-026-00001-2#Sec1", "10.1038/s41586-026-00001-2"),
        (
            "https://www.biorxiv.org/content/10.1101/2026.01.01.573123v2.full.pdf?rss=1",
            "10.1101/2026.01.01.573123",
        ),
        ("https://journals.plos.org/plosone/article?id=10.1371/journal.pone.1", "10.1371/journal.pone.1"),
        ("https://doi.org/10.1016%2Fj.knit.2026.1", "10.1016/j.knit.2026.1"),
        ("10.1234/a(b)c", "10.1234/a(b)c"),
        ("(https://doi.org/10.1234/abc).", "10.1234/abc"),
    ],
)
def test_a_doi_is_found_in_a_publishers_link(link: str, doi: str) -> None:
    assert doi_of(link) == doi


def test_keys_come_strongest_first() -> None:
    keys = identity_keys(arxiv_id="2606.00001v2", doi="10.1234/X", url="https://example.org/paper")
    assert keys == ("arxiv:2606.00001", "doi:10.1234/x", "url:https://example.org/paper")


def test_an_arxiv_doi_is_the_arxiv_id_and_nothing_else() -> None:
    assert identity_keys(doi="10.48550/arXiv.2606.00001") == ("arxiv:2606.00001",)


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("https://openreview.net/forum?id=aBcD_-1234&noteId=z", ("openreview:aBcD_-1234",)),
        ("https://openreview.net/pdf?id=aBcD_-1234", ("openreview:aBcD_-1234",)),
        ("https://aclanthology.org/2026.acl-main.1/", ("acl:2026.acl-main.1",)),
        ("https://aclanthology.org/2026.acl-main.1.pdf", ("acl:2026.acl-main.1",)),
        ("https://www.aclweb.org/anthology/p19-1001v2.pdf", ("acl:P19-1001",)),
        (
            "https://doi.org/10.18653/v1/2026.acl-main.1",
            ("doi:10.18653/v1/2026.acl-main.1", "acl:2026.acl-main.1"),
        ),
        ("https://arxiv.org/abs/2606.00001", ("arxiv:2606.00001",)),
    ],
)
def test_a_link_that_holds_an_identifier_is_no_key_itself(url: str, keys: tuple[str, ...]) -> None:
    assert identity_keys(url=url) == keys


@pytest.mark.parametrize(
    "url",
    [
        "http://EXAMPLE.org:80/Paper/?utm_source=feed&b=1#top",
        "https://example.org/Paper?b=1",
        "https://example.org:443/Paper/?b=1&fbclid=zzz",
    ],
)
def test_spellings_of_one_address_agree(url: str) -> None:
    assert canonical_url(url) == "https://example.org/Paper?b=1"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.org/",
        "https://example.org",
        "javascript:alert(1)",
        "http://[bad",
        "https://a:b:c/",
        "/relative",
        "https://example.org?utm_source=x",
    ],
)
def test_what_names_no_page_is_nobodys_key(url: str) -> None:
    assert canonical_url(url) == ""
    assert identity_keys(url=url) == ()


def test_titles_fold_over_case_marks_and_hyphens() -> None:
    assert title_key("Fine-Tuning Robots!", "Ada Example") == title_key("fine tuning  róbots", "A. Example")


@pytest.mark.parametrize(
    ("title", "author"),
    [("Walking Robots", "Ada Example"), ("Knitting Robots", "Bo Muster"), ("Knitting Robots", "")],
)
def test_another_title_or_surname_is_another_paper(title: str, author: str) -> None:
    assert title_key(title, author) != title_key("Knitting Robots", "Ada Example")


def test_a_surname_may_stand_first() -> None:
    assert title_key("Knitting", "Example, Ada") == title_key("Knitting", "Ada Example")


def test_titles_of_signs_alone_still_differ() -> None:
    assert title_key("???", "") != title_key("!!!", "")


@given(st.text(max_size=200), st.text(max_size=50))
def test_any_text_has_a_title_key_and_no_reader_of_keys_fails(text: str, author: str) -> None:
    assert title_key(text, author).startswith("hash:")
    assert isinstance(identity_keys(url=text, arxiv_id=text, doi=text, text=text), tuple)


@given(st.sampled_from(["http", "https"]), st.text(max_size=60))
def test_a_canonical_address_stays_itself(scheme: str, rest: str) -> None:
    once = canonical_url(f"{scheme}://example.org/{rest}")
    assert canonical_url(once) == once
