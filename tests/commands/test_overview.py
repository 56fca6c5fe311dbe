"""`overview`: what a person may see of their workspace, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.context import Context
from bot.commands.dispatch import dispatch
from bot.commands.overview import MOST_CHANNELS
from bot.commands.replies import Notice, Overview, Reply
from bot.domain.subscription import Address


def _in(context: Context, channel: str, workspace: str = "T1") -> Context:
    address = Address(platform="slack", workspace=workspace, channel=channel)
    return replace(context, address=address, place=f"#{channel}")


def _names(reply: Reply) -> list[str]:
    assert isinstance(reply, Overview)
    return [one.state.destination.name for one in reply.channels]


async def test_every_channel_with_a_subscription_is_there_with_its_next_digest(ask, context: Context) -> None:
    for channel in ("bread", "robots"):
        await dispatch("subscribe knitting", _in(context, channel))
    reply = await ask("overview")
    assert _names(reply) == ["#bread", "#robots"]
    assert isinstance(reply, Overview)
    assert all(one.state.next_digest and one.last is None for one in reply.channels)


async def test_a_private_channel_is_shown_to_its_members_only(ask, context: Context, desk) -> None:
    await dispatch("subscribe knitting", _in(context, "secret"))
    desk.closed.add("secret")
    assert _names(await ask("overview")) == []
    assert _names(await dispatch("overview", _in(context, "secret"))) == ["#secret"]


async def test_another_workspace_is_not_seen(ask, context: Context) -> None:
    await dispatch("subscribe knitting", _in(context, "theirs", workspace="T2"))
    assert _names(await ask("overview")) == []


async def test_one_s_own_saved_papers_are_there(ask) -> None:
    await ask("save 2606.00001")
    reply = await ask("overview")
    assert isinstance(reply, Overview)
    assert [paper.title for paper in reply.saved] == ["Flow Matching for Knitting Robots"]


async def test_what_is_too_much_is_counted(ask, context: Context) -> None:
    for number in range(MOST_CHANNELS + 2):
        await dispatch("subscribe knitting", _in(context, f"c{number:02}"))
    reply = await ask("overview")
    assert isinstance(reply, Overview)
    assert len(reply.channels) == MOST_CHANNELS
    assert reply.hidden == 2


async def test_a_platform_is_asked_of_no_more_channels_than_are_shown(ask, context, desk) -> None:
    asked = []
    for number in range(3 * MOST_CHANNELS):
        await dispatch("subscribe knitting", _in(context, f"c{number:02}"))

    async def may_read(address: Address, person: str) -> bool:
        asked.append(address.channel)
        return True

    services = replace(context.services, may_read=may_read)
    await dispatch("overview", replace(context, services=services))
    assert len(asked) == MOST_CHANNELS


async def test_digests_move_only_where_the_mover_manages_too(ask, context: Context, desk) -> None:
    await ask("subscribe knitting")
    desk.ruled_by_others.add("C9")
    reply = await ask("move <#C9|theirs>")
    assert isinstance(reply, Notice)
    assert reply.code == "P-NOT-ALLOWED"
    assert await context.store.destination(replace(context.address, channel="C9")) is None
