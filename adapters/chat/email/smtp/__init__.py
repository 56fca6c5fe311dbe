"""Handing mail over to a server."""
