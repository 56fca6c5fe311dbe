"""Mailboxes in the store: sign-ups and how many there may be, saying yes, leaving, bounces."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.domain.mailing import Refusal, SignUp, Wishes
from bot.domain.subscription import Address, Schedule
from bot.errors import UserError
from bot.storage import Store
from bot.storage import tables as t
from bot.testing.builders import SAMPLE_NOW

ADA = Address(platform="email", workspace="local", channel="ada@example.org")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW = SignUp(
    address=ADA,
    wishes=Wishes(queries=("knitting",), schedule=Schedule(tz="Europe/Berlin"), max_papers=5),
    asked_by="slack:T1:U1",
    made_at=SAMPLE_NOW,
)


def to(channel: str, *, asker: str = "slack:T1:U1", after: timedelta = timedelta(0)) -> SignUp:
    return replace(NEW, address=replace(ADA, channel=channel), asked_by=asker, made_at=SAMPLE_NOW + after)


@pytest.fixture
async def mailed(store: Store, make_destination: Any) -> Any:
    """Ada's mailbox, which said yes and gets mails."""
    home = await make_destination("email", "local", ADA.channel)
    await store.subscribe(home.id, "knitting", created_by=ADA.channel, now=SAMPLE_NOW)
    await store.mailbox_confirmed(NEW, SAMPLE_NOW)
    return home


async def test_a_token_finds_its_sign_up_for_two_days_and_is_kept_nowhere(store: Store) -> None:
    token = await store.add_signup(NEW)
    assert await store.signup(token, SAMPLE_NOW + timedelta(hours=47)) == NEW
    assert await store.signup(token, SAMPLE_NOW + timedelta(hours=49)) is None
    assert await store.signup("forged", SAMPLE_NOW) is None

    def everything(db: Connection) -> str:
        return str(db.execute(select(t.mail_signup)).all())

    assert token not in await store.database.read(everything)


async def test_a_sign_up_is_used_once(store: Store) -> None:
    token = str(await store.add_signup(NEW))
    assert [await store.use_signup(token, SAMPLE_NOW) for _ in range(2)] == [True, False]
    assert (await store.signup(token, SAMPLE_NOW)) == replace(NEW, used=True)


async def test_a_mailbox_is_asked_three_times_a_day_whoever_asks(store: Store) -> None:
    answers = [await store.add_signup(to(ADA.channel, asker=f"web:{n}")) for n in range(4)]
    assert answers[3] is Refusal.MAILBOX
    assert Refusal.MAILBOX not in answers[:3]
    later = await store.add_signup(to(ADA.channel, asker="web:9", after=DAY))
    assert not isinstance(later, Refusal)


async def test_one_asker_asks_ten_times_a_day_refused_or_not(store: Store) -> None:
    asked = [*[ADA.channel] * 5, *(f"{n}@example.org" for n in range(6))]
    answers = [await store.add_signup(to(one)) for one in asked]
    assert answers[3:5] == [Refusal.MAILBOX] * 2
    assert answers[10] is Refusal.ASKER
    assert not isinstance(answers[9], Refusal)


async def test_a_hundred_are_asked_in_an_hour(store: Store) -> None:
    for n in range(100):
        await store.add_signup(to(f"{n}@example.org", asker=f"web:{n}"))
    assert await store.add_signup(to("x@example.org", asker="web:x")) is Refusal.ALL
    assert not isinstance(await store.add_signup(to("x@example.org", asker="web:x", after=HOUR)), Refusal)


async def test_what_was_asked_can_be_taken_back_by_who_asked(store: Store) -> None:
    token = str(await store.add_signup(NEW))
    assert await store.withdraw_signups(ADA, "slack:T1:U2") == 0
    assert await store.signups_of("local", "slack:T1:U1", SAMPLE_NOW) == (NEW,)
    assert await store.withdraw_signups(ADA, "slack:T1:U1") == 1
    assert await store.signup(token, SAMPLE_NOW) is None
    assert await store.signups_of("local", "slack:T1:U1", SAMPLE_NOW) == ()


async def test_taking_back_does_not_let_anybody_ask_a_mailbox_more_often(store: Store) -> None:
    for n in range(3):
        assert not isinstance(await store.add_signup(to(ADA.channel, asker=f"web:{n}")), Refusal)
        assert await store.withdraw_signups(ADA, f"web:{n}") == 1
        assert await store.withdraw_signups(ADA, f"web:{n}") == 0
    assert await store.add_signup(to(ADA.channel, asker="web:9")) is Refusal.MAILBOX


