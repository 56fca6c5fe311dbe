"""Socket Mode: connected until cancelled, whatever Slack and the network do meanwhile; nothing is left running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest
from pydantic import SecretStr

from adapters.chat.slack.listening import socket
from adapters.chat.slack.listening.socket import listen
from bot.errors import AuthFailed
from bot.testing.slack import Driver
from bot.testing.slack.call import Call as Called

from .conftest import Scene, everything


async def test_a_command_is_answered_over_a_socket(scene: Scene) -> None:
    async with _listening(scene):
        driver = Driver(scene.slack)
        ack = await driver.slash("search knitting")
        assert ack.in_time
        (said,) = await driver.answered(ack)
        assert "Flow Matching" in everything(said.blocks)


async def test_what_an_acknowledgement_carries_arrives(scene: Scene) -> None:
    which = await scene.subscribe("knitting")
    async with _listening(scene):
        driver = Driver(scene.slack)
        said = scene.driver().say("x")
        said.blocks = [{"type": "actions", "block_id": "x", "elements": [_button(which)]}]
        await driver.press(said, "do:0")
        await scene.slack.until(
            lambda: (view := scene.slack.modal("ada")) and view.content["callback_id"] == "edit"
        )
        view = scene.window()
        options = await driver.suggest(view, "zone", "ber")
        assert options.body["options"][0]["value"] == "Europe/Berlin"
        ack = await driver.submit(view, {"query": "bread"})
        assert ack.body["response_action"] == "update"


async def test_an_event_nobody_listens_to_is_acknowledged(scene: Scene) -> None:
    async with _listening(scene):
        assert (await Driver(scene.slack).event("something_new")).in_time


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "link_disabled", ""])
async def test_when_slack_ends_a_connection_there_is_another(scene: Scene, reason: str) -> None:
    async with _listening(scene):
        await scene.slack.sockets.connected()
        await scene.slack.sockets.disconnect(reason)
        await scene.slack.until(lambda: scene.slack.sockets.opened >= 2)
        assert (await Driver(scene.slack).slash("help")).in_time


async def test_while_a_connection_is_renewed_the_old_one_is_still_heard(scene: Scene) -> None:
    async with _listening(scene):
        await scene.slack.sockets.connected()
        await scene.slack.sockets.disconnect("warning")
        await scene.slack.sockets.connected(2)
        driver = Driver(scene.slack)
        for _ in range(4):  # over one and the other in turn
            assert (await driver.slash("help")).in_time


async def test_a_connection_that_breaks_is_opened_again(scene: Scene) -> None:
    async with _listening(scene):
        for number in (1, 2, 3):
            await scene.slack.until(lambda number=number: scene.slack.sockets.opened >= number)
            await scene.slack.sockets.connected()
            for one in list(scene.slack.sockets.connections):
                await one.close()
        await scene.slack.until(lambda: scene.slack.sockets.opened >= 4)


@pytest.mark.parametrize("kind", ["500", "503", "reset", "html", "garbage", "429"])
async def test_a_first_connection_that_fails_is_tried_again(scene: Scene, kind: str) -> None:
    scene.slack.faults.add(kind, method="apps.connections.open", times=2, seconds=0.1)
    before = scene.clock.monotonic()
    async with _listening(scene):
        await scene.slack.sockets.connected()
    assert scene.clock.monotonic() - before >= 1 + 2


async def test_an_address_that_is_used_up_is_not_tried_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    opened = scene.slack.sockets.open

    def once_wrong(call: Called) -> dict[str, object]:
        right = opened(call)
        given.append(str(right["url"]))
        return right if len(given) > 1 else {"url": f"{right['url']}-used-up"}

    monkeypatch.setattr(scene.slack.sockets, "open", once_wrong)
    async with _listening(scene):
        await scene.slack.sockets.connected()
    assert len(given) == 2


async def test_a_connection_that_is_taken_and_then_left_lying_is_given_up(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "CONNECT_SECONDS", 0.5)
    given: list[str] = []
    opened = scene.slack.sockets.open

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]

        def once_silent(call: Called) -> dict[str, object]:
            given.append(str(opened(call)["url"]))
            return {"url": given[-1] if len(given) > 1 else f"ws://127.0.0.1:{port}/"}

        monkeypatch.setattr(scene.slack.sockets, "open", once_silent)
        async with _listening(scene):
            await scene.slack.sockets.connected()
    assert len(given) >= 2


async def test_a_refused_token_is_the_operators(scene: Scene) -> None:
    scene.office = replace(
        scene.office, settings=scene.office.settings.model_copy(update={"app_token": SecretStr("xapp-wrong")})
    )
    with pytest.raises(AuthFailed, match="SLACK_APP_TOKEN") as refused:
        await listen(scene.office, scene.bot)
    assert "connections:write" in refused.value.fix
    assert "xapp-wrong" not in str(refused.value)


async def test_frames_that_are_no_envelopes_harm_nobody(scene: Scene) -> None:
    async with _listening(scene):
        await scene.slack.sockets.connected()
        (socket,) = scene.slack.sockets.connections
        for text in ("", "nonsense", "[]", "7", '{"type": "events_api"}', '{"type": {}}'):
            await socket.send_str(text)
        await socket.send_bytes(b"\x00")
        assert (await Driver(scene.slack).slash("help")).in_time


async def test_nothing_is_left_running(scene: Scene) -> None:
    before = asyncio.all_tasks()
    async with _listening(scene):
        await scene.slack.sockets.connected()
        await scene.slack.sockets.disconnect("warning")
        await scene.slack.sockets.connected(2)
        await Driver(scene.slack).slash("help")
    await scene.settled()
    await scene.slack.until(lambda: not scene.slack.sockets.connections)
    ours = {one for one in asyncio.all_tasks() - before if "aiohttp" not in repr(one.get_coro())}
    assert ours == set()


@asynccontextmanager
async def _listening(scene: Scene) -> AsyncIterator[None]:
    task = asyncio.create_task(listen(scene.office, scene.bot))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _button(which: str) -> dict[str, object]:
    value = f'["edit",{{"which":"{which}"}}]'
    text = {"type": "plain_text", "text": "Edit"}
    return {"type": "button", "action_id": "do:0", "text": text, "value": value}
