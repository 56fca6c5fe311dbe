"""One message as Slack keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

REPEATED = "(repeated after a restart)"


@dataclass(kw_only=True, eq=False)
class Said:
    """What somebody said; `only_for` is who alone sees it, when it is ephemeral."""

    ts: str
    workspace: str
    channel: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    bot_id: str = ""
    thread_ts: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    only_for: str = ""
    edited: bool = False
    via: str = "chat.postMessage"

    @property
    def in_thread(self) -> bool:
        """Whether it is a reply."""
        return bool(self.thread_ts) and self.thread_ts != self.ts

    @property
    def key(self) -> str:
        """The key the bot's own metadata carries; "" when there is none."""
        return str(self.metadata.get("event_payload", {}).get("key", ""))

    @property
    def repeated(self) -> bool:
        """Whether it says that it may be there already."""
        return REPEATED in self.text or REPEATED in str(self.blocks)

    def described(self, *, metadata: bool = False) -> dict[str, Any]:
        """What conversations.history says of it."""
        return {
            "type": "message",
            "ts": self.ts,
            "user": self.user,
            "text": self.text,
            "team": self.workspace,
            **({"blocks": self.blocks} if self.blocks else {}),
            **({"bot_id": self.bot_id} if self.bot_id else {}),
            **({"thread_ts": self.thread_ts} if self.thread_ts else {}),
            **({"edited": {"user": self.user, "ts": self.ts}} if self.edited else {}),
            **({"metadata": self.metadata} if metadata and self.metadata else {}),
        }

    def words(self) -> str:
        """All its text, for a test to look into."""
        return "\n".join([self.text, *_texts(self.blocks)])


def named(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blocks with a block_id each, as Slack gives one to those that have none."""
    return [
        block if block.get("block_id") else {**block, "block_id": f"b{n}"} for n, block in enumerate(blocks)
    ]


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if not isinstance(value, dict):
        return []
    own = value.get("text")
    texts = [own] if isinstance(own, str) else []
    return texts + [text for item in value.values() for text in _texts(item)]
