"""The pages about mail, where people can sign up for it, and what they add to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .build import App
from .mailings import DigestTokens, tokens_of

if TYPE_CHECKING:
    from adapters.web.host import Routes
    from adapters.web.pages import Link, Site


def digests_of(app: App) -> DigestTokens | None:
    """Who may see which digests on the web; None without a key to tell by."""
    tokens = tokens_of(app.settings)
    return DigestTokens(app.store, tokens) if tokens else None


def mail_menu(app: App) -> tuple[Link, ...]:
    """The way to sign up, for the menu of every page; nothing where nobody can."""
    from adapters.web.mail import SUBSCRIBE  # noqa: PLC0415 - an extra, for those who serve
    from adapters.web.pages import Link  # noqa: PLC0415 - as above

    return (Link(label="By mail", path=SUBSCRIBE),) if app.mailings else ()


def mail_pages(app: App, site: Site) -> Routes:
    """The pages themselves, drawn as those of this site."""
    from adapters.web.mail import MailOffice, mail_routes  # noqa: PLC0415 - as above
    from adapters.web.pages.drawing import Drawing  # noqa: PLC0415 - as above

    if app.mailings is None:
        return []
    office = MailOffice(
        drawing=Drawing(site),
        mailings=app.mailings,
        commands=app.commands,
        bounce_secret=app.settings.mail_bounce_secret.get_secret_value(),
    )
    return [*mail_routes(office)]
