"""One of every reply, each with every field filled in: what an adapter has to be able to draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.commands import replies as r
from bot.commands.citing import bibtex, csl_json, ris
from bot.domain.digest import Digest, Folded, Group, Pick, Why
from bot.domain.paper import Freshness, Paper
from bot.domain.subscription import WEEKDAYS, Address, Destination, Schedule, Subscription

from .builders import SAMPLE_DAY, SAMPLE_NOW, make_paper

Said = Callable[[str], str]
HERE = Address(platform="slack", workspace="T1", channel="C1")
PAPER = {"paper": "2026060100001"}


def every_reply(said: Said = str) -> tuple[r.Reply, ...]:
    """Every kind of reply; `said` gives the text for each field that somebody else can fill."""
    return (*_words(said), *_papers(said), *_channels(said), *_wider(said))


def sample_paper(said: Said = str) -> Paper:
    """A paper of which everything is known."""
    return make_paper(
        1,
        title=said("Walking Robots That Knit"),
        abstract=said(
            "Robots rarely knit. We teach a walking robot to knit a scarf. It drops fewer stitches."
        ),
        authors=(said("Ada Example"), said("Bo Muster")),
        categories=(said("cs.RO"), said("cs.LG")),
        url=said("https://arxiv.org/abs/2606.00001"),
        key=said("arxiv:2606.00001"),
        summary=said("A robot knits."),
        summary_by="source",
        organization=said("Institute of Wool"),
        comment=said("12 pages, 3 scarves"),
        venue=said("Conference on Wool 2026"),
        doi=said("10.1234/wool.1"),
        code_url=said("https://git.example/knit"),
        stars=31_400,
        project_url=said("https://knit.example"),
        license=said("CC BY 4.0"),
        sources=("huggingface", "arxiv"),
    )


def sample_state(said: Said = str) -> r.Channel:
    """A channel with two subscriptions, one of them paused."""
    schedule = Schedule(tz="Europe/Berlin", days=WEEKDAYS)
    destination = Destination(id=1, address=HERE, name=said("#papers"), schedule=schedule, max_papers=8)
    one = _subscription(said)
    return r.Channel(
        destination=destination,
        subscriptions=(one, replace(one, id=12, query=said("topic:rlhf"), paused=True)),
        next_digest=datetime(2026, 6, 2, 7, 0, tzinfo=UTC),
    )


def _subscription(said: Said) -> Subscription:
    query = said('knit "long scarf" -survey')
    return Subscription(id=7, destination_id=1, query=query, created_by="U1", created_at=SAMPLE_NOW)


def _pick(said: Said) -> Pick:
    why = Why(query=said("knit"), subscription_id=7, hits=(said('title "knit"'), said("cs.RO")))
    return Pick(paper=sample_paper(said), why=(why,), score=2.5)


def _words(said: Said) -> Iterator[r.Reply]:
    yield r.Notice(
        kind=r.Tone.ERROR,
        what=said("I don't know `kn1t`, so nothing was changed."),
        fix=said('For example: `search "flow matching"`; `help` lists every verb.'),
        code="P-USER",
    )
    undo = r.Action("Undo", "subscribe", {"query": said("knit")})
    yield r.Notice(
        kind=r.Tone.DONE, what=said("Dropped 1 subscription."), lines=(said("knit"),), actions=(undo,)
    )
    yield r.Notice(kind=r.Tone.INFO, what=said("It was set so already; nothing was changed."))
    entry = r.HelpEntry(
        usage=said("/papers subscribe QUERY [at:TIME]"), summary="Bring papers.", managers=True
    )
    yield r.HelpPage(
        title="What you can ask",
        text="Answers are private.",
        entries=(entry, entry),
        examples=(said("today"),),
    )
    yield r.HelpPage(
        title="/papers subscribe QUERY [at:TIME]",
        text="Bring papers that match a query to this channel every day.",
        options=(r.HelpOption(name="[at:TIME]", help="When it comes", default="as it is"),),
        filters=(r.HelpOption(name="cat:", help="arXiv categories", default=""),),
        examples=("/papers subscribe topic:llm",),
    )
    yield r.TopicList(title=said("Topics"), topics=(_topic(said, "rlhf"), _topic(said, "yarn", own=True)))
    yield r.TopicList(
        title=said("Topics like yarn"), topics=(_topic(said, "yarn"),), hint=said("Follow one.")
    )
    yield r.FeedList(
        title=said("Following The Blog"),
        feeds=(r.FeedEntry(id=3, url=said("https://example.org/atom.xml"), title=said("The Blog")),),
        newest=(said("Entry one"), said("Entry two")),
        hint=said("It holds 5 entries now."),
        actions=(r.Action("Undo", "feed remove", {"feed": "3"}),),
    )


def _topic(said: Said, name: str, *, own: bool = False) -> r.TopicEntry:
    category = "" if own else said("Training")
    return r.TopicEntry(
        name=said(name), title=said("Human feedback"), definition=said("a OR b"), category=category, own=own
    )


def _papers(said: Said) -> Iterator[r.Reply]:
    turns = (
        r.Action("Previous", "search", {"query": said("knit"), "page": "1"}),
        r.Action("Next", "search", {"query": said("knit"), "page": "3"}),
        r.Action("Subscribe", "subscribe", {"query": said("knit")}),
    )
    yield r.PaperList(
        title=said("Papers for knit"),
        papers=(_pick(said),),
        total=19,
        page=2,
        pages=3,
        first=11,
        query=said("knit"),
        notes=(said("arXiv: the newest list is of Mon 1 Jun 2026."),),
        actions=turns,
    )
    hint = said("Nothing matches. Try fewer words, `OR` between them, or a topic.")
    yield r.PaperList(title=said("Papers for zeppelin"), papers=(), total=0, hint=hint)
    offered = tuple(r.Action(label, label.lower(), PAPER) for label in ("Save", "Similar", "Why", "Cite"))
    yield r.PaperCard(paper=sample_paper(said), topics=(said("robot-learning"),), actions=offered)
    one = _subscription(said)
    yield r.WhyView(
        paper=sample_paper(said),
        fate=r.Fate.SHOWN,
        what=said("Shown here on Mon 1 Jun 2026, in the digest itself."),
        reasons=(
            r.Reason(subscription=one, hits=(said('title "knit"'),)),
            r.Reason(subscription=replace(one, id=12), hits=()),
        ),
        actions=(r.Action("Edit 7", "edit", {"which": "7"}),),
    )
    paper = sample_paper(said)
    yield r.Citation(paper=paper, bibtex=bibtex(paper), ris=ris(paper), csl=csl_json(paper))
    yield r.DigestView(
        digest=_digest(said),
        title=said("Preview for #papers: nothing was posted or recorded"),
        actions=(r.Action("Post now", "post now"),),
    )


def _digest(said: Said) -> Digest:
    return Digest(
        address=HERE,
        destination=said("#papers"),
        day=SAMPLE_DAY,
        tz="Europe/Berlin",
        groups=(Group(title=said("knit"), picks=(_pick(said),)),),
        folded=(Folded(paper_id=2, score=1.0),),
        notes=(said("arXiv is late."),),
    )


def _channels(said: Said) -> Iterator[r.Reply]:
    state = sample_state(said)
    back_test = r.BackTest(days=(date(2026, 5, 29), SAMPLE_DAY), counts=(4, 7), samples=(sample_paper(said),))
    yield r.Subscribed(
        subscription=state.subscriptions[0],
        what=said("Subscribed"),
        changes=(said("The whole channel now posts weekdays 09:00 Europe/Berlin (was daily 08:00 UTC)."),),
        state=state,
        back_test=back_test,
        notes=(said("The hour is in UTC."),),
        actions=(
            r.Action("Undo", "unsubscribe", {"which": "7"}),
            r.Action("Preview", "preview"),
            r.Action("Edit", "edit", {"which": "7"}),
            r.Action("Post today's now", "post now"),
        ),
    )
    drops = tuple(
        r.Action(f"Drop {one.id}", "unsubscribe", {"which": str(one.id)}, danger=True)
        for one in state.subscriptions
    )
    yield r.SubscriptionList(title=said("Subscriptions of #papers"), state=state, actions=drops)
    hint = said("Nothing is subscribed here yet. Start with `/papers subscribe topic:llm`.")
    yield r.SubscriptionList(title=said("Subscriptions of #new"), state=None, hint=hint)
    back = r.Action(
        "Back to daily 08:00 UTC", "settings", {"at": "08:00", "tz": "UTC", "days": "daily", "max": "10"}
    )
    yield r.SettingsView(
        state=_paused(said), what="Changed.", changes=(said("Digests now hold up to 8."),), actions=(back,)
    )


def _paused(said: Said) -> r.Channel:
    state = sample_state(said)
    destination = replace(state.destination, paused=True, paused_reason=said("paused by Ada"))
    trouble = said("Nothing can be posted here: the token is not accepted.")
    return replace(state, destination=destination, next_digest=None, troubles=(trouble,))


def _wider(said: Said) -> Iterator[r.Reply]:
    state = sample_state(said)
    owed = replace(state, owed="today's 09:00", following=datetime(2026, 6, 3, 7, 0, tzinfo=UTC))
    sources = (_source(said, Freshness.FRESH), _source(said, Freshness.FAILED))
    yield r.StatusView(
        title=said("Status of #papers"),
        channel=owed,
        slots=(
            r.SlotStatus(slot="2026-06-01", state="sent"),
            r.SlotStatus(slot="2026-05-31", state="skipped", reason=said("it was late"), by_hand=True),
        ),
        sources=sources,
        counts={"papers": 1234, "destinations": 2, "subscriptions": 2, "feeds": 1},
    )
    last = r.SlotStatus(slot="2026-06-01", state="empty", reason=said("nothing matched"))
    yield r.Overview(
        title=said("Paper Round here"),
        channels=(
            r.OverviewChannel(state=state, last=last),
            r.OverviewChannel(state=_paused(said), last=None),
        ),
        troubled=sources[1:],
        saved=(sample_paper(said),),
        hidden=2,
    )
    yield r.Overview(
        title=said("Paper Round here"), channels=(), troubled=(), saved=(), hint=said("Nothing yet.")
    )


def _source(said: Said, verdict: Freshness) -> r.SourceStatus:
    return r.SourceStatus(
        source="arxiv",
        origin=said("cs.LG"),
        day=SAMPLE_DAY,
        verdict=verdict,
        asked_at=SAMPLE_NOW,
        note=said("it did not answer"),
    )
