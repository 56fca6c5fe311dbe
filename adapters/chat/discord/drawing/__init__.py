"""Digests, answers and forms as Discord's own JSON; nothing here asks Discord or the database."""
