"""A typed line to a call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.catalogue import REGISTRY
from bot.commands.parsing import Call, parse_line
from bot.errors import UserError


def parsed(line: str) -> Call:
    return parse_line(line, REGISTRY)


def answer(line: str) -> Call | UserError:
    try:
        return parsed(line)
    except UserError as error:
        return error


def test_a_query_keeps_its_own_filters_and_loses_the_commands_options() -> None:
    call = parsed(
        'subscribe "flow matching" OR diffusion -survey cat:cs.CV upvotes>=5 at:9am tz:Berlin weekdays max:8'
    )
    assert call.arguments == {
        "query": '"flow matching" OR diffusion -survey cat:cs.CV upvotes>=5',
        "at": "9am",
        "tz": "Berlin",
        "days": "weekdays",
        "max": "8",
    }


def test_options_may_stand_anywhere() -> None:
    call = parsed("subscribe at:9am knitting max:3 robots")
    assert str(call.arguments["query"]).split() == ["knitting", "robots"]
    assert (call.arguments["at"], call.arguments["max"]) == ("9am", "3")


@pytest.mark.parametrize("quoted", ['"at:9am tz"', "“at:9am tz”", "„at:9am tz“", "«at:9am tz»"])
def test_what_stands_in_quotes_is_the_querys(quoted: str) -> None:
    assert parsed(f"subscribe {quoted} knitting").arguments == {"query": f"{quoted} knitting"}


def test_an_apostrophe_is_no_quote() -> None:
    assert parsed("search alzheimer's disease page:2").arguments == {
        "query": "alzheimer's disease",
        "page": "2",
    }


@pytest.mark.parametrize("value", ['"New York"', "“New York”", "'New York'", "‘New York’"])
def test_a_value_may_be_quoted_in_any_way(value: str) -> None:
    assert parsed(f"settings tz:{value} max:5").arguments == {"tz": "New York", "max": "5"}


@pytest.mark.parametrize(("line", "at"), [("at:9 am", "9am"), ("at:9 p.m.", "9p.m."), ("at:09:30", "09:30")])
def test_a_time_may_have_its_half_apart(line: str, at: str) -> None:
    assert parsed(f"settings {line}").arguments == {"at": at}


def test_slack_links_and_channels_are_one_word() -> None:
    assert parsed("show <https://arxiv.org/abs/2606.00001|arxiv.org/abs/2606.00001>").arguments == {
        "paper": "https://arxiv.org/abs/2606.00001"
    }
    assert parsed("move <#C1|reading group>").arguments == {"to": "<#C1|reading group>"}
    assert parsed("feed add <https://example.org/atom.xml>").arguments == {
        "url": "https://example.org/atom.xml"
    }


def test_two_words_make_one_verb_and_case_does_not_matter() -> None:
    assert parsed("Feed List") == Call("feed list")
    assert parsed("/papers POST now") == Call("post now")
    assert parsed("topic define x = a OR b").arguments == {"topic": "x", "definition": "= a OR b"}


def test_an_option_by_name_wins_over_its_place() -> None:
    assert parsed('mute author:"Ada Example"').arguments == {"author": "Ada Example"}
    assert parsed("mute Ada Example").arguments == {"author": "Ada Example"}


@pytest.mark.parametrize("empty", ["", "  ", "/papers", "papers "])
def test_an_empty_line_asks_for_help(empty: str) -> None:
    assert parsed(empty) == Call("help")


@pytest.mark.parametrize(
    ("line", "meant"),
    [("subscrib x", "subscribe"), ("serach x", "search"), ("follow x", "subscribe"), ("feeds", "feed")],
)
def test_an_unknown_verb_names_the_nearest_and_changes_nothing(line: str, meant: str) -> None:
    with pytest.raises(UserError) as caught:
        parsed(line)
    assert "nothing was changed" in caught.value.what
    assert f"`{meant}" in caught.value.fix
    assert "example" in caught.value.fix


def test_half_a_verb_is_told_its_other_half() -> None:
    with pytest.raises(UserError, match="needs one more word") as caught:
        parsed("feed")
    assert "`feed add`" in caught.value.fix


def test_an_option_given_twice_is_refused() -> None:
    with pytest.raises(UserError, match="given twice"):
        parsed("settings at:9am at:10am")


def test_what_a_command_does_not_take_is_named() -> None:
    with pytest.raises(UserError, match="does not take `colour:red`"):
        parsed("settings colour:red")


@given(st.text(max_size=200))
def test_any_text_is_a_call_or_a_kind_error(text: str) -> None:
    answered = answer(text)
    if isinstance(answered, Call):
        assert REGISTRY.get(answered.command) is not None
    else:
        assert answered.what
        assert answered.fix


@given(
    st.sampled_from([one.name for one in REGISTRY]),
    st.lists(
        st.sampled_from(
            [
                "at:9am",
                "tz:",
                '"',
                "“",
                "'",
                "weekdays",
                "max:8",
                "cat:cs.CV",
                "-x",
                "<#C1|a b>",
                "<https://a.b|c",
                " ",
            ]
        ),
        max_size=8,
    ),
)
def test_any_mixture_of_pieces_is_a_call_or_a_kind_error(verb: str, pieces: list[str]) -> None:
    answered = answer(f"{verb} {' '.join(pieces)}")
    assert answered.command == verb if isinstance(answered, Call) else answered.fix


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40))
def test_a_query_of_one_word_arrives_as_it_was_typed(word: str) -> None:
    names = {param.name for one in REGISTRY if one.name == "search" for param in one.params}
    if word.partition(":")[0].lower() in names - {"query"}:
        return
    assert parsed(f"search {word}").arguments["query"] == word
