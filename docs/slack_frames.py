"""The frames of the pictures: a channel, a thread, App Home and a form, as calm as the messages in them."""

from __future__ import annotations

from html import escape

from block_kit import Json, blocks_html, text_html

# A folded newspaper, drawn here.
FACE = (
    '<svg class="face" viewBox="0 0 36 36"><rect width="36" height="36" rx="8" fill="#22384a"/>'
    '<path d="M9 10h15v14a2.5 2.5 0 0 1-2.5 2.5h-10A2.5 2.5 0 0 1 9 24z" fill="#f6f2e8"/>'
    '<path d="M24 14h3.5v9.7a2.8 2.8 0 0 1-2.8 2.8H21" fill="none" stroke="#f6f2e8" stroke-width="1.8"/>'
    '<path d="M12 13.6h9M12 17.4h4M12 20.4h4M12 23.2h4" stroke="#22384a" stroke-width="1.5"/>'
    '<rect x="17.6" y="16.8" width="3.6" height="6.6" fill="#c98a3c"/></svg>'
)
STYLE = """
* { box-sizing: border-box; margin: 0 }
html { background: #fff }
body { font: 15px/1.47 "Liberation Sans", Arial, "DejaVu Sans", sans-serif; color: #1d1c1d; background: #fff; padding: 0 }
a { color: #1264a3 } b { font-weight: 700 } p { margin: 0 }
code { font: 12px/1.5 "Liberation Mono", monospace; color: #b3264a; background: #f7f7f8; border: 1px solid #e3e3e5;
  border-radius: 3px; padding: 1px 3px }
pre { font: 12px/1.5 "Liberation Mono", monospace; background: #f8f8f8; border: 1px solid #e3e3e5; border-radius: 4px;
  padding: 8px 10px; white-space: pre-wrap; margin: 4px 0 }
hr { border: 0; border-top: 1px solid #e4e4e6; margin: 14px 0 }
.bar { padding: 13px 20px; border-bottom: 1px solid #e4e4e6; font-weight: 700; font-size: 17px }
.bar small { font-weight: 400; font-size: 13px; color: #77767a; margin-left: 10px }
.message { display: flex; gap: 10px; padding: 16px 20px 20px; }
.face { width: 36px; height: 36px; flex: none; margin-top: 3px }
.who { font-weight: 700 } .who em { font: 10px/1 "Liberation Sans"; font-weight: 700; background: #ececee; color: #616064;
  border-radius: 2px; padding: 2px 3px; margin: 0 6px; vertical-align: 2px } .who time { font-weight: 400; font-size: 12px; color: #77767a }
.private { color: #77767a; font-size: 13px; margin-bottom: 2px }
.body { flex: 1; min-width: 0 }
.header { font-size: 18px; line-height: 1.35; margin: 6px 0 4px }
.section { display: flex; gap: 16px; margin: 8px 0 } .section .text { flex: 1; min-width: 0; overflow-wrap: anywhere }
.rich { margin: 8px 0 } .rich p { white-space: pre-wrap } .section p, .context span { white-space: pre-line } .rich ul, .rich ol { padding-left: 26px }
.context { color: #68676b; font-size: 13px; margin: 8px 0; display: flex; flex-wrap: wrap; gap: 2px 8px }
.context code { font-size: 11px }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 10px 0 4px }
.button { display: inline-block; border: 1px solid #bcbcc0; border-radius: 4px; padding: 3px 11px 4px; font-weight: 700; font-size: 13px;
  background: #fff; align-self: flex-start; white-space: nowrap }
.button.primary { background: #0f7a5a; border-color: #0f7a5a; color: #fff } .button.danger { color: #c0264f; border-color: #c0264f }
.button.overflow { padding: 1px 9px 3px } .dots { letter-spacing: -1px; font-size: 15px; color: #4a494d }
.picture { width: 88px; height: 88px; border-radius: 6px; background: linear-gradient(135deg, #e9e6df, #d5dbe0); flex: none }
.picture.large { width: 360px; height: 200px }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 16px }
.thread { color: #1264a3; font-size: 13px; font-weight: 700; margin-top: 8px; display: flex; gap: 8px; align-items: center }
.thread svg { width: 22px; height: 22px; margin: 0 } .thread small { color: #77767a; font-weight: 400; font-size: 13px }
.typed { padding: 4px 0 2px } .typed code { font-size: 13px }
.home { padding: 6px 32px 24px } .tabs { display: flex; gap: 22px; border-bottom: 1px solid #e4e4e6; padding: 0 32px; font-size: 14px; color: #616064 }
.tabs span { padding: 8px 0 } .tabs .on { color: #1d1c1d; font-weight: 700; border-bottom: 2px solid #22384a }
.top { display: flex; align-items: center; gap: 10px; padding: 14px 32px 6px; font-weight: 700; font-size: 17px }
.behind { background: #ececf0; padding: 28px } .modal { background: #fff; border-radius: 10px; width: 520px; margin: auto; border: 1px solid #d8d8dc }
.title { padding: 18px 24px; font-weight: 700; font-size: 20px; display: flex; justify-content: space-between } .title i { font-style: normal; color: #616064; font-weight: 400 }
.form { padding: 0 24px 12px } .foot { display: flex; justify-content: flex-end; gap: 10px; padding: 14px 24px 20px }
.foot .button { font-size: 14px; padding: 7px 14px } .input { margin: 14px 0 } label { font-weight: 700; display: block; margin-bottom: 6px }
.optional { font-weight: 400; color: #77767a } .hint { color: #77767a; font-size: 13px; margin-top: 5px }
.box { border: 1px solid #a4a4a8; border-radius: 4px; padding: 7px 12px; display: flex; justify-content: space-between } .box.tall { min-height: 66px }
.empty { color: #8d8d92 } .arrow { color: #616064 }
.ticks { display: flex; flex-wrap: wrap; gap: 6px 18px } .tick { display: flex; align-items: center; gap: 7px }
.tick i { width: 15px; height: 15px; border: 1px solid #a4a4a8; border-radius: 3px } .tick i.on { background: #1264a3; border-color: #1264a3 }
.tick i.on::after { content: ""; display: block; width: 4px; height: 8px; border: solid #fff; border-width: 0 2px 2px 0; transform: translate(4px, 1px) rotate(45deg) }
"""
PAGE = """<!doctype html><meta charset="utf-8"><title>{title}</title><style>{style}</style><body>{body}
<script>document.title = Math.ceil(document.body.getBoundingClientRect().height)</script>"""


