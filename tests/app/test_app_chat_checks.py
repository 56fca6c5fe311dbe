"""What `doctor` says of chats: each finding with its fix, and no stranger's adapter stops it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.app import open_app
from bot.app.chat_checks import chats
from bot.app.check import Verdict
from bot.config import load_settings
from bot.ports import ChatAdapter, Finding
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


async def _told(tmp_path: Path, adapter: ChatAdapter) -> list[tuple[Verdict, str, str]]:
    settings = load_settings(database_url=f"sqlite:///{tmp_path}/papers.db")
    async with open_app(settings, adapters={"fake": adapter}) as app:
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
