"""What the adapter works with, put together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.digest import Digest
from bot.ports import ChatContext, Clock, Commands, Part, Workspaces

from .api.people import People
from .api.tokens import Tokens
from .drawing.parts import parts_of
from .finding import LookingUp
from .office import Office
from .sending import Sending
from .settings import SlackSettings
from .web.door import Door


@dataclass(frozen=True, kw_only=True, slots=True)
class Equipment:
    """The parts of the adapter that share tokens and connections."""

    settings: SlackSettings
    tokens: Tokens
    people: People
    sending: Sending
    looking_up: LookingUp
    clock: Clock
    workspaces: Workspaces | None
    web_url: str
    can_seal: bool  # whether tokens of workspaces can be written down
    door: Door = field(default_factory=Door)
    parts_of: Callable[[Digest], tuple[Part, ...]] = parts_of

    def office(self, commands: Commands) -> Office:
        """What those who answer people are given."""
        return Office(
            settings=self.settings,
            tokens=self.tokens,
            people=self.people,
            workspaces=self.workspaces,
            clock=self.clock,
            commands=commands,
            web_url=self.web_url,
        )


def of(context: ChatContext) -> Equipment:
    """Put it together; raises `ConfigError` when the settings do not go together."""
    settings = SlackSettings.load().checked()
    tokens = Tokens(settings, context.workspaces, context.clock)
    return Equipment(
        settings=settings,
        tokens=tokens,
        people=People(tokens, settings, context.clock),
        sending=Sending(tokens=tokens),
        looking_up=LookingUp(tokens=tokens),
        clock=context.clock,
        workspaces=context.workspaces,
        web_url=context.settings.get("PAPERROUND_WEB_URL", ""),
        can_seal=bool(context.settings.get("PAPERROUND_SECRET_KEY", "").strip(" ,")),
    )
