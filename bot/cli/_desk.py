"""Where `init` asks: a person at a terminal, or lines from a program."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from getpass import getpass

from bot.ports import Question

LONGEST = 8192  # a line; no token is that long


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """Who answers."""

    terminal: bool

    @classmethod
    def here(cls) -> Desk:
        """Whoever started this program."""
        return cls(terminal=sys.stdin.isatty())

    def value(self, question: Question, *, kept: bool) -> str:
        """The answer to a question, unseen when it is a secret; "" when it was left out."""
        if not self.terminal:
            return sys.stdin.readline(LONGEST).strip()
        prompt = f"{question.prompt}{' [Enter keeps the one you have]' if kept else ''}: "
        asked = getpass(prompt, stream=sys.stderr) if question.secret else _typed(prompt)
        return asked.strip()

    def sure(self, question: str) -> bool:
        """Whether a person says yes; a program never does."""
        return self.terminal and _typed(f"{question} [y/N] ").strip().lower() in {"y", "yes"}


def _typed(prompt: str) -> str:
    """A line, with the prompt on stderr: stdout is for data."""
    sys.stderr.write(prompt)
    sys.stderr.flush()
    return sys.stdin.readline(LONGEST)
