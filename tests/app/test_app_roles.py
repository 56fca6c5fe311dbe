"""Which roles there are where, and why not elsewhere."""

from __future__ import annotations

import gc

import pytest

from bot.app.memory import keep_pauses_short
from bot.app.roles import Role, check_role
from bot.app.run import run
from bot.cli.running import RoleName
from bot.config import Settings
from bot.domain.delivery import Status
from bot.errors import ConfigError

PARTS = [Role.SCHEDULER, Role.WORKER, Role.GATEWAY]
POSTGRES = "postgresql://db/papers"


def settings(url: str = POSTGRES, **changes: object) -> Settings:
    return Settings(database_url=url, _env_file=None, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", PARTS)
def test_one_file_is_for_one_process(role: Role) -> None:
    with pytest.raises(ConfigError, match=rf"--role {role}.*one SQLite file.*PostgreSQL"):
        check_role(role, settings("sqlite:///papers.db"))


@pytest.mark.parametrize("role", [Role.ALL, *PARTS])
def test_on_postgresql_each_may_be_played(role: Role) -> None:
    check_role(role, settings())


def test_serving_needs_a_port() -> None:
    with pytest.raises(ConfigError, match="PAPERROUND_WEB_PORT is not set"):
        check_role(Role.WEB, settings())
    check_role(Role.WEB, settings(web_port=8080))


def test_a_scheduler_without_a_queue_would_reach_nobody() -> None:
    with pytest.raises(ConfigError, match="PAPERROUND_ENGINE=embedded"):
        check_role(Role.SCHEDULER, settings(engine="embedded"))


def test_together_the_parts_do_what_one_process_does() -> None:
    for duty in ("plans", "works", "answers"):
        assert getattr(Role.ALL, duty)
        assert [getattr(role, duty) for role in PARTS].count(True) == 1


def test_the_command_line_knows_every_role() -> None:
    assert [role.value for role in RoleName] == [role.value for role in Role]


async def test_a_role_that_cannot_be_played_touches_no_database(installation) -> None:
    with pytest.raises(ConfigError):
        await run(installation.settings, role=Role.WORKER, say=installation.said.append)
    assert not (installation.path / "papers.db").exists()


async def test_lanes_paused_for_a_bad_token_are_tried_again_at_a_start(installation) -> None:
    installation.source.lists(1)
    await installation.once()
    async with await installation.store() as store:
        (lane,) = await store.lanes()
        await store.pause_lane(lane.id, reason="The token is no good.")
    await installation.once()
    async with await installation.store() as store:
        (lane,) = await store.lanes()
        assert not lane.paused
        assert {one.status for one in await store.deliveries()} == {Status.SENT}


async def test_a_lane_a_dead_process_held_is_free_at_once_in_one_file(installation) -> None:
    installation.source.lists(1)
    await installation.once()
    async with await installation.store() as store:
        (lane,) = await store.lanes()
        assert await store.take_lane(lane.id, owner="dead", seconds=3600)
    await installation.once()
    async with await installation.store() as store:
        assert await store.take_lane(lane.id, owner="me", seconds=1)


def test_what_start_up_made_is_not_looked_through_again() -> None:
    before = gc.get_threshold()
    try:
        keep_pauses_short()
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold() != before
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
