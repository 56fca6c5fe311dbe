"""Where Slack sends a browser back to: https://docs.slack.dev/authentication/installing-with-oauth."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.errors import ConfigError

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def check_installable(web_url: str, *, can_seal: bool) -> None:
    """Raise a `ConfigError` when a workspace could begin to install the bot and not end it."""
    checked_web_url(web_url)
    if not can_seal:
        raise ConfigError(
            "SLACK_CLIENT_ID is set, so that any workspace can install the bot, and PAPERROUND_SECRET_KEY, with which"
            " their tokens are sealed, is not.",
            fix="`paperround init` writes a .env with a new one.",
        )


def checked_web_url(web_url: str) -> str:
    """PAPERROUND_WEB_URL, when Slack can send browsers back to it; else a `ConfigError` that says what is needed."""
    parts = urlsplit(web_url)
    if not web_url:
        raise ConfigError(
            "SLACK_CLIENT_ID is set, so that any workspace can install the bot, and PAPERROUND_WEB_URL is not.",
            fix="Set it to where browsers reach this bot, for example PAPERROUND_WEB_URL=https://papers.example.org",
        )
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ConfigError(
            f"PAPERROUND_WEB_URL={web_url} is not https, and Slack sends nobody back to such an address.",
            fix="Put a proxy with a certificate before the bot (deploy/README.md).",
        )
    return web_url.rstrip("/")
