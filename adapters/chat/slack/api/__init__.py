"""Calls to Slack: its client and its errors, the tokens, who people and channels are."""
