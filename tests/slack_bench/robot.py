"""The real bot process, pointed at the Slack bench."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from botprocess import BotProcess


class Bot(BotProcess):
    """`transport` is "socket" or "http"; `tenancy` "token" or "oauth"."""

    def __init__(
        self,
        folder: Path,
        state: dict[str, Any],
        press: str,
        *,
        transport: str,
        tenancy: str,
        port: int,
        **extra: str,
    ) -> None:
        self.transport, self.port = transport, port
        slack = {"PAPERROUND_CHAT": "slack", "SLACK_API_URL": state["base_url"]}
        if transport == "socket":
            slack["SLACK_APP_TOKEN"] = state["app_token"]
        else:
            slack["SLACK_SIGNING_SECRET"] = state["signing_secret"]
        if tenancy == "oauth":
            slack |= {"SLACK_CLIENT_ID": state["client_id"], "SLACK_CLIENT_SECRET": state["client_secret"]}
        else:
            slack["SLACK_BOT_TOKEN"] = state["teams"][0]["bot_token"]
        if transport == "http" or tenancy == "oauth":
            slack |= {"PAPERROUND_WEB_PORT": str(port), "PAPERROUND_WEB_URL": f"http://127.0.0.1:{port}"}
        super().__init__(folder, press, slack | extra)
