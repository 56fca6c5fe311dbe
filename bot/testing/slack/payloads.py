"""What Slack's servers send: https://docs.slack.dev/reference/interaction-payloads and .../slash-commands."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

from .elements import state_values
from .messages import Said
from .responses import ResponseUrl
from .state import State
from .views import View
from .world import Channel, Json, Person, Workspace


def slash(
    state: State, workspace: Workspace, person: Person, channel: Channel, command: str, text: str
) -> tuple[Json, str]:
    """A command, and the id of its response_url."""
    url = state.responses.mint(workspace.id, channel.id, person.id)
    payload = {
        "token": "deprecated",
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": "directmessage"
        if channel.im_with
        else "privategroup"
        if channel.private
        else channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": state.app.id,
        "is_enterprise_install": "false",
        "response_url": address(state, url),
        "trigger_id": state.views.trigger(workspace.id, person.id),
    }
    return payload, url.id


def on_message(state: State, workspace: Workspace, person: Person, said: Said) -> tuple[Json, str]:
    """What an interaction with a message says besides the action, and the id of its response_url."""
    channel = workspace.channels[said.channel]
    url = state.responses.mint(workspace.id, channel.id, person.id, said)
    seen = {} if said.only_for else {"message": said.described(metadata=True)}
    payload = {
        **_who(state, workspace, person),
        "trigger_id": state.views.trigger(workspace.id, person.id),
        "response_url": address(state, url),
        "container": {
            "type": "message",
            "message_ts": said.ts,
            "channel_id": channel.id,
            "is_ephemeral": bool(said.only_for),
            **({"thread_ts": said.thread_ts} if said.thread_ts else {}),
        },
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "state": {"values": {}},
        **seen,
    }
    return payload, url.id


def on_view(
    state: State, workspace: Workspace, person: Person, view: View, values: Mapping[str, object] | None = None
) -> Json:
    """What an interaction with a view says besides the action."""
    filled = state_values(view.blocks, values or {})
    return {
        **_who(state, workspace, person),
        "trigger_id": state.views.trigger(workspace.id, person.id, view.id),
        "container": {"type": "view", "view_id": view.id},
        "view": {**view.described(filled), "app_id": state.app.id, "bot_id": workspace.bot_id},
    }


def shortcut(state: State, workspace: Workspace, person: Person, callback: str) -> Json:
    """A global shortcut."""
    return {
        "type": "shortcut",
        **_who(state, workspace, person),
        "callback_id": callback,
        "action_ts": f"{time.time():.6f}",
        "trigger_id": state.views.trigger(workspace.id, person.id),
    }


def event(state: State, workspace: Workspace, fields: Json, event_id: str = "") -> Json:
    """An event in its envelope: https://docs.slack.dev/apis/events-api."""
    bot = {
        "team_id": workspace.id,
        "user_id": workspace.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "deprecated",
        "type": "event_callback",
        "team_id": workspace.id,
        "context_team_id": workspace.id,
        "api_app_id": state.app.id,
        "event": {"event_ts": state.stamp(), **fields},
        "event_id": event_id or f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(state.clock.now().timestamp()),
        "authorizations": [{"enterprise_id": None, **bot}],
        "is_ext_shared_channel": False,
    }


def address(state: State, url: ResponseUrl) -> str:
    """The address of a response_url."""
    return f"{state.base}response/{url.id}"


def _who(state: State, workspace: Workspace, person: Person) -> Json:
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team}
    return {
        "user": user,
        "team": {"id": workspace.id, "domain": workspace.domain},
        "api_app_id": state.app.id,
        "token": "deprecated",
        "enterprise": None,
        "is_enterprise_install": False,
    }
