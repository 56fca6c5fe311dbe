"""Discord's own settings: `DISCORD_*`, each also as `DISCORD_*_FILE`; read when the adapter is made."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr
from pydantic_settings import SettingsConfigDict

from bot.environment import FromEnvironment
from bot.errors import ConfigError

API_URL = "https://discord.com/api/v10"


def _api(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it is not an http(s) address")
    if set("{}") & set(value):  # discord.py fills addresses in
        raise ValueError("it holds a brace")
    return value.rstrip("/")


def _token(value: SecretStr) -> SecretStr:
    """The token alone: the portal shows it bare, and examples elsewhere write "Bot" before it."""
    token = value.get_secret_value().strip().removeprefix("Bot ").strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("it is no token of a bot")
    return SecretStr(token)


Token: TypeAlias = Annotated[SecretStr, AfterValidator(_token)]


class DiscordSettings(FromEnvironment):
    """How this bot is a Discord application: one token serves every server that added it."""

    model_config = SettingsConfigDict(env_prefix="DISCORD_")
    examples = {"api_url": API_URL, "crosspost": "1"}  # noqa: RUF012 - a ClassVar of the base

    token: Token = SecretStr("")
    api_url: Annotated[str, AfterValidator(_api)] = API_URL
    crosspost: bool = False  # publish what goes into an announcement channel to the servers that follow it

    def checked(self) -> DiscordSettings:
        """The same, or a `ConfigError` that names what is missing."""
        if not self.token.get_secret_value():
            raise ConfigError("DISCORD_TOKEN is not set.", fix="`paperround init discord` asks for it.")
        return self
