"""Forums, channels that are closed or gone, other servers, direct messages, and a server that removes the bot."""

from __future__ import annotations

from acts import Acts, said
from discordbench.fake import DM, Channel, Guild

QUERY = "looms OR kilns OR sourdough"


async def forums(acts: Acts) -> None:
    """Subscribe from a post in a forum; each digest is a post of its own, with tags."""
    made = acts.world
    for name in ("forum", "tagged"):
        post = made.post_in(name)
        await acts.slash("subscribe", post, query="topic:weaving OR looms", max=14)
        await acts.slash("post now", post)
        acts.need(await made.drained(), f"#{name}: sent")
        posts = [
            one
            for one in made.guild.channels.values()
            if one.parent is made.channels[name] and one is not post
        ]
        told = [(one.name, one.applied_tags, len(made.fake.history(one))) for one in posts]
        acts.need(len(posts) == 1 and told[0][2] > 1, f"#{name}: {told}")
        acts.need(
            posts and (posts[0].applied_tags or name == "forum"),
            f"#{name}: its tags {told[0][1] if told else ''}",
        )


async def closed(acts: Acts) -> None:
    """Take rights away one by one; what is posted then, and what people are told."""
    made = acts.world
    general = made.channels["general"]
    await acts.slash("subscribe", "general", query=QUERY, max=14)
    for taken in ("EMBED_LINKS", "CREATE_PUBLIC_THREADS", "SEND_MESSAGES_IN_THREADS"):
        before = len(made.copies())
        made.fake.deny(general, taken)
        await made.printed()
        answer = await acts.slash("post now", "general")
        acts.facts.append(f"without {taken} `post now` says {said(answer)[:120]!r}")
        quiet = await made.drained()
        acts.need(
            quiet and len(made.copies()) > before,
            f"without {taken}: {len(made.copies()) - before} messages came",
        )
        status = await acts.slash("status", "general")
        acts.facts.append(f"without {taken} `status` says {said(status)[:200]!r}")
        made.fake.deny(general)
        await made.until(lambda: _paused(acts, general) == "", 10)
        acts.need(
            _paused(acts, general) == "", f"without {taken} it is not given up: {_paused(acts, general)!r}"
        )
    acts.need(not made.fake.counters["embeds_dropped"], "no embed was dropped in silence")
    await _shut(acts, general)


async def _shut(acts: Acts, general: Channel) -> None:
    made = acts.world
    made.fake.deny(general, "SEND_MESSAGES")
    acts.need(await made.until(lambda: _paused(acts, general), 10), f"closed: {_paused(acts, general)!r}")
    status = await acts.slash("status", "general")
    acts.need(
        "may not post" in said(status) or "lacks" in said(status), f"closed, and told: {said(status)[:200]!r}"
    )
    refused = await acts.slash("post now", "general")
    acts.facts.append(f"closed: `post now` says {said(refused)[:160]!r}")
    made.fake.deny(general)
    acts.need(await made.until(lambda: not _paused(acts, general), 10), "opened again, digests go on")
    await made.until(lambda: _told(acts), 75, 0.5)  # people are told once a minute
    acts.need(_told(acts), f"ana was told: {[one[:160] for one in _told(acts)]}")
    await acts.slash("pause", "general")
    await acts.slash("resume", "general")


def _told(acts: Acts) -> list[str]:
    """What ana reads in her direct messages."""
    made = acts.world
    direct = [one for one in made.fake.channels.values() if one.type == DM and made.ana in one.recipients]
    return [said(one) for place in direct for one in made.fake.history(place)]


def _paused(acts: Acts, channel: Channel) -> str:
    asked = "SELECT paused, paused_reason FROM destination WHERE channel_id = ?"
    rows = acts.world.bot.ask(asked, channel.id)
    return str(rows[0][1] or "paused") if rows and rows[0][0] else ""


async def abroad(acts: Acts) -> None:
    """Direct messages, and a server where the bot is only a person's own app."""
    made = acts.world
    direct = Channel(made.fake.snowflake(), None, "bob", DM, recipients=[made.bob])
    made.fake.channels[direct.id] = direct
    own = await acts.slash("subscribe", direct, who=made.bob, query=QUERY, max=3)
    acts.need("ubscri" in said(own), f"bob subscribes in his direct messages: {said(own)[:80]!r}")
    await acts.slash("post now", direct, who=made.bob)
    acts.need(await made.drained(), "direct messages: sent")
    acts.need(any(made.copies_in(direct.id)), f"{len(made.copies_in(direct.id))} messages in them")
    strange = Guild(made.fake.snowflake(), "Elsewhere")
    place = Channel(made.fake.snowflake(), strange, "lounge")
    strange.channels[place.id] = made.fake.channels[place.id] = place
    found = await acts.slash("search", place, who=made.bob, as_own=True, query="looms")
    acts.need("Part" in said(found), f"a search where the bot is no member: {said(found)[:80]!r}")
    refused = await acts.slash("subscribe", place, who=made.bob, as_own=True, query="looms")
    acts.need("ubscribed" not in said(refused), f"a subscription there: {said(refused)[:160]!r}")


async def away(acts: Acts) -> None:
    """A channel is deleted; the server removes the bot, and adds it again."""
    made = acts.world
    gone = made.channels["news"]
    await made.fake.delete_channel(gone)
    acts.need(await made.until(lambda: _paused(acts, gone), 10), f"deleted: {_paused(acts, gone)!r}")
    held = {one.id: one for one in made.guild.channels.values()}
    await made.fake.kick(made.guild)
    digest = made.channels["digest"]
    acts.need(await made.until(lambda: _stopped(acts, digest), 10), f"removed: {_stopped(acts, digest)!r}")
    made.guild.gone = False
    made.fake.guilds[made.guild.id] = made.guild
    made.fake.channels |= held
    await made.fake.dispatch("GUILD_CREATE", made.fake.guild_create(made.guild), made.guild)
    acts.need(await made.until(lambda: not _stopped(acts, digest), 10), "added again: digests go on")
    listed = await acts.slash("list")
    acts.need("bicycles" in said(listed), "its subscriptions are there")
    before = len(made.copies())
    await made.printed()
    await acts.slash("post now")
    acts.need(await made.drained() and len(made.copies()) > before, "and it posts again")


def _stopped(acts: Acts, channel: Channel) -> str:
    asked = "SELECT l.paused, l.paused_reason FROM lane l JOIN destination d ON d.lane_id = l.id WHERE d.channel_id = ?"
    rows = acts.world.bot.ask(asked, channel.id)
    return str(rows[0][1] or "paused") if rows and rows[0][0] else ""
