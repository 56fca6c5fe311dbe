"""What the outside must satisfy: sources, chat adapters, and the clock they share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeAlias, runtime_checkable

from bot.domain.digest import Digest
from bot.domain.paper import Batch, Validator
from bot.domain.subscription import Address


class Clock(Protocol):
    """The time, as an argument: `bot.testing.FakeClock` drives a year in a test."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment, going on while the machine sleeps and never set back: for leases and pacing."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait so long on this clock."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The answer to one GET: status 200 with a body, or 304 with none."""

    url: str  # where it was finally found
    status: int
    body: bytes
    content_type: str
    validator: Validator
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names


class Fetcher(Protocol):
    """The one polite way to the network (`adapters/sources/http.py`)."""

    async def get(
        self,
        url: str,
        *,
        validator: Validator | None = None,
        accept: str = "*/*",
        limit: int | None = None,
        pace: str = "",
    ) -> Page:
        """Fetch a URL under all limits, or raise `SourceError`.

        `limit` is the most bytes of (inflated) body to take, when the usual is too small. `pace` names the lane whose
        patience the request shares, whatever its host: everything arXiv says "arxiv", also to a stand-in.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceContext:
    """What a source is built with; a third-party source takes it as its only argument."""

    fetcher: Fetcher
    clock: Clock
    settings: Mapping[str, str]  # upper-case names: PAPERROUND_HUGGINGFACE_URL, ... (all PAPERROUND_*)
    categories: tuple[str, ...] = ()  # arXiv categories: configured, plus every `cat:` subscribed to
    feeds: tuple[str, ...] = ()  # feed URLs: configured, plus every `feed add`
    validators: Mapping[str, Validator] = field(default_factory=dict)  # by URL, from the last good fetch
    backfill_days: int = 0  # how many list days before today a first run fetches as back-fill
    wanted: tuple[str, ...] = ()  # arXiv ids listed without an abstract: who knows them may fill them in


class Source(Protocol):
    """Where papers come from."""

    name: str

    def fetch(self, *, since: date) -> AsyncIterator[Batch]:
        """Yield one batch per origin and day; a failed one is a batch that says so, never an exception."""
        ...

    def recognises(self, head: bytes, name: str) -> bool:
        """Whether a file that begins so and is called so is this source's (for `import FILE`)."""
        ...

    def parse(self, body: bytes, *, day: date | None) -> Batch:
        """Read a saved body; raises `SourceError` when it is not the expected kind. Pure, may block."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One native message of a digest, ready to send: opaque bytes, the same on every retry.

    `papers`, filled by `render`, are the ids of the papers it shows: should it never be sent, they come back in a later
    digest. The others are set for `send` and `find`: `workspace`, whose token it goes out with; `repeated`, that an earlier
    copy may be there and nobody could tell, so the adapter marks this one "(repeated after a restart)"; `opening`, the id
    the platform gave part 0 of the same digest, so that later parts can go into its thread ("" for part 0 itself).
    """

    number: int  # from 0
    payload: bytes
    channel: str
    papers: tuple[int, ...] = ()
    workspace: str = ""
    repeated: bool = False
    opening: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """The platform took it, under this id."""

    remote_id: str


@dataclass(frozen=True, slots=True)
class Found:
    """The platform already has it."""

    remote_id: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The platform certainly does not have it, or the same key sent again is harmless: it stays one message."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The platform cannot be asked."""


Answer: TypeAlias = Found | NotFound | CannotTell


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneLimits:
    """How fast one token may post, and one channel."""

    rate_per_s: float = 50.0
    concurrency: int = 10
    gap_ms: int = 0  # between two messages to one channel


