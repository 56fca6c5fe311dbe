"""What `users.info` and `conversations.info` say, as far as the bot goes by it."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.chat.slack.drawing.blocks import Json


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A person; with only an id when the bot may not ask who people are."""

    id: str
    name: str = ""
    tz: str = ""
    is_admin: bool = False  # or an owner
    is_guest: bool = False
    is_stranger: bool = False  # of another workspace
    is_bot: bool = False
    is_deleted: bool = False

    @property
    def is_outside(self) -> bool:
        """Whether they may ask and change nothing."""
        return self.is_guest or self.is_stranger or self.is_bot or self.is_deleted


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelInfo:
    """A channel; without `is_known` Slack did not describe it, and without `is_found` it denies that there is one."""

    id: str
    name: str = ""  # "ml-papers"
    is_private: bool = True
    is_archived: bool = False
    is_member: bool = False  # the bot
    creator: str = ""
    is_im: bool = False
    user: str = ""  # whose direct messages
    is_known: bool = True
    is_found: bool = True

    def why_not_post(self, bot: str, *, public: bool) -> str:
        """What stands in the way of posting here; `public` when the bot may post in public channels uninvited."""
        if not self.is_found and self.id.startswith("D"):
            return "The bot is not in this conversation. Write to it directly, and try again there."
        if not self.is_found:
            return f"The bot is not in that channel. Invite it there with `/invite @{bot}`, and try again."
        if self.is_archived:
            return f"{self._called} is archived. Unarchive it, and try again."
        if not self.is_known or self.is_member or self.is_im or (public and not self.is_private):
            return ""
        return f"The bot is not in {self._called}. Invite it there with `/invite @{bot}`, and try again."

    @property
    def _called(self) -> str:
        return f"#{self.name}" if self.name else "the channel"


def person_of(user: object, asked: str, workspace: str) -> Person:
    """Read a user of `users.info`; what is missing counts as no."""
    data: Json = user if isinstance(user, dict) else {}
    profile: Json = data["profile"] if isinstance(data.get("profile"), dict) else {}
    return Person(
        id=asked,
        name=_first(profile.get("display_name"), profile.get("real_name"), data.get("name")),
        tz=_first(data.get("tz")),
        is_admin=any(data.get(sort) is True for sort in ("is_admin", "is_owner", "is_primary_owner")),
        is_guest=data.get("is_restricted") is True or data.get("is_ultra_restricted") is True,
        is_stranger=data.get("is_stranger") is True or not _is_of(data, workspace),
        is_bot=data.get("is_bot") is True or asked == "USLACKBOT",
        is_deleted=data.get("deleted") is True,
    )


def channel_of(channel: object, asked: str) -> ChannelInfo:
    """Read a channel of `conversations.info`; one that does not say it is public is private."""
    data: Json = channel if isinstance(channel, dict) else {}
    is_im = data.get("is_im") is True
    private = data.get("is_private") is not False or is_im or data.get("is_mpim") is True
    return ChannelInfo(
        id=asked,
        name=_first(data.get("name")),
        is_private=private,
        is_archived=data.get("is_archived") is True,
        is_member=data.get("is_member") is True,
        creator=_first(data.get("creator")),
        is_im=is_im,
        user=_first(data.get("user")),
    )


def members_of(answer: object) -> tuple[list[str], str | None]:
    """Read a page of `conversations.members`, and where the next one begins; None after the last."""
    data: Json = answer if isinstance(answer, dict) else {}
    listed, about = data.get("members"), data.get("response_metadata")
    members = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    return members, _first(about.get("next_cursor")) or None if isinstance(about, dict) else None


def _is_of(data: Json, workspace: str) -> bool:
    """Whether a person is of this workspace: https://docs.slack.dev/reference/objects/user-object."""
    grid = data.get("enterprise_user")
    teams = grid.get("teams") if isinstance(grid, dict) else None
    if isinstance(teams, list) and workspace in teams:
        return True
    return data.get("team_id") in {None, "", workspace}


def _first(*texts: object) -> str:
    return next((text for text in texts if isinstance(text, str) and text), "")
