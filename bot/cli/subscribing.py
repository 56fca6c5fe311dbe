"""`subscribe`, `unsubscribe`, `list`: what a destination follows."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from typing import Annotated

import typer

from ._typer import QUERY, AsJson, InChannel, QueryWords, app, leave, query_text


@app.command(context_settings=QUERY)
def subscribe(
    query: QueryWords,
    channel: InChannel = "",
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When the digest comes, as 9am.")] = "",
    tz: Annotated[str, typer.Option("--tz", metavar="ZONE", help="The time zone, as Berlin.")] = "",
    days: Annotated[str, typer.Option("--days", metavar="DAYS", help="weekdays, daily or mon,thu.")] = "",
    most: Annotated[int | None, typer.Option("--max", metavar="N", help="Papers a digest shows.")] = None,
    empty: Annotated[
        str, typer.Option("--empty", metavar="silent|note", help="What to do on an empty day.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Follow a query.

    The hour, zone, days and size belong to the whole destination, not to one query.
    """
    from ._asking import ask_line

    given = {"at": at, "tz": tz, "days": days, "max": most, "empty": empty}
    leave(ask_line("subscribe", query_text(query), given, channel=channel, as_json=as_json))


@app.command(context_settings=QUERY)
def unsubscribe(
    which: Annotated[list[str], typer.Argument(metavar="ID|QUERY|'*'", help="Which subscription.")],
    channel: InChannel = "",
    as_json: AsJson = False,
) -> None:
    """Drop one subscription, or all of them."""
    from ._asking import ask

    leave(ask("unsubscribe", {"which": query_text(which)}, channel=channel, as_json=as_json))


@app.command("list")
def list_(channel: InChannel = "", as_json: AsJson = False) -> None:
    """List subscriptions and when their digest comes."""
    from ._asking import ask

    leave(ask("list", {}, channel=channel, as_json=as_json))
