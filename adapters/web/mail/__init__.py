"""Signing up for mails, saying yes, changing what comes, leaving; and reports of mails that did not arrive."""

from __future__ import annotations

from .office import MailOffice as MailOffice
from .routes import SUBSCRIBE as SUBSCRIBE
from .routes import mail_routes as mail_routes
