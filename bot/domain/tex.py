"""TeX inside running text, as Unicode: only what is really TeX is touched.

Titles and abstracts are prose with islands of TeX in them. Each island (a formula, a command with its arguments, an
accent) is converted on its own, so that prose such as "50% better", "a_b", "{x}" or "$5 and $10" stays as it is.
"""

from __future__ import annotations

import re

from bot.domain.tex_reader import is_known, power, unicode_of

# Longer than any real formula, and than any real abstract (16,262 characters): they bound the work on hostile text.
MAX_FORMULA = 1_000
MAX_TEXT = 20_000

_GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\}"
# A formula opens before, and closes after, something that is not a space; "$5 and $10" does neither (as Pandoc reads
# it). With a TeX mark inside, the spaces do not matter.
_FORMULA = (
    rf"\$\$[^$]{{1,{MAX_FORMULA}}}\$\$"
    rf"|\$(?!\s)[^$]{{1,{MAX_FORMULA}}}(?<!\s)\$(?!\d)"
    rf"|\$(?=[^$]*[\\^_])[^$]{{1,{MAX_FORMULA}}}\$"
    rf"|\\\((?:(?!\\\)).){{1,{MAX_FORMULA}}}\\\)"
    rf"|\\\[(?:(?!\\\]).){{1,{MAX_FORMULA}}}\\\]"
    rf"|\\begin\{{(?P<env>[a-z]{{1,12}}\*?)\}}.{{0,{MAX_FORMULA}}}?\\end\{{(?P=env)\}}"
)
_ACCENT = (
    r"""\\["'`^~=.]\s*(?:\\[ij](?![A-Za-z])|\{\\?[A-Za-z]{0,2}\}|[A-Za-z])"""  # Andr\'e, \'\i, Szeg\"{o}
    r"|\\[cvHkrudbt](?:\s*\{\\?[A-Za-z]\}|\s[A-Za-z])"  # Fran\c{c}ois, Erd{\H o}s
    r"|\\(?:ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j|dh|DH|th|TH|dj|DJ|ng|NG)(?![A-Za-z])(?:\{\}|\s(?=\w))?"  # S\o ren
)
_COMMAND = rf"\\(?P<name>[A-Za-z]+)\*?(?:\s*\[[^\[\]]{{0,80}}\])?(?:\s?{_GROUP})*+"
_SIGN = r"\\[%&_#${},;:!/\-@ ]"
_ISLAND = re.compile(
    rf"(?P<formula>{_FORMULA})|(?P<accent>{_ACCENT})|(?P<group>{_GROUP})|(?P<command>{_COMMAND})|(?P<sign>{_SIGN})",
    re.DOTALL,
)
_SPACING = {
    ",": " ",
    ";": " ",
    ":": " ",
    " ": " ",
    "!": "",
    "/": "",
    "-": "",
    "@": "",
}  # the other signs show themselves

_JSON_QUOTE = re.compile(r'\\"(?![aeiouyAEIOUY{\\])')  # \"such\" by a careless JSON writer: no umlaut
_QUOTED = re.compile(r"``([^`]{1,400}?)''")
_DASH = re.compile(r"(?<=[^\W\d_])--(?=[^\W\d_])")  # Rayleigh--Ritz, but not --help
_TIE = re.compile(r"(?<=[a-z.])~(?=[\d\\$(])")  # Fig.~1, but not ~10
# N{=}4, 10{,}000: a sign without its spaces
_TIGHT = re.compile(r"(?<=[^\W_]|[)\]$])\{([=<>+\-,:/])\}(?=[^\W_]|[(\[\\$.])")
_POWER = re.compile(r"(?<=\w)\^\{([+\-]?\d{1,4})\}")  # 10^{-3} outside any formula


def untex(text: str) -> str:
    """The text with its TeX as Unicode; text without TeX (or absurdly long) comes back as it is. Never raises."""
    if len(text) > MAX_TEXT or not any(mark in text for mark in ("\\", "$", "``", "--", "^{", "}")):
        return text
    if _JSON_QUOTE.search(text):
        text = text.replace('\\"', '"')
    text = _POWER.sub(lambda found: power(found[1]), _TIE.sub(" ", _TIGHT.sub(r"\1", text)))
    text = _ISLAND.sub(_convert, text)
    return _DASH.sub("\u2013", _QUOTED.sub("\u201c\\1\u201d", text))  # an en dash; double quotes


def _convert(island: re.Match[str]) -> str:
    if island["sign"]:
        return _SPACING.get(island[0][1], island[0][1])
    return unicode_of(island[0]) if _is_tex(island) else island[0]


def _is_tex(island: re.Match[str]) -> bool:
    if island["group"]:
        return _holds_tex(island["group"])
    return not island["command"] or _is_command(island)


def _holds_tex(group: str) -> bool:
    r"""Whether braces stand around TeX ({\bf so}); others are somebody's notation."""
    inside = _ISLAND.search(group, 1) if "\\" in group else None
    return inside is not None and _is_tex(inside)


def _is_command(island: re.Match[str]) -> bool:
    r"""A known command, and no part of a path such as `C:\temp\to\file` (there it is glued to a word)."""
    before = island.string[island.start() - 1 : island.start()] if island.start() else ""
    if before.isalnum() and "{" not in island["command"]:
        return False
    return is_known(island["name"])
