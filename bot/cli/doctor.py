"""`doctor`: is everything all right, and what to do if not."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from ._typer import AsJson, app, leave


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check that everything works, and say what to do.

    Settings, database, disk, time zones, deliveries and every source; exit 1 when something is wrong.
    """
    from ._doctor import examine

    leave(examine(as_json=as_json))
