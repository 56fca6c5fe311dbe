"""Links to papers: a small card under those that are known, and not a word about others."""

from __future__ import annotations

import pytest

from .conftest import Scene, everything

KNOWN = "https://arxiv.org/abs/2606.00001"


@pytest.mark.parametrize(
    "url",
    [
        KNOWN,
        "https://arxiv.org/pdf/2606.00001v2",
        "https://huggingface.co/papers/2606.00001",
        "https://doi.org/10.48550/arXiv.2606.00001",
    ],
)
async def test_a_known_paper_gets_a_card(scene: Scene, url: str) -> None:
    await scene.driver().share(url)
    await scene.settled()
    (unfurled,) = scene.slack.state.unfurled
    assert "Flow Matching for Knitting Robots" in everything(unfurled)


async def test_an_unknown_paper_is_passed_over(scene: Scene) -> None:
    await scene.driver().share("https://arxiv.org/abs/2401.99999")
    await scene.settled()
    assert scene.slack.state.unfurled == []
    assert scene.slack.private_to("ada") == []


async def test_without_the_right_nothing_is_even_looked_up(scene: Scene) -> None:
    scene.tokens.scopes = lambda _workspace: frozenset({"links:read"})  # type: ignore[method-assign]  # fewer rights
    await scene.driver().share(KNOWN)
    await scene.settled()
    assert (scene.asked, scene.slack.calls("chat.unfurl")) == ([], 0)


async def test_a_message_gets_at_most_a_few_cards(scene: Scene) -> None:
    known = [f"https://arxiv.org/abs/2606.0000{number}" for number in (1, 2, 3)]
    links = [
        {"url": url, "domain": "arxiv.org"} for url in [*known, f"{KNOWN}v1", f"{KNOWN}v2", f"{KNOWN}v3"] * 9
    ]
    await scene.driver().event("link_shared", {"links": links, **_message(scene)})
    await scene.settled()
    assert len(scene.asked) <= 6
    (unfurled,) = scene.slack.state.unfurled
    assert str(unfurled).count("We study") == 3


async def test_a_link_that_is_typed_is_unfurled_as_slack_calls_it(scene: Scene) -> None:
    about = {"channel": "COMPOSER", "message_ts": "x", "unfurl_id": "u1", "source": "composer", "user": "U1"}
    await scene.driver().event("link_shared", {"links": [{"url": KNOWN, "domain": "arxiv.org"}], **about})
    await scene.settled()
    asked = scene.slack.state.journal[-1].arguments
    assert (asked["unfurl_id"], asked["source"]) == ("u1", "composer")


@pytest.mark.parametrize("links", [None, [], ["x"], [{"url": ""}], [{"domain": "arxiv.org"}]])
async def test_links_that_are_none_harm_nobody(scene: Scene, links: object) -> None:
    ack = await scene.driver().event("link_shared", {"links": links, **_message(scene)})
    await scene.settled()
    assert (ack.status, scene.slack.calls("chat.unfurl")) == (200, 0)


async def test_a_refused_card_is_nobodys_concern(scene: Scene) -> None:
    scene.slack.faults.add("error", method="chat.unfurl", code="cannot_unfurl_url")
    ack = await scene.driver().share(KNOWN)
    await scene.settled()
    assert ack.in_time
    assert scene.slack.private_to("ada") == []


def _message(scene: Scene) -> dict[str, str]:
    said = scene.driver().say("look")
    return {"channel": said.channel, "message_ts": said.ts, "user": said.user}
