"""What a person does in Discord, and that it was answered in time, privately and once."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from discordbench.fake import Channel, Impossible, Interaction, User
from discordbench.rules import walk
from world import World

Message = dict[str, Any]
PRIVATE = 1 << 6
SETTLES = 0.3  # seconds in which a further message of the same answer comes
# What the bench finds fault with in itself: it takes an address that begins with ws: for none, its own as Discord's, and
# leaves the code out of a global 429.
ITS_OWN = ("/gateway' is not a 'uri'", "429: / 'code' is a required property")
NONE: Message = {"id": "", "content": "", "embeds": [], "components": [], "flags": PRIVATE}


class Acts:
    """Keeps what went wrong; `facts` are the lines for the report."""

    def __init__(self, world: World, *, patience: float = 30) -> None:
        self.world, self.fake = world, world.fake
        self.patience = patience  # seconds for an answer, once it is acknowledged
        self.wrong: list[str] = []
        self.facts: list[str] = []

    def need(self, holds: object, what: str) -> None:
        """Note a fact, or that it does not hold; a long drive is followed on stderr."""
        (self.facts if holds else self.wrong).append(what)
        print("ok   " if holds else "WRONG", what, file=sys.stderr, flush=True)

    async def slash(
        self, line: str, channel: Channel | str = "digest", *, who: User | None = None, **options: Any
    ) -> Message:
        """Use `/papers LINE`, and read the first message of the answer."""
        return await self._done(f"/papers {line}", await self.typed(line, channel, who=who, **options))

    async def typed(
        self,
        line: str,
        channel: Channel | str = "digest",
        *,
        who: User | None = None,
        as_own: bool = False,
        **options: Any,
    ) -> Interaction | None:
        """Use a command and wait for nothing."""
        where = self.world.channels[channel] if isinstance(channel, str) else channel
        whole = line if line.startswith("papers") else f"papers {line}"
        try:
            return await (who or self.world.ana).slash(where, whole, user_install=as_own, **options)
        except Impossible as error:
            self.wrong.append(f"/{whole} cannot be used: {error}")
            return None

    async def choices(self, line: str, option: str, typed: str, **filled: Any) -> list[str]:
        """What is offered while somebody types."""
        ana, where = self.world.ana, self.world.channels["digest"]
        act = await ana.autocomplete(where, f"papers {line}", option, typed, **filled)
        try:
            await act.answered(3.5)
        except TimeoutError:
            self.wrong.append(f"nothing was offered for {line} {option}:{typed}")
        offered = [one["value"] for one in act.choices or ()]
        self.need(offered, f"{line} {option}:{typed!r} offers {len(offered)}: {offered[:3]}")
        return offered

    async def click(self, message: Message, label: str, *, who: User | None = None) -> Message:
        """Press a button by its label."""
        found = named(message, label)
        if found is None:
            self.wrong.append(f"no button {label!r} in {said(message)[:80]!r}")
            return NONE
        source = self.fake.messages.get(message["id"], message)
        act = await (who or self.world.ana).click(source, found["custom_id"])
        return await self._done(label, act)

    async def choose(self, message: Message, at: int = 0, *, who: User | None = None) -> Message:
        """Choose a paper from the menu below papers."""
        menu = next((one for one in walk(message["components"]) if one.get("type") == 3), None)
        if menu is None:
            self.wrong.append(f"no menu in {said(message)[:80]!r}")
            return NONE
        act = await (who or self.world.ana).select(message, menu["custom_id"], [menu["options"][at]["value"]])
        return await self._done("a paper of the menu", act)

    async def context(self, command: str, message: Message) -> Message:
        """Use a command of a message's own menu."""
        act = await self.world.bob.context_menu(self.world.channels["general"], command, message)
        return await self._done(command, act)

    async def form(self, act: Interaction | None, values: dict[str, Any]) -> Message:
        """Fill in the form that an act opened, and send it."""
        if act is None:
            return NONE
        await act.answered(4)
        if not act.modal:
            self.wrong.append(f"no form was opened: {act.callback}")
            return NONE
        whole = {**filled(act.modal), **values}
        return await self._done("the form", await act.user.submit(act, whole))

    async def opens(self, message: Message, label: str) -> Interaction | None:
        """Press a button that opens a form."""
        found = named(message, label)
        if found is None:
            self.wrong.append(f"no button {label!r} in {said(message)[:80]!r}")
            return None
        return await self.world.ana.click(message, found["custom_id"])

    async def _done(self, what: str, act: Interaction | None) -> Message:
        """Wait for the answer; the message that came, or took the place of what was pressed."""
        if act is None:
            return NONE
        before = self.fake.meta[act.source["id"]]["edits"] if act.source else 0
        try:
            await act.answered(3.5)
            if (act.callback or {}).get("type") == 6:
                changed = lambda: self.fake.meta[act.source["id"]]["edits"] > before  # noqa: E731
                if not await self.world.until(changed, self.patience):
                    self.wrong.append(f"{what}: nothing took the place of the message")
            await act.finished(self.patience)
        except TimeoutError:
            self.wrong.append(f"{what}: no answer ({act.callback})")
            return NONE
        await asyncio.sleep(SETTLES)
        shown = [one for one in (act.message, *act.followups) if one]
        open_ones = [one for one in shown if act.channel.guild and not one["flags"] & PRIVATE]
        if open_ones:
            self.wrong.append(f"{what}: {len(open_ones)} answers everybody sees")
        return shown[0] if shown else NONE

    def once(self) -> Counter[str]:
        """What the ledger says against what is there: each part exactly once."""
        found = self.world.copies()
        rows = self.world.bot.ask("SELECT key, status, attempt FROM delivery")
        sent = {key for key, status, _ in rows if status == "sent"}
        counts = Counter(
            sent=len(sent),
            lost=len(sent - found.keys()),
            strangers=len(found.keys() - sent),
            twice=sum(len(one) > 1 for one in found.values()),
        )
        statuses = Counter(status for _, status, _ in rows)
        self.facts.append(f"the ledger: {dict(statuses)}; there: {dict(counts)}")
        for name in ("lost", "strangers", "twice"):
            self.need(not counts[name], f"{name}: {counts[name]}")
        return counts


