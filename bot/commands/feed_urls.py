"""Addresses of feeds that are somebody's own: what they bring would be everybody's."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from bot.errors import UserError

# Words in the name of a parameter whose value lets its bearer in: `api_key`, `accessToken`, `X-Amz-Signature`.
TELLTALE = frozenset(
    [
        *("token", "key", "apikey", "secret", "password", "passwd", "passphrase", "pass", "pwd", "pw", "pin"),
        *("auth", "oauth", "authkey", "authorization", "bearer", "jwt", "credential", "credentials"),
        *("sig", "signature", "hmac", "session", "sessionid", "sid", "authtoken", "accesskey", "accesstoken"),
    ]
)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def refuse_secrets(url: str) -> None:
    """Raise a `UserError` for an address that holds a password or a token; it never repeats it."""
    found = secret_in(url)
    if found:
        raise UserError(
            f"That address holds {found}, so nothing was added: whoever has it gets in, and the papers of a feed can "
            "be found by everybody on this installation.",
            fix="Give the address of a public feed, without it. What you typed may be in this chat's history.",
        )


def secret_in(url: str) -> str:
    """What in an address is for one person's eyes, in words; "" when nothing is."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""  # no address at all, which fetching it says better
    if "@" in parts.netloc:
        return "a name or password before its host"
    given = parts.query.replace(";", "&"), parts.fragment
    names = [name for text in given for name, _ in parse_qsl(text)]
    telling = next((name for name in names if _is_telltale(name)), "")
    return f"a secret, by the name of its parameter `{telling[:40]}`" if telling else ""


def _is_telltale(name: str) -> bool:
    words = {word.lower() for word in WORD.findall(name)}
    return bool(TELLTALE & {*words, re.sub(r"[^a-z]", "", name.lower())})
