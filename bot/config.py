"""The operator's settings: `PAPERROUND_*` from the environment, from files, and from `.env`; read when asked, never on import."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import time
from ipaddress import ip_network
from typing import Annotated, Any, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import NoDecode, SettingsConfigDict

from bot.domain.subscription import Schedule
from bot.domain.when import parse_time, resolve_zone
from bot.environment import FILE_SUFFIX, FromEnvironment, dotenv
from bot.errors import UserError

PREFIX = "PAPERROUND_"
OWN_ADDRESS = re.compile(r"https?://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?(/[A-Za-z0-9._~-]+)*")
EXAMPLES = {
    "database_url": "sqlite:///paperround.db",
    "chat": "console",
    "sources": "huggingface,arxiv",
    "timezone": "Europe/Berlin",
    "digest_at": "09:00",
    "huggingface_url": "https://huggingface.co",
    "arxiv_api_url": "https://export.arxiv.org/api/query",
    "arxiv_feed_url": "https://rss.arxiv.org/atom",
    "feeds": "https://example.org/blog/atom.xml",
    "arxiv_categories": "cs.CL,stat.ML",
    "smtp_url": "smtps://user:password@mail.example.org",
    "mail_from": "Paper Round <papers@example.org>",
    "mail_per_second": "10",
    "mail_connections": "2",
    "allow_private_networks": "10.0.0.0/8",
    "web_host": "127.0.0.1",
    "web_port": "8080",
    "web_url": "https://papers.example.org",
    "trusted_proxies": "127.0.0.1,10.0.0.0/8",
    "metrics": "loopback",
    "ingest_minutes": "60",
    "backfill_days": "10",
    "keep_days": "30",
    "engine": "auto",
    "settle_seconds": "65",
    "spread_seconds": "60",
    "log_level": "warning",
}


def _listed(value: object) -> object:
    """`a, b` as people write lists."""
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )


def _kindly(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    """A reader whose `UserError` becomes pydantic's `ValueError`."""

    def validate(value: object) -> object:
        try:
            return read(value) if isinstance(value, str) else value
        except UserError as error:
            raise ValueError(error.what) from error

    return validate


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("it is not an http(s) address")
    return value.rstrip("/")


def _own_address(value: str) -> str:
    """Where readers find us: it begins every link, also in headers of mails, which take nothing but plain ASCII."""
    address = _web_address(value)
    if address and (not OWN_ADDRESS.fullmatch(address) or urlsplit(address).port == 0):
        raise ValueError(
            "it is more than a scheme, a host in ASCII (xn--... for others), perhaps a port and a path"
        )
    return address


def _web_addresses(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_web_address(value) for value in values)


def _database(value: str) -> str:
    scheme = value.partition("://")[0]
    if scheme.partition("+")[0] not in {"sqlite", "postgresql", "postgres"}:
        raise ValueError("it is neither a sqlite: nor a postgresql: address")
    return value


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            ip_network(value, strict=False)
        except ValueError as error:
            raise ValueError(f"{value} is not a network") from error
    return values


def _level(value: str) -> str:
    if value.lower() not in {"debug", "info", "warning", "error"}:
        raise ValueError("it is none of debug, info, warning, error")
    return value.lower()


def _engine(value: str) -> str:
    if value.lower() not in {"auto", "embedded", "procrastinate"}:
        raise ValueError("it is none of auto, embedded, procrastinate")
    return value.lower()


def _metrics(value: str) -> str:
    if value.lower() not in {"loopback", "off", "all"}:
        raise ValueError("it is none of loopback, off, all")
    return value.lower()


Names: TypeAlias = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
WebAddress: TypeAlias = Annotated[str, AfterValidator(_web_address)]
OwnAddress: TypeAlias = Annotated[str, AfterValidator(_own_address)]


class Settings(FromEnvironment):
    """Every setting of the core, checked; adapters own theirs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX)
    examples = EXAMPLES

    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///paperround.db"
    chat: Names = ("console",)
    sources: Names = ("huggingface", "arxiv")
    timezone: Annotated[str, BeforeValidator(_kindly(resolve_zone))] = "UTC"
    digest_at: Annotated[time, BeforeValidator(_kindly(parse_time))] = time(9, 0)
    huggingface_url: WebAddress = EXAMPLES["huggingface_url"]
    arxiv_api_url: WebAddress = EXAMPLES["arxiv_api_url"]
    arxiv_feed_url: WebAddress = EXAMPLES["arxiv_feed_url"]
    feeds: Annotated[Names, AfterValidator(_web_addresses)] = ()
    arxiv_categories: Names = ("cs.AI", "cs.CL", "cs.CV", "cs.LG", "stat.ML")
    secret_key: SecretStr = SecretStr("")
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    mail_per_second: float = Field(default=10.0, ge=0.01, le=1000.0)
    mail_connections: int = Field(default=2, ge=1, le=50)
    mail_bounce_secret: SecretStr = SecretStr("")
    allow_private_networks: Annotated[Names, AfterValidator(_networks)] = ()
    web_host: str = "127.0.0.1"
    web_port: int | None = Field(default=None, ge=1, le=65535)
    web_url: OwnAddress = ""
    trusted_proxies: Annotated[Names, AfterValidator(_networks)] = ()
    metrics: Annotated[str, AfterValidator(_metrics)] = "loopback"
    ingest_minutes: int = Field(default=60, ge=5, le=1440)
    backfill_days: int = Field(default=10, ge=0, le=60)
    keep_days: int = Field(default=30, ge=7, le=3650)
    engine: Annotated[str, AfterValidator(_engine)] = "auto"
    settle_seconds: int = Field(default=65, ge=0, le=3600)
    spread_seconds: int = Field(default=60, ge=0, le=300)
    log_level: Annotated[str, AfterValidator(_level)] = "warning"

    @property
    def schedule(self) -> Schedule:
        """The schedule of a destination nobody has set yet."""
        return Schedule(at=self.digest_at, tz=self.timezone)


def load_settings(**given: Any) -> Settings:
    """Read and check every setting, or raise one `ConfigError` that names each bad one; `given` goes before all."""
    return Settings.load(**given)


def all_values(settings: Settings) -> Mapping[str, str]:
    """Every `PAPERROUND_*` value by its upper-case name, for sources: ours as checked, others' as they stand."""
    others = {name.upper(): value or "" for name, value in dotenv().items()} | dict(os.environ)
    kept = {name: value for name, value in others.items() if name.startswith(PREFIX)}
    return kept | settings.shown(redacted=False)


def unknown_names() -> tuple[str, ...]:
    """`PAPERROUND_*` variables that no setting of the core reads: a typing mistake, or a plug-in's own."""
    known = {variable(name) for name in Settings.model_fields}
    known |= {f"{name}{FILE_SUFFIX}" for name in known}
    given = {name.upper() for name in (*os.environ, *dotenv())}
    return tuple(sorted(name for name in given if name.startswith(PREFIX) and name not in known))


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return Settings.variable(name)


def fields() -> Iterator[tuple[str, FieldInfo]]:
    """Every setting by name, for `.env.example` and `config`."""
    yield from Settings.model_fields.items()
