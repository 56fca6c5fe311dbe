"""Everything a team does with the bot, from installing it to removing it, over one transport."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from acts import Acts, named
from aiohttp import ClientError
from drive import Drive
from robot import Bot

SCHEDULED = 100  # seconds for a slot that is due: the tick comes each minute
CHANNELS = ("papers", "general")


async def ready(drive: Drive, bot: Bot) -> None:
    """Wait until it answers: its socket is connected, or its port is open."""

    async def up() -> bool:
        if bot.process is None or bot.process.poll() is not None:
            raise RuntimeError(bot.log.read_text()[-3000:])
        if bot.transport == "socket":
            sockets = (await drive.stats())["sockets"] > 0
            return sockets and (bot.environment.get("PAPERROUND_WEB_PORT") is None or await live(drive, bot))
        return await live(drive, bot)

    if not await drive.until(up, seconds=60):
        raise RuntimeError(bot.log.read_text()[-3000:])


async def live(drive: Drive, bot: Bot) -> bool:
    """Whether its web host answers."""
    try:
        async with drive.http.get(f"http://127.0.0.1:{bot.port}/livez") as answer:
            return answer.status == 200
    except OSError:
        return False


async def fetched(drive: Drive, bot: Bot, papers: int = 20) -> None:
    """Wait until it has papers."""

    async def some() -> bool:
        await asyncio.sleep(0)
        return bot.ask("SELECT count(*) FROM paper")[0][0] >= papers

    if not await drive.until(some, seconds=60):
        raise RuntimeError("no papers were fetched")


async def install(acts: Acts, bot: Bot) -> None:
    """Walk the OAuth flow."""
    status, text, _ = await acts.drive.install(f"http://127.0.0.1:{bot.port}/slack/install")
    acts.need(status == 200, f"installed: {status} {'' if status == 200 else text[:200]}")


async def ask_around(acts: Acts) -> None:
    """Subscribe, list, search and turn pages, look at papers."""
    made = (await acts.slash("subscribe looms OR kilns OR sourdough at:9am tz:Berlin max:5"))[0]
    acts.need(named(made, "Undo"), "subscribed, with Undo")
    twice = (await acts.slash("subscribe topic:diffusion-models"))[0]
    acts.need("subscri" in twice["text"].lower(), "a second subscription")
    listed = (await acts.slash("list", user="bob"))[0]
    acts.need("looms" in str(listed["blocks"]), "anybody may list")
    refused = (await acts.slash("subscribe violins", user="bob"))[0]
    acts.need("manager" in str(refused).lower(), "bob is no manager, and is told")
    page = (await acts.slash("search looms"))[0]
    while named(page, "Next"):
        page = (await acts.press(page, "Next"))[0]
    acts.need(named(page, "Previous"), "search was turned to its last page")
    await acts.press(page, "Previous")
    for line in (
        "today",
        "trending week",
        "topics diffusion",
        "help",
        "help subscribe",
        "status",
        "overview",
        "preview",
    ):
        await acts.slash(line)
    shown = (await acts.slash("show 2611.00000"))[0]
    for label in ("Save", "Similar", "Why", "Cite"):
        await acts.press(shown, label)
    await acts.slash("why 2611.00000")
    await acts.slash("saved")
    for wrong in (
        "subscrib looms",
        "search -survey",
        "show nothing-of-the-kind",
        "move <#C999|nowhere>",
        "settings at:25:99 tz:Berlin",
    ):
        told = (await acts.slash(wrong))[0]
        acts.need(len(told["text"]) > 40, f"{wrong!r} is explained: {told['text'][:90]!r}")
    for curly in (
        "search “flow matching” learns",
        "search alzheimer's",
        "show <https://arxiv.org/abs/2611.00001|2611.00001>",
    ):
        await acts.slash(curly)


async def edit(acts: Acts) -> None:
    """Change a subscription in the modal."""
    listed = (await acts.slash("list"))[0]
    before = len(await acts.drive.views())
    await acts.press_modal(listed, "Edit")
    view = await acts.opened(before)
    acts.need(view, "the modal opened")
    acts.judge_view(view)
    blocks = {
        one["element"]["action_id"]: one["block_id"]
        for one in view.get("blocks", ())
        if one["type"] == "input"
    }
    query = next((name for name in blocks if "query" in name), "")
    reply = await acts.drive.submit(view, {blocks.get(query, "query"): {query: "scarves OR violins"}})
    await acts.answered("submit the modal", reply, expects=False)

    async def changed() -> bool:
        return "scarves" in str((await acts.slash("list"))[0]["blocks"])

    acts.need(await acts.drive.until(changed, seconds=15, every=1), "the modal changed the subscription")


async def digest(acts: Acts, bot: Bot) -> list[dict[str, Any]]:
    """Let the hour come, and look at what everybody got."""
    before = len(await acts.drive.history("papers"))
    bot.due_now()

    async def arrived() -> list[dict[str, Any]] | None:
        waiting = bot.ask(
            "SELECT count(*) FROM delivery WHERE status IN ('pending', 'sending', 'uncertain')"
        )[0][0]
        messages = await patiently(lambda: acts.drive.history("papers"))
        return messages if len(messages) > before and not waiting else None

    messages = await acts.drive.until(arrived, seconds=SCHEDULED, every=1) or []
    acts.need(messages, f"the scheduled digest came: {len(messages)} messages in #papers")
    parents = [one for one in messages if "thread_ts" not in one or one["thread_ts"] == one["ts"]]
    parent = next(
        (one for one in parents if any(block.get("accessory") for block in one.get("blocks", ()))), None
    )
    if parent:
        for label in ("Save", "Why", "Not for us"):
            await acts.pick(parent, label)
    return messages


async def shut(acts: Acts, bot: Bot, *, oauth: bool) -> None:
    """Pause, resume, unsubscribe; remove the app and install it again."""
    await acts.slash("pause")
    await acts.slash("resume")
    gone = (await acts.slash("unsubscribe *"))[0]
    again = named(gone, "Again") or named(gone, "Undo")
    acts.need(again, "what was dropped can be had again")
    await acts.slash("subscribe looms")
    if not oauth:
        return
    await acts.drive.event({"type": "app_uninstalled"})

    async def ended() -> bool:
        return bool(bot.ask("SELECT count(*) FROM installation WHERE ended_at IS NOT NULL")[0][0])

    acts.need(await acts.drive.until(ended, seconds=10), "removed: its tokens are gone")
    sealed = bot.ask("SELECT token FROM installation")[0][0]
    acts.need(not sealed, "no token is kept")
    await acts.drive.fresh_token() if hasattr(acts.drive, "fresh_token") else None
    await install(acts, bot)
    listed = (await acts.slash("list"))[0]
    acts.need("looms" in str(listed["blocks"]), "installed again: its subscriptions are there")


async def patiently(ask: Any) -> Any:
    """Ask the emulator again when it has closed an idle connection."""
    for _ in range(3):
        with suppress(ClientError):
            return await ask()
    return await ask()


async def replies(drive: Drive, channel: str, ts: str) -> Any:
    """A whole thread."""
    where = drive.channel(channel)
    return await drive.api(
        "conversations.replies", channel=where, ts=ts, limit=1000, include_all_metadata="true"
    )


async def everything_in(drive: Drive, channel: str) -> list[dict[str, Any]]:
    """The messages of a channel and of its threads."""
    messages = await patiently(lambda: drive.history(channel))
    threads = [one["ts"] for one in messages if one.get("reply_count")]
    for ts in threads:
        answer = await patiently(lambda ts=ts: replies(drive, channel, ts))
        messages += [one for one in answer["messages"] if one["ts"] != ts]
    return messages


async def verdict(acts: Acts) -> None:
    """Judge every message of every channel, and what the bench counted."""
    for channel in CHANNELS:
        messages = await everything_in(acts.drive, channel)
        for ts, findings in acts.drive.judge(messages).items():
            acts.wrong.append(f"#{channel} {ts}: {findings[:2]}")
        keyed = [one for one in messages if one.get("metadata")]
        acts.need(not acts.drive.duplicates(keyed), f"#{channel}: {len(messages)} messages, none twice")
    counts = (await acts.drive.stats())["counts"]
    for name in (
        "posting_limit_violations",
        "retried_before_retry_after",
        "response_url_overused",
        "response_url_expired",
        "messages_with_findings",
    ):
        acts.need(not counts.get(name), f"{name}: {counts.get(name, 0)}")
    acts.facts.append(f"{acts.acts} interactions, the slowest acknowledged after {acts.slowest} ms")


async def tour(acts: Acts, bot: Bot, *, oauth: bool) -> None:
    """The whole of it."""
    bot.start()
    await ready(acts.drive, bot)
    if oauth:
        await install(acts, bot)
    await fetched(acts.drive, bot)
    await ask_around(acts)
    await home(acts)
    await edit(acts)
    await digest(acts, bot)
    await shut(acts, bot, oauth=oauth)
    await verdict(acts)
    acts.need(bot.stop() == 0, "it ended when it was asked to")


async def home(acts: Acts, patience: float = 10) -> None:
    """Open App Home."""
    before = len(await acts.drive.views())
    user = acts.drive.user("alice")
    await acts.drive.event({"type": "app_home_opened", "user": user, "tab": "home", "channel": "D1"})

    async def shown() -> dict[str, Any] | None:
        views = [one for one in (await acts.drive.views())[before:] if one.get("type") == "home"]
        return views[-1] if views and "looms" in str(views[-1]["blocks"]) else None

    view = await acts.drive.until(shown, seconds=patience)
    acts.need(view, "App Home shows what is subscribed")
    if view:
        acts.judge_view(view)
