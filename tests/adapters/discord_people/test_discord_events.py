"""What happens to the bot, its servers and its channels."""

from __future__ import annotations

import logging

import pytest
from discord.abc import GuildChannel

from adapters.chat.discord.listening import rights
from adapters.chat.discord.listening.events import CLOSED, DELETED, GREETING
from bot.errors import StoreBusy
from bot.testing.discord import Permission

from .conftest import Scene


async def told(scene: Scene, *what: str) -> None:
    await scene.discord.until(lambda: what in scene.kept.told, seconds=5)


async def test_whoever_added_the_bot_is_told_once_how_to_begin(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    # discord.py takes a server it hears of while it is still connecting for one it was in already.
    await scene.discord.until(lambda: "is connected" in caplog.text, seconds=10)
    scene.driver.join(scene.discord.other)
    await told(scene, "installed", scene.discord.other.id)
    await scene.discord.until(lambda: scene.private, seconds=5)
    assert scene.private == [(scene.discord.other.owner, GREETING)]
    scene.driver.kick(scene.discord.other)
    await told(scene, "uninstalled", scene.discord.other.id)
    scene.driver.join(scene.discord.other)
    await scene.discord.until(
        lambda: scene.kept.told.count(("installed", scene.discord.other.id)) == 2, seconds=5
    )
    assert len(scene.private) == 1


async def test_a_server_that_removes_the_bot_while_it_asks_who_added_it_has_removed_it(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    other = scene.discord.other
    other.bot_permissions |= Permission.VIEW_AUDIT_LOG
    caplog.set_level(logging.INFO)
    await scene.discord.until(lambda: "is connected" in caplog.text, seconds=10)
    scene.discord.faults.add("slow", route="GET */audit-logs", seconds=0.3)
    scene.driver.join(other)
    scene.driver.kick(other)
    told_of_it = [("installed", other.id), ("uninstalled", other.id)]
    await scene.discord.until(lambda: set(told_of_it) <= set(scene.kept.told), seconds=5)
    assert [one for one in scene.kept.told if one in told_of_it] == told_of_it


async def test_servers_the_bot_was_in_already_are_told_nothing(scene: Scene) -> None:
    await told(scene, "installed", scene.discord.home.id)
    assert scene.private == []


async def test_a_server_that_is_away_for_a_while_is_not_gone(scene: Scene) -> None:
    scene.driver.outage()
    gone = scene.driver.delete("general")
    await scene.slash("papers status")
    assert ("uninstalled", scene.discord.home.id) not in scene.kept.told
    assert gone.id


async def test_a_deleted_channel_is_gone(scene: Scene) -> None:
    gone = scene.driver.delete("papers")
    await told(scene, "gone", scene.discord.home.id, gone.id, DELETED)


async def test_a_renamed_channel_has_its_new_name(scene: Scene) -> None:
    changed = scene.driver.rename("papers", "reading-room")
    await told(scene, "renamed", scene.discord.home.id, changed.id, "#reading-room")


async def test_a_channel_that_closes_is_gone_until_it_opens_again(scene: Scene) -> None:
    channel = scene.discord.channel("papers")
    scene.driver.deny("papers", Permission.SEND_MESSAGES)
    await told(scene, "gone", scene.discord.home.id, channel.id, CLOSED)
    scene.driver.deny("papers")
    await told(scene, "back", scene.discord.home.id, channel.id)


async def test_a_role_that_is_deleted_takes_along_what_it_denied(scene: Scene) -> None:
    channel = scene.discord.channel("papers")
    scene.driver.deny("papers", Permission.SEND_MESSAGES)
    await told(scene, "gone", scene.discord.home.id, channel.id, CLOSED)
    scene.driver.drop_role()
    await told(scene, "back", scene.discord.home.id, channel.id)


async def test_a_role_that_only_looks_otherwise_has_nothing_asked_anew(scene: Scene) -> None:
    scene.forgotten.clear()
    scene.driver.style()
    renamed = scene.driver.rename("papers", "reading-room")
    await told(scene, "renamed", scene.discord.home.id, renamed.id, "#reading-room")
    await scene.discord.until(lambda: scene.discord.home.id in scene.forgotten, seconds=5)
    assert scene.forgotten.count(scene.discord.home.id) == 1  # for the channel


async def test_what_opened_while_nobody_listened_is_open_when_the_server_is_there_again(scene: Scene) -> None:
    closed, never = scene.discord.channel("papers").id, scene.discord.channel("general").id
    scene.kept.shut = {
        closed: CLOSED,
        never: "The forum demands a tag, and has none the bot may use (40067).",
        "1": CLOSED,
    }
    scene.driver.outage()
    scene.driver.back()
    await told(scene, "back", scene.discord.home.id, closed)
    assert not [one for one in scene.kept.told if one[0] == "back" and one[2] != closed]


async def test_what_changes_in_one_channel_is_looked_at_there_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All channels of a big server may change at once, and people wait meanwhile."""
    looked_at, original = list[str](), rights.may_post

    def may_post(channel: GuildChannel) -> bool:
        looked_at.append(channel.name)
        return original(channel)

    monkeypatch.setattr(rights, "may_post", may_post)
    scene.driver.deny("papers", Permission.SEND_MESSAGES)
    await told(scene, "gone", scene.discord.home.id, scene.discord.channel("papers").id, CLOSED)
    assert looked_at == ["papers"]


async def test_whatever_is_changed_about_rights_is_asked_anew(scene: Scene) -> None:
    channel = scene.discord.channel("papers")
    scene.forgotten.clear()
    scene.driver.deny("papers", Permission.EMBED_LINKS)
    await scene.discord.until(lambda: {channel.id, scene.discord.home.id} <= set(scene.forgotten), seconds=5)


async def test_a_busy_database_is_asked_again(scene: Scene) -> None:
    calls: list[str] = []

    async def busy(platform: str, workspace: str) -> None:
        calls.append(workspace)
        if len(calls) < 3:
            raise StoreBusy("locked")

    scene.kept.uninstalled = busy  # type: ignore[method-assign]  # a database that is locked for a while
    scene.driver.join(scene.discord.other)
    await told(scene, "installed", scene.discord.other.id)
    scene.driver.kick(scene.discord.other)
    await scene.discord.until(lambda: len(calls) == 3, seconds=5)
