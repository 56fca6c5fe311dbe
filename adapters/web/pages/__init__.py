"""The archive as pages: days, weeks, search, papers, topics, digests. Knows no storage; reads through the archive."""

from __future__ import annotations

from .site import Digests as Digests
from .site import Link as Link
from .site import Site as Site
from .web import make_pages as make_pages
