"""The question whether a reader wants digests.

Not a word of whoever asked stands in it: nobody can be sent a stranger's text that way. What was asked for is on the page the
link leads to.
"""

from __future__ import annotations

from bot.domain.mailing import LASTS
from bot.domain.subscription import Address

from .letter import Letter, recipient_of
from .pages import drawn

QUESTION = "Do you want research papers by mail?"
HOURS = LASTS.total_seconds() / 3600


def invitation(address: Address, confirm: str, sender: str) -> Letter:
    """The question as a mail of no list: nobody is on one yet."""
    told = {
        "subject": QUESTION,
        "preheader": "",
        "recipient": recipient_of(address.channel),
        "confirm": confirm,
        "hours": f"{HOURS:.0f} hours",
        "sender": sender,
    }
    page, text = drawn("invitation.html", told), drawn("invitation.txt", told)
    return Letter(subject=QUESTION, text=text, html=page, day="", listed=False)
