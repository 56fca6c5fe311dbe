"""`search`, `show`, `today`, `more`, `topics`: reading what is stored."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from typing import Annotated

import typer

from ._typer import QUERY, AsJson, InChannel, Page, QueryWords, SomeQueryWords, app, leave, query_text


@app.command(context_settings=QUERY)
def search(query: QueryWords, page: Page = 1, as_json: AsJson = False) -> None:
    """Search all stored papers, best first."""
    from ._asking import ask

    leave(ask("search", {"query": query_text(query), "page": page}, as_json=as_json))


@app.command()
def show(
    paper: Annotated[str, typer.Argument(metavar="ID|URL|DOI", help="Which paper.")], as_json: AsJson = False
) -> None:
    """Show all that is known of one paper."""
    from ._asking import ask

    leave(ask("show", {"paper": paper}, as_json=as_json))


@app.command(context_settings=QUERY)
def today(topic: SomeQueryWords = None, page: Page = 1, as_json: AsJson = False) -> None:
    """List the newest day of every source, most wanted first."""
    from ._asking import ask

    leave(ask("today", {"topic": query_text(topic), "page": page}, as_json=as_json))


@app.command()
def more(
    date: Annotated[
        str,
        typer.Option(
            "--date",
            metavar="DATE",
            help="The day of an older digest; the last one, when left out.",
            show_default=False,
        ),
    ] = "",
    page: Page = 1,
    channel: InChannel = "",
    as_json: AsJson = False,
) -> None:
    """Show the papers behind "N more" of a digest."""
    from ._asking import ask

    leave(ask("more", {"date": date, "page": page}, channel=channel, as_json=as_json))


@app.command()
def topics(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="Only topics like this.", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the topics a query may name."""
    from ._asking import ask

    leave(ask("topics", {"text": text}, as_json=as_json))
