"""A feed's bytes made safe for feedparser: its slow corners cut off before it meets them.

feedparser's regexes are quadratic in white space of the prolog, in entity declarations and in author fields
(github.com/kurtmckee/feedparser/issues/562); a feed of 25,000 items takes it seconds.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

ITEMS_LIMIT = 2_000
PROLOG_LIMIT = 32_768  # bytes before the first element; the 253 entities of HTML declared inline take 10,000
AUTHOR_LIMIT = 2_000  # bytes of one author field

_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}>")
_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
_WHITE_SPACE = re.compile(rb"\s+")
ITEM_START = re.compile(rb"<(?:[\w.\-]{1,40}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
ITEM_END = re.compile(rb"</(?:[\w.\-]{1,40}:)?(?:item|entry)\s{0,20}>", re.IGNORECASE)
_AUTHOR_START = re.compile(
    rb"<(?:[\w.\-]{1,40}:)?(?:author|creator|contributor|name|managingeditor|webmaster|publisher)(?=[\s>])[^<>]{0,500}>",
    re.IGNORECASE,
)
# No tag that matters is so long; feedparser takes seconds over 20,000 attributes.
_LONG_TAG = re.compile(rb"<([A-Za-z_][\w.:\-]{0,80})\s[^<>]{16384,}>")
_CDATA = b"<![CDATA["
# No text holds these; those that shift between alphabets (ISO 2022) are left alone.
_CONTROL_BYTES = bytes(set(range(0x20)) - set(b"\t\n\r\x0e\x0f\x1b")) + b"\x7f"
_REFERENCE = re.compile(rb"&#(?:x([0-9a-f]{1,12})|(\d{1,12}));", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tamed:
    """Bytes to give to feedparser, and what was done to them."""

    body: bytes
    charset: str  # "" when only the document itself says
    left_out: int  # items beyond the limit
    cut: bool  # the document ends inside an item


def tame(body: bytes, *, charset: str = "") -> Tamed:
    """Collapse the prolog, cut over-long tags and author fields, drop what is no character, leave out items too many."""
    body, charset = _ascii_compatible(body.lstrip(b" \t\r\n"), charset)
    body = _REFERENCE.sub(_sound_reference, body.translate(None, _CONTROL_BYTES))
    body = _short_authors(_LONG_TAG.sub(_bare_tag, _short_prolog(body)))
    body, left_out = _fewer_items(body)
    return Tamed(body=body, charset=charset, left_out=left_out, cut=_ends_inside_an_item(body))


def _ascii_compatible(body: bytes, charset: str) -> tuple[bytes, str]:
    """UTF-16 and UTF-32 as UTF-8; a body that is valid UTF-8 is that, whatever its server says."""
    for mark, name in _WIDE:
        if body.startswith(mark):
            text = body.decode(name, errors="replace").lstrip("\ufeff")
            return _DECLARATION.sub("", text).encode("utf-8", errors="replace"), "utf-8"
    body = body.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return body, charset
    # Seven-bit bytes may be another encoding in disguise (iso-2022-jp).
    return body, charset if body.isascii() else "utf-8"


def _sound_reference(found: re.Match[bytes]) -> bytes:
    """The character reference, or nothing when XML knows no such character (feedparser fails on some)."""
    code = int(found[1], 16) if found[1] else int(found[2])
    sound = (
        code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    )
    return found[0] if sound else b""


def _bare_tag(found: re.Match[bytes]) -> bytes:
    return b"<" + found[1] + (b"/>" if found[0].endswith(b"/>") else b">")


def _short_prolog(body: bytes) -> bytes:
    first = _FIRST_ELEMENT.search(body)
    if first is None:
        return body
    prolog, rest = body[: first.start()], body[first.start() :]
    if len(prolog) > PROLOG_LIMIT:
        prolog = _WHITE_SPACE.sub(b" ", prolog[:PROLOG_LIMIT])
        declaration = re.match(rb"<\?xml[^>]{0,300}\?>", prolog)
        return (declaration[0] if declaration else b"") + rest
    # The line ends between declarations are how feedparser finds them.
    return re.sub(rb"\s*\n\s*", b"\n", re.sub(rb"[ \t\r]{2,}", b" ", prolog)) + rest


def _short_authors(body: bytes) -> bytes:
    pieces, done = [], 0
    for start in _AUTHOR_START.finditer(body):
        if start.end() < done:
            continue
        end = body.find(b"</", start.end())
        if end == -1:
            end = len(body)
        if end - start.end() > AUTHOR_LIMIT:
            pieces += [body[done : start.end()], _first_names(body[start.end() : end])]
            done = end
    return b"".join([*pieces, body[done:]])


def _first_names(field: bytes) -> bytes:
    """As much of an author field as fits, cut after a comma or space, so never inside a character or entity."""
    kept = field[:AUTHOR_LIMIT]
    place = max(kept.rfind(b","), kept.rfind(b" "), kept.rfind(b";"))
    kept = kept[: max(place, 0)]
    closed = _CDATA not in kept or b"]]>" in kept
    return kept if closed else kept + b"]]>"


def _fewer_items(body: bytes) -> tuple[bytes, int]:
    """The first items and all that follows the last one, and how many in between were left out."""
    ends = [match.end() for match in ITEM_END.finditer(body)]
    if len(ends) <= ITEMS_LIMIT:
        return body, 0
    return body[: ends[ITEMS_LIMIT - 1]] + body[ends[-1] :], len(ends) - ITEMS_LIMIT


def _ends_inside_an_item(body: bytes) -> bool:
    *_, start = (-1, *(match.start() for match in ITEM_START.finditer(body)))
    *_, end = (-1, *(match.start() for match in ITEM_END.finditer(body)))
    return start > end
