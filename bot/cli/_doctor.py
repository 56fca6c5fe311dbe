"""`doctor`, done: checks in order, each with its fix."""

from __future__ import annotations

from contextlib import aclosing

from adapters.chat.console_sheet import Line, draw, words
from bot.app.check import Check, Verdict
from bot.app.checks import all_checks

from ._session import put, run, terminal

STYLES = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "bold red"}
INDENT = 6


def examine(*, offline: bool, as_json: bool) -> int:
    """Run every check; 1 when one failed."""
    return run(_examine(offline, as_json))


async def _examine(offline: bool, as_json: bool) -> int:
    checks: list[Check] = []
    console = terminal()
    async with aclosing(all_checks(offline=offline)) as found:  # whoever reads this may stop before the end
        async for check in found:
            checks.append(check)
            if not as_json:
                draw(console, _lines(check))
    if as_json:
        put({"checks": [_json(check) for check in checks]})
    return 1 if any(check.verdict is Verdict.FAIL for check in checks) else 0


def _lines(check: Check) -> list[Line]:
    told = words(f"{check.name}: {check.what}")
    lines = [Line(text=told, indent=INDENT, mark=check.verdict.value, mark_style=STYLES[check.verdict])]
    if check.fix:
        lines.append(Line(text=words(check.fix), indent=INDENT))
    return lines


def _json(check: Check) -> dict[str, str]:
    return {"name": check.name, "verdict": check.verdict.value, "what": check.what, "fix": check.fix}
