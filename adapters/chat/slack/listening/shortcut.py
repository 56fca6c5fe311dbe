"""The shortcut "Look up papers" of a message: whatever it speaks of, told to whoever asked."""

from __future__ import annotations

from adapters.chat.looked_up import told
from bot.commands.parsing import Call

from .acts import Act
from .mentions import papers_in


async def looked_up(act: Act) -> None:
    """Find the papers of a message, and show what is known of each."""
    message = act.body.get("message")
    references = papers_in(message if isinstance(message, dict) else {})
    await act.reply(told([(one, await act.ask(Call("show", {"paper": one.text}))) for one in references]))
