"""The socket the web host listens on."""

from __future__ import annotations

import socket

from adapters.web.server import listener


def test_a_connection_sends_a_body_without_waiting_for_its_head_to_be_acknowledged() -> None:
    with listener("127.0.0.1", 0) as taken, socket.create_connection(taken.getsockname()[:2]):
        connection, _ = taken.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
