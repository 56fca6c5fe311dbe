"""Digests as text files in a folder: a whole chat adapter."""

import asyncio
from pathlib import Path

from bot.ports import CannotTell, Found, LaneLimits, NotFound, Part, Receipt


class PostcardAdapter:
    platform = "postcard"
    limits = LaneLimits()

    def __init__(self, context):
        self.folder = Path(context.settings.get("PAPERROUND_POSTCARD_FOLDER", "postcards"))

    async def run(self, commands):
        await asyncio.Event().wait()  # nobody can answer a postcard

    def render(self, digest):
        lines = [f"{pick.paper.title} {pick.paper.url}\n  {pick.paper.summary}" for pick in digest.picks]
        text = "\n".join([f"{digest.destination}, {digest.day}", *lines, *digest.notes])
        return (Part(number=0, payload=text.encode(), channel=digest.address.channel),)

    async def send(self, part, *, key):
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{key}.txt").write_bytes(part.payload)
        return Receipt(remote_id=key)

    async def find(self, part, *, key, since):
        if not self.folder.is_dir():
            return CannotTell()
        return Found(key) if (self.folder / f"{key}.txt").exists() else NotFound()
