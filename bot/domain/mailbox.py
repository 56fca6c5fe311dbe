"""The bare address of a mailbox, as it may stand in an envelope and in a header: nothing but local@domain."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.errors import UserError

LONGEST, LONGEST_LOCAL = 254, 64  # bytes: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1
ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]")  # https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3
LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
DOT = re.compile("[.\u3002\uff0e\uff61]")  # https://www.rfc-editor.org/rfc/rfc3490#section-3.1
KEPT_SINCE, JOINERS = re.compile("[\u00df\u03c2]"), re.compile("[\u200c\u200d]")
SPOKEN = frozenset("LMN")  # letters, their marks, numbers: what a local part may hold beyond ASCII


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailbox:
    """Where mail goes: `domain` is ASCII, a name in another script as xn--..."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def is_ascii(self) -> bool:
        """Whether every mail server takes it: another needs SMTPUTF8."""
        return self.local.isascii()


def read_mailbox(text: str) -> Mailbox:
    """The mailbox that a bare address names; raises `UserError` for anything that is more, or less."""
    local, at, name = text.strip(" ").rpartition("@")
    domain = _domain(name)
    if not at or not _is_local(local) or not domain or len(f"{local}@{domain}".encode()) > LONGEST:
        raise UserError(
            "That is not a mail address, so nothing was changed.", fix="Write it bare, as ada@example.org."
        )
    return Mailbox(local=local, domain=domain)


def _is_local(local: str) -> bool:
    """No quotes, no comments, no controls: whatever needs them is no address anybody has."""
    try:
        size = len(local.encode())
    except UnicodeEncodeError:  # half a character
        return False
    return size <= LONGEST_LOCAL and all(part and all(map(_is_spoken, part)) for part in local.split("."))


def _is_spoken(char: str) -> bool:
    if char.isascii():
        return bool(ATOM.fullmatch(char))
    return unicodedata.category(char)[0] in SPOKEN


def _domain(name: str) -> str:
    """The name as it is looked up; "" when it is none."""
    try:
        domain = name if name.isascii() else ".".join(map(_looked_up, DOT.split(name)))
    except UnicodeError:
        return ""
    labels = domain.split(".")
    return domain.lower() if all(LABEL.fullmatch(label) for label in labels) else ""


def _looked_up(label: str) -> str:
    """A part of a name in ASCII; raises `UnicodeError` for what is none.

    Letters that Python would write otherwise (\u00df as ss) are kept as registries have them since 2010: the other
    name is somebody else's (https://www.rfc-editor.org/rfc/rfc5894#section-7.2).
    """
    spoken = unicodedata.normalize("NFC", label).lower()
    if JOINERS.search(spoken):  # Python would leave them out
        raise UnicodeError("an invisible letter")
    usual = label.encode("idna").decode()
    return f"xn--{spoken.encode('punycode').decode()}" if KEPT_SINCE.search(spoken) else usual
