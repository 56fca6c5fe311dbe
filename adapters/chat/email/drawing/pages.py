"""The templates: those of pages escape whatever is put into them, those of plain text need not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

LINE = 76


def drawn(name: str, told: Mapping[str, object]) -> str:
    """A template with what is told in it."""
    return _templates().get_template(name).render(told)


@cache
def _templates() -> Environment:
    from jinja2 import (  # noqa: PLC0415 - an extra, for those who mail
        Environment,
        PackageLoader,
        StrictUndefined,
        select_autoescape,
    )

    made = Environment(
        loader=PackageLoader("adapters.chat.email", "drawing/templates"),
        autoescape=select_autoescape(["html"]),  # plain text has nothing to escape from
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["wrapped"] = _wrapped
    return made


def _wrapped(text: str) -> str:
    """A paragraph in lines as mails have them; an address stays whole."""
    return "\n".join(wrap(text, LINE, break_long_words=False, break_on_hyphens=False))
