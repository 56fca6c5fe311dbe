"""Routes that answer an interaction: the first answer, the message it made, and what follows.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from __future__ import annotations

from .asking import Asked
from .call import Answer, Refused
from .checking import Problem, edit_problems, modal_problems
from .checking_commands import choice_problems
from .interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from .messages import EPHEMERAL, LOADING, changed
from .world import Json, Said

FIRST = 3.0  # seconds for the first answer
LIFE = 900.0  # seconds for all others
SAY, DEFER, QUIET, REPLACE, OFFER, ASK = 4, 5, 6, 7, 8, 9
FITTING = {
    COMMAND: {SAY, DEFER, ASK},
    COMPONENT: {SAY, DEFER, QUIET, REPLACE, ASK},
    AUTOCOMPLETE: {OFFER},
    MODAL: {SAY, DEFER, QUIET, REPLACE},
}


def callback(asked: Asked) -> Answer:
    """Take the first answer: within three seconds, and one only."""
    act = _first(asked)
    kind, data = int(asked.given.get("type") or 0), asked.given.get("data") or {}
    asked.check(_problems(asked, act, kind, data))
    act.callback, act.seconds = asked.given, asked.state.clock.monotonic() - act.sent
    if kind in {SAY, DEFER}:
        act.message, act.loading = _said(asked, act, data, loading=kind == DEFER), kind == DEFER
    elif kind in {QUIET, REPLACE}:
        act.message = act.source
    if kind == REPLACE and act.source is not None:
        changed(act.source.raw, data, asked.state.clock.now())
        act.source.edits += 1
    return _told(asked, act, kind)


def _first(asked: Asked) -> Interaction:
    act = asked.state.interactions.get(asked.named["token"])
    if act is None or act.id != asked.named["interaction"]:
        raise Refused(404, 10062, "Unknown interaction")
    if act.callback is not None:
        act.late += 1
        raise Refused(400, 40060, "Interaction has already been acknowledged.")
    if asked.state.clock.monotonic() - act.sent > FIRST:
        act.late += 1
        raise Refused(404, 10062, "Unknown interaction")
    return act


def _problems(asked: Asked, act: Interaction, kind: int, data: Json) -> list[Problem]:
    if kind not in FITTING[act.kind]:
        return [Problem("type", f"{kind} does not answer an interaction of type {act.kind}")]
    if kind == SAY:
        return list(asked.state.check_message(data))
    if kind == REPLACE:
        return edit_problems(data)
    if kind == DEFER and (data.get("flags") or 0) & ~EPHEMERAL:
        return [Problem("data/flags", "a deferred answer may only be ephemeral")]
    if kind == OFFER:
        return list(choice_problems(data.get("choices") or [], "data"))
    return modal_problems(data) if kind == ASK else []


def _said(asked: Asked, act: Interaction, data: Json, *, loading: bool = False) -> Said:
    private = (data.get("flags") or 0) & EPHEMERAL or (act.alone and act.channel.guild is None)
    own = {"application_id": asked.state.bot.id, "webhook_id": asked.state.bot.id}
    return asked.state.say(
        act.channel,
        asked.state.bot,
        {**data, "flags": (data.get("flags") or 0) | LOADING * loading},
        via="interaction",
        only_for=act.person.id if private else "",
        raw={**own, "type": 20 if act.kind == COMMAND else 0, "interaction_metadata": _metadata(act)},
    )


def _metadata(act: Interaction) -> Json:
    owners = {"authorizing_integration_owners": act.owners}
    about = {"id": act.id, "type": act.kind, "user": act.person.described(), **owners}
    if act.kind == COMPONENT and act.source is not None:
        return {**about, "interacted_message_id": act.source.id}
    return {**about, "triggering_interaction_metadata": {**about, "type": 2}} if act.kind == MODAL else about


def _told(asked: Asked, act: Interaction, kind: int) -> Answer:
    if asked.call.query.get("with_response", "").lower() not in {"true", "1"}:
        return 204, None
    about: Json = {"id": act.id, "type": act.kind}
    if act.message is not None:
        about |= {
            "response_message_id": act.message.id,
            "response_message_loading": act.loading,
            "response_message_ephemeral": act.message.ephemeral,
        }
    shows = kind in {SAY, REPLACE} and act.message is not None
    resource = {"resource": {"type": kind, "message": act.message.raw}} if shows and act.message else {}
    return 200, {"interaction": about, **resource}


def _live(asked: Asked) -> Interaction:
    act = asked.state.interactions.get(asked.named["token"])
    if act is None or act.callback is None:
        raise Refused(404, 10015, "Unknown Webhook")
    if asked.state.clock.monotonic() - act.sent > LIFE:
        act.late += 1
        raise Refused(401, 50027, "Invalid Webhook Token")
    return act


def follow(asked: Asked) -> Answer:
    """Say one more thing; the first after a deferral takes the place of the loading message."""
    act = _live(asked)
    asked.check(asked.state.check_message(asked.given))
    if act.loading and act.message is not None:
        return 200, _replaced(asked, act, act.message).raw
    if act.alone and len(act.followups) >= 5:
        raise Refused(400, 40094, "Maximum number of follow up messages reached")
    said = _said(asked, act, asked.given)
    act.followups.append(said)
    return 200, said.raw


def _chosen(asked: Asked, act: Interaction) -> Said:
    wanted = asked.named["message"]
    own = act.message if wanted == "@original" else asked.state.find(wanted)
    if own is None:
        raise Refused(404, 10008, "Unknown Message")
    return own


def _replaced(asked: Asked, act: Interaction, said: Said) -> Said:
    act.loading = act.loading and said is not act.message
    said.raw["flags"] &= ~LOADING
    changed(said.raw, asked.given, asked.state.clock.now())
    said.edits += 1
    return said


def edit(asked: Asked) -> Answer:
    """Change what was answered."""
    act = _live(asked)
    said = _chosen(asked, act)
    asked.check(edit_problems(asked.given))
    return 200, _replaced(asked, act, said).raw


def read(asked: Asked) -> Answer:
    """What was answered."""
    return 200, _chosen(asked, _live(asked)).raw


def delete(asked: Asked) -> Answer:
    """Take an answer away."""
    act = _live(asked)
    said = _chosen(asked, act)
    act.loading = act.loading and said is not act.message
    asked.state.channels[said.channel].messages.remove(said)
    asked.state.deleted.append(said)
    return 204, None


HOOK = "/webhooks/{application}/{token}"
ROUTES = {
    "POST /interactions/{interaction}/{token}/callback": callback,
    f"POST {HOOK}": follow,
    f"GET {HOOK}/messages/{{message}}": read,
    f"PATCH {HOOK}/messages/{{message}}": edit,
    f"DELETE {HOOK}/messages/{{message}}": delete,
}
