"""One piece of TeX as Unicode, by pylatexenc with its table mended."""

from __future__ import annotations

import logging
import re
from functools import cache, lru_cache
from typing import Any

from pylatexenc import latexwalker
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.macrospec import LatexContextDb

# Commands whose argument is the text: letters stay letters, because a chat shows bold letters of mathematics as boxes.
_PLAIN = (
    "mathbf mathit mathsf mathtt mathrm mathcal mathscr mathfrak mathnormal bm boldsymbol pmb cal frak textsuperscript"
    " textsubscript"
)
# Commands that show nothing of themselves.
_SILENT = (
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle displaystyle textstyle scriptstyle"
    " operatorname limits nolimits mathop mathrel mathbin mathord mathopen mathclose xspace rm it bf em sf tt sc sl Bbb"
    " mit boldmath bfseries itshape scshape ttfamily sffamily rmfamily upshape mdseries normalfont protect noindent"
    " nonumber ensuremath label cite citep citet citealp citeauthor citeyear ref eqref pageref cref Cref autoref thanks"
    " large small footnotesize scriptsize tiny normalsize vspace hspace phantom hphantom vphantom hfill break newline"
    " item par"
)
_SHOWN = {
    "|": "‖",
    "over": "/",
    "choose": " choose ",
    "mid": "|",
    "colon": ":",
    "circ": "∘",
    "ast": "*",
    "star": "*",
    "deg": "°",
    "eg": "e.g.",
    "ie": "i.e.",
    "etal": "et al.",
}
_NOT_ALONE = (
    "n t r b c d v u k H input include"  # accents without their letter (or a \n of somebody else's); files
)

_UNESCAPED = re.compile(r"(?<!\\)((?:\\\\)*)([%&#])")  # a percent sign would begin a comment
_RAISED = dict(zip("0123456789+-ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ", strict=True))
_LOWERED = dict(zip("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋", strict=True))
_SCRIPT = re.compile(r"([\^_])\s*(?:(\d)|([ni])(?![A-Za-z])|\{\s*([0-9+\-]{1,8}|[ni])\s*\})")
_LINK = re.compile(r"\\href\s*\{[^{}]*\}")  # pylatexenc 2.11 fails on it; the text behind it stays
_DEGREE = re.compile(r"\s*\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![A-Za-z]))")
_STAR = re.compile(r"\s*\^\s*(?:\{\s*(?:\*|\\ast|\\star)\s*\}|\*|\\(?:ast|star)(?![A-Za-z]))")  # A^* is A*
_BLACKBOARD = str.maketrans("CHNPQRZ", "ℂℍℕℙℚℝℤ")  # noqa: RUF001 - that is what they are; most fonts lack the rest
_ORDINAL = re.compile(
    r"\^\s*\{?\s*(?:\\(?:text|textrm|mathrm|rm|mathit|textit|it)\s*)?\{?(th|st|nd|rd)\}{1,2}"
)
_FUNCTION = re.compile(
    r"(?<=[\w)])\s*(\\(?:log|ln|exp|sin|cos|tan|max|min|sup|inf|lim|arg|det|dim|mod)(?![A-Za-z]))"
)


def is_known(name: str) -> bool:
    """Whether a command of this name is TeX's, and not a word behind somebody's backslash."""
    return name in _known()


def power(digits: str) -> str:
    """The digits, raised: `-3` gives `⁻³`."""
    return "".join(_RAISED[digit] for digit in digits)


@lru_cache(maxsize=16_384)
def unicode_of(tex: str) -> str:
    """A formula, command or accent as Unicode; as it was where it cannot be read. Never raises."""
    try:
        text = _read(_prepared(tex))
    except Exception:  # noqa: BLE001 - a parser fed with anything at all; the raw text is a fair answer
        return tex
    if "%s" in text and "%s" not in tex:  # a command without its arguments
        return tex
    return text if text.strip() or not _says_something(tex) else tex


def _read(tex: str) -> str:
    nodes, _, _ = latexwalker.LatexWalker(tex, tolerant_parsing=True).get_latex_nodes()
    return str(LatexNodes2Text(latex_context=_table(), math_mode="text").nodelist_to_text(nodes))


def _says_something(tex: str) -> bool:
    """Whether losing it all would lose a word (a citation may vanish; an unread formula may not)."""
    return tex.startswith("$") and any(character.isalnum() for character in tex)


def _prepared(tex: str) -> str:
    tex = _UNESCAPED.sub(r"\1\\\2", tex) if r"\begin" not in tex else tex.replace("%", r"\%")
    tex = _STAR.sub("*", _DEGREE.sub("°", _LINK.sub("", tex)))
    tex = _FUNCTION.sub(r" \1", _ORDINAL.sub(r"\1", tex))
    return _SCRIPT.sub(_script, tex)


def _script(found: re.Match[str]) -> str:
    alphabet = _RAISED if found[1] == "^" else _LOWERED
    signs = found[2] or found[3] or found[4]
    if any(sign not in alphabet for sign in signs):
        return found[0]
    return "".join(alphabet[sign] for sign in signs)


@cache
def _known() -> frozenset[str]:
    shown = {spec.macroname for spec in _table().iter_macro_specs()}
    parsed = {spec.macroname for spec in latexwalker.get_default_latex_context_db().iter_macro_specs()}
    return frozenset(shown | parsed) - frozenset(_NOT_ALONE.split())


@cache
def _table() -> LatexContextDb:
    """What pylatexenc shows for each command: letters plain, no invented citation, no unknown name lost."""
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)  # half a formula is everyday here, no warning
    macros = [MacroTextSpec(name, discard=False) for name in _PLAIN.split()]
    macros += [MacroTextSpec(name, simplify_repl="") for name in _SILENT.split()]
    macros += [MacroTextSpec(name, simplify_repl=shown) for name, shown in _SHOWN.items()]
    macros.append(MacroTextSpec("url", simplify_repl=_last_argument))
    macros.append(MacroTextSpec("mathbb", simplify_repl=_blackboard))
    table = get_default_latex_context_db()
    table.add_context_category("paperround", macros=macros, environments=[], specials=[], prepend=True)
    table.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=_name_or_arguments))
    return table


def _arguments(node: Any) -> list[Any]:
    given = node.nodeargd.argnlist if node.nodeargd and node.nodeargd.argnlist else ()
    return [argument for argument in given if argument is not None]


def _name_or_arguments(node: Any, l2tobj: Any) -> str:
    given = _arguments(node)
    return (
        "".join(l2tobj.nodelist_to_text([argument]) for argument in given) if given else str(node.macroname)
    )


def _last_argument(node: Any, l2tobj: Any) -> str:
    given = _arguments(node)
    return str(l2tobj.nodelist_to_text([given[-1]])) if given else ""


def _blackboard(node: Any, l2tobj: Any) -> str:
    return _last_argument(node, l2tobj).translate(_BLACKBOARD)
