"""Any digest at all, drawn by Hypothesis, which whoever runs such tests has."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from bot.domain.digest import Digest, Folded, Group, Pick, Why
from bot.domain.paper import Paper
from bot.domain.subscription import Address

from .builders import make_paper
from .hostile import HOSTILE

REPEATED = st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=6), st.integers(1, 1500))
TEXTS = st.text(max_size=40) | st.sampled_from(HOSTILE) | REPEATED
SHORT = st.text(max_size=20) | st.sampled_from(HOSTILE)
ADDRESSES = st.sampled_from(("", "https://papers.example/1", "http://b\u00fccher.example/2")) | SHORT
NAMES = st.lists(SHORT, max_size=4).map(tuple)
COUNTS = st.integers(0, 10**9)


@st.composite
def _papers(draw: st.DrawFn, number: int) -> Paper:
    texts = {name: draw(TEXTS) for name in ("title", "abstract", "summary", "venue")}
    addresses = {name: draw(ADDRESSES) for name in ("url", "code_url", "thumbnail")}
    lists = {name: draw(NAMES) for name in ("authors", "categories", "sources")}
    counts = {"votes": draw(COUNTS), "stars": draw(st.none() | COUNTS), "withdrawn": draw(st.booleans())}
    return make_paper(number, **texts, **addresses, **lists, **counts)


@st.composite
def digests(draw: st.DrawFn, address: Address, *, times: tuple[str, ...] = ("", "09:00")) -> Digest:
    """Any digest at all, for this address; `times` are what it may say of its slot."""
    sizes = draw(st.lists(st.integers(1, 12), max_size=4))
    drawn, groups = [draw(_papers(number)) for number in range(1, 4)], []
    for at in sizes:
        hits = Why(query=draw(SHORT), subscription_id=1, hits=draw(NAMES))
        picks = [Pick(paper=draw(st.sampled_from(drawn)), why=(hits,), score=1.0) for _ in range(at)]
        groups.append(Group(title=draw(SHORT), picks=tuple(picks)))
    return Digest(
        address=address,
        destination=draw(SHORT),
        day=draw(st.dates(min_value=date(1000, 1, 1))),
        tz="Europe/Berlin",
        groups=tuple(groups),
        folded=(Folded(paper_id=1, score=1.0),) * draw(st.integers(0, 3)),
        deferred=(7,) * draw(st.integers(0, 2)),
        notes=tuple(draw(st.lists(TEXTS, max_size=3))),
        late=draw(st.booleans()),
        combined=(date(2026, 11, 1),) * draw(st.integers(0, 2)),
        sample=draw(st.booleans()),
        at=draw(st.sampled_from(times)),
    )
