"""Slack's own settings: `SLACK_*`, each also as `SLACK_*_FILE`; read when the adapter is made."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode, SettingsConfigDict

from bot.environment import FromEnvironment
from bot.errors import ConfigError

API_URL = "https://slack.com/api/"


def _api(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it is not an http(s) address")
    return value.rstrip("/") + "/"


def _stripped(value: SecretStr) -> SecretStr:
    return SecretStr(value.get_secret_value().strip())


def _begins(*prefixes: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not value.get_secret_value().startswith(prefixes):
            raise ValueError(f"it does not begin with {' or '.join(prefixes)}")
        return value

    return AfterValidator(check)


def _listed(value: object) -> object:
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )


Secret: TypeAlias = Annotated[SecretStr, AfterValidator(_stripped)]  # one of spaces only is none
Names: TypeAlias = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class SlackSettings(FromEnvironment):
    """How this bot is a Slack app: one workspace by its token, or many by OAuth; Socket Mode, or HTTP."""

    model_config = SettingsConfigDict(env_prefix="SLACK_")
    examples = {  # noqa: RUF012 - a ClassVar of the base
        "bot_token": "xoxb-...",
        "app_token": "xapp-...",
        "api_url": API_URL,
    }

    bot_token: Annotated[Secret, _begins("xoxb-", "xoxe.xoxb-")] = SecretStr("")
    app_token: Annotated[Secret, _begins("xapp-")] = SecretStr("")  # Socket Mode
    signing_secret: Secret = SecretStr("")  # HTTP
    client_id: Annotated[str, AfterValidator(str.strip)] = ""  # many workspaces
    client_secret: Secret = SecretStr("")
    api_url: Annotated[str, AfterValidator(_api)] = API_URL
    managers: Names = ()  # user ids (U012AB3CD) that may change subscriptions everywhere

    @property
    def by_socket(self) -> bool:
        """Whether events come over Socket Mode; else over HTTP."""
        return bool(self.app_token.get_secret_value())

    @property
    def by_oauth(self) -> bool:
        """Whether any workspace may install the bot; else there is the one of `bot_token`."""
        return bool(self.client_id)

    @property
    def site(self) -> str:
        """Where people give their consent: "https://slack.com/" or that of the stand-in."""
        return self.api_url.removesuffix("api/")

    def checked(self) -> SlackSettings:
        """The same, or a `ConfigError` that names what is missing."""
        if self.by_oauth != bool(self.client_secret.get_secret_value()):
            raise ConfigError(
                "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together, and one is missing.",
                fix='Both stand under "Basic Information" of your Slack app.',
            )
        if not self.by_oauth and not self.bot_token.get_secret_value():
            raise ConfigError("SLACK_BOT_TOKEN is not set.", fix="`paperround init slack` asks for it.")
        if not self.by_socket and not self.signing_secret.get_secret_value():
            raise ConfigError(
                "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set.",
                fix="`paperround init slack` asks for the first, which needs no public address.",
            )
        return self
