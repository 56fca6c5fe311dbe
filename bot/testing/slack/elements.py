"""The things in a message or a view that somebody may press, choose from or fill in."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .world import Json

# What an element's value is called in an interaction: https://docs.slack.dev/reference/block-kit/block-elements.
VALUE_OF = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "timepicker": "selected_time",
    "datepicker": "selected_date",
    "datetimepicker": "selected_date_time",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "users_select": "selected_user",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "overflow": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
}
INITIAL = {
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "value": "initial_value",
}


def elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Each block and each of its elements that has an action_id."""
    for block in blocks:
        held = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        yield from ((block, one) for one in held if isinstance(one, dict) and "action_id" in one)


def pressable(blocks: Sequence[Json], what: str) -> tuple[Json, Json]:
    """The element whose action_id or label this is, or the one with an option of this label."""
    for block, one in elements(blocks):
        if what in {one["action_id"], _label(one)}:
            return block, one
    for block, one in elements(blocks):
        if any(_label(each) == what for each in one.get("options", [])):
            return block, one
    raise LookupError(
        f"there is no {what!r} among {[_label(one) or one['action_id'] for _, one in elements(blocks)]}"
    )


def acted(block: Json, element: Json, value: object) -> Json:
    """The action of somebody who pressed a button or chose a value."""
    shared = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block.get("block_id", ""),
        "action_ts": f"{time.time():.6f}",
    }
    if element["type"] == "button":
        pressed = value if value is not None else element.get("value", "")
        return {**shared, "text": element["text"], "value": pressed}
    return {**shared, **filled(element, value)}


def filled(element: Json, value: object) -> Json:
    """What an element holds once somebody filled it in (None: what it held at first)."""
    name = VALUE_OF.get(element["type"], "value")
    initial = element.get(INITIAL.get(name, name.replace("selected", "initial")))
    held = initial if value is None else _meant(element, name, value)
    return {"type": element["type"], name: ([] if name == "selected_options" and held is None else held)}


def state_values(blocks: Sequence[Json], values: Mapping[str, object]) -> Json:
    """The `state.values` of a view: what was filled in, by block_id or action_id, and what stood there at first."""
    wanted = dict(values)
    made: dict[str, dict[str, Any]] = {}
    for block, one in elements(blocks):
        if one["type"] in VALUE_OF and one["type"] != "overflow":
            value = wanted.pop(one["action_id"], wanted.pop(block.get("block_id", ""), None))
            made.setdefault(block["block_id"], {})[one["action_id"]] = filled(one, value)
    if wanted:
        raise LookupError(f"there is nothing to fill in called {sorted(wanted)} among {made}")
    return made


def _meant(element: Json, name: str, value: object) -> object:
    """An option by its label or its value; a list of them; else the value itself."""
    if name == "selected_option":
        return _option(element, value)
    if name == "selected_options" and isinstance(value, (list, tuple)):
        return [_option(element, one) for one in value]
    return value


def _option(element: Json, value: object) -> Json:
    if isinstance(value, dict):
        return value
    groups = [one for group in element.get("option_groups", []) for one in group["options"]]
    for one in [*element.get("options", []), *groups]:
        if value in {_label(one), one.get("value")}:
            return {"text": one["text"], "value": one.get("value")}
    raise LookupError(f"there is no option {value!r}")


def _label(one: Json) -> str:
    return str(one["text"].get("text", "")) if isinstance(one.get("text"), dict) else ""
