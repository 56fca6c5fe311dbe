"""People in Discord: what they type and press reaches the bot over the gateway, as it would there.

`driver = Driver(discord)`; each deed waits for the bot's answer and gives the interaction back, answered or not.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from .happening import Happening
from .interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from .payloads import Impossible, command_data, component, filled, found_command, interaction_json
from .world import Channel, Json, Person, Said

BUTTON, MENUS = {2}, {3, 5, 6, 7, 8}


class Driver(Happening):
    """Plays people; `patience` is how many seconds they look at an answer that does not come."""

    patience = 5.0

    async def slash(
        self,
        line: str,
        *,
        user: str = "ada",
        channel: str = "papers",
        alone: bool = False,
        **options: Any,
    ) -> Interaction:
        """Use a command, as "papers search"; `channel="@ada"` is her direct message, `alone` a user's own install."""
        person, place = self._who_where(user, channel)
        command, chain = found_command(self.state, person, place, line)
        data = command_data(self.state, command, chain, options)
        return await self._do(f"/{line} {options}", COMMAND, person, place, data, alone=alone)

    async def autocomplete(
        self,
        line: str,
        option: str,
        typed: str,
        *,
        user: str = "ada",
        channel: str = "papers",
        **options: Any,
    ) -> Interaction:
        """Type into an option; its `choices` are what is offered."""
        person, place = self._who_where(user, channel)
        command, chain = found_command(self.state, person, place, line)
        known = (chain[-1] if chain else command).get("options") or []
        if not any(one["name"] == option and one.get("autocomplete") for one in known):
            raise Impossible(f"nothing is offered for {option} of /{line}")
        data = command_data(self.state, command, chain, {**options, option: typed}, option)
        return await self._do(f"/{line} {option}:{typed}", AUTOCOMPLETE, person, place, data)

    async def context(self, name: str, said: Said, *, user: str = "ada") -> Interaction:
        """Use a command on a message."""
        person, place = self._who_where(user, said.channel)
        command, _ = found_command(self.state, person, place, name, 3)
        data = {"id": command["id"], "name": name, "type": 3, "target_id": said.id}
        whole = {**data, "resolved": {"messages": {said.id: said.raw}}}
        return await self._do(f"{name} on {said.id}", COMMAND, person, place, whole)

    async def press(self, said: Said, what: str, *, user: str = "ada") -> Interaction:
        """Press a button, by its custom_id or label."""
        part = component(said.components, what, BUTTON)
        if not part.get("custom_id"):
            raise Impossible(f"{what!r} is a link")
        return await self._use(said, part, {}, user)

    async def select(self, said: Said, *chosen: str, menu: str = "", user: str = "ada") -> Interaction:
        """Choose lines of a menu by label or value; in the menu with this custom_id, when there are several."""
        menus = [part for row in said.components for part in row["components"] if part["type"] in MENUS]
        if not menus:
            raise Impossible("there is no menu")
        part = component(said.components, menu, MENUS) if menu else menus[0]
        values = [_value(part, one) for one in chosen]
        if not part.get("min_values", 1) <= len(values) <= part.get("max_values", 1):
            raise Impossible(f"{len(values)} lines cannot be chosen here")
        return await self._use(said, part, {"values": values}, user)

    async def submit(self, asked: Interaction, values: Mapping[str, Any] | None = None) -> Interaction:
        """Send off the modal that an interaction opened."""
        if asked.modal is None:
            raise Impossible(f"{asked.what} opened no modal")
        data = filled(asked.modal, values or {})
        what = f"submit {asked.modal['title']}"
        return await self._do(what, MODAL, asked.person, asked.channel, data, source=asked.source)

    async def forge(
        self,
        kind: int,
        data: Json,
        *,
        person: Person,
        place: Channel,
        source: Said | None = None,
        alone: bool = False,
    ) -> Interaction:
        """Send what Discord's own client never would: any data, as anybody, from anywhere."""
        return await self._do(f"forged {data}"[:200], kind, person, place, data, source=source, alone=alone)

    async def again(self, act: Interaction) -> None:
        """Tell the bot of an interaction once more, as after a resume."""
        self.state.dispatch("INTERACTION_CREATE", self.state.told[act.id], act.channel.guild)
        await asyncio.sleep(0)

    def _who_where(self, user: str, channel: str) -> tuple[Person, Channel]:
        if channel.startswith("@"):
            return self.guild.member(user), self.state.direct(self.guild.member(user))
        known = self.state.channels.get(channel)
        return self.guild.member(user), known or self.discord.channel(channel, self.guild)

    async def _use(self, said: Said, part: Json, more: Json, user: str) -> Interaction:
        person = self.guild.member(user)
        if said.only_for not in {"", person.id}:
            raise Impossible(f"{user} does not see this message")
        data = {
            "custom_id": part["custom_id"],
            "component_type": part["type"],
            "id": part.get("id", 1),
            **more,
        }
        place = self.state.channels[said.channel]
        label = part.get("label") or part["custom_id"]
        return await self._do(f"press {label}", COMPONENT, person, place, data, source=said)

    async def _do(
        self,
        what: str,
        kind: int,
        person: Person,
        place: Channel,
        data: Json,
        *,
        source: Said | None = None,
        alone: bool = False,
    ) -> Interaction:
        act = Interaction(
            id=self.state.snowflake(),
            token=secrets.token_urlsafe(30),
            kind=kind,
            what=what,
            person=person,
            channel=place,
            sent=self.state.clock.monotonic(),
            source=source,
            alone=alone,
        )
        self.state.interactions[act.token] = act
        self.state.told[act.id] = interaction_json(self.state, act, data)
        self.state.dispatch("INTERACTION_CREATE", self.state.told[act.id], place.guild)
        return await self._watched(act)

    async def _watched(self, act: Interaction) -> Interaction:
        with suppress(TimeoutError):  # the judge says so
            await self.discord.until(lambda: act.finished, seconds=self.patience)
        return act


def _value(menu: Json, chosen: str) -> str:
    if menu["type"] != 3:
        return chosen
    for option in menu["options"]:
        if chosen in {option["label"], option["value"]}:
            return str(option["value"])
    raise Impossible(f"the menu has no {chosen!r}")
