"""What is too long for a button, kept in memory under a short name while the bot runs.

It is as private as the answer it stands in: under its name only those find it for whom it was kept (`of`).
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256

MOST, LONGEST = 2_000, 6_000  # texts, and characters of each: twelve megabytes at the most
NAME = 24  # characters of a name: 96 bits, so that no two texts share one


class Kept:
    """The last texts that were kept; each has one name, however often it is kept."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._owner = ""
        self._texts: OrderedDict[tuple[str, str], str] = OrderedDict()  # by owner and name

    def of(self, owner: str) -> Kept:
        """The same memory, as one owner has it: of what others keep there is nothing in it."""
        made = Kept(self._most)
        made._owner, made._texts = owner, self._texts
        return made

    def keep(self, text: str) -> str:
        """The name of a text from now on; "" when it is too long to be kept."""
        if len(text) > LONGEST:
            return ""
        name = sha256(text.encode()).hexdigest()[:NAME]
        self._texts[self._owner, name] = text
        self._texts.move_to_end((self._owner, name))
        while len(self._texts) > self._most:
            self._texts.popitem(last=False)
        return name

    def get(self, name: str) -> str:
        """The text of that name; "" when it is gone."""
        return self._texts.get((self._owner, name), "")
