"""What `doctor` says of chats: each finding with its fix, and no stranger's adapter stops it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import open_app
from bot.app.chat_checks import MOST_PLACES, chats
from bot.app.check import Verdict
from bot.config import load_settings
from bot.domain.subscription import Address, Schedule
from bot.ports import ChatAdapter, Finding
from bot.testing.builders import SAMPLE_NOW
from bot.testing.fake_chat import FakeChat

FINDINGS = (
    Finding(good=True, what="the token is good"),
    Finding(good=True, what="could do more", fix="Allow it."),
    Finding(good=False, what="nobody answered", fix="Try again.", passing=True),
    Finding(good=False, what="it is refused", fix="Copy it again."),
)


@dataclass
class Looking(FakeChat):
    findings: Sequence[Finding] = ()
    fails: bool = False

    async def examine(self) -> AsyncIterator[Finding]:
        for finding in self.findings:
            yield finding
        if self.fails:
            raise ZeroDivisionError


@dataclass
class Advising(Looking):
    """Says the same of every channel, or breaks there."""

    why: str = ""
    lacks: str = ""
    breaks: bool = False
    looked_at: list[str] = field(default_factory=list)

    async def why_not_post(self, address: Address) -> str:
        self.looked_at.append(address.channel)
        return self.why

    async def may_read(self, _address: Address, _person: str) -> bool:
        return True

    async def manages(self, _address: Address, _person: str) -> bool:
        return True

    async def what_is_lacking(self, _address: Address) -> str:
        if self.breaks:
            raise ZeroDivisionError
        return self.lacks


async def _told(tmp_path: Path, adapter: ChatAdapter, channels: int = 0) -> list[tuple[Verdict, str, str]]:
    settings = load_settings(database_url=f"sqlite:///{tmp_path}/papers.db")
    async with open_app(settings, adapters={"fake": adapter}) as app:
        for number in range(channels):
            await app.store.ensure_destination(
                Address(platform="fake", workspace="W", channel=f"C{number}"),
                name=f"#c{number}",
                schedule=Schedule(),
                next_due_at=SAMPLE_NOW,
                now=SAMPLE_NOW,
            )
        return [(one.verdict, one.what, one.fix) async for one in chats(app)]


async def test_every_finding_is_told_with_its_fix(tmp_path: Path) -> None:
    assert await _told(tmp_path, Looking(findings=FINDINGS)) == [
        (Verdict.OK, "the token is good", ""),
        (Verdict.WARN, "could do more", "Allow it."),
        (Verdict.WARN, "nobody answered", "Try again."),
        (Verdict.FAIL, "it is refused", "Copy it again."),
    ]


async def test_an_adapter_that_breaks_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    told = await _told(tmp_path, Looking(findings=FINDINGS[:1], fails=True))
    assert told[1][0] is Verdict.FAIL
    assert "ZeroDivisionError" in told[1][1]


async def test_an_adapter_that_has_nothing_to_say_is_left_alone(tmp_path: Path) -> None:
    assert await _told(tmp_path, FakeChat()) == []


async def test_channels_that_digests_go_to_are_looked_at_until_there_are_many(tmp_path: Path) -> None:
    adapter = Advising(findings=FINDINGS[:1], lacks="Grant it.")
    told = await _told(tmp_path, adapter, MOST_PLACES + 5)
    assert told[1:] == [(Verdict.WARN, "digests could be better there", "Grant it.")] * MOST_PLACES
    assert len(set(adapter.looked_at)) == MOST_PLACES


async def test_what_stands_in_the_way_goes_before_what_could_be_better(tmp_path: Path) -> None:
    told = await _told(tmp_path, Advising(why="Add the bot.", lacks="Grant it."), 1)
    assert told == [(Verdict.WARN, "something stands in the way of digests there", "Add the bot.")]
    assert await _told(tmp_path, Advising(), 3) == []


async def test_with_a_token_that_is_refused_no_channel_is_looked_at(tmp_path: Path) -> None:
    adapter = Advising(findings=FINDINGS[3:], lacks="Grant it.")
    assert len(await _told(tmp_path, adapter, 3)) == 1
    assert not adapter.looked_at


async def test_a_look_at_channels_that_breaks_is_told_once(tmp_path: Path) -> None:
    (told,) = await _told(tmp_path, Advising(breaks=True), 3)
    assert "ZeroDivisionError" in told[1]
