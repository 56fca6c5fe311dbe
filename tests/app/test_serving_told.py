"""What is said where the web is served."""

from __future__ import annotations

from bot.app.serving import _told
from bot.config import Settings


def test_mail_without_an_address_for_its_links_is_told_of() -> None:
    said: list[str] = []
    _told(Settings(_env_file=None, chat=("email",)), "http://127.0.0.1:8080", {}, said.append)
    assert said[0] == "The archive is at http://127.0.0.1:8080/; beside it are /livez, /readyz."
    assert "PAPERROUND_WEB_URL" in said[1]
