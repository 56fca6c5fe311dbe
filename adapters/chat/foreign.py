"""Somebody else's words and addresses, made fit to be shown, before any chat's own mark-up is thought of.

Nobody documents whether a limit counts characters or UTF-16 units; the larger of the two is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate
from urllib.parse import SplitResult, quote, urlsplit

from bot.domain.text import clip

# Controls, bidirectional overrides and the line ends of Unicode (TR 36): each stands where a space might.
HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\u2800\ud800-\udfff]"
)
# Invisible, and in no script a letter: they only hide one word in another, or a title altogether.
INVISIBLE = re.compile(
    "[\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\ufffe\uffff\U000e0000-\U000e0fff]"
)
MARK = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
STACKED = re.compile(
    f"({MARK}{{3}}){MARK}+"
)  # no script stacks more; a hundred reach over the lines around them
HOLDERS = " \u200c\u200d\ufe0e\ufe0f"  # they join and vary letters; alone they show nothing
JOINER = "\u2060"  # invisible; parts what would be a sequence together
# Of an address, the part before the path: anything else there reads differently in different clients.
HOST = re.compile(r"[a-z0-9_][a-z0-9._-]*|\[[0-9a-f:.]+\]")
# What stays as it is in an address: RFC 3986's reserved and unreserved characters, and what is escaped already.
KEPT = "%/:=&?~#+!$,;'@()*[]"


def readable(text: str) -> str:
    """The same text without what hides, reverses or overruns; its line ends stay."""
    if text.isascii() and text.isprintable():  # most texts
        return text
    return STACKED.sub(r"\1", HOSTILE.sub(" ", INVISIBLE.sub("", text.replace("\t", " "))))


def link_within(url: str, most: int) -> str:
    """An address that is safe to link to, or "": http(s), a host, no user name, no character that ends a link."""
    address = url.strip()
    if len(address) > most or HOSTILE.search(address) or INVISIBLE.search(address):
        return ""
    try:
        parts = urlsplit(address)
        host = _host(parts)
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not host or _misread(address):
        return ""
    whole = quote(parts._replace(netloc=host).geturl(), safe=KEPT)
    return whole if len(whole) <= most else ""


def units(text: str) -> int:
    """The length of a text as a chat may count it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def units_of(char: str) -> int:
    """As `units`, of one character."""
    return 2 if char > "\uffff" else 1


def clipped(text: str, limit: int, length: Callable[[str], int], cost: Callable[[str], int]) -> str:
    """Cut at a word or a grapheme, so that `length` is at most `limit`; `cost` is that of one character."""
    if length(text) <= limit:
        return text
    sums = accumulate(cost(char) for char in text)
    end = next(at for at, used in enumerate(sums) if used > limit - 1)  # the ellipsis counts one
    return clip(f"{text} ", end + 1)


def _host(parts: SplitResult) -> str:
    """The host and port as they are looked up: a look-alike name shows itself as xn--...; "" when there is none."""
    if "@" in parts.netloc or not parts.hostname:
        return ""
    bare = parts.hostname if ":" not in parts.hostname else f"[{parts.hostname}]"
    name = bare if bare.isascii() else bare.encode("idna").decode()
    port = f":{parts.port}" if parts.port is not None else ""
    return name + port if HOST.fullmatch(name) else ""


def _misread(address: str) -> bool:
    """Whether clients disagree about where it leads: a line end within, a backslash, which some take for a slash."""
    is_plain = address.isascii() and address.isprintable()  # most are; then no space but " " is in it
    return "\\" in address or (not is_plain and any(char.isspace() and char != " " for char in address))
