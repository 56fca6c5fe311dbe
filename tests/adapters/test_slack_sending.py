"""One message to Slack, posted once, whatever goes wrong."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.chat.slack.api import client
from adapters.chat.slack.api.tokens import Tokens
from adapters.chat.slack.drawing.blocks import Message, header, image, section
from adapters.chat.slack.drawing.parts import Posting, encoded
from adapters.chat.slack.sending import Sending
from adapters.chat.slack.settings import SlackSettings
from bot.domain.subscription import Address
from bot.errors import (
    AuthFailed,
    DeliveryError,
    DestinationGone,
    Rejected,
    Throttled,
    Transient,
    Unknown,
)
from bot.ports import Part
from bot.testing import FakeClock
from bot.testing.slack import SlackStandIn, methods

KEY = "KEY0000000000000000000001"
WITH_PICTURE = {**section("Robots that knit"), "accessory": image("https://example.org/a.png", "A robot")}


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as made:
        yield made


@pytest.fixture
async def tokens(slack: SlackStandIn) -> AsyncIterator[Tokens]:
    made = Tokens(settings_of(slack), None, FakeClock())
    yield made
    await made.close()


@pytest.fixture
def sending(tokens: Tokens) -> Sending:
    return Sending(tokens=tokens)


def settings_of(slack: SlackStandIn, **changes: Any) -> SlackSettings:
    given = {"api_url": slack.api_url, "bot_token": slack.bot_token, "app_token": slack.app_token}
    return SlackSettings.load(**(given | changes))


def part_for(slack: SlackStandIn, channel: str = "papers", **changes: Any) -> Part:
    message = Message(text="Three papers today", blocks=(header("Papers"), WITH_PICTURE))
    payload = encoded(Posting(message=message, in_thread=changes.pop("in_thread", False)))
    place = slack.home.channel(channel)
    given = {"number": 0, "payload": payload, "channel": place.id, "workspace": slack.home.id}
    return Part(**(given | changes))


async def test_a_part_is_posted_with_its_key_and_without_previews(
    slack: SlackStandIn, sending: Sending
) -> None:
    receipt = await sending.send(part_for(slack), key=KEY)
    (said,) = slack.posted("papers")
    assert receipt.remote_id == f"{slack.home.channel('papers').id}/{said.ts}"
    assert said.metadata == {"event_type": "paperround_digest", "event_payload": {"key": KEY}}
    asked = slack.state.journal[-1].arguments
    assert (asked["unfurl_links"], asked["unfurl_media"]) == (False, False)
    assert said.text == "Three papers today"
    assert len(said.blocks) == 2


async def test_a_repeated_part_says_so(slack: SlackStandIn, sending: Sending) -> None:
    await sending.send(part_for(slack, repeated=True), key=KEY)
    (said,) = slack.posted("papers")
    assert said.text.startswith("(repeated after a restart)")
    assert "repeated after a restart" in str(said.blocks[0])


async def test_later_parts_go_into_the_thread_of_the_first(slack: SlackStandIn, sending: Sending) -> None:
    first = await sending.send(part_for(slack), key=KEY)
    await sending.send(part_for(slack, number=1, in_thread=True, opening=first.remote_id), key="2")
    parent, reply = slack.posted("papers")
    assert reply.thread_ts == parent.ts


async def test_a_part_whose_digest_moved_or_began_nowhere_goes_into_the_channel(
    slack: SlackStandIn, sending: Sending
) -> None:
    for opening in ("", "C0ELSEWHERE/1780000000.000001", "C0ELSEWHERE"):
        await sending.send(part_for(slack, number=1, in_thread=True, opening=opening), key=opening)
    assert [said.thread_ts for said in slack.posted("papers")] == ["", "", ""]


@pytest.mark.parametrize("code", ["thread_not_found", "invalid_thread_ts", "restricted_action_thread_locked"])
async def test_a_part_whose_thread_is_gone_goes_into_the_channel(
    slack: SlackStandIn, sending: Sending, code: str
) -> None:
    opening = f"{slack.home.channel('papers').id}/1780000000.000001"
    slack.faults.add("error", code=code)
    await sending.send(part_for(slack, number=1, in_thread=True, opening=opening), key=KEY)
    (said,) = slack.posted("papers")
    assert said.thread_ts == ""


FAULTS = {
    "429": Throttled,
    "500": Unknown,
    "503": Unknown,
    "html": Unknown,
    "error": Unknown,
    "reset": Unknown,
    "hang": Unknown,
    "reset_after": Unknown,
    "close_after": Unknown,
    "500_after": Unknown,
    "error_after": Unknown,
    "garbage": Unknown,
}


@pytest.mark.parametrize(("kind", "error"), FAULTS.items(), ids=str)
async def test_whatever_becomes_of_the_answer_the_call_is_made_once(
    slack: SlackStandIn, sending: Sending, kind: str, error: type[DeliveryError]
) -> None:
    slack.faults.add(kind, seconds=0.05 if kind == "hang" else 2)
    with pytest.raises(DeliveryError) as told:
        await sending.send(part_for(slack), key=KEY)
    assert type(told.value) is error
    assert slack.calls("chat.postMessage") == 1
    assert len(slack.posted("papers")) == (1 if kind.endswith("_after") or kind == "garbage" else 0)


async def test_patience_is_as_long_as_slack_says(slack: SlackStandIn, sending: Sending) -> None:
    slack.faults.add("429", seconds=17)
    with pytest.raises(Throttled) as told:
        await sending.send(part_for(slack), key=KEY)
    assert told.value.retry_after == 17


@pytest.mark.parametrize("kind", ["slow", "slow_after"])
async def test_a_slow_answer_is_an_answer(slack: SlackStandIn, sending: Sending, kind: str) -> None:
    slack.faults.add(kind, seconds=0.05)
    await sending.send(part_for(slack), key=KEY)
    assert len(slack.posted("papers")) == 1


async def test_an_answer_that_never_comes_is_unknown(
    slack: SlackStandIn, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sending.tokens.start()
    await sending.tokens.close()
    monkeypatch.setattr(client, "CALL_SECONDS", 0.2)
    slack.faults.add("slow_after", seconds=5)
    with pytest.raises(Unknown):
        await sending.send(part_for(slack), key=KEY)


async def test_where_nobody_listens_nothing_was_posted(slack: SlackStandIn) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}/api/"
        tokens = Tokens(settings_of(slack, api_url=nowhere), None, FakeClock())
        with pytest.raises(Transient):
            await Sending(tokens=tokens).send(part_for(slack), key=KEY)
        await tokens.close()


async def test_what_slack_cannot_read_is_posted_plainer(slack: SlackStandIn, sending: Sending) -> None:
    slack.state.check_message = lambda said: ["a picture"] if "accessory" in str(said) else []
    await sending.send(part_for(slack), key=KEY)
    (said,) = slack.posted("papers")
    assert "accessory" not in str(said.blocks)
    assert said.blocks[0]["type"] == "header"


async def test_what_slack_cannot_read_even_so_is_posted_as_text(
    slack: SlackStandIn, sending: Sending
) -> None:
    slack.state.check_message = lambda said: ["a header"] if "header" in str(said) else []
    await sending.send(part_for(slack), key=KEY)
    (said,) = slack.posted("papers")
    assert "Robots that knit" in str(said.blocks)


async def test_what_slack_never_takes_is_rejected_after_three_tries(
    slack: SlackStandIn, sending: Sending
) -> None:
    slack.state.check_message = lambda _said: ["nothing pleases it"]
    with pytest.raises(Rejected, match="invalid_blocks"):
        await sending.send(part_for(slack), key=KEY)
    assert slack.calls("chat.postMessage") == 3


async def test_doubt_about_a_plainer_message_stays_doubt(slack: SlackStandIn, sending: Sending) -> None:
    slack.state.check_message = lambda said: ["a picture"] if "accessory" in str(said) else []
    slack.faults.add("reset_after", after=1)
    with pytest.raises(Unknown):
        await sending.send(part_for(slack), key=KEY)
    assert len(slack.posted("papers")) == 1


async def test_places_that_take_no_messages_are_gone_with_one_thing_to_do(
    slack: SlackStandIn, sending: Sending
) -> None:
    for channel, words in (("attic", "Unarchive"), ("closed-circle", "/invite @paperround")):
        with pytest.raises(DestinationGone) as told:
            await sending.send(part_for(slack, channel), key=KEY)
        assert words in told.value.fix


async def test_a_token_taken_back_is_told_to_the_operator(slack: SlackStandIn, sending: Sending) -> None:
    await sending.tokens.start()
    slack.state.vault.void(slack.home.id, "token_revoked")
    with pytest.raises(AuthFailed) as told:
        await sending.send(part_for(slack), key=KEY)
    assert "Install the app" in told.value.fix
    assert slack.calls("chat.postMessage") == 1


async def test_another_workspace_is_not_written_to_with_this_token(
    slack: SlackStandIn, sending: Sending
) -> None:
    with pytest.raises(AuthFailed, match="Knitting Lab"):
        await sending.send(part_for(slack, workspace=slack.other.id), key=KEY)
    assert slack.calls("chat.postMessage") == 0


async def test_a_person_is_told_directly_and_nothing_in_it_pings(
    slack: SlackStandIn, sending: Sending
) -> None:
    ben = slack.home.person("ben")
    address = Address(platform="slack", workspace=slack.home.id, channel="C1")
    await sending.tell(address, ben.id, "Your digest <!channel> is paused: #attic & its papers.")
    (said,) = slack.home.direct("ben").messages
    assert "<!channel>" not in said.text + str(said.blocks)
    assert "&amp;" in said.text
    assert "is paused" in str(said.blocks)


async def test_whoever_cannot_be_told_is_an_error_of_delivery(slack: SlackStandIn, sending: Sending) -> None:
    address = Address(platform="slack", workspace=slack.home.id, channel="C1")
    with pytest.raises(DestinationGone):
        await sending.tell(address, "U0NOBODY", "Hello.")


async def test_bytes_that_are_no_message_are_not_posted(slack: SlackStandIn, sending: Sending) -> None:
    with pytest.raises(Rejected):
        await sending.send(replace(part_for(slack), payload=b"{}"), key=KEY)
    assert slack.calls("chat.postMessage") == 0


async def test_an_answer_that_names_no_message_is_unknown(
    slack: SlackStandIn, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(methods.METHODS, "chat.postMessage", lambda _asked: {})
    with pytest.raises(Unknown):
        await sending.send(part_for(slack), key=KEY)
