"""Finding adapters and sources, and naming the one that fails."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from bot import plugins
from bot.errors import ConfigError
from bot.ports import ChatContext, SourceContext
from bot.testing import FakeClock

CONTEXT = ChatContext(clock=FakeClock(), settings={})
PLUGINS = Path(__file__).parent / "plugins"


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("postcard", "bulletin", "broken"):
        monkeypatch.syspath_prepend(str(PLUGINS / name))


def point(name: str, value: str, group: str = plugins.CHAT) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=group)


POSTCARD = point("postcard", "paperround_postcard:PostcardAdapter")
BROKEN = point("broken", "paperround_broken:BrokenSource")


def test_an_adapter_is_built_with_its_context() -> None:
    loaded = plugins.load(plugins.CHAT, [POSTCARD])
    adapters = plugins.chat_adapters(["postcard"], CONTEXT, loaded)
    assert list(adapters) == ["postcard"]


def test_ours_are_found_the_same_way() -> None:
    assert "console" in plugins.load(plugins.CHAT).factories
    assert {"huggingface", "arxiv", "feed", "page"} <= set(plugins.load(plugins.SOURCES).factories)


def test_one_that_fails_is_named_in_one_line_and_the_others_stand() -> None:
    loaded = plugins.load(plugins.CHAT, [BROKEN, POSTCARD])
    assert list(loaded.factories) == ["postcard"]
    (warning,) = plugins.warnings(["postcard"], loaded)
    assert warning.startswith("broken (from ")
    assert "ModuleNotFoundError: No module named 'a_library_nobody_has'" in warning
    assert "\n" not in warning


def test_one_that_fails_and_is_asked_for_is_a_config_error() -> None:
    loaded = plugins.load(plugins.CHAT, [BROKEN])
    with pytest.raises(ConfigError, match="PAPERROUND_CHAT asks for broken") as caught:
        plugins.chat_adapters(["broken"], CONTEXT, loaded)
    assert "take broken out of PAPERROUND_CHAT" in caught.value.fix


def test_an_unknown_name_gets_the_nearest_and_the_list() -> None:
    loaded = plugins.load(plugins.CHAT, [POSTCARD])
    with pytest.raises(ConfigError, match="Did you mean postcard") as caught:
        plugins.chat_adapters(["postcards"], CONTEXT, loaded)
    assert "Installed: postcard." in caught.value.fix


def test_one_that_fails_to_start_is_a_config_error() -> None:
    loaded = plugins.load(plugins.SOURCES, [point("bad", "builtins:int", plugins.SOURCES)])
    context = SourceContext(fetcher=None, clock=FakeClock(), settings={})  # type: ignore[arg-type]  # never used
    with pytest.raises(ConfigError, match="bad, which failed to start: TypeError"):
        plugins.sources(["bad"], context, loaded)


def test_a_shadowed_package_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "shadowed.py").write_text(
        "raise ModuleNotFoundError('No module named adapters.chat', name='adapters.chat')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(plugins, "packages_distributions", lambda: {"adapters": ["paperround", "adapters"]})
    (broken,) = plugins.load(plugins.CHAT, [point("shadowed", "shadowed:X")]).broken
    assert "the package adapters also has a module called 'adapters' and hides ours" in broken.reason
    sys.modules.pop("shadowed", None)


class Shy:
    """A chat whose settings cannot be shown."""

    @staticmethod
    def own_settings() -> dict[str, str]:
        raise KeyError("SHY_TOKEN")


def test_a_chat_that_breaks_while_it_shows_its_settings_is_a_config_error() -> None:
    loaded = plugins.Loaded(factories={"shy": Shy}, broken=())
    with pytest.raises(ConfigError, match=r"The settings of shy cannot be shown: KeyError"):
        plugins.chat_settings(["shy"], loaded)


def test_a_chat_that_shows_no_settings_is_left_alone() -> None:
    assert plugins.chat_settings(["postcard"], plugins.load(plugins.CHAT, [POSTCARD])) == {}
