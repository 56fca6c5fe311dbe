"""The keys a work is known by: whatever form an identifier comes in, one canonical spelling."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

# https://info.arxiv.org/help/arxiv_identifier.html
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "econ|eess|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|"
    "plasm-ph|q-alg|q-bio|q-fin|quant-ph|solv-int|stat|supr-con"
)
_NEW_ID = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_OLD_ID = rf"(?:{_ARCHIVES})(?:\.[A-Za-z]{{2}})?/\d{{2}}(?:0[1-9]|1[0-2])\d{{3}}"
_ID = rf"(?P<id>{_NEW_ID}|{_OLD_ID})(?:v\d{{1,3}})?(?!\d)"
_BARE = re.compile(rf"{_ID}(?:\.pdf)?", re.IGNORECASE)
_PREFIXED = re.compile(
    rf"(?<![A-Za-z])(?:arxiv\s?:\s?|oai:arxiv\.org:|10\.48550/arxiv\.){_ID}", re.IGNORECASE
)
_ARXIV_HOSTS = r"arxiv\.org|arxiv\.gg|huggingface\.co|hf\.co|alphaxiv\.org|ar5iv\.org|scirate\.com|papers\.cool|semanticscholar\.org"
_LINKED = re.compile(rf"(?:^|[/.@\s(<\"])(?:{_ARXIV_HOSTS})/(?:[a-z\-]{{1,12}}/){{1,2}}{_ID}", re.IGNORECASE)

_BARE_DOI = re.compile(r"(?:doi:\s*)?(10\.\d+/\S+)", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>?#&]+")
_DOI_TAIL = re.compile(r"(?:/(?:full|pdf|epdf|abstract|html|meta|fulltext)|\.pdf|\.full|\.abstract)+$")
_PREPRINT_VERSION = re.compile(
    r"(?<=\d)v\d{1,2}$"
)  # bioRxiv and medRxiv links: 10.1101/2024.01.01.573123v2.full
_NATURE = re.compile(r"nature\.com/articles/([a-z0-9\-]+)")
_OPENREVIEW = re.compile(r"openreview\.net/(?:forum|pdf|attachment)\?(?:[^#\s]*&)?id=([A-Za-z0-9_\-]{6,40})")
_ACL = re.compile(
    r"(?:aclanthology\.org|aclweb\.org/anthology)/(?:papers/[A-Z]/[A-Z]\d\d/)?([A-Za-z0-9][A-Za-z0-9.\-]*)"
)
_ACL_DOI = re.compile(r"10\.18653/v1/([a-z0-9.\-]+)", re.IGNORECASE)
_ACL_OLD = re.compile(r"[a-z]\d{2}-\d{4}", re.IGNORECASE)
_ACL_NEW = re.compile(r"\d{4}\.[a-z0-9\-_]+\.\d+", re.IGNORECASE)

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_cid|mc_eid|rss|ref_src", re.IGNORECASE)


def arxiv_id_of(text: str) -> str | None:
    """The arXiv id in an id, link or DOI of any form, without its version; None when there is none.

    `2401.00001v2`, `arXiv:2401.00001`, `https://arxiv.org/pdf/2401.00001v1.pdf`, `10.48550/arXiv.2401.00001`,
    `oai:arXiv.org:2401.00001v1`, `math.GT/0309136` (which is `math/0309136`).
    """
    text = text.strip()
    found = _BARE.fullmatch(text) or _PREFIXED.search(text) or _LINKED.search(text)
    return _canonical_arxiv(found["id"]) if found else None


def _canonical_arxiv(identifier: str) -> str:
    archive, slash, number = identifier.partition("/")
    return f"{archive.partition('.')[0].lower()}/{number}" if slash else identifier


def identity_keys(*, url: str = "", arxiv_id: str = "", doi: str = "", text: str = "") -> tuple[str, ...]:
    """Every canonical key these identifiers hold, strongest first: arxiv, doi, openreview, acl, url.

    `text` is a free form that may hold any of them (a feed's guid); a bare site's address is nobody's key.
    """
    given = (arxiv_id, url, doi, text)
    arxiv = _first(arxiv_id_of, given)
    openreview = _first(_openreview_of, given)
    acl = _first(_acl_of, given)
    found_doi = _first(doi_of, (doi, url, text))
    keys = [f"arxiv:{arxiv}"] if arxiv else []
    keys += [f"doi:{found_doi}"] if found_doi and not found_doi.startswith("10.48550/arxiv.") else []
    keys += [f"openreview:{openreview}"] if openreview else []
    keys += [f"acl:{acl}"] if acl else []
    if not any(read(url) for read in (arxiv_id_of, doi_of, _openreview_of, _acl_of)):
        keys += [f"url:{address}"] if (address := canonical_url(url)) else []
    return tuple(keys)


def _first(read: Callable[[str], str | None], given: Iterable[str]) -> str | None:
    return next((found for text in given if text and (found := read(text))), None)


def doi_of(text: str) -> str | None:
    """The DOI in a DOI or a publisher's link, in lower case (they are case-insensitive); None when there is none."""
    text = unquote(text)
    if (article := _NATURE.search(text)) and "10." not in text:
        return f"10.1038/{article[1]}"
    found = _BARE_DOI.fullmatch(text.strip()) or _DOI.search(text)
    if not found:
        return None
    doi = _DOI_TAIL.sub("", found[found.re.groups].rstrip(".,;:)]}'")).lower()
    return _PREPRINT_VERSION.sub("", doi) if doi.startswith("10.1101/") else doi


def _openreview_of(text: str) -> str | None:
    found = _OPENREVIEW.search(text)
    return found[1] if found else None


def _acl_of(text: str) -> str | None:
    found = _ACL.search(text) or _ACL_DOI.search(text)
    if not found:
        return None
    identifier = re.sub(r"(?:v\d+)?\.(?:pdf|bib)$", "", found[1]).rstrip(".")
    if _ACL_OLD.fullmatch(identifier):
        return identifier.upper()
    return identifier.lower() if _ACL_NEW.fullmatch(identifier) else None


def canonical_url(url: str) -> str:
    """One spelling of a web address, or "" when it names no page: https, lower-case host, no tracking, no fragment."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name)
    ]
    path, query = parts.path.rstrip("/"), urlencode(kept)
    if not path and not query:
        return ""
    where = host if port in (None, 80, 443) else f"{host}:{port}"
    return f"https://{where}{path}{'?' + query if query else ''}"


def title_key(title: str, first_author: str) -> str:
    """The key of a work nobody gave an identifier: a hash of its folded title and its first author's surname."""
    author = _folded(_surname(first_author)) or "none"
    told = f"{_folded(title) or title.strip()}|{author}"
    return f"hash:{hashlib.blake2b(told.encode(errors='replace'), digest_size=16).hexdigest()}"


def _surname(name: str) -> str:
    """The last word of "Ada Example", the first part of "Example, Ada"."""
    family, comma, _ = name.partition(",")
    words = (family if comma else name).split()
    return words[-1] if words else ""


def _folded(text: str) -> str:
    """Letters and digits alone, without marks or case: "Fine-tuning" and "fine tuning" fold to one."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in decomposed if character.isalnum())
