"""What the adapter works with, put together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.digest import Digest
from bot.domain.subscription import Address
from bot.ports import ChatContext, Clock, Commands, Part, Workspaces

from .advising import Advising
from .api.people import People
from .api.wire import Wire
from .aside import Aside
from .drawing.parts import parts_of
from .finding import LookingUp
from .office import Office
from .publishing import Publishing
from .sending import Sending
from .settings import DiscordSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Equipment:
    """The parts of the adapter that share the token and the connections."""

    settings: DiscordSettings
    wire: Wire
    people: People
    sending: Sending
    looking_up: LookingUp
    clock: Clock
    workspaces: Workspaces | None
    parts_of: Callable[[Digest], tuple[Part, ...]] = parts_of

    async def tell(self, _address: Address, person: str, text: str) -> None:
        """Write to one person: Discord knows people by one id everywhere."""
        await self.sending.tell(person, text)

    async def was_told(self, person: str, text: str) -> bool:
        """Whether they were written that lately, by this process or by any before it."""
        return await self.looking_up.was_told(person, text)

    def office(self, commands: Commands) -> Office:
        """What those who answer people are given."""
        return Office(
            clock=self.clock,
            commands=commands,
            workspaces=self.workspaces,
            tell=self.tell,
            was_told=self.was_told,
            forget_channel=self.people.forget_channel,
            forget_guild=self.people.forget_guild,
        )


def of(context: ChatContext) -> Equipment:
    """Put it together; raises `ConfigError` when the settings do not go together."""
    settings = DiscordSettings.load().checked()
    wire = Wire(settings, context.clock)
    people, aside = People(wire, context.clock), Aside()
    advising = Advising(clock=context.clock, workspaces=context.workspaces, aside=aside)
    publishing = Publishing(wire=wire, aside=aside, wanted=settings.crosspost)
    return Equipment(
        settings=settings,
        wire=wire,
        people=people,
        sending=Sending(
            wire=wire, people=people, crosspost=settings.crosspost, aside=aside, look=advising.look
        ),
        looking_up=LookingUp(wire=wire, people=people, publishing=publishing),
        clock=context.clock,
        workspaces=context.workspaces,
    )
