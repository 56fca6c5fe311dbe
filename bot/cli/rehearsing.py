"""`rehearse`: a month of everything going wrong, in a minute, on a scratch copy."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from typing import Annotated

import typer

from ._typer import AsJson, app, leave


@app.command()
def rehearse(
    start: Annotated[
        str, typer.Option("--from", metavar="DATE", help="The first day; today when left out.")
    ] = "",
    days: Annotated[int, typer.Option("--days", metavar="N", help="How many days.", min=1, max=800)] = 30,
    faults: Annotated[
        str, typer.Option("--faults", metavar="PERCENT", help="How often a call to a platform fails.")
    ] = "5%",
    kills: Annotated[
        int, typer.Option("--kills", metavar="N", help="How often the bot is killed.", min=0, max=100_000)
    ] = 50,
    restores: Annotated[
        int, typer.Option("--restores", metavar="N", help="How often a backup is put back.", min=0, max=100)
    ] = 0,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="The same seed brings the same troubles.", min=0)
    ] = 0,
    destinations: Annotated[
        int | None,
        typer.Option(
            "--destinations", metavar="N", help="Make so many instead of your own.", min=1, max=10_000
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try your channels and schedules against everything that can go wrong.

    It runs on a scratch copy, against stand-ins of the platforms, on a clock of its own: nothing is posted and nothing
    is changed. It ends with 0 when every promise was kept, else with 1.
    """
    from ._rehearsing import rehearse_now

    leave(
        rehearse_now(
            start=start,
            days=days,
            faults=faults,
            kills=kills,
            restores=restores,
            seed=seed,
            destinations=destinations,
            as_json=as_json,
        )
    )
