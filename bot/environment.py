"""Settings from the environment, from files it names, and from `.env`: the same way for the core and every adapter."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import ConfigError

FILE_SUFFIX = "_FILE"
LARGEST_SECRET_FILE = 64 * 1024


class FromEnvironment(BaseSettings):
    """Settings read when asked for, never on import; each may stand in a file that `NAME_FILE` names."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)
    examples: ClassVar[Mapping[str, str]] = {}  # by field: what a message shows when a value cannot be used

    @classmethod
    def variable(cls, name: str) -> str:
        """The environment variable of a setting."""
        return f"{cls.model_config.get('env_prefix', '')}{name}".upper()

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Read and check every setting, or raise one `ConfigError` that names each bad one; `given` goes before all."""
        try:
            return cls(**given)
        except ValidationError as error:
            problems = [cls._problem(str(details["loc"][0]), _reason(details)) for details in error.errors()]
            raise ConfigError("\n".join(problems)) from None

    def shown(self, *, redacted: bool = True) -> dict[str, str]:
        """Every setting by its variable, as one would write it; secrets as `***`."""
        return {
            self.variable(name): _written(getattr(self, name), redacted) for name in type(self).model_fields
        }

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - its name is pydantic's
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then files it names, then `.env`; an empty value is a value left out."""
        return init_settings, _NotEmpty(env_settings), _FileSource(settings_cls), _NotEmpty(dotenv_settings)

    @classmethod
    def _problem(cls, name: str, reason: str) -> str:
        example = cls.examples.get(name)
        fix = f" For example {cls.variable(name)}={example}" if example else ""
        return f"{cls.variable(name)} cannot be used: {reason.rstrip('.')}.{fix}"


class _NotEmpty(PydanticBaseSettingsSource):
    """Another source without its empty values: `NAME=` in a compose file means "not set"."""

    def __init__(self, inner: PydanticBaseSettingsSource) -> None:
        super().__init__(inner.settings_cls)
        self._inner = inner

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self._inner.get_field_value(field, field_name)

    def __call__(self) -> dict[str, Any]:
        return {name: value for name, value in self._inner().items() if value != ""}


class _FileSource(PydanticBaseSettingsSource):
    """`NAME_FILE=/run/secrets/name`: the value stands in a file, as Docker and systemd hand out secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - as above
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        prefix = self.config.get("env_prefix", "")
        return {
            name: value
            for name in self.settings_cls.model_fields
            if (value := _from_file(f"{prefix}{name}".upper())) is not None
        }


def dotenv(file: Path = Path(".env")) -> Mapping[str, str | None]:
    """What `.env` holds, as it stands; nothing when there is none."""
    return DotEnvSettingsSource(FromEnvironment, env_file=file, case_sensitive=True).env_vars


def _from_file(variable: str) -> str | None:
    named = variable + FILE_SUFFIX
    path = os.environ.get(named) or dotenv().get(named)
    if not path:
        return None
    if os.environ.get(variable):
        raise ConfigError(f"{variable} and {named} are both set.", fix="Keep one of them.")
    return _read(named, Path(path))


def _read(named: str, path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_SECRET_FILE:
            raise ConfigError(f"{named} names {path}, which is too large.", fix="It should hold one value.")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{named} names {path}, which cannot be read ({type(error).__name__}).",
            fix="Check the path and that this user may read it.",
        ) from error


def _written(value: object, redacted: bool) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value() if not redacted else "***" if value.get_secret_value() else ""
        case tuple():
            return ",".join(map(str, value))
        case time():
            return f"{value:%H:%M}"
        case _:
            return _without_password(str(value)) if redacted else str(value)


def _without_password(text: str) -> str:
    """`postgresql://user:word@host/db` with the word as `***`."""
    if "://" not in text:
        return text
    parts = urlsplit(text)
    return text.replace(f":{parts.password}@", ":***@", 1) if parts.password else text


def _reason(details: ErrorDetails) -> str:
    """Why a value is refused, in our words; https://docs.pydantic.dev/latest/errors/validation_errors/ has theirs."""
    limits = details.get("ctx", {})
    match details["type"]:
        case "int_parsing" | "int_type" | "int_parsing_size" | "int_from_float":
            return "it is not a whole number"
        case "greater_than_equal":
            return f"it is below {limits['ge']}"
        case "less_than_equal":
            return f"it is above {limits['le']}"
        case _:
            return details["msg"].removeprefix("Value error, ")
