"""Any answer at all is drawn within Discord's limits, without a mention or a foreign link, and its buttons come back."""

from __future__ import annotations

import json
from itertools import cycle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.chat.discord.drawing.buttons import Press, unpacked
from adapters.chat.discord.drawing.kept import Kept
from adapters.chat.discord.drawing.replies import reply_messages
from adapters.chat.discord.drawing.replies_fitting import MOST_MESSAGES
from adapters.chat.discord.drawing.text import link
from bot.testing.discord_messages import discord_findings
from bot.testing.hostile import HOSTILE
from bot.testing.replies import every_reply

quick = settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
many = settings(quick, max_examples=2_000)
thorough = settings(quick, max_examples=20_000)

REPEATED = st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=6), st.integers(1, 1500))
TEXTS = st.lists(st.text(max_size=40) | st.sampled_from(HOSTILE) | REPEATED, min_size=1, max_size=5)
KINDS = st.integers(0, len(every_reply()) - 1)


def check(kind: int, texts: list[str]) -> None:
    """One kind of reply, its fields filled with these texts in turn."""
    turn, kept = cycle(texts), Kept()
    links = {address for text in texts for address in (link(text), link(f"https://doi.org/{text}"))}
    messages = reply_messages(every_reply(lambda _: next(turn))[kind], kept)
    assert 1 <= len(messages) <= MOST_MESSAGES
    for message in messages:
        body = json.loads(json.dumps(message.body()))
        assert discord_findings(body, links=links - {""}) == []
        ids = [
            one["custom_id"] for row in message.components for one in row["components"] if "url" not in one
        ]
        assert all(unpacked(one, kept) for one in ids if one.partition("|")[0] in set(Press))


@quick
@given(kind=KINDS, texts=TEXTS)
def test_any_answer_is_one_that_discord_takes(kind: int, texts: list[str]) -> None:
    check(kind, texts)


@pytest.mark.slow
@many
@given(kind=KINDS, texts=TEXTS)
def test_any_of_many_answers_is_one_that_discord_takes(kind: int, texts: list[str]) -> None:
    check(kind, texts)


@pytest.mark.soak
@thorough
@given(kind=KINDS, texts=TEXTS)
def test_any_of_twenty_thousand_answers_is_one_that_discord_takes(kind: int, texts: list[str]) -> None:
    check(kind, texts)
