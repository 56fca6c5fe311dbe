"""The two manifests: what is shipped is what the code makes, within what Slack documents."""

from __future__ import annotations

import importlib.util
import json
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from jsonschema import Draft202012Validator

from adapters.chat.slack import scopes
from adapters.chat.slack.drawing.blocks import Json
from adapters.chat.slack.drawing.replies_pieces import PREFIX
from adapters.chat.slack.listening.events import ENDINGS, HANDLERS
from adapters.chat.slack.manifest import (
    BASE,
    COMMAND,
    EVENTS,
    HINTED,
    UNFURLED,
    http_manifest,
    install_link,
    socket_manifest,
    usage_hint,
)
from bot.commands.catalogue import REGISTRY

ROOT = Path(__file__).parents[2]
SCHEMA = Draft202012Validator(json.loads((ROOT / "deploy" / "slack-manifest.schema.json").read_text()))
BOTH = [socket_manifest(), http_manifest(BASE)]
# https://docs.slack.dev/reference/events: what Slack sends only to who may read it.
NEEDED_FOR = {
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "channel_rename": "channels:read",
    "channel_unarchive": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "group_rename": "groups:read",
    "group_unarchive": "groups:read",
    "link_shared": "links:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.im": "im:history",
}
NEEDS_NONE = {"app_home_opened", "app_uninstalled", "tokens_revoked"}


def _maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_manifest", ROOT / "docs" / "make_manifest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["slack-manifest.yaml", "slack-manifest-http.yaml"])
def test_the_shipped_file_is_what_the_code_makes(name: str) -> None:
    assert (ROOT / "deploy" / name).read_text() == _maker().texts()[name]


def test_the_files_say_the_same_as_the_manifests() -> None:
    for name, manifest in zip(("slack-manifest.yaml", "slack-manifest-http.yaml"), BOTH, strict=True):
        assert yaml.safe_load((ROOT / "deploy" / name).read_text()) == manifest


@pytest.mark.parametrize("manifest", BOTH)
def test_it_keeps_to_what_slack_documents(manifest: Json) -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)
    assert [error.message for error in SCHEMA.iter_errors(manifest)] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("display_information", "name"), "x" * 36),
        (("display_information", "description"), "x" * 141),
        (("display_information", "long_description"), "x" * 173),
        (("features", "slash_commands", 0, "command"), "papers"),
        (("features", "slash_commands", 0, "usage_hint"), "x" * 1001),
        (("features", "shortcuts", 0, "name"), "x" * 25),
        (("oauth_config", "scopes", "bot", 0), "channels:reed"),
        (("settings", "event_subscriptions", "bot_events", 0), "app_mentioned"),
        (("settings", "event_subscriptions", "request_url"), "https://papers.example.org/slack/events"),
        (("settings", "socket_mode_enabled"), False),
        (("settings", "colour"), "red"),
    ],
)
def test_the_schema_refuses_what_slack_would(path: tuple[str | int, ...], value: object) -> None:
    manifest = deepcopy(socket_manifest())
    inner = manifest
    for step in path[:-1]:
        inner = inner[step]  # type: ignore[index]  # a list's index where the list is
    inner[path[-1]] = value  # type: ignore[index]  # the same
    assert not SCHEMA.is_valid(manifest)


def test_over_socket_mode_there_is_no_address_at_all() -> None:
    assert "https://" not in json.dumps(socket_manifest())


def test_over_http_everything_goes_to_one_address() -> None:
    made = http_manifest("https://bot.example.org/")
    settings = made["settings"]
    assert {
        made["features"]["slash_commands"][0]["url"],
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        settings["interactivity"]["message_menu_options_url"],
    } == {"https://bot.example.org/slack/events"}
    assert made["oauth_config"]["redirect_urls"] == ["https://bot.example.org/slack/oauth_redirect"]


def test_every_scope_has_its_reason_and_is_asked_for_once() -> None:
    assert all(scope.why for scope in scopes.ALL)
    assert len(scopes.BOT) == len(set(scopes.BOT))
    assert all(manifest["oauth_config"]["scopes"]["bot"] == list(scopes.BOT) for manifest in BOTH)


def test_needed_and_optional_are_told_apart() -> None:
    assert all(scope.needed for scope in scopes.NEEDED)
    assert not any(scope.needed for scope in scopes.OPTIONAL)
    assert [scope.name for scope in scopes.lacking({"commands", "chat:write"})][:2] == [
        "channels:read",
        "groups:read",
    ]
    assert scopes.lacking(scopes.BOT) == ()


def test_every_event_may_be_received_with_the_scopes_that_are_asked_for() -> None:
    assert {NEEDED_FOR.get(event, "") for event in set(EVENTS) - NEEDS_NONE} <= set(scopes.BOT)


def test_every_event_that_is_asked_for_is_heard_and_no_other() -> None:
    others = {"app_home_opened", "app_mention", "link_shared"}  # `bolt.py` has these
    assert set(EVENTS) == {*HANDLERS, *ENDINGS, *others}


def test_the_manifest_speaks_of_the_same_command_as_the_code() -> None:
    assert f"{COMMAND} " == PREFIX


def test_links_are_shown_only_with_both_rights() -> None:
    assert UNFURLED
    assert {"links:read", "links:write"} <= set(scopes.BOT)


def test_the_hint_is_made_of_verbs_that_exist() -> None:
    assert all(REGISTRY.get(name) for name in HINTED)
    assert usage_hint() == "[subscribe QUERY | search QUERY | today | list | settings | help]"


def test_the_link_carries_the_whole_manifest() -> None:
    link = urlsplit(install_link(socket_manifest()))
    asked = parse_qs(link.query)
    assert (link.scheme, link.netloc, link.path) == ("https", "api.slack.com", "/apps")
    assert asked["new_app"] == ["1"]
    assert json.loads(asked["manifest_json"][0]) == socket_manifest()
