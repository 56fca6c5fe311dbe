"""The form in which a subscription is made or changed, drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.commands.channel import MOST_PAPERS
from bot.domain.when import DAY_NAMES, parse_days
from bot.errors import UserError

from . import limits
from .blocks import Block, Json, divider, option, plain
from .replies_pieces import dotted, sentence
from .text import HOSTILE
from .views_form import AT, CHANNEL, DAYS, MOST, QUERY, TOPIC, ZONE, EditForm, kept

EDIT = "edit"  # the form's callback_id
LONGEST = 3000  # what plain_text_input takes
CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
EXAMPLE = '"flow matching" OR diffusion -survey cat:cs.CV'
HINT = 'Words, "phrases", OR, -without, cat:cs.CV, author:"Yang Song", upvotes>=5, topic:llm.'


def edit_view(form: EditForm, *, error: str = "") -> Json:
    """The form with what is in it; `error` stands on top, and everything that was filled in stays."""
    new = not form.which
    return {
        "type": "modal",
        "callback_id": EDIT,
        "title": plain("New subscription" if new else "Edit subscription", limits.VIEW_TITLE),
        "submit": plain("Subscribe" if new else "Save", limits.VIEW_TITLE),
        "close": plain("Cancel", limits.VIEW_TITLE),
        "private_metadata": kept(form),
        "blocks": [*_about(form, error), *_wanted(form), divider(), *_schedule(form)],
    }


def _about(form: EditForm, error: str) -> Iterator[Block]:
    if error:
        yield sentence(f"⚠ {error}", bold=True)
    place = form.place or "a channel"
    yield dotted(f"Subscription {form.which} of {place}" if form.which else f"A subscription for {place}")


def _wanted(form: EditForm) -> Iterator[Block]:
    """What is followed, and where."""
    if not form.channel:
        yield _field(CHANNEL, "Channel", _conversations())
    yield _field(QUERY, "What to follow", _query(form.query), hint=HINT, optional=not form.which)
    picker = {"type": "external_select", "min_query_length": 0, "placeholder": _grey("Pick a topic")}
    hint = "Its papers come beside those of the query above."
    yield _field(TOPIC, "A topic, too", picker, hint=hint, optional=True)


def _schedule(form: EditForm) -> Iterator[Block]:
    """When the digest comes; all subscriptions of a channel come in one."""
    new = not form.which
    whole = f"This is for the whole digest of {form.place or 'the channel'}."
    yield dotted(f"{whole} What is left empty stays as it is." if new else whole)
    yield _field(AT, "Time of day", _clock(form.at), optional=new)
    hint = "A city or a name such as Europe/Berlin."
    yield _field(ZONE, "Time zone", _zone(form.tz), hint=hint, optional=new)
    yield _field(DAYS, "Days", _days(form.days), optional=new)
    yield _field(MOST, "Papers at most", _number(form.max), optional=new)


def _field(name: str, label: str, element: Json, *, hint: str = "", optional: bool = False) -> Block:
    made: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, limits.INPUT_LABEL),
        "element": {**element, "action_id": name},
        "optional": optional,
    }
    return {**made, "hint": plain(hint, limits.INPUT_HINT)} if hint else made


def _query(query: str) -> Json:
    made: Json = {
        "type": "plain_text_input",
        "multiline": True,
        "max_length": LONGEST,
        "placeholder": _grey(EXAMPLE),
    }
    held = HOSTILE.sub(" ", query)[:LONGEST]
    return {**made, "initial_value": held} if held.strip() else made


def _conversations() -> Json:
    return {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "filter": {"include": ["public", "private"]},
        "placeholder": _grey("Pick a channel"),
    }


def _clock(at: str) -> Json:
    made: Json = {"type": "timepicker", "placeholder": _grey("Pick a time")}
    return {**made, "initial_time": at} if CLOCK.fullmatch(at) else made


def _zone(tz: str) -> Json:
    made: Json = {"type": "external_select", "min_query_length": 0, "placeholder": _grey("Berlin")}
    known = tz.strip() and len(tz) <= limits.OPTION_VALUE and not HOSTILE.search(tz)
    return {**made, "initial_option": option(tz, tz)} if known else made


def _days(text: str) -> Json:
    options = [option(name.title(), name) for name in DAY_NAMES]
    made: Json = {"type": "checkboxes", "options": options}
    ticked = [options[day] for day in sorted(_chosen(text))]
    return {**made, "initial_options": ticked} if ticked else made


def _chosen(text: str) -> frozenset[int]:
    """The days of a text; none when it names none."""
    try:
        return parse_days(text) if text else frozenset()
    except UserError:
        return frozenset()


def _number(most: str) -> Json:
    options = [option(str(number), str(number)) for number in range(1, MOST_PAPERS + 1)]
    made: Json = {"type": "static_select", "options": options, "placeholder": _grey("Pick a number")}
    chosen = next((one for one in options if one["value"] == most), None)
    return {**made, "initial_option": chosen} if chosen else made


def _grey(text: str) -> Json:
    return plain(text, limits.PLACEHOLDER)
