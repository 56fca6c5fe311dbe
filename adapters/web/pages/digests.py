"""What one destination was shown, for whoever has its link."""

from __future__ import annotations

from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.commands.archive import DigestPage, Place
from bot.domain.subscription import Destination

from .asked import day_of, name_of, page_of
from .drawing import Drawing, Head
from .words import full_date

LONGEST_TOKEN = 500


class DigestPages:
    """The digests a token opens; no such page for everybody else."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [Route("/digest/{token}", self.newest), Route("/digest/{token}/{day}", self.digest)]

    async def newest(self, request: Request) -> Response:
        """The newest digest, and all there are."""
        return await self._page(request, None)

    async def digest(self, request: Request) -> Response:
        """The digest of one day."""
        day = day_of(request.path_params["day"])
        if day is None:
            raise HTTPException(404)
        return await self._page(request, day)

    async def _page(self, request: Request, day: date | None) -> Response:
        token = request.path_params["token"]
        destination = await self._opened(token)
        slot = request.query_params.get("slot", "")
        number = int(slot) if slot.isascii() and slot.isdigit() and len(slot) < 16 else None
        archive = self._drawing.site.archive
        digest = await archive.digest(destination, day, slot_id=number)
        if digest is None and day is not None:
            raise HTTPException(404)
        every = await archive.digests(destination, page_of(request.query_params))
        values = {"token": token, "digest": digest, "every": every, "place": every.place}
        head = self._head(token, digest, every.place)
        return self._drawing.page(request, "digest.html", head, values, private=not every.place.public)

    async def _opened(self, token: str) -> Destination:
        digests = self._drawing.site.digests
        named = name_of(token, LONGEST_TOKEN)
        found = await digests.destination(named) if digests and named else None
        if found is None:
            raise HTTPException(404)
        return found

    def _head(self, token: str, digest: DigestPage | None, place: Place) -> Head:
        paths = self._drawing.paths
        before, after = (digest.previous, digest.next) if digest else (None, None)
        when = f", {full_date(digest.digest.day)}" if digest else ""
        return Head(
            title=f"{place.name}{when}",
            path=paths.digest(token, digest.digest.day, digest.digest.slot_id)
            if digest and place.public
            else "",
            previous=paths.digest(token, before.day, before.slot_id) if before else "",
            next=paths.digest(token, after.day, after.slot_id) if after else "",
            listed=place.public,
            feed=self._drawing.feed(
                paths.digest(token).removeprefix(f"{self._drawing.site.root}/"), place.name
            ),
        )