def named(message: Message, label: str) -> dict[str, Any] | None:
    """The button whose label begins so."""
    for one in walk(message["components"]):
        if one.get("type") == 2 and one.get("custom_id") and (one.get("label") or "").startswith(label):
            return one
    return None


def said(message: Message) -> str:
    """All that a message says."""
    return f"{message['content']} {' '.join(_texts(message['embeds']))}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(one)


def filled(modal: dict[str, Any]) -> dict[str, Any]:
    """What a form shows when nobody touches it: typed texts, and ticked lines of its menus."""
    held: dict[str, Any] = {}
    for one in walk(modal["components"]):
        if one.get("type") == 3:
            held[one["custom_id"]] = [line["value"] for line in one["options"] if line.get("default")]
        elif one.get("custom_id"):
            held[one["custom_id"]] = one.get("value") or ""
    return held


def verdict(acts: Acts) -> None:
    """What the bench found: nothing that Discord would refuse, no limit passed, nobody left without an answer."""
    report = acts.fake.report()
    report["own_faults"] = [one for one in report["own_faults"] if not one.endswith(ITS_OWN)]
    for name in ("invalid_requests", "own_faults", "interactions_missed", "pings_everyone"):
        found = report[name]
        acts.need(not found, f"{name}: {len(found)} {[str(one)[:300] for one in found[:3]] or ''}")
    acts.need(
        not report["rate_limit_violations"], f"rate_limit_violations: {report['rate_limit_violations']}"
    )
    acts.need(
        not report["banned"],
        f"banned: {report['banned']}; counted 401, 403, 429: {report['counts_401_403_429']}",
    )
    missing = acts.fake.counters["unimplemented"]
    acts.need(not missing, f"asked for what the bench does not have: {missing}")
    acts.facts.append(
        f"{report['requests']} requests; {report['interactions']} interactions, the slowest first response after"
        f" {report['slowest_first_response_s']} s; limits that could not be known: {report['rate_limit_hits']}"
    )
    acts.facts.append(f"counters: {dict(acts.fake.counters)}")
    if report["notes"]:
        acts.facts.append(f"notes: {report['notes']}")
