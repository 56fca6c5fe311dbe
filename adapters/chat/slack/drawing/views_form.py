"""What the form about a subscription holds: from a channel's state, to the form, and back as it was filled in.

Nothing that comes back is trusted: `which`, `channel` and `workspace` are claims, and whoever sent them is asked again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bot.commands.replies import Channel
from bot.commands.wording import days as days_in_words
from bot.domain.when import DAY_NAMES

from .actions import HALF
from .blocks import Json
from .text import safe

# The fields: the block_id and the action_id of each are the same.
QUERY, TOPIC, CHANNEL, AT, ZONE, DAYS, MOST = "query", "topic", "channel", "at", "zone", "days", "max"
KEPT = ("which", "workspace", "channel", "place")  # what is no field, and comes along in private_metadata
LONGEST_KEPT = 200  # of each, so that all fit into Slack's 3,000 characters


@dataclass(frozen=True, kw_only=True, slots=True)
class EditForm:
    """A subscription and when its channel's digest comes, as texts; `which` is "" for a new one."""

    which: str = ""
    query: str = ""
    at: str = ""  # "09:00"
    tz: str = ""
    days: str = ""  # "weekdays", "mon,thu"
    max: str = ""
    channel: str = ""  # "" where it is still to be chosen
    place: str = ""
    workspace: str = ""


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
        channel=destination.address.channel,
        place=destination.name,
        workspace=destination.address.workspace,
    )


def kept(form: EditForm) -> str:
    """What is no field, as private_metadata; it is not signed, so it is asked again like any claim."""
    given = {name: safe(value, LONGEST_KEPT) for name, value in asdict(form).items() if name in KEPT}
    return json.dumps(given, ensure_ascii=False)


def edited(view: Json) -> EditForm:
    """The form of a submitted view (Slack's `view`); what is missing or misshapen is ""."""
    filled = _filled(view)
    known = _kept(view.get("private_metadata"))
    return EditForm(
        which=known["which"],
        query=_with_topic(_text(filled, QUERY), _chosen(filled, TOPIC)),
        at=_text(filled, AT, "selected_time"),
        tz=_chosen(filled, ZONE),
        days=_days(filled),
        max=_chosen(filled, MOST),
        channel=_text(filled, CHANNEL, "selected_conversation") or known["channel"],
        place=known["place"],
        workspace=known["workspace"],
    )


def _filled(view: Json) -> dict[str, Mapping[str, object]]:
    """Each field's state by its action_id, which is its own whatever block it is in."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    given = values.values() if isinstance(values, dict) else ()
    return {
        name: one
        for block in given
        if isinstance(block, dict)
        for name, one in block.items()
        if isinstance(one, dict)
    }


def _kept(metadata: object) -> dict[str, str]:
    try:
        given = json.loads(metadata) if isinstance(metadata, str) else {}
    except (ValueError, RecursionError):
        given = {}
    known = given if isinstance(given, dict) else {}
    return {name: _clean(known.get(name)) for name in KEPT}


def _text(filled: Mapping[str, Mapping[str, object]], name: str, key: str = "value") -> str:
    return _clean(filled.get(name, {}).get(key))


def _chosen(filled: Mapping[str, Mapping[str, object]], name: str) -> str:
    option = filled.get(name, {}).get("selected_option")
    return _clean(option.get("value")) if isinstance(option, dict) else ""


def _days(filled: Mapping[str, Mapping[str, object]]) -> str:
    options = filled.get(DAYS, {}).get("selected_options")
    ticked = (
        [one.get("value") for one in options if isinstance(one, dict)] if isinstance(options, list) else []
    )
    numbers = {DAY_NAMES.index(day) for day in ticked if day in DAY_NAMES}
    return days_in_words(frozenset(numbers)).replace(" ", "")


def _clean(value: object) -> str:
    return HALF.sub(" ", value).strip() if isinstance(value, str) else ""


def _with_topic(query: str, topic: str) -> str:
    """The query, and all that the topic picked beside it brings."""
    if not topic or f"topic:{topic}" in re.split(r"[\s()]+", query):
        return query
    if not query:
        return f"topic:{topic}"
    return f"({query}) OR topic:{topic}" if " " in query else f"{query} OR topic:{topic}"
