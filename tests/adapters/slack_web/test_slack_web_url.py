"""Where browsers are sent back to, and what is needed before."""

from __future__ import annotations

import pytest

from adapters.chat.slack.web.web_url import check_installable, checked_web_url
from bot.errors import ConfigError


@pytest.mark.parametrize("web_url", ["", "http://papers.example.org", "http://10.0.0.1:8080"])
async def test_an_address_to_which_slack_sends_nobody_is_refused_at_the_start(web_url: str) -> None:
    with pytest.raises(ConfigError, match="PAPERROUND_WEB_URL"):
        checked_web_url(web_url)


@pytest.mark.parametrize("web_url", ["https://papers.example.org/", "http://127.0.0.1:1", "http://[::1]:1"])
async def test_an_address_with_a_certificate_or_on_this_machine_is_taken(web_url: str) -> None:
    assert checked_web_url(web_url) == web_url.rstrip("/")


async def test_tokens_that_could_not_be_sealed_are_not_asked_for() -> None:
    with pytest.raises(ConfigError, match="PAPERROUND_SECRET_KEY"):
        check_installable("https://papers.example.org", can_seal=False)
    check_installable("https://papers.example.org", can_seal=True)
