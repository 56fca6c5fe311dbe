"""What `type:` means: a paper is a survey, a dataset, ... when its own title, abstract or comment says so."""

from __future__ import annotations

from functools import cache

from .terms import Node, Or, Scope, Venue, Words
from .text import fold, normalise

# name -> phrases in the title; phrases in the abstract; words of the comment (or venue) field
_SAYS: dict[str, tuple[str, str, str]] = {
    "survey": (
        "survey|review|overview|literature review|systematic review|taxonomy|roadmap|state of the art review",
        (
            "this survey|this review|we survey|we review|our survey|this overview|this paper surveys|this paper reviews"
            "|systematic review|comprehensive survey|comprehensive review|scoping review|literature review"
        ),
        "survey|review paper|survey paper",
    ),
    "dataset": (
        "dataset|data set|corpus|data collection",
        (
            "new dataset|novel dataset|we release a dataset|large-scale dataset|we introduce a dataset|this dataset"
            "|we present a dataset|our dataset|we collect a dataset|we construct a dataset|a dataset of|new corpus"
        ),
        "dataset|datasets and benchmarks",
    ),
    "benchmark": (
        "benchmark|benchmarking|bench|leaderboard|challenge|shared task",
        (
            "new benchmark|novel benchmark|we introduce a benchmark|this benchmark|our benchmark|we present a benchmark"
            "|comprehensive benchmark|we propose a benchmark|a benchmark for"
        ),
        "benchmark|datasets and benchmarks",
    ),
    "position": (
        "position paper|perspective|viewpoint|manifesto|a call for|opinion",
        "this position paper|this perspective|this viewpoint|this paper argues|this article argues|we call for",
        "position paper|perspective",
    ),
    "tutorial": (
        "tutorial|introduction to|primer|lecture notes|a guide|practical guide|hitchhiker",
        "this tutorial|this primer|these lecture notes|tutorial introduction",
        "tutorial|lecture notes",
    ),
    "theory": (
        (
            "theorem|provable|provably|proof|convergence|lower bound|upper bound|regret bound|generalization bound"
            "|minimax|sample complexity|identifiability|impossibility"
        ),
        (
            "we prove|we establish a bound|we show theoretically|minimax optimal|convergence rate|sample complexity"
            "|theoretical guarantee|regret bound|generalization bound|necessary and sufficient"
        ),
        "theory",
    ),
    "system": (
        "system|framework|toolkit|library|platform|demo|open source|infrastructure",
        "open-source library|open-source toolkit|open-source framework|python package|we release a library|a toolkit for",
        "demo|system demonstrations|software",
    ),
    "report": (
        "technical report|system card|model card|tech report",
        "this technical report|in this report|this report presents",
        "technical report|tech report",
    ),
    "replication": (
        "reproducibility|replication|reproducing|revisiting|reassessing|negative results",
        "we reproduce|we replicate|reproducibility study|replication study|fail to replicate|failed to reproduce",
        "reproducibility",
    ),
    "case-study": (
        "case study|lessons learned|field study|user study|experience report",
        "case study|user study|field study|lessons learned",
        "case study",
    ),
    "shared-task": (
        "shared task|submission to|semeval|at semeval|challenge report",
        "shared task|our submission|ranked first|our system ranked",
        "shared task|semeval",
    ),
    "thesis": ("thesis|dissertation", "this thesis|this dissertation", "thesis|dissertation"),
}

KINDS = tuple(_SAYS)


@cache
def kind_node(name: str) -> Node:
    """Return what `type:name` looks for, written out."""
    title, abstract, comment = (part.split("|") for part in _SAYS[name])
    return Or(
        (
            *(Words(normalise(phrase), Scope.TITLE) for phrase in title),
            *(Words(normalise(phrase), Scope.ABSTRACT) for phrase in abstract),
            *(Venue(tuple(fold(words))) for words in comment),
        )
    )
