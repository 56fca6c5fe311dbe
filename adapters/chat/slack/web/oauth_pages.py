"""What a browser shows of an installation: what happened, that nothing else did, and what to do next."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from slack_bolt.response import BoltResponse

from adapters.chat.slack.drawing.text import link

STYLE = """
body { font: 1.05rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem; }
code { padding: 0.1rem 0.3rem; border: 1px solid; border-radius: 0.2rem; }
a.next { display: inline-block; padding: 0.5rem 1rem; border: 2px solid; border-radius: 0.3rem; }
:root { color-scheme: light dark; }
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """One way in which an installation comes to nothing."""

    status: int
    title: str
    what: str
    fix: str = ""
    again: bool = True  # whether to offer the way to the beginning


FAILURES: Mapping[str, Failure] = {
    "access_denied": Failure(
        status=200,
        title="Nothing was installed",
        what="Somebody pressed Cancel on Slack's page, and that is fine: nothing was changed.",
    ),
    "invalid_browser": Failure(
        status=400,
        title="This did not begin in this browser",
        what="An installation ends in the browser in which it began, so that nobody can be led into somebody"
        " else's. Nothing was changed.",
        fix="Begin again here, with cookies allowed for this site, and keep to one tab.",
    ),
    "invalid_state": Failure(
        status=401,
        title="This page is over",
        what="It is good once and for ten minutes, and it was used already or is older. Nothing was changed by it now.",
        fix="If the bot is in your workspace, all is well. If not, begin again.",
    ),
    "missing_code": Failure(
        status=401,
        title="Slack sent no code",
        what="Without one nothing can be installed; nothing was changed.",
    ),
    "invalid_code": Failure(
        status=401,
        title="Slack did not take the code",
        what="A code is good once and for ten minutes. Nothing was changed.",
    ),
    "settings": Failure(
        status=500,
        title="This bot is not set up right",
        what="Slack refuses what the bot says of itself. Nothing was changed.",
        fix="Tell whoever runs it: SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and the redirect URL of the Slack app have to"
        " belong together; the bot's log names what Slack said.",
        again=False,
    ),
    "unreachable": Failure(
        status=502,
        title="Slack did not answer",
        what="The bot asked Slack for its token and got no answer, so it cannot work in your workspace yet.",
        fix="Wait a minute and begin again; nothing is installed twice.",
    ),
    "org_wide": Failure(
        status=400,
        title="One workspace at a time, please",
        what="This was an installation for a whole organisation. Paper Round keeps what each workspace reads apart"
        " from every other, so it is installed in one workspace at a time. The token Slack gave was not kept.",
        fix="Begin again, and choose a workspace at the top right of Slack's page.",
    ),
    "no_bot": Failure(
        status=400,
        title="Slack gave no bot token",
        what="Without one the bot cannot write in your workspace. Nothing was kept.",
        fix="Tell whoever runs it to compare the Slack app with deploy/slack-manifest.yaml.",
    ),
    "storage": Failure(
        status=503,
        title="It could not be written down",
        what="The bot's database did not take it, so the bot is not there yet.",
        fix="Wait a minute and begin again; nothing is installed twice.",
    ),
}
OTHER = Failure(
    status=400, title="Nothing was installed", what="Slack ended it without saying more; nothing was changed."
)


def headers() -> dict[str, str | Sequence[str]]:
    """What goes with every page: it may use its own style, and nothing else from anywhere."""
    style = b64encode(sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}


def install_html(url: str) -> str:
    """The page that leads to Slack."""
    return _page(
        "Paper Round for Slack",
        [
            "Brings a channel its daily research papers, and answers <code>/papers</code>.",
            "Slack shows next what the bot may do there.",
            "It looks into a channel's history only to see whether a digest of its own has arrived.",
        ],
        link_to=(url, "Add to Slack"),
    )


def installed(workspace: str, back: str, used_cookie: str) -> BoltResponse:
    """The page after an installation; `used_cookie` takes the mark out of the browser."""
    name = escape(workspace) or "your workspace"
    body = _page(
        f"Paper Round is in {name}",
        [
            "Next, in a channel that should get papers, write for example:",
            "<code>/papers subscribe topic:llm</code>",
            "In a private channel, first <code>/invite @Paper Round</code>. <code>/papers help</code> shows the rest.",
        ],
        link_to=(back, "Open Slack"),
    )
    return BoltResponse(status=200, body=body, headers={**headers(), "Set-Cookie": [used_cookie]})


def failed(reason: str, begin: str) -> BoltResponse:
    """The page for an installation that came to nothing."""
    failure = FAILURES.get(reason, OTHER)
    again = (begin, "Begin again") if failure.again else None
    texts = [escape(text) for text in (failure.what, failure.fix) if text]
    return BoltResponse(
        status=failure.status, body=_page(failure.title, texts, link_to=again), headers=headers()
    )


def _page(title: str, paragraphs: list[str], *, link_to: tuple[str, str] | None) -> str:
    """A page of finished HTML; the address of its link is checked here."""
    address = link(link_to[0]) if link_to else ""
    last = f'<p><a class="next" href="{escape(address)}">{link_to[1]}</a></p>' if link_to and address else ""
    middle = "\n".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{middle}\n{last}\n</body>\n</html>\n"
    )
