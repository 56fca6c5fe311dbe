"""Every command there is, and the help that lists them."""

from __future__ import annotations

from typing import Annotated

from bot.errors import NotFound

from . import feeds, mail, overview, papers, personal, reading, settings, status, subscriptions, topics
from .context import Context
from .replies import HelpEntry, HelpOption, HelpPage, Reply
from .spec import AnyCommand, Arg, Kind, Param, Place, Registry, Who, command

FILTERS = (
    ('"flow matching"', "these words next to each other", ""),
    ("a b, a OR b, -a, ( )", "all of them, any of them, none of it, grouped", ""),
    ("word*", "every word that begins so", ""),
    ("title: abstract:", "only there", ""),
    ("author: org: venue:", 'who and where: author:"Yang Song"', ""),
    ("cat:", "arXiv categories: cat:cs.CV,cs.LG", ""),
    ("topic:", "a topic of `topics`: topic:rlhf", ""),
    ("source:", "huggingface, arxiv or feed", ""),
    ("upvotes>= stars>= comments>=", "at least so many", ""),
    ("has:", "code, project, summary, doi, venue, abstract", ""),
    ("type:", "survey, benchmark, dataset and others", ""),
    ("since: until:", "listed from or up to a day: since:2026-06-01", ""),
)
FOR = {Who.ANYONE: "", Who.MANAGERS: "For managers.", Who.ADMINS: "For the admins of the workspace."}


@command("help", examples=("help subscribe",))
async def help_(
    context: Context,
    verb: Annotated[str, Arg("The verb to explain in full", kind=Kind.COMMAND, place=Place.REST)] = "",
) -> Reply:
    """List every verb, or explain one with all its options and defaults."""
    name = " ".join(verb.lower().split())
    if not name:
        return _contents(context)
    family = [one for one in REGISTRY if one.name.startswith(f"{name} ")]
    chosen = REGISTRY.get(name)
    if chosen is not None:
        return _explained(chosen, context)
    if family:
        return HelpPage(title=name, entries=tuple(_entry(one, context) for one in family))
    near = REGISTRY.nearest(name)
    raise NotFound(
        f"There is no verb `{name[:40]}`.",
        fix=f"Did you mean `{near}`?" if near else f"`{context.typed('help')}` lists them all.",
    )


def _contents(context: Context) -> HelpPage:
    return HelpPage(
        title="What you can ask",
        text="Values are written name:value. Answers are private; only digests are posted to everyone.",
        entries=tuple(_entry(one, context) for one in REGISTRY),
        examples=tuple(
            context.typed(line)
            for line in (
                'search "flow matching" -survey',
                "subscribe topic:llm at:9am tz:Berlin weekdays",
                "today",
            )
        ),
    )


def _explained(one: AnyCommand, context: Context) -> HelpPage:
    managers = FOR[one.who]
    takes_query = any(param.arg.kind is Kind.QUERY for param in one.params)
    return HelpPage(
        title=context.typed(one.usage),
        text=" ".join([one.help.replace("\n\n", " ").replace("\n", " "), managers]).strip(),
        options=tuple(_option(param) for param in one.params),
        filters=tuple(HelpOption(name=a, help=b, default=c) for a, b, c in FILTERS) if takes_query else (),
        examples=tuple(context.typed(line) for line in one.examples),
    )


def _entry(one: AnyCommand, context: Context) -> HelpEntry:
    return HelpEntry(usage=context.typed(one.usage), summary=one.summary, managers=one.who is not Who.ANYONE)


def _option(param: Param) -> HelpOption:
    choices = f" ({', '.join(param.arg.choices)})" if param.arg.choices else ""
    return HelpOption(name=param.usage, help=f"{param.arg.help}{choices}", default=_default(param))


def _default(param: Param) -> str:
    if param.required:
        return "none, it is required"
    if param.default in (None, ""):
        return "as it is" if param.arg.place is Place.NAMED else "none"
    return str(param.default)


REGISTRY = Registry.of(
    papers, reading, status, overview, subscriptions, settings, topics, personal, feeds, mail
)
REGISTRY.add(help_)
