"""Whether what mail needs is installed: the extra `email`."""

from __future__ import annotations

from importlib.util import find_spec

NEEDED = ("aiosmtplib", "jinja2")
INSTALL = "Install paperround[email], or take email out of PAPERROUND_CHAT."


def is_installed() -> bool:
    """Whether mails can be drawn and sent."""
    return all(map(find_spec, NEEDED))
