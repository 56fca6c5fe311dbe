"""What the pages are given: the archive, their own address, and what others have to offer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from bot.commands.archive import Archive
from bot.domain.subscription import Destination

NAME = "Paper Round"


class Digests(Protocol):
    """Who may see which digests: a token is somebody's proof, and opaque here."""

    async def destination(self, token: str) -> Destination | None:
        """Whose digests it opens; None when it opens none."""
        ...

    def token(self, destination_id: int) -> str:
        """What opens the digests of a destination, to be used where those are public; "" when there is none."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One more page in the menu."""

    label: str
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """One installation as the web sees it."""

    archive: Archive
    address: str = ""  # as readers reach it: "https://papers.example.org"; "" when nobody said
    digests: Digests | None = None
    menu: tuple[Link, ...] = field(default=())  # beside the archive's own pages
    feeds: bool = False  # whether feeds are served at /feeds

    @property
    def root(self) -> str:
        """What stands before every path where a proxy serves this below another site: "/papers", mostly ""."""
        return urlsplit(self.address).path.rstrip("/")

    def absolute(self, path: str) -> str:
        """A path, which begins with the root, as a whole address; "" when ours is unknown."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}{path}" if parts.netloc else ""
