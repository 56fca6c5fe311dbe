"""A call whose token was looked at: what it may do, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .call import Call, Refused
from .state import State
from .tokens import Token
from .world import Channel, Person, Workspace

TOO_LONG = "msg_blocks_too_long"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Who asks for what."""

    state: State
    call: Call
    token: Token

    @property
    def workspace(self) -> Workspace:
        """The token's workspace."""
        return self.state.workspace_of(self.token)

    def need(self, scope: str) -> None:
        """Refuse a token without a scope."""
        if scope not in self.token.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(self.token.scopes))

    def channel(self, name: str = "channel") -> Channel:
        """The channel an argument names by its id; a private one without the bot is not there."""
        found = self.workspace.channels.get(self.call.text(name))
        if found is None or (found.private and not self.is_member(found)):
            raise Refused("channel_not_found")
        return found

    def postable(self) -> Channel:
        """The channel to post to: an id, "#name", or a person's id; refused where the bot may not post."""
        found = self._meant(self.call.text("channel"))
        if found.archived:
            raise Refused("is_archived")
        if not self.is_member(found) and (found.private or "chat:write.public" not in self.token.scopes):
            raise Refused("channel_not_found" if found.private else "not_in_channel")
        return found

    def is_member(self, channel: Channel) -> bool:
        """Whether the bot is in a channel."""
        return self.workspace.bot_user in channel.members

    def person(self, name: str = "user") -> Person:
        """The person an argument names by id."""
        found = self.workspace.people.get(self.call.text(name))
        if found is None:
            raise Refused("user_not_found")
        return found

    def content(self) -> dict[str, Any]:
        """The text and blocks to show, checked; refused when there is nothing or something Slack does not take."""
        blocks = self.call.parsed("blocks") or []
        text = self.call.text("text")
        if not text and not blocks:
            raise Refused("no_text")
        if not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
            raise Refused("invalid_blocks_format")
        self._check({"text": text, "blocks": blocks})
        return {"text": text[:40000], "blocks": blocks}

    def view(self) -> dict[str, Any]:
        """The view to show, checked."""
        view = self.call.parsed("view")
        if not isinstance(view, dict):
            raise Refused("invalid_arguments")
        problems = list(self.state.check_view(view))
        self.state.findings += [f"{self.call.method}: {one}" for one in problems]
        if problems and self.state.strict:
            raise Refused("invalid_arguments", response_metadata={"messages": problems})
        return view

    def _check(self, message: dict[str, Any]) -> None:
        problems = list(self.state.check_message(message))
        self.state.findings += [f"{self.call.method}: {one}" for one in problems]
        if problems and self.state.strict:
            too_long = all(TOO_LONG in one for one in problems)
            raise Refused(
                TOO_LONG if too_long else "invalid_blocks", response_metadata={"messages": problems}
            )

    def _meant(self, which: str) -> Channel:
        if which in self.workspace.people and which != self.workspace.bot_user:
            return self.workspace.direct(which)
        try:
            return self.workspace.channel(which)
        except LookupError:
            raise Refused("channel_not_found") from None