# A person's line (or a button's `Call`) to a reply; bound by `bot.app` and called as
# `commands(line, asker=Asker(...), address=Address(...), place="#ml-papers", prefix="/papers ")`.
Commands: TypeAlias = Callable[..., Awaitable[object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """A workspace that installed the bot: the token its platform gave, and what it may be used for."""

    platform: str
    workspace: str
    token: str = field(repr=False)
    installed_at: datetime
    name: str = ""  # as people call the workspace
    scopes: frozenset[str] = frozenset()
    installed_by: str = ""  # who did, by their id there
    bot_user: str = ""
    refresh_token: str = field(default="", repr=False)  # "" where tokens do not rotate
    expires_at: datetime | None = None  # when the token does, where it rotates
    details: Mapping[str, str] = field(default_factory=dict)  # what else the platform wants to see again


class Workspaces(Protocol):
    """What the bot keeps for a chat adapter, and what an adapter tells the bot of its workspaces and channels."""

    async def installations(self, platform: str) -> tuple[Installation, ...]:
        """List every workspace that has the bot installed now."""
        ...

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        """Find one; None when it never installed the bot, or removed it."""
        ...

    async def installed(self, installation: Installation) -> None:
        """Remember an installation, the newest of its workspace; one that was gone goes on where it stopped.

        One without a token is not kept: it says that the operator's own token serves a workspace now.
        """
        ...

    async def renewing(self, platform: str, workspace: str) -> bool:
        """Ask to be the one process that renews a token now; False when another is at it."""
        ...

    async def renewed(self, installation: Installation) -> None:
        """Remember a renewed token; an installation that ended meanwhile stays ended."""
        ...

    async def uninstalled(self, platform: str, workspace: str) -> None:
        """Forget a workspace's tokens and send nothing there; what it subscribed to is kept for 30 days."""
        ...

    async def new_state(self) -> str:
        """Make a single-use mark for an installation that begins now; it is good for ten minutes."""
        ...

    async def used_state(self, state: str) -> bool:
        """Use such a mark up; False when it was never made, was used already, or is too old."""
        ...

    async def channel_gone(self, address: Address, reason: str) -> None:
        """Send nothing to a channel that is gone, archived or closed to the bot, and have its people told once."""
        ...

    async def channel_back(self, address: Address) -> None:
        """Send there again, if it was paused for being gone."""
        ...

    async def channel_renamed(self, address: Address, name: str) -> None:
        """Call a channel by its new name, as "#papers"."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatContext:
    """What a chat adapter is built with; a third-party adapter takes it as its only argument."""

    clock: Clock
    settings: Mapping[str, str]  # upper-case names: all PAPERROUND_*; an adapter reads its own tokens itself
    workspaces: Workspaces | None = None  # None where nothing is kept: `init`, the contract checks


class ChatAdapter(Protocol):
    """Where digests go, and where commands come from."""

    platform: str
    limits: LaneLimits

    async def run(self, commands: Commands) -> None:
        """Connect and answer until cancelled; not needed for sending."""
        ...

    def render(self, digest: Digest) -> Sequence[Part]:
        """Draw a digest as native messages; pure."""
        ...

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Deliver one part, or raise a `DeliveryError`."""
        ...

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:
        """Ask the platform whether the part with this key is there already.

        After `CannotTell` it is sent once more, marked as repeated; after a second one a person decides.
        """
        ...


@runtime_checkable
class Teller(Protocol):
    """What a chat adapter may offer besides: a private line to one person."""

    async def tell(self, address: Address, person: str, text: str) -> None:
        """Tell a person of that place's workspace something privately, or raise a `DeliveryError`."""
        ...


@runtime_checkable
class Doorkeeper(Protocol):
    """What a chat adapter may offer besides: what it knows of its channels and people, asked anew each time."""

    async def why_not_post(self, address: Address) -> str:
        """What stands in the way of posting there, as one thing to do about it; "" when nothing does."""
        ...

    async def may_read(self, address: Address, person: str) -> bool:
        """Whether a person may see what is subscribed there: it is public to the workspace, or they are in it."""
        ...

    async def manages(self, address: Address, person: str) -> bool:
        """Whether a person may change what is subscribed there."""
        ...


@runtime_checkable
class Paced(Protocol):
    """What a chat adapter may offer besides: limits of its own for each workspace."""

    def limits_in(self, workspace: str) -> LaneLimits:
        """How fast the token of this workspace may post; never waits."""
        ...


@runtime_checkable
class Closing(Protocol):
    """What a chat adapter may offer besides: connections to be closed at the end."""

    async def close(self) -> None:
        """Close what is open; called once more does nothing."""
        ...


ASGIApp: TypeAlias = Callable[..., Awaitable[None]]  # https://asgi.readthedocs.io/en/latest/specs/main.html


@runtime_checkable
class Served(Protocol):
    """What a chat adapter may offer besides: pages or events over HTTP, mounted at /<platform> by the web host."""

    def asgi(self) -> ASGIApp | None:
        """The application to mount; None when it is set up to need none."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What an adapter found when it looked at itself; `fix` is one thing to do when it is not good, or could be better."""

    good: bool
    what: str
    fix: str = ""
    passing: bool = False  # not good, but perhaps of itself again soon: nobody answered


@runtime_checkable
class Examined(Protocol):
    """What a chat adapter may offer besides: a look at its own tokens and rights, for `doctor`."""

    def examine(self) -> AsyncIterator[Finding]:
        """Ask the platform; raises nothing."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One value that `init` asks for."""

    variable: str  # "SLACK_BOT_TOKEN"
    prompt: str
    secret: bool = True
    required: bool = True


class Setup(Protocol):
    """What `paperround init <chat>` needs; a chat adapter's class may have one as its attribute `setup`."""

    def opening(self) -> Sequence[str]:
        """What to do on the platform first: lines with links, printed before anything is asked."""
        ...

    def questions(self) -> Sequence[Question]:
        """What to ask, in order."""
        ...

    def check(self, values: Mapping[str, str]) -> AsyncIterator[Finding]:
        """Try the values on the platform, most telling first; raises nothing."""
        ...

    def closing(self) -> Sequence[str]:
        """What to do there once the bot runs: lines printed when the values are kept."""
        ...


class Engine(Protocol):
    """What carries wake-ups: "run the handler of this key soon".

    A wake-up may be lost, repeated or late: every handler reads from the tables what is due, and a sweep repeats what
    was lost. `bot/storage` excludes and remembers; an engine never does.
    """

    def handler(self, kind: str, fn: Callable[[str], Awaitable[bool]]) -> None:
        """Answer wake-ups of a kind; the handler returns True when there is more to do for its key."""
        ...

    async def wake(self, kind: str, keys: Sequence[str]) -> None:
        """Ask that the handler be run for these keys; called after the commit that made them due."""
        ...

    async def run(self, stop: asyncio.Event) -> None:
        """Run handlers until told to stop; what runs then comes to its end."""
        ...
