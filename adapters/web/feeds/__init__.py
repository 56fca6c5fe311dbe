"""What other programs follow: Atom and JSON Feed, their OPML, and what search engines ask for."""

from __future__ import annotations

from .routes import feed_routes as feed_routes
