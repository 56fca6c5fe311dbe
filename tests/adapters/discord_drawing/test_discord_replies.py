"""Every reply in Discord: what it looked like last time, and that Discord takes it, whatever it quotes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.discord.drawing.buttons import Press, Pressed, chosen, packed, unpacked
from adapters.chat.discord.drawing.embeds import BLUE, LINK, RED, Message, size
from adapters.chat.discord.drawing.kept import Kept
from adapters.chat.discord.drawing.limits import EMBED_TEXT, SELECT_OPTIONS
from adapters.chat.discord.drawing.replies import confirmation, reply_messages
from adapters.chat.discord.drawing.replies_fitting import MOST_MESSAGES
from adapters.chat.discord.drawing.text import link
from bot.commands import replies as r
from bot.commands.catalogue import REGISTRY
from bot.commands.parsing import Call
from bot.domain.digest import Pick
from bot.domain.subscription import Subscription
from bot.domain.topics import Topics
from bot.testing.builders import SAMPLE_NOW, make_paper
from bot.testing.discord_messages import discord_findings
from bot.testing.hostile import HOSTILE, in_sentences
from bot.testing.replies import every_reply, sample_paper, sample_state

MARK = "Foreign"
WEB = {
    "https://arxiv.org/abs/2606.00001",
    "https://doi.org/10.1234/wool.1",
    "https://git.example/knit",
    "https://knit.example",
    "https://example.org/atom.xml",
}


def named() -> Iterator[tuple[str, r.Reply]]:
    """Each reply with a name of its own: "notice_1"."""
    numbers: dict[str, Iterator[int]] = {}
    for reply in every_reply():
        kind = type(reply).__name__.lower()
        yield f"{kind}_{next(numbers.setdefault(kind, count(1)))}", reply


def bodies(messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    return [one.body() for one in messages]


def fits(reply: r.Reply, links: Collection[str] = WEB) -> tuple[Message, ...]:
    messages = reply_messages(reply, Kept())
    assert 1 <= len(messages) <= MOST_MESSAGES
    for body in bodies(messages):
        assert discord_findings(body, links=links) == []
        assert size(body["embeds"]) <= EMBED_TEXT
    return messages


def instead(text: str, _plain: str) -> str:
    return text


def led_to(text: str) -> set[str]:
    """Where a text may lead, taken for an address or for a DOI."""
    return {link(text), link(f"https://doi.org/{text}")}


def words_of(messages: tuple[Message, ...]) -> str:
    return json.dumps(bodies(messages), ensure_ascii=False)


def components(messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    return [one for message in messages for row in message.components for one in row["components"]]


def pressed(messages: tuple[Message, ...], kept: Kept) -> list[Pressed | None]:
    """What each button, and each line of each menu, carries out."""
    every = [one for one in components(messages) if one.get("style") != LINK]
    buttons = [unpacked(one["custom_id"], kept) for one in every if "options" not in one]
    menus = [one for one in every if "options" in one]
    return [
        *buttons,
        *(chosen(one["custom_id"], line["value"], kept) for one in menus for line in one["options"]),
    ]


def labels(messages: tuple[Message, ...]) -> list[str]:
    return [one["label"] for one in components(messages) if "label" in one]


def subscriptions(number: int, query: str = "knit") -> tuple[Subscription, ...]:
    return tuple(
        Subscription(id=one, destination_id=1, query=query, created_by="U1", created_at=SAMPLE_NOW)
        for one in range(1, number + 1)
    )


def test_every_kind_of_reply_is_in_this_test() -> None:
    assert {type(reply) for reply in every_reply()} == set(get_args(r.Reply))


@pytest.mark.parametrize("name", dict(named()))
def test_a_reply_is_drawn_as_it_was(name: str, same_as_golden) -> None:
    drawn = json.dumps(bodies(fits(dict(named())[name])), ensure_ascii=False, indent=1) + "\n"
    same_as_golden(f"discord/reply_{name}.json", drawn)


@pytest.mark.parametrize("kind", range(len(every_reply())))
def test_whatever_stands_in_it_discord_takes_every_reply(kind: int) -> None:
    for text in HOSTILE:
        fits(every_reply(partial(instead, text))[kind], led_to(text))


@pytest.mark.slow
@pytest.mark.parametrize("kind", range(len(every_reply())))
def test_whatever_stands_within_a_title_discord_takes_every_reply(kind: int) -> None:
    for text in in_sentences():
        fits(every_reply(partial(instead, text))[kind], led_to(text))


def test_every_button_carries_out_a_command_there_is() -> None:
    kept = Kept()
    found = [one for reply in every_reply() for one in pressed(reply_messages(reply, kept), kept)]
    assert len(found) > 30
    for one in found:
        command = REGISTRY.get(one.call.command) if one else None
        assert one
        assert command, one
        assert all(command.param(name) for name in one.call.arguments)


def test_what_destroys_is_red_and_asks_and_nothing_else_does() -> None:
    for one in (one for reply in every_reply() for one in components(reply_messages(reply))):
        asks = one.get("custom_id", "").startswith(Press.ASK)
        assert asks == (one.get("style") == RED)


def test_what_is_asked_before_is_done_in_the_place_of_the_question() -> None:
    message = confirmation(Call("unsubscribe", {"which": "7"}))
    assert discord_findings(message.body()) == []
    assert message.content.startswith("Drop 7? Its papers no longer come here.")
    sure, leave = pressed((message,), Kept())
    assert sure == Pressed(press=Press.TURN, call=Call("unsubscribe", {"which": "7"}))
    assert leave
    assert leave.press is Press.LEAVE


def test_a_page_and_an_undo_take_the_place_of_what_was_there() -> None:
    turning = {
        one["label"]
        for reply in every_reply()
        for one in components(reply_messages(reply))
        if one.get("custom_id", "").startswith(Press.TURN)
    }
    assert turning == {"Previous", "Next", "Undo", "Back to daily 08:00 UTC"}


def test_a_command_between_backticks_is_drawn_as_one() -> None:
    (message,) = reply_messages(r.Notice(kind=r.Tone.ERROR, what="No `x_y_z`.", fix="Say `search a` or `b_c"))
    assert message.content == "⚠ No `x_y_z`.\nSay `search a` or \\`b\\_c"


def test_a_notice_is_read_where_no_embed_is_shown() -> None:
    (message,) = reply_messages(r.Notice(kind=r.Tone.ERROR, what="x" * 900, fix="y" * 800))
    assert message.embeds == ()
    (long, *_) = reply_messages(r.Notice(kind=r.Tone.ERROR, what="x" * 900, lines=("z" * 800,) * 3))
    assert long.embeds


def test_the_next_digest_is_told_in_everybodys_own_time() -> None:
    said = words_of(reply_messages(r.SettingsView(state=sample_state())))
    assert "<t:1780383600:f> (Tue 2 Jun 2026, 09:00 Europe/Berlin)" in said


def test_a_preview_says_that_it_is_one_and_offers_no_more_of_it() -> None:
    (shown,) = [one for one in every_reply() if isinstance(one, r.DigestView)]
    messages = reply_messages(shown)
    assert messages[0].content.startswith("**Preview for #papers")
    assert labels(messages) == ["Post now"]


def test_a_paper_of_a_list_leads_to_its_card() -> None:
    (shown, _) = [one for one in every_reply() if isinstance(one, r.PaperList)]
    found = pressed(reply_messages(shown), Kept())
    assert Pressed(press=Press.DO, call=Call("show", {"paper": "2026060100001"})) in found


def test_a_card_opens_its_code_and_says_nothing_of_a_link_that_is_none() -> None:
    card = r.PaperCard(paper=sample_paper())
    assert [one["url"] for one in components(reply_messages(card)) if one["style"] == LINK] == [
        "https://git.example/knit",
        "https://knit.example",
    ]
    odd = replace(card, paper=replace(card.paper, code_url="javascript:alert(1)", project_url=""))
    messages = fits(odd)
    assert not [one for one in components(messages) if one["style"] == LINK]
    assert "javascript:alert" in words_of(messages)


def test_a_citation_is_copied_as_it_is() -> None:
    (shown,) = [one for one in every_reply() if isinstance(one, r.Citation)]
    text = "\n".join(one["description"] for message in reply_messages(shown) for one in message.embeds)
    assert shown.bibtex.strip() in text
    assert shown.csl.strip() in text


def test_a_page_of_ten_papers_is_one_message_however_much_they_say() -> None:
    told = {
        "title": "T " * 200,
        "summary": "s* " * 400,
        "venue": "v " * 90,
        "code_url": "https://x.example/y",
    }
    papers = tuple(Pick(paper=make_paper(one, **told), why=(), score=1.0) for one in range(10))
    links = {one.paper.url for one in papers} | {"https://x.example/y"}
    (message,) = fits(r.PaperList(title="Papers", papers=papers, total=10), links)
    assert len(message.embeds) == 10
    short = tuple(Pick(paper=make_paper(one), why=(), score=1.0) for one in range(10))
    (message,) = fits(r.PaperList(title="Papers", papers=short, total=10), links)
    assert short[0].paper.summary in message.embeds[0]["description"].replace("\\", "")


def test_a_few_subscriptions_have_buttons_and_many_have_menus() -> None:
    few = fits(
        r.SubscriptionList(title="Here", state=replace(sample_state(), subscriptions=subscriptions(3)))
    )
    many = replace(sample_state(), subscriptions=subscriptions(30, "q " * 300))
    menus = components(fits(r.SubscriptionList(title="Here", state=many)))
    assert labels(few)[:3] == ["Edit 1", "Pause 1", "Drop 1"]
    assert [len(one["options"]) for one in menus] == [SELECT_OPTIONS] * 3


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
