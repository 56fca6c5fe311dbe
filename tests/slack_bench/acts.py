"""What a person does in Slack, and that everything was answered in time, harmlessly and once."""

from __future__ import annotations

import json
from typing import Any

import oracle
from drive import Drive, Reply

# blockkit wants 1 at least; Slack takes 0, and offers something before anything is typed
# (https://github.com/imryche/blockkit/pull/53, https://github.com/slackapi/java-slack-sdk/issues/879).
MISTAKEN = "min_query_length"


class Acts:
    """A drive that keeps what went wrong; `facts` are the lines for the report."""

    def __init__(self, drive: Drive, *, patience: float = 30) -> None:
        self.drive = drive
        self.patience = patience  # seconds for an answer, once it is acknowledged
        self.wrong: list[str] = []
        self.facts: list[str] = []
        self.slowest = 0
        self.acts = 0

    def need(self, holds: object, what: str) -> None:
        """Note a fact, or that it does not hold."""
        (self.facts if holds else self.wrong).append(what)

    async def slash(self, text: str, **who: Any) -> list[dict[str, Any]]:
        """Type a command; the messages that came back."""
        return await self.answered(f"/papers {text}", await self.drive.slash("/papers", text, **who))

    async def press(self, message: dict[str, Any], label: str, **who: Any) -> list[dict[str, Any]]:
        """Press a button by its label."""
        element = named(message, label)
        if element is None:
            self.wrong.append(f"no button {label!r} in {message.get('text', '')[:60]!r}")
            return []
        whole = {"ts": "1.0", **message}
        return await self.answered(label, await self.drive.button(whole, element["action_id"], **who))

    async def press_modal(self, message: dict[str, Any], label: str, **who: Any) -> None:
        """Press a button that opens a modal: nothing comes to the response_url."""
        element = named(message, label)
        if element is None:
            self.wrong.append(f"no button {label!r} in {message.get('text', '')[:60]!r}")
            return
        reply = await self.drive.button({"ts": "1.0", **message}, element["action_id"], **who)
        await self.answered(label, reply, expects=False)

    async def pick(self, message: dict[str, Any], label: str, **who: Any) -> list[dict[str, Any]]:
        """Choose a line of the first overflow menu that has it."""
        for block in message["blocks"]:
            menu = block.get("accessory") or {}
            for option in menu.get("options", ()) if menu.get("type") == "overflow" else ():
                if option["text"]["text"] == label:
                    reply = await self.drive.button(message, menu["action_id"], value=option, **who)
                    return await self.answered(label, reply)
        self.wrong.append(f"no menu line {label!r}")
        return []

    async def answered(self, what: str, reply: Reply, *, expects: bool = True) -> list[dict[str, Any]]:
        """Check the acknowledgement, wait for what follows, judge it."""
        self.acts += 1
        self.slowest = max(self.slowest, reply.ms)
        if not reply.in_time:
            self.wrong.append(f"{what}: acknowledged {reply.status} after {reply.ms} ms")
        if reply.response_id is None or not expects:
            return []
        uses = await self.drive.until(lambda: self.drive.uses(reply), seconds=self.patience)
        messages = [self._judged(what, use) for use in uses or ()]
        if not messages:
            self.wrong.append(f"{what}: no answer")
        return messages

    def _judged(self, what: str, use: Any) -> dict[str, Any]:
        message = use.get("body", use) if isinstance(use, dict) else {}
        message = json.loads(message) if isinstance(message, str) else message
        for finding in oracle.errors(oracle.check_message(message)):
            self.wrong.append(f"{what}: {finding}")
        return message

    async def opened(self, before: int, seconds: float = 20) -> dict[str, Any]:
        """The newest view, once there are more than before and it is no longer being loaded."""

        async def newest() -> dict[str, Any] | None:
            views = await self.drive.views()
            shown = views[-1] if len(views) > before else None
            return shown if shown and "input" in {one["type"] for one in shown["blocks"]} else None

        return await self.drive.until(newest, seconds=seconds) or {}

    def judge_view(self, view: dict[str, Any]) -> None:
        """A modal or App Home against Slack's own schemas."""
        for finding in oracle.errors(oracle.check_view(view)):
            if MISTAKEN not in str(finding):
                self.wrong.append(f"view: {finding}")


def named(message: dict[str, Any], label: str) -> dict[str, Any] | None:
    """The button with this label."""
    for block in message.get("blocks", ()):
        for element in [*block.get("elements", ()), block.get("accessory") or {}]:
            text = element.get("text")
            if isinstance(text, dict) and text.get("text", "").startswith(label):
                return element
    return None
