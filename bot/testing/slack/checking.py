"""What Slack would refuse of a message or a view, in words: the judge of blocks, and forms besides."""

from __future__ import annotations

from collections.abc import Iterator

from bot.testing.slack_blocks import BLOCK, NAME, OPTION, slack_findings
from bot.testing.slack_shapes import Check, Table, by_type, flag, items, one_of, record, text

from .world import Json

ANY = text(3000, 0)


def _plain(most: int) -> Check:
    return record({"type": one_of("plain_text"), "text": text(most)}, {"emoji": flag})


def _element(kind: str, required: Table, optional: Table) -> Check:
    shared: Table = {"type": one_of(kind), "action_id": NAME}
    return record({**shared, **required}, {**optional, "placeholder": _plain(150), "focus_on_load": flag})


def _anything(_value: object, _where: str) -> Iterator[str]:
    yield from ()


OPTIONS: Table = {"options": items(OPTION, 100)}
# https://docs.slack.dev/reference/block-kit/block-elements
ELEMENT = by_type(
    {
        "plain_text_input": _element(
            "plain_text_input",
            {},
            {"multiline": flag, "initial_value": ANY, "max_length": _anything, "min_length": _anything},
        ),
        "static_select": _element("static_select", OPTIONS, {"initial_option": OPTION}),
        "external_select": _element(
            "external_select", {}, {"initial_option": OPTION, "min_query_length": _anything}
        ),
        "checkboxes": _element(
            "checkboxes", {"options": items(OPTION, 10)}, {"initial_options": items(OPTION, 10)}
        ),
        "radio_buttons": _element(
            "radio_buttons", {"options": items(OPTION, 10)}, {"initial_option": OPTION}
        ),
        "timepicker": _element("timepicker", {}, {"initial_time": text(5), "timezone": text(64)}),
        "conversations_select": _element(
            "conversations_select",
            {},
            {
                "initial_conversation": text(64),
                "default_to_current_conversation": flag,
                "filter": _anything,
            },
        ),
    }
)
INPUT = record(
    {"type": one_of("input"), "label": _plain(2000), "element": ELEMENT},
    {"block_id": NAME, "hint": _plain(2000), "optional": flag, "dispatch_action": flag},
)
CARRIED: Table = {
    "private_metadata": ANY,
    "callback_id": text(255, 0),
    "external_id": text(255, 0),
    "clear_on_close": flag,
    "notify_on_close": flag,
}


def _block(value: object, where: str) -> Iterator[str]:
    is_input = isinstance(value, dict) and value.get("type") == "input"
    yield from (INPUT if is_input else BLOCK)(value, where)


MODAL = record(
    {"type": one_of("modal"), "title": _plain(24), "blocks": items(_block, 100)},
    {**CARRIED, "submit": _plain(24), "close": _plain(24)},
)
HOME = record({"type": one_of("home"), "blocks": items(_block, 100)}, CARRIED)


def message_problems(message: Json) -> list[str]:
    """What is wrong with `{"text": ..., "blocks": [...]}`; a text may stand alone, and links lead anywhere."""
    blocks = message.get("blocks") or [{"type": "divider"}]
    found = slack_findings({"text": message.get("text", ""), "blocks": blocks})
    return [one for one in found if not one.startswith("a foreign link")]


def view_problems(view: Json) -> list[str]:
    """What is wrong with a modal or an App Home."""
    if view.get("type") == "home":
        return list(HOME(view, "home"))
    inputs = any(block.get("type") == "input" for block in view.get("blocks", []))
    unsent = ["a view with inputs has no submit"] if inputs and not view.get("submit") else []
    return [*MODAL(view, "modal"), *unsent]
