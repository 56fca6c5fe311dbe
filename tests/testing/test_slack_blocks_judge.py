"""The judge of Slack's blocks refuses what Slack would, and what nobody should post."""

from __future__ import annotations

from typing import Any

import pytest

from bot.testing.slack_blocks import slack_findings


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def marked(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", "text": plain("x"), **more}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("b"), "action_id": "a", **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def menu(count: int, value: str = "v") -> dict[str, Any]:
    return {"type": "overflow", "action_id": "m", "options": [{"text": plain("o"), "value": value}] * count}


def rich(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def image(**more: Any) -> dict[str, Any]:
    return {"type": "image", "image_url": "https://papers.example/1.png", **more}


def findings(*blocks: Any, text: str = "Said.") -> list[str]:
    links = {"https://papers.example/1", "https://papers.example/1.png"}
    return slack_findings({"text": text, "blocks": list(blocks)}, links=links)


GOOD = {
    "a header": [{"type": "header", "text": plain("x" * 150)}],
    "a full section": [{"type": "section", "text": plain("x" * 3000)}],
    "a menu of five": [section(accessory=menu(5))],
    "fifty lines": [{"type": "divider"}] * 50,
    "a button": [actions(button(value="v" * 2000, style="primary"))],
    "a link of its own": [
        rich({"type": "link", "url": "https://papers.example/1", "text": "t", "style": {"bold": True}})
    ],
    "a picture": [image(alt_text="a")],
    "a date": [{"type": "context", "elements": [marked("At <!date^1790838000^{time}|09:00>.")]}],
    "our own link": [{"type": "section", "text": marked("<https://papers.example/1|t> &amp; more")}],
}
BAD = {
    "no block": [],
    "51 blocks": [{"type": "divider"}] * 51,
    "a header too long": [{"type": "header", "text": plain("x" * 151)}],
    "a header with mark-up": [{"type": "header", "text": marked("x")}],
    "a header of 76 emoji": [{"type": "header", "text": plain("\U0001f600" * 76)}],
    "a section too long": [{"type": "section", "text": plain("x" * 3001)}],
    "an empty section": [{"type": "section", "text": plain("")}],
    "a section of nothing": [{"type": "section"}],
    "an unknown block": [{"type": "nonsense"}],
    "an unknown key": [{"type": "divider", "colour": "red"}],
    "a menu of six": [section(accessory=menu(6))],
    "a menu of none": [section(accessory=menu(0))],
    "a value too long": [section(accessory=menu(1, "v" * 151))],
    "a label too long": [actions(button(text=plain("b" * 76)))],
    "26 buttons": [actions(*(button(action_id=f"a{n}") for n in range(26)))],
    "a button's style": [actions(button(style="green"))],
    "one action twice": [actions(button(), button())],
    "one action in two blocks": [actions(button()), actions(button())],
    "one block twice": [section(block_id="x"), section(block_id="x")],
    "11 small texts": [{"type": "context", "elements": [plain("x")] * 11}],
    "a button among small texts": [{"type": "context", "elements": [button()]}],
    "a picture nobody can hear": [image()],
    "a foreign picture": [{**image(alt_text="a"), "image_url": "https://evil.example/x.png"}],
    "a foreign link": [rich({"type": "link", "url": "https://evil.example", "text": "t"})],
    "a foreign button": [actions(button(url="https://evil.example"))],
    "a foreign link in mark-up": [{"type": "section", "text": marked("<https://evil.example|t>")}],
    "a user": [rich({"type": "user", "user_id": "U1"})],
    "a group": [rich({"type": "usergroup", "usergroup_id": "S1"})],
    "everybody": [rich({"type": "broadcast", "range": "channel"})],
    "a mention in mark-up": [{"type": "section", "text": marked("<!channel>")}],
    "a user in mark-up": [{"type": "section", "text": marked("<@U1> look")}],
    "a sequence in plain text": [section(text=plain("<!here>"))],
    "a bare mention": [section(text=plain("@everyone"))],
    "mark-up that links by itself": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
    "a bell": [section(text=plain("a\x07"))],
    "half a character": [section(text=plain("a\ud800"))],
    "a text the wrong way round": [section(text=plain("a\u202eb"))],
    "too much in all": [section(text=plain("x" * 3000), block_id=f"b{n}") for n in range(5)],
}


@pytest.mark.parametrize("name", GOOD)
def test_what_slack_takes_is_no_finding(name: str) -> None:
    assert findings(*GOOD[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_what_slack_refuses_or_nobody_wants_is_found(name: str) -> None:
    assert len(findings(*BAD[name])) > 0


@pytest.mark.parametrize(
    "text", ["", "a < b", "a > b", "a & b", "<!channel>", "<https://evil.example>", "@here", "x" * 4001]
)
def test_a_notification_is_judged_too(text: str) -> None:
    assert len(findings(section(), text=text)) > 0


def test_a_notification_that_is_escaped_is_good() -> None:
    assert findings(section(), text="a &lt; b &amp; c") == []
