"""Slash commands as Discord sends them, and as nobody should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.chat.discord.listening import tree
from adapters.chat.discord.listening.calls import call_of, typed_in, verb_of
from adapters.chat.discord.listening.slash import READ, _message
from adapters.chat.mentions import texts_in
from bot.commands.parsing import Call

SOME = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "type", "options", "value", "focused", "resolved", "channels", "messages"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)
OBJECTS = st.dictionaries(
    st.sampled_from(["name", "type", "options", "resolved", "target_id"]), SOME, max_size=5
)


def command(*path: str, **values: Any) -> dict[str, Any]:
    options = [{"name": name, "type": 3, "value": value} for name, value in values.items()]
    for depth, name in enumerate(reversed(path[1:])):
        options = [{"name": name, "type": 1 if depth == 0 else 2, "options": options}]
    return {"name": path[0], "type": 1, "options": options}


def test_every_line_of_the_menu_is_its_verb() -> None:
    for path, one in tree.paths().items():
        assert verb_of(command(*path))[0] is one


def test_values_come_as_they_were_given() -> None:
    assert call_of(command("papers", "search", query=" a b ", page=2)) == Call(
        "search", {"query": "a b", "page": 2}
    )


def test_a_whole_line_may_stand_in_the_field_of_a_query() -> None:
    line = "topic:llm at:9am tz:Berlin weekdays"
    asked = {"query": "topic:llm", "at": "9am", "tz": "Berlin", "days": "weekdays"}
    assert call_of(command("papers", "subscribe", query=line)) == Call("subscribe", asked)
    assert call_of(command("papers", "subscribe", query=line, tz="Oslo")) == Call(
        "subscribe", {**asked, "tz": "Oslo"}
    )
    alone = {"query": "at:9am"}
    assert call_of(command("papers", "subscribe", **alone)) == Call("subscribe", alone)
    twice = {"query": "llm at:9am at:10am"}
    assert call_of(command("papers", "subscribe", **twice)) == Call("subscribe", twice)


def test_half_a_character_is_no_fault_of_the_program() -> None:
    assert call_of(command("papers", "search", query="a\ud800b")) == Call("search", {"query": "a b"})


def test_a_channel_without_a_description_is_its_id() -> None:
    assert call_of(command("papers", "move", to="12")) == Call("move", {"to": "<#12>"})


def test_a_channels_name_ends_no_mention() -> None:
    data = {**command("papers", "move", to="12"), "resolved": {"channels": {"12": {"name": "a>b|c"}}}}
    assert call_of(data) == Call("move", {"to": "<#12|abc>"})


def test_a_command_of_another_version_is_none() -> None:
    assert call_of(command("papers", "knit")) is None
    assert call_of({}) is None


def test_whatever_is_being_typed_is_found() -> None:
    data = command("papers", "settings", tz="ber")
    data["options"][0]["options"][0]["focused"] = True
    param, typed = typed_in(data)
    assert param is not None
    assert (param.name, typed) == ("tz", "ber")


@given(data=OBJECTS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_that_is_sent_breaks_anything(data: dict[str, Any]) -> None:
    call_of(data)
    typed_in(data)
    list(texts_in(_message(data), READ))


def test_the_commands_are_as_they_were(same_as_golden: Any) -> None:
    """What Discord shows people; a change here is one that everybody sees."""
    shown = orjson.dumps(tree.commands(), option=orjson.OPT_INDENT_2).decode()
    same_as_golden(str(Path("discord") / "commands.json"), shown + "\n")
