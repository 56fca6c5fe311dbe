"""`ingest` and `import`: bringing papers in."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ._typer import AsJson, app, leave


@app.command()
def ingest(as_json: AsJson = False) -> None:
    """Ask every source once and store what is new."""
    from ._loading import ingest_now

    leave(ingest_now(as_json=as_json))


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Saved pages, answers and feeds.")],
    day: Annotated[
        str, typer.Option("--day", metavar="DATE", help="The list day of files that name none.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Read saved pages, API answers and feeds.

    A bad file is reported and the others are read. Imports come in a digest only when asked for (--since).
    """
    from ._loading import import_now

    leave(import_now(files, day=day, as_json=as_json))
