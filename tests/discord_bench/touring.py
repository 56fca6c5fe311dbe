"""What one person does in one channel: subscribe, list, search, look at papers, change what is subscribed."""

from __future__ import annotations

from acts import Acts, named, said

QUERY = "looms OR kilns OR sourdough OR scarves OR violins"
PAPER = "2611.00000"


async def looking_around(acts: Acts) -> None:
    """All of it, in #digest."""
    await subscribing(acts)
    await offering(acts)
    await searching(acts)
    await papers(acts)
    await editing(acts)
    await looked_up(acts)


async def subscribing(acts: Acts) -> None:
    """Subscribe, list, and be told what one may not."""
    made = await acts.slash("subscribe", query=QUERY, at="09:00", tz="Berlin", max=14)
    acts.need(named(made, "Undo"), f"subscribed, with Undo: {said(made)[:80]!r}")
    twice = await acts.slash("subscribe", query="topic:diffusion-models")
    acts.need("ubscri" in said(twice), "a second subscription")
    listed = await acts.slash("list", who=acts.world.bob)
    acts.need("looms" in said(listed), "anybody may list")
    refused = await acts.slash("subscribe", who=acts.world.bob, query="violins")
    acts.need("manage" in said(refused).lower(), f"bob is no manager, and is told: {said(refused)[:120]!r}")
    for line, option in (
        ("status", {}),
        ("overview", {}),
        ("preview", {}),
        ("help", {}),
        ("help", {"verb": "subscribe"}),
    ):
        await acts.slash(line, **option)
    added = await acts.slash(
        "papers-admin topic define", who=acts.world.chief, topic="weaving", definition="looms OR scarves"
    )
    acts.need("weaving" in said(added), "a topic of the server")
    await acts.slash("subscribe", query="topic:weaving")


async def offering(acts: Acts) -> None:
    """What is offered while somebody types: topics, zones, categories, subscriptions, authors."""
    await acts.slash("list")
    await acts.choices("subscribe", "query", "topic:diff")
    await acts.choices("subscribe", "query", "cat:cs.")
    await acts.choices("subscribe", "tz", "Berl", query="looms")
    await acts.choices("subscribe", "days", "week", query="looms")
    await acts.choices("unsubscribe", "which", "")
    await acts.choices("today", "topic", "llm")


async def searching(acts: Acts) -> None:
    """Search, and turn to the last page and back."""
    page, turned = await acts.slash("search", query="looms OR kilns OR violins"), 0
    while named(page, "Next") and turned < 10:
        page, turned = await acts.click(page, "Next"), turned + 1
    acts.need(turned and named(page, "Previous"), f"search was turned {turned} times to its last page")
    await acts.click(page, "Previous")
    await acts.slash("search", query="“flow matching” learns")
    for wrong in ("-survey", "(looms", "cat:nonsense"):
        answer = await acts.slash("search", query=wrong)
        acts.need(len(said(answer)) > 30, f"{wrong!r} is explained: {said(answer)[:90]!r}")


async def papers(acts: Acts) -> None:
    """Look at papers: today's, one by its number, why it came, and the buttons of its card."""
    today = await acts.slash("today")
    card = await acts.choose(today)
    acts.need(named(card, "Save") and named(card, "Cite"), f"the card of a paper: {said(card)[:80]!r}")
    for label in ("Save", "Similar", "Why", "Cite", "Mute"):
        await acts.click(card, label)
    await acts.slash("show", paper=PAPER)
    await acts.slash("why", paper=PAPER)
    await acts.slash("show", paper="nothing-of-the-kind")
    await acts.slash("trending", period="week")
    await acts.slash("topics", text="diffusion")
    saved = await acts.slash("my saved")
    acts.need("Part" in said(saved), "what was saved is listed")
    for line, option, typed in (("subscribe", "query", "author:Ada"), ("my mute", "author", "Ada")):
        offered = await acts.choices(line, option, typed)
        acts.need(
            any("Ada Example" in one for one in offered), f"authors of papers seen lately: {offered[:3]}"
        )
    await acts.slash("my unmute", author="Ada Example0")


async def editing(acts: Acts) -> None:
    """Change a subscription in the form, and make one by an empty form."""
    listed = await acts.slash("list")
    button = next((one for one in ("Edit 1", "Edit") if named(listed, one)), "Edit")
    if named(listed, button):
        answer = await acts.form(await acts.opens(listed, button), {"query": f"{QUERY} OR bicycles"})
    else:
        answer = await acts.form(await acts.typed("edit", which="1"), {"query": f"{QUERY} OR bicycles"})
    acts.need(len(said(answer)) > 20, f"the form was taken: {said(answer)[:90]!r}")
    acts.need("bicycles" in said(await acts.slash("list")), "the form changed the subscription")
    await acts.form(await acts.typed("subscribe"), {"query": "lighthouses"})
    acts.need("lighthouses" in said(await acts.slash("list")), "an empty form made one")
    again = await acts.form(await acts.typed("edit", which="1"), {"at": "25:99"})
    acts.need(
        named(again, "Open the form again"), f"what was not taken is offered again: {said(again)[:90]!r}"
    )


async def looked_up(acts: Acts) -> None:
    """Ask about the papers that somebody's message names."""
    general = acts.world.channels["general"]
    message = await acts.world.bob.say(
        general, f"Have you read https://arxiv.org/abs/{PAPER}? And 2611.00001v2."
    )
    found = await acts.context("Look up papers", message)
    acts.need("Part" in said(found), f"papers of a message: {said(found)[:90]!r}")
    nothing = await acts.context("Look up papers", await acts.world.bob.say(general, "Good morning"))
    acts.need(len(said(nothing)) > 20, f"a message without papers: {said(nothing)[:90]!r}")
