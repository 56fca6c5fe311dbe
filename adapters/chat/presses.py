"""What pressing a button does to the message it is in, and what is asked before it destroys: the same on every chat."""

from __future__ import annotations

from bot.commands.replies import Action

TURNING = frozenset({"Undo", "Previous", "Next"})
TURNING_BACK = "Back to "  # "Back to daily 08:00 UTC": an undo of settings
# What is lost, and how one gets it back.
LOST = {
    "unsubscribe": "Its papers no longer come here. Undo brings it back.",
    "dismiss": "This paper will not come in a digest of this channel, and there is no undo.",
}


def question(action: Action) -> str:
    """What is asked before an action that destroys."""
    return f"{action.label}? {LOST.get(action.command, '')}".strip()


def turns(action: Action) -> bool:
    """Whether its answer takes the place of the message the button is in."""
    return action.label in TURNING or action.label.startswith(TURNING_BACK)
