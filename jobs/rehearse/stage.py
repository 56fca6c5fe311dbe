"""The far side: a fake for every platform, on the true time, and the adapters through which a mortal bot reaches it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from bot.domain.digest import Digest
from bot.domain.subscription import Address
from bot.ports import Answer, Commands, Part, Receipt
from bot.testing.clock import FakeClock
from bot.testing.platforms import (
    CommitLate,
    Deny,
    FakeDiscord,
    FakePlatform,
    FakeSlack,
    FakeSmtp,
    Fault,
    Faults,
    Form,
    LoseAnswer,
    Lost,
    Refuse,
    Reject,
    Slow,
    Throttle,
    Vanish,
)
from jobs.outcomes import code_of

from .death import Life

# A Slack that gives no history is a platform of its own here: nobody can ask it what it has.
PLAIN_SLACK = "slack-plain"
PAPERS_PER_PART = 4
# What one fault is, by weight. A late commit stays below the settle delay; what comes later is another story.
ODDS: tuple[tuple[Fault, float], ...] = (
    (LoseAnswer(how=Lost.CONNECTION), 0.14),
    (LoseAnswer(how=Lost.SERVER_ERROR), 0.10),
    (LoseAnswer(how=Lost.TIMEOUT), 0.06),
    (CommitLate(seconds=2.0), 0.05),
    (CommitLate(seconds=9.0), 0.05),
    (Vanish(), 0.10),
    (Refuse(), 0.18),
    (Throttle(seconds=30.0), 0.06),
    (Throttle(seconds=90.0, form=Form.DATE), 0.04),
    (Throttle(seconds=20.5, form=Form.FLOAT, whole_lane=True), 0.04),
    (Throttle(seconds=300.0, form=Form.DATE, whole_lane=True), 0.03),
    (Reject(), 0.02),
    (Deny(), 0.02),
    (Slow(before=2.0, after=3.0), 0.11),
)


class TrueClock:
    """The time as it is, whatever the bot's own clock was set to."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._began = clock.now() - timedelta(seconds=clock.monotonic())

    def now(self) -> datetime:
        """The true time."""
        return self._began + timedelta(seconds=self._clock.monotonic())

    def monotonic(self) -> float:
        """The seconds that passed."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        await self._clock.sleep(seconds)


class Stage:
    """Every platform there is, what it was sent, and what it answered with an error."""

    def __init__(
        self,
        platforms: Iterable[str],
        clock: FakeClock,
        *,
        faults: float,
        chance: Random,
        plain_slack: bool = False,
    ) -> None:
        """`plain_slack`: nobody may read Slack's history, as an installation has it at first."""
        self.clock = TrueClock(clock)
        self.platforms = {
            name: _platform(name, plain_slack, self.clock, _faults(faults, chance.randrange(1 << 30)))
            for name in sorted(set(platforms))
        }
        self.raised: Counter[str] = Counter()  # by code: what calls ended with

    def adapters(self, life: Life) -> dict[str, StageAdapter]:
        """What one process of the bot speaks through."""
        return {name: StageAdapter(platform, life, self.raised) for name, platform in self.platforms.items()}

    def calm(self) -> None:
        """Let everything go well from now on."""
        for platform in self.platforms.values():
            platform.faults.calm()


class StageAdapter:
    """A chat adapter on a stage: ends with its process, and counts the errors it was answered with."""

    def __init__(self, platform: FakePlatform, life: Life, raised: Counter[str]) -> None:
        self.platform = platform.platform
        self.limits = platform.limits
        self._far = platform
        self._life = life
        self._raised = raised

    async def run(self, commands: Commands) -> None:
        """Nobody speaks here."""
        await self._far.run(commands)

    def render(self, digest: Digest) -> Sequence[Part]:
        """As the fake draws it."""
        self._life.breathe()
        return self._far.render(digest)

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Send, while alive."""
        self._life.breathe()
        try:
            return await self._far.send(part, key=key)
        except Exception as error:
            self._raised[code_of(error)] += 1
            raise

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:
        """Ask, while alive."""
        self._life.breathe()
        try:
            return await self._far.find(part, key=key, since=since)
        except Exception as error:
            self._raised[code_of(error)] += 1
            raise

    async def tell(self, address: Address, person: str, text: str) -> None:
        """Tell, while alive."""
        self._life.breathe()
        await self._far.tell(address, person, text)


def _faults(share: float, seed: int) -> Faults:
    faults = Faults(seed=seed)
    for fault, weight in ODDS:
        faults.sometimes(fault, chance=share * weight)
    return faults


def _platform(name: str, plain_slack: bool, clock: TrueClock, faults: Faults) -> FakePlatform:
    made = _kind(PLAIN_SLACK if plain_slack and name == "slack" else name, clock, faults)
    made.platform = name
    return made


def _kind(name: str, clock: TrueClock, faults: Faults) -> FakePlatform:
    match name:
        case "slack":
            return FakeSlack(clock=clock, faults=faults, papers_per_part=PAPERS_PER_PART)
        case "slack-plain":
            return FakeSlack(history=False, clock=clock, faults=faults, papers_per_part=PAPERS_PER_PART)
        case "discord":
            return FakeDiscord(clock=clock, faults=faults, papers_per_part=PAPERS_PER_PART)
        case "email":
            return FakeSmtp(clock=clock, faults=faults, papers_per_part=PAPERS_PER_PART)
        case _:
            return FakePlatform(clock=clock, faults=faults, papers_per_part=PAPERS_PER_PART)


def by_lane(platform: FakePlatform, lanes: Mapping[str, str]) -> None:
    """Tell a fake whose rate limit each of its channels shares."""
    platform.lane_of = lambda channel: lanes.get(channel, "")  # type: ignore[method-assign]  # data, not a subclass
