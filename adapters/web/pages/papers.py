"""One paper: its page, and how to cite it as a file."""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.commands.archive import PaperPage, Posted

from .asked import name_of
from .drawing import Drawing, Head, answered
from .words import titled

LONGEST_REF = 500
KINDS = {
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "json": "application/vnd.citationstyles.csl+json",
}
NAMELESS = re.compile(r"[^A-Za-z0-9._-]+")


class PaperPages:
    """Papers one by one."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/paper/{number:int}/cite.{ending}", self.cited),
            Route("/paper/{ref:path}", self.paper),
        ]

    async def paper(self, request: Request) -> Response:
        """All that is known of a paper; one that was named otherwise than by its number is led there."""
        ref = request.path_params["ref"]
        page = await self._found(ref)
        path = self._drawing.paths.paper(page.paper.id)
        if ref != str(page.paper.id):
            return RedirectResponse(path, status_code=302)
        head = Head(
            title=titled(page.paper),
            description=page.paper.summary or page.paper.abstract,
            path=path,
            here="papers",
            article=True,
        )
        return self._drawing.page(request, "paper.html", head, {"page": page, "posted": self._posted(page)})

    async def cited(self, request: Request) -> Response:
        """A citation as a file."""
        ending = request.path_params["ending"]
        if ending not in KINDS:
            raise HTTPException(404)
        page = await self._found(str(request.path_params["number"]))
        text = {"bib": page.bibtex, "ris": page.ris, "json": page.csl}[ending]
        answer = answered(request, text, kind=KINDS[ending])
        name = NAMELESS.sub("-", page.paper.key).strip("-.")[:80] or str(page.paper.id)
        answer.headers["content-disposition"] = f'attachment; filename="{name}.{ending}"'
        return answer

    async def _found(self, ref: str) -> PaperPage:
        named = name_of(ref, LONGEST_REF)
        page = await self._drawing.site.archive.paper(named) if named else None
        if page is None:
            raise HTTPException(404)
        return page

    def _posted(self, page: PaperPage) -> list[tuple[str, Posted]]:
        """Where it was posted, each with the page of that digest."""
        digests = self._drawing.site.digests
        rows = []
        for one in page.posted:
            token = digests.token(one.destination_id) if digests else ""
            path = self._drawing.paths.digest(token, one.day, one.slot_id) if token else ""
            rows.append((path, one))
        return rows
