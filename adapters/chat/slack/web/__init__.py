"""Slack over HTTP: its requests, told from forged ones, and installing the bot with a browser."""
