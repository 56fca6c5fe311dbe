"""What a button, a menu or a form claims about its place: taken for a claim, whoever sends it."""

from __future__ import annotations

import json

from .conftest import Scene, everything

WITHOUT_IM = ("chat:write", "channels:read", "groups:read", "users:read")


async def test_nobody_takes_over_a_conversation_by_naming_it_first(scene: Scene) -> None:
    scene.slack.state.vault.tokens[scene.slack.bot_token].scopes = WITHOUT_IM
    theirs = scene.slack.home.direct("ben").id
    for command in ("settings", "subscribe", "list"):
        arguments = {"query": "knitting"} if command == "subscribe" else {}
        value = [command, arguments, {"channel": theirs, "place": "theirs"}]
        said = await _pressed_at_home(scene, value, "mia")
        assert "You are not in that channel" in said, command
    assert await scene.store.destinations() == ()
    assert "Subscribed" in await scene.slash("subscribe bread", user="ben", channel="@bot")


async def _pressed_at_home(scene: Scene, value: object, user: str) -> str:
    driver = scene.driver()
    await driver.open_home(user=user)
    await scene.settled()
    home = scene.slack.home_of(user)
    assert home is not None
    home.show({**home.content, "blocks": [_button(value)]})
    await driver.press(home, "do:0", user=user)
    await scene.settled()
    window = scene.slack.modal(user)
    return everything(window.blocks) if window else ""


def _button(value: object) -> dict[str, object]:
    text = {"type": "plain_text", "text": "Press"}
    button = {"type": "button", "action_id": "do:0", "text": text, "value": json.dumps(value)}
    return {"type": "actions", "block_id": "forged", "elements": [button]}
