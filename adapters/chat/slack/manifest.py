"""The bot as a Slack app: its manifest, made of the commands, https://docs.slack.dev/reference/app-manifest."""

from __future__ import annotations

import json
from urllib.parse import quote

from bot.commands.catalogue import REGISTRY

from . import scopes
from .drawing.blocks import Json

NAME = "Paper Round"
COMMAND = "/papers"
LOOK_UP = "look_up"  # the callback_id of the shortcut on a message
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "link_shared",
    "member_joined_channel",
    "member_left_channel",
    "tokens_revoked",
)
UNFURLED = ("arxiv.org", "huggingface.co", "doi.org")
# What people need first; the hint is one line beside the command while it is typed.
HINTED = ("subscribe", "search", "today", "list", "settings", "help")
CREATE = "https://api.slack.com/apps?new_app=1&manifest_json="
BASE = "https://papers.example.org"  # stands in deploy/slack-manifest-http.yaml for one's own address
EVENTS_PATH, REDIRECT_PATH = "/slack/events", "/slack/oauth_redirect"
ABOUT = (
    "Paper Round reads Hugging Face Daily Papers, arXiv and any RSS or Atom feed, and posts one digest for each channel"
    " and day, at the channel's own hour: grouped by subscription, each paper with a sentence or two of summary and the"
    " reason it is there. Say /papers subscribe and a few words in a channel, or /papers help for everything else."
    " What it posts is digests, one greeting where it is invited, and the title under a link to a paper it knows;"
    " every answer to a command is seen by whoever asked, and by nobody else."
)


def socket_manifest() -> Json:
    """The manifest for Socket Mode, which needs no public address."""
    return _manifest("")


def http_manifest(base: str) -> Json:
    """The manifest for a bot that Slack reaches under an https address, as "https://papers.example.org"."""
    return _manifest(base.rstrip("/"))


def install_link(manifest: Json) -> str:
    """A link that opens Slack's own page for making an app, filled in."""
    return CREATE + quote(json.dumps(manifest, separators=(",", ":")), safe="")


def _manifest(base: str) -> Json:
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": _about(),
        "features": _features(base),
        "oauth_config": _oauth(base),
        "settings": _settings(base),
    }


def _about() -> Json:
    return {
        "name": NAME,
        "description": "One calm digest of new papers for each channel, at its own hour.",
        "long_description": ABOUT,
        "background_color": "#22384a",
    }


def _features(base: str) -> Json:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,  # or /papers could not be typed there
        },
        "bot_user": {"display_name": NAME, "always_online": True},
        "shortcuts": [_shortcut()],
        "slash_commands": [_command(base)],
        "unfurl_domains": list(UNFURLED),
    }


def _shortcut() -> Json:
    return {
        "name": "Look up papers",
        "type": "message",
        "callback_id": LOOK_UP,
        "description": "Look up papers in this message",
    }


def _command(base: str) -> Json:
    return {
        "command": COMMAND,
        **({"url": base + EVENTS_PATH} if base else {}),
        "description": "Research papers: look them up, or have them come to this channel every day",
        "usage_hint": usage_hint(),
        "should_escape": True,  # channels come as <#C1|name>, which cannot be mistaken
    }


def usage_hint() -> str:
    """The verbs people need first, as they are typed."""
    known = [one for name in HINTED if (one := REGISTRY.get(name))]
    required = ([one.name, *(param.usage for param in one.params if param.required)] for one in known)
    return "[" + " | ".join(" ".join(words) for words in required) + "]"


def _oauth(base: str) -> Json:
    redirects = {"redirect_urls": [base + REDIRECT_PATH]} if base else {}
    return {**redirects, "scopes": {"bot": list(scopes.BOT)}}


def _settings(base: str) -> Json:
    url = base + EVENTS_PATH
    return {
        "event_subscriptions": {**({"request_url": url} if base else {}), "bot_events": list(EVENTS)},
        "interactivity": {
            "is_enabled": True,
            **({"request_url": url, "message_menu_options_url": url} if base else {}),
        },
        "org_deploy_enabled": False,
        "socket_mode_enabled": not base,
        "token_rotation_enabled": False,  # cannot be turned off again; the bot can do either
    }
