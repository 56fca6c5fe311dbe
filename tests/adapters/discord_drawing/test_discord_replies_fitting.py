"""Replies that are long: they stay within the limits, and say what found no room."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.discord.drawing.buttons import packed
from adapters.chat.discord.drawing.embeds import BLUE
from adapters.chat.discord.drawing.kept import Kept
from adapters.chat.discord.drawing.replies import reply_messages
from adapters.chat.discord.drawing.replies_fitting import MOST_MESSAGES
from adapters.chat.discord.drawing.text import link
from bot.commands import replies as r
from bot.commands.catalogue import REGISTRY
from bot.domain.digest import Pick
from bot.domain.topics import Topics
from bot.testing.builders import make_paper
from bot.testing.replies import sample_paper, sample_state

from .conftest import components, fits, labels, subscriptions, words_of


def test_all_shipped_topics_fit() -> None:
    entries = tuple(
        r.TopicEntry(name=one.name, title=one.title, definition="", category=one.category)
        for one in sorted(Topics.shipped().all(), key=lambda one: (one.category, one.name))
    )
    said = words_of(fits(r.TopicList(title="Topics", topics=entries)))
    assert all(one.name in said for one in entries)


def test_all_of_help_fits() -> None:
    entries = tuple(
        r.HelpEntry(usage=f"/papers {one.usage}", summary=one.summary, managers=True) for one in REGISTRY
    )
    said = words_of(fits(r.HelpPage(title="What you can ask", entries=entries)))
    assert all(f"`/papers {one.name}" in said for one in REGISTRY)


def test_topics_that_find_no_room_are_counted() -> None:
    entries = tuple(
        r.TopicEntry(name=f"{'wool' * 9}-{one:03}", title="Wool", definition="", category="Yarn")
        for one in range(900)
    )
    said = words_of(fits(r.TopicList(title="Topics", topics=entries)))
    there = sum(f"-{one:03}" in said for one in range(900))
    assert 0 < there < 900
    assert f"... and {900 - there:,} topics more" in said
    assert "/papers topics WORD" in said


def test_subscriptions_that_find_no_room_are_counted() -> None:
    state = replace(sample_state(), subscriptions=subscriptions(300, "wool " * 60))
    messages = fits(r.SubscriptionList(title="Subscriptions", state=state))
    there = sum(f"\n{one['description']}".count("\n- **") for message in messages for one in message.embeds)
    assert len(messages) == MOST_MESSAGES
    assert f"... and {300 - there} subscriptions more" in words_of(messages)


def test_a_collaboration_of_thousands_is_cut_and_counted() -> None:
    authors = tuple(f"Ada Example the {one}th" for one in range(3000))
    said = words_of(fits(r.PaperCard(paper=replace(sample_paper(), authors=authors))))
    assert "Ada Example the 0th" in said
    assert " more" in said


def test_a_button_that_is_too_long_comes_where_it_can_be_kept() -> None:
    again = r.Action("Again", "subscribe", {"query": "wool " * 100})
    reply = r.Notice(kind=r.Tone.DONE, what="Dropped.", actions=(again,))
    assert labels(reply_messages(reply, Kept())) == ["Again"]
    assert "1 button more found no room here." in words_of(reply_messages(reply))


def test_the_button_of_what_one_most_likely_wants_stands_out() -> None:
    follow = r.Action("Subscribe", "subscribe", {"query": "knit"})
    (made,) = components(reply_messages(r.Notice(kind=r.Tone.INFO, what="x", actions=(follow,))))
    assert (made["style"], made["custom_id"]) == (BLUE, packed(follow))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 400), st.integers(1, 4000))
def test_a_notice_of_any_length_stays_within_the_limits(rows: int, length: int) -> None:
    fits(r.Notice(kind=r.Tone.DONE, what="x" * length, fix="*" * length, lines=("z " * length,) * rows))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 60), st.integers(1, 1000))
def test_any_number_of_subscriptions_stays_within_the_limits(number: int, length: int) -> None:
    state = replace(sample_state(), subscriptions=subscriptions(number, "q_ " * length))
    again = tuple(
        r.Action(f"Again: {one.query}", "subscribe", {"query": one.query}) for one in state.subscriptions
    )
    fits(r.SubscriptionList(title="Subscriptions", state=state, hint="*" * length))
    fits(r.SettingsView(state=state))
    fits(r.Notice(kind=r.Tone.DONE, what="Dropped.", actions=again))
    channels = (r.OverviewChannel(state=state, last=None),) * (number % 21)
    fits(r.Overview(title="Here", channels=channels, troubled=(), saved=()))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.integers(1, 400), st.integers(1, 1900))
def test_a_page_of_papers_stays_within_the_limits(number: int, title: int, address: int) -> None:
    url = "https://papers.example/" + "x" * address
    paper = make_paper(1, title="T* " * title, url=url, summary="s_ " * title, code_url=url, project_url=url)
    picks = tuple(Pick(paper=paper, why=(), score=1.0) for _ in range(number))
    links = {url, *(f"{url}#paper-{one}" for one in range(2, 12))}
    fits(r.PaperList(title="Papers", papers=picks, total=number, notes=("n_ " * title,) * 9), links)
    fits(r.PaperCard(paper=paper, topics=("topic",) * number), links)
    fits(r.Overview(title="Here", channels=(), troubled=(), saved=(paper,) * 9), links)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100), st.integers(1, 2000))
def test_any_number_of_feeds_and_commands_stays_within_the_limits(number: int, length: int) -> None:
    feed = r.FeedEntry(id=1, url="https://feeds.example/" + "x" * length, title="t_ " * length)
    fits(r.FeedList(title="Feeds", feeds=(feed,) * number, newest=("n " * length,) * 3), {link(feed.url)})
    entry = r.HelpEntry(usage="u " * length, summary="s", managers=True)
    fits(r.HelpPage(title="t " * length, entries=(entry,) * number))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 20_000))
def test_a_citation_of_any_length_stays_within_the_limits(length: int) -> None:
    paper = sample_paper()
    messages = fits(r.Citation(paper=paper, bibtex="a " * length, ris="b\n" * length, csl="c" * length))
    written = sum(one["description"].count("c") for message in messages for one in message.embeds)
    assert ("This is cut" in words_of(messages)) == (written < length)
