"""Every reply on the terminal, and as JSON."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from rich.console import Console

from adapters.chat.console import HERE
from adapters.chat.console_replies import actions_blocks, reply_blocks, typed_at_prompt
from adapters.chat.console_sheet import HOSTILE, draw
from bot.cli._views import reply_json
from bot.commands import replies as r
from bot.commands.catalogue import REGISTRY
from bot.commands.citing import bibtex, csl_json, ris
from bot.commands.parsing import Call, parse_line
from bot.domain.digest import Digest, Folded, Group, Pick, Why
from bot.domain.paper import Freshness
from bot.domain.subscription import WEEKDAYS, Destination, Schedule, Subscription
from bot.domain.topics import Topics
from bot.testing.builders import SAMPLE_NOW, make_paper

PAPER = make_paper(1, title="[red]Robots[/red] That Knit", summary="They knit.", summary_by="abstract")
NASTY = "nasty \x1b[31m[bold]\u202e\x07"
PICK = Pick(paper=PAPER, why=(Why(query="knit", subscription_id=7, hits=('title "knit"',)),), score=2.5)
DESTINATION = Destination(
    id=1,
    address=HERE,
    name="this terminal",
    schedule=Schedule(tz="Europe/Berlin", days=WEEKDAYS),
    max_papers=8,
)
SUBSCRIPTION = Subscription(
    id=7, destination_id=1, query="knit -survey", created_by="ada", created_at=SAMPLE_NOW
)
STATE = r.Channel(
    destination=DESTINATION,
    subscriptions=(SUBSCRIPTION, replace(SUBSCRIPTION, id=12, query="topic:rlhf", paused=True)),
    next_digest=datetime(2026, 6, 2, 7, 0, tzinfo=UTC),
)
DAYS = (date(2026, 5, 29), date(2026, 6, 1))
UNDO = r.Action("Undo", "unsubscribe", {"which": "7"})
DIGEST = Digest(
    address=HERE,
    destination="this terminal",
    day=date(2026, 6, 1),
    tz="UTC",
    groups=(Group(title="knit", picks=(PICK,)),),
    folded=(Folded(paper_id=2, score=1.0),),
)
REPLIES: tuple[r.Reply, ...] = (
    r.Notice(
        kind=r.Tone.ERROR,
        what="I don't know `kn1t`, so nothing was changed.",
        fix="Try `knit`.",
        code="P-USER",
    ),
    r.Notice(kind=r.Tone.DONE, what="Dropped.", lines=("knit",), actions=(UNDO,)),
    r.PaperList(
        title="Papers for knit",
        papers=(PICK,),
        total=23,
        page=3,
        pages=3,
        first=21,
        query="knit",
        actions=(r.Action("Previous", "search", {"query": "knit robots", "page": "2"}),),
    ),
    r.PaperList(title="Papers for zeppelin", papers=(), total=0, hint="Nothing matches."),
    r.PaperCard(paper=PAPER, topics=("robot-learning",), actions=(r.Action("Save", "save", {"paper": "1"}),)),
    r.Subscribed(
        subscription=SUBSCRIPTION,
        what="Subscribed",
        changes=("The whole channel now posts weekdays 09:00 Europe/Berlin (was daily 08:00 UTC).",),
        state=STATE,
        back_test=r.BackTest(days=DAYS, counts=(4, 7), samples=(PAPER,)),
        actions=(UNDO,),
    ),
    r.SubscriptionList(title="Subscriptions of this terminal", state=STATE),
    r.SubscriptionList(title="Subscriptions of #new", state=None, hint="Start with `subscribe topic:llm`."),
    r.SettingsView(
        state=replace(
            STATE,
            destination=replace(DESTINATION, paused=True, paused_reason="paused by Ada"),
            next_digest=None,
        ),
        what="Changed.",
        changes=("Digests now hold up to 8 papers (was 10).",),
    ),
    r.HelpPage(
        title="subscribe QUERY",
        text="Bring papers.",
        options=(r.HelpOption(name="[at:TIME]", help="When", default="as it is"),),
        filters=(r.HelpOption(name="cat:", help="arXiv categories", default=""),),
        examples=("subscribe knit",),
    ),
    r.HelpPage(
        title="What you can ask", entries=(r.HelpEntry(usage="today", summary="List.", managers=False),)
    ),
    r.TopicList(
        title="Topics",
        topics=(
            r.TopicEntry(name="rlhf", title="Human feedback", definition="rlhf", category="Training"),
            r.TopicEntry(name="yarn", title="yarn", definition="yarn OR wool", category="", own=True),
        ),
    ),
    r.StatusView(
        title="Status of this terminal",
        channel=STATE,
        slots=(
            r.SlotStatus(slot="2026-06-01", state="sent"),
            r.SlotStatus(slot="2026-05-31", state="skipped", reason="late"),
        ),
        sources=(
            r.SourceStatus(
                source="arxiv",
                origin="cs.LG",
                day=date(2026, 6, 1),
                verdict=Freshness.STALE,
                asked_at=SAMPLE_NOW,
                note="still yesterday's list",
            ),
        ),
        counts={"papers": 1234, "subscriptions": 2},
    ),
    r.Overview(
        title="Paper Round here",
        channels=(r.OverviewChannel(state=STATE, last=r.SlotStatus(slot="2026-06-01", state="sent")),),
        troubled=(
            r.SourceStatus(
                source="arxiv",
                origin="cs.LG",
                day=date(2026, 6, 1),
                verdict=Freshness.FAILED,
                asked_at=SAMPLE_NOW,
                note="it did not answer",
            ),
        ),
        saved=(PAPER,),
        hidden=2,
        hint="Nothing else.",
    ),
    r.DigestView(digest=DIGEST, title="Preview: nothing was posted"),
    r.WhyView(
        paper=PAPER,
        fate=r.Fate.SHOWN,
        what="Shown here on Mon 1 Jun 2026, in the digest itself.",
        reasons=(
            r.Reason(subscription=SUBSCRIPTION, hits=('title "knit"',)),
            r.Reason(subscription=SUBSCRIPTION, hits=()),
        ),
    ),
    r.Citation(paper=PAPER, bibtex=bibtex(PAPER), ris=ris(PAPER), csl=csl_json(PAPER)),
    r.FeedList(
        title="Following The Blog",
        feeds=(r.FeedEntry(id=3, url="https://example.org/atom.xml", title="The Blog"),),
        newest=("Entry one",),
        hint="It holds 5 entries now.",
    ),
)


def drawn(reply: r.Reply, width: int = 80) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, _environ={})
    draw(console, reply_blocks(reply))
    draw(console, actions_blocks(reply, typed_at_prompt))
    return out.getvalue()


def test_every_kind_of_reply_is_in_this_test() -> None:
    assert {type(reply) for reply in REPLIES} == set(get_args(r.Reply))


def test_replies_are_drawn_as_they_were(same_as_golden) -> None:
    text = "".join(f"=== {type(reply).__name__}\n{drawn(reply)}" for reply in REPLIES)
    same_as_golden("console/replies.txt", text)


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: type(reply).__name__)
def test_every_reply_has_its_json(reply: r.Reply) -> None:
    assert json.loads(json.dumps(reply_json(reply, Topics.shipped())))


@pytest.mark.parametrize(
    "action",
    [
        r.Action("Undo", "unsubscribe", {"which": "7"}),
        r.Action("Undo", "subscribe", {"query": '"flow matching" OR knit -survey'}),
        r.Action("Undo", "edit", {"which": "7", "query": "knit robots"}),
        r.Action("Next", "search", {"query": 'author:"Ada Example" knit', "page": "2"}),
        r.Action("Back", "settings", {"at": "09:00", "tz": "Europe/Berlin", "days": "Mon,Thu", "max": "8"}),
        r.Action("Undo", "define", {"topic": "yarn", "definition": "wool OR yarn"}),
        r.Action("There", "move", {"to": "C1"}),
        r.Action("Undo", "feed add", {"url": "https://example.org/atom.xml"}),
        r.Action("Undo", "feed remove", {"feed": "3"}),
        r.Action("Undo", "unmute", {"author": "Ada Example"}),
        r.Action("Next", "trending", {"period": "month", "page": "2"}),
        r.Action("Next", "catchup", {"since": "2026-06-01", "page": "2"}),
        r.Action("Post now", "post now"),
    ],
    ids=lambda action: str(action.command),
)
def test_what_is_offered_to_type_is_what_the_button_does(action: r.Action) -> None:
    assert parse_line(typed_at_prompt(action), REGISTRY) == Call(action.command, action.arguments)


def test_what_comes_from_outside_cannot_move_the_terminal() -> None:
    nasty = make_paper(
        1, title=NASTY, abstract=NASTY, summary=NASTY, authors=(NASTY,), venue=NASTY, comment=NASTY
    )
    pick = Pick(paper=nasty, why=(Why(query=NASTY, subscription_id=1, hits=(NASTY,)),), score=1.0)
    replies: tuple[r.Reply, ...] = (
        r.PaperList(title=NASTY, papers=(pick,), total=1, notes=(NASTY,), hint=NASTY),
        r.PaperCard(paper=nasty),
        r.Notice(kind=r.Tone.ERROR, what=NASTY, fix=NASTY, lines=(NASTY,)),
        r.Citation(paper=nasty, bibtex=bibtex(nasty), ris=ris(nasty), csl=csl_json(nasty)),
        r.FeedList(title=NASTY, feeds=(r.FeedEntry(id=1, url=NASTY, title=NASTY),), newest=(NASTY,)),
    )
    for reply in replies:
        text = drawn(reply)
        assert not HOSTILE.search(text.replace("\n", ""))
        assert "[bold]" in text


def test_the_search_objects_names_are_fixed() -> None:
    made = reply_json(REPLIES[2], Topics.shipped())
    assert {"query", "total", "papers"} <= set(made)
    (paper,) = made["papers"]
    assert {
        "id", "title", "url", "authors", "published", "listed", "sources", "topics", "score", "summary",
        "subscriptions", "why",
    } <= set(paper)  # fmt: skip
    assert (paper["published"], paper["listed"]) == ("2026-05-29", "2026-06-01")
    assert paper["why"] == ['title "knit"']


def test_the_digest_and_list_objects_names_are_fixed() -> None:
    digest = reply_json(r.DigestView(digest=DIGEST, title="x"), Topics.shipped())
    assert {"destination", "date", "matched", "shown", "folded", "deferred", "notes", "papers"} <= set(digest)
    assert digest["matched"] == digest["shown"] + digest["folded"] + digest["deferred"] == 2
    assert digest["papers"][0]["subscriptions"] == ["knit"]
    listed = reply_json(r.SubscriptionList(title="x", state=STATE), Topics.shipped())
    assert {"id", "destination", "query", "created_by"} <= set(listed["subscriptions"][0])
