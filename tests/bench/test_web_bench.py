"""What `bench web` measures with: its readers, its questions, and where it finds its peer."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot.bench import web_load, web_ours, web_peer
from bot.domain.query import parse
from bot.errors import ConfigError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")


class Answering(BaseHTTPRequestHandler):
    """A page at every address but one."""

    def do_GET(self) -> None:
        body = b"x" * 2_000
        self.send_response(404 if self.path == "/gone" else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[web_load.Served]:
    with HTTPServer(("127.0.0.1", 0), Answering) as http:
        threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
        yield web_load.Served(name="here", port=http.server_port, pid=os.getpid(), pages={})
        http.shutdown()


def test_every_page_is_asked_for_once_and_weighed(server: web_load.Served) -> None:
    took = web_load.asked(server, [f"/{number}" for number in range(20)])
    assert took.kilobytes == 2
    assert took.a_second > 0
    assert web_load.peak_megabytes(server.pid) > 1


def test_a_page_that_is_not_there_ends_the_measurement(server: web_load.Served) -> None:
    with pytest.raises(ConfigError, match="/gone"):
        web_load.asked(server, ["/gone"])


def test_questions_come_from_titles_and_both_sides_can_read_each(tmp_path) -> None:
    asyncio.run(web_ours.fill(tmp_path / "papers.db", web_ours.A_DAY))
    corpus = asyncio.run(web_ours.corpus_of(tmp_path / "papers.db"))
    assert (corpus.papers, corpus.days) == (web_ours.A_DAY, (web_ours.LAST,))
    queries = web_ours.queries_of(asyncio.run(web_ours.papers_of(corpus)), 40)
    assert len(set(queries)) == 40
    assert all(parse(query).canonical for query in queries)


def test_the_peer_is_found_where_it_is_named(monkeypatch) -> None:
    monkeypatch.setenv("READER_PYTHON", "/somewhere/bin/python")
    assert web_peer.python_with_reader() == "/somewhere/bin/python"
