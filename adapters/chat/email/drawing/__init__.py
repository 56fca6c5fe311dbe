"""Digests as mails; asks nobody."""