async def test_the_tags_of_one_mailbox_count_together_and_no_other_does(store: Store) -> None:
    for n, channel in enumerate(("ada@example.org", "ada+1@example.org", "ada+1+2@example.org")):
        assert not isinstance(await store.add_signup(to(channel, asker=f"web:{n}")), Refusal)
    for channel in ("ada@example.org", "ada+3@example.org", "ada+1+4@example.org"):
        assert await store.add_signup(to(channel, asker="web:7")) is Refusal.MAILBOX
    for channel in ("adam@example.org", "a_a@example.org", "ada+1@sub.example.org", "ad+a@example.org"):
        assert not isinstance(await store.add_signup(to(channel, asker="web:8")), Refusal)


async def test_who_leaves_gets_nothing_more_and_is_forgotten(
    store: Store, mailed: Any, make_plan: Any
) -> None:
    await store.plan(make_plan(mailed))
    assert await store.mailbox_left(ADA)
    assert not await store.mailbox_left(ADA)
    home = await store.destination(ADA)
    assert home is not None
    assert home.paused
    assert (await store.subscriptions([home.id]))[home.id] == ()
    assert await store.recipient(ADA) is None
    assert {one.state.value for one in await store.slots(home.id)} == {"skipped"}
    gone = await store.prune(SAMPLE_NOW + DAY)
    assert gone["mailboxes"] == 1
    assert await store.destination(ADA) is None


async def test_leaving_leaves_every_other_chat_alone(store: Store, make_destination: Any) -> None:
    home = await make_destination("slack", "local", ADA.channel)
    assert not await store.mailbox_left(home.address)
    assert not (await store.destination_by_id(home.id)).paused


async def test_one_hard_bounce_stops_a_mailbox_until_its_reader_says_yes_anew(
    store: Store, mailed: Any, make_plan: Any
) -> None:
    await store.plan(make_plan(mailed))
    assert await store.mailbox_stopped("ADA@example.org", "No such user.", SAMPLE_NOW) == 1
    home = await store.destination(ADA)
    assert (home.paused, home.paused_reason) == (True, "No such user.")
    assert {one.state.value for one in await store.slots(home.id)} == {"skipped"}
    with pytest.raises(UserError, match="No such user"):
        await store.resume_destination(home.id, SAMPLE_NOW)
    assert not await store.is_cut_off(home.id)
    await store.mailbox_confirmed(NEW, SAMPLE_NOW)
    assert not (await store.resume_destination(home.id, SAMPLE_NOW)).paused


async def test_a_stopped_mailbox_is_forgotten_after_half_a_year(store: Store, mailed: Any) -> None:
    await store.mailbox_stopped(ADA.channel, "No such user.", SAMPLE_NOW)
    await store.prune(SAMPLE_NOW + 179 * DAY)
    assert await store.recipient(ADA)
    await store.prune(SAMPLE_NOW + 181 * DAY)
    assert await store.recipient(ADA) is None
    assert await store.destination(ADA) is None


async def test_three_soft_bounces_pause_and_a_person_may_resume(store: Store, mailed: Any) -> None:
    paused = []
    for _ in range(3):
        await store.mailbox_bounced(ADA.channel, "Full.", SAMPLE_NOW)
        paused.append((await store.destination(ADA)).paused)
    assert paused == [False, False, True]
    assert not (await store.resume_destination(mailed.id, SAMPLE_NOW)).paused
    assert (await store.recipient(ADA)).soft_bounces == 0


async def test_soft_bounces_far_apart_do_not_add_up(store: Store, mailed: Any) -> None:
    for weeks in (0, 3, 6):
        await store.mailbox_bounced(ADA.channel, "Full.", SAMPLE_NOW + weeks * 7 * DAY)
    assert not (await store.destination(ADA)).paused


async def test_a_bounce_of_somebody_nobody_mails_is_kept_nowhere(store: Store) -> None:
    assert await store.mailbox_stopped("eve@example.org", "No such user.", SAMPLE_NOW) == 0
    assert await store.mailbox_bounced("eve@example.org", "Full.", SAMPLE_NOW) == 0
    assert await store.recipient(replace(ADA, channel="eve@example.org")) is None


async def test_sign_ups_are_forgotten_after_two_days(store: Store) -> None:
    await store.add_signup(NEW)
    assert (await store.prune(SAMPLE_NOW + HOUR))["signups"] == 0
    assert (await store.prune(SAMPLE_NOW + timedelta(hours=49)))["signups"] == 1
