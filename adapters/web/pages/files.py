"""The style, the script and the icon: read once, named after what they hold, so that browsers keep them for a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}
DIGITS = 12


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is served."""

    body: bytes
    kind: str
    name: str  # with a piece of the hash of its body


@cache
def static_files() -> Mapping[str, File]:
    """Every file by its plain name."""
    folder = files(__package__) / "static"
    return {
        one.name: _file(one.name, one.read_bytes()) for one in folder.iterdir() if _ending(one.name) in TYPES
    }


def _file(name: str, body: bytes) -> File:
    stem, ending = name.rsplit(".", 1)
    return File(body, TYPES[ending], f"{stem}.{sha256(body).hexdigest()[:DIGITS]}.{ending}")


def _ending(name: str) -> str:
    return name.rpartition(".")[2]
