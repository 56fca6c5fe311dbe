"""`digest`: one digest, now."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from typing import Annotated

import typer

from ._typer import QUERY, AsJson, InChannel, SomeQueryWords, app, leave, query_text


@app.command(context_settings=QUERY)
def digest(
    query: SomeQueryWords = None,
    channel: InChannel = "",
    date: Annotated[str, typer.Option("--date", metavar="DATE", help="Only what was listed that day.")] = "",
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help="Everything listed since, imports too.")
    ] = "",
    drawn_as: Annotated[
        str, typer.Option("--as", metavar="PLATFORM", help="Draw it as for this platform.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Deliver nothing, remember nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Deliver a digest now.

    It holds what QUERY matches, or what the channel subscribed to. What it shows is not shown there again. For example: paperround digest 'topic:reasoning -medical' --since 2026-01-01
    """
    from ._digest import Wish, digest_now

    wish = Wish(
        query=query_text(query),
        channel=channel,
        date=date,
        since=since,
        drawn_as=drawn_as,
        dry_run=dry_run,
    )
    leave(digest_now(wish, as_json=as_json))
