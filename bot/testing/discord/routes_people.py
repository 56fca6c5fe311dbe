"""Routes of users, servers and of the application itself."""

from __future__ import annotations

from .asking import Asked
from .call import Answer, Refused
from .objects import channel_json, guild_json, member_json
from .permissions import Permission
from .world import Guild, Json


def me(asked: Asked) -> Answer:
    """The bot's own user."""
    return 200, {
        **asked.state.bot.described(),
        "verified": True,
        "mfa_enabled": False,
        "email": None,
        "locale": "en-US",
    }


def user(asked: Asked) -> Answer:
    """Somebody."""
    found = asked.state.people.get(asked.named["user"])
    if found is None:
        raise Refused(404, 10013, "Unknown User")
    return 200, found.described()


def my_guilds(asked: Asked) -> Answer:
    """Servers the bot is in, a page of up to 200."""
    after, limit = int(asked.call.query.get("after", "0")), int(asked.call.query.get("limit", "200"))
    mine = [one for one in asked.state.guilds.values() if asked.state.bot.id in one.members]
    page = sorted((one for one in mine if int(one.id) > after), key=lambda one: int(one.id))[:limit]
    return 200, [_short(one) for one in page]


def _short(guild: Guild) -> Json:
    rights = str(int(guild.bot_permissions | guild.everyone))
    pictures = {"icon": None, "banner": None}
    return {
        "id": guild.id,
        "name": guild.name,
        "owner": False,
        "permissions": rights,
        "features": [],
        **pictures,
    }


def leave(asked: Asked) -> Answer:
    """Leave a server."""
    guild = asked.guild()
    del guild.members[asked.state.bot.id]
    asked.state.dispatch("GUILD_DELETE", {"id": guild.id}, guild)
    return 204, None


def open_direct(asked: Asked) -> Answer:
    """Open a direct message with somebody."""
    person = asked.state.people.get(str(asked.given.get("recipient_id")))
    if person is None or person.bot:
        raise Refused(400, 50033, "Invalid Recipient(s)")
    return 200, channel_json(asked.state.direct(person))


def application(asked: Asked) -> Answer:
    """The application the bot belongs to."""
    bot = asked.state.bot
    return 200, {
        "id": bot.id,
        "name": "Paper Round",
        "icon": None,
        "type": None,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "flags_new": str(1 << 23),
        "description": "",
        "verify_key": "0" * 64,
        "owner": {**bot.described(), "id": "1", "username": "operator", "bot": False},
        "team": None,
        "flags": 1 << 23,
        "bot_public": True,
        "bot_require_code_grant": False,
        "bot": bot.described(),
        "approximate_guild_count": len(asked.state.guilds),
    }


def guild(asked: Asked) -> Answer:
    """A server."""
    return 200, guild_json(asked.guild())


def channels(asked: Asked) -> Answer:
    """Channels of a server, without threads; also those the bot may not see, as Discord does."""
    return 200, [channel_json(one) for one in asked.guild().channels.values() if not one.is_thread]


def roles(asked: Asked) -> Answer:
    """Roles of a server."""
    return 200, guild_json(asked.guild())["roles"]


def member(asked: Asked) -> Answer:
    """Somebody in a server."""
    found = asked.guild().members.get(asked.named["user"])
    if found is None:
        raise Refused(404, 10007, "Unknown Member")
    return 200, member_json(found)


def audit_log(asked: Asked) -> Answer:
    """Who added the bot: the one thing of the log that is kept here."""
    guild = asked.guild()
    if not (guild.bot_permissions | guild.everyone) & Permission.VIEW_AUDIT_LOG:
        raise Refused(403, 50013, "Missing Permissions")
    bot, adder = asked.state.bot, asked.state.people.get(guild.added_by)
    entry = {"id": asked.state.snowflake(), "action_type": 28, "target_id": bot.id}
    others = ("webhooks", "integrations", "threads", "application_commands", "auto_moderation_rules")
    return 200, {
        "audit_log_entries": [{**entry, "user_id": adder.id}] if adder else [],
        "users": [adder.described(), bot.described()] if adder else [],
        "guild_scheduled_events": [],
        **{name: [] for name in others},
    }


def gateway(asked: Asked) -> Answer:
    """Where the gateway is, and how many shards are wanted."""
    address = asked.state.base.replace("http", "ws", 1) + "/gateway"
    left = asked.state.starts_left
    limit = {"total": 1000, "remaining": left, "reset_after": 14_400_000, "max_concurrency": 1}
    return 200, {"url": address, "shards": asked.state.shards, "session_start_limit": limit}


ROUTES = {
    "GET /gateway": gateway,
    "GET /gateway/bot": gateway,
    "GET /users/@me": me,
    "GET /users/@me/guilds": my_guilds,
    "DELETE /users/@me/guilds/{guild}": leave,
    "POST /users/@me/channels": open_direct,
    "GET /users/{user}": user,
    "GET /oauth2/applications/@me": application,
    "GET /applications/@me": application,
    "GET /guilds/{guild}": guild,
    "GET /guilds/{guild}/channels": channels,
    "GET /guilds/{guild}/roles": roles,
    "GET /guilds/{guild}/members/{user}": member,
    "GET /guilds/{guild}/audit-logs": audit_log,
}
