"""`deliveries list|show|replay|drop`: the ledger of outgoing messages."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from typing import Annotated

import typer

from ._typer import HELP, AsJson, Verbs, app, leave

deliveries = Verbs(
    help="Look at outgoing messages, send one again, give one up.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": HELP},
)
app.add_typer(deliveries, name="deliveries")

Key = Annotated[str, typer.Argument(metavar="KEY", help="The delivery's key, from `deliveries list`.")]


@deliveries.command("list")
def list_(
    status: Annotated[
        str,
        typer.Option(
            "--status",
            metavar="STATUS",
            help="Only these: pending, sending, sent, uncertain, held, dead, cancelled.",
        ),
    ] = "",
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=1000, help="At most so many.")
    ] = 50,
    as_json: AsJson = False,
) -> None:
    """List outgoing messages, newest first."""
    from ._ledger import list_deliveries

    leave(list_deliveries(status=status, limit=limit, as_json=as_json))


@deliveries.command()
def show(key: Key, as_json: AsJson = False) -> None:
    """Show one message and what it says."""
    from ._ledger import show_delivery

    leave(show_delivery(key, as_json=as_json))


@deliveries.command()
def replay(
    key: Key,
    again: Annotated[
        bool, typer.Option("--again", help="Also when its papers came in a later digest since.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send a message again that was held, died or was cancelled."""
    from ._ledger import replay_delivery

    leave(replay_delivery(key, again=again, as_json=as_json))


@deliveries.command()
def drop(key: Key, as_json: AsJson = False) -> None:
    """Give up a message; its papers may come in a later digest."""
    from ._ledger import drop_delivery

    leave(drop_delivery(key, as_json=as_json))
