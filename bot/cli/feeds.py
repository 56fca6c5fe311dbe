"""`feed add|remove|list`: RSS and Atom feeds beside the built-in sources."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from typing import Annotated

import typer

from ._typer import HELP, AsJson, Verbs, app, leave

feed = Verbs(
    help="Follow RSS and Atom feeds.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": HELP},
)
app.add_typer(feed, name="feed")


@feed.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")], as_json: AsJson = False
) -> None:
    """Follow a feed; it is fetched at once to see that it works."""
    from ._asking import ask

    leave(ask("feed add", {"url": url}, as_json=as_json))


@feed.command()
def remove(
    number: Annotated[int, typer.Argument(metavar="ID", help="Its number in `feed list`.")],
    as_json: AsJson = False,
) -> None:
    """Stop following a feed; papers it brought stay."""
    from ._asking import ask

    leave(ask("feed remove", {"feed": number}, as_json=as_json))


@feed.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the feeds followed here."""
    from ._asking import ask

    leave(ask("feed list", {}, as_json=as_json))
