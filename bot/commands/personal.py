"""What is the asker's own: saved papers and muted authors; and a channel's "not for us"."""

from __future__ import annotations

from typing import Annotated

from bot.domain.digest import Pick
from bot.errors import UserError

from .context import Context
from .lookups import find_paper, here
from .paging import PAGE_SIZE, page_of, turns
from .papers import PageNumber, PaperRef
from .replies import Action, Notice, PaperList, Reply, Tone
from .spec import Arg, Kind, Place, Who, command
from .wording import listing

AuthorName = Annotated[str, Arg("The author's name", kind=Kind.AUTHOR, place=Place.REST)]


@command(examples=("save 2401.00001",))
async def save(context: Context, paper: PaperRef) -> Reply:
    """Keep a paper on your own list."""
    found = await find_paper(context, paper)
    if not await context.store.save(context.workspace, context.asker.user, found.id, context.now()):
        return _as_it_was(f"Saved already: {found.title}", context)
    undo = Action("Undo", "unsave", {"paper": str(found.id)})
    return _done(f"Saved: {found.title}", context, "saved", undo)


@command(examples=("unsave 2401.00001",))
async def unsave(context: Context, paper: PaperRef) -> Reply:
    """Take a paper off your own list."""
    found = await find_paper(context, paper)
    if not await context.store.unsave(context.workspace, context.asker.user, found.id):
        return _as_it_was(f"Not on your list: {found.title}", context)
    undo = Action("Undo", "save", {"paper": str(found.id)})
    return _done(f"No longer saved: {found.title}", context, "saved", undo)


@command(examples=("saved",))
async def saved(context: Context, page: PageNumber = 1) -> Reply:
    """List the papers you saved, the last one first."""
    papers = await context.store.saved(context.workspace, context.asker.user)
    chosen, pages = page_of([Pick(paper=paper, why=(), score=0.0) for paper in papers], page)
    return PaperList(
        title="Your saved papers",
        papers=chosen,
        total=len(papers),
        page=page,
        pages=pages,
        first=(page - 1) * PAGE_SIZE + 1,
        hint="" if papers else f"You have saved nothing yet: `{context.typed('save')} 2401.00001`.",
        actions=turns("saved", page, pages),
    )


@command(examples=('mute author:"Ada Example"',))
async def mute(context: Context, author: AuthorName) -> Reply:
    """Leave an author's papers out of your today, trending and catchup."""
    name = _name(author)
    if name.casefold() not in {one.casefold() for one in await _names(context)}:
        await context.store.mute(context.workspace, context.asker.user, name)
    return await _muted(context, f"Muted {name}, for you alone.", Action("Undo", "unmute", {"author": name}))


@command(examples=('unmute author:"Ada Example"',))
async def unmute(context: Context, author: AuthorName) -> Reply:
    """Let an author's papers back into your today, trending and catchup."""
    name = _name(author)
    muted_now = await _names(context)
    meant = [one for one in muted_now if one.casefold() == name.casefold()]
    if not meant:
        raise UserError(f"{name} was not muted, so nothing was changed.", fix=_list_of(muted_now))
    for one in meant:  # the store knows each by the spelling it was muted with
        await context.store.unmute(context.workspace, context.asker.user, one)
    return await _muted(
        context, f"{meant[0]} is no longer muted.", Action("Undo", "mute", {"author": meant[0]})
    )


@command(who=Who.MANAGERS, examples=("dismiss 2401.00001",))
async def dismiss(context: Context, paper: PaperRef) -> Reply:
    """Mark a paper as not for this channel; it will not come in a digest."""
    destination = await here(context)
    found = await find_paper(context, paper)
    await context.store.dismiss(destination.id, found.id, context.asker.user, context.now())
    return Notice(kind=Tone.DONE, what=f"Not for {context.place}: {found.title}")


def _done(what: str, context: Context, verb: str, undo: Action) -> Notice:
    return Notice(kind=Tone.DONE, what=what, fix=f"`{context.typed(verb)}` shows your list.", actions=(undo,))


def _as_it_was(what: str, context: Context) -> Notice:
    fix = f"Nothing was changed; `{context.typed('saved')}` shows your list."
    return Notice(kind=Tone.INFO, what=what, fix=fix)


async def _names(context: Context) -> tuple[str, ...]:
    return await context.store.muted(context.workspace, context.asker.user)


async def _muted(context: Context, what: str, undo: Action) -> Notice:
    return Notice(kind=Tone.DONE, what=what, lines=(_list_of(await _names(context)),), actions=(undo,))


def _list_of(names: tuple[str, ...]) -> str:
    return f"Muted now: {listing(names)}." if names else "Nobody is muted now."


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not any(character.isalpha() for character in name):
        raise UserError(
            f"`{text[:40]}` is not a name, so nothing was changed.", fix='mute author:"Ada Example"'
        )
    return name[:200]
