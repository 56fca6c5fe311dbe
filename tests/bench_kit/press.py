"""A Hugging Face of invented papers on loopback, in a thread: what the bot under test fetches."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CRAFTS = ("looms", "kilns", "sourdough", "scarves", "violins", "bicycles", "lighthouses", "gardens")
WAYS = (
    "Diffusion Models for",
    "A Survey of",
    "Flow Matching Learns",
    "Benchmarking Agents on",
    "Reasoning about",
)
SENTENCES = (
    "We study {craft} with {way}, which nobody has done before at this scale.",
    "Our method keeps & < > as they are, and <!channel> pings nobody.",
    "Trained for one night on a small machine, it drops 12 % fewer stitches than the best apprentice.",
    "We release the tools, the yarn and every failed attempt.",
)


class Press:
    """`edition` counts the days printed: a later one has other papers, listed today."""

    def __init__(self, papers: int = 30) -> None:
        self.papers = papers
        self.edition = 0
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        server.daemon_threads = True
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()

    def day(self, day: date) -> list[dict[str, object]]:
        """The list of one day, as the API gives it."""
        if day > datetime.now(UTC).date() or (day.weekday() >= 5 and day != datetime.now(UTC).date()):
            return []
        return [self._paper(number, day) for number in range(self.papers)]

    def _paper(self, number: int, day: date) -> dict[str, object]:
        craft, way = CRAFTS[number % len(CRAFTS)], WAYS[number % len(WAYS)]
        serial = (self.edition * 400 + (datetime.now(UTC).date() - day).days * 40 + number) % 99_999
        title = f"{way} {craft.title()}, Part {serial}"
        abstract = " ".join(one.format(craft=craft, way=way.lower()) for one in SENTENCES) * 2
        paper = {
            "id": f"2611.{serial:05d}",
            "title": title,
            "summary": abstract,
            "authors": [
                {"name": f"Ada Example{serial % 7}", "hidden": False},
                {"name": "Bo Muster", "hidden": False},
            ],
            "publishedAt": f"{day}T00:00:00.000Z",
            "submittedOnDailyAt": f"{day}T00:00:00.000Z",
            "upvotes": 100 - number,
            "githubRepo": "https://github.com/example/looms" if number % 2 else None,
            "githubStars": 1234,
        }
        return {"paper": paper, "title": title, "publishedAt": f"{day}T00:00:00.000Z", "numComments": 1}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        press = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = parse_qs(urlsplit(self.path).query)
                day = date.fromisoformat(asked["date"][0]) if "date" in asked else datetime.now(UTC).date()
                listed = press.day(day) if asked.get("p", ["0"]) == ["0"] else []
                body = json.dumps(listed).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_said: object) -> None:
                """Say nothing."""

        return Handler


LIST_DAYS = timedelta(days=10)
