"""Buttons and menu lines; what they carry is a claim like any other, and whoever presses is asked anew."""

from __future__ import annotations

from adapters.chat.discord.drawing.buttons import Press, Pressed, chosen, unpacked
from adapters.chat.discord.drawing.replies import confirmation
from bot.commands.catalogue import REGISTRY
from bot.commands.parsing import Call
from bot.commands.replies import Notice, Reply, Tone

from . import forming
from .acts import Act

TOO_OLD = Notice(
    kind=Tone.ERROR, what="That button is too old, so nothing was done.", fix="Run the command again."
)
LEFT = Notice(kind=Tone.INFO, what="Nothing was changed.")


async def pressed(act: Act) -> None:
    """Carry a button's command out, and answer whoever pressed it."""
    found = _pressed(act)
    match found.press if found else None:
        case None:
            await _told(act, TOO_OLD)
        case _ if found is None:  # said once more, for whoever checks the types
            return
        case Press.LEAVE:
            await _told(act, LEFT, in_place=True)
        case Press.FORM:
            await forming.opened(act, found.call)
        case Press.ASK:
            await _asked(act, found.call)
        case press:
            await _done(act, found.call, in_place=press is Press.TURN)


def known(call: Call | None) -> Call | None:
    """The call, if there is still such a command with such arguments."""
    command = REGISTRY.get(call.command) if call else None
    if call is None or command is None or not all(map(command.param, call.arguments)):
        return None
    return call


def _pressed(act: Act) -> Pressed | None:
    data, kept = act.happening.data, act.office.kept
    values = data.get("values")
    line = values[0] if isinstance(values, list) and values else None
    custom_id = data.get("custom_id")
    found = unpacked(custom_id, kept) if line is None else chosen(custom_id, line, kept)
    if found is None or (found.press is not Press.FORM and known(found.call) is None):
        return None
    return found


async def _done(act: Act, call: Call, *, in_place: bool) -> None:
    if forming.is_asked(call):
        await forming.opened(act, call)
    elif await _later(act, in_place=in_place):
        await act.reply(await act.ask(call))


async def _asked(act: Act, call: Call) -> None:
    if await act.answer.later():
        await act.answer.give([confirmation(call, act.office.kept)])


async def _told(act: Act, reply: Reply, *, in_place: bool = False) -> None:
    if await _later(act, in_place=in_place):
        await act.reply(reply)


async def _later(act: Act, *, in_place: bool) -> bool:
    """What everybody sees is never replaced by what one person asked."""
    return await act.answer.later(in_place=in_place and act.happening.is_private)
