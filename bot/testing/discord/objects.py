"""Servers, channels and members as Discord's JSON."""

from __future__ import annotations

from .permissions import Permission
from .world import DM, FORUM, Channel, Guild, Json, Person

WITHOUT = (
    *("presences", "voice_states", "stage_instances"),
    *("guild_scheduled_events", "soundboard_sounds"),
)
NULLS = (
    *("icon", "banner", "splash", "discovery_splash", "home_header", "description", "application_id"),
    *(
        "incidents_data",
        "afk_channel_id",
        "system_channel_id",
        "rules_channel_id",
        "public_updates_channel_id",
    ),
    *("safety_alerts_channel_id", "widget_channel_id", "vanity_url_code", "max_presences"),
)
ZEROS = (
    *("verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level"),
    *("nsfw_level", "premium_tier", "system_channel_flags", "premium_subscription_count", "max_members"),
    *("max_stage_video_channel_users", "max_video_channel_users"),
)
SINCE = "2024-01-01T00:00:00+00:00"


def channel_json(channel: Channel) -> Json:
    """The channel object: https://docs.discord.com/developers/resources/channel."""
    last = channel.messages[-1].id if channel.messages else None
    shared: Json = {"id": channel.id, "type": channel.kind, "last_message_id": last, "flags": 0}
    if channel.kind == DM:
        return {**shared, "recipients": [channel.person.described()] if channel.person else []}
    place = {"guild_id": channel.guild.id if channel.guild else None, "name": channel.name}
    if channel.is_thread:
        return {**shared, **place, **_thread(channel)}
    return {**shared, **place, **_ordinary(channel)}


def _thread(channel: Channel) -> Json:
    return {
        "parent_id": channel.parent.id if channel.parent else None,
        "owner_id": channel.messages[0].author if channel.messages else "0",
        "thread_metadata": {
            "archived": channel.archived,
            "auto_archive_duration": 1440,
            "archive_timestamp": channel.turned,
            "create_timestamp": channel.turned,
            "locked": channel.locked,
        },
        "message_count": len(channel.messages),
        "total_message_sent": len(channel.messages),
        "member_count": 1,
        "rate_limit_per_user": 0,
        "applied_tags": channel.applied_tags,
    }


def _ordinary(channel: Channel) -> Json:
    forum = {"available_tags": channel.tags, "flags": (1 << 4) * channel.needs_tag}
    return {
        "position": 0,
        "topic": None,
        "nsfw": False,
        "parent_id": None,
        "permission_overwrites": channel.overwrites,
        "rate_limit_per_user": 0,
        **(forum if channel.kind == FORUM else {}),
    }


def role_json(role: str, name: str, permissions: Permission, *, managed: bool = False) -> Json:
    """A role."""
    return {
        "id": role,
        "name": name,
        "icon": None,
        "unicode_emoji": None,
        "permissions": str(int(permissions)),
        "position": int(managed),
        "managed": managed,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "mentionable": False,
        "flags": 0,
    }


def guild_json(guild: Guild) -> Json:
    """The server object, with its roles."""
    own = [
        role_json(one.role, one.name, guild.bot_permissions if one.bot else one.permissions, managed=one.bot)
        for one in guild.members.values()
    ]
    return {
        "id": guild.id,
        "name": guild.name,
        **dict.fromkeys(NULLS),
        "owner_id": guild.owner,
        "preferred_locale": "en-US",
        "features": [],
        "roles": [role_json(guild.id, "@everyone", guild.everyone), *own],
        "emojis": [],
        "stickers": [],
        "afk_timeout": 300,
        "region": "deprecated",
        **dict.fromkeys(ZEROS, 0),
        **dict.fromkeys(("premium_progress_bar_enabled", "widget_enabled", "nsfw"), False),
    }


def member_json(person: Person, since: str = "") -> Json:
    """Somebody as a member of a server."""
    return {
        "user": person.described(),
        "roles": [person.role],
        "joined_at": since or SINCE,
        "flags": 0,
        "deaf": False,
        "mute": False,
        "pending": False,
        **dict.fromkeys(("nick", "avatar", "banner", "premium_since", "communication_disabled_until")),
    }


def guild_event(guild: Guild, bot: Person) -> Json:
    """What the gateway says of a server the bot is in."""
    channels = list(guild.channels.values())
    return {
        **guild_json(guild),
        "joined_at": guild.bot_since or SINCE,
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(bot, guild.bot_since)],
        "channels": [channel_json(one) for one in channels if not one.is_thread],
        "threads": [channel_json(one) for one in channels if one.is_thread and not one.archived],
        **{kind: [] for kind in WITHOUT},
    }
