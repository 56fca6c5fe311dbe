"""The stable JSON of the command line: fields may be added, never renamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from bot.commands import replies
from bot.commands.papers import topics_of
from bot.commands.replies import Reply
from bot.domain.digest import Digest, Pick
from bot.domain.paper import Paper
from bot.domain.subscription import Destination, Subscription
from bot.domain.topics import Topics

Json = dict[str, object]


def reply_json(reply: Reply, topics: Topics) -> Json:  # noqa: C901, PLR0911, PLR0912 - one arm for each reply, and nothing else
    """A reply as one object."""
    match reply:
        case replies.PaperList():
            return paper_list_json(reply, topics)
        case replies.PaperCard():
            return {"paper": _card(reply)}
        case replies.SubscriptionList():
            return {"subscriptions": _subscriptions(reply.state)}
        case replies.Subscribed():
            return _subscribed(reply)
        case replies.SettingsView():
            return {"settings": _settings(reply.state.destination), "changes": list(reply.changes)}
        case replies.TopicList():
            return {"topics": [_topic(one) for one in reply.topics]}
        case replies.FeedList():
            return _feeds(reply)
        case replies.StatusView():
            return {"slots": [_slot(one) for one in reply.slots], "counts": dict(reply.counts)}
        case replies.Overview():
            return {"channels": [_channel(one) for one in reply.channels], "hidden": reply.hidden}
        case replies.DigestView():
            return digest_json(reply.digest, topics)
        case replies.WhyView():
            return {"paper": reply.paper.id, "fate": reply.fate.value, "what": reply.what}
        case replies.Citation():
            return {"paper": reply.paper.id, "bibtex": reply.bibtex, "ris": reply.ris, "csl": reply.csl}
        case replies.HelpPage():
            return {"title": reply.title, "commands": [one.usage for one in reply.entries]}
        case replies.Notice():
            return {
                "kind": reply.kind.value,
                "what": reply.what,
                "fix": reply.fix,
                "lines": list(reply.lines),
            }
        case _:
            assert_never(reply)


def paper_list_json(reply: replies.PaperList, topics: Topics) -> Json:
    """`search`, `today`, `more`: the papers with score and why."""
    return {
        "query": reply.query,
        "total": reply.total,
        "page": reply.page,
        "pages": reply.pages,
        "papers": picks_json(reply.papers, topics),
    }


def digest_json(digest: Digest, topics: Topics) -> Json:
    """A digest with everything it shows; `shown + folded + deferred = matched`."""
    return {
        "destination": str(digest.address),
        "date": digest.day.isoformat(),
        "matched": digest.matched,
        "shown": digest.shown,
        "folded": len(digest.folded),
        "deferred": len(digest.deferred),
        "notes": list(digest.notes),
        "papers": picks_json(digest.picks, topics),
    }


def picks_json(picks: Sequence[Pick], topics: Topics) -> list[Json]:
    """Papers as they were picked, each with its reasons."""
    named = topics_of([pick.paper for pick in picks], topics)
    return [
        {
            **paper_json(pick.paper, named[pick.paper.id]),
            "score": round(pick.score, 4),
            "subscriptions": [why.query for why in pick.why if why.query],
            "why": list(dict.fromkeys(hit for why in pick.why for hit in why.hits)),
        }
        for pick in picks
    ]


def paper_json(paper: Paper, topics: Sequence[str]) -> Json:
    """A paper in few fields."""
    published = paper.submitted or paper.announced
    return {
        "id": paper.id,
        "key": paper.key,
        "title": paper.title,
        "url": paper.url,
        "authors": list(paper.authors),
        "published": published.isoformat() if published else None,
        "listed": paper.listed.isoformat() if paper.listed else None,
        "sources": list(paper.sources),
        "topics": list(topics),
        "categories": list(paper.categories),
        "votes": paper.votes,
        "summary": paper.summary,
    }


def subscription_json(one: Subscription, destination: Destination) -> Json:
    """A subscription, as `list` has it."""
    return {
        "id": one.id,
        "destination": str(destination.address),
        "query": one.query,
        "created_by": one.created_by,
        "paused": one.paused,
    }


def _subscriptions(state: replies.Channel | None) -> list[Json]:
    return [subscription_json(one, state.destination) for one in state.subscriptions] if state else []


def _subscribed(reply: replies.Subscribed) -> Json:
    tested = reply.back_test
    return {
        "subscription": subscription_json(reply.subscription, reply.state.destination),
        "changes": list(reply.changes),
        "subscriptions": _subscriptions(reply.state),
        "settings": _settings(reply.state.destination),
        "next": reply.state.next_digest.isoformat() if reply.state.next_digest else None,
        "back_test": {
            day.isoformat(): number for day, number in zip(tested.days, tested.counts, strict=True)
        },
    }


def _settings(destination: Destination) -> Json:
    schedule = destination.schedule
    return {
        "destination": str(destination.address),
        "at": f"{schedule.at:%H:%M}",
        "tz": schedule.tz,
        "days": sorted(schedule.days),
        "max": destination.max_papers,
        "paused": destination.paused,
    }


def _channel(one: replies.OverviewChannel) -> Json:
    return {
        "settings": _settings(one.state.destination),
        "subscriptions": _subscriptions(one.state),
        "next": one.state.next_digest.isoformat() if one.state.next_digest else None,
        "last": _slot(one.last) if one.last else None,
        "troubles": list(one.state.troubles),
    }


def _card(reply: replies.PaperCard) -> Json:
    paper = reply.paper
    more: Mapping[str, object] = {
        "abstract": paper.abstract,
        "doi": paper.doi,
        "venue": paper.venue,
        "code_url": paper.code_url,
        "project_url": paper.project_url,
        "summary_by": paper.summary_by,
    }
    return {**paper_json(paper, reply.topics), **more}


def _topic(one: replies.TopicEntry) -> Json:
    return {"name": one.name, "title": one.title, "definition": one.definition, "category": one.category}


def _feeds(reply: replies.FeedList) -> Json:
    feeds = [{"id": one.id, "url": one.url, "title": one.title} for one in reply.feeds]
    return {"feeds": feeds, "newest": list(reply.newest)}


def _slot(one: replies.SlotStatus) -> Json:
    return {"date": one.slot, "by_hand": one.by_hand, "state": one.state, "reason": one.reason}
