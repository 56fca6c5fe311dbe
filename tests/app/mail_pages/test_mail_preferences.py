"""The page behind the link at the foot of each mail: changed by the commands every chat has, for one mailbox."""

from __future__ import annotations

import pytest

from bot.domain.subscription import Address

from .conftest import ADA, Reader


@pytest.fixture
async def page(reader: Reader) -> str:
    """Where Ada, who gets mails, changes them."""
    await reader.signs_up()
    await reader.a_day_passes()
    return reader.link("preferences")


async def state(reader: Reader) -> tuple[object, list[str]]:
    home = await reader.app.store.destination(ADA)
    assert home is not None
    return home, [one.query for one in (await reader.app.store.subscriptions([home.id]))[home.id]]


async def test_it_shows_what_comes_and_when(reader: Reader, page: str) -> None:
    text = (await reader.get(page)).text
    for shown in (ADA.channel, 'value="knitting"', 'value="08:30"', 'value="Europe/Berlin"', "Next digest"):
        assert shown in text
    assert text.count(" checked>") >= 5


async def test_topics_hour_zone_days_and_size_are_changed(reader: Reader, page: str) -> None:
    form = {"do": "settings", "at": "17:15", "tz": "Tokyo", "day": ["mon", "thu"], "max": "3"}
    changed = await reader.post(page, form)
    assert changed.status_code == 200
    assert 'role="status"' in changed.text
    assert "Mails now come Mon, Thu 17:15 Asia/Tokyo" in changed.text
    await reader.post(page, {"do": "subscribe", "query": "topic:llm"})
    home, queries = await state(reader)
    schedule = home.schedule
    assert (f"{schedule.at:%H:%M}", schedule.tz, schedule.days) == ("17:15", "Asia/Tokyo", frozenset({0, 3}))
    assert home.max_papers == 3
    assert queries == ["knitting", "topic:large-language-models"]


async def test_a_query_is_edited_and_dropped(reader: Reader, page: str) -> None:
    home, _ = await state(reader)
    (one,) = (await reader.app.store.subscriptions([home.id]))[home.id]
    await reader.post(page, {"do": "edit", "which": str(one.id), "query": "crochet"})
    assert (await state(reader))[1] == ["crochet"]
    await reader.post(page, {"do": "unsubscribe", "which": str(one.id)})
    assert (await state(reader))[1] == []


async def test_it_pauses_resumes_and_leaves(reader: Reader, page: str) -> None:
    await reader.post(page, {"do": "pause"})
    assert (await state(reader))[0].paused
    await reader.post(page, {"do": "resume"})
    assert not (await state(reader))[0].paused
    assert "left" in (await reader.post(page, {"do": "leave"})).text
    assert (await state(reader))[1] == []


@pytest.mark.parametrize("pruned", [False, True], ids=["soon", "forgotten"])
async def test_an_old_link_brings_nobody_back_who_left(reader: Reader, page: str, pruned: bool) -> None:
    await reader.post(page, {"do": "leave"})
    if pruned:
        await reader.app.store.prune(reader.clock.now())
    before = await reader.everything()
    for deed in ("subscribe", "resume", "settings", "nothing"):
        answer = await reader.post(page, {"do": deed, "query": "robots", "at": "08:00", "day": "mon"})
        assert "You have left" in answer.text
    assert "You have left" in (await reader.get(page)).text
    assert await reader.everything() == before
    await reader.signs_up()
    assert (await state(reader))[1] == ["knitting"]
    assert "What you follow" in (await reader.get(page)).text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"do": "feed add", "url": "https://evil.example/feed"},
        {"do": "post now"},
        {"do": "subscribe", "query": ""},
        {"do": "subscribe", "query": '"open'},
        {"do": "settings", "at": "teatime", "day": "mon"},
        {"do": "settings", "at": "08:00"},
        {"do": "settings", "max": "1000", "day": "mon"},
        {"do": "unsubscribe", "which": "999"},
    ],
    ids=["nothing", "feed", "post", "empty", "quote", "hour", "no-day", "max", "unknown"],
)
async def test_what_cannot_be_done_changes_nothing_and_is_said(
    reader: Reader, page: str, form: dict[str, object]
) -> None:
    before = await state(reader)
    answer = await reader.post(page, form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert await state(reader) == before
    assert await reader.app.store.feeds() == ()


async def test_a_query_of_others_is_not_touched_by_its_number(reader: Reader, page: str) -> None:
    await reader.signs_up(address="bob@example.org")
    bob = Address(platform="email", workspace="local", channel="bob@example.org")
    home = await reader.app.store.destination(bob)
    (his,) = (await reader.app.store.subscriptions([home.id]))[home.id]
    for deed in ("unsubscribe", "edit"):
        answer = await reader.post(page, {"do": deed, "which": str(his.id), "query": "zeppelin"})
        assert answer.status_code == 422
    assert (await reader.app.store.subscriptions([home.id]))[home.id] == (his,)


async def test_hostile_words_stay_words(reader: Reader, page: str) -> None:
    hostile = '"<script>alert(1)</script>" \'><img src=x onerror=alert(1)>'
    for answer in (
        await reader.post(page, {"do": "subscribe", "query": hostile}),
        await reader.asks(query=hostile, address='"><script>@example.org'),
        await reader.get(f"/mail/subscribe?query={hostile}"),
    ):
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]
