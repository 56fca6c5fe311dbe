"""Every verb of the chats on the command line, and hints that can be typed there as they stand."""

from __future__ import annotations

import pytest

from bot.cli._hints import sentence
from bot.cli._typer import ALSO, ORDER
from bot.commands.catalogue import REGISTRY


def test_the_help_names_every_verb_of_the_chats_that_is_not_listed(cli) -> None:
    own = {*ORDER, "help"}
    assert {one.name for one in REGISTRY if one.name.partition(" ")[0] not in own} == set(ALSO.split(", "))
    assert ALSO in " ".join(cli("-h").out.split())


@pytest.mark.parametrize("name", ALSO.split(", "))
def test_every_verb_of_the_chats_explains_itself(cli, name: str) -> None:
    done = cli(*name.split(), "-h")
    assert done.code == 0
    assert f"Usage: paperround {name} " in done.out
    command = REGISTRY.get(name)
    assert command is not None
    assert all(f"--{param.name} " in done.out for param in command.params if param.arg.place == "named")


def test_verbs_of_the_chats_answer_as_they_do_there(loaded) -> None:
    assert loaded("trending", "all", "--json").code in {0, 2}
    assert loaded("status", "--json").json["counts"]["papers"] == 13
    number = str(loaded("search", "crochet", "--json").json["papers"][0]["id"])
    assert "bibtex" in loaded("cite", number, "--json").json
    assert loaded("save", number).code == 0
    assert loaded("saved", "--json").json["total"] == 1
    assert loaded("cite").code == 2


def test_a_topic_is_defined_as_the_hint_says(loaded) -> None:
    assert "`paperround define NAME = zzz`" in loaded("topics", "zzz").out
    assert loaded("define", "our", "=", "zzz OR knitting").code == 0
    assert "`two words`" in loaded("define", "two words", "knitting").err
    assert {one["name"] for one in loaded("topics", "our", "--json").json["topics"]} >= {"our"}
    assert loaded("search", "topic:our", "--json").json["total"] == 12


def test_options_of_a_channel_are_given_as_options(loaded) -> None:
    loaded("subscribe", "knitting")
    assert loaded("settings", "--at", "7am", "--max", "3", "--json").json["settings"]["max"] == 3
    for arguments in (
        ("settings", "--max", "0"),
        ("settings", "--max", "many"),
        ("settings", "--bogus", "1"),
    ):
        done = loaded(*arguments)
        assert done.code == 2
        assert "max:" not in done.err
    assert loaded("list", "--json").json["subscriptions"][0]["query"] == "knitting"


NAMES = ("at", "tz", "days", "page", "max")


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("Try `page:3`.", "Try `--page 3`."),
        ("For example: tz:Berlin or tz:Asia/Tokyo", "For example: --tz Berlin or --tz Asia/Tokyo"),
        ("`at:` and `max:9`", "`--at` and `--max 9`"),
        (
            '`paperround search "flow matching" -survey page:2`',
            "`paperround search '\"flow matching\" -survey' --page 2`",
        ),
        ("`paperround search QUERY [page:N]`", "`paperround search QUERY [--page N]`"),
        (
            "`paperround subscribe topic:llm at:9am tz:Berlin weekdays`",
            "`paperround subscribe topic:llm --at 9am --tz Berlin --days weekdays`",
        ),
        ("`paperround unsubscribe *`", "`paperround unsubscribe '*'`"),
        (
            "`topic:llm` and `since:2026-01-31`, whatever `at it",
            "`topic:llm` and `since:2026-01-31`, whatever `at it",
        ),
    ],
)
def test_a_hint_is_written_as_a_shell_takes_it(said: str, typed: str) -> None:
    assert sentence(said, NAMES) == typed


def test_what_a_verb_answers_can_be_typed(loaded) -> None:
    assert "`--page 1`" in loaded("search", "crochet", "--page", "99").err
    assert "'\"flow matching\" -survey'" in loaded("search", "").err
    assert "`paperround topics` lists them all" in loaded("search", "topic:nope").err
    assert "`paperround subscribe` or `paperround settings`" in loaded("search", "x tz:Berlin").err
    for arguments in (("init", "--tz", "Nowhere"), ("subscribe", "x", "--tz", "Nowhere")):
        done = loaded(*arguments)
        assert done.code == 2
        assert "--tz Berlin" in done.err
        assert "tz:" not in done.err
    assert "--at 9am" in loaded("subscribe", "x", "--at", "25").err
