"""What is wrong with an option, in our words: the libraries' own speak to programmers."""

from __future__ import annotations

import re

from typer.exceptions import TyperException

# https://docs.pydantic.dev/latest/errors/validation_errors/ -> as people say it
_SAID = (
    (re.compile(r"Input should be greater than or equal to (\S+)"), r"must be \1 or more"),
    (re.compile(r"Input should be less than or equal to (\S+)"), r"must be \1 or less"),
    (re.compile(r"Input should be a valid integer.*"), "must be a whole number"),
    (re.compile(r"Value error, (.*)"), r"cannot be used: \1"),
)


def usage_problem(error: TyperException) -> str:
    """One sentence on what was typed wrongly, and where the options are explained; the help itself as it is."""
    said = error.format_message()
    if said.startswith("Usage:"):
        return said
    plain = said.removeprefix("Invalid value: ")
    for pattern, ours in _SAID:
        if found := pattern.search(plain):
            where = plain[: found.start()].removeprefix("Invalid value for ").rstrip(": ").strip("'")
            plain = f"{where} {found.expand(ours)}"
    return f"{plain.rstrip('.')}.{_where_to_look(error)}".replace("?.", "?")


def _where_to_look(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f" `{getattr(context, 'command_path', 'paperround')} -h` explains."
