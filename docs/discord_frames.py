"""The frames of Discord's pictures: a channel, a thread, a forum's post, an answer and a form."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from discord_client import ARROW, Json, message_html

STYLE = (Path(__file__).parent / "discord_frames.css").read_text(encoding="utf-8")
# A folded newspaper, drawn here.
FACE = (
    '<svg class="face" viewBox="0 0 40 40"><circle cx="20" cy="20" r="20" fill="#22384a"/>'
    '<path d="M11 12h15v14a2.5 2.5 0 0 1-2.5 2.5h-10A2.5 2.5 0 0 1 11 26z" fill="#f6f2e8"/>'
    '<path d="M26 16h3.5v9.7a2.8 2.8 0 0 1-2.8 2.8H23" fill="none" stroke="#f6f2e8" stroke-width="1.8"/>'
    '<path d="M14 15.6h9M14 19.4h4M14 22.4h4M14 25.2h4" stroke="#22384a" stroke-width="1.5"/>'
    '<rect x="19.6" y="18.8" width="3.6" height="6.6" fill="#c98a3c"/></svg>'
)
PERSON = '<span class="person">A</span>'
HASH = '<b class="hash">#</b>'
PAGE = """<!doctype html><meta charset="utf-8"><title>{title}</title><style>{style}</style><body>{body}
<script>document.title = Math.ceil(document.body.getBoundingClientRect().height)</script>"""


def page(title: str, body: str) -> str:
    """A whole page, which says its height in its title."""
    return PAGE.format(title=escape(title), style=STYLE, body=body)


def channel(name: str, inner: str, *, topic: str = "") -> str:
    """A channel with messages in it."""
    beside = f'<span class="topic">{escape(topic)}</span>' if topic else ""
    return f'<div class="bar">{HASH}{escape(name)}{beside}</div>{inner}'


def thread(name: str, parent: str, inner: str) -> str:
    """A thread with messages in it."""
    return f'<div class="bar"><span class="parent">{HASH}{escape(parent)} &rsaquo;</span>{escape(name)}</div>{inner}'


def post(name: str, tags: Sequence[str], inner: str) -> str:
    """A post in a forum: what it is called, its tags, its messages."""
    shown = "".join(f"<span>{escape(tag)}</span>" for tag in tags)
    head = f'<div class="post"><h1>{escape(name)}</h1><div class="tags">{shown}</div></div>'
    return f'<div class="bar"><span class="parent">papers &rsaquo;</span>{escape(name)}</div>{head}{inner}'


def message(body: Json, at: str, *, thread_name: str = "", replies: int = 0, last: str = "") -> str:
    """A message of the bot, with the thread that was begun from it."""
    below = _begun(thread_name, replies, last) if replies else ""
    return _message(body, at, below=below)


def answer(bodies: Sequence[Json], at: str, *, who: str, line: str) -> str:
    """What a command is answered with, seen by whoever asked alone."""
    asked = f'<div class="asked">{PERSON}<b>{escape(who)}</b> used <span class="command">{escape(line)}</span></div>'
    eye = '<div class="private"><i></i>Only you can see this • <a>Dismiss message</a></div>'
    last = len(bodies) - 1
    return "".join(
        _message(one, at, above="" if number else asked, below=eye if number == last else "", kind="only")
        for number, one in enumerate(bodies)
    )


def modal(form: Json) -> str:
    """A form in front of everything else."""
    fields = "".join(map(_labelled, form["components"]))
    head = f'<div class="head">{FACE}<h2>{escape(form["title"])}</h2><span class="cross">✕</span></div>'
    note = '<div class="note">This form will be submitted to Paper Round. Do not share passwords or other sensitive information.</div>'
    foot = '<div class="foot"><span class="button grey">Cancel</span><span class="button blue">Submit</span></div>'
    return f'<div class="behind"><div class="modal">{head}{note}<div class="form">{fields}</div>{foot}</div></div>'


def _message(body: Json, at: str, *, above: str = "", below: str = "", kind: str = "") -> str:
    who = f'<div class="who"><b>Paper Round</b><em>APP</em><time>{at}</time></div>'
    inner = message_html(body["content"], body["embeds"], body["components"])
    return f'<div class="message {kind}">{above}{FACE}<div class="body">{who}{inner}{below}</div></div>'


def _begun(name: str, replies: int, last: str) -> str:
    noun = "Message" if replies == 1 else "Messages"
    count = f'<span class="count">{replies} {noun} &rsaquo;</span>'
    return f'<div class="begun"><b>{escape(name)}</b>{count}<div><b>Paper Round</b> {escape(last)} <small>just now</small></div></div>'


def _labelled(label: Json) -> str:
    inner = label["component"]
    star = '<span class="star">*</span>' if inner.get("required", True) else ""
    about = f'<div class="hint">{escape(label["description"])}</div>' if "description" in label else ""
    return f'<div class="field"><label>{escape(label["label"])}{star}</label>{about}{_input(inner)}</div>'


def _input(inner: Json) -> str:
    if "options" not in inner:
        empty = f'<span class="empty">{escape(inner.get("placeholder", ""))}</span>'
        tall = " tall" if inner["style"] == 2 else ""
        return f'<div class="input{tall}">{escape(inner.get("value", "")) or empty}</div>'
    chosen = [
        f"<span>{escape(one['label'])}<i>✕</i></span>" for one in inner["options"] if one.get("default")
    ]
    empty = f'<span class="empty">{escape(inner["placeholder"])}</span>'
    return f'<div class="select several"><div>{"".join(chosen) or empty}</div>{ARROW}</div>'
