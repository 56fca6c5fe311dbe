"""Slack's error codes by who must act: https://docs.slack.dev/reference/methods/chat.postMessage#errors-1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BOT = "Paper Round"  # as long as nobody knows what the bot is called there
REINSTALL = "Install the app in that workspace again, and set the new SLACK_BOT_TOKEN if you use one."
REPORT = "Please report it: no digest should ever be refused."
_ASK_ADMIN = "Ask an admin of the workspace to allow the app, or to install it again."

PATIENCE = frozenset({"ratelimited", "rate_limited"})
# Slack's words for "we do not know ourselves": "your request may have succeeded".
BROKEN = frozenset({"fatal_error", "internal_error", "service_unavailable"})

TOKEN: Mapping[str, str] = {  # and what to do about it
    "not_authed": REINSTALL,
    "invalid_auth": REINSTALL,
    "token_revoked": REINSTALL,
    "token_expired": REINSTALL,
    "account_inactive": REINSTALL,
    "invalid_refresh_token": REINSTALL,
    "invalid_token": REINSTALL,
    "team_not_found": REINSTALL,
    "not_allowed_token_type": 'Use the "Bot User OAuth Token", which begins with xoxb-.',
    "no_permission": _ASK_ADMIN,
    "org_login_required": _ASK_ADMIN,
    "team_access_not_granted": _ASK_ADMIN,
    "enterprise_is_restricted": _ASK_ADMIN,
    "ekm_access_denied": _ASK_ADMIN,
    "app_access_restricted": _ASK_ADMIN,
    "accesslimited": "Ask an admin of the workspace to let the app in from this machine's network address.",
    "two_factor_setup_required": _ASK_ADMIN,
    "bad_client_secret": "Check SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.",
    "invalid_client_id": "Check SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.",
}


@dataclass(frozen=True, slots=True)
class Gone:
    """Why a place takes no messages, and one thing to do about it; "@BOT" is how one calls the bot there."""

    what: str
    fix: str


_INVITE = "Invite the bot there with `/invite @BOT`."
_ELSEWHERE = "Let the digests go to another channel."
_PERSON = Gone("Slack does not let the bot write to this person", _ELSEWHERE)
GONE: Mapping[str, Gone] = {
    "channel_not_found": Gone(
        "The channel is gone, or it is private and the bot is not in it", "If it is private: " + _INVITE
    ),
    "not_in_channel": Gone("The bot is not in the channel", _INVITE),
    "is_archived": Gone("The channel is archived", "Unarchive it and " + _INVITE[0].lower() + _INVITE[1:]),
    "is_inactive": Gone("The channel is frozen or deactivated", _ELSEWHERE),
    "access_denied": Gone("Slack denies the bot access to the channel", _INVITE),
    "messages_tab_disabled": Gone(
        "The bot takes no direct messages",
        'Switch on the messages tab under "App Home" of your Slack app.',
    ),
    "cannot_dm_bot": _PERSON,
    "user_disabled": _PERSON,
    "user_not_found": _PERSON,
    "users_not_found": _PERSON,
    "user_not_visible": _PERSON,
}
_RESTRICTED = Gone(
    "The channel's settings do not let the bot post there",
    "Ask a workspace admin to let the app post in it, or choose another channel.",
)

_RESTRICTIONS = ("restricted_action", "posting_to_general_channel_denied")

# The channel is there and takes messages, but not in this thread.
THREAD = frozenset(
    {
        "thread_not_found",
        "thread_locked",
        "invalid_thread_ts",
        "cannot_reply_to_message",
        "restricted_action_thread_locked",
        "restricted_action_non_threadable_channel",
    }
)
_PAYLOAD = frozenset(
    {
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "markdown_text_conflict",
        "too_many_attachments",
        "too_many_contact_cards",
        "attachment_payload_limit_exceeded",
        "as_user_not_supported",
        "deprecated_endpoint",
        "method_deprecated",
        "missing_post_type",
        "unknown_method",
    }
)
_PAYLOAD_BEGINNINGS = ("invalid_", "metadata_", "slack_connect_")


def gone(code: str) -> Gone | None:
    """What to say of a place that takes no messages; None when the code says something else."""
    return GONE.get(code) or (_RESTRICTED if code.startswith(_RESTRICTIONS) else None)


def is_payload(code: str) -> bool:
    """Whether the message itself is what Slack refuses; it would refuse it again."""
    return code in _PAYLOAD or code in THREAD or code.startswith(_PAYLOAD_BEGINNINGS)
