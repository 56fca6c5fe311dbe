"""The form about a subscription as a modal, and what comes back of it.

A modal is the first answer to a press and cannot be changed afterwards, nor can one be opened by sending another: so it
opens with all that is known, and a form that was not accepted is offered again behind a button that carries it.
Nothing that comes back is trusted: `which` is a claim, and the channel is the one Discord says it was sent in.
https://discord.com/developers/docs/components/reference#label
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeAlias

from bot.commands.channel import MOST_PAPERS
from bot.commands.parsing import Call
from bot.commands.replies import Action, Channel
from bot.commands.wording import days as days_in_words
from bot.domain.when import DAY_NAMES, parse_days
from bot.errors import UserError

from .buttons import Press, packed, unpacked
from .kept import Kept
from .limits import MODAL_TITLE
from .text import safe

Json: TypeAlias = dict[str, Any]  # Discord's own JSON

LABEL, SELECT, TEXT_INPUT = 18, 3, 4  # the types of components
LINE, PARAGRAPH = 1, 2  # the styles of a text input
LONGEST = 3000  # of a query
SHORT = 60  # of everything else that is typed; no zone is longer
HALF = re.compile("[\ud800-\udfff]")  # half a character, which JSON can spell and nothing can store
EXAMPLE = '"flow matching" OR topic:diffusion -survey'


@dataclass(frozen=True, kw_only=True, slots=True)
class EditForm:
    """A subscription and when its channel's digest comes, as texts; `which` is "" for a new one."""

    which: str = ""
    query: str = ""
    at: str = ""  # "09:00"
    tz: str = ""
    days: str = ""  # "weekdays", "mon,thu"
    max: str = ""


def form_of(state: Channel, which: str = "") -> EditForm | None:
    """The form for one subscription of a channel, or for a new one; None when there is no such one."""
    query = next((one.query for one in state.subscriptions if str(one.id) == which), None if which else "")
    if query is None:
        return None
    destination, schedule = state.destination, state.destination.schedule
    return EditForm(
        which=which,
        query=query,
        at=f"{schedule.at:%H:%M}",
        tz=schedule.tz,
        days=days_in_words(schedule.days),
        max=str(destination.max_papers),
    )


def edit_modal(form: EditForm) -> Json:
    """The `data` of an answer of type 9 that opens the form."""
    title = f"Edit subscription {form.which}" if form.which else "Follow something here"
    return {
        "custom_id": packed(Action("", "edit", {"which": form.which}), press=Press.FORM) or Press.FORM,
        "title": safe(title, MODAL_TITLE),
        "components": list(_labels(form)),
    }


def edited(data: Json) -> EditForm:
    """The form of a submitted modal (Discord's `data`); what is missing or misshapen is ""."""
    opened = unpacked(data.get("custom_id"))
    filled = dict(_filled(data.get("components")))
    given = {one.name: filled.get(one.name, "") for one in fields(EditForm) if one.name != "which"}
    return EditForm(which=str(opened.call.arguments.get("which", "")) if opened else "", **given)


def again(form: EditForm, kept: Kept) -> str:
    """The custom_id of a button that opens the form with all that was filled in; "" when it is too long."""
    given = {name: value for name, value in asdict(form).items() if value}
    return packed(Action("", "edit", given), kept, press=Press.FORM)


def form_in(call: Call) -> EditForm:
    """The form that such a button carries."""
    names = {one.name for one in fields(EditForm)}
    return EditForm(**{name: str(value) for name, value in call.arguments.items() if name in names})


def _labels(form: EditForm) -> Iterator[Json]:
    """Five fields: Discord takes no sixth."""
    new = not form.which
    leave = "For this channel's whole digest. Left empty, it stays as it is."
    whole = leave if new else "For this channel's whole digest."
    yield _label("What to follow", _typed("query", form.query, LONGEST, example=EXAMPLE, style=PARAGRAPH))
    yield _label("Time of day", _typed("at", form.at, SHORT, example="09:00", required=not new), whole)
    zone = _typed("tz", form.tz, SHORT, example="Berlin", required=not new)
    yield _label("Time zone", zone, "A city, or a name such as Europe/Berlin.")
    yield _label("Days", _days(form.days, required=not new), whole)
    most = f"From 1 to {MOST_PAPERS}."
    yield _label("Papers at most", _typed("max", form.max, 2, example="10", required=not new), most)


def _label(text: str, component: Json, description: str = "") -> Json:
    made: Json = {"type": LABEL, "label": text, "component": component}
    return {**made, "description": description} if description else made


def _typed(
    name: str, value: str, most: int, *, example: str, style: int = LINE, required: bool = True
) -> Json:
    """Something to be typed; what does not fit into it is not there at first."""
    made: Json = {
        "type": TEXT_INPUT,
        "custom_id": name,
        "style": style,
        "required": required,
        "max_length": most,
        "placeholder": example,
    }
    held = HALF.sub(" ", value)
    fits = held.strip() and len(held.encode("utf-16-le")) // 2 <= most
    return {**made, "value": held} if fits else made


def _days(text: str, *, required: bool) -> Json:
    ticked = _chosen(text)
    options = [
        {"label": name.title(), "value": name, **({"default": True} if at in ticked else {})}
        for at, name in enumerate(DAY_NAMES)
    ]
    return {
        "type": SELECT,
        "custom_id": "days",
        "placeholder": "Pick the days",
        "options": options,
        "required": required,
        "min_values": 1 if required else 0,
        "max_values": len(options),
    }


def _chosen(text: str) -> frozenset[int]:
    """The days of a text; none when it names none."""
    try:
        return parse_days(text) if text else frozenset()
    except UserError:
        return frozenset()


def _filled(components: object) -> Iterator[tuple[str, str]]:
    """What was typed and picked, by the names of the fields."""
    for outer in components if isinstance(components, list) else ():
        field = outer.get("component") if isinstance(outer, dict) else None
        if isinstance(field, dict) and isinstance(field.get("custom_id"), str):
            yield field["custom_id"], _value(field)


def _value(field: Json) -> str:
    values, value = field.get("values"), field.get("value")
    if isinstance(values, list):
        numbers = {DAY_NAMES.index(one) for one in values if one in DAY_NAMES}
        return days_in_words(frozenset(numbers)).replace(" ", "")
    return HALF.sub(" ", value).strip() if isinstance(value, str) else ""
