"""docs/discord.md says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.chat.discord.invite import ALL, SCOPES
from adapters.chat.discord.listening.tree import ADMIN, ROOT, paths
from adapters.chat.discord.settings import DiscordSettings
from bot.config import fields, variable

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "discord.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## The permissions it asks for")[2].partition("\n## ")[0]
NOT_SPOKEN_OF = {"DISCORD_API_URL"}  # for a stand-in; .env.example has it


def test_the_table_of_permissions_is_the_list_the_code_has() -> None:
    rows = re.findall(r"^\| ([A-Z].+?) \| (.+) \|$", SECTION, flags=re.MULTILINE)
    assert rows == [(one.name, f"{one.why}{'' if one.needed else ' (optional)'}") for one in ALL]
    assert all(f"`{scope}`" in SECTION for scope in SCOPES)


def test_every_setting_of_discord_is_spoken_of_and_no_other() -> None:
    known = {DiscordSettings.variable(name) for name in DiscordSettings.model_fields}
    said = set(re.findall(r"\bDISCORD_[A-Z_]+", PAGE))
    assert known - said <= NOT_SPOKEN_OF
    assert said <= known


def test_every_setting_of_the_core_it_names_exists() -> None:
    assert set(re.findall(r"\bPAPERROUND_[A-Z_]+", PAGE)) <= {variable(name) for name, _ in fields()}


def test_every_command_it_has_people_type_is_in_discords_menu() -> None:
    heads = {path[:2] for path in paths()}
    typed = re.findall(rf"/{ROOT} ([a-z]+)", PAGE)
    assert typed
    assert {(ROOT, verb) for verb in typed} <= heads


@pytest.mark.parametrize(("group", "depth"), [((ROOT, "my"), 2), ((ADMIN,), 1)], ids=["my", "admin"])
def test_the_lines_of_a_group_are_those_of_the_menu(group: tuple[str, ...], depth: int) -> None:
    (told,) = re.findall(rf"`/{' '.join(group)}` \(([^)]+)\)", PAGE)
    lines = {" ".join(path[depth:]) for path in paths() if path[:depth] == group}
    assert set(re.findall(r"`([a-z ]+)`", told)) == lines


def test_every_picture_and_file_it_leads_to_is_there_and_small() -> None:
    for path in re.findall(r"\]\(([^)h][^)#]*)\)", PAGE):
        target = (REPOSITORY / "docs" / path).resolve()
        assert target.exists(), path
        assert target.suffix != ".png" or target.stat().st_size < 200_000, path


def test_three_commands_are_enough() -> None:
    (block,) = re.findall(r"## From nothing to the first digest\n\n```sh\n(.+?)```", PAGE, flags=re.DOTALL)
    targets = re.findall(r"^make (\w+)", block, flags=re.MULTILINE)
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert len(targets) == 2
    assert all(re.search(rf"^{target}:", makefile, flags=re.MULTILINE) for target in targets)
