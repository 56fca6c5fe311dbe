"""Everything one stand-in knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.ports import Clock

from .checking import Check, Problem, message_problems
from .faults import Faults
from .messages import message_json, pings
from .permissions import NONE, Permission
from .rates import Rates
from .world import DM, Channel, Guild, Json, Person, Said, permissions

if TYPE_CHECKING:
    from .interactions import Interaction

EPOCH_MS = 1_420_070_400_000  # the first moment of 2015, where Discord's ids begin
# An event, its data, and the server it is of (None: of no server).
Dispatch: TypeAlias = Callable[[str, Json, Guild | None], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """One call as the journal keeps it; `code` is Discord's error code, 0 when there is none."""

    at: float
    method: str
    path: str
    route: str
    body: Any
    status: int
    code: int
    fault: str


@dataclass(kw_only=True)
class State:
    """Servers, people, messages, commands, and what was called."""

    clock: Clock
    faults: Faults
    rates: Rates
    token: str
    base: str = ""  # "http://127.0.0.1:PORT"
    nonce_window: float = 180.0  # "the past few minutes"
    guilds: dict[str, Guild] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    nonces: dict[str, tuple[float, Said]] = field(default_factory=dict)
    commands: dict[str, list[Json]] = field(default_factory=lambda: {"": []})  # by server; "": everywhere
    synced: int = 0  # how often commands were put
    interactions: dict[str, Interaction] = field(default_factory=dict)  # by token
    told: dict[str, Json] = field(default_factory=dict)  # interactions as the bot was told of them, by id
    journal: list[Called] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)  # what a check said of something sent
    counters: Counter[str] = field(default_factory=Counter)
    deleted: list[Said] = field(default_factory=list)
    check_message: Check = message_problems
    dispatch: Dispatch = lambda _event, _data, _guild: None
    history_limit: int = 100
    shards: int = 1
    starts_left: int = 1000  # of the sessions that may be begun today
    _last: int = 0

    def __post_init__(self) -> None:
        """Make the bot's own user."""
        self.bot = self.add_person("paperround", bot=True)

    def snowflake(self) -> str:
        """An id nothing else has, with its moment in it."""
        now = int(self.clock.now().timestamp() * 1000) - EPOCH_MS
        self._last = max(now << 22, self._last + 1)
        return str(self._last)

    def add_person(self, name: str, *, permissions: Permission = NONE, bot: bool = False) -> Person:
        """Somebody who uses Discord."""
        own, role = self.snowflake(), self.snowflake()
        made = Person(id=own, name=name, role=role, permissions=permissions, bot=bot)
        self.people[made.id] = made
        return made

    def add_guild(self, name: str, *, members: tuple[Person, ...] = ()) -> Guild:
        """Open a server with these people in it, without the bot."""
        made = Guild(id=self.snowflake(), name=name, members={one.id: one for one in members})
        self.guilds[made.id] = made
        return made

    def add_channel(self, guild: Guild | None, name: str, **facts: Any) -> Channel:
        """Open a channel, a thread or a direct message."""
        made = Channel(id=facts.pop("id", "") or self.snowflake(), name=name, guild=guild, **facts)
        made.turned = self.clock.now().isoformat()
        self.channels[made.id] = made
        if guild is not None:
            guild.channels[made.id] = made
        return made

    def direct(self, person: Person) -> Channel:
        """The direct message between somebody and the bot; opened when there is none."""
        for one in self.channels.values():
            if one.person is person:
                return one
        return self.add_channel(None, person.name, kind=DM, person=person)

    def bot_may(self, channel: Channel, wanted: Permission) -> bool:
        """Whether the bot has all of these permissions in a channel."""
        return permissions(self.bot, channel) & wanted == wanted

    def say(self, channel: Channel, author: Person, body: Json, **more: Any) -> Said:
        """Put a message into a channel."""
        raw = message_json(more.pop("id", "") or self.snowflake(), channel.id, author, body, self.clock.now())
        raw |= more.pop("raw", {})
        who = pings(body, interaction=more.get("via") == "interaction")
        said = Said(raw=raw, channel=channel.id, author=author.id, pings=who, **more)
        channel.messages.append(said)
        channel.archived = False
        return said

    def find(self, message: str) -> Said | None:
        """A message of any channel."""
        return next((one for one in self.everything_said() if one.id == message), None)

    def everything_said(self) -> list[Said]:
        """All messages of all channels, by channel, oldest first."""
        return [said for channel in self.channels.values() for said in channel.messages]

    def found(self, where: str, problems: list[Problem]) -> None:
        """Keep what a check said."""
        self.findings += [f"{where}: {one.where} {one.what}" for one in problems]
