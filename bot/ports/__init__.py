"""What the outside must satisfy: sources, chat adapters, and the clock they share."""

from __future__ import annotations

from .chats import ChatAdapter, ChatContext, Commands
from .clock import Clock
from .engine import Engine
from .mail import Bounces, Inviter, Mailings, MailLinks
from .messages import Answer, CannotTell, Found, LaneLimits, NotFound, Part, Receipt
from .offers import (
    Adviser,
    ASGIApp,
    Closing,
    Configured,
    Doorkeeper,
    Examined,
    Finding,
    Invited,
    Paced,
    Question,
    Refusable,
    Served,
    Setup,
    Teller,
)
from .sources import Fetcher, Page, Source, SourceContext
from .workspaces import Installation, Workspaces

__all__ = [
    "ASGIApp",
    "Adviser",
    "Answer",
    "Bounces",
    "CannotTell",
    "ChatAdapter",
    "ChatContext",
    "Clock",
    "Closing",
    "Commands",
    "Configured",
    "Doorkeeper",
    "Engine",
    "Examined",
    "Fetcher",
    "Finding",
    "Found",
    "Installation",
    "Invited",
    "Inviter",
    "LaneLimits",
    "MailLinks",
    "Mailings",
    "NotFound",
    "Paced",
    "Page",
    "Part",
    "Question",
    "Receipt",
    "Refusable",
    "Served",
    "Setup",
    "Source",
    "SourceContext",
    "Teller",
    "Workspaces",
]
