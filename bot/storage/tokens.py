"""What stands in links: opaque, made with the operator's key, good for one purpose and one thing, the same each time.

A token is its text under AES-SIV (https://www.rfc-editor.org/rfc/rfc5297) with a key of its own for each purpose: whoever
holds one learns nothing from it, cannot make another, and cannot use it elsewhere. Nothing of it is kept.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass

from bot.errors import ConfigError

from .sealing import MAKE_ONE, VARIABLE, Keys

TOKEN = re.compile(r"[A-Za-z0-9_-]{22,700}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and reads tokens: the first key makes them, all are read."""

    keys: Keys

    def make(self, purpose: str, text: str) -> str:
        """The token of a text for a purpose; `ConfigError` without a key."""
        key = self.keys.by_id.get(self.keys.newest)
        if key is None:
            raise no_key()
        return base64.urlsafe_b64encode(_sealed(key, purpose, text)).decode().rstrip("=")

    def read(self, purpose: str, token: str) -> str | None:
        """The text of a token; None when it was not made for this purpose with a key that is still there."""
        if not TOKEN.fullmatch(token) or len(token) % 4 == 1:  # no bytes are spelled with so many characters
            return None
        whole = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        if base64.urlsafe_b64encode(whole).decode().rstrip("=") != token:  # the same bytes, spelled otherwise
            return None
        opened = (_opened(key, purpose, whole) for key in self.keys.by_id.values())
        return next((text for text in opened if text is not None), None)

    def mark(self, purpose: str, text: str) -> str:
        """A name for something that must not be kept itself, the same each time; nobody finds the text from it."""
        key = self.keys.by_id.get(self.keys.newest)
        if key is None:
            raise no_key()
        return hmac.digest(key, f"mark {purpose} {text}".encode("utf-8", "replace"), "sha256").hex()[:32]


def no_key() -> ConfigError:
    """There is nothing to sign links with."""
    return ConfigError(f"{VARIABLE} is not set, and links in mails are signed with it.", fix=f"{MAKE_ONE}.")


def _sealed(key: bytes, purpose: str, text: str) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415 - most commands make none

    return AESSIV(_own(key, purpose)).encrypt(text.encode(), [purpose.encode()])


def _opened(key: bytes, purpose: str, whole: bytes) -> str | None:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415 - as above

    try:
        return AESSIV(_own(key, purpose)).decrypt(whole, [purpose.encode()]).decode()
    except (InvalidTag, ValueError):
        return None


def _own(key: bytes, purpose: str) -> bytes:
    """The key of one purpose, which is not the one that seals workspaces' tokens."""
    return hmac.digest(key, f"paperround link {purpose}".encode(), "sha512")
