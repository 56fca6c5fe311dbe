"""Every reply in Discord: what it looked like last time, and that Discord takes it, whatever it quotes."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import get_args

import pytest

from adapters.chat.discord.drawing.buttons import Press, Pressed
from adapters.chat.discord.drawing.embeds import LINK, RED
from adapters.chat.discord.drawing.kept import Kept
from adapters.chat.discord.drawing.limits import SELECT_OPTIONS
from adapters.chat.discord.drawing.replies import confirmation, reply_messages
from adapters.chat.discord.drawing.replies_words import here
from bot.commands import replies as r
from bot.commands.catalogue import REGISTRY
from bot.commands.parsing import Call
from bot.domain.digest import Pick
from bot.testing.builders import make_paper
from bot.testing.discord_messages import discord_findings
from bot.testing.hostile import HOSTILE, in_sentences
from bot.testing.replies import every_reply, sample_paper, sample_state

from .conftest import (
    bodies,
    components,
    fits,
    instead,
    labels,
    led_to,
    named,
    pressed,
    subscriptions,
    words_of,
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


def test_a_workspace_is_a_server_except_where_somebody_is_quoted() -> None:
    assert here("For the admins of this workspace.") == "For the admins of this server."
    quoted = 'Subscribed: `"the workspace"` (1).'
    assert here(quoted) == quoted


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
    assert "<t:1780383600:f> (Tue 09:00 Europe/Berlin)" in said


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
