"""`mail bounce`, done."""

from __future__ import annotations

import sys

from bot.app.mailings import count_report, tokens_of
from bot.domain.bounces import reports_of_mail
from bot.domain.mailing import Report

from ._session import put, run, session
from ._typer import say

LARGEST = 10 * 1024 * 1024  # bytes of a report; what comes behind them is no part of it


def take_report(*, as_json: bool) -> int:
    """Count the mailboxes of the report on stdin; a mail that is none is no failure, or its server would report that."""
    return run(_counted(reports_of_mail(sys.stdin.buffer.read(LARGEST)), as_json))


async def _counted(reports: tuple[Report, ...], as_json: bool) -> int:
    if reports:
        async with session() as app:
            tokens = tokens_of(app.settings)
            known = sum([await count_report(app.store, app.clock, tokens, one) for one in reports])
    else:
        known = 0
    if as_json:
        put({"reports": len(reports), "counted": known})
    elif not reports:
        say("That mail reports nothing; nothing was changed.")
    else:
        say(f"{known} of {len(reports)} mailboxes in it are mailed by Paper Round, and were counted.")
    return 0
