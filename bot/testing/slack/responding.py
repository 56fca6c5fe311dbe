"""What comes to a response_url: a private answer, one for the channel, or a change of the message that was acted on."""

from __future__ import annotations

from .messages import Said, named
from .responses import ResponseUrl
from .state import State
from .world import Json


def respond(state: State, which: str, body: Json) -> str:
    """Take an answer; "" or what is wrong with it."""
    url = state.responses.use(which)
    if isinstance(url, str):
        return url
    url.bodies.append(body)
    if body.get("delete_original"):
        return _deleted(state, url)
    problems = list(state.check_message({"text": body.get("text", ""), "blocks": body.get("blocks", [])}))
    state.findings += [f"response_url: {one}" for one in problems]
    if problems and state.strict:
        return "invalid_blocks"
    return _changed(url, body) if body.get("replace_original") else _added(state, url, body)


def _added(state: State, url: ResponseUrl, body: Json) -> str:
    workspace = state.workspaces[url.workspace]
    for_all = body.get("response_type") == "in_channel"
    said = state.say(
        workspace,
        workspace.channels[url.channel],
        user=workspace.bot_user,
        text=body.get("text", ""),
        blocks=body.get("blocks", []),
        only_for="" if for_all else url.user,
        thread_ts=body.get("thread_ts", ""),
        via="response_url",
    )
    url.answers.append(said)
    return ""


def _changed(url: ResponseUrl, body: Json) -> str:
    """What is replaced is the message that was acted on; the answers of a command have none."""
    said = url.source or (url.answers[-1] if url.answers else None)
    if said is None:
        return "no_original"
    said.text, said.blocks, said.edited = body.get("text", ""), named(body.get("blocks", [])), True
    if said not in url.answers:
        url.answers.append(said)
    return ""


def _deleted(state: State, url: ResponseUrl) -> str:
    url.deleted = True
    source: Said | None = url.source
    if source is None:
        return ""
    kept = (
        state.private if source.only_for else state.workspaces[url.workspace].channels[url.channel].messages
    )
    if source in kept:
        kept.remove(source)
    return ""
