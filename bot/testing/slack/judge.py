"""What somebody who reads every channel would complain about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from .messages import Said
from .sent import Ack
from .server import SlackStandIn


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Everything wrong with a run, by kind."""

    posted: int
    repeated: tuple[Said, ...]  # there already, and not marked so
    marked: tuple[Said, ...]  # there already, and marked "(repeated after a restart)"
    findings: tuple[str, ...]  # what Slack would refuse or show wrongly
    too_fast: int  # posts over the limit
    early: int  # calls within a Retry-After
    late: tuple[Ack, ...]  # not acknowledged within three seconds
    triggers_refused: tuple[str, ...]  # trigger ids used too late or twice
    urls_refused: tuple[str, ...]  # response URLs used too late or too often

    @property
    def clean(self) -> bool:
        """Whether there is nothing to complain about."""
        return not self.complaints()

    def complaints(self) -> tuple[str, ...]:
        """Each, in words."""
        return (
            *(f"there twice: {one.channel} {one.key} {one.text[:80]}" for one in self.repeated),
            *(f"there twice, and marked: {one.channel} {one.key}" for one in self.marked),
            *self.findings,
            *([f"{self.too_fast} posts over the limit"] if self.too_fast else []),
            *([f"{self.early} calls before Retry-After was over"] if self.early else []),
            *(f"{one.what}: status {one.status} after {one.seconds:.1f} s" for one in self.late),
            *(f"trigger id: {one}" for one in self.triggers_refused),
            *(f"response_url: {one}" for one in self.urls_refused),
        )


def judge(slack: SlackStandIn) -> Verdict:
    """Look at all messages of all channels, and at everything that was acknowledged."""
    state = slack.state
    posted = [one for one in state.everything_said() if one.bot_id]
    copies = _copies([one for one in posted if one.via == "chat.postMessage"])
    return Verdict(
        posted=len(posted),
        repeated=tuple(one for one in copies if not one.repeated),
        marked=tuple(one for one in copies if one.repeated),
        findings=tuple(state.findings),
        too_fast=state.rates.posting_violations,
        early=state.rates.early_retries,
        late=tuple(ack for ack in state.acks if not ack.in_time),
        triggers_refused=tuple(state.views.refused),
        urls_refused=tuple(state.responses.refused),
    )


def _copies(messages: Sequence[Said]) -> list[Said]:
    """Each message whose like is in its channel already."""
    seen: set[tuple[str, str]] = set()
    copies = []
    for said in messages:
        like = (said.channel, _identity(said))
        if like in seen:
            copies.append(said)
        seen.add(like)
    return copies


def _identity(said: Said) -> str:
    return said.key or json.dumps([said.text, said.blocks], sort_keys=True)
