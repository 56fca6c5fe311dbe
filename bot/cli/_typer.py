"""The command line itself: one Typer app, the options every verb shares, and where its words go."""

from __future__ import annotations

import sys
from typing import Annotated, Any, TypeAlias

import typer
from typer.core import TyperGroup

HELP = ["-h", "--help"]
# As people meet them: start, read, follow, look after.
ORDER = [
    "init",
    "run",
    "digest",
    "today",
    "search",
    "show",
    "more",
    "topics",
    "subscribe",
    "unsubscribe",
    "list",
    "feed",
    "ingest",
    "import",
    "doctor",
    "config",
    "deliveries",
    "backup",
    "bench",
]


class InOrder(TyperGroup):
    """Lists the verbs in the order people meet them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every verb."""
        return sorted(super().list_commands(ctx), key=ORDER.index)


app = typer.Typer(
    cls=InOrder,
    name="paperround",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": HELP, "max_content_width": 100},
)

# A query may begin with `-word`: whatever is no option of ours is part of it.
QUERY: dict[str, object] = {"ignore_unknown_options": True, "help_option_names": HELP}

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
InChannel: TypeAlias = Annotated[
    str, typer.Option("--channel", help="Which destination: its name, or platform:workspace:channel.")
]
Page: TypeAlias = Annotated[int, typer.Option("--page", min=1, help="Which page.")]
QueryWords: TypeAlias = Annotated[list[str], typer.Argument(metavar="QUERY", help="What to look for.")]
SomeQueryWords: TypeAlias = Annotated[
    list[str] | None, typer.Argument(metavar="QUERY", help="What to look for.", show_default=False)
]


def say(line: str) -> None:
    """Talk goes to stderr; stdout is for data."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is where the command line talks


def query_text(words: list[str] | None) -> str:
    """The words as one query; `--word` is never a query but an option that does not exist."""
    for word in words or ():
        if word.startswith("--"):
            raise typer.BadParameter(f"There is no option {word.partition('=')[0]}; `-h` lists them.")
    return " ".join(words or ())


def leave(code: int) -> None:
    """End the verb with an exit code; 0 is simply the end."""
    if code:
        raise typer.Exit(code)
