"""Pages from templates that escape whatever is put into them and know no value they were not given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.answers import answer

from .files import static_files
from .paths import Paths
from .site import NAME, Site
from .words import FILTERS, GLOBALS, shown

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FRESH = "public, max-age=60"  # a page may be a minute old


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedLink:
    """A feed of what is on a page."""

    title: str
    atom: str
    json: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What a page says of itself to browsers, search engines and chats that preview it."""

    title: str
    description: str = ""
    path: str = ""  # its one true address
    previous: str = ""
    next: str = ""
    here: str = ""  # which part of the menu it belongs to
    listed: bool = True  # whether search engines may list it
    article: bool = False
    feed: FeedLink | None = None


class Drawing:
    """Draws the pages of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.paths = Paths(site.root, {name: file.name for name, file in static_files().items()})

    def page(
        self,
        request: Request,
        template: str,
        head: Head,
        values: Mapping[str, object],
        *,
        status: int = 200,
        private: bool = False,
    ) -> Response:
        """A whole page; "not modified" for a browser that has it."""
        text = self.text(template, {"head": head, **values})
        return answered(request, text, status=status, private=private)

    def feed(self, what: str, title: str, asked: str = "") -> FeedLink | None:
        """The feed of something, where feeds are served: "newest", "topic/rlhf", "search" with "?q=rlhf"."""
        if not self.site.feeds:
            return None
        return FeedLink(
            title=title,
            atom=self.paths.feed("atom", what) + asked,
            json=self.paths.feed("json", what) + asked,
        )

    def text(self, template: str, values: Mapping[str, object]) -> str:
        """What a template makes of values."""
        known = {"site": self.site, "to": self.paths, "name": NAME}
        return _templates().get_template(template).render(known | dict(values))


def answered(
    request: Request, text: str, *, status: int = 200, private: bool = False, kind: str = "text/html"
) -> Response:
    """A text with its tag, packed where that is taken; without the text for whoever has it already."""
    body, headers = text.encode("utf-8", "replace"), {"content-security-policy": CSP}
    if status != 200:
        return Response(body, status, {**headers, "cache-control": "no-store"}, kind)
    if not private:
        headers["cache-control"] = FRESH
    return answer(request, body, kind, private=private, headers=headers)


def has_it(request: Request, tag: str) -> bool:
    """Whether a browser says that it has what this tag names (RFC 9110, 13.1.2)."""
    return request.headers.get("if-none-match", "").removeprefix("W/") == tag


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("adapters.web.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    made.globals.update(GLOBALS)
    return made
