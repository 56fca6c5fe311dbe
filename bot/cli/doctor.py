"""`doctor`: is everything all right, and what to do if not."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from typing import Annotated

import typer

from ._typer import AsJson, app, leave


@app.command()
def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Ask no source and no chat anything.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check that everything works, and say what to do.

    Settings, database, disk, time zones, deliveries, every chat and every source; exit 1 when something is wrong.
    """
    from ._doctor import examine

    leave(examine(offline=offline, as_json=as_json))
