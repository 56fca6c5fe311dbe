"""settings, move, post now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.commands.dispatch import dispatch
from bot.commands.parsing import Call
from bot.commands.replies import DigestView, Notice, SettingsView, Tone
from bot.commands.wording import next_digest_line
from bot.domain.digest import Digest, Group, Pick
from bot.domain.subscription import Address, Visibility
from bot.storage.store import Store
from bot.testing.builders import make_paper

THERE = Address(platform="slack", workspace="T1", channel="C2")


async def test_settings_alone_shows_and_changes_nothing(ask) -> None:
    await ask("subscribe knitting at:9am tz:Berlin")
    reply = await ask("settings")
    assert isinstance(reply, SettingsView)
    assert (reply.what, reply.changes, reply.actions) == ("", (), ())
    assert "settings at:9am" in reply.hint


async def test_each_setting_says_what_it_was(ask) -> None:
    await ask("subscribe knitting at:9am tz:Berlin max:8")
    reply = await ask("settings at:17:30 days:mon,thu max:5 empty:note")
    assert reply.changes == (
        "The whole channel now posts Mon, Thu 17:30 Europe/Berlin (was daily 09:00 Europe/Berlin).",
        "Digests now hold up to 5 papers (was 8).",
        "Empty days now get one line.",
    )
    assert reply.state.next_digest == datetime(2026, 6, 1, 15, 30, tzinfo=UTC)


async def test_what_is_set_already_is_no_change(ask) -> None:
    await ask("subscribe knitting at:9am tz:Berlin")
    assert "already" in (await ask("settings at:9:00")).what


async def test_the_way_back_restores_every_setting(ask, context) -> None:
    before = (await ask("subscribe knitting at:9am tz:Berlin weekdays max:8 empty:note")).state.destination
    back = (await ask("settings at:10am tz:Tokyo daily:x days:daily max:2 empty:silent")).actions
    assert back == ()  # `daily:` is no option, so nothing was changed
    back = (await ask("settings at:10am tz:Tokyo days:daily max:2 empty:silent")).actions[0]
    restored = (await dispatch(Call(back.command, back.arguments), context)).state.destination
    assert restored == before


async def test_digests_can_be_public_open_to_the_link_or_closed(ask, context) -> None:
    await ask("subscribe knitting")
    assert (await ask("settings archive:link")).changes == ()
    public = await ask("settings archive:public")
    assert "Everybody" in public.changes[0]
    assert "Nobody" in (await ask("settings archive:off")).changes[0]
    back = (await dispatch(Call(public.actions[0].command, public.actions[0].arguments), context)).state
    assert back.destination.archive is Visibility.LINK
    refused = await ask("settings archive:everybody")
    assert isinstance(refused, Notice)
    assert "public" in refused.fix


async def test_the_way_back_to_single_days_can_be_typed(ask) -> None:
    await ask("subscribe knitting days:mon,thu")
    back = (await ask("settings days:daily")).actions[0]
    assert back.arguments["days"] == "Mon,Thu"


async def test_a_digest_that_is_owed_at_once_is_told_as_such(ask, clock) -> None:
    await ask("subscribe knitting at:9am tz:Berlin weekdays")
    state = (await ask("settings tz:Tokyo")).state  # 06:00 in UTC is 15:00 in Tokyo
    assert next_digest_line(state) == (
        "Next digest: now (today's 09:00 is owed), then Tue 2 Jun 2026, 09:00 Asia/Tokyo."
    )
    clock.advance(timedelta(days=1))
    assert "now (Mon 1 Jun 2026's 09:00 is owed)" in next_digest_line((await ask("settings")).state)


async def test_a_digest_to_come_is_told_by_its_moment(ask) -> None:
    await ask("subscribe knitting at:9am tz:Berlin weekdays")
    line = next_digest_line((await ask("settings")).state)
    assert line == "Next digest: Mon 1 Jun 2026, 09:00 Europe/Berlin."
    await ask("pause")
    assert next_digest_line((await ask("settings")).state) == ""


async def test_moving_takes_everything_along_and_back(ask, context, store: Store) -> None:
    there_too = replace(context, address=THERE, place="#reading-group")
    await ask("subscribe knitting max:3")
    moved = await ask("move <#C2|reading-group>")
    assert "#reading-group" in moved.what
    assert await store.destination(context.address) is None
    there = await store.destination(THERE)
    assert (there.name, there.max_papers) == ("#reading-group", 3)
    assert "`/papers move #knitting` in #reading-group" in moved.fix
    await dispatch("move <#C1|knitting>", there_too)
    assert await store.destination(THERE) is None
    assert (await store.destination(context.address)).max_papers == 3


async def test_only_the_channel_one_is_in_is_moved(ask, context, store: Store) -> None:
    await dispatch("subscribe knitting", replace(context, address=THERE, place="#reading-group"))
    assert (await ask("move C1 from:C2")).kind is Tone.ERROR
    assert (await dispatch(Call("move", {"to": "C1", "from": "C2"}), context)).kind is Tone.ERROR
    assert (await ask("move C3")).kind is Tone.ERROR  # nothing is subscribed here
    assert await store.destination(THERE) is not None


async def test_moving_onto_another_channels_subscriptions_is_refused(ask, context, store: Store) -> None:
    await ask("subscribe knitting")
    other = await store.ensure_destination(
        THERE, name="#other", schedule=context.schedule, next_due_at=None, now=context.now()
    )
    await store.subscribe(other.id, "bread", created_by="x", now=context.now())
    reply = await ask("move C2")
    assert reply.kind is Tone.ERROR
    assert await store.destination(context.address) is not None


async def test_post_now_asks_the_application(ask, desk) -> None:
    await ask("subscribe knitting")
    assert (await ask("post now")).kind is Tone.INFO
    desk.digest = Digest(
        address=THERE,
        destination="#knitting",
        day=date(2026, 6, 1),
        tz="UTC",
        groups=(Group(title="knitting", picks=(Pick(paper=make_paper(1), why=(), score=1.0),)),),
    )
    view = await ask("post now")
    assert isinstance(view, DigestView)
    assert view.title == "Posted in #knitting"
    assert [one.name for one in desk.posted] == ["#knitting", "#knitting"]
    desk.arrives = False
    assert (await ask("post now")).title == "On its way to #knitting"


async def test_post_now_without_subscriptions_posts_nothing(ask, desk) -> None:
    await ask("subscribe knitting")
    await ask("unsubscribe *")
    assert (await ask("post now")).kind is Tone.ERROR
    assert desk.posted == []
