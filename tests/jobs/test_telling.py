"""Whoever subscribed is told once that a channel's digests wait."""

from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot.errors import DestinationGone, Transient
from bot.testing.fake_chat import FakeChat
from jobs.deliver import Sender
from jobs.outcomes import SETTLE
from jobs.telling import tell_untold

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


class TellingChat(FakeChat):
    """A chat with private lines."""

    def __init__(self, trouble=None):
        super().__init__()
        self.told, self.trouble = [], trouble

    async def tell(self, address, person, text):
        self.told.append((address.channel, person, text))
        if self.trouble:
            raise self.trouble


@pytest.fixture
async def gone(town):
    """A channel that was archived before its digest came."""
    await town.channel("kilns")
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    town.chat.refuses(DestinationGone("It is archived."))
    await town.deliver()


async def told(town, chat):
    return await tell_untold(town.store, {"fake": chat}, town.clock)


async def test_the_one_who_subscribed_is_told_once(town, gone):
    chat = TellingChat()
    assert [await told(town, chat), await told(town, chat)] == [1, 0]
    ((channel, person, text),) = chat.told
    assert (channel, person) == ("kilns", "ada")
    assert "archived" in text


@pytest.mark.parametrize("trouble", [Transient("down"), ZeroDivisionError("an adapter's bug")])
async def test_a_notice_that_does_not_come_through_is_in_the_log_and_not_repeated(town, gone, trouble):
    chat = TellingChat(trouble)
    with capture_logs() as logs:
        assert [await told(town, chat), await told(town, chat)] == [1, 0]
    assert [line["event"] for line in logs] == ["notice", "notice.not_told"]
    assert len(chat.told) == 1


async def test_where_nobody_can_be_told_privately_the_log_says_it(town, gone):
    with capture_logs() as logs:
        assert await told(town, FakeChat()) == 1
    assert "archived" in logs[0]["text"]


async def test_a_crash_while_telling_tells_nobody_twice(town, gone):
    class Killed(BaseException):
        """What nothing catches."""

    with pytest.raises(Killed):
        await told(town, TellingChat(Killed()))
    assert await told(town, TellingChat()) == 0


async def test_a_notice_is_left_to_a_process_that_has_its_platform(town, gone):
    with capture_logs() as logs:
        assert await tell_untold(town.store, {"other": TellingChat()}, town.clock) == 0
    assert logs == []
    theirs, ours = (Sender(town.store, {name: town.chat}, clock=town.clock) for name in ("other", "fake"))
    assert (await theirs.has_to_tell(), await ours.has_to_tell()) == (False, True)
    assert await told(town, TellingChat()) == 1


async def test_somebody_is_told_of_a_message_nobody_can_tell_about(town):
    await town.channel("kilns")
    await town.lists(1)
    town.chat.loses_answers(2).cannot_be_asked()
    town.clock.move_to(NINE)
    await town.tick()
    for _ in range(3):
        town.clock.advance(SETTLE)
        await town.deliver()
    chat = TellingChat()
    assert [await told(town, chat), await told(town, chat)] == [1, 0]
    ((channel, person, text),) = chat.told
    assert (channel, person) == ("kilns", "ada")
    assert "replay" in text
