"""The command line itself: one Typer app, the options every verb shares, and where its words go."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

import typer
from typer.core import TyperCommand, TyperGroup
from typer.models import CommandFunctionType

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
    "mail",
    "ingest",
    "import",
    "doctor",
    "config",
    "deliveries",
    "backup",
    "restore",
    "rehearse",
    "bench",
]
# The verbs of the chats, here made of their signatures when one is typed; see `_chat_verbs.py`.
ALSO = (
    "similar, trending, cite, preview, catchup, why, status, overview, edit, pause, resume, settings, move, post now, "
    "define, topic define, topic remove, save, unsave, saved, mute, unmute, dismiss, email"
)
_TYPE = re.compile(r" <.*>$")  # "QUERY <list[str]>"


class Verb(TyperCommand):
    """A verb whose help speaks of QUERY and FILE, not of Python's types."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What follows the verb, as people write usages."""
        return ["[OPTIONS]", *(_usage(param) for param in self.get_params(ctx) if _is_argument(param))]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The arguments and options, a line each."""
        params = [(param, param.get_help_record(ctx)) for param in self.get_params(ctx)]
        for title, wanted in (("Arguments", True), ("Options", False)):
            rows = [
                (_TYPE.sub("", row[0]), row[1])
                for param, row in params
                if row and _is_argument(param) is wanted
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class Verbs(typer.Typer):
    """Verbs of that kind."""

    def command(
        self, name: str | None = None, *, cls: type[TyperCommand] | None = Verb, **given: Any
    ) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """Register one."""
        return super().command(name, cls=cls, **given)


class InOrder(TyperGroup):
    """Lists the verbs in the order people meet them, and knows those of the chats too."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A verb of ours, else one of the chats; those are imported only when one is typed."""
        if own := super().get_command(ctx, cmd_name):
            return own
        from ._chat_verbs import chat_verb  # noqa: PLC0415 - so that --help stays quick

        return chat_verb(cmd_name)

    def list_commands(self, ctx: Any) -> list[str]:
        """Every verb."""
        return sorted(super().list_commands(ctx), key=ORDER.index)


app = Verbs(
    cls=InOrder,
    name="paperround",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog=f"The verbs of the chats work as well: {ALSO}.",
    context_settings={"help_option_names": HELP, "max_content_width": 100},
)

# A query may begin with `-word`: whatever is no option of ours is part of it.
QUERY: dict[str, object] = {"ignore_unknown_options": True, "help_option_names": HELP}

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
InChannel: TypeAlias = Annotated[
    str,
    typer.Option(
        "--channel", metavar="NAME", help="Which destination: its name, or platform:workspace:channel."
    ),
]
Page: TypeAlias = Annotated[int, typer.Option("--page", metavar="N", help="Which page.")]
QueryWords: TypeAlias = Annotated[list[str], typer.Argument(metavar="QUERY", help="What to look for.")]
SomeQueryWords: TypeAlias = Annotated[
    list[str] | None, typer.Argument(metavar="QUERY", help="What to look for.", show_default=False)
]


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


def _usage(param: Any) -> str:
    shown = f"{param.metavar or param.name.upper()}{'...' * (param.nargs != 1)}"
    return shown if param.required else f"[{shown}]"


def say(line: str) -> None:
    """Talk goes to stderr; stdout is for data."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is where the command line talks


def query_text(words: list[str] | None) -> str:
    """The words as one query; `--word` is never a query but an option that does not exist."""
    for word in words or ():
        if word.startswith("--"):
            raise typer.BadParameter(f"There is no option {word.partition('=')[0]}.")
    return " ".join(words or ())


def leave(code: int) -> None:
    """End the verb with an exit code; 0 is simply the end."""
    if code:
        raise typer.Exit(code)
