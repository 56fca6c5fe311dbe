"""Permissions as Discord counts them: https://docs.discord.com/developers/topics/permissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntFlag
from typing import Any


class Permission(IntFlag):
    """The permissions that concern a bot and whoever leads it."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50


NONE = Permission(0)
ALL = Permission((1 << 53) - 1)
EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
)
BOT = (
    EVERYONE | Permission.EMBED_LINKS | Permission.CREATE_PUBLIC_THREADS | Permission.SEND_MESSAGES_IN_THREADS
)


def within(base: Permission, overwrites: Iterable[Mapping[str, Any]], order: tuple[str, ...]) -> Permission:
    """What is left of permissions in a channel: overwrites of everyone, then of roles, then of the member."""
    if base & Permission.ADMINISTRATOR:
        return ALL
    given = list(overwrites)
    for who in order:
        for one in (each for each in given if each["id"] == who):
            base = base & ~Permission(int(one["deny"])) | Permission(int(one["allow"]))
    return base if base & Permission.VIEW_CHANNEL else NONE
