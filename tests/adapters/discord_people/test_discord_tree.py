"""The commands as Discord is told of them."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.chat.discord.drawing.embeds import Json
from adapters.chat.discord.drawing.replies import reply_messages
from adapters.chat.discord.listening import tree
from bot.commands.catalogue import REGISTRY
from bot.commands.replies import HelpEntry, HelpPage, Notice, Reply, Tone
from bot.commands.spec import Kind, Who
from bot.testing.discord_messages import discord_findings
from bot.testing.replies import every_reply


def lines(options: list[Json]) -> Iterator[Json]:
    for one in options:
        yield one
        if one["type"] in {tree.SUBCOMMAND, tree.GROUP}:
            yield from lines(one.get("options", []))


def size(one: Json) -> int:
    choices = sum(len(each["name"]) + len(str(each["value"])) for each in one.get("choices", []))
    inner = sum(map(size, one.get("options", [])))
    return len(one["name"]) + len(one.get("description", "")) + choices + inner


def test_every_verb_has_one_place() -> None:
    placed = [one.name for one in tree.paths().values()]
    assert sorted([*placed, *tree.TWICE]) == sorted(one.name for one in REGISTRY)


def test_nothing_is_longer_than_discord_takes() -> None:
    for command in tree.commands():
        assert size(command) <= 8000
        for one in [command, *lines(command.get("options", []))]:
            assert len(one.get("options", [])) <= 25
            assert len(one.get("choices", [])) <= 25
            assert len(one["name"]) <= 32
            assert command["type"] == tree.MESSAGE or 1 <= len(one["description"]) <= 100


def test_what_is_required_comes_first() -> None:
    for command in tree.commands():
        for one in lines(command.get("options", [])):
            required = [each.get("required", False) for each in one.get("options", [])]
            assert required == sorted(required, reverse=True)


def test_no_option_is_completed_and_a_choice_at_once() -> None:
    for command in tree.commands():
        for one in lines(command.get("options", [])):
            assert not (one.get("autocomplete") and one.get("choices"))


def test_everything_that_holds_for_the_server_is_kept_from_others() -> None:
    admins = {path[0] for path, one in tree.paths().items() if one.who is Who.ADMINS}
    assert admins == {tree.ADMIN}
    command = next(one for one in tree.commands() if one["name"] == tree.ADMIN)
    assert command["default_member_permissions"] == str(1 << 5)
    assert command["contexts"] == [0]


def test_what_everybody_may_ask_is_there_in_servers_and_direct_messages() -> None:
    command = next(one for one in tree.commands() if one["name"] == tree.ROOT)
    assert (command["contexts"], command["integration_types"]) == ([0, 1, 2], [0, 1])
    assert "default_member_permissions" not in command


def test_an_edit_may_leave_the_query_to_the_form() -> None:
    command = next(one for one in tree.commands() if one["name"] == tree.ROOT)
    edit = next(one for one in command["options"] if one["name"] == "edit")
    assert {one["name"]: one["required"] for one in edit["options"]} == {"which": True, "query": False}


def test_whatever_can_be_completed_is() -> None:
    for path, one in tree.paths().items():
        for param in one.params:
            if param.arg.kind in {Kind.TOPIC, Kind.ZONE, Kind.SUBSCRIPTION, Kind.AUTHOR}:
                option = tree._option(param, required=False)
                assert option.get("autocomplete"), path


def test_verbs_that_stand_elsewhere_are_spelled_so() -> None:
    assert tree.spelled("`/papers saved`") == "`/papers my saved`"
    assert tree.spelled("/papers define x = y") == "/papers-admin topic define x = y"
    assert tree.spelled("/papers search saved") == "/papers search saved"
    assert tree.spelled("/papers topics") == "/papers topics"
    assert tree.spelled("https://a.example/papers saved") == "https://a.example/papers saved"


def test_a_reply_is_spelled_as_a_whole() -> None:
    notice = Notice(kind=Tone.INFO, what="Saved.", fix="`/papers saved` lists it.", lines=("/papers mute",))
    said = tree.spell(notice)
    assert (said.fix, said.lines) == ("`/papers my saved` lists it.", ("/papers my mute",))
    page = HelpPage(title="", entries=(HelpEntry(usage="/papers save PAPER", summary="", managers=False),))
    assert tree.spell(page).entries[0].usage == "/papers my save PAPER"


def test_a_reply_that_names_no_such_verb_is_the_same() -> None:
    notice = Notice(kind=Tone.INFO, what="Nothing.")
    assert tree.spell(notice) is notice


def test_every_reply_is_drawn_as_well_as_it_was() -> None:
    for reply in every_reply():
        said = tree.spell(reply)
        assert type(said) is type(reply)
        assert complaints(said) == complaints(reply)


def complaints(reply: Reply) -> list[str]:
    """What the judge finds, without a list of the links that are allowed."""
    return [one for message in reply_messages(reply) for one in discord_findings(message.body())]
