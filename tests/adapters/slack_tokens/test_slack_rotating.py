"""Tokens that expire: renewed in time, once, and by whoever asks first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError

from adapters.chat.slack.api import tokens
from adapters.chat.slack.api.calling import called
from adapters.chat.slack.api.tokens import Tokens
from bot.errors import AuthFailed, Transient
from bot.testing import FakeClock
from bot.testing.slack import SlackStandIn

from .conftest import Kept, installation, whose


async def test_a_token_is_renewed_an_hour_before_it_expires(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    before = kept.all[slack.home.id]
    clock.advance(timedelta(hours=10, minutes=59))
    assert (await many.client(slack.home.id)).token == before.token
    clock.advance(timedelta(minutes=2))
    client = await many.client(slack.home.id)
    after = kept.all[slack.home.id]
    assert client.token == after.token != before.token
    assert after.refresh_token != before.refresh_token
    assert after.expires_at == clock.now() + timedelta(hours=12)
    assert await whose(many, slack.home.id) == slack.home.id


async def test_many_who_need_it_renew_a_token_once(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    clock.advance(timedelta(hours=11, minutes=30))
    clients = await asyncio.gather(*(many.client(slack.home.id) for _ in range(8)))
    assert len({client.token for client in clients}) == 1
    assert (kept.renewals, slack.calls("oauth.v2.access")) == (1, 1)


async def test_while_another_process_renews_the_old_token_is_used_as_long_as_it_lasts(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    before, kept.others_renew = kept.all[slack.home.id], True
    clock.advance(timedelta(hours=11, minutes=30))
    assert (await many.client(slack.home.id)).token == before.token
    clock.advance(timedelta(hours=1))
    with pytest.raises(Transient, match="another process"):
        await many.client(slack.home.id)
    kept.all[slack.home.id] = installation(slack, slack.home)
    assert await whose(many, slack.home.id) == slack.home.id
    assert slack.calls("oauth.v2.access") == 0


async def test_a_refresh_token_that_slack_does_not_take_needs_a_person(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    kept.all[slack.home.id] = replace(kept.all[slack.home.id], refresh_token="xoxe-1-used")
    clock.advance(timedelta(hours=13))
    with pytest.raises(AuthFailed, match="does not renew") as told:
        await many.client(slack.home.id)
    assert "install the app again" in told.value.fix


@pytest.mark.parametrize("kind", ["503", "garbage", "reset"])
async def test_a_renewal_that_slack_does_not_answer_is_tried_again(
    slack: SlackStandIn, many: Tokens, clock: FakeClock, kind: str
) -> None:
    clock.advance(timedelta(hours=13))
    slack.faults.add(kind, method="oauth.v2.access")
    with pytest.raises(Transient):
        await many.client(slack.home.id)


async def test_a_token_renewed_elsewhere_is_taken_when_the_old_one_is_refused(
    slack: SlackStandIn, many: Tokens, kept: Kept
) -> None:
    await many.start()
    slack.state.vault.void(slack.home.id, "token_revoked")
    kept.all[slack.home.id] = installation(slack, slack.home)
    assert await whose(many, slack.home.id) == slack.home.id
    assert slack.calls("oauth.v2.access") == 0


async def test_a_token_that_expired_unexpectedly_is_renewed_once(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    later = clock.now() + timedelta(days=9)
    kept.all[slack.home.id] = replace(kept.all[slack.home.id], expires_at=later)
    clock.advance(timedelta(hours=13))
    assert await whose(many, slack.home.id) == slack.home.id
    assert kept.renewals == 1


async def test_a_missing_right_is_no_reason_to_renew(slack: SlackStandIn, many: Tokens, kept: Kept) -> None:
    with pytest.raises(SlackApiError, match="missing_scope"):
        await called(many, slack.home.id, lambda client: client.users_info(user="U1"))
    assert kept.renewals == 0
    wider = slack.token("users:read")
    kept.all[slack.home.id] = replace(kept.all[slack.home.id], token=wider)
    ben = slack.home.person("ben").id
    await called(many, slack.home.id, lambda client: client.users_info(user=ben))


async def test_a_bot_that_was_removed_needs_somebody_to_install_it_again(
    slack: SlackStandIn, many: Tokens, kept: Kept
) -> None:
    await many.start()
    slack.state.vault.void(slack.home.id, "account_inactive")
    with pytest.raises(SlackApiError, match="account_inactive"):
        await whose(many, slack.home.id)
    assert slack.calls("oauth.v2.access") == 0
    await kept.uninstalled("slack", slack.home.id)
    with pytest.raises(AuthFailed, match="not installed"):
        await whose(many, slack.home.id)
    assert many.known(slack.home.id) is None


async def test_a_renewed_token_is_written_down_however_often_the_database_is_busy(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    kept.busy_writing = 3
    clock.advance(timedelta(hours=11, minutes=30))
    client = await many.client(slack.home.id)
    assert client.token == kept.all[slack.home.id].token
    clock.advance(timedelta(hours=12))
    assert await whose(many, slack.home.id) == slack.home.id


async def test_a_renewal_comes_to_its_end_when_whoever_needed_it_is_cancelled(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    before = kept.all[slack.home.id]
    clock.advance(timedelta(hours=11, minutes=30))
    slack.faults.add("slow", method="oauth.v2.access", seconds=0.1)
    needing = asyncio.create_task(many.client(slack.home.id))
    await slack.until(lambda: slack.faults.met["slow"])
    needing.cancel()
    await asyncio.gather(needing, return_exceptions=True)
    await many.close()
    assert kept.all[slack.home.id].refresh_token != before.refresh_token
    clock.advance(timedelta(hours=12))
    assert await whose(many, slack.home.id) == slack.home.id


async def test_nobody_waits_for_a_slow_renewal_while_the_old_token_lasts(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "SOON_SECONDS", 0.01)
    before = kept.all[slack.home.id]
    clock.advance(timedelta(hours=11, minutes=30))
    slack.faults.add("slow", method="oauth.v2.access", seconds=0.5)
    assert (await many.client(slack.home.id)).token == before.token
    await many.close()
    assert kept.all[slack.home.id].token != before.token
    assert await whose(many, slack.home.id) == slack.home.id
    assert slack.calls("oauth.v2.access") == 1
