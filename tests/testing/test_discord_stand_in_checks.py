"""What Discord would refuse, the stand-in refuses: components, modals, commands, offered choices."""

from __future__ import annotations

from typing import Any

import pytest

from bot.testing.discord.checking import edit_problems, message_problems, modal_problems
from bot.testing.discord.checking_commands import choice_problems, command_problems

Json = dict[str, Any]


def row(*parts: Json) -> Json:
    return {"type": 1, "components": list(parts)}


def button(n: int = 0, **more: Any) -> Json:
    return {"type": 2, "style": 2, "label": "a", "custom_id": f"b{n}", **more}


def menu(count: int = 1, **more: Any) -> Json:
    options = [{"label": f"o{n}", "value": str(n)} for n in range(count)]
    return {"type": 3, "custom_id": "m", "options": options, **more}


def link(url: str) -> Json:
    return {"type": 2, "style": 5, "label": "a", "url": url}


@pytest.mark.parametrize(
    "rows",
    [
        [row(button()), row(menu(25))],
        [row(*(button(n) for n in range(5)))],
        [row(link("https://arxiv.org/abs/2011.13456"))],
        [row(menu(3, min_values=0, max_values=3, placeholder="p" * 150))],
        [row({"type": 2, "style": 1, "custom_id": "c" * 100, "emoji": {"name": "x"}})],
    ],
)
def test_components_that_discord_takes_have_no_problem(rows: list[Json]) -> None:
    assert message_problems({"content": "x", "components": rows}) == []


@pytest.mark.parametrize(
    "rows",
    [
        [row(button())] * 2,  # one custom_id twice
        [row(button(n)) for n in range(6)],
        [row(*(button(n) for n in range(6)))],
        [row()],
        [row(menu(), button())],
        [row(menu(26))],
        [row(menu(0))],
        [row(menu(2, options=[{"label": "a", "value": "1"}, {"label": "b", "value": "1"}]))],
        [row(menu(1, options=[{"label": "l" * 101, "value": "1"}]))],
        [row(menu(1, options=[{"label": "l", "value": "1", "description": "d" * 101}]))],
        [row(menu(1, placeholder="p" * 151))],
        [row(menu(1, max_values=2))],
        [row(button(label="l" * 81))],
        [row(button(label=""))],
        [row(button(custom_id="c" * 101))],
        [row(button(url="https://arxiv.org"))],
        [row(button(style=9))],
        [row(link("javascript:alert(1)"))],
        [row(link("https://a.b/" + "c" * 512))],
        [row({"type": 4, "custom_id": "i"})],
    ],
)
def test_components_that_discord_refuses_have_one(rows: list[Json]) -> None:
    assert message_problems({"content": "x", "components": rows})


@pytest.mark.parametrize(
    "embed",
    [
        {"description": "d" * 4097},
        {"footer": {"text": "f" * 2049}},
        {"author": {"name": "a" * 257}},
        {"fields": [{"name": "", "value": "v"}]},
        {"fields": [{"name": "n", "value": "v" * 1025}]},
        {"fields": [{"name": "n", "value": "v"}] * 26},
        {"thumbnail": {"url": "no address"}},
    ],
)
def test_embeds_over_a_limit_are_a_problem(embed: Json) -> None:
    assert message_problems({"embeds": [{"title": "t"}]}) == []
    assert message_problems({"embeds": [{"title": "t", **embed}]})


def test_six_thousand_characters_are_counted_over_all_embeds() -> None:
    fits = [{"title": "t" * 200, "description": "d" * 800} for _ in range(6)]
    assert message_problems({"embeds": fits}) == []
    assert message_problems({"embeds": [*fits, {"footer": {"text": "f"}}]})


def test_an_edit_may_leave_everything_out() -> None:
    assert edit_problems({}) == []
    assert edit_problems({"flags": 1 << 20})


def field(**more: Any) -> Json:
    return {"type": 4, "style": 1, "custom_id": "i", "label": "L", **more}


def labelled(part: Json, **more: Any) -> Json:
    return {"type": 18, "label": "L", "component": part, **more}


def modal(*parts: Json, **more: Any) -> Json:
    return {"title": "t", "custom_id": "c", "components": list(parts), **more}


@pytest.mark.parametrize(
    "given",
    [
        modal(row(field())),
        modal(labelled({"type": 4, "style": 2, "custom_id": "i", "value": "v"}, description="d")),
        modal(labelled(menu(3))),
    ],
)
def test_modals_that_discord_takes_have_no_problem(given: Json) -> None:
    assert modal_problems(given) == []


@pytest.mark.parametrize(
    "given",
    [
        modal(),
        modal(*(row(field(custom_id=str(n))) for n in range(6))),
        modal(row(field()), title="t" * 46),
        modal(row(field()), custom_id=""),
        modal(row(field(label="l" * 46))),
        modal(row(field(value="v" * 11, max_length=10))),
        modal(row(button())),
        modal(row(field()), row(field())),
        modal(labelled(button())),
        modal(labelled(menu(), label="")),
        modal(labelled(menu(), description="d" * 101)),
    ],
)
def test_modals_that_discord_refuses_have_one(given: Json) -> None:
    assert modal_problems(given)


def command(*options: Json, **more: Any) -> Json:
    return {"name": "papers", "description": "d", "options": list(options), **more}


def option(name: str = "query", **more: Any) -> Json:
    return {"type": 3, "name": name, "description": "d", **more}


def verbose(number: int) -> Json:
    """One of twenty-five such have more than 8,000 characters together."""
    below = [option(f"p{n}", description="d" * 100) for n in range(3)]
    return option(f"o{number}", description="d" * 100, type=1, options=below)


@pytest.mark.parametrize(
    "given",
    [
        [command(option(autocomplete=True)), {"type": 3, "name": "Look up papers"}],
        [command(option("group", type=2, options=[option("add", type=1, options=[option(required=True)])]))],
        [command(option(required=True), option("second", choices=[{"name": "a", "value": "b"}]))],
    ],
)
def test_commands_that_discord_takes_have_no_problem(given: list[Json]) -> None:
    assert command_problems(given) == []


@pytest.mark.parametrize(
    "given",
    [
        [command(name="Papers")],
        [command(name="p" * 33)],
        [command(name="two words")],
        [command(), command()],
        [command(option(), option())],
        [command(option(), option("second", required=True))],
        [command(option(type=12))],
        [command(option(autocomplete=True, choices=[{"name": "a", "value": "b"}]))],
        [command(option(choices=[{"name": "a", "value": "v" * 101}]))],
        [command(option(choices=[{"name": str(n), "value": "v"} for n in range(26)]))],
        [command(option("a", type=2, options=[option("b", type=2, options=[option("c", type=1)])]))],
        [command(*(verbose(n) for n in range(25)))],
        [{"type": 3, "name": "Look up", "description": "d"}],
        [{"type": 3, "name": f"Look up {n}"} for n in range(16)],
    ],
)
def test_commands_that_discord_refuses_have_one(given: list[Json]) -> None:
    assert command_problems(given)


def test_offered_choices_are_named_and_not_too_many() -> None:
    good = {"name": "a", "value": "b"}
    assert list(choice_problems([good] * 25, "data")) == []
    assert list(choice_problems([good] * 26, "data"))
    assert list(choice_problems([{"name": "", "value": "b"}], "data"))
    assert list(choice_problems([{"name": "n" * 101, "value": "b"}], "data"))
