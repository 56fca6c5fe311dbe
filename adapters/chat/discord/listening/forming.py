"""The form in which a subscription is made or changed: opened at once, filled in, saved.

A form is only ever a first answer, for which Discord waits three seconds: when the database takes longer, it opens empty,
and says of which subscription it is.
"""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace

from adapters.chat.discord.drawing.embeds import Json, Message, button, row
from adapters.chat.discord.drawing.forms import EditForm, again, edit_modal, edited, form_in, form_of
from adapters.chat.discord.drawing.replies import reply_messages
from adapters.chat.saving import carried_out, is_error
from bot.commands.parsing import Call
from bot.commands.replies import Notice, SettingsView, SubscriptionList, Tone

from .acts import Act
from .tree import FORMS

PATIENCE = 1.2  # seconds to ask how it is now
OPEN_AGAIN = "Open the form again"


def is_asked(call: Call) -> bool:
    """Whether a command or a button asks for the form: it names no query yet."""
    return call.command in FORMS and not call.arguments.get("query")


async def opened(act: Act, call: Call) -> None:
    """Open the form about a subscription, or about a new one, with the channel's settings as they are."""
    form = form_in(call)
    if form.which and form.query:  # what was filled in before, and not taken
        await act.answer.form(edit_modal(form))
        return
    found = await _now(act, form)
    if isinstance(found, Notice):
        await _refused(act, found)
        return
    await act.answer.form(edit_modal(found))


async def saved(act: Act) -> None:
    """Carry out what was filled in; what was not taken is offered again, with everything in it."""
    if not await act.answer.later():
        return
    form = edited(act.happening.data)
    reply = await carried_out(act.ask, form, form_of)
    messages = reply_messages(reply, kept=act.office.kept, locale=act.happening.locale)
    custom_id = again(form, act.office.kept) if is_error(reply) else ""
    await act.answer.give(_with_button(messages, custom_id) if custom_id else messages)


async def _now(act: Act, form: EditForm) -> EditForm | Notice:
    """The form as it is now, or why it is not opened; as it was given, when nobody can say in time.

    Without options `settings` changes nothing; unlike `list`, it says at once that this is for managers.
    """
    asked = Call("settings" if form.which or not act.happening.asker.manager else "list")
    try:
        async with asyncio.timeout(PATIENCE):
            found = await act.ask(asked)
    except TimeoutError:
        return form
    if isinstance(found, Notice):
        return found
    state = found.state if isinstance(found, SettingsView | SubscriptionList) else None
    known = form_of(state, form.which) if state else form
    return _gone(form.which) if known is None else _with(form, known)


def _with(given: EditForm, known: EditForm) -> EditForm:
    """The form as it is now, with what was given already on top."""
    said = {one.name: value for one in fields(given) if (value := getattr(given, one.name))}
    return replace(known, **said)


async def _refused(act: Act, notice: Notice) -> None:
    if await act.answer.later():
        await act.reply(notice)


def _gone(which: str) -> Notice:
    return Notice(
        kind=Tone.ERROR,
        what=f"There is no subscription {which[:20]} here any more, so nothing was changed.",
        fix="`/papers list` shows what there is.",
    )


def _with_button(messages: tuple[Message, ...], custom_id: str) -> tuple[Message, ...]:
    *before, last = messages
    line: Json = row([button(OPEN_AGAIN, custom_id)])
    return (*before, replace(last, components=(*last.components, line)[-5:]))
