"""Two workspaces that share every id: neither sees nor changes anything of the other."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping

import pytest

from adapters.chat.slack.settings import SlackSettings
from bot.commands.catalogue import REGISTRY
from bot.commands.context import Asker
from bot.commands.spec import AnyCommand, Kind, Param
from bot.domain.subscription import Address
from bot.ports import Installation
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.slack import Channel, Person, Said, SlackStandIn

from .conftest import NOW, Kept, Scene, everything, findings, make_scene

USER, CHANNEL = "U0SHARED", "C0SHARED"
SECRET = "sourdough"  # in every text that is the first workspace's own
NOBODYS = "987654"
GIVEN: Mapping[Kind, str] = {
    Kind.PAPER: "2606.00001",
    Kind.QUERY: "knitting",
    Kind.CHANNEL: f"<#{CHANNEL}|papers>",
    Kind.TOPIC: "crumbs",
    Kind.COMMAND: "today",
    Kind.DATE: "2026-06-01",
    Kind.URL: "https://example.org/atom.xml",
    Kind.AUTHOR: "Ada Example",
}


@pytest.fixture
async def both(store: Store) -> AsyncIterator[Scene]:
    """The bot installed in two workspaces, in each of which the same ids are somebody else."""
    async with SlackStandIn(check_message=findings) as slack:
        kept = Kept()
        for workspace in (slack.home, slack.other):
            workspace.people[USER] = Person(id=USER, name="eve", team=workspace.id, admin=True)
            members = {USER, workspace.bot_user}
            channel = Channel(id=CHANNEL, name="shared", team=workspace.id, members=members, creator=USER)
            workspace.channels[CHANNEL] = channel
            token = slack.token(*slack.state.app.scopes, workspace=workspace)
            await kept.installed(
                Installation(platform="slack", workspace=workspace.id, token=token, installed_at=NOW)
            )
        settings = SlackSettings.load(
            api_url=slack.api_url,
            signing_secret=slack.state.app.signing_secret,
            client_id=slack.state.app.client_id,
            client_secret=slack.state.app.client_secret,
        )
        scene = await make_scene(slack, store, settings, FakeClock(NOW), kept)
        await _furnished(scene, slack.home.id, SECRET)
        await _furnished(scene, slack.other.id, "bread")
        yield scene
        await scene.bot.end()
        await scene.tokens.close()


async def test_nothing_of_the_other_workspace_is_seen_or_changed_by_any_command(both: Scene) -> None:
    before = await _everything_of(both, both.slack.home.id)
    for one in REGISTRY:
        for arguments in _every_way(one):
            said = await _pressed(both, one.name, arguments)
            assert SECRET not in said, (one.name, arguments)
            assert await _everything_of(both, both.slack.home.id) == before, (one.name, arguments)


async def test_the_first_workspace_itself_sees_what_is_its_own(both: Scene) -> None:
    driver = both.driver()
    for line in ("list", "topics crumbs", "feed list", "saved"):
        ack = await driver.slash(line, user="eve", channel=CHANNEL)
        said = await both.read(ack)
        assert SECRET in said or line == "saved", line


async def test_an_id_of_the_other_workspace_is_as_unknown_as_one_nobody_has(both: Scene) -> None:
    for name, arguments in (
        ("unsubscribe", {"which": "1"}),
        ("pause", {"which": "1"}),
        ("resume", {"which": "1"}),
        ("edit", {"which": "1", "query": "knitting"}),
        ("feed remove", {"feed": "1"}),
        ("topic remove", {"topic": "crumbs"}),
        ("topics", {"text": SECRET}),
    ):
        (key, theirs), *_ = arguments.items()
        said = await _pressed(both, name, arguments)
        of_nobody = await _pressed(both, name, {**arguments, key: NOBODYS})
        assert said.replace(theirs, "ID") == of_nobody.replace(NOBODYS, "ID"), name


async def test_home_and_its_form_know_their_own_workspace_alone(both: Scene) -> None:
    driver = both.driver(both.slack.other)
    await driver.open_home(user="eve")
    await both.settled()
    home = both.slack.home_of("eve", both.slack.other)
    assert home is not None
    assert SECRET not in everything(home.blocks)
    assert "bread" in everything(home.blocks)
    said = _posted(both, ["edit", {"which": "1"}])
    await driver.press(said, "do:0", user="eve")
    await both.settled()
    view = both.slack.modal("eve", both.slack.other)
    assert view is not None
    assert "no subscription 1" in everything(view.blocks)


async def test_what_is_answered_goes_out_with_the_workspaces_own_token(both: Scene) -> None:
    both.slack.faults.add("500", method="response", times=None)
    await both.driver(both.slack.other).slash("list", user="eve", channel=CHANNEL)
    await both.settled()
    assert len(both.slack.private_to("eve", both.slack.other)) == 1
    assert {one.workspace for one in both.slack.state.private} == {both.slack.other.id}


async def test_the_end_of_one_installation_leaves_the_other_alone(both: Scene) -> None:
    await both.driver(both.slack.other).event("app_uninstalled")
    await both.settled()
    assert both.tokens.known(both.slack.home.id) is not None
    ack = await both.driver(both.slack.other).slash("list", user="eve", channel=CHANNEL)
    await both.settled()
    assert "not installed" in both.driver().answers(ack)[0].text


async def _furnished(scene: Scene, workspace: str, word: str) -> None:
    """Give a workspace a subscription, a topic, a feed, a saved paper, a muted author and a dismissed paper."""
    eve = Asker(user=USER, name="eve", manager=True)
    address = Address(platform="slack", workspace=workspace, channel=CHANNEL)
    own = f'define crumbs = "{SECRET} crumbs"' if word == SECRET else "define toast = toast"
    author = f"{word.title()} Baker"
    for line in (f"subscribe {word}", f"subscribe {word} rolls", own, "save 2606.00001", f"mute {author}", "dismiss 2606.00003"):  # fmt: skip
        await scene.commands(line, asker=eve, address=address, place="#shared")
    await scene.store.add_feed(workspace, f"https://{word}.example/atom.xml", f"The {word} blog", USER, NOW)


def _every_way(one: AnyCommand) -> list[dict[str, str]]:
    """A command with what it needs, with every id of the first workspace wherever one can stand, and with all at once."""
    needed = {param.name: _given(param) for param in one.params if param.required}
    ids = [
        {param.name: value}
        for param in one.params
        for value in ("1", "2", f"s{1}", "#1", SECRET, f"{SECRET} rolls", "crumbs", "topic:crumbs", "*")
        if param.arg.kind in {Kind.SUBSCRIPTION, Kind.TOPIC, Kind.QUERY, Kind.TEXT} and not param.arg.choices
        if not (param.type is int and not value.isdigit())
        if not _speaks_of_itself(one, value)
    ]
    return [needed, *({**needed, **given} for given in ids)]


def _speaks_of_itself(one: AnyCommand, value: str) -> bool:
    """Whether an answer would only say again what was asked."""
    return SECRET in value and any(
        param.arg.kind in {Kind.QUERY, Kind.SUBSCRIPTION, Kind.TOPIC} for param in one.params
    )


def _given(param: Param) -> str:
    if param.arg.kind is Kind.SUBSCRIPTION or param.type is int:
        return "1"
    return GIVEN.get(param.arg.kind, "1")


async def _pressed(scene: Scene, command: str, arguments: Mapping[str, str]) -> str:
    driver = scene.driver(scene.slack.other)
    ack = await driver.press(_posted(scene, [command, dict(arguments)]), "do:0", user="eve")
    await scene.settled()
    view = scene.slack.modal("eve", scene.slack.other)
    shown = view.blocks if view else []
    if view:
        scene.slack.state.views.close(view)
    return everything([[one.blocks for one in driver.answers(ack)], shown])


def _posted(scene: Scene, value: object) -> Said:
    other = scene.slack.other
    text = {"type": "plain_text", "text": "Press"}
    button = {"type": "button", "action_id": "do:0", "text": text, "value": json.dumps(value)}
    block = {"type": "actions", "elements": [button]}
    return scene.slack.state.say(
        other, other.channels[CHANNEL], user=other.bot_user, text="x", blocks=[block]
    )


async def _everything_of(scene: Scene, workspace: str) -> object:
    homes = await scene.store.destinations(workspace=workspace)
    return (
        homes,
        await scene.store.subscriptions([one.id for one in homes]),
        await scene.store.topics(workspace),
        await scene.store.feeds(workspace),
        await scene.store.saved(workspace, USER),
        await scene.store.muted(workspace, USER),
        await scene.store.dismissed([one.id for one in homes]),
    )
