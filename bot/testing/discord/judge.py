"""What somebody who reads every channel, and every call, would complain about."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from .checking import parts_of
from .interactions import Interaction
from .routes_interactions import FIRST
from .server import DiscordStandIn
from .world import Said

MARK = re.compile(r"(?:^|\|)(k:[^|]+)$")  # how a custom_id ends that carries the key of a delivery


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Everything wrong with a run, by kind."""

    posted: int
    repeated: tuple[Said, ...]  # there already
    pings: tuple[Said, ...]  # notified somebody
    findings: tuple[str, ...]  # what Discord would refuse
    too_fast: int  # calls the headers before had forbidden
    invalid: int  # answers of 401, 403 and 429 in the last ten minutes
    missed: tuple[Interaction, ...]  # never answered
    late: tuple[Interaction, ...]  # answered too late, or twice
    embeds_lost: int  # posts whose embeds Discord dropped for want of a permission
    nonces_elsewhere: int  # a nonce of one channel used in another

    @property
    def clean(self) -> bool:
        """Whether there is nothing to complain about."""
        return not self.complaints()

    def complaints(self) -> tuple[str, ...]:
        """Each, in words; `invalid` is for the test to judge."""
        counted = {
            "calls before their limit was over": self.too_fast,
            "posts lost their embeds": self.embeds_lost,
            "nonces were used in two channels": self.nonces_elsewhere,
        }
        return (
            *(f"there twice: {one.channel} {_identity(one)[:80]}" for one in self.repeated),
            *(f"pings {', '.join(one.pings)}: {one.text[:80]}" for one in self.pings),
            *self.findings,
            *(f"{number} {what}" for what, number in counted.items() if number),
            *(f"{one.what}: not answered" for one in self.missed),
            *(f"{one.what}: answered {one.late} times too late or too often" for one in self.late),
        )


def judge(discord: DiscordStandIn) -> Verdict:
    """Look at all messages of all channels, and at every interaction."""
    state = discord.state
    said = [one for one in state.everything_said() if one.author == state.bot.id and one.via != "system"]
    acts = list(state.interactions.values())
    return Verdict(
        posted=len(said),
        repeated=tuple(_copies([one for one in said if one.via == "api"])),
        pings=tuple(one for one in said if one.pings),
        findings=tuple(state.findings),
        too_fast=state.rates.violations,
        invalid=len(state.rates.invalid),
        missed=tuple(one for one in acts if one.callback is None),
        late=tuple(one for one in acts if one.late or (one.seconds or 0.0) > FIRST),
        embeds_lost=state.counters["embeds_dropped"],
        nonces_elsewhere=state.counters["nonce_in_other_channel"],
    )


def _copies(messages: Sequence[Said]) -> list[Said]:
    """Each message whose like is there already: by the key of its delivery, else by what stands in its channel."""
    seen: set[str] = set()
    copies = []
    for said in messages:
        like = _identity(said)
        if like in seen:
            copies.append(said)
        seen.add(like)
    return copies


def _identity(said: Said) -> str:
    for one in parts_of(said.components):
        if mark := MARK.search(str(one.get("custom_id", ""))):
            return mark[1]
    return json.dumps([said.channel, said.text, said.embeds, said.components], sort_keys=True)
