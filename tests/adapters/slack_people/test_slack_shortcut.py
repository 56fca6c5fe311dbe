"""The shortcut of a message: every paper it speaks of, told to whoever asked."""

from __future__ import annotations

import pytest

from adapters.chat.slack.listening.mentions import papers_in

from .conftest import Scene, everything


async def test_one_known_paper_is_shown_in_full(scene: Scene) -> None:
    said = await _looked_up(scene, "Read <https://arxiv.org/abs/2606.00001|this> today!")
    assert "Flow Matching for Knitting Robots" in said
    assert "We study flow matching" in said


async def test_several_are_a_list_and_the_unknown_are_counted(scene: Scene) -> None:
    said = await _looked_up(scene, "2606.00001, arXiv:2606.00002v3 and doi:10.1234/unknown")
    assert "Flow Matching for Knitting Robots" in said
    assert "A Survey of Knitting" in said
    assert "1 more paper of this message nobody here knows" in said


async def test_the_answer_is_private(scene: Scene) -> None:
    await _looked_up(scene, "2606.00001", user="mia")
    assert scene.slack.posted("papers") == []
    assert len(scene.slack.private_to("mia")) == 1


async def test_a_message_without_papers_says_so(scene: Scene) -> None:
    assert "speaks of no paper" in await _looked_up(scene, "Lunch at 12.30 in room 2606?")


async def test_papers_nobody_knows_are_told_of(scene: Scene) -> None:
    assert "speaks of a paper" in await _looked_up(scene, "https://arxiv.org/abs/2401.99999")


async def test_a_shortcut_that_is_sent_again_answers_once(scene: Scene) -> None:
    await _looked_up(scene, "2606.00001")
    await _looked_up(scene, "2606.00001")
    assert len(scene.asked) == 2


async def test_another_shortcut_is_only_acknowledged(scene: Scene) -> None:
    driver = scene.driver()
    assert (await driver.message_shortcut("other", driver.say("2606.00001"))).in_time
    assert (await driver.shortcut("other")).in_time
    await scene.settled()
    assert scene.asked == []


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ({"text": "2401.00001"}, ["2401.00001"]),
        ({"text": "see (arXiv:2401.00001v2)."}, ["arXiv:2401.00001v2"]),
        ({"text": "hep-th/9901001 is old"}, ["hep-th/9901001"]),
        ({"text": "<https://arxiv.org/pdf/2401.00001.pdf>"}, ["https://arxiv.org/pdf/2401.00001.pdf"]),
        ({"text": "https://huggingface.co/papers/2401.00001?x=1&amp;y=2"}, ["https://huggingface.co/papers/2401.00001?x=1&y=2"]),
        ({"text": "10.1000/xyz123, and more"}, ["10.1000/xyz123"]),
        ({"text": "2401.00001 2401.00001v2 https://arxiv.org/abs/2401.00001"}, ["2401.00001"]),
        ({"blocks": [{"elements": [{"elements": [{"type": "link", "url": "https://arxiv.org/abs/2401.00002"}]}]}]}, ["https://arxiv.org/abs/2401.00002"]),
        ({"attachments": [{"title_link": "https://doi.org/10.1000/xyz123"}]}, ["https://doi.org/10.1000/xyz123"]),
        ({"text": "1234.5678 is a price, 192.168.0.1 a host, 2401.000012345 too long"}, []),
        ({"text": 7, "blocks": "x", "attachments": [None]}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_papers_are_found_in_what_people_write(message: dict[str, object], found: list[str]) -> None:
    assert [one.text for one in papers_in(message)] == found


def test_a_page_may_be_a_paper_and_is_not_counted_as_one() -> None:
    (one,) = papers_in({"text": "https://example.org/blog/knitting"})
    assert not one.certain


def test_a_message_full_of_papers_is_looked_through_within_reason() -> None:
    many = " ".join(f"2401.{number:05}" for number in range(5000))
    assert len(papers_in({"text": many})) == 10


def test_an_address_as_long_as_a_book_is_none() -> None:
    assert papers_in({"text": "10.1000/a" + "/full" * 8000}) == ()


def test_blocks_as_deep_as_a_well_end_somewhere() -> None:
    deep: dict[str, object] = {"text": "2401.00001"}
    for _ in range(500):
        deep = {"elements": [deep]}
    assert papers_in(deep) == ()


async def _looked_up(scene: Scene, text: str, *, user: str = "ada") -> str:
    driver = scene.driver()
    ack = await driver.message_shortcut("look_up", driver.say(text), user=user)
    assert ack.in_time
    await scene.settled()
    return everything([one.blocks for one in driver.answers(ack)])
