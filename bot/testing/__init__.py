"""Shipped fakes and contract checks, for our own tests and for third-party adapters and sources."""
