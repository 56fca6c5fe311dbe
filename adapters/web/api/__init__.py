"""What programs read: papers, searches, days and topics as JSON, each described by what also serves it (OpenAPI)."""

from __future__ import annotations

from .app import make_api as make_api
