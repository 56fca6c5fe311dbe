"""What somebody did and how the bot answered it: https://docs.discord.com/developers/interactions/receiving-and-responding."""

from __future__ import annotations

from dataclasses import dataclass, field

from .world import Channel, Json, Person, Said

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5


@dataclass(kw_only=True, eq=False)
class Interaction:
    """One interaction; `callback` is the bot's first answer, `message` what it shows, `followups` what came after."""

    id: str
    token: str
    kind: int
    what: str  # in words, for the judge
    person: Person
    channel: Channel
    sent: float
    source: Said | None = None  # the message with the component
    alone: bool = False  # the bot is only installed for this person: it is no member there
    callback: Json | None = None
    seconds: float | None = None  # until the first answer
    message: Said | None = None
    loading: bool = False
    late: int = 0  # answers that came too late or twice
    followups: list[Said] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether it is answered, and nothing is loading any more."""
        return self.callback is not None and not self.loading

    @property
    def owners(self) -> Json:
        """For whom the application is installed: a server, or this person alone."""
        if self.alone:
            return {"1": self.person.id}
        return {"0": self.channel.guild.id if self.channel.guild else "0"}

    @property
    def choices(self) -> list[Json]:
        """What autocomplete offers."""
        return list((self.callback or {}).get("data", {}).get("choices", []))

    @property
    def modal(self) -> Json | None:
        """The modal it opened."""
        callback = self.callback or {}
        return callback["data"] if callback.get("type") == 9 else None

    @property
    def answers(self) -> list[Said]:
        """Everything said in answer, oldest first."""
        return [*([self.message] if self.message is not None else []), *self.followups]
