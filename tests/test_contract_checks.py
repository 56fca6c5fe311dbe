"""The contract checks catch what they are for."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from bot.errors import Rejected
from bot.ports import CannotTell, ChatContext, LaneLimits, NotFound, Part, Receipt
from bot.testing import ContractBroken, FakeClock, check_chat_adapter


class Good:
    """The smallest adapter that keeps the contract."""

    platform = "good"
    limits = LaneLimits()

    async def run(self, commands):
        await asyncio.Event().wait()

    def render(self, digest):
        text = "\n".join([digest.destination, *(pick.paper.title for pick in digest.picks)])
        return (Part(number=0, payload=text.encode(), channel=digest.address.channel),)

    async def send(self, part, *, key):
        return Receipt(remote_id=key)

    async def find(self, part, *, key, since):
        return CannotTell()


class Escaping(Good):
    """Marks out of what the platform would obey, as Slack wants it: `&lt;` for `<`."""

    def render(self, digest):
        return tuple(
            replace(part, payload=part.payload.replace(b"<", b"&lt;")) for part in super().render(digest)
        )


class AsJson(Good):
    """Every title in JSON, whose own escapes hide nothing from whoever reads it."""

    def render(self, digest):
        return tuple(
            replace(part, payload=json.dumps({"blocks": [part.payload.decode()]}).encode())
            for part in super().render(digest)
        )


class CleanJson(AsJson):
    def render(self, digest):
        return tuple(
            replace(part, payload=re.sub(rb"\\u00(07|1b|9b)", b"", part.payload))
            for part in super().render(digest)
        )


class Unnamed(Good):
    platform = ""


class Stopped(Good):
    limits = LaneLimits(concurrency=0)


class Silent(Good):
    def render(self, digest):
        return ()


class Misnumbered(Good):
    def render(self, digest):
        return tuple(replace(part, number=7) for part in super().render(digest))


class Moody(Good):
    def __init__(self):
        self.count = 0

    def render(self, digest):
        self.count += 1
        return tuple(
            replace(part, payload=part.payload + bytes(self.count)) for part in super().render(digest)
        )


class Dropping(Good):
    def render(self, digest):
        return (Part(number=0, payload=digest.destination.encode(), channel=digest.address.channel),)


class Elsewhere(Good):
    def render(self, digest):
        return tuple(replace(part, channel="another") for part in super().render(digest))


class Refusing(Good):
    async def send(self, part, *, key):
        raise Rejected("No.")


class Crashing(Good):
    async def send(self, part, *, key):
        raise KeyError(key)


class Idempotent(Good):
    """The key sent again is the same message, so there is nothing to deny."""

    async def find(self, part, *, key, since):
        return NotFound()


class Denying(Idempotent):
    posted = 0

    async def send(self, part, *, key):
        self.posted += 1
        return Receipt(remote_id=f"message-{self.posted}")


class Whispering(Good):
    async def tell(self, address, person, text):
        raise Rejected("This person takes no messages.")


class Blurting(Good):
    async def tell(self, address, person, text):
        raise KeyError(person)


class Littering(Good):
    async def run(self, commands):
        self.left = asyncio.create_task(asyncio.sleep(0.5))
        await asyncio.Event().wait()


@pytest.mark.parametrize("good", [Good, Idempotent, Whispering])
async def test_a_good_adapter_passes(good: type) -> None:
    await check_chat_adapter(good())


@pytest.mark.parametrize(
    ("bad", "clause"),
    [
        (Unnamed, "platform"),
        (Stopped, "limits"),
        (Silent, "at least one part"),
        (Misnumbered, "numbered from 0"),
        (Moody, "pure"),
        (Dropping, "survives as text"),
        (Elsewhere, "names its channel"),
        (Refusing, "gives a receipt"),
        (Crashing, "raises only DeliveryErrors"),
        (AsJson, "defused"),
        (Denying, "does not deny"),
        (Blurting, "`tell` raises only DeliveryErrors"),
        (Littering, "leaves nothing running"),
    ],
)
async def test_a_broken_adapter_is_told_which_clause(bad: type, clause: str) -> None:
    with pytest.raises(ContractBroken, match=clause):
        await check_chat_adapter(bad())


async def test_an_adapter_that_escapes_nothing_is_found_out_by_its_platforms_markup() -> None:
    with pytest.raises(ContractBroken, match="<!channel>"):
        await check_chat_adapter(Good(), markup=["<!channel>"])
    await check_chat_adapter(Escaping(), markup=["<!channel>", "<@U123>"])


async def test_markup_hidden_by_jsons_own_escapes_is_found_too() -> None:
    await check_chat_adapter(CleanJson())
    with pytest.raises(ContractBroken, match="\u00fcberall"):
        await check_chat_adapter(CleanJson(), markup=["@\u00fcberall"])


@pytest.mark.parametrize("field", ["title", "summary", "authors", "venue", "hits", "notes", "group"])
async def test_markup_is_looked_for_in_every_text_of_a_digest(field: str) -> None:
    class Careless(Good):
        def render(self, digest):
            text = "".join(_texts(digest, field))
            parts = super().render(digest)
            clean = [replace(part, payload=part.payload.replace(b"@everyone", b"")) for part in parts]
            return tuple(replace(part, payload=part.payload + text.encode()) for part in clean)

    with pytest.raises(ContractBroken, match="@everyone"):
        await check_chat_adapter(Careless(), markup=["@everyone"])


def _texts(digest, field: str) -> list[str]:
    if field == "notes":
        return list(digest.notes)
    if field == "group":
        return [group.title for group in digest.groups]
    if field == "hits":
        return [hit for pick in digest.picks for why in pick.why for hit in why.hits]
    return ["".join(getattr(pick.paper, field)) for pick in digest.picks]


async def test_the_sample_plug_in_keeps_the_contract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "plugins" / "postcard"))
    adapter = import_module("paperround_postcard").PostcardAdapter
    settings = {"PAPERROUND_POSTCARD_FOLDER": str(tmp_path / "cards")}
    await check_chat_adapter(adapter(ChatContext(clock=FakeClock(), settings=settings)))
