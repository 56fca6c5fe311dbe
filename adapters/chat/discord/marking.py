"""The key of a delivery within a message, where the channel's history shows it again.

Discord forgets a nonce after a few minutes. The `custom_id` of a component stays, nobody sees it, and whoever reads it as
a command passes over what stands behind the arguments (`drawing/buttons.py`). It goes in when a message is sent: when
it is drawn its key is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from .drawing import limits
from .drawing.embeds import Json, button, row

SIGN = "|k:"
ADDED = ("Settings", "do|settings|")  # where a message has nothing to press, something harmless


def marked(body: Json, key: str) -> Json:
    """The same message with the key in it; the body given stays as it is."""
    rows = [dict(one) for one in body.get("components") or ()]
    for one in rows:
        given = list(one.get("components") or ())
        for number, component in enumerate(given):
            custom_id = component.get("custom_id")
            if custom_id and len(custom_id) + len(SIGN + key) <= limits.CUSTOM_ID:
                given[number] = {**component, "custom_id": f"{custom_id}{SIGN}{key}"}
                one["components"] = given
                return {**body, "components": rows}
    return {**body, "components": [*rows, _added(key)]}


def holds(message: Json, key: str) -> bool:
    """Whether a message that Discord shows has this key in it."""
    return any(custom_id.endswith(SIGN + key) for custom_id in _custom_ids(message))


def _added(key: str) -> Json:
    label, custom_id = ADDED
    return row([button(label, f"{custom_id}{SIGN}{key}")])


def _custom_ids(message: Json) -> Iterator[str]:
    for one in message.get("components") or ():
        inner = one.get("components") if isinstance(one, dict) else None
        for component in inner or ():
            if isinstance(component, dict) and isinstance(component.get("custom_id"), str):
                yield component["custom_id"]
