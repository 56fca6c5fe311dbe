"""A paper as BibTeX, RIS and CSL-JSON, each with the quoting its readers need."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date

from bot.domain.paper import Paper

# What TeX reads as commands; a brace in a title would end the field: https://www.ctan.org/pkg/bibtex
TEX_SPECIAL = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"\{",
        "}": r"\}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
    }
)
DULL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "the",
        "to",
        "towards",
        "via",
        "with",
        "is",
        "are",
        "do",
        "does",
        "can",
        "how",
    ]
)
# A word with a capital beyond its first letter must keep it (BERT, LaTeX): styles lower titles otherwise.
KEPT_CASE = re.compile(r"\b\w+[A-Z]\w*\b|\b[A-Z]{2,}\b")


def bibtex(paper: Paper) -> str:
    """An `@article` (`@misc` without a journal) with the arXiv eprint fields when there are any (https://arxiv.org/hypertex/bibstyles)."""
    day = _day(paper)
    fields = {
        "title": _titled(paper.title),
        "author": " and ".join(_tex(name) for name in paper.authors),
        "year": str(day.year) if day else "",
        "journal": _tex(paper.venue),
        "doi": paper.doi,
        "eprint": _arxiv(paper),
        "archiveprefix": "arXiv" if _arxiv(paper) else "",
        "primaryclass": paper.categories[0] if _arxiv(paper) and paper.categories else "",
        "url": paper.url.replace("{", "%7B").replace("}", "%7D"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    kind = "article" if paper.venue or paper.doi else "misc"
    return "\n".join([f"@{kind}{{{citation_key(paper)},", *lines, "}"])


def ris(paper: Paper) -> str:
    """An RIS record, one `XX  - value` a line (https://en.wikipedia.org/wiki/RIS_(file_format))."""
    day = _day(paper)
    pairs = [
        ("TY", "JOUR" if paper.venue or paper.doi else "GEN"),
        ("TI", paper.title),
        *(("AU", _family_first(name)) for name in paper.authors),
        ("PY", str(day.year) if day else ""),
        ("DA", f"{day:%Y/%m/%d}" if day else ""),
        ("JO", paper.venue),
        ("DO", paper.doi),
        ("AB", paper.abstract),
        *(("KW", word) for word in paper.keywords),
        ("UR", paper.url),
    ]
    body = [f"{tag}  - {' '.join(value.split())}" for tag, value in pairs if value]
    return "\n".join([*body, "ER  - "])


def csl_json(paper: Paper) -> str:
    """A CSL-JSON array of one (https://docs.citationstyles.org/en/stable/specification.html)."""
    day = _day(paper)
    item: dict[str, object] = {
        "id": citation_key(paper),
        "type": "article-journal" if paper.venue else "article",
        "title": paper.title,
        "author": [_csl_name(name) for name in paper.authors],
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "container-title": paper.venue,
        "DOI": paper.doi,
        "URL": paper.url,
        "number": f"arXiv:{_arxiv(paper)}" if _arxiv(paper) else "",
        "abstract": paper.abstract,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2)


def citation_key(paper: Paper) -> str:
    """Family name, year and first telling word of the title: `song2021score`; ASCII only."""
    family = _split_name(paper.authors[0])[1] if paper.authors else "anonymous"
    words = [_ascii(word) for word in re.split(r"[^\w]+", paper.title)]
    telling = next((word for word in words if word and word not in DULL), "paper")
    day = _day(paper)
    return f"{_ascii(family) or 'anonymous'}{day.year if day else ''}{telling}"


def _titled(title: str) -> str:
    """A title whose capitals beyond the first letter are kept by braces."""
    plain, parts, at = " ".join(title.split()), [], 0
    for match in KEPT_CASE.finditer(plain):
        parts += [
            plain[at : match.start()].translate(TEX_SPECIAL),
            "{" + match[0].translate(TEX_SPECIAL) + "}",
        ]
        at = match.end()
    return "".join([*parts, plain[at:].translate(TEX_SPECIAL)])


def _tex(text: str) -> str:
    return " ".join(text.split()).translate(TEX_SPECIAL)


def _arxiv(paper: Paper) -> str:
    return paper.key.removeprefix("arxiv:") if paper.key.startswith("arxiv:") else ""


def _day(paper: Paper) -> date | None:
    return paper.submitted or paper.announced or paper.listed


def _split_name(name: str) -> tuple[str, str]:
    given, _, family = name.strip().rpartition(" ")
    return given, family


def _family_first(name: str) -> str:
    given, family = _split_name(name)
    return f"{family}, {given}" if given else family


def _csl_name(name: str) -> dict[str, str]:
    given, family = _split_name(name)
    return {"family": family, "given": given} if given else {"literal": family}


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())
