"""Every reply in Slack: what it looked like last time, and that Slack takes it, whatever it quotes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.slack.drawing.actions import is_turn, unpacked, unpacked_place
from adapters.chat.slack.drawing.blocks import Message, size
from adapters.chat.slack.drawing.limits import MESSAGE_TEXT, MOST_BLOCKS
from adapters.chat.slack.drawing.replies import reply_messages
from adapters.chat.slack.drawing.replies_fitting import MOST_MESSAGES
from adapters.chat.slack.drawing.text import link
from bot.commands import replies as r
from bot.commands.catalogue import REGISTRY
from bot.domain.digest import Pick
from bot.domain.subscription import Subscription
from bot.domain.topics import Topics
from bot.testing.builders import SAMPLE_NOW, make_paper
from bot.testing.hostile import HOSTILE
from bot.testing.replies import every_reply, sample_paper, sample_state
from bot.testing.slack_blocks import slack_findings

MARK = "Foreign"
WEB = {
    "https://arxiv.org/abs/2606.00001",
    "https://doi.org/10.1234/wool.1",
    "https://git.example/knit",
    "https://knit.example",
    "https://example.org/atom.xml",
}


def as_json(messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    return [{"text": one.text, "blocks": list(one.blocks)} for one in messages]


def named() -> Iterator[tuple[str, r.Reply]]:
    """Each reply with a name of its own: "notice_1"."""
    numbers: dict[str, Iterator[int]] = {}
    for reply in every_reply():
        kind = type(reply).__name__.lower()
        yield f"{kind}_{next(numbers.setdefault(kind, count(1)))}", reply


def fits(reply: r.Reply, links: Collection[str] = WEB) -> tuple[Message, ...]:
    messages = reply_messages(reply)
    assert 1 <= len(messages) <= MOST_MESSAGES
    for message in messages:
        assert slack_findings({"text": message.text, "blocks": list(message.blocks)}, links=links) == []
        assert size(message.blocks) <= MESSAGE_TEXT
        assert len(message.blocks) <= MOST_BLOCKS
    return messages


def instead(text: str, _plain: str) -> str:
    return text


def words_of(messages: tuple[Message, ...]) -> str:
    return json.dumps(as_json(messages), ensure_ascii=False)


def texts(value: object, kind: str) -> Iterator[str]:
    """Every text object of one kind."""
    if isinstance(value, dict):
        if value.get("type") == kind:
            yield value["text"]
        for one in value.values():
            yield from texts(one, kind)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one, kind)


def buttons(messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    return [
        element
        for message in messages
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def subscriptions(number: int, query: str = "knit") -> tuple[Subscription, ...]:
    return tuple(
        Subscription(id=one, destination_id=1, query=query, created_by="U1", created_at=SAMPLE_NOW)
        for one in range(1, number + 1)
    )


def test_every_kind_of_reply_is_in_this_test() -> None:
    assert {type(reply) for reply in every_reply()} == set(get_args(r.Reply))


@pytest.mark.parametrize("name", dict(named()))
def test_a_reply_is_drawn_as_it_was(name: str, same_as_golden) -> None:
    drawn = json.dumps(as_json(fits(dict(named())[name])), ensure_ascii=False, indent=1) + "\n"
    same_as_golden(f"slack/reply_{name}.json", drawn)


@pytest.mark.parametrize("kind", range(len(every_reply())))
def test_whatever_stands_in_it_slack_takes_every_reply(kind: int) -> None:
    for text in HOSTILE:
        fits(every_reply(partial(instead, text))[kind], {link(text), link(f"https://doi.org/{text}")})


def test_no_word_of_anybody_else_is_read_as_mark_up() -> None:
    for reply in every_reply(lambda plain: f"{MARK} {plain}"):
        messages = fits(reply, {"https://doi.org/Foreign%2010.1234/wool.1"})
        for message in messages:
            assert not [text for text in texts(list(message.blocks), "mrkdwn") if MARK in text]


def test_every_button_carries_out_a_command_there_is() -> None:
    for reply in every_reply():
        for button in buttons(reply_messages(reply)):
            call = unpacked(button["value"])
            command = REGISTRY.get(call.command) if call else None
            assert call, button
            assert command, call
            assert all(command.param(name) for name in call.arguments)


def test_in_a_message_no_button_is_about_another_channel() -> None:
    every = [button for reply in every_reply() for button in buttons(reply_messages(reply))]
    assert every
    assert not [one for one in every if unpacked_place(one["value"])]


def test_what_is_asked_before_says_what_is_lost() -> None:
    (listed,) = [one for one in every_reply() if isinstance(one, r.SubscriptionList) and one.state]
    drops = [one for one in buttons(reply_messages(listed)) if one["text"]["text"].startswith("Drop")]
    assert len(drops) == 2
    assert all("Undo" in one["confirm"]["text"]["text"] and one["style"] == "danger" for one in drops)


def test_a_page_and_an_undo_take_the_place_of_what_was_there() -> None:
    turning = {
        button["text"]["text"]
        for reply in every_reply()
        for button in buttons(reply_messages(reply))
        if is_turn(button["action_id"])
    }
    assert turning == {"Previous", "Next", "Undo", "Back to daily 08:00 UTC"}


def test_a_button_that_leads_nowhere_is_left_out() -> None:
    first = r.PaperList(title="Papers", papers=(), total=0, page=1, pages=1)
    assert buttons(reply_messages(first)) == []


def test_a_command_between_backticks_is_drawn_as_one() -> None:
    (message,) = reply_messages(r.Notice(kind=r.Tone.ERROR, what="No `x`.", fix="Say `search a` or `b"))
    runs = [run for block in message.blocks for run in block["elements"][0]["elements"]]
    assert [run["text"] for run in runs if run.get("style", {}).get("code")] == ["x", "search a"]
    assert runs[-1]["text"] == " or `b"


def test_the_next_digest_is_told_in_everybodys_own_time() -> None:
    (message, *_) = reply_messages(r.SettingsView(state=sample_state()))
    (told,) = [text for text in texts(list(message.blocks), "mrkdwn") if "Next digest" in text]
    assert f"<!date^{int(datetime(2026, 6, 2, 7, 0, tzinfo=UTC).timestamp())}^" in told
    assert "Tue 2 Jun 2026, 09:00 Europe/Berlin" in told


def test_a_preview_says_that_it_is_one_and_offers_no_more_of_it() -> None:
    (shown,) = [one for one in every_reply() if isinstance(one, r.DigestView)]
    messages = reply_messages(shown)
    assert messages[0].text.startswith("Preview for #papers")
    assert [one["text"]["text"] for one in buttons(messages)] == ["Post now"]


def test_all_shipped_topics_fit() -> None:
    entries = tuple(
        r.TopicEntry(name=one.name, title=one.title, definition="", category=one.category)
        for one in sorted(Topics.shipped().all(), key=lambda one: (one.category, one.name))
    )
    said = words_of(fits(r.TopicList(title="Topics", topics=entries)))
    assert all(one.name in said for one in entries)


def test_topics_that_find_no_room_are_counted() -> None:
    entries = tuple(
        r.TopicEntry(name=f"{'wool' * 9}-{one}", title="Wool", definition="", category="Yarn")
        for one in range(900)
    )
    said = words_of(fits(r.TopicList(title="Topics", topics=entries)))
    named_there = sum(one.name in said for one in entries)
    assert 0 < named_there < 900
    assert f"... and {900 - named_there:,} topics more" in said
    assert "/papers topics WORD" in said


def test_subscriptions_that_find_no_room_are_counted() -> None:
    state = replace(sample_state(), subscriptions=subscriptions(300))
    messages = fits(r.SubscriptionList(title="Subscriptions", state=state))
    edits = [one for one in buttons(messages) if one["text"]["text"] == "Edit"]
    assert len(messages) == MOST_MESSAGES
    assert f"... and {300 - len(edits)} subscriptions more" in words_of(messages)


def test_a_collaboration_of_thousands_is_cut_and_counted() -> None:
    authors = tuple(f"Ada Example the {one}th" for one in range(3000))
    said = words_of(fits(r.PaperCard(paper=replace(sample_paper(), authors=authors))))
    assert " more" in said
    assert "Ada Example the 0th" in said


@settings(max_examples=30)
@given(st.integers(0, 400), st.integers(1, 4000))
def test_a_notice_of_any_length_stays_within_the_limits(rows: int, length: int) -> None:
    fits(r.Notice(kind=r.Tone.DONE, what="x" * length, fix="y" * length, lines=("z " * length,) * rows))


@settings(max_examples=30)
@given(st.integers(0, 60), st.integers(1, 1000))
def test_any_number_of_subscriptions_stays_within_the_limits(number: int, length: int) -> None:
    state = replace(sample_state(), subscriptions=subscriptions(number, "q " * length))
    again = tuple(
        r.Action(f"Again: {one.query}", "subscribe", {"query": one.query}) for one in state.subscriptions
    )
    fits(r.SubscriptionList(title="Subscriptions", state=state))
    fits(r.SettingsView(state=state))
    fits(r.Notice(kind=r.Tone.DONE, what="Dropped.", actions=again))
    fits(
        r.Overview(
            title="Here",
            channels=(r.OverviewChannel(state=state, last=None),) * (number % 21),
            troubled=(),
            saved=(),
        )
    )


@settings(max_examples=30)
@given(st.integers(1, 60), st.integers(1, 400), st.integers(1, 1900))
def test_a_page_of_papers_stays_within_the_limits(number: int, title: int, address: int) -> None:
    url = "https://papers.example/" + "x" * address
    paper = make_paper(1, title="T " * title, url=url, summary="s " * title)
    picks = tuple(Pick(paper=paper, why=(), score=1.0) for _ in range(number))
    fits(r.PaperList(title="Papers", papers=picks, total=number, notes=("n " * title,) * 3), {url})
    fits(r.PaperCard(paper=paper, topics=("topic",) * number), {url})


@settings(max_examples=30)
@given(st.integers(0, 100), st.integers(1, 2000))
def test_any_number_of_feeds_and_commands_stays_within_the_limits(number: int, length: int) -> None:
    feed = r.FeedEntry(id=1, url="https://feeds.example/" + "x" * length, title="t " * length)
    fits(r.FeedList(title="Feeds", feeds=(feed,) * number, newest=("n " * length,) * 3), {link(feed.url)})
    fits(
        r.HelpPage(
            title="t " * length,
            entries=(r.HelpEntry(usage="u " * length, summary="s", managers=True),) * number,
        )
    )


@settings(max_examples=30)
@given(st.integers(1, 20_000))
def test_a_citation_of_any_length_stays_within_the_limits(length: int) -> None:
    paper = sample_paper()
    messages = fits(r.Citation(paper=paper, bibtex="a " * length, ris="b\n" * length, csl="c" * length))
    assert ("This is cut" in words_of(messages)) == (words_of(messages).count("c") < length)
