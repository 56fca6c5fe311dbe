"""How close our summaries come to the one-sentence summaries a model wrote, beside simpler ways.

The texts are not the project's to ship: point `data` at a folder of Hugging Face day files, each the raw answer of
https://huggingface.co/api/daily_papers?date=YYYY-MM-DD saved as YYYY-MM-DD.json or .json.gz.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from time import process_time
from typing import Final, TypeAlias

from bot.bench.rouge import Rouge, rouge
from bot.bench.textrank import textrank
from bot.domain.clean import plain
from bot.domain.sentences import sentences
from bot.domain.summary import ELLIPSIS, SUMMARY_LIMIT, summarise
from bot.errors import ConfigError

OURS: Final = "Paper Round"
ORACLE: Final = "oracle: the best single sentence"
_SEED: Final = 2004
_CLOSING: Final = "\"'”’»)]}」』）】"  # noqa: RUF001  the signs that may follow a stop


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A paper whose summary is known, its texts cleaned as ingest cleans them; `day` is the day of the month."""

    key: str
    day: int
    title: str
    abstract: str
    parts: tuple[str, ...]  # the abstract's sentences
    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What one way made of one example."""

    example: Example
    summary: str
    score: Rouge


Way: TypeAlias = Callable[[Example], str]


def run(*, data: Path | None, full: bool = False, out: Callable[[str], object] = print) -> dict[str, object]:
    """Print ROUGE-1, -2 and -L F1 of every way on the papers under `data`; `full` adds even and odd days apart.

    The weights were estimated on even days, so the odd days are the honest ones. Raises ConfigError without data.
    """
    examples = load(data)
    out(
        f"{len(examples)} papers with a summary; words are lower-case a-z and 0-9, not stemmed; F1 in per cent"
    )
    outcomes = {name: _outcomes(way, examples) for name, way in _ways().items()}
    for label, parity in (("all days", None), ("even days: tuned on", 0), ("odd days: held out", 1)):
        if parity is None or full:
            _print_table(label, _only(outcomes, parity), out)
    ours = _quality(outcomes[OURS])
    ours["cpu_ms_per_paper"] = _cpu_ms(examples)
    for name, value in ours.items():
        out(f"{OURS}: {name.replace('_', ' ')} {value:.3f}")
    return {
        "papers": len(examples),
        "ways": _figures(outcomes),
        "held_out": _figures(_only(outcomes, 1)),
        **ours,
    }


def load(data: Path | None) -> tuple[Example, ...]:
    """Every paper with an abstract and a summary in the day files of `data`, each once; bad files are left out."""
    if data is None or not data.is_dir():
        raise ConfigError(
            "There are no papers to measure summaries on, and none are shipped.",
            fix="Point --data at a folder of Hugging Face day files (YYYY-MM-DD.json or .json.gz, the answers of /api/daily_papers).",
        )
    found: dict[str, Example] = {}
    for path in sorted((*data.glob("*.json"), *data.glob("*.json.gz"))):
        for example in _examples(path):
            found.setdefault(example.key, example)
    if not found:
        raise ConfigError(
            f"No paper in {data} has both an abstract and a summary.",
            fix="Use day files from 2025-05-22 or later; older ones carry no ai_summary.",
        )
    return tuple(found.values())


def _examples(path: Path) -> Iterator[Example]:
    day = path.name.split(".")[0][-2:]
    items = _items(path)
    for item in items if isinstance(items, list) and day.isdigit() else ():
        paper = item.get("paper") if isinstance(item, dict) else None
        if not isinstance(paper, dict):
            continue
        key, title, abstract, reference = (
            str(paper.get(name) or "") for name in ("id", "title", "summary", "ai_summary")
        )
        if abstract and reference:
            yield _example(key, int(day), plain(title), plain(abstract), plain(reference))


def _example(key: str, day: int, title: str, abstract: str, reference: str) -> Example:
    parts = sentences(abstract) or ("",)
    return Example(key=key, day=day, title=title, abstract=abstract, parts=parts, reference=reference)


def _items(path: Path) -> object:
    try:
        body = path.read_bytes()
        return json.loads(gzip.decompress(body) if path.suffix == ".gz" else body)
    except (OSError, EOFError, ValueError):
        return None


# --- the ways ---------------------------------------------------------------------------------------------------------


def _ways() -> dict[str, Way]:
    dice = random.Random(_SEED)
    ways: dict[str, Way] = {OURS: lambda example: summarise(example.title, example.abstract)}
    for name, way in _peers().items():
        ways[name] = way
        ways[f"{name}, cut at {SUMMARY_LIMIT}"] = _cut(way)
    ways["a random sentence"] = lambda example: dice.choice(example.parts)
    ways[ORACLE] = _best_sentence
    return ways


def _peers() -> dict[str, Way]:
    return {
        "lead-1": lambda example: example.parts[0],
        "lead-2": lambda example: " ".join(example.parts[:2]),
        "TextRank-1": lambda example: _central(example.parts, 1, content_only=False),
        "TextRank-2": lambda example: _central(example.parts, 2, content_only=False),
        "TextRank-1 (content words)": lambda example: _central(example.parts, 1, content_only=True),
        "TextRank-2 (content words)": lambda example: _central(example.parts, 2, content_only=True),
    }


def _central(parts: Sequence[str], count: int, *, content_only: bool) -> str:
    return " ".join(parts[at] for at in sorted(textrank(parts, content_only=content_only)[:count]))


def _cut(way: Way) -> Way:
    """The same way, held to our limit: cut before the last word that does not fit."""

    def held(example: Example) -> str:
        summary = way(example)
        if len(summary) <= SUMMARY_LIMIT:
            return summary
        return summary[:SUMMARY_LIMIT].rsplit(" ", 1)[0] + ELLIPSIS

    return held


def _best_sentence(example: Example) -> str:
    def worth(part: str) -> float:
        score = rouge(part, example.reference)
        return score.one + score.longest

    return max(example.parts, key=worth)


# --- the figures ------------------------------------------------------------------------------------------------------


def _outcomes(way: Way, examples: Sequence[Example]) -> tuple[Outcome, ...]:
    return tuple(_outcome(way, example) for example in examples)


def _outcome(way: Way, example: Example) -> Outcome:
    summary = way(example)
    return Outcome(example=example, summary=summary, score=rouge(summary, example.reference))


def _only(outcomes: Mapping[str, Sequence[Outcome]], parity: int | None) -> dict[str, tuple[Outcome, ...]]:
    return {
        name: tuple(one for one in some if parity is None or one.example.day % 2 == parity)
        for name, some in outcomes.items()
    }


def _figures(outcomes: Mapping[str, Sequence[Outcome]]) -> dict[str, dict[str, float]]:
    return {
        name: {
            "rouge_1": 100 * fmean(one.score.one for one in some),
            "rouge_2": 100 * fmean(one.score.two for one in some),
            "rouge_l": 100 * fmean(one.score.longest for one in some),
            "characters": fmean(len(one.summary) for one in some),
        }
        for name, some in outcomes.items()
        if some
    }


def _quality(ours: Sequence[Outcome]) -> dict[str, float]:
    """Shares of our summaries, from 0 to 1; the first two must be 0."""
    return {
        "share_over_the_limit": fmean(len(one.summary) > SUMMARY_LIMIT for one in ours),
        "share_cut_without_ellipsis": fmean(is_cut(one.summary, one.example.abstract) for one in ours),
        "share_ending_with_ellipsis": fmean(one.summary.endswith(ELLIPSIS) for one in ours),
    }


def is_cut(summary: str, abstract: str) -> bool:
    """Whether `summary` stops neither at a stop, nor with an ellipsis, nor where the abstract ends."""
    if summary.rstrip(_CLOSING).endswith((".", "!", "?", ELLIPSIS, "。", "！", "？")):  # noqa: RUF001  CJK stops
        return False
    return not "".join(abstract.split()).endswith("".join(summary.split())[-SUMMARY_LIMIT // 4 :])


def _cpu_ms(examples: Sequence[Example]) -> float:
    start = process_time()
    for example in examples:
        summarise(example.title, example.abstract)
    return 1000 * (process_time() - start) / len(examples)


def _print_table(label: str, outcomes: Mapping[str, Sequence[Outcome]], out: Callable[[str], object]) -> None:
    out("")
    out(f"{label:40}{'ROUGE-1':>9}{'ROUGE-2':>9}{'ROUGE-L':>9}{'characters':>12}")
    for name, row in _figures(outcomes).items():
        out(
            f"{name:40}{row['rouge_1']:9.2f}{row['rouge_2']:9.2f}{row['rouge_l']:9.2f}{row['characters']:12.0f}"
        )
