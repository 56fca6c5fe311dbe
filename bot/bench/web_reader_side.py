"""Run by the Python that has the package `reader`, never by ours: its API takes the papers, its own web app serves them.

`load DB` reads lines of JSON; `serve DB` says on which port it listens. https://reader.readthedocs.io/en/latest/app.html
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from importlib import import_module


def load(path: str) -> None:
    """Put entries in by the API, then index them."""
    reader = import_module("reader").make_reader(path)
    feeds: set[str] = set()
    for line in sys.stdin:
        entry = json.loads(line)
        if entry["feed_url"] not in feeds:
            feeds.add(entry["feed_url"])
            reader.add_feed(entry["feed_url"], allow_invalid_url=True)  # nothing is fetched
        entry["published"] = datetime.fromisoformat(entry["published"])
        reader.add_entry(entry)
    reader.enable_search()
    reader.update_search()


def serve(path: str) -> None:
    """Both of its web apps, the older one, which alone can search, below /legacy; on threads, until ended."""
    apps = ("reader._app", "reader._app.legacy")
    newer, older = (import_module(one).create_app({"": {"url": path}}) for one in apps)
    both = import_module("werkzeug.middleware.dispatcher").DispatcherMiddleware(newer, {"/legacy": older})
    make_server = import_module("werkzeug.serving").make_server
    handler = import_module("werkzeug.serving").WSGIRequestHandler
    quiet = type("Quiet", (handler,), {"log_request": lambda *_: None, "protocol_version": "HTTP/1.1"})
    server = make_server("127.0.0.1", 0, both, threaded=True, request_handler=quiet)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    {"load": load, "serve": serve}[sys.argv[1]](sys.argv[2])
