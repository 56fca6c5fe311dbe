"""`config` and `init`, done."""

from __future__ import annotations

import base64
import secrets
import sys
from pathlib import Path

from bot import plugins
from bot.app.clock import SystemClock
from bot.app.mailings import pages_of
from bot.app.roles import Role
from bot.app.serving import check_served
from bot.app.workspaces import keys
from bot.config import Settings, all_values, load_settings, unknown_names
from bot.domain.when import parse_time, resolve_zone
from bot.errors import ConfigError, UserError
from bot.ports import ChatContext
from jobs.engines import is_sqlite

from ._env_file import merged, write_private
from ._hints import sentence
from ._session import put
from ._typer import say

KEY_BYTES = 32
SECRET_KEY = "PAPERROUND_SECRET_KEY"  # noqa: S105 - its name


def show_settings(*, check: bool, as_json: bool) -> int:
    """Print the settings, or only whether they can be used."""
    settings = load_settings()
    unknown = unknown_names()
    for name in unknown:
        say(f"{name} is no setting of Paper Round's own: a plug-in's, or a typing mistake.")
    if check:
        _check(settings)
    values = {**settings.shown(), **plugins.chat_settings(settings.chat)}
    if as_json:
        put({"settings": values, "unknown": list(unknown)})
        return 0
    if check:
        say("The settings can be used.")
        return 0
    for name, value in values.items():
        sys.stdout.write(f"{name}={value}\n")
    return 0


def _check(settings: Settings) -> None:
    """Raise the `ConfigError` that `run` would."""
    plugins.check_names(settings.chat, settings.sources)
    keys(settings)
    context = ChatContext(clock=SystemClock(), settings=all_values(settings), mail_links=pages_of(settings))
    adapters = plugins.chat_adapters(settings.chat, context)
    if is_sqlite(settings.database_url):  # else another process may be the one that serves
        check_served(Role.ALL, settings, adapters)


def write_first(file: Path, *, tz: str, at: str) -> int:
    """Write a `.env` with a fresh key; refuses to touch a file that is there."""
    lines = {SECRET_KEY: fresh_key(), **schedule_lines(tz, at)}
    if file.exists():
        raise ConfigError(
            f"{file} is there already, so nothing was written.", fix="Edit it, or name another with --file."
        )
    write_private(file, merged("", lines))
    say(f"Wrote {file}, readable by you alone. Next: paperround doctor, then paperround run.")
    return 0


def fresh_key() -> str:
    """A new secret key."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def schedule_lines(tz: str, at: str) -> dict[str, str]:
    """The settings that `--tz` and `--at` stand for; what was not given is left out."""
    try:
        lines = {
            "PAPERROUND_TIMEZONE": resolve_zone(tz) if tz else "",
            "PAPERROUND_DIGEST_AT": f"{parse_time(at):%H:%M}" if at else "",
        }
    except UserError as error:
        raise UserError(error.what, fix=sentence(error.fix, ("tz", "at"))) from error
    return {name: value for name, value in lines.items() if value}
