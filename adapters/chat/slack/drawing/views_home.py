"""App Home: a person's own page about every channel they may see. Its buttons name their channel, as a claim."""

from __future__ import annotations

from collections.abc import Iterator

from bot.commands.replies import Action, Overview, PaperList
from bot.commands.wording import count

from . import limits
from .actions import row
from .blocks import Block, Json, bullets, divider, header, words
from .replies_fitting import Group, group, singly, within
from .replies_pieces import PREFIX, dotted, heading, sentence, sentences
from .replies_status import channel_groups, saved_groups, source_groups

NEW = Action("Follow something", "edit")  # opens the form for a new subscription, which asks for the channel
MOST_SAVED = 10
TITLE = "Papers in your channels"
NOT_ALL = f"There is more than fits here: `{PREFIX}overview` in a channel shows it."
EMPTY = (
    "Tell a channel what it should follow, and each morning it gets the new papers that match: from Hugging Face, "
    "arXiv and any feed, each once, with why it matched."
)
TRIES = (
    ("subscribe topic:llm", "a topic, of more than two hundred"),
    ('subscribe "flow matching" OR diffusion -survey', "words, phrases, and what to leave out"),
    ('subscribe author:"Yang Song" has:code', "a person, where there is code"),
    ("preview topic:rlhf", "what today's digest would be; nothing is posted"),
)


def home_view(overview: Overview | None, saved: PaperList | None, notice: str = "") -> Json:
    """The page; None for what is not known yet, and `notice` for what was just done."""
    foot = [dotted("Find a paper in any channel: /papers search WORDS", "all commands: /papers help")]
    groups = [_top(notice), *_followed(overview), *_saved(overview, saved)]
    return {"type": "home", "blocks": [*within(groups, limits.MOST_VIEW_BLOCKS - len(foot), NOT_ALL), *foot]}


def _top(notice: str) -> Group:
    told = [sentence(notice, bold=True)] if notice else []
    return group(header(TITLE), *told, *row([NEW], "new:"))


def _followed(overview: Overview | None) -> Iterator[Group]:
    if overview is None:
        yield group(sentence("One moment ..."))
        return
    if not overview.channels:
        yield group(*_empty())
    for one in (*source_groups(overview.troubled), *channel_groups(overview, PREFIX, buttons=True)):
        yield group(divider(), *one.blocks, items=1)


def _empty() -> Iterator[Block]:
    """What makes one want to subscribe."""
    yield heading("Nothing is followed yet")
    yield sentence(EMPTY)
    rows = [[words(f"{PREFIX}{line}", code=True), words(f"  {why}")] for line, why in TRIES]
    yield sentence("In a channel, type for example", bold=True)
    yield bullets(rows)


def _saved(overview: Overview | None, saved: PaperList | None) -> Iterator[Group]:
    """A person's own list; where it was not asked for, what the overview has of it."""
    papers = [pick.paper for pick in saved.papers] if saved else list(overview.saved if overview else ())
    more = max(0, saved.total if saved else 0, len(papers)) - len(papers[:MOST_SAVED])
    if papers:
        yield group(divider())
        yield from saved_groups(papers[:MOST_SAVED])
        yield from singly(sentences(f"... and {count(more, 'paper')} more: `{PREFIX}saved`" if more else ""))
