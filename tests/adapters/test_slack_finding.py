"""Whether Slack has a message already."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.chat.slack import finding
from adapters.chat.slack.api.tokens import Tokens
from adapters.chat.slack.drawing.blocks import Message, header
from adapters.chat.slack.drawing.parts import Posting, encoded
from adapters.chat.slack.finding import LookingUp
from adapters.chat.slack.sending import Sending
from adapters.chat.slack.settings import SlackSettings
from bot.errors import AuthFailed, DeliveryError, Throttled, Unknown
from bot.ports import CannotTell, Found, NotFound, Part
from bot.testing import FakeClock
from bot.testing.slack import SlackStandIn, methods

KEY, OTHER = "KEY0000000000000000000001", "KEY0000000000000000000002"
NOW = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
SINCE = NOW - timedelta(hours=27)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
async def slack(clock: FakeClock) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(clock=clock) as made:
        yield made


@pytest.fixture
async def tokens(slack: SlackStandIn) -> AsyncIterator[Tokens]:
    made = tokens_of(slack, slack.bot_token)
    yield made
    await made.close()


def tokens_of(slack: SlackStandIn, token: str) -> Tokens:
    settings = SlackSettings.load(api_url=slack.api_url, bot_token=token, app_token=slack.app_token)
    return Tokens(settings, None, slack.state.clock)


def part_for(slack: SlackStandIn, channel: str = "papers", **changes: Any) -> Part:
    message = Message(text="Three papers today", blocks=(header("Papers"),))
    payload = encoded(Posting(message=message, in_thread=changes.pop("in_thread", False)))
    place = slack.home.direct("ben") if channel == "@ben" else slack.home.channel(channel)
    return Part(
        **{"number": 0, "payload": payload, "channel": place.id, "workspace": slack.home.id, **changes}
    )


@pytest.mark.parametrize("channel", ["papers", "secret-papers", "@ben"])
async def test_what_was_posted_is_found_and_what_was_not_is_not(
    slack: SlackStandIn, tokens: Tokens, channel: str
) -> None:
    part = part_for(slack, channel)
    receipt = await Sending(tokens=tokens).send(part, key=KEY)
    looking = LookingUp(tokens=tokens)
    assert await looking.find(part, key=KEY, since=SINCE) == Found(receipt.remote_id)
    assert await looking.find(part, key=OTHER, since=SINCE) == NotFound()


@pytest.mark.parametrize("kind", ["reset_after", "close_after", "500_after", "error_after", "garbage"])
async def test_a_post_whose_answer_was_lost_is_found(slack: SlackStandIn, tokens: Tokens, kind: str) -> None:
    slack.faults.add(kind)
    with pytest.raises(Unknown):
        await Sending(tokens=tokens).send(part_for(slack), key=KEY)
    answer = await LookingUp(tokens=tokens).find(part_for(slack), key=KEY, since=SINCE)
    assert isinstance(answer, Found)
    assert len(slack.posted("papers")) == 1


async def test_a_part_of_a_thread_is_found_there_and_where_it_fell_back_to(
    slack: SlackStandIn, tokens: Tokens
) -> None:
    sending, looking = Sending(tokens=tokens), LookingUp(tokens=tokens)
    first = await sending.send(part_for(slack), key="first")
    reply = part_for(slack, number=1, in_thread=True, opening=first.remote_id)
    in_thread = await sending.send(reply, key=KEY)
    assert await looking.find(reply, key=KEY, since=SINCE) == Found(in_thread.remote_id)
    in_channel = await sending.send(part_for(slack), key=OTHER)
    assert await looking.find(reply, key=OTHER, since=SINCE) == Found(in_channel.remote_id)
    assert await looking.find(reply, key="never", since=SINCE) == NotFound()


async def test_a_thread_whose_first_message_was_deleted_holds_nothing(
    slack: SlackStandIn, tokens: Tokens
) -> None:
    place = slack.home.channel("papers")
    reply = part_for(slack, number=1, in_thread=True, opening=f"{place.id}/1780000000.000001")
    assert await LookingUp(tokens=tokens).find(reply, key=KEY, since=SINCE) == NotFound()


async def test_only_what_was_said_since_then_is_read(
    slack: SlackStandIn, tokens: Tokens, clock: FakeClock
) -> None:
    part = part_for(slack)
    await Sending(tokens=tokens).send(part, key=KEY)
    clock.advance(timedelta(days=3))
    looking = LookingUp(tokens=tokens)
    assert await looking.find(part, key=KEY, since=clock.now() - timedelta(hours=27)) == NotFound()
    assert isinstance(await looking.find(part, key=KEY, since=NOW), Found)


async def test_a_long_history_is_read_page_by_page(
    slack: SlackStandIn, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Sending(tokens=tokens).send(part_for(slack), key=KEY)
    place, ben = slack.home.channel("papers"), slack.home.person("ben")
    for number in range(50):
        slack.state.say(slack.home, place, user=ben.id, text=f"line {number}")
    slack.state.history_limit = 20
    looking = LookingUp(tokens=tokens)
    assert isinstance(await looking.find(part_for(slack), key=KEY, since=SINCE), Found)
    assert await looking.find(part_for(slack), key=OTHER, since=SINCE) == NotFound()
    monkeypatch.setattr(finding, "MOST_PAGES", 2)
    assert await looking.find(part_for(slack), key=OTHER, since=SINCE) == CannotTell()


async def test_an_app_that_may_read_fifteen_messages_finds_what_is_among_them(
    slack: SlackStandIn, tokens: Tokens
) -> None:
    place, ben, looking = slack.home.channel("papers"), slack.home.person("ben"), LookingUp(tokens=tokens)
    slack.state.history_limit = 15
    for number in range(20):
        slack.state.say(slack.home, place, user=ben.id, text=f"line {number}")
    await Sending(tokens=tokens).send(part_for(slack), key=KEY)
    assert isinstance(await looking.find(part_for(slack), key=KEY, since=SINCE), Found)
    assert await looking.find(part_for(slack), key=OTHER, since=SINCE) == CannotTell()
    assert slack.calls("conversations.history") == 2


@pytest.mark.parametrize(
    "said", [{"messages": [], "has_more": True}, {"messages": None}, {}, {"messages": "none"}], ids=str
)
async def test_a_history_that_breaks_off_is_not_read_through(
    slack: SlackStandIn, tokens: Tokens, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any]
) -> None:
    monkeypatch.setitem(methods.METHODS, "conversations.history", lambda _asked: said)
    assert await LookingUp(tokens=tokens).find(part_for(slack), key=KEY, since=SINCE) == CannotTell()


@pytest.mark.parametrize("message", [None, "x", {}, {"metadata": "x"}, {"metadata": {"event_payload": KEY}}])
async def test_odd_messages_in_a_history_are_passed_over(
    slack: SlackStandIn, tokens: Tokens, monkeypatch: pytest.MonkeyPatch, message: object
) -> None:
    monkeypatch.setitem(methods.METHODS, "conversations.history", lambda _asked: {"messages": [message]})
    assert await LookingUp(tokens=tokens).find(part_for(slack), key=KEY, since=SINCE) == NotFound()


async def test_without_the_right_to_read_nobody_can_tell(slack: SlackStandIn) -> None:
    for scopes in (("chat:write",), ("chat:write", "groups:history"), ("chat:write", "im:history")):
        tokens = tokens_of(slack, slack.token(*scopes))
        await Sending(tokens=tokens).send(part_for(slack), key=KEY)
        assert await LookingUp(tokens=tokens).find(part_for(slack), key=KEY, since=SINCE) == CannotTell()
        await tokens.close()


async def test_where_the_bot_is_not_a_member_nobody_can_tell(slack: SlackStandIn, tokens: Tokens) -> None:
    await Sending(tokens=tokens).send(part_for(slack, "lobby"), key=KEY)  # chat:write.public
    looking = LookingUp(tokens=tokens)
    assert await looking.find(part_for(slack, "lobby"), key=KEY, since=SINCE) == CannotTell()
    assert await looking.find(part_for(slack, "closed-circle"), key=KEY, since=SINCE) == CannotTell()


async def test_somebody_elses_words_and_metadata_are_not_ours(slack: SlackStandIn, tokens: Tokens) -> None:
    place, ben = slack.home.channel("papers"), slack.home.person("ben")
    slack.state.say(slack.home, place, user=ben.id, text=KEY)
    other = {"event_type": "task_created", "event_payload": {"key": KEY}}
    slack.state.say(slack.home, place, user=ben.id, text="x", metadata=other)
    assert await LookingUp(tokens=tokens).find(part_for(slack), key=KEY, since=SINCE) == NotFound()


KINDS = {"429": Throttled, "500": Unknown, "html": Unknown, "garbage": Unknown, "error": Unknown}


@pytest.mark.parametrize(("kind", "error"), KINDS.items(), ids=str)
async def test_a_question_that_is_not_answered_is_an_error_and_no_answer(
    slack: SlackStandIn, tokens: Tokens, kind: str, error: type[DeliveryError]
) -> None:
    slack.faults.add(kind, method="conversations.history")
    with pytest.raises(error):
        await LookingUp(tokens=tokens).find(part_for(slack), key=KEY, since=SINCE)


async def test_a_token_taken_back_cannot_ask(slack: SlackStandIn, tokens: Tokens) -> None:
    await tokens.start()
    slack.state.vault.void(slack.home.id, "account_inactive")
    with pytest.raises(AuthFailed):
        await LookingUp(tokens=tokens).find(part_for(slack), key=KEY, since=SINCE)
