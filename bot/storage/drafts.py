"""The papers a batch touches, in memory, while it is worked out which of them are one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import count, islice
from typing import Any

from bot.domain.clean import title_key
from bot.domain.paper import Facts, Listing

from .identity import STRONG, Work, by_strength, kind_of, same_keys, same_page, same_work
from .precedence import EMPTY, REVISIONS, combine

# Works of one title that are compared: with more ("Editorial") the title says next to nothing, and every pair costs.
MOST_NAMESAKES = 400


@lru_cache(4096)
def title_fold(title: str) -> str:
    """What a title says whatever its spelling, as 16 hexadecimal digits."""
    return title_key(title, "").partition(":")[2][:16]


def keys_of(facts: Facts) -> tuple[str, ...]:
    """The keys of a paper, strongest first; a hash of title and first author when its source gave none."""
    return facts.keys or (title_key(facts.title, facts.authors[0] if facts.authors else ""),)


@dataclass(slots=True, eq=False)
class Draft:
    """A paper being worked on: its row's fields, and the row as it was stored."""

    fields: dict[str, Any]
    keys: set[str] = field(default_factory=set)
    id: int | None = None  # None until it is stored
    stored: dict[str, Any] | None = None
    stored_keys: frozenset[str] = frozenset()
    merged_into: Draft | None = None

    @property
    def standing(self) -> Draft:
        """The paper itself, or the one it became part of."""
        return self if self.merged_into is None else self.merged_into.standing

    @property
    def work(self) -> Work:
        """What tells it from others."""
        return Work(
            title_fold=self.fields["title_fold"],
            title=self.fields["title"],
            abstract=self.fields["abstract"],
            authors=self.fields["authors"],
            keys=self.keys,
        )

    @property
    def age(self) -> tuple[bool, datetime, int]:
        """What sorts the older of two first: a stored one is older than one that is not."""
        return self.id is None, self.fields["first_seen"], self.id or 0


class Drafts:
    """Every paper of a batch, found by key or by title."""

    def __init__(self) -> None:
        self.by_key: dict[str, Draft] = {}
        self.by_title: dict[str, list[Draft]] = {}
        self.merged: list[tuple[Draft, Draft]] = []  # (stays, goes)

    def add(self, draft: Draft) -> None:
        """Let a paper be found."""
        self.by_title.setdefault(draft.fields["title_fold"], []).append(draft)
        self.by_key.update(dict.fromkeys(draft.keys, draft))

    def all(self) -> Iterator[Draft]:
        """Each of these papers, once."""
        return (draft for drafts in self.by_title.values() for draft in drafts)

    def find(self, listing: Listing) -> Draft | None:
        """The paper a listing is about; rows that turn out to be one paper by it become one."""
        facts = listing.facts
        keys = keys_of(facts)
        work = Work(title_fold(facts.title), facts.title, facts.abstract, facts.authors, set(keys))
        sure = dict.fromkeys(self._by_strong_key(keys, work))
        likely = [draft for draft in dict.fromkeys(self._by_looks(keys, work)) if draft not in sure]
        if not sure and not facts.abstract and len(likely) > 1:
            return None  # the title alone fits several: doubt means one more
        found: Draft | None = None
        for hit in (*sure, *likely):
            if found is None:
                found = hit
            elif self._one(found, hit, sure=hit in sure):
                found = self._merge(found, hit)
        return found

    def claim(self, draft: Draft, facts: Facts) -> None:
        """Let a paper be known by these keys, those that are not another paper's; its key is the strongest."""
        for key in keys_of(facts):
            if self.by_key.setdefault(key, draft) is draft:
                draft.keys.add(key)
        if not draft.keys:
            draft.keys.add(self._spare_key(draft, facts))
        draft.fields["key"] = by_strength(draft.keys)[0]

    def fresh(self, listing: Listing, now: datetime, *, backfill: bool) -> Draft:
        """A paper nobody has met before."""
        fields = EMPTY | {
            "key": "",
            "title_fold": title_fold(listing.facts.title),
            "first_seen": now,
            "backfill": backfill or listing.kind in REVISIONS,
            "provenance": {},
        }
        draft = Draft(fields=fields)
        self.add(draft)
        return draft

    def settle(self, draft: Draft) -> Draft:
        """After a listing was taken in: what it added may show that another row is the same paper."""
        self.retitle(draft)
        for other in self._namesakes(draft.work):
            gone = other is draft or other.merged_into is not None
            if not gone and same_work(draft.work, other.work, by_title=False):
                draft = self._merge(draft, other)
        return draft

    def retitle(self, draft: Draft) -> None:
        """After its title changed: let it be found under the new one."""
        fold = title_fold(draft.fields["title"])
        if fold == draft.fields["title_fold"]:
            return
        self.by_title[draft.fields["title_fold"]].remove(draft)
        draft.fields["title_fold"] = fold
        self.by_title.setdefault(fold, []).append(draft)

    def _by_strong_key(self, keys: tuple[str, ...], work: Work) -> Iterator[Draft]:
        for key in keys:
            hit = self.by_key.get(key)
            if hit is not None and kind_of(key) in STRONG and same_keys(work.keys, hit.keys):
                yield hit

    def _by_looks(self, keys: tuple[str, ...], work: Work) -> Iterator[Draft]:
        for key in keys:
            hit = self.by_key.get(key)
            if hit is not None and kind_of(key) not in STRONG and same_page(work, hit.work):
                yield hit
        for draft in self._namesakes(work):
            if same_work(work, draft.work):
                yield draft

    def _namesakes(self, work: Work) -> list[Draft]:
        """The papers of this title; when they are too many to look at each, those with the very same abstract."""
        drafts = self.by_title.get(work.title_fold, [])
        if len(drafts) <= MOST_NAMESAKES:
            return list(drafts)
        same = (draft for draft in drafts if work.abstract and draft.fields["abstract"] == work.abstract)
        return list(islice(same, MOST_NAMESAKES))

    def _one(self, found: Draft, hit: Draft, *, sure: bool) -> bool:
        """Whether two rows that one listing met are one paper; their own identifiers may deny it."""
        told = same_keys(found.keys, hit.keys)
        return told if told is not None else sure or same_work(found.work, hit.work)

    def _merge(self, left: Draft, right: Draft) -> Draft:
        stays, goes = sorted((left, right), key=lambda draft: draft.age)
        self.by_title[goes.fields["title_fold"]].remove(goes)
        combine(stays.fields, goes.fields)
        self.by_key.update(dict.fromkeys(goes.keys, stays))
        stays.keys |= goes.keys
        stays.stored_keys |= goes.stored_keys
        self.retitle(stays)
        goes.merged_into = stays
        self.merged.append((stays, goes))
        return stays

    def _spare_key(self, draft: Draft, facts: Facts) -> str:
        """A key of its own for a paper whose only keys are another's: other papers may have the same title."""
        title = title_key(facts.title, facts.authors[0] if facts.authors else "")
        tails = (f"-{number}" for number in count(2))
        spare = next(key for tail in tails if (key := title + tail) not in self.by_key)
        self.by_key[spare] = draft
        return spare
