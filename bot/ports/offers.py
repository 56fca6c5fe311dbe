"""What a chat adapter may offer besides; whoever offers nothing of it is an adapter all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from bot.domain.subscription import Address

from .messages import LaneLimits


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
class Adviser(Protocol):
    """What a chat adapter may offer besides: what would make digests better where they can be posted."""

    async def what_is_lacking(self, address: Address) -> str:
        """What makes digests worse there, as things to do about it; "" when nothing is known to."""
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


@runtime_checkable
class Invited(Protocol):
    """What a chat adapter may offer besides: a way for anybody to add the bot where it is not yet."""

    async def invite(self) -> str:
        """A path of ours ("/slack/install") or a whole address; "" where only its operator adds it, or nobody can say."""
        ...


@runtime_checkable
class Refusable(Protocol):
    """What a chat adapter may offer besides: how near it is to being shut out for asking what it may not."""

    def refused_lately(self) -> int:
        """How many requests its platform refused within the time that it counts them; never waits."""
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


class Configured(Protocol):
    """What a chat adapter's class may offer besides: the settings it reads itself, for `config`."""

    @staticmethod
    def own_settings() -> Mapping[str, str]:
        """Every one by its variable, secrets hidden; `ConfigError` when one cannot be used."""
        ...
