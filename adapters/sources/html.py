"""HTML to the text a person reads, by nh3."""

from __future__ import annotations

import html
import re

import nh3

HTML_LIMIT = 60_000  # characters looked at; no abstract is longer
# Text is full of "<": only what holds one of these is taken for HTML at all, so that "for x<b and y>c" stays whole.
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|sub|sup|ul|ol|li|dl|dt|dd|img|h[1-6]|hr|table|thead|tbody|tr|td|th|font|"
    r"blockquote|pre|code|tt|cite|section|article|title|sec|script|style|iframe|object|form|input|button|svg|math|"
    r"body|html|head|meta|link|video|audio|center|small|big|jats:[a-z]{1,20}|xhtml:[a-z]{1,20})"
    r"(?:\s*/?|\s+[\w:\-]+\s*=[^<>]*)>"
    r"|<!--|<!\[CDATA\[",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    r"</?(?:p|br|div|ul|ol|li|dl|dt|dd|h[1-6]|hr|table|tr|td|th|blockquote|pre|section|article|title|sec)\b",
    re.IGNORECASE,
)
_NOT_TEXT = {"script", "style", "iframe", "object", "noscript", "template", "svg", "head"}


def to_text(source: str) -> str:
    """The text of a piece of HTML, blocks set apart by a space; text that is no HTML comes back with entities read."""
    source = source[:HTML_LIMIT]
    if not _TAG.search(source):
        return html.unescape(source)
    spaced = _BLOCK.sub(r" \g<0>", source)
    return html.unescape(nh3.clean(spaced, tags=set(), clean_content_tags=_NOT_TEXT))
