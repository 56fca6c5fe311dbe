"""Menus that fill themselves while somebody types: from memory, with the acknowledgement."""

from __future__ import annotations

import pytest

from adapters.chat.slack.listening.choosing import topic_options, zone_options
from bot.domain.when import is_zone
from bot.testing.slack.sent import Ack, Sent

from .conftest import Scene


@pytest.mark.parametrize(
    ("typed", "zone", "label"),
    [
        ("ber", "Europe/Berlin", "Europe/Berlin"),
        ("Europe/Ber", "Europe/Berlin", "Europe/Berlin"),
        ("munich", "Europe/Berlin", "Munich (Europe/Berlin)"),
        ("new york", "America/New_York", "America/New_York"),
        ("new_yo", "America/New_York", "America/New_York"),
        ("yor", "America/New_York", "America/New_York"),
        ("san fr", "America/Los_Angeles", "San Francisco (America/Los_Angeles)"),
        ("utc", "UTC", "UTC"),
    ],
)
def test_a_zone_is_found_by_its_city(typed: str, zone: str, label: str) -> None:
    first = zone_options(typed)[0]
    assert (first["value"], first["text"]["text"]) == (zone, label)


def test_every_zone_offered_is_one_and_none_twice() -> None:
    for typed in ("", "a", "/", "america"):
        values = [one["value"] for one in zone_options(typed)]
        assert len(values) == len(set(values)) <= 100
        assert all(map(is_zone, values))


def test_what_is_no_place_offers_nothing() -> None:
    assert zone_options("atlantis") == []


@pytest.mark.parametrize("typed", ["llm", "large language", "Large-Language", "topic:llm"])
def test_a_topic_is_found_by_name_title_or_synonym(typed: str) -> None:
    assert "large-language-models" in [one["value"] for one in topic_options(typed)][:3]


def test_before_anything_is_typed_topics_are_offered_all_the_same() -> None:
    assert 50 <= len(topic_options("")) <= 100


async def test_options_come_with_the_acknowledgement(scene: Scene) -> None:
    which = await scene.subscribe()
    await scene.slash(f"edit {which} knitting")
    payload = {
        "type": "block_suggestion",
        "team": {"id": scene.slack.home.id},
        "user": {"id": scene.slack.home.person("ada").id},
        "action_id": "zone",
        "block_id": "zone",
        "value": "ber",
    }
    ack = await _suggested(scene, payload)
    assert ack.body["options"][0]["value"] == "Europe/Berlin"
    assert (await _suggested(scene, {**payload, "action_id": "else"})).body == {"options": []}
    assert (await _suggested(scene, {**payload, "value": "x" * 5000})).body == {"options": []}


async def _suggested(scene: Scene, payload: dict[str, object]) -> Ack:
    return await scene.driver().deliver(Sent(what="suggest", kind="interactive", payload=payload))
