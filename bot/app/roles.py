"""What a process is there for: everything, or one part of it beside others on the same PostgreSQL."""

from __future__ import annotations

from enum import StrEnum

from bot.config import Settings
from bot.errors import ConfigError
from jobs.engines import EMBEDDED, is_sqlite


class Role(StrEnum):
    """The part a process plays; any number of processes may play each."""

    ALL = "all"
    SCHEDULER = "scheduler"  # plans what is due and says what is to be fetched
    WORKER = "worker"  # sends, fetches, prunes
    GATEWAY = "gateway"  # answers people
    WEB = "web"  # answers people where that comes over HTTP

    @property
    def plans(self) -> bool:
        """Whether it keeps the schedule."""
        return self in {Role.ALL, Role.SCHEDULER}

    @property
    def works(self) -> bool:
        """Whether it sends and fetches."""
        return self in {Role.ALL, Role.WORKER}

    @property
    def answers(self) -> bool:
        """Whether it answers people in chats."""
        return self in {Role.ALL, Role.GATEWAY, Role.WEB}

    @property
    def serves(self) -> bool:
        """Whether it answers HTTP, where a port is set."""
        return self in {Role.ALL, Role.WEB}


def check_role(role: Role, settings: Settings) -> None:
    """Refuse what cannot work, and say what would."""
    if role is Role.WEB and settings.web_port is None:
        raise ConfigError(
            "`--role web` serves HTTP, and PAPERROUND_WEB_PORT is not set.",
            fix="Set it, for example PAPERROUND_WEB_PORT=8080.",
        )
    if role is not Role.ALL and is_sqlite(settings.database_url):
        raise ConfigError(
            f"`--role {role}` is for several processes, and one SQLite file is for one: it has a single writer.",
            fix="Leave --role out, or point PAPERROUND_DATABASE_URL at a PostgreSQL database.",
        )
    if role is Role.SCHEDULER and settings.engine == EMBEDDED:
        raise ConfigError(
            "A scheduler of its own reaches the workers over the queue, and PAPERROUND_ENGINE=embedded has none.",
            fix="Set PAPERROUND_ENGINE=auto, or leave --role out in every process.",
        )
