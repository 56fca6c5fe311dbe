"""Writes deploy/slack-manifest*.yaml: `.venv/bin/python docs/make_manifest.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from adapters.chat.slack.manifest import BASE, http_manifest, socket_manifest

DEPLOY = Path(__file__).parents[1] / "deploy"
MADE = "# Made by docs/make_manifest.py; docs/slack.md says what to do with it.\n"
SOCKET = MADE + "# Socket Mode: Slack needs no way to reach the bot.\n"
HTTP = MADE + f"# HTTP: put the bot's own public https address in place of {BASE}.\n"


def texts() -> dict[str, str]:
    """The two files by name."""
    return {
        "slack-manifest.yaml": SOCKET + _yaml(socket_manifest()),
        "slack-manifest-http.yaml": HTTP + _yaml(http_manifest(BASE)),
    }


def main() -> None:
    """Write both."""
    for name, text in texts().items():
        (DEPLOY / name).write_text(text, encoding="utf-8")


def _yaml(manifest: dict[str, Any]) -> str:
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=110)


if __name__ == "__main__":
    main()
