"""What arrived, against what should have: lost, repeated, out of order, too fast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.delivery import Delivery

from .messages import Message
from .platform import FakePlatform
from .rates import TooFast, too_fast

Expected: TypeAlias = Mapping[str, Sequence[str]]  # channel -> keys, in the order they should be read


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """A message that a reader has seen before; `marked` when it says so."""

    channel: str
    key: str
    remote_id: str
    marked: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Overtaken:
    """A message that arrived after one that should follow it."""

    channel: str
    key: str
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a platform's readers would complain about."""

    arrived: int
    lost: tuple[tuple[str, str], ...]  # channel, key
    strangers: tuple[tuple[str, str], ...]  # arrived although nobody expected them
    repeated: tuple[Copy, ...]  # and not marked
    marked: tuple[Copy, ...]  # repeated, and it says so
    overtaken: tuple[Overtaken, ...]
    too_fast: tuple[TooFast, ...]
    early: int  # requests while a Retry-After was running

    @property
    def kept(self) -> bool:
        """Whether nothing is lost, repeated unmarked or out of order."""
        return not (self.lost or self.strangers or self.repeated or self.overtaken)

    def __str__(self) -> str:
        counts = {
            "arrived": self.arrived,
            "lost": len(self.lost),
            "strangers": len(self.strangers),
            "repeated": len(self.repeated),
            "repeated, marked": len(self.marked),
            "out of order": len(self.overtaken),
            "too fast": len(self.too_fast),
            "early": self.early,
        }
        return " · ".join(f"{what} {count}" for what, count in counts.items())


def expected(deliveries: Iterable[Delivery], channels: Mapping[int, str]) -> Expected:
    """The keys each channel should show, by slot and part; `channels` are by destination id."""
    keys: dict[str, list[str]] = {}
    for one in sorted(deliveries, key=lambda one: (one.slot_id, one.part_no)):
        keys.setdefault(channels[one.destination_id], []).append(one.key)
    return keys


def judge(platform: FakePlatform, wanted: Expected) -> Verdict:
    """Compare what a reader sees at a platform with what was meant to be sent there."""
    messages = platform.messages
    seen = {(message.channel, message.key) for message in messages}
    meant = {(channel, key): None for channel, keys in wanted.items() for key in keys}
    copies = _copies(messages)
    return Verdict(
        arrived=len(messages),
        lost=tuple(place for place in meant if place not in seen),
        strangers=tuple(sorted(seen - meant.keys())),
        repeated=tuple(copy for copy in copies if not copy.marked),
        marked=tuple(copy for copy in copies if copy.marked),
        overtaken=tuple(_overtaken(messages, wanted)),
        too_fast=too_fast(
            platform.requests, lane_rates=platform.lane_rates, channel_rates=platform.channel_rates
        ),
        early=sum(request.early for request in platform.requests),
    )


def _copies(messages: Sequence[Message]) -> list[Copy]:
    seen: set[tuple[str, str]] = set()
    copies = []
    for message in messages:
        place = (message.channel, message.key)
        if place in seen:
            copies.append(
                Copy(
                    channel=message.channel,
                    key=message.key,
                    remote_id=message.remote_id,
                    marked=message.repeated,
                )
            )
        seen.add(place)
    return copies


def _overtaken(messages: Sequence[Message], wanted: Expected) -> list[Overtaken]:
    """Each first copy that came after one it should come before."""
    places = {(channel, key): place for channel, keys in wanted.items() for place, key in enumerate(keys)}
    furthest: dict[str, tuple[int, str]] = {}
    late = []
    for (channel, key), place in _first_places(messages, places):
        leader = furthest.get(channel, (-1, ""))
        if place < leader[0]:
            late.append(Overtaken(channel=channel, key=key, by=leader[1]))
        furthest[channel] = max(leader, (place, key))
    return late


def _first_places(
    messages: Sequence[Message], places: Mapping[tuple[str, str], int]
) -> list[tuple[tuple[str, str], int]]:
    firsts = dict.fromkeys((message.channel, message.key) for message in messages)
    return [(where, places[where]) for where in firsts if where in places]