def page(title: str, body: str) -> str:
    """A whole page, which says its height in its title."""
    return PAGE.format(title=escape(title), style=STYLE, body=body)


def channel(name: str, inner: str, *, members: int = 0) -> str:
    """A channel with messages in it."""
    beside = f"<small>{members} members</small>" if members else ""
    return f'<div class="bar"># {escape(name)}{beside}</div>{inner}'


def thread(name: str, inner: str) -> str:
    """A thread with messages in it."""
    return f'<div class="bar">Thread<small># {escape(name)}</small></div>{inner}'


def message(blocks: list[Json], at: str, *, replies: int = 0, private: bool = False) -> str:
    """A message of the bot; with how many answers it has, or only for whoever asked."""
    eye = '<div class="private">Only visible to you</div>' if private else ""
    noun = "reply" if replies == 1 else "replies"
    below = (
        f'<div class="thread">{FACE}{replies} {noun} <small>Last reply today at {at}</small></div>'
        if replies
        else ""
    )
    who = f'<div class="who">Paper Round<em>APP</em><time>{at}</time></div>'
    return f'<div class="message">{FACE}<div class="body">{eye}{who}{blocks_html(blocks)}{below}</div></div>'


def home(view: Json) -> str:
    """App Home."""
    tabs = '<div class="tabs"><span class="on">Home</span><span>Messages</span><span>About</span></div>'
    return (
        f'<div class="top">{FACE}Paper Round</div>{tabs}<div class="home">{blocks_html(view["blocks"])}</div>'
    )


def modal(view: Json) -> str:
    """A form in front of everything else."""
    buttons = "".join(
        f'<span class="button {kind}">{text_html(view[name])}</span>'
        for name, kind in (("close", ""), ("submit", "primary"))
        if name in view
    )
    title = f'<div class="title">{text_html(view["title"])}<i>✕</i></div>'
    inner = f'{title}<div class="form">{blocks_html(view["blocks"])}</div><div class="foot">{buttons}</div>'
    return f'<div class="behind"><div class="modal">{inner}</div></div>'
