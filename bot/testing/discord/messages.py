"""Messages as Discord keeps them: ids for components, who is pinged, what an edit changes."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from .checking import parts_of
from .world import Json, Person

EPHEMERAL, LOADING, CROSSPOSTED, HAS_THREAD = 1 << 6, 1 << 7, 1 << 0, 1 << 5


def message_json(own: str, channel: str, author: Person, body: Json, at: datetime) -> Json:
    """The message object: https://docs.discord.com/developers/resources/message."""
    return {
        "id": own,
        "channel_id": channel,
        "type": 0,
        "author": author.described(),
        "content": body.get("content") or "",
        "timestamp": at.isoformat(),
        "edited_timestamp": None,
        "flags": body.get("flags") or 0,
        "embeds": [_kept_embed(one) for one in body.get("embeds") or []],
        "components": numbered(body.get("components") or []),
        "attachments": [],
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "pinned": False,
    }


def changed(raw: Json, body: Json, at: datetime) -> None:
    """Apply an edit: what is not in it stays."""
    if "content" in body:
        raw["content"] = body["content"] or ""
    if "embeds" in body:
        raw["embeds"] = [_kept_embed(one) for one in body["embeds"] or []]
    if "components" in body:
        raw["components"] = numbered(body["components"] or [])
    raw["edited_timestamp"] = at.isoformat()


def numbered(components: list[Json]) -> list[Json]:
    """A copy in which every component has an id, as Discord gives them."""
    copy: list[Json] = json.loads(json.dumps(components))
    for number, one in enumerate(parts_of(copy), start=1):
        one.setdefault("id", number)
        if one["type"] == 3:
            one |= {"min_values": one.get("min_values", 1), "max_values": one.get("max_values", 1)}
    return copy


def pings(body: Json, *, interaction: bool = False) -> tuple[str, ...]:
    """Who a message notifies: "everyone" and ids, by allowed_mentions or what counts without it."""
    text, allowed = str(body.get("content") or ""), body.get("allowed_mentions")
    usual = {"users"} if interaction else {"users", "roles", "everyone"}
    parse = usual if allowed is None else set(allowed.get("parse") or [])
    everyone = ["everyone"] if "everyone" in parse and re.search(r"@(everyone|here)\b", text) else []
    return (
        *everyone,
        *_named(r"<@!?(\d+)>", text, "users", parse, allowed),
        *_named(r"<@&(\d+)>", text, "roles", parse, allowed),
    )


def _named(pattern: str, text: str, kind: str, parse: set[str], allowed: Any) -> list[str]:
    found, listed = re.findall(pattern, text), {str(one) for one in (allowed or {}).get(kind) or []}
    return [one for one in found if kind in parse or one in listed]


def _kept_embed(embed: Json) -> Json:
    kept = {name: value for name, value in embed.items() if value not in (None, [], "")}
    fields = [{"inline": False, **one} for one in kept.pop("fields", [])]
    return {"type": "rich", **kept, **({"fields": fields} if fields else {})}
