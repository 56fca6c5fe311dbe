"""The methods of the Web API, by name, and the ones that are about tokens, people and views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from . import chat, conversations
from .asking import Asked
from .call import Refused
from .views import View
from .world import Json

Method: TypeAlias = Callable[[Asked], Json]


def auth_test(asked: Asked) -> Json:
    """Say whose token it is."""
    home = asked.workspace
    return {
        "url": f"https://{home.domain}.slack.com/",
        "team": home.name,
        "team_id": home.id,
        "user": "paperround",
        "user_id": home.bot_user,
        "bot_id": home.bot_id,
        "is_enterprise_install": False,
    }


def auth_revoke(asked: Asked) -> Json:
    """Take the token back."""
    if not asked.call.flag("test"):
        asked.token.fault = "token_revoked"
    return {"revoked": not asked.call.flag("test")}


def uninstall(asked: Asked) -> Json:
    """Remove the app from the workspace."""
    app = asked.state.app
    if (asked.call.text("client_id"), asked.call.text("client_secret")) != (app.client_id, app.client_secret):
        raise Refused("bad_client_secret")
    asked.state.vault.void(asked.workspace.id, "account_inactive")
    return {}


def users_info(asked: Asked) -> Json:
    """Describe a person."""
    asked.need("users:read")
    return {"user": asked.person().described()}


def users_list(asked: Asked) -> Json:
    """Describe everybody."""
    asked.need("users:read")
    everybody = [one.described() for one in asked.workspace.people.values()]
    return {"members": everybody, "response_metadata": {"next_cursor": ""}}


def team_info(asked: Asked) -> Json:
    """Describe the workspace."""
    asked.need("team:read")
    home = asked.workspace
    return {"team": {"id": home.id, "name": home.name, "domain": home.domain}}


def bots_info(asked: Asked) -> Json:
    """Describe the bot."""
    asked.need("users:read")
    home, app = asked.workspace, asked.state.app
    return {"bot": {"id": home.bot_id, "app_id": app.id, "user_id": home.bot_user, "name": "paperround"}}


def views_open(asked: Asked) -> Json:
    """Open a modal for whoever the trigger id is of."""
    view = asked.view()
    workspace, user, _below = asked.state.views.use(asked.call.text("trigger_id"))
    return _shown(asked.state.views.add(workspace, user, view))


def views_push(asked: Asked) -> Json:
    """Put a modal on top of the one the trigger id came from."""
    view = asked.view()
    workspace, user, below = asked.state.views.use(asked.call.text("trigger_id"))
    return _shown(asked.state.views.add(workspace, user, view, below=below))


def views_update(asked: Asked) -> Json:
    """Show something else in an open modal."""
    content, found = asked.view(), asked.state.views.all.get(asked.call.text("view_id"))
    if found is None or not found.open or found.workspace != asked.workspace.id:
        raise Refused("not_found")
    _same(asked, found)
    found.show(content)
    return _shown(found)


def views_publish(asked: Asked) -> Json:
    """Show something in somebody's App Home."""
    content, person = asked.view(), asked.person("user_id")
    homes, place = asked.state.views.homes, (asked.workspace.id, person.id)
    if place not in homes:
        homes[place] = asked.state.views.add(*place, content)
    _same(asked, homes[place])
    homes[place].show(content)
    return _shown(homes[place])


def _same(asked: Asked, view: View) -> None:
    if asked.call.text("hash") not in {"", view.hash}:
        raise Refused("hash_conflict")


def _shown(view: View) -> Json:
    return {"view": view.described()}


METHODS: Mapping[str, Method] = {
    "auth.revoke": auth_revoke,
    "auth.test": auth_test,
    "apps.uninstall": uninstall,
    "bots.info": bots_info,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.get_permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.unfurl": chat.unfurl,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.join": conversations.join,
    "conversations.list": conversations.list_all,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_direct,
    "conversations.replies": conversations.replies,
    "team.info": team_info,
    "users.info": users_info,
    "users.list": users_list,
    "views.open": views_open,
    "views.publish": views_publish,
    "views.push": views_push,
    "views.update": views_update,
}
