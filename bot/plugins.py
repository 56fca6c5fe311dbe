"""Chat adapters and sources, found by entry point: ours are registered the same way as anybody's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points, packages_distributions
from typing import cast

from bot.errors import ConfigError
from bot.ports import ChatAdapter, ChatContext, Configured, Setup, Source, SourceContext

CHAT = "paperround.chat"
SOURCES = "paperround.sources"
# What these names are called elsewhere; installed beside us they hide ours (ARCHITECTURE.md, "Names").
GENERIC = ("bot", "adapters", "jobs")
OURS = "paperround"


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """A plug-in that is registered and cannot be used."""

    name: str
    distribution: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} (from {self.distribution}) cannot be loaded: {self.reason}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What one group offers: factories by name, and the plug-ins that failed."""

    factories: Mapping[str, Callable[..., object]]
    broken: tuple[Broken, ...]


def load(group: str, points: Iterable[EntryPoint] | None = None) -> Loaded:
    """Import every plug-in of a group; one that fails is named and the others stand."""
    factories: dict[str, Callable[..., object]] = {}
    broken: list[Broken] = []
    for point in sorted(entry_points(group=group) if points is None else points, key=lambda one: one.name):
        try:
            factories[point.name] = point.load()
        except Exception as error:  # noqa: BLE001 - a stranger's module may raise anything; it is named, not hidden
            broken.append(Broken(name=point.name, distribution=_maker(point), reason=_reason(error)))
    return Loaded(factories=factories, broken=tuple(broken))


def chat_adapters(
    names: Sequence[str], context: ChatContext, loaded: Loaded | None = None
) -> dict[str, ChatAdapter]:
    """The adapters `PAPERROUND_CHAT` asks for, by platform; raises `ConfigError` when one cannot be had."""
    offered = loaded or load(CHAT)
    adapters = [
        cast("ChatAdapter", _make(name, offered, context, "PAPERROUND_CHAT", "chat adapter"))
        for name in names
    ]
    return {adapter.platform: adapter for adapter in adapters}


def sources(names: Sequence[str], context: SourceContext, loaded: Loaded | None = None) -> list[Source]:
    """The sources `PAPERROUND_SOURCES` asks for, in order; raises `ConfigError` when one cannot be had."""
    offered = loaded or load(SOURCES)
    return [cast("Source", _make(name, offered, context, "PAPERROUND_SOURCES", "source")) for name in names]


def check_names(chat: Sequence[str], wanted: Sequence[str]) -> None:
    """Raise `ConfigError` for the first chat adapter or source asked for that is not installed or cannot be loaded."""
    for names, group, setting, noun in (
        (chat, CHAT, "PAPERROUND_CHAT", "chat adapter"),
        (wanted, SOURCES, "PAPERROUND_SOURCES", "source"),
    ):
        offered = load(group)
        for name in names:
            _factory(name, offered, setting, noun)


def chat_setup(name: str, loaded: Loaded | None = None) -> Setup:
    """What `init NAME` says and asks; raises `ConfigError` when there is no such chat, or nothing to set up."""
    offered = loaded or load(CHAT)
    for one in offered.broken:
        if one.name == name:
            raise ConfigError(f"{one}.", fix=f"Mend or uninstall {one.distribution}.")
    ready = {
        chat: setup for chat, made in offered.factories.items() if (setup := getattr(made, "setup", None))
    }
    if name in ready:
        return cast("Setup", ready[name])
    known = f"It can set up: {', '.join(ready) or 'none'}."
    if name in offered.factories:
        raise ConfigError(f"`{name}` needs no setting up.", fix=f"PAPERROUND_CHAT={name} is all. {known}")
    near = get_close_matches(name, ready, n=1)
    raise ConfigError(f"There is no chat called `{name}`.", fix=f"Did you mean {near[0]}?" if near else known)


def chat_settings(names: Sequence[str], loaded: Loaded | None = None) -> dict[str, str]:
    """The settings of its own that each of these chats shows, by variable; `ConfigError` when one cannot be used."""
    offered = (loaded or load(CHAT)).factories
    shown = [
        _own_settings(name, offered[name]) for name in names if hasattr(offered.get(name), "own_settings")
    ]
    return {variable: value for settings in shown for variable, value in settings.items()}


def warnings(names: Sequence[str], loaded: Loaded) -> tuple[str, ...]:
    """One line for each plug-in that failed and that nobody asked for."""
    return tuple(str(one) for one in loaded.broken if one.name not in names)


def _factory(name: str, loaded: Loaded, setting: str, noun: str) -> Callable[..., object]:
    for one in loaded.broken:
        if one.name == name:
            raise ConfigError(f"{setting} asks for {one}", fix=_fix(one, setting))
    if name not in loaded.factories:
        raise ConfigError(_unknown(name, loaded, setting, noun), fix=_known(loaded, setting))
    return loaded.factories[name]


def _make(name: str, loaded: Loaded, context: ChatContext | SourceContext, setting: str, noun: str) -> object:
    factory = _factory(name, loaded, setting, noun)
    try:
        return factory(context)
    except ConfigError:
        raise
    except Exception as error:
        raise ConfigError(
            f"{setting} asks for {name}, which failed to start: {_reason(error)}",
            fix=f"Mend it, or take {name} out of {setting}.",
        ) from error


def _own_settings(name: str, factory: object) -> Mapping[str, str]:
    try:
        return dict(cast("Configured", factory).own_settings())
    except ConfigError:
        raise
    except Exception as error:
        raise ConfigError(
            f"The settings of {name} cannot be shown: {_reason(error)}",
            fix=f"Mend it, or take {name} out of PAPERROUND_CHAT.",
        ) from error


def _unknown(name: str, loaded: Loaded, setting: str, noun: str) -> str:
    near = get_close_matches(name, loaded.factories, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"{setting} asks for `{name}`, and no {noun} is called that.{meant}"


def _known(loaded: Loaded, setting: str) -> str:
    names = ", ".join(loaded.factories) or "none; is Paper Round installed (`make setup`)?"
    return f"Installed: {names}. For example {setting}={next(iter(loaded.factories), 'console')}"


def _fix(one: Broken, setting: str) -> str:
    return f"Mend or uninstall {one.distribution}, or take {one.name} out of {setting}."


def _reason(error: Exception) -> str:
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}{_shadowed(error)}"


def _shadowed(error: Exception) -> str:
    """A library of the same name as ours, installed beside us, explains most failing imports."""
    name = (getattr(error, "name", None) or "").partition(".")[0]
    if name not in GENERIC:
        return ""
    owners = sorted(set(packages_distributions().get(name, [])) - {OURS})
    if not owners:
        return ""
    return f" (the package {owners[0]} also has a module called {name!r} and hides ours; install Paper Round on its own)"


def _maker(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "an unknown package"
