"""The form in which a subscription is made or changed: opened, filled in, saved.

A trigger lives for three seconds, so a window opens first and is filled when the answer is there. What comes back is a
claim: the workspace is the one Slack names, and whoever saves is asked anew what they may do in that channel.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.chat.saving import carried_out, is_error
from adapters.chat.slack.drawing.blocks import Json
from adapters.chat.slack.drawing.views import EditForm, edit_view, edited, form_of, loading_view
from bot.commands.parsing import Call
from bot.commands.replies import Notice, Reply, SettingsView, SubscriptionList, Tone
from bot.errors import PaperRoundError

from .acts import Act
from .handling import by_trigger
from .home import publish

# Slack puts "One moment ..." into the window by itself, and must not put it over what came of it.
SHOWN_SECONDS = 0.5
FORMS = frozenset({"edit", "subscribe"})
ELSEWHERE = "This form was opened in another workspace, so nothing was changed."


def is_asked(call: Call, *, in_channel: bool) -> bool:
    """Whether a button asks for the form: it names no query yet, or nobody knows for which channel."""
    if call.command == "subscribe" and not in_channel:
        return True
    return call.command in FORMS and not call.arguments.get("query")


async def opened(act: Act, call: Call, *, about: str = "") -> None:
    """Open the form for a subscription, or for a new one, with the channel's settings as they are."""
    await act.answer.open(by_trigger(act.body))
    which = str(call.arguments.get("which") or "")
    if which:
        await _changing(act, which, about)
    else:
        await _making(act, about, str(call.arguments.get("query") or ""))


async def _changing(act: Act, which: str, about: str) -> None:
    # Without options `settings` changes nothing; unlike `list`, it says at once that this is for managers.
    found = await act.ask(Call("settings"), about=about)
    form = form_of(found.state, which) if isinstance(found, SettingsView) else None
    if form is not None:
        await act.answer.show(edit_view(form))
    elif isinstance(found, SettingsView):
        await act.reply(
            Notice(
                kind=Tone.ERROR,
                what=f"There is no subscription {which[:20]} here any more, so nothing was changed.",
                fix="`/papers list` shows what there is.",
            )
        )
    else:
        await act.reply(found, about=about)


async def _making(act: Act, about: str, query: str) -> None:
    channel = about or act.channel
    found = await act.ask(Call("list"), about=about) if channel else None
    state = found.state if isinstance(found, SubscriptionList) else None
    form = form_of(state) if state else EditForm(workspace=act.workspace, channel=channel)
    if form is not None:
        await act.answer.show(edit_view(replace(form, query=query)))


async def at_once(ack: AsyncAck, _body: Json) -> object:
    """Acknowledge a form by saying that it is being saved."""
    return await ack(response_action="update", view=loading_view("Saving ..."))


async def saved(act: Act) -> None:
    """Carry out what was filled in; an error leaves the form open, with everything in it."""
    await act.office.clock.sleep(SHOWN_SECONDS)
    form = edited(act.body["view"])
    try:
        reply = await _carried_out(act, form)
    except PaperRoundError as error:
        await act.answer.show(edit_view(form, error=str(error)))
        return
    if isinstance(reply, Notice) and is_error(reply):
        await act.answer.show(edit_view(form, error=f"{reply.what} {reply.fix}".strip()))
        return
    await act.reply(reply, about=form.channel)
    await publish(act)


async def _carried_out(act: Act, form: EditForm) -> Reply:
    if form.workspace != act.workspace:
        return Notice(kind=Tone.ERROR, what=ELSEWHERE, fix="Open it again where you are.")
    return await carried_out(partial(act.ask, about=form.channel), form, form_of)
