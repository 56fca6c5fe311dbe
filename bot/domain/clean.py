"""What sources give as a title, an abstract or a name, as plain text; and the keys a work is known by."""

from __future__ import annotations

import html
import re
import unicodedata

from bot.domain.identity import arxiv_id_of, identity_keys, title_key
from bot.domain.tex import untex

__all__ = ["arxiv_id_of", "identity_keys", "plain", "title_key"]

# Control characters, soft hyphens, zero-width and bidirectional marks, non-characters, lone surrogates, tags: nothing
# a person reads, and all that spoofing needs (Unicode TR 36). Line ends and tabs are white space, below.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SPECIAL = re.compile(r"[&<\\$^`}]|--")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAGS = "i|b|em|strong|sub|sup|u|tt|code|span|jats:[a-z]{1,12}|fixed-case|mml:[a-z]{1,12}"
_MARKUP = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]{{0,200}})?/?>", re.IGNORECASE)
_BREAK = re.compile(r"</?(?:br|p)\s*/?>", re.IGNORECASE)


def plain(text: str) -> str:
    """The text as a person reads it: no TeX, no entities, no invisible characters, one line, single spaces.

    Angle brackets which are no mark-up stay ("<picture of a man>"), and so does prose that only looks like TeX
    ("50% better", "$5 and $10", "a_b"). Never raises.
    """
    if text.isascii() and text.isprintable() and not _SPECIAL.search(text):  # most names and titles
        return " ".join(text.split())
    text = _INVISIBLE.sub("", text)
    if "<" in text:
        text = _without_markup(text)
    if "&" in text:
        text = _INVISIBLE.sub("", _ENTITY.sub(lambda entity: html.unescape(entity[0]), text))
    text = " ".join(text.split())
    shown = untex(text)
    if shown is not text:
        shown = " ".join(_INVISIBLE.sub("", shown).split())
    return unicodedata.normalize("NFC", shown)


def _without_markup(text: str) -> str:
    """Drop the tags of a sentence's inner mark-up where they come in pairs; other angle brackets are text."""
    text = _BREAK.sub(" ", text)
    return _MARKUP.sub("", text) if "</" in text else text
