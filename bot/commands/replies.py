"""What a command answers: meaning, never text for one platform; each adapter draws it natively."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.digest import Digest, Pick
from bot.domain.paper import Paper
from bot.domain.subscription import Subscription
from bot.domain.telling import summarised

from .pieces import (
    Action,
    Actions,
    BackTest,
    Channel,
    Fate,
    FeedEntry,
    HelpEntry,
    HelpOption,
    OverviewChannel,
    Reason,
    SlotStatus,
    SourceStatus,
    Tone,
    TopicEntry,
)

__all__ = [
    "Action",
    "Actions",
    "BackTest",
    "Channel",
    "Citation",
    "DigestView",
    "Fate",
    "FeedEntry",
    "FeedList",
    "HelpEntry",
    "HelpOption",
    "HelpPage",
    "Notice",
    "Overview",
    "OverviewChannel",
    "PaperCard",
    "PaperList",
    "Reason",
    "Reply",
    "SettingsView",
    "SlotStatus",
    "SourceStatus",
    "StatusView",
    "Subscribed",
    "SubscriptionList",
    "Tone",
    "TopicEntry",
    "TopicList",
    "WhyView",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A few plain sentences; of an error: what happened, what to try, and its stable code."""

    kind: Tone
    what: str
    fix: str = ""
    code: str = ""
    lines: tuple[str, ...] = ()
    actions: Actions = ()
    exit_code: int = 0  # for the command line


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperList:
    """Papers in order, one page of them; pages count from 1."""

    title: str
    papers: tuple[Pick, ...]
    total: int
    exact_total: bool = True
    page: int = 1
    pages: int = 1
    first: int = 1  # the number of the first one shown
    query: str = ""
    notes: tuple[str, ...] = ()
    hint: str = ""  # what to try when there is nothing
    actions: Actions = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperCard:
    """All that is known of one paper, with its summary."""

    paper: Paper
    topics: tuple[str, ...] = ()
    actions: Actions = ()

    def __post_init__(self) -> None:
        """Shown like a pick, and summarised like one."""
        object.__setattr__(self, "paper", summarised(self.paper))


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscribed:
    """A subscription was made, changed, or was there already."""

    subscription: Subscription
    what: str  # one sentence: what was done
    changes: tuple[str, ...]  # what else moved: "Posts weekdays 09:00 Europe/Berlin (was daily 08:00 UTC)."
    state: Channel
    back_test: BackTest
    notes: tuple[str, ...] = ()
    actions: Actions = ()
    asks_zone: bool = False  # nobody ever said in which zone the channel's hour is


@dataclass(frozen=True, kw_only=True, slots=True)
class SubscriptionList:
    """A channel's subscriptions and when they come."""

    title: str
    state: Channel | None  # None when nothing was ever subscribed here
    hint: str = ""
    actions: Actions = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingsView:
    """How a channel is set, and what was just changed."""

    state: Channel
    what: str = ""
    changes: tuple[str, ...] = ()
    hint: str = ""
    actions: Actions = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpPage:
    """Every command in one line each, or one command in full."""

    title: str
    text: str = ""
    entries: tuple[HelpEntry, ...] = ()
    options: tuple[HelpOption, ...] = ()
    filters: tuple[HelpOption, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicList:
    """Topics, by category."""

    title: str
    topics: tuple[TopicEntry, ...]
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusView:
    """What comes next, how the last digests went, and how fresh the sources are."""

    title: str
    channel: Channel | None
    slots: tuple[SlotStatus, ...]
    sources: tuple[SourceStatus, ...]
    counts: Mapping[str, int]
    actions: Actions = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """All a person may see of their workspace: its channels, the sources that fail or lag, their own saved papers."""

    title: str
    channels: tuple[OverviewChannel, ...]
    troubled: tuple[SourceStatus, ...]  # sources that are not as they should be
    saved: tuple[Paper, ...]  # the asker's own, last saved first; a few
    hidden: int = 0  # channels more than are told of
    hint: str = ""
    actions: Actions = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestView:
    """A digest: a preview, one just posted, or one posted before."""

    digest: Digest
    title: str
    actions: Actions = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyView:
    """Why a paper was shown here, or why not."""

    paper: Paper
    fate: Fate
    what: str
    reasons: tuple[Reason, ...]
    actions: Actions = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """One paper in the three forms reference managers read."""

    paper: Paper
    bibtex: str
    ris: str
    csl: str  # CSL-JSON


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedList:
    """Feeds, and of one just added the newest titles."""

    title: str
    feeds: tuple[FeedEntry, ...]
    newest: tuple[str, ...] = ()
    hint: str = ""
    actions: Actions = ()


Reply: TypeAlias = (
    Notice
    | PaperList
    | PaperCard
    | Subscribed
    | SubscriptionList
    | SettingsView
    | HelpPage
    | TopicList
    | StatusView
    | Overview
    | DigestView
    | WhyView
    | Citation
    | FeedList
)
