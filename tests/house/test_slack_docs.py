"""docs/slack.md says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.chat.slack.manifest import COMMAND
from adapters.chat.slack.scopes import ALL
from adapters.chat.slack.settings import SlackSettings
from bot.commands.catalogue import REGISTRY
from bot.config import fields, variable

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
SAYS = "/papers failed"  # what Slack says, not what people type
MADE = "/papers and for the shortcut"  # a reason of `scopes.py`
NOT_SPOKEN_OF = {"SLACK_API_URL"}  # for a stand-in; .env.example has it


def test_the_table_of_rights_is_the_list_the_code_has() -> None:
    rows = re.findall(r"^\| `([a-z_:.]+)` \| (.+) \|$", PAGE, flags=re.MULTILINE)
    said = {name: f"{why}{'' if needed else ' (optional)'}" for name, why, needed in _scopes()}
    assert dict(rows[: len(ALL)]) == said


def _scopes() -> list[tuple[str, str, bool]]:
    return [(scope.name, scope.why, scope.needed) for scope in ALL]


def test_every_setting_of_slack_is_spoken_of_and_no_other() -> None:
    known = {SlackSettings.variable(name) for name in SlackSettings.model_fields}
    said = set(re.findall(r"\bSLACK_[A-Z_]+", PAGE))
    assert known - said <= NOT_SPOKEN_OF
    assert said <= known


def test_every_setting_of_the_core_it_names_exists() -> None:
    assert set(re.findall(r"\bPAPERROUND_[A-Z_]+", PAGE)) <= {variable(name) for name, _ in fields()}


@pytest.mark.parametrize("page", [PAGE, README], ids=["slack.md", "README"])
def test_every_command_it_has_people_type_exists(page: str) -> None:
    page = page.replace(MADE, "").replace(SAYS, "")
    for verb in re.findall(rf"{COMMAND} ([a-z]+)", page):
        assert REGISTRY.get(verb), verb


def test_every_picture_and_file_it_leads_to_is_there_and_small() -> None:
    for path in re.findall(r"\]\(([^)h][^)#]*)\)", PAGE):
        target = (ROOT / "docs" / path).resolve()
        assert target.exists(), path
        assert target.suffix != ".png" or target.stat().st_size < 200_000, path


def test_three_commands_are_enough() -> None:
    (block,) = re.findall(r"## From nothing to the first digest\n\n```sh\n(.+?)```", PAGE, flags=re.DOTALL)
    targets = re.findall(r"^make (\w+)", block, flags=re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(targets) == 2
    assert all(re.search(rf"^{target}:", makefile, flags=re.MULTILINE) for target in targets)
