"""A form about a subscription, carried out: what differs from how it is now is changed, on every chat the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from bot.commands.parsing import Call
from bot.commands.replies import Channel, Notice, Reply, SettingsView, Tone

NOTHING_CHANGED = Notice(kind=Tone.INFO, what="It was set so already; nothing was changed.")


class Form(Protocol):
    """What was filled in, as texts; `which` is "" for a new subscription."""

    @property
    def which(self) -> str: ...
    @property
    def query(self) -> str: ...
    @property
    def at(self) -> str: ...
    @property
    def tz(self) -> str: ...
    @property
    def days(self) -> str: ...
    @property
    def max(self) -> str: ...


Ask: TypeAlias = Callable[[Call], Awaitable[Reply]]
FormOf: TypeAlias = Callable[[Channel, str], Form | None]


async def carried_out(ask: Ask, form: Form, form_of: FormOf) -> Reply:
    """Subscribe, or change the query, the channel's settings, or both; `form_of` is the form as it would be now."""
    if not form.which:
        return await ask(Call("subscribe", {"query": form.query, **when(form)}))
    now = await ask(Call("settings"))
    if isinstance(now, Notice):
        return now
    was = form_of(now.state, form.which) if isinstance(now, SettingsView) else None
    return await _changed(ask, form, was)


async def _changed(ask: Ask, form: Form, was: Form | None) -> Reply:
    reply: Reply = NOTHING_CHANGED
    if was is None or was.query != form.query:
        reply = await ask(Call("edit", {"which": form.which, "query": form.query}))
        if is_error(reply):
            return reply
    if was is None or when(was) == when(form):
        return reply
    moved = await ask(Call("settings", when(form)))
    return _half(moved) if is_error(moved) and reply is not NOTHING_CHANGED else moved


def is_error(reply: Reply) -> bool:
    """Whether nothing, or not all, was done."""
    return isinstance(reply, Notice) and reply.kind is Tone.ERROR


def when(form: Form) -> dict[str, str]:
    """What a form says of the channel's digest; what was left empty is left out."""
    given = {"at": form.at, "tz": form.tz, "days": form.days.replace(" ", ""), "max": form.max}
    return {name: value for name, value in given.items() if value}


def _half(refused: Reply) -> Reply:
    """An error about the settings, after the query was changed all the same."""
    what = f"The query was changed, but not the settings. {getattr(refused, 'what', '')}"
    return Notice(kind=Tone.ERROR, what=what.strip(), fix=getattr(refused, "fix", ""))
