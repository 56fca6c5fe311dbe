"""What may stand in a page, whatever texts were put into it."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

from adapters.chat.foreign import HOSTILE, INVISIBLE

TAGS = frozenset(
    [
        "a",
        "article",
        "body",
        "button",
        "code",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "head",
        "header",
        "html",
        "input",
        "kbd",
        "label",
        "legend",
        "li",
        "link",
        "main",
        "meta",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "script",
        "section",
        "select",
        "span",
        "strong",
        "summary",
        "title",
        "ul",
    ]
)
RUNS = frozenset({"style", "srcdoc", "formaction", "background", "ping", "srcset", "http-equiv"})
LEADS = frozenset({"href", "src", "action"})


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attributes}))

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def links(self) -> set[str]:
        """Where it leads outside."""
        return {
            one["href"]
            for tag, one in self.tags
            if tag == "a" and not one.get("href", "/").startswith(("/", "#"))
        }

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def findings(text: str) -> list[str]:
    """What is wrong with a page; nothing, it is hoped."""
    page = Page(text)
    return [found for tag, attributes in page.tags for found in _wrong(tag, attributes)] + list(_hidden(page))


def _wrong(tag: str, attributes: dict[str, str]) -> Iterator[str]:
    if tag not in TAGS:
        yield f"<{tag}> is none of ours"
    for name, value in attributes.items():
        if name.startswith("on") or name in RUNS:
            yield f"{name} runs or styles something"
        if name in LEADS and not _leads_well(tag, value):
            yield f"<{tag} {name}> leads to {value[:80]}"
    outside = urlsplit(attributes.get("href", "")).netloc and tag == "a"
    if outside and attributes.get("rel") != "noopener nofollow":
        yield "a link outside trusts what it leads to"


def _leads_well(tag: str, value: str) -> bool:
    if value.startswith("/") and not value.startswith("//"):
        return "\\" not in value
    if value.startswith("#"):
        return tag == "a"
    parts = urlsplit(value)
    return (
        tag in {"a", "link"}
        and parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and not parts.username
    )


def _hidden(page: Page) -> Iterator[str]:
    texts = [*page.said, *(value for _, one in page.tags for value in one.values())]
    if any(HOSTILE.search(text.replace("\n", "")) or INVISIBLE.search(text) for text in texts):
        yield "something hides, or turns the line around"
    if page.count("script") != 2:
        yield "there is another script"
