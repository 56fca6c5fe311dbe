"""A digest's mail as the bytes that the ledger keeps, and back."""

from __future__ import annotations

import html
import json
from dataclasses import asdict, replace
from datetime import date

from bot.domain.digest import Digest
from bot.domain.subscription import Address
from bot.errors import Rejected
from bot.ports import MailLinks, Part

from .letter import Letter, Links, letter_of

VERSION = 1


def links_for(links: MailLinks | None, address: Address, day: date) -> Links:
    """The pages of a mailbox; none where there is no web."""
    if links is None:
        return Links()
    return Links(
        leave=links.leave(address),
        preferences=links.preferences(address),
        digest=links.digest(address, day),
    )


def part_of(digest: Digest, links: MailLinks | None, sender: str) -> Part:
    """A digest as its one part. Pure."""
    letter = letter_of(digest, links_for(links, digest.address, digest.day), sender)
    return Part(
        number=0,
        payload=encoded(letter),
        channel=digest.address.channel,
        papers=tuple(pick.paper.id for pick in digest.picks),
    )


def encoded(letter: Letter) -> bytes:
    """The bytes of a letter; the same letter gives the same bytes."""
    given = {"v": VERSION, **asdict(letter)}
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()


def decoded(payload: bytes) -> Letter:
    """The letter of a part's bytes; raises `Rejected` for bytes that are none, or that a newer version wrote."""
    try:
        given = json.loads(payload)
        if given.pop("v") > VERSION:
            raise Rejected("This mail was drawn by a newer version.", fix="Install that version again.")
        return Letter(**{**given, "links": Links(**given["links"])})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Rejected("The digest was kept in a form that cannot be read.") from error


def leading_to(letter: Letter, links: Links) -> Letter:
    """The same letter with these links in place of its own.

    What waits goes wherever its destination is by then, and nobody is to be sent the links of another mailbox.
    """
    text, page = letter.text, letter.html
    for old, new in zip(asdict(letter.links).values(), asdict(links).values(), strict=True):
        if old and old != new:
            text = text.replace(old, new)
            page = page.replace(html.escape(old), html.escape(new))
    return replace(letter, text=text, html=page, links=links)
