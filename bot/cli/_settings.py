"""`config` and `init`, done."""

from __future__ import annotations

import base64
import os
import secrets
import sys
from pathlib import Path

from bot.config import load_settings, shown, unknown_names, variable
from bot.domain.when import parse_time, resolve_zone
from bot.errors import ConfigError, UserError
from bot.plugins import check_names

from ._hints import sentence
from ._session import put
from ._typer import say

KEY_BYTES = 32
OWNER_ONLY = 0o600


def show_settings(*, check: bool, as_json: bool) -> int:
    """Print the settings, or only whether they can be used."""
    settings = load_settings()
    unknown = unknown_names()
    for name in unknown:
        say(f"{name} is no setting of Paper Round's own: a plug-in's, or a typing mistake.")
    values = {variable(name): value for name, value in shown(settings).items()}
    if check:
        check_names(settings.chat, settings.sources)
    if as_json:
        put({"settings": values, "unknown": list(unknown)})
        return 0
    if check:
        say("The settings can be used.")
        return 0
    for name, value in values.items():
        sys.stdout.write(f"{name}={value}\n")
    return 0


def write_first(file: Path, *, tz: str, at: str) -> int:
    """Write a `.env` with a fresh key; refuses to touch a file that is there."""
    zone, hour = _read_options(tz, at)
    lines = {
        "PAPERROUND_SECRET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode(),
        "PAPERROUND_TIMEZONE": zone,
        "PAPERROUND_DIGEST_AT": hour,
    }
    text = "# Written by `paperround init`; .env.example explains every setting.\n"
    _write(file, text + "".join(f"{name}={value}\n" for name, value in lines.items() if value))
    say(f"Wrote {file}, readable by you alone. Next: paperround doctor, then paperround run.")
    return 0


def _read_options(tz: str, at: str) -> tuple[str, str]:
    try:
        return resolve_zone(tz) if tz else "", f"{parse_time(at):%H:%M}" if at else ""
    except UserError as error:
        raise UserError(error.what, fix=sentence(error.fix, ("tz", "at"))) from error


def _write(file: Path, text: str) -> None:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError as error:
        raise ConfigError(
            f"{file} is there already, so nothing was written.", fix="Edit it, or name another with --file."
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be written ({error.strerror}).", fix="Choose another folder."
        ) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
