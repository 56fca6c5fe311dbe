"""A `.env` that is added to: what stands in it stays, line for line."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bot.environment import dotenv
from bot.errors import ConfigError

HEAD = "# Written by `paperround init`; .env.example explains every setting.\n"
PLAIN = re.compile(r"[\w@%+=:,./-]*")  # needs no quotation marks in a .env
LARGEST = 1024**2


def values_in(file: Path) -> Mapping[str, str]:
    """Every value that is set in a `.env`, by name; none when there is no such file."""
    if not file.exists():
        return {}
    _text(file)  # raises what can be said of a file that cannot be read
    return {name: value for name, value in dotenv(file).items() if value}


def text_of(file: Path) -> str:
    """A `.env` as it stands; "" when there is none."""
    return _text(file) if file.exists() else ""


def merged(text: str, values: Mapping[str, str]) -> str:
    """A `.env` with these values: in place of the line that has one, or that offers it as a comment, else at the end."""
    lines = text.splitlines() or HEAD.splitlines()
    for name, value in values.items():
        line = f"{name}={_quoted(value)}"
        at = _line_of(lines, name)
        if at is None:
            lines.append(line)
        else:
            lines[at] = line
    return "\n".join(lines) + "\n"


def write_private(file: Path, text: str) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    target = file.resolve()  # a link stays one
    try:
        descriptor, made = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.")  # 0600
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
                opened.write(text)
            Path(made).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(made).unlink()
            raise
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be written ({error.strerror}).", fix="Choose another folder."
        ) from error


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise ConfigError(f"{file} is no .env: it is too large.", fix="Name another with --file.")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{file} cannot be read ({type(error).__name__}).", fix="Name another with --file."
        ) from error


def _line_of(lines: list[str], name: str) -> int | None:
    """Where a name is set, the last one counts; else where it stands commented out."""
    set_here = re.compile(rf"\s*(?:export\s+)?{re.escape(name)}\s*=")
    found = [at for at, line in enumerate(lines) if set_here.match(line)]
    offered = [at for at, line in enumerate(lines) if line.startswith(f"#{name}=")]
    return next(iter([*found[-1:], *offered]), None)


def _quoted(value: str) -> str:
    if PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
