"""Digests of every sort, on any platform: for the golden files of a renderer, and with hostile text in any place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.domain.digest import Digest, Folded, Group, Pick, Why
from bot.domain.subscription import Address
from bot.sample import sample_edition

from .adapters import contract_digests
from .builders import make_paper

PICTURE = "https://papers.example/pictures/1.png"
OWN = "https://arxiv.org/abs/2606.00001"
LISTS = {"authors", "categories", "keywords", "sources"}
FIELDS = (
    *("title", "abstract", "summary", "venue", "comment", "organization", "url", "code_url", "thumbnail"),
    *("project_url", "doi", "license", "authors", "categories", "keywords", "sources"),
)
PLACES = ("group", "hits", "query", "notes", "destination", "tz", "at")


def sample_digests(address: Address) -> dict[str, Digest]:
    """One of each sort, by name."""
    return {
        "ordinary": _ordinary(address),
        "long": _long(address),
        "hostile": contract_digests(address.platform)[1],
        "empty": digest_of(address, notes=("arXiv announces nothing on Saturdays and Sundays.",)),
        "late": _late(address),
        "sample": sample_edition(
            address,
            "#gen-models",
            day=date(2026, 11, 20),
            tz="Europe/Berlin",
            now=datetime(2026, 11, 20, tzinfo=UTC),
        ),
        "one": digest_of(address, group_of(pick(1))),
        "no_abstracts": digest_of(
            address, group_of(*(pick(n, abstract="", summary=f"Summary {n}.") for n in (1, 2)))
        ),
    }


def digest_with(platform: str, texts: Mapping[str, str]) -> Digest:
    """A digest with these texts in these fields of its paper, or places of its own."""
    fields = {name: (text, text) if name in LISTS else text for name, text in texts.items() if name in FIELDS}
    paper = make_paper(1, **{"code_url": f"{OWN}/code", "thumbnail": f"{OWN}.png", **fields})
    why = Why(query=texts.get("query", "q"), subscription_id=1, hits=(texts.get("hits", "cs.RO"),) * 3)
    picks = (Pick(paper=paper, why=(why,), score=1.0), Pick(paper=make_paper(2), why=(), score=1.0))
    groups = (
        Group(title=texts.get("group", "knitting"), picks=picks[:1]),
        Group(title="wool", picks=picks[1:]),
    )
    given: dict[str, Any] = {name: texts[name] for name in ("destination", "tz", "at") if name in texts}
    return replace(
        contract_digests(platform)[0], groups=groups, notes=(texts.get("notes", "Late."),) * 12, **given
    )


def pick(number: int, *hits: str, **changes: object) -> Pick:
    """Sample paper `number`, and what of it matched."""
    why = Why(query="knitting", subscription_id=1, hits=hits or ('title "knit"',))
    return Pick(paper=make_paper(number, **changes), why=(why,), score=1.0)


def digest_of(address: Address, *groups: Group, **changes: Any) -> Digest:
    """A digest of some groups, of 20 November at nine in Berlin."""
    given: dict[str, Any] = {"destination": "#gen-models", "day": date(2026, 11, 20), "tz": "Europe/Berlin"}
    return Digest(address=address, groups=groups, **(given | {"at": "09:00"} | changes))


def group_of(*picks: Pick, title: str = '"flow matching" OR knitting -survey') -> Group:
    """A group of picks."""
    return Group(title=title, picks=picks)


def _ordinary(address: Address) -> Digest:
    """Two groups, one paper with all that a paper can have."""
    return digest_of(
        address,
        group_of(
            pick(
                1,
                'title "knit"',
                "cs.RO",
                title="Walking Robots That Knit, and Why the Longest of Scarves Must Be Cast Off Well",
                authors=("Ada Example", "Bo Muster", "Cy Sample", "Di Specimen"),
                votes=1234,
                code_url="https://git.example/knit",
                stars=31_400,
                venue="Conference on Wool 2026",
                summary="A walking robot learns to knit a scarf. It drops 12 % fewer stitches than the best knitter.",
                sources=("huggingface", "arxiv"),
                thumbnail=PICTURE,
            ),
            pick(2, title="Stitches & Switches: x² < y for a <b>Bold</b> Few", votes=0, stars=None),
        ),
        group_of(
            pick(
                3,
                'topic purling: "purl" in abstract',
                title="Plain and Small",
                authors=(),
                url="",
                sources=(),
            ),
            title="topic:purling",
        ),
        folded=tuple(Folded(paper_id=number, score=1.0) for number in range(4, 15)),
    )


def _long(address: Address) -> Digest:
    """More than any one message takes."""
    return digest_of(
        address,
        group_of(
            *(
                pick(number, title=f"Paper {number} of many", abstract="Wool. " * 300)
                for number in range(1, 51)
            )
        ),
    )


def _late(address: Address) -> Digest:
    """Late, with earlier days, and with something to say for itself."""
    return replace(
        _ordinary(address),
        late=True,
        combined=(date(2026, 11, 18), date(2026, 11, 19)),
        deferred=(99, 100),
        notes=(
            "With the papers of 2 days, 18 November to 19 November, whose digests were not sent.",
            "Hugging Face did not answer; its papers will come with the next digest.",
        ),
    )
