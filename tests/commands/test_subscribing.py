"""subscribe, edit, unsubscribe, list, pause, resume."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.commands.context import Context
from bot.commands.dispatch import dispatch
from bot.commands.parsing import Call
from bot.commands.replies import Notice, Subscribed, SubscriptionList, Tone
from bot.domain.subscription import Address
from bot.storage.store import Store
from bot.testing.clock import FakeClock

HERE = Address(platform="slack", workspace="T1", channel="C1")


async def queries(store: Store) -> list[str]:
    destination = await store.destination(HERE)
    assert destination is not None
    return [one.query for one in (await store.subscriptions([destination.id]))[destination.id]]


async def test_subscribing_answers_with_the_whole_state(ask) -> None:
    reply = await ask("subscribe knitting OR diffusion at:9am tz:Berlin weekdays max:8")
    assert isinstance(reply, Subscribed)
    destination = reply.state.destination
    assert (destination.name, destination.max_papers) == ("#knitting", 8)
    assert (f"{destination.schedule.at:%H:%M}", destination.schedule.tz) == ("09:00", "Europe/Berlin")
    assert destination.schedule.days == frozenset(range(5))
    assert reply.state.next_digest == datetime(2026, 6, 1, 7, 0, tzinfo=UTC)  # 09:00 in Berlin, in summer
    assert [one.id for one in reply.state.subscriptions] == [reply.subscription.id]


async def test_the_back_test_counts_each_list_day(ask) -> None:
    tested = (await ask("subscribe knitting OR bread")).back_test
    assert [day.isoformat() for day in tested.days] == ["2026-05-28", "2026-05-29", "2026-06-01"]
    assert tested.counts == (0, 1, 2)
    assert [paper.title for paper in tested.samples][:2] == [
        "Flow Matching for Knitting Robots",
        "A Survey of Knitting",
    ]
    assert tested.advice == ""


async def test_a_channel_is_asked_for_its_zone_once_and_only_where_nobody_knows_it(ask) -> None:
    assert not (await ask("subscribe bread")).asks_zone  # the profile says it
    await ask("unsubscribe *")
    assert not (await ask("subscribe bread", tz="")).asks_zone  # the channel has it
    await ask("settings tz:UTC")
    assert not (await ask("subscribe knitting", tz="")).asks_zone
    await ask("unsubscribe *")
    assert (await ask("subscribe bread", tz="")).asks_zone
    assert not (await ask("subscribe knitting", tz="")).asks_zone


async def test_a_query_that_matches_nothing_is_advised(ask) -> None:
    assert "broader" in (await ask("subscribe zeppelin")).back_test.advice


async def test_the_askers_zone_is_taken_when_none_is_named(ask) -> None:
    assert (await ask("subscribe knitting")).state.destination.schedule.tz == "Europe/Berlin"


async def test_a_profile_zone_nobody_knows_falls_back_and_is_told(ask) -> None:
    reply = await ask("subscribe knitting", tz="Mars/Olympus")
    assert reply.state.destination.schedule.tz == "UTC"
    assert "Mars/Olympus" in reply.changes[0]
    assert "`/papers settings tz:Berlin`" in reply.changes[0]
    assert (await ask("subscribe bread", tz="Mars/Olympus")).changes == ()


async def test_a_named_zone_goes_before_an_unknown_profile(ask) -> None:
    reply = await ask("subscribe knitting tz:Tokyo", tz="Mars/Olympus")
    assert reply.state.destination.schedule.tz == "Asia/Tokyo"
    assert reply.changes == ()


async def test_trending_works_where_the_profile_zone_is_unknown(ask) -> None:
    for unknown in ("Mars/Olympus", "../../etc/passwd", "America", "\0"):
        assert (await ask("trending", tz=unknown)).total == 4


async def test_a_second_subscription_changes_nothing_of_the_channel(ask, store: Store) -> None:
    first = await ask("subscribe knitting at:8:30 tz:Tokyo max:3")
    second = await ask("subscribe bread")
    assert second.state.destination == first.state.destination
    assert second.changes == ()
    assert await queries(store) == ["knitting", "bread"]


async def test_different_options_move_the_whole_channel_and_can_be_undone(ask, context: Context) -> None:
    before = (await ask("subscribe knitting at:8:30 tz:Tokyo weekdays max:3")).state.destination
    moved = await ask("subscribe bread at:10am max:5")
    assert "whole channel" in moved.changes[0]
    assert "10:00 Asia/Tokyo (was weekdays 08:30 Asia/Tokyo)" in moved.changes[0]
    back = next(action for action in moved.actions if action.command == "settings")
    undone = await dispatch(Call(back.command, back.arguments), context)
    assert undone.state.destination.schedule == before.schedule
    assert undone.state.destination.max_papers == 3


async def test_the_same_query_again_is_no_second_subscription(ask, store: Store) -> None:
    await ask("subscribe knitting OR bread")
    again = await ask("subscribe  knitting | bread")
    assert again.what == "Already subscribed"
    assert "Undo" not in [action.label for action in again.actions]
    assert len(await queries(store)) == 1


async def test_a_query_is_shown_as_it_was_written(ask, store: Store) -> None:
    assert (await ask("subscribe world models -survey")).subscription.query == "world models -survey"


async def test_the_same_query_in_other_words_is_no_second_subscription(ask, store: Store) -> None:
    first = (await ask("subscribe world models")).subscription
    again = await ask("subscribe model worlds")
    assert (again.what, again.subscription) == ("Already subscribed", first)
    assert await queries(store) == ["world models"]


async def test_editing_changes_the_spelling_but_makes_no_twin(ask, store: Store) -> None:
    made = (await ask("subscribe world models")).subscription
    await ask("subscribe bread")
    assert (await ask(f"edit {made.id} breads")).kind is Tone.ERROR
    await ask(f"edit {made.id} model worlds")
    assert await queries(store) == ["model worlds", "bread"]


async def test_a_subscription_is_found_in_other_words(ask, store: Store) -> None:
    await ask("subscribe world models")
    await ask("subscribe bread")
    await ask("unsubscribe models World")
    assert await queries(store) == ["bread"]


async def test_undo_takes_the_subscription_back(ask, context: Context, store: Store) -> None:
    undo = (await ask("subscribe knitting")).actions[0]
    assert undo.label == "Undo"
    await dispatch(Call(undo.command, undo.arguments), context)
    assert await queries(store) == []


async def test_a_mistake_changes_nothing(ask, store: Store) -> None:
    for line in (
        "subscribe catt:x",
        "subscribe knitting tz:Mars",
        "subscribe knitting at:25",
        "subscribe x max:900",
    ):
        reply = await ask(line)
        assert isinstance(reply, Notice), line
        assert reply.kind is Tone.ERROR
    assert await store.destination(HERE) is None


async def test_a_channel_the_bot_cannot_post_in_is_refused_with_the_way_in(ask, desk, store: Store) -> None:
    desk.objection = "Type `/invite @paperround` there, then try again."
    reply = await ask("subscribe knitting")
    assert "/invite" in reply.fix
    assert await store.destination(HERE) is None


async def test_unsubscribing_by_number_by_query_and_all(ask, store: Store) -> None:
    first = (await ask("subscribe knitting")).subscription.id
    await ask("subscribe bread")
    await ask("subscribe sourdough")
    await ask(f"unsubscribe s{first}")
    assert await queries(store) == ["bread", "sourdough"]
    await ask("unsubscribe Bread")
    assert await queries(store) == ["sourdough"]
    reply = await ask("unsubscribe *")
    assert "none left" in reply.what
    assert reply.actions[0].arguments == {"query": "sourdough"}


async def test_unsubscribing_what_is_not_there_names_the_list(ask) -> None:
    await ask("subscribe knitting")
    reply = await ask("unsubscribe 999")
    assert reply.kind is Tone.ERROR
    assert "`/papers list`" in reply.fix


async def test_editing_keeps_the_number_and_can_be_undone(ask, context: Context, store: Store) -> None:
    made = (await ask("subscribe knitting")).subscription
    edited = await ask(f"edit {made.id} knitting -survey")
    assert edited.subscription.id == made.id
    assert await queries(store) == [edited.subscription.query]
    undo = edited.actions[0]
    await dispatch(Call(undo.command, undo.arguments), context)
    assert await queries(store) == ["knitting"]


async def test_editing_to_a_query_the_channel_has_is_refused(ask, store: Store) -> None:
    made = (await ask("subscribe knitting")).subscription
    await ask("subscribe bread")
    assert (await ask(f"edit {made.id} bread")).kind is Tone.ERROR
    assert await queries(store) == ["knitting", "bread"]


async def test_list_of_an_unknown_channel_says_how_to_begin(ask) -> None:
    reply = await ask("list")
    assert isinstance(reply, SubscriptionList)
    assert reply.state is None
    assert "/papers subscribe" in reply.hint


async def test_list_has_a_way_to_drop_each(ask) -> None:
    made = (await ask("subscribe knitting")).subscription
    reply = await ask("list")
    assert [action.arguments for action in reply.actions] == [{"which": str(made.id)}]
    assert reply.actions[0].danger


async def test_pausing_the_channel_stops_its_digest_until_resumed(ask, store: Store) -> None:
    await ask("subscribe knitting")
    await ask("pause")
    assert (await ask("list")).state.next_digest is None
    assert (await store.destination(HERE)).paused_reason == "paused by Ada"
    await ask("resume")
    assert (await ask("list")).state.next_digest is not None


async def test_pausing_one_subscription_leaves_the_others(ask) -> None:
    first = (await ask("subscribe knitting")).subscription.id
    await ask("subscribe bread")
    await ask(f"pause {first}")
    state = (await ask("list")).state
    assert [one.paused for one in state.subscriptions] == [True, False]
    assert state.next_digest is not None
    await ask(f"resume {first}")
    assert not any(one.paused for one in (await ask("list")).state.subscriptions)


async def test_managing_an_unknown_channel_says_how_to_begin(ask) -> None:
    for line in ("unsubscribe *", "pause", "settings max:3", "post now", "dismiss 2606.00001", "edit 1 x"):
        assert "/papers subscribe" in (await ask(line)).fix, line


async def test_days_spent_paused_leave_no_slots_behind(ask, store: Store, clock: FakeClock) -> None:
    await ask("subscribe knitting at:9am tz:UTC")
    await ask("pause")
    clock.advance(timedelta(days=5, hours=10))  # 16:00: the morning is within reach
    await ask("resume")
    due = (await store.destination(HERE)).next_due_at
    assert due == clock.now().replace(hour=9)
    await ask("pause")
    clock.advance(timedelta(hours=6))
    await ask("resume")
    assert (await store.destination(HERE)).next_due_at == due + timedelta(days=1)


async def test_pausing_or_resuming_a_second_time_says_that_nothing_changed(ask) -> None:
    made = (await ask("subscribe knitting")).subscription.id
    for line, what in (
        ("pause", "The digests of #knitting are paused already; nothing was changed."),
        ("resume", "The digests of #knitting are not paused; nothing was changed."),
        (f"pause {made}", f"{made} (knitting) is paused already; nothing was changed."),
        (f"resume {made}", f"{made} (knitting) is not paused; nothing was changed."),
    ):
        assert (await ask(line)).kind is Tone.DONE
        again = await ask(line)
        assert (again.what, again.actions) == (what, ())


async def test_resuming_one_says_so(ask) -> None:
    made = (await ask("subscribe knitting")).subscription.id
    await ask(f"pause {made}")
    assert (await ask(f"resume {made}")).what == f"Resumed {made} (knitting)."


async def test_a_sentence_about_a_place_begins_like_one(ask, context) -> None:
    await ask("subscribe knitting")
    reply = await dispatch("unsubscribe zeppelins", replace(context, place="this terminal"))
    assert reply.what.startswith("This terminal has no subscription")


async def test_a_query_that_matched_nothing_is_told_so_once(ask) -> None:
    tested = (await ask("subscribe zeppelin")).back_test
    assert tested.sentence == "On the last 3 list days it would have matched nothing."
    assert "nothing" not in tested.advice
