"""Long answers in pages, and the buttons that turn them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from bot.errors import UserError

from .replies import Action, Actions

PAGE_SIZE = 10
Item = TypeVar("Item")


def page_of(items: Sequence[Item], page: int, size: int = PAGE_SIZE) -> tuple[tuple[Item, ...], int]:
    """One page (from 1) of items, and how many pages there are; raises `UserError` past the end."""
    pages = max(1, -(-len(items) // size))
    check_page(page, pages)
    return tuple(items[(page - 1) * size : page * size]), pages


def check_page(page: int, pages: int) -> None:
    """Raise when there is no such page."""
    if not 1 <= page <= pages:
        raise UserError(f"There is no page {page}; the list has {pages}.", fix=f"Try `page:{pages}`.")


def turns(verb: str, page: int, pages: int, **arguments: str) -> Actions:
    """The buttons to the page before and the page after, where there are any."""
    given = {name: value for name, value in arguments.items() if value}
    back = (Action("Previous", verb, {**given, "page": str(page - 1)}),) if page > 1 else ()
    on = (Action("Next", verb, {**given, "page": str(page + 1)}),) if page < pages else ()
    return (*back, *on)
