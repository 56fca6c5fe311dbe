"""Digests, answers, windows and App Home as Block Kit; nothing here asks Slack or the database."""
