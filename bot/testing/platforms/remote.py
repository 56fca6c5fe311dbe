"""A platform in one process, used from others: a unix socket, one JSON line each way, one request per connection."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.digest import Digest
from bot.domain.subscription import Address
from bot.errors import AuthFailed, DeliveryError, DestinationGone, Rejected, Throttled, Transient, Unknown
from bot.ports import Answer, CannotTell, Commands, Found, LaneLimits, NotFound, Part, Receipt

from .platform import FakePlatform
from .rendering import text_parts

LONGEST_LINE = 2**22  # bytes: a message and its frame
KNOWN = (AuthFailed, DestinationGone, Rejected, Transient)


@asynccontextmanager
async def serve(platform: FakePlatform, path: Path) -> AsyncIterator[None]:
    """Answer for a platform at a socket; at the end nobody is let in, and who is in is answered.

    A request that was read whole is carried out, whether its sender lives or not. An answer that is lost is a
    connection closed without one.
    """
    running: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_serve_one(platform, reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    server = await asyncio.start_unix_server(connected, path, limit=LONGEST_LINE, backlog=1000)
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)  # noqa: ASYNC240 - a socket's name, on no disk worth waiting for
        await asyncio.gather(*running)


class RemoteChat:
    """A chat adapter whose platform answers at a socket; it renders by itself.

    Raises `Transient` when nobody listens, `Unknown` when the connection ends without an answer.
    """

    def __init__(
        self, path: Path, *, platform: str, limits: LaneLimits | None = None, papers_per_part: int = 3
    ) -> None:
        """`path` is the socket's; name, limits and papers per part are as the platform's own."""
        self.platform = platform
        self.limits = limits or LaneLimits()
        self._path = path
        self._papers_per_part = papers_per_part

    async def run(self, commands: Commands) -> None:  # noqa: ARG002 - the port's signature
        """Nobody speaks here; ends when cancelled."""
        await asyncio.Event().wait()

    def render(self, digest: Digest) -> Sequence[Part]:
        """Draw a header and the titles."""
        return text_parts(digest, papers_per_part=self._papers_per_part)

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Have the platform accept a part."""
        answer = await self._ask({"do": "send", "part": _packed(part), "key": key})
        return Receipt(remote_id=answer["remote_id"])

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:
        """Have the platform look for a key."""
        answer = await self._ask(
            {"do": "find", "part": _packed(part), "key": key, "since": since.isoformat()}
        )
        return _answer(answer["found"], answer["remote_id"])

    async def tell(self, address: Address, person: str, text: str) -> None:
        """Have the platform tell a person."""
        place = [address.platform, address.workspace, address.channel]
        await self._ask({"do": "tell", "address": place, "person": person, "text": text})

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            reader, writer = await asyncio.open_unix_connection(self._path, limit=LONGEST_LINE)
        except OSError as error:
            raise Transient(f"{self.platform} refused the connection.") from error
        try:
            writer.write(_line(request))
            said = await reader.readline()
        except OSError as error:
            raise Unknown(f"The connection to {self.platform} broke.") from error
        finally:
            writer.close()
        if not said.endswith(b"\n"):
            raise Unknown(f"{self.platform} closed the connection without an answer.")
        return _understood(json.loads(said))


async def _serve_one(
    platform: FakePlatform, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    with suppress(OSError):  # whoever asked is gone
        said = await reader.readline()
        if said.endswith(b"\n"):
            answer = await _carried_out(platform, json.loads(said))
            writer.write(_line(answer) if answer else b"")
    writer.close()


async def _carried_out(platform: FakePlatform, request: dict[str, Any]) -> dict[str, Any] | None:
    """What the platform answers; None when that is lost."""
    try:
        return await _done(platform, request)
    except (Unknown, TimeoutError):
        return None
    except Throttled as error:
        patience = {"retry_after": error.retry_after, "whole_lane": error.whole_lane}
        return {"error": "Throttled", "what": error.what, **patience}
    except DeliveryError as error:
        return {"error": type(error).__name__, "what": error.what}


async def _done(platform: FakePlatform, request: dict[str, Any]) -> dict[str, Any]:
    match request["do"]:
        case "send":
            receipt = await platform.send(_unpacked(request["part"]), key=request["key"])
            return {"remote_id": receipt.remote_id}
        case "find":
            since = datetime.fromisoformat(request["since"])
            answer = await platform.find(_unpacked(request["part"]), key=request["key"], since=since)
            remote_id = answer.remote_id if isinstance(answer, Found) else ""
            return {"found": type(answer).__name__, "remote_id": remote_id}
        case "tell":
            home, workspace, channel = request["address"]
            address = Address(platform=home, workspace=workspace, channel=channel)
            await platform.tell(address, request["person"], request["text"])
            return {"told": True}
    raise ValueError(f"nobody can {request['do']!r} here")


def _understood(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, or the error it is raised."""
    name = answer.get("error")
    if name is None:
        return answer
    if name == "Throttled":
        raise Throttled(answer["what"], retry_after=answer["retry_after"], whole_lane=answer["whole_lane"])
    raise next(kind for kind in KNOWN if kind.__name__ == name)(answer["what"])


def _answer(kind: str, remote_id: str) -> Answer:
    if kind == Found.__name__:
        return Found(remote_id=remote_id)
    return NotFound() if kind == NotFound.__name__ else CannotTell()


def _packed(part: Part) -> dict[str, Any]:
    return {
        "number": part.number,
        "payload": b64encode(part.payload).decode(),
        "channel": part.channel,
        "repeated": part.repeated,
    }


def _unpacked(part: dict[str, Any]) -> Part:
    return Part(
        number=part["number"],
        payload=b64decode(part["payload"]),
        channel=part["channel"],
        repeated=part["repeated"],
    )


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"
