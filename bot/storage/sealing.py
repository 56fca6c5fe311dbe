"""Tokens as they are kept: sealed with a key that is never in the database, each to its own place.

A sealed text is "key id:nonce and ciphertext in base64". The place it belongs to goes into the seal (AES-GCM's
associated data), so a text that was changed, or moved to another workspace, does not open.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.errors import ConfigError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VARIABLE = "PAPERROUND_SECRET_KEY"
KEY_BYTES = 32
NONCE_BYTES = 12  # what AES-GCM is made for: https://csrc.nist.gov/pubs/sp/800/38/d/final
ID_LETTERS = 8
SEALED = re.compile(rf"[0-9a-f]{{{ID_LETTERS}}}:[A-Za-z0-9_-]+=*")
MAKE_ONE = "`paperround init` makes one"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Whose value it is, and which: a seal holds for one place only."""

    platform: str
    workspace: str
    field: str  # "token"

    def __str__(self) -> str:
        return f"the {self.field.replace('_', ' ')} of the {self.platform} workspace {self.workspace}"

    def as_bytes(self) -> bytes:
        """The place in a spelling that no other place has."""
        return json.dumps([self.platform, self.workspace, self.field]).encode()


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """The keys an operator gave: the first seals, all open."""

    by_id: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, secret: str) -> Keys:
        """Read keys in url-safe base64, by comma; none at all is fine until something must be sealed."""
        given = [part.strip() for part in secret.split(",") if part.strip()]
        keys = [_key(part, number) for number, part in enumerate(given, 1)]
        return cls(by_id={_id(key): key for key in keys})

    @property
    def newest(self) -> str:
        """The id of the key that seals; "" when there is none."""
        return next(iter(self.by_id), "")

    def seal(self, value: str, place: Place) -> str:
        """Seal a value to its place; an empty one stays empty, there is nothing to hide."""
        if not value:
            return ""
        if not self.by_id:
            raise _no_key(place)
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = _cipher(self.by_id[self.newest]).encrypt(nonce, value.encode(), place.as_bytes())
        return f"{self.newest}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, place: Place) -> str:
        """Open what was sealed to this place; ConfigError when its key is missing or it is not what was sealed."""
        if not sealed:
            return ""
        if not is_sealed(sealed):
            raise _changed(place)
        key_id, _, text = sealed.partition(":")
        if key_id not in self.by_id:
            raise _other_key(place, key_id) if self.by_id else _no_key(place)
        return _opened(text, self.by_id[key_id], place)

    def is_current(self, sealed: str) -> bool:
        """Whether a value is sealed with the key that seals now, or is empty."""
        return not sealed or sealed.startswith(f"{self.newest}:")


def is_sealed(text: str) -> bool:
    """Whether a text looks sealed, and is not a token as it came."""
    return SEALED.fullmatch(text) is not None


def _opened(text: str, key: bytes, place: Place) -> str:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as in `_cipher`

    try:
        whole = base64.urlsafe_b64decode(text)
        return _cipher(key).decrypt(whole[:NONCE_BYTES], whole[NONCE_BYTES:], place.as_bytes()).decode()
    except (InvalidTag, ValueError) as error:  # ValueError: it is no base64, or too short for a nonce
        raise _changed(place) from error


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - most commands seal nothing

    return AESGCM(key)


def _key(given: str, number: int) -> bytes:
    try:
        key = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except ValueError:  # not passed on: it may quote what was given
        key = b""
    if len(key) != KEY_BYTES:
        which = f" (number {number} of those given)" if number > 1 else ""
        raise ConfigError(
            f"{VARIABLE} cannot be used: a key{which} is not {KEY_BYTES} bytes in url-safe base64.",
            fix=f"{MAKE_ONE}; several stand with commas between them, the newest first.",
        )
    return key


def _id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:ID_LETTERS]


def _no_key(place: Place) -> ConfigError:
    return ConfigError(
        f"{VARIABLE} is not set, and {place} is kept only sealed with it; nothing was changed.",
        fix=f"{MAKE_ONE}. If there was one, set it again.",
    )


def _other_key(place: Place, key_id: str) -> ConfigError:
    return ConfigError(
        f"{VARIABLE} does not hold the key (id {key_id}) that {place} was sealed with.",
        fix="Add the former key behind a comma, as new,former. If it is lost, have that workspace install the app again.",
    )


def _changed(place: Place) -> ConfigError:
    return ConfigError(
        f"What is kept as {place} is not what was sealed there: it was changed, or moved from elsewhere.",
        fix="Have that workspace install the app again, or put a backup back with `paperround restore`.",
    )
