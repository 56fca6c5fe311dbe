"""`bench`: the figures of the README, measured here."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ._typer import AsJson, app, say


class Bench(StrEnum):
    """What can be measured."""

    MATCH = "match"
    INGEST = "ingest"
    SUMMARY = "summary"
    DELIVER = "deliver"
    SCALE = "scale"
    WEB = "web"


@app.command()
def bench(
    what: Annotated[
        Bench, typer.Argument(metavar="WHAT", help="match, ingest, summary, deliver, scale or web.")
    ],
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="A folder of saved papers; of `web`, a database."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="The full counts; takes long.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure ourselves against simpler ways, in CPU time."""
    import json
    from importlib import import_module
    from inspect import signature

    from bot.app.logs import start_logging

    start_logging("warning", for_good=True)
    measure = import_module(f"bot.bench.{what.value}").run
    given = {"data": data} if "data" in signature(measure).parameters else {}
    if data and not given:
        raise typer.BadParameter(f"`bench {what.value}` makes its own papers and takes no --data.")
    figures = measure(full=full, out=say if as_json else print, **given)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))  # noqa: T201 - the answer itself
