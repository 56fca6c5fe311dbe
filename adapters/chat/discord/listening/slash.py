"""`/papers ...`, and "Look up papers" of a message."""

from __future__ import annotations

from adapters.chat.discord.drawing.embeds import Json
from adapters.chat.discord.drawing.forms import HALF
from adapters.chat.looked_up import told
from adapters.chat.mentions import references_in, texts_in
from bot.commands.parsing import Call
from bot.commands.replies import Notice, Tone

from . import forming
from .acts import Act
from .calls import call_of
from .tree import MESSAGE

UNKNOWN = Notice(
    kind=Tone.ERROR,
    what="That command is not there any more, so nothing was done.",
    fix="Discord shows the new ones in a minute; `/papers help` lists them.",
)
READ = frozenset({"content", "title", "description", "url", "name", "value", "text", "filename"})


async def typed(act: Act) -> None:
    """Answer a command; an edit without a query opens the form."""
    if act.happening.data.get("type") == MESSAGE:
        await looked_up(act)
        return
    call = call_of(act.happening.data)
    if call is not None and forming.is_asked(call):
        await forming.opened(act, call)
    elif await act.answer.later():
        await act.reply(UNKNOWN if call is None else await act.ask(call))


async def looked_up(act: Act) -> None:
    """Find the papers of a message, and show what is known of each."""
    if not await act.answer.later():
        return
    references = references_in(HALF.sub(" ", " ".join(texts_in(_message(act.happening.data), READ))))
    await act.reply(told([(one, await act.ask(Call("show", {"paper": one.text}))) for one in references]))


def _message(data: Json) -> object:
    resolved = data.get("resolved")
    messages = resolved.get("messages") if isinstance(resolved, dict) else None
    return messages.get(str(data.get("target_id") or "")) if isinstance(messages, dict) else None
