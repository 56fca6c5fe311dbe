"""A digest as JSON and back, exactly; what is frozen today must be readable by every later version.

What many digests of one day share, the papers and what is folded behind them, is frozen once: a *piece* is a JSON text
under a key that names its day and its content, and a digest's own text refers to pieces by their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from typing import Any, TypeAlias, TypeVar

import orjson

from bot.domain.digest import Digest, Folded, Group, Pick, Why
from bot.domain.paper import Paper
from bot.errors import SchemaError

from .plain import plain, reader

# Raise this when a field changes its meaning or goes; a new field with a default needs nothing.
# 1 held everything of a folded paper; 2 only what `Folded` has; 3 refers to papers and folded lists by key.
VERSION = 3
SELF_CONTAINED = 2  # the last version whose text held everything itself
NONE_FOLDED: Any = {"queries": [], "papers": []}
KEY_BYTES = 12
MOST_REMEMBERED = 5_000  # pieces of one run
MOST_FOLDED = 300_000  # papers in their folded lists

Piece: TypeAlias = Paper | tuple[Folded, ...]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Frozen:
    """A digest's own text, and the pieces it refers to, by key."""

    text: str
    pieces: dict[str, str]


class Freezer:
    """Freezes digests; what the digests of one run share is written out once.

    It knows a paper and a folded list again only as the very same object, which is quick.
    """

    def __init__(self) -> None:
        self._written: dict[tuple[int, date], tuple[object, str, str]] = {}
        self._folded = 0

    def freeze(self, digest: Digest, day: date) -> Frozen:
        """The digest as text; `day` is the one its pieces are filed under."""
        pieces: dict[str, str] = {}
        queries: dict[str, int] = {}
        groups = [
            {"title": group.title, "picks": [self._pick(one, day, queries, pieces) for one in group.picks]}
            for group in digest.groups
        ]
        content = plain(replace(digest, groups=(), folded=())) | {
            "groups": groups,
            "folded": self._piece(digest.folded, day, pieces) if digest.folded else None,
            "queries": list(queries),
        }
        return Frozen(text=_json(content), pieces=pieces)

    def _pick(self, pick: Pick, day: date, queries: dict[str, int], pieces: dict[str, str]) -> list[Any]:
        why = [
            [queries.setdefault(one.query, len(queries)), one.subscription_id, one.hits] for one in pick.why
        ]
        return [self._piece(pick.paper, day, pieces), pick.score, why]

    def _piece(self, piece: Piece, day: date, pieces: dict[str, str]) -> str:
        known = self._written.get((id(piece), day))
        if known is None:
            body = _json(_packed(piece) if isinstance(piece, tuple) else plain(piece))
            known = (piece, _key(body, day), body)  # with the piece itself, or its id could be another's
            self._folded += len(piece) if isinstance(piece, tuple) else 0
            if len(self._written) >= MOST_REMEMBERED or self._folded > MOST_FOLDED:
                self._written.clear()
                self._folded = 0
            self._written[id(piece), day] = known
        _, key, body = known
        pieces[key] = body
        return key


def opened(text: str, version: int) -> dict[str, Any]:
    """A digest's own text, read; refuses what a newer version wrote."""
    if version > VERSION:
        raise SchemaError(
            f"This digest was written by a newer version (content {version}; this one reads {VERSION}).",
            fix="Install that version again.",
        )
    content: dict[str, Any] = orjson.loads(text)
    return content


def keys_in(content: Mapping[str, Any], version: int) -> Iterator[str]:
    """The keys of the pieces that an opened digest refers to."""
    if version <= SELF_CONTAINED:
        return
    if content.get("folded"):
        yield content["folded"]
    for group in content["groups"]:
        for key, *_ in group["picks"]:
            yield key


def piece_of(body: str) -> Piece:
    """The paper or the folded list of a piece."""
    content = orjson.loads(body)
    if "papers" in content:
        return _unpacked(content)
    paper: Paper = reader(Paper)(content)
    return paper


def digest_of(content: dict[str, Any], version: int, pieces: Mapping[str, Piece]) -> Digest:
    """An opened digest with its pieces; fields it did not know yet get their defaults."""
    if version <= SELF_CONTAINED:
        return _self_contained(content)
    groups, folded, queries = content.pop("groups"), content.pop("folded", None), content.pop("queries")
    digest: Digest = reader(Digest)(content | {"groups": []})
    return replace(
        digest,
        groups=tuple(
            Group(title=group["title"], picks=tuple(_pick_of(one, queries, pieces) for one in group["picks"]))
            for group in groups
        ),
        folded=_found(pieces, folded, tuple) if folded else (),
    )


def _pick_of(frozen: Sequence[Any], queries: Sequence[str], pieces: Mapping[str, Piece]) -> Pick:
    key, score, reasons = frozen
    why = tuple(
        Why(query=queries[number], subscription_id=subscription_id, hits=tuple(hits))
        for number, subscription_id, hits in reasons
    )
    return Pick(paper=_found(pieces, key, Paper), why=why, score=score)


def _found(pieces: Mapping[str, Piece], key: str, kind: type[T]) -> T:
    piece = pieces.get(key)
    if not isinstance(piece, kind):
        raise SchemaError(
            f"The frozen content {key} is missing.", fix="Put a backup in the database's place."
        )
    return piece


def _self_contained(content: dict[str, Any]) -> Digest:
    """A digest of version 1 or 2."""
    packed = content.pop("folded", NONE_FOLDED)
    folded = _of_version_1(packed) if isinstance(packed, list) else _unpacked(packed)
    digest: Digest = reader(Digest)(content | {"folded": []})
    return replace(digest, folded=folded)


def _packed(folded: Sequence[Folded]) -> dict[str, Any]:
    """A thousand folded papers in few letters: [id, score, which query], each query written once."""
    queries: dict[str, int] = {}
    papers = [[one.paper_id, one.score, queries.setdefault(one.query, len(queries))] for one in folded]
    return {"queries": list(queries), "papers": papers}


def _unpacked(packed: Mapping[str, Any]) -> tuple[Folded, ...]:
    queries = packed["queries"]
    return tuple(
        Folded(paper_id=paper_id, score=score, query=queries[number])
        for paper_id, score, number in packed["papers"]
    )


def _of_version_1(picks: Iterable[Mapping[str, Any]]) -> tuple[Folded, ...]:
    return tuple(
        Folded(
            paper_id=pick["paper"]["id"],
            score=pick["score"],
            query=pick["why"][0]["query"] if pick["why"] else "",
        )
        for pick in picks
    )


def _key(body: str, day: date) -> str:
    """Names a piece by its day and its content: two days' pieces go separately when they are pruned."""
    return f"{day:%Y%m%d}-{blake2b(body.encode(), digest_size=KEY_BYTES).hexdigest()}"


def _json(content: Any) -> str:
    return orjson.dumps(content).decode()
