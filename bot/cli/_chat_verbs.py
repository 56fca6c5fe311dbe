"""Every verb of the chats that is no verb of its own here: a command line made of its signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from bot.commands.catalogue import REGISTRY
from bot.commands.spec import AnyCommand, Param, Place

from ._asking import ask_line
from ._hints import PREFIX, sentence
from ._typer import HELP, QUERY, AsJson, InChannel, Verbs, leave, query_text


def chat_verb(name: str) -> TyperCommand | TyperGroup | None:
    """The command line of a verb of the chats, or of all verbs that begin so ("post now"); None when there is none."""
    if one := REGISTRY.get(name):
        return get_command(_alone(one, name))  # type: ignore[return-value]  # typer says less than it gives
    family = [one for one in REGISTRY if one.name.startswith(f"{name} ")]
    return get_command(_group(name, family)) if family else None  # type: ignore[return-value]  # the same


def _alone(one: AnyCommand, name: str) -> typer.Typer:
    verbs = Verbs(add_completion=False, rich_markup_mode=None)
    verbs.command(name, help=_help(one), context_settings=QUERY)(_asking(one))
    return verbs


def _group(name: str, family: Sequence[AnyCommand]) -> typer.Typer:
    """A group even of one, so that `post now` is two words."""
    verbs = Verbs(
        name=name,
        help=" ".join(one.summary for one in family),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": HELP},
    )
    verbs.callback()(lambda: None)
    for one in family:
        verbs.command(one.name.partition(" ")[2], help=_help(one), context_settings=QUERY)(_asking(one))
    return verbs


def _asking(one: AnyCommand) -> Callable[..., None]:
    """A function with the options Typer is to read, which asks the command."""

    def ask_it(
        words: list[str] | None = None, channel: str = "", *, as_json: bool = False, **given: str
    ) -> None:
        text = query_text(_kept_whole(one, words or []))
        options = {option.removesuffix("_"): value for option, value in given.items()}
        leave(ask_line(one.name, text, options, channel=channel, as_json=as_json))

    parameters = list(_parameters(one))
    ask_it.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # read by inspect
    ask_it.__annotations__ = {each.name: each.annotation for each in parameters}
    return ask_it


def _parameters(one: AnyCommand) -> list[inspect.Parameter]:
    placed = [param for param in one.params if param.arg.place is not Place.NAMED]
    named = [param for param in one.params if param.arg.place is Place.NAMED]
    return [
        *([_parameter("words", _words(placed), _NOTHING if placed[0].required else None)] if placed else ()),
        *(_parameter(param.keyword, _option(param), "") for param in named),
        _parameter("channel", InChannel, ""),
        _parameter("as_json", AsJson, default=False),
    ]


_NOTHING = inspect.Parameter.empty


def _parameter(name: str, annotation: Any, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _words(placed: Sequence[Param]) -> Any:
    shown = " ".join(param.name.upper() for param in placed)
    said = "; then ".join([placed[0].arg.help, *(_lower(param.arg.help) for param in placed[1:])])
    kind = list[str] if placed[0].required else list[str] | None
    return Annotated[kind, typer.Argument(metavar=shown, help=f"{said}.", show_default=False)]


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _option(param: Param) -> Any:
    shown = "|".join(param.arg.choices) or ("N" if param.type is int else param.arg.kind.value.upper())
    return Annotated[
        str, typer.Option(f"--{param.name}", metavar=shown, help=f"{param.arg.help}.", show_default=False)
    ]


def _kept_whole(one: AnyCommand, words: list[str]) -> list[str]:
    """A first word the shell was given in quotes stays one word: `define "our robots" slam`."""
    takes_word = bool(one.params) and one.params[0].arg.place is Place.WORD
    if not takes_word or not words or " " not in words[0] or len(words) == 1:
        return words
    return [f'"{words[0]}"', *words[1:]]


def _help(one: AnyCommand) -> str:
    examples = [line for line in one.examples[:1] if line != one.name]
    return "\n\n".join(
        [one.help, *(f"For example: {sentence(f'`{PREFIX}{line}`', ()).strip('`')}" for line in examples)]
    )
