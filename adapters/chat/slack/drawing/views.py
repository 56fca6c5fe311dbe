"""Modals and App Home: what a view needs around its blocks."""

from __future__ import annotations

from collections.abc import Iterable

from . import limits
from .blocks import Block, Json, Message, plain
from .replies_pieces import sentence
from .views_edit import EDIT, edit_view
from .views_form import EditForm, edited, form_of
from .views_home import home_view

__all__ = ["EDIT", "EditForm", "edit_view", "edited", "form_of", "home_view", "loading_view", "reply_view"]

REPLY = "reply"  # the callback_id of a modal that shows an answer
LOADING = "loading"
NOT_ALL = "There is more than fits here; the command itself, typed in a channel, shows it."


def loading_view(title: str) -> Json:
    """What is shown within the three seconds a trigger lives, until the answer is there."""
    return _modal(LOADING, title, [sentence("One moment ...")])


def reply_view(title: str, messages: Iterable[Message]) -> Json:
    """An answer in a modal, where there is no channel to answer in."""
    blocks = [block for message in messages for block in message.blocks]
    if len(blocks) > limits.MOST_VIEW_BLOCKS:
        blocks = [*blocks[: limits.MOST_VIEW_BLOCKS - 1], sentence(NOT_ALL)]
    return _modal(REPLY, title, blocks or [sentence("There is nothing to show.")])


def _modal(name: str, title: str, blocks: list[Block]) -> Json:
    return {
        "type": "modal",
        "callback_id": name,
        "title": plain(title, limits.VIEW_TITLE),
        "close": plain("Close", limits.VIEW_TITLE),
        "blocks": blocks,
    }
