"""Judges a mail as strictly as its standards and mail programs do, and whether anybody's text got out of hand.

https://www.rfc-editor.org/rfc/rfc5322, https://www.rfc-editor.org/rfc/rfc2369, https://www.rfc-editor.org/rfc/rfc8058
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

MOST_BYTES = 100_000  # Gmail cuts a little above
LONGEST_LINE = 998
ONCE = frozenset(
    {
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "auto-submitted",
        "mime-version",
        "content-type",
    }
)
LIST = frozenset({"list-id"})
LEAVING = frozenset({"list-unsubscribe", "list-unsubscribe-post"})
TAGS = frozenset(
    {"html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "h3", "p", "a", "main", "footer"}
)
ALONE = frozenset({"meta"})
ATTRIBUTES = frozenset({"lang", "dir", "charset", "name", "content", "style", "class", "role", "href"})
# What a mail program links by itself, or what hides and reverses.
LIVE = re.compile(r"\w://|\b(?:mailto|tel|https?):(?![\s\u2060])|\bwww\.|[^\s@\u2060]@[\w\[]", re.IGNORECASE)
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
REMOTE = re.compile(r"url\(|@import|expression\(", re.IGNORECASE)


def mail_findings(
    content: bytes, *, links: Collection[str] = (), mailboxes: Collection[str] = (), listed: bool = True
) -> list[str]:
    """Everything that is wrong with a mail; `links` and `mailboxes` are those that may stand in it."""
    message = message_from_bytes(content, policy=policy.default)
    return [
        *_size(content),
        *_headers(content, message, listed),
        *_plain(_part(message, "plain"), links, mailboxes),
        *_page(_part(message, "html"), links, mailboxes),
    ]


def linked(page: str) -> set[str]:
    """Where the links of a page lead."""
    reader = _Reader()
    reader.feed(page)
    return {value for _, attributes in reader.tags for name, value in attributes if name == "href"}


def _size(content: bytes) -> Iterator[str]:
    if len(content) >= MOST_BYTES:
        yield f"it has {len(content)} bytes"
    lines = content.split(b"\r\n")
    if any(len(line) > LONGEST_LINE for line in lines):
        yield "a line is too long for SMTP"
    if any(b"\n" in line or b"\r" in line or b"\0" in line for line in lines):
        yield "a line ends in the middle"
    if not content.isascii():
        yield "it needs 8BITMIME"


def _headers(content: bytes, message: EmailMessage, listed: bool) -> Iterator[str]:
    names = Counter(name.lower() for name in message)
    once, perhaps = (ONCE | LIST, LEAVING) if listed else (ONCE, frozenset())
    yield from (f"{name} is there {names[name]} times" for name in once if names[name] != 1)
    yield from (f"nobody asked for {name}" for name in names if name not in once | perhaps)
    yield from (f"{name} is there twice" for name in LEAVING if names[name] > 1)
    head = content.partition(b"\r\n\r\n")[0].decode("ascii", "replace")
    for line in head.split("\r\n"):
        if not line.startswith(" ") and not re.match(r"[A-Za-z-]+: ?", line):
            yield f"no header: {line[:60]!r}"
    yield from (f"defect: {defect!r}" for defect in message.defects)
    if UNSEEN.search(str(message["Subject"])):
        yield "the subject hides something"


def _part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    return str(found.get_content()).replace("\r\n", "\n") if found else ""


def _plain(text: str, links: Collection[str], mailboxes: Collection[str]) -> Iterator[str]:
    if not text.strip():
        yield "there is no plain text"
    if UNSEEN.search(text):
        yield "the text hides something"
    yield from _live(text, (*links, *mailboxes), "the text")


def _live(text: str, known: Iterable[str], where: str) -> Iterator[str]:
    for one in sorted(known, key=len, reverse=True):
        text = text.replace(one, "") if one else text
    if found := LIVE.search(text):
        yield f"{where} would be linked: {text[max(0, found.start() - 20) : found.end() + 20]!r}"


def _page(page: str, links: Collection[str], mailboxes: Collection[str]) -> Iterator[str]:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    yield from reader.found
    if reader.open:
        yield f"never closed: {reader.open}"
    for tag, attributes in reader.tags:
        yield from _tag(tag, attributes, links)
    texts = "\n".join(reader.texts)
    if UNSEEN.search(texts):
        yield "the page hides something"
    yield from _live(texts, mailboxes, "the page")
    if not page.startswith('<!DOCTYPE html>\n<html lang="en"'):
        yield "it has no language"


def _tag(tag: str, attributes: list[tuple[str, str]], links: Collection[str]) -> Iterator[str]:
    if tag not in TAGS:
        yield f"<{tag}> is not allowed"
    for name, value in attributes:
        if name not in ATTRIBUTES:
            yield f"<{tag} {name}> is not allowed"
        if name == "href" and value not in links:
            yield f"it leads to {value[:80]!r}"
        if name == "style" and REMOTE.search(value):
            yield f"a style asks for something: {value[:80]!r}"


class _Reader(HTMLParser):
    """Tags, texts, and whatever is out of order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, list[tuple[str, str]]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, [(name, value or "") for name, value in attrs]))
        if tag not in ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.found.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.found += ["a style asks for something"] if REMOTE.search(data) else []
        else:
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(f"a comment: {data[:40]!r}")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"a declaration: {data[:40]!r}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"an instruction: {data[:40]!r}")
