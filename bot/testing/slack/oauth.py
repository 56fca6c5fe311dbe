"""Installing: the page where somebody consents, and what their code is exchanged for."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import web

from .call import Call, Refused
from .state import State
from .tokens import Consent, Token
from .world import Json

PAGE = """<!doctype html><title>Install</title><h1>{app} would like access to your Slack workspace</h1>
<form method="post" action="/oauth/v2/consent">{hidden}
<select name="team">{teams}</select><input name="user" value="ada">
<button name="answer" value="allow">Allow</button><button name="answer" value="cancel">Cancel</button></form>"""
CARRIED = ("client_id", "scope", "redirect_uri", "state")


async def authorize(state: State, request: web.Request) -> web.Response:
    """Show who asks for what; https://docs.slack.dev/authentication/installing-with-oauth."""
    if request.query.get("client_id") != state.app.client_id:
        return web.Response(status=400, text="invalid_client_id")
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(request.query.get(name, ""))}">'
        for name in CARRIED
    )
    teams = "".join(f'<option value="{one.id}">{one.name}</option>' for one in state.workspaces.values())
    page = PAGE.format(app="Paper Round", hidden=hidden, teams=teams)
    return web.Response(text=page, content_type="text/html")


async def consent(state: State, request: web.Request) -> web.Response:
    """Take somebody's answer, and send them back to where they came from."""
    form = {name: str(value) for name, value in (await request.post()).items()}
    if form.get("answer") != "allow":
        raise web.HTTPFound(_back(form, error="access_denied"))
    workspace = state.workspaces[form["team"]]
    code = state.vault.consent(
        Consent(
            workspace=workspace.id,
            user=workspace.person(form["user"]).id,
            scopes=tuple(one for one in form["scope"].split(",") if one),
            redirect_uri=form["redirect_uri"],
        )
    )
    raise web.HTTPFound(_back(form, code=code))


def access(state: State, call: Call) -> Json:
    """Exchange a code, or a refresh token, for a token: oauth.v2.access."""
    app = state.app
    client = call.client if call.client[0] else (call.text("client_id"), call.text("client_secret"))
    if client[0] != app.client_id:
        raise Refused("invalid_client_id")
    if client[1] != app.client_secret:
        raise Refused("bad_client_secret")
    if call.text("grant_type") == "refresh_token":
        return _renewed(state, call.text("refresh_token"))
    return _exchanged(state, call)


def _exchanged(state: State, call: Call) -> Json:
    given = state.vault.codes.get(call.text("code"))
    if given is None:
        raise Refused("invalid_code")
    if given.used:
        raise Refused("code_already_used")
    if given.redirect_uri != call.text("redirect_uri"):
        raise Refused("bad_redirect_uri")
    given.used = True
    token, refresh = state.vault.issue(given.workspace, given.scopes, state.clock.now())
    return {**_described(state, token, refresh), "authed_user": {"id": given.user}}


def _renewed(state: State, refresh_token: str) -> Json:
    old = state.vault.refreshes.pop(refresh_token, None)
    if old is None:
        raise Refused("invalid_refresh_token")
    token, refresh = state.vault.issue(old.workspace, old.scopes, state.clock.now())
    return _described(state, token, refresh)


def _described(state: State, token: Token, refresh: str) -> Json:
    workspace = state.workspaces[token.workspace]
    rotating = {"refresh_token": refresh, "expires_in": int(state.vault.lifetime.total_seconds())}
    return {
        "access_token": token.secret,
        "token_type": "bot",
        "scope": ",".join(token.scopes),
        "bot_user_id": workspace.bot_user,
        "app_id": state.app.id,
        "team": {"id": workspace.id, "name": workspace.name},
        "enterprise": None,
        "is_enterprise_install": False,
        **(rotating if refresh else {}),
    }


def _back(form: dict[str, str], **said: str) -> str:
    parts = urlsplit(form["redirect_uri"])
    return urlunsplit(parts._replace(query=urlencode({**said, "state": form.get("state", "")})))
