"""People in Slack, and Slack's own servers: what they do reaches the bot as it would there.

`driver = Driver(slack, transport="socket")`, or `transport="http", url="http://127.0.0.1:PORT/slack/events"`, or
`dispatch=` for an application in this process. Each deed gives back how it was acknowledged; `answers` has what came after.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import payloads
from .elements import acted, pressable
from .happening import Happening
from .messages import Said
from .sent import Ack, Sent
from .server import SlackStandIn
from .transports import Dispatch, OverHttp, OverSocket, Signed, Straight, Transport
from .views import View
from .world import Json, Person, Workspace


class Driver(Happening):
    """Plays people; `tamper` forges a request: "signature", "secret", "old", "missing", "body"."""

    def __init__(
        self,
        slack: SlackStandIn,
        *,
        transport: str = "socket",
        url: str = "",
        dispatch: Dispatch | None = None,
        workspace: Workspace | None = None,
    ) -> None:
        """Play people of one workspace, the first unless another is given."""
        signed = Signed(secret=slack.state.app.signing_secret)
        ways: dict[str, Transport] = {
            "http": OverHttp(url=url, signed=signed),
            "socket": OverSocket(sockets=slack.sockets),
        }
        way = Straight(dispatch=dispatch, signed=signed) if dispatch else ways[transport]
        super().__init__(slack, way, workspace or slack.home)

    async def slash(
        self,
        text: str = "",
        *,
        user: str = "ada",
        channel: str = "papers",
        command: str = "/papers",
        tamper: str = "",
    ) -> Ack:
        """Type a command; `channel="@bot"` is one's own direct message with it."""
        person = self.workspace.person(user)
        where = self.workspace.direct(user) if channel == "@bot" else self.workspace.channel(channel)
        payload, response = payloads.slash(self.state, self.workspace, person, where, command, text)
        what = f"{command} {text}"
        return await self.deliver(
            Sent(what=what, kind="slash_commands", payload=payload, response=response, tamper=tamper)
        )

    async def press(
        self, where: Said | View, what: str, *, user: str = "", value: object = None, tamper: str = ""
    ) -> Ack:
        """Press a button, by its action_id or label, or set an element to a value."""
        person = self._person(where, user)
        block, element = pressable(where.blocks, what)
        payload, response = self._around(where, person)
        action = acted(block, element, value)
        whole = {"type": "block_actions", "actions": [action], **payload}
        return await self._interact(f"press {what}", whole, response, tamper)

    async def choose(self, where: Said | View, option: str, *, menu: str = "", user: str = "") -> Ack:
        """Choose a line of a menu by its label (in the menu with this action_id, when there are several)."""
        return await self.press(where, menu or option, user=user, value=option)

    async def submit(
        self, view: View, values: Mapping[str, object] | None = None, *, tamper: str = ""
    ) -> Ack:
        """Submit a modal; values by block_id or action_id, what is left out stays as it is."""
        person = self.workspace.person(view.user)
        payload = payloads.on_view(self.state, self.workspace, person, view, values)
        whole = {**payload, "type": "view_submission", "response_urls": []}
        ack = await self._interact(f"submit {view.id}", whole, "", tamper)
        self._follow(view, ack.body)
        return ack

    async def close(self, view: View) -> Ack | None:
        """Close a modal; the bot is only told when the view asks for it."""
        self.state.views.close(view)
        if not view.content.get("notify_on_close"):
            return None
        payload = payloads.on_view(self.state, self.workspace, self.workspace.person(view.user), view)
        return await self._interact(
            f"close {view.id}", {**payload, "type": "view_closed", "is_cleared": False}, ""
        )

    async def suggest(self, where: Said | View, action: str, typed: str, *, user: str = "") -> Ack:
        """Type into a menu whose options come from the bot."""
        block, element = pressable(where.blocks, action)
        payload, _ = self._around(where, self._person(where, user))
        whole = {**payload, "type": "block_suggestion", "action_id": element["action_id"], "value": typed}
        return await self._interact(f"suggest {typed}", {**whole, "block_id": block["block_id"]}, "")

    async def shortcut(self, callback: str, *, user: str = "ada") -> Ack:
        """Use a global shortcut."""
        payload = payloads.shortcut(self.state, self.workspace, self.workspace.person(user), callback)
        return await self._interact(f"shortcut {callback}", payload, "")

    async def message_shortcut(self, callback: str, said: Said, *, user: str = "ada") -> Ack:
        """Use a shortcut on a message."""
        payload, response = payloads.on_message(self.state, self.workspace, self.workspace.person(user), said)
        whole = {**payload, "type": "message_action", "callback_id": callback, "message_ts": said.ts}
        return await self._interact(f"shortcut {callback}", whole, response)

    def answers(self, ack: Ack) -> list[Said]:
        """What came to the response_url of something, as it reads now."""
        return self.state.responses.all[ack.response].answers

    async def answered(self, ack: Ack, *, count: int = 1, seconds: float = 20.0) -> list[Said]:
        """The same, once there are so many."""
        await self.slack.until(lambda: len(self.answers(ack)) >= count, seconds=seconds)
        return self.answers(ack)

    def uses(self, ack: Ack) -> int:
        """How often its response_url was used."""
        return self.state.responses.all[ack.response].uses

    async def _interact(self, what: str, payload: Json, response: str, tamper: str = "") -> Ack:
        return await self.deliver(
            Sent(what=what, kind="interactive", payload=payload, response=response, tamper=tamper)
        )

    def _around(self, where: Said | View, person: Person) -> tuple[Json, str]:
        if isinstance(where, View):
            return payloads.on_view(self.state, self.workspace, person, where), ""
        return payloads.on_message(self.state, self.workspace, person, where)

    def _person(self, where: Said | View, user: str) -> Person:
        seen_by = where.user if isinstance(where, View) else where.only_for
        return self.workspace.person(user or seen_by or "ada")

    def _follow(self, view: View, said: Any) -> None:
        """Do with a submitted view what the acknowledgement says."""
        action = said.get("response_action", "") if isinstance(said, dict) else ""
        if action == "errors":
            return
        if action in {"update", "push"}:
            problems = self.state.check_view(said["view"])
            self.state.findings += [f"response_action: {one}" for one in problems]
        if action == "update":
            view.show(said["view"])
        elif action == "push":
            self.state.views.add(view.workspace, view.user, said["view"], below=view.id)
        else:
            self.state.views.close(view, whole=action == "clear")
