"""Judges a Slack message as strictly as Slack's documentation allows, and whether anybody's text got out of hand.

Every limit of Block Kit that is documented for what this bot draws, by numbers of its own and not the adapter's; keys
nobody documents are refused. https://docs.slack.dev/reference/block-kit
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from .slack_shapes import Check, Table, by_type, flag, items, one_of, record, text, units

Named: TypeAlias = tuple[str, str]  # a string, behind the key it stands under

MOST_BLOCKS, MOST_TEXT, FALLBACK = 50, 12_000, 4_000
NAME = text(255)
URL = text(3000)
ADDRESSES = ("url", "image_url")
# What nobody sees and no message needs: controls, bidirectional overrides, halves of characters.
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
LIVE = re.compile(r"<[!@#]|@(?:channel|here|everyone)\b", re.IGNORECASE)
BRACKETS = re.compile(r"<([^<>]*)>")
OUR_DATE = re.compile(r"!date\^\d+\^[^|<>]*\|[^<>]*")
BARE_AND = re.compile(r"&(?!amp;|lt;|gt;)")


def _kind(name: str) -> Table:
    return {"type": one_of(name)}


def _plain(most: int) -> Check:
    return record({**_kind("plain_text"), "text": text(most)}, {"emoji": flag})


def _any_text(most: int) -> Check:
    marked = record({**_kind("mrkdwn"), "text": text(most), "verbatim": one_of(True)})
    return by_type({"plain_text": _plain(most), "mrkdwn": marked})


CONFIRM = record(
    {"title": _plain(100), "text": _any_text(300), "confirm": _plain(30), "deny": _plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = record({"text": _plain(75), "value": text(150)})
BUTTON = record(
    {**_kind("button"), "text": _plain(75), "action_id": NAME},
    {"value": text(2000), "url": URL, "style": one_of("primary", "danger"), "confirm": CONFIRM},
)
OVERFLOW = record({**_kind("overflow"), "action_id": NAME, "options": items(OPTION, 5)}, {"confirm": CONFIRM})
PICTURE = record({**_kind("image"), "image_url": URL, "alt_text": text(2000)})
STYLE = record({}, {"bold": flag, "italic": flag, "code": flag, "strike": flag})
# `user`, `usergroup`, `broadcast` and `channel` are documented and left out: each of them is a mention.
RUN = by_type(
    {
        "text": record({**_kind("text"), "text": text(MOST_TEXT)}, {"style": STYLE}),
        "link": record({**_kind("link"), "url": URL}, {"text": text(MOST_TEXT), "style": STYLE}),
    }
)
RUNS = record({**_kind("rich_text_section"), "elements": items(RUN, 1000)})
RICH = by_type(
    {
        "rich_text_section": RUNS,
        "rich_text_preformatted": record({**_kind("rich_text_preformatted"), "elements": items(RUN, 1000)}),
        "rich_text_list": record(
            {
                **_kind("rich_text_list"),
                "style": one_of("bullet", "ordered"),
                "elements": items(RUNS, 1000),
            }
        ),
    }
)
NAMED: Table = {"block_id": NAME}
BLOCK = by_type(
    {
        "header": record({**_kind("header"), "text": _plain(150)}, NAMED),
        "divider": record(_kind("divider"), NAMED),
        "section": record(
            {**_kind("section"), "text": _any_text(3000)},
            {**NAMED, "accessory": by_type({"button": BUTTON, "overflow": OVERFLOW, "image": PICTURE})},
        ),
        "context": record(
            {
                **_kind("context"),
                "elements": items(
                    by_type(
                        {"plain_text": _plain(3000), "mrkdwn": _any_text(3000), "image": PICTURE},
                    ),
                    10,
                ),
            },
            NAMED,
        ),
        "actions": record(
            {**_kind("actions"), "elements": items(by_type({"button": BUTTON, "overflow": OVERFLOW}), 25)},
            NAMED,
        ),
        "image": record({**_kind("image"), "image_url": URL, "alt_text": text(2000)}, NAMED),
        "rich_text": record({**_kind("rich_text"), "elements": items(RICH, 1000)}, NAMED),
    }
)
MESSAGE = record({"text": text(FALLBACK), "blocks": items(BLOCK, MOST_BLOCKS)})


def slack_findings(message: Mapping[str, Any], *, links: Collection[str] = ()) -> list[str]:
    """Everything wrong with `{"text": ..., "blocks": [...]}`; `links` are the only addresses it may hold."""
    found = [*MESSAGE(dict(message), "message")]
    if found:  # its shape is wrong, and the rest expects one
        return found
    strings = list(_strings(message["blocks"]))
    return [
        *_sums(strings),
        *_twice(strings),
        *_spoken(message["text"]),
        *_words([("text", message["text"]), *strings]),
        *_links(message["blocks"], strings, links),
    ]


def _sums(strings: Iterable[Named]) -> Iterator[str]:
    total = sum(units(value) for key, value in strings if key == "text")
    if total > MOST_TEXT:
        yield f"all blocks together have {total} characters of text, at most about {MOST_TEXT}"


def _twice(strings: Sequence[Named]) -> Iterator[str]:
    for name in ("block_id", "action_id"):
        counts = Counter(value for key, value in strings if key == name)
        yield from (
            f"{name} {value!r} is there {times} times" for value, times in counts.items() if times > 1
        )


def _spoken(said: str) -> Iterator[str]:
    """The top-level text holds no sequence of Slack's at all."""
    if "<" in said or ">" in said or BARE_AND.search(said):
        yield f"the text for notifications is not escaped: {said[:80]!r}"


def _words(strings: Iterable[Named]) -> Iterator[str]:
    for key, value in strings:
        if UNSEEN.search(value):
            yield f"{key} has a control character: {value[:80]!r}"
        if key in {"text", "alt_text"} and LIVE.search(BRACKETS.sub(_without_dates, value)):
            yield f"{key} may mention somebody: {value[:80]!r}"


def _without_dates(match: re.Match[str]) -> str:
    return "" if OUR_DATE.fullmatch(match[1]) else match[0]


def _links(blocks: object, strings: Iterable[Named], allowed: Collection[str]) -> Iterator[str]:
    found = [value for key, value in strings if key in ADDRESSES]
    found += [inner.partition("|")[0] for inner in _marked_up(blocks) if not inner.startswith("!date^")]
    yield from (f"a foreign link: {url[:120]!r}" for url in found if url not in allowed)


def _marked_up(value: object) -> Iterator[str]:
    """Everything in angle brackets of every `mrkdwn`."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield from BRACKETS.findall(value["text"])
        for item in value.values():
            yield from _marked_up(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _marked_up(item)


def _strings(value: object, name: str = "") -> Iterator[Named]:
    """Every string in a JSON value, with the key it stands under."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, str(key))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item, name)
