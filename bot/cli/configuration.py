"""`config`: the settings as they are read."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from typing import Annotated

import typer

from ._typer import AsJson, app, leave


@app.command()
def config(
    check: Annotated[bool, typer.Option("--check", help="Only say whether they can be used.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print every setting, secrets hidden."""
    from ._settings import show_settings

    leave(show_settings(check=check, as_json=as_json))
