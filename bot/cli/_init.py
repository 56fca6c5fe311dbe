"""`init CHAT`, done: what to do on the platform, what it gives out, a try, and only then a `.env`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot import plugins
from bot.errors import AuthFailed, ConfigError, Transient
from bot.ports import Finding, Question, Setup

from ._desk import Desk
from ._env_file import merged, text_of, values_in, write_private
from ._settings import SECRET_KEY, fresh_key, schedule_lines
from ._typer import say

CHAT = "PAPERROUND_CHAT"
TRIES = 3


def set_up(chat: str, file: Path, *, tz: str, at: str) -> int:
    """Ask what a chat needs, try it there, and keep it; nothing is written before it was taken."""
    wished = schedule_lines(tz, at)
    setup, desk, before = plugins.chat_setup(chat), Desk.here(), values_in(file)
    answers = _accepted(setup, desk, before)
    lines = _lines(chat, answers, wished, before)
    typed = {name for name in answers if desk.terminal and not os.environ.get(name)}
    _agree(desk, file, {name: value for name, value in before.items() if name not in typed}, lines)
    write_private(file, merged(text_of(file), lines))
    say(f"Wrote {file}, readable by you alone. Next: paperround run (in a checkout: make run)")
    for line in setup.closing():
        say(line)
    return 0


def _accepted(setup: Setup, desk: Desk, before: Mapping[str, str]) -> dict[str, str]:
    """Answers the platform takes; a person at a terminal who copied the wrong thing is asked again."""
    asked = any(not os.environ.get(one.variable) for one in setup.questions())
    for line in setup.opening() if asked else ():
        say(line)
    known = before
    for tries_left in reversed(range(TRIES if asked and desk.terminal else 1)):
        answers = _answers(setup.questions(), desk, known)
        try:
            asyncio.run(_tried(setup, answers))
        except AuthFailed as error:
            if not tries_left:
                raise
            say(f"{error}\n")
            known = {**before, **answers}
        else:
            break
    return answers


def _answers(questions: Sequence[Question], desk: Desk, before: Mapping[str, str]) -> dict[str, str]:
    """A value for each question: from the environment, else as it is given here, else as it is known."""
    given = {one.variable: _answer(one, desk, before.get(one.variable, "")) for one in questions}
    return {name: value for name, value in given.items() if value}


def _answer(question: Question, desk: Desk, kept: str) -> str:
    value = os.environ.get(question.variable, "").strip() or desk.value(question, kept=bool(kept)) or kept
    if question.required and not value:
        raise ConfigError(
            f"{question.variable} was not given, so nothing was written.",
            fix="Set it in the environment, or give each value on a line of its own.",
        )
    return value


def _lines(
    chat: str, answers: Mapping[str, str], wished: Mapping[str, str], before: Mapping[str, str]
) -> dict[str, str]:
    """What is to stand in the file that does not stand there yet."""
    chats = [name.strip() for name in before.get(CHAT, "").split(",") if name.strip()]
    wanted = {CHAT: ",".join(chats if chat in chats else [*chats, chat]), **answers, **wished}
    if not before.get(SECRET_KEY) and not os.environ.get(SECRET_KEY):
        wanted[SECRET_KEY] = fresh_key()
    return {name: value for name, value in wanted.items() if before.get(name) != value}


def _agree(desk: Desk, file: Path, before: Mapping[str, str], lines: Mapping[str, str]) -> None:
    """Ask before a value that stands in the file is replaced; chats are only added to."""
    for name in lines:
        if (
            name in before
            and name != CHAT
            and not desk.sure(f"{name} has another value in {file}. Replace it?")
        ):
            raise ConfigError(
                f"{name} has another value in {file}, so nothing was written.",
                fix="Take its line out, or name another file with --file.",
            )


async def _tried(setup: Setup, answers: Mapping[str, str]) -> None:
    """Say what the platform makes of the answers; raises for the first that is not good."""
    findings: list[Finding] = []
    async for finding in setup.check(answers):
        findings.append(finding)
        for line in _told(finding):
            say(line)
    _judge(findings)


def _told(finding: Finding) -> Sequence[str]:
    if not finding.good:
        return ()  # said once, by the error
    return (f"   OK {finding.what}.", *([f"      {finding.fix}"] if finding.fix else ()))


def _judge(findings: Sequence[Finding]) -> None:
    for one in findings:
        if not one.good:
            kind = Transient if one.passing else AuthFailed
            raise kind(f"{one.what[:1].upper()}{one.what[1:]}; nothing was written.", fix=one.fix)
